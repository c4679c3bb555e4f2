"""The days of the demonstration register, numbered from its first one; months and years as runs of days."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

FIRST_DAY, END = date(2022, 1, 1), date(2026, 1, 1)
DAYS = (END - FIRST_DAY).days
EPOCH_DAY = (FIRST_DAY - date(1970, 1, 1)).days  # what date32 counts from

_DATES = np.datetime64(FIRST_DAY) + np.arange(DAYS + 1)
_MONTHS = _DATES.astype("datetime64[M]")
_YEARS = _DATES.astype("datetime64[Y]")
_ORIGIN = np.datetime64(FIRST_DAY)

WEEKDAY = (np.arange(DAYS) + FIRST_DAY.weekday()) % 7  # Monday is 0
MONTH = (_MONTHS - _MONTHS[0]).astype(int)[:DAYS]  # month of the register, from 0
MONTHS = int(MONTH[-1]) + 1

# Of each day: the first day and the end of itself, its month and its year, in that order of column.
STARTS = np.column_stack(
    [_DATES - _ORIGIN, _MONTHS.astype("datetime64[D]") - _ORIGIN, _YEARS.astype("datetime64[D]") - _ORIGIN]
).astype(int)[:DAYS]
ENDS = np.column_stack(
    [
        _DATES + 1 - _ORIGIN,
        (_MONTHS + 1).astype("datetime64[D]") - _ORIGIN,
        (_YEARS + 1).astype("datetime64[D]") - _ORIGIN,
    ]
).astype(int)[:DAYS]


@dataclass(frozen=True)
class Year:
    """A calendar year as the days [first, end) of the register."""

    number: int

    @property
    def first(self) -> int:
        return day_of(date(self.number, 1, 1))

    @property
    def end(self) -> int:
        return day_of(date(self.number + 1, 1, 1))

    @property
    def days(self) -> slice:
        return slice(self.first, self.end)

    def __contains__(self, day: date) -> bool:
        return day.year == self.number


def day_of(day: date) -> int:
    """The number of a day of the register."""
    return (day - FIRST_DAY).days


def date_of(day: int) -> date:
    """The date of a numbered day."""
    return FIRST_DAY + timedelta(days=day)
