"""Days and periods as people write them; what 03/04 means is decided once for a whole column."""

import calendar
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from portique.register.intake.names import fold
from portique.register.intake.values import Refused, Value, quoted

FIRST_DAY = date(2000, 1, 1)
EXPECTED = "une date (20/05/2025 ou 2025-05-20), un mois (mai 2025) ou une année"
Evidence = Literal["typed", "day_first", "month_first", "both", "none"]

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars mar march",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_WEEKDAYS = re.compile(r"^(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lun|mer|jeu|ven|sam|dim)\.?,?\s+")
_TIME = re.compile(r"[ t]+(?:a |à )?\d{1,2}\s?[:h]\s?\d{0,2}(?::\d{2}(?:[.,]\d+)?)?(?:z|[+-]\d{2}:?\d{2})?$")
_SLASHED = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"(20\d{2}|19\d{2})(\d{2})(\d{2})")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d+)?")
_YEAR = re.compile(r"(?:annee )?(\d{4})(?:[.,]0)?")
_MONTH_NUMBER = re.compile(r"(\d{1,2})[/.\-](\d{4})|(\d{4})[/.\-](\d{1,2})")
_QUARTER = re.compile(
    r"(?:t|q|trimestre )([1-4]) (\d{4})|(\d{4}) (?:t|q)([1-4])|([1-4])(?:er|e|eme)? trim(?:estre)? (\d{4})"
)
_HALF = re.compile(r"(?:s|semestre )([12]) (\d{4})|(\d{4}) s([12])|([12])(?:er|e|eme)? semestre (\d{4})")
_WEEK = re.compile(r"(?:semaine|sem|s) ?(\d{1,2}) (\d{4})|(\d{4}) w(\d{2})")
_DAY_AND_WORD = re.compile(r"(\d{1,2})(?:er)? ([a-z]+) (\d{4}|\d{2})|([a-z]+) (\d{1,2})(?:st|nd|rd|th)? (\d{4})")
_WORD_AND_YEAR = re.compile(r"([a-z]+) (\d{4}|\d{2})")
_SPAN = re.compile(r"(?:du |de |entre )?(.+?)\s*(?: au | a | et | -+ |–|—|→| to )\s*(.+)")
_SERIAL_ZERO = date(1899, 12, 30)
_MOST_CHARACTERS = 80


@dataclass(frozen=True)
class Period:
    """A half-open period of days; a day is a period of one."""

    start: date
    end: date


@dataclass(frozen=True)
class Reading:
    """How a column of dates is read: day or month first, and what in the column decides it."""

    day_first: bool
    evidence: Evidence

    def said(self) -> str:
        """The decision in words, to be shown above the column."""
        order = "jour/mois/année" if self.day_first else "mois/jour/année"
        return {
            "typed": "Dates sans ambiguïté.",
            "day_first": f"Dates lues {order} : un jour au-delà de 12 le montre.",
            "month_first": f"Dates lues {order} : un jour au-delà de 12 le montre.",
            "both": f"Dates lues {order}, mais la colonne contient les deux ordres : à vérifier.",
            "none": f"Dates lues {order}, à la française : rien dans la colonne ne tranche, à vérifier.",
        }[self.evidence]


def decide(column: Iterable[str], chosen: bool | None = None) -> Reading:
    """How to read 03/04/2025 in this column; `chosen` is what the user said of it."""
    pairs = [(int(match[1]), int(match[2])) for text in column if (match := _SLASHED.fullmatch(_stripped(text)))]
    day_first, month_first = any(12 < first <= 31 for first, _ in pairs), any(12 < other <= 31 for _, other in pairs)
    evidence: Evidence = "typed" if not pairs else "none"
    if day_first or month_first:
        evidence = "both" if day_first and month_first else "day_first" if day_first else "month_first"
    return Reading(chosen if chosen is not None else evidence != "month_first", evidence)


def parser(reading: Reading, today: date) -> Callable[[str], Value | Refused]:
    """The function that turns a text of the column into a `Period`, or refuses it."""
    return lambda text: _checked(text, _period(_stripped(text), reading), today)


def _stripped(text: str) -> str:
    if len(text) > _MOST_CHARACTERS:
        return ""
    plain = re.sub(r"\s+", " ", text).strip().lower()
    return _TIME.sub("", _WEEKDAYS.sub("", plain)).strip()


def _checked(text: str, found: tuple[Period, str] | None, today: date) -> Value | Refused:
    if found is None:
        return Refused(quoted(text) if text.strip() else "cellule vide", EXPECTED)
    period, how = found
    if period.start < FIRST_DAY:
        return Refused(quoted(text), "une date depuis le 1er janvier 2000")
    if period.start > today:
        return Refused(quoted(text), f"une date passée, au plus tard le {today:%d/%m/%Y}")
    return Value(period, how)


def _period(text: str, reading: Reading) -> tuple[Period, str] | None:
    """The period with what it became, for a text that is not a plain day; None when it is no date that exists."""
    day = _day(text, reading)
    if day is not None:
        return Period(day[0], day[0] + timedelta(1)), day[1]
    period = _whole_period(fold(text), text) or _span(text, reading)
    return (period, f"période du {period.start:%d/%m/%Y} au {period.end - timedelta(1):%d/%m/%Y}") if period else None


def _day(text: str, reading: Reading) -> tuple[date, str] | None:
    if match := _ISO.fullmatch(text):
        return _made(match[1], match[2], match[3], "")
    if match := _SLASHED.fullmatch(text):
        day, month = (match[1], match[2]) if reading.day_first else (match[2], match[1])
        return _made(match[3], month, day, "" if len(match[3]) == 4 and reading.day_first else "date")
    if match := _COMPACT.fullmatch(text):
        return _made(match[1], match[2], match[3], "date")
    if match := _SERIAL.fullmatch(text):
        return _shown(_SERIAL_ZERO + timedelta(int(match[1])), "date")
    if match := _DAY_AND_WORD.fullmatch(fold(text)):
        day, word, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
        return _made(year, str(_MONTHS.get(word, 0)), day, "date")
    return None


def _made(year: str, month: str, day: str, how: str) -> tuple[date, str] | None:
    try:
        return _shown(date(_year(year), int(month), int(day)), how)
    except ValueError:
        return None


def _shown(day: date, how: str) -> tuple[date, str]:
    return day, f"{day:%d/%m/%Y}" if how else ""


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _whole_period(folded: str, text: str) -> Period | None:
    """A year, half-year, quarter, month or week."""
    if match := _YEAR.fullmatch(folded):
        return _months(int(match[1]), 1, 12)
    if match := _MONTH_NUMBER.fullmatch(text):
        year, month = (match[2], match[1]) if match[1] else (match[3], match[4])
        return _months(int(year), int(month), 1)
    for pattern, length in ((_QUARTER, 3), (_HALF, 6)):
        if match := pattern.fullmatch(folded):
            position, year = _position_and_year(match)
            return _months(year, length * (position - 1) + 1, length)
    if match := _WEEK.fullmatch(folded):
        return _week(*_position_and_year(match))
    if (match := _WORD_AND_YEAR.fullmatch(folded)) and match[1] in _MONTHS:
        return _months(_year(match[2]), _MONTHS[match[1]], 1)
    return None


def _position_and_year(match: re.Match[str]) -> tuple[int, int]:
    first, second = (group for group in match.groups() if group)
    return (int(second), int(first)) if len(first) == 4 else (int(first), int(second))


def _months(year: int, month: int, count: int) -> Period | None:
    if not 1 <= month <= 12 or not 1 <= year < 9999:
        return None
    last = month + count - 1
    return Period(date(year, month, 1), date(year, last, calendar.monthrange(year, last)[1]) + timedelta(1))


def _week(week: int, year: int) -> Period | None:
    try:
        monday = date.fromisocalendar(year, week, 1)
    except ValueError:
        return None
    return Period(monday, monday + timedelta(7))


def _span(text: str, reading: Reading) -> Period | None:
    """« du 3 au 20 mai 2025 », « 01/03/2025 - 15/03/2025 », « 2023 à 2025 »."""
    match = _SPAN.fullmatch(text.replace("à", "a"))
    last = _edge(match[2], reading) if match else None
    if match is None or last is None:
        return None
    first = _edge(match[1], reading) or _edge(f"{match[1]} {' '.join(match[2].split()[1:])}", reading)
    first = first or _edge(f"{match[1]} {match[2].split()[-1]}", reading)
    return Period(first.start, last.end) if first and first.start < last.end else None


def _edge(text: str, reading: Reading) -> Period | None:
    day = _day(text, reading)
    return Period(day[0], day[0] + timedelta(1)) if day else _whole_period(fold(text), text)


def heading_period(text: str) -> Period | None:
    """The period that a column's heading names in a wide table: « 2024 », « janvier 2024 », « T1 2024 »."""
    plain = _stripped(text)
    period = _whole_period(fold(plain), plain)
    return period if period and period.start.year >= 1990 else None
