"""The establishments as the generator sees them: size, regime, and invented factors that tell them apart."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from portique.register import reference
from portique.register.demonstration import attributes, calibration, days
from portique.register.demonstration.calibration import REGIMES, Rhythm
from portique.register.demonstration.sampling import Column, at_days, frailty, stream

BY_DAY, BY_MONTH, BY_YEAR = 0, 1, 2


@dataclass(frozen=True)
class Prisons:
    """One element per establishment, in order of identifier; matrices are establishments × days."""

    ids: tuple[str, ...]
    regime: Column  # key of REGIMES
    inmates: Column  # persons
    cells: Column
    drawable: Column  # an establishment of its own, with prisoners of its own
    prevalence: Column  # finds per search, relative to a maison d'arrêt
    effort: Column  # searches, relative
    oportik_reach: Column
    reporting: Column  # BY_DAY, BY_MONTH or BY_YEAR, for finds outside searches
    is_open: Column
    month_prevalence: Column
    month_effort: Column

    @cached_property
    def pilot(self) -> Column:
        return np.isin(self.ids, calibration.PILOTS)

    @property
    def count(self) -> int:
        return len(self.ids)

    def positions(self, establishments: list[str]) -> Column:
        """Where the given identifiers stand."""
        return np.array([self.ids.index(establishment) for establishment in establishments], int)

    def ratio(self, name: str) -> Column:
        """One ratio of `Regime` for each establishment."""
        return np.array([getattr(REGIMES[regime], name) for regime in self.regime])

    def search_weights(self) -> Column:
        """Relative number of searches, establishments × days."""
        pace = rhythm_by_day(calibration.SEARCH_RHYTHM) * at_days(calibration.SEARCH_PACE) * _holidays()
        weights: Column = self.effort[:, None] * self.month_effort * self.is_open * pace
        return weights

    def find_weights(self, source: str, rhythm: Rhythm) -> Column:
        """Relative number of finds outside searches (`source`: yard, visit, entry), establishments × days."""
        level = self.inmates * self.prevalence * self.ratio(source)
        return (
            level[:, None]
            * self.month_prevalence
            * self.is_open
            * rhythm_by_day(rhythm)
            * at_days(calibration.SEIZURE_PACE)
        )


def rhythm_by_day(rhythm: Rhythm) -> Column:
    """Relative rate of each day of the register."""
    rates: Column = np.array(rhythm.week)[days.WEEKDAY] * np.array(rhythm.months)[days.MONTH % 12]
    return rates


def load(seed: int) -> Prisons:
    """The establishments of `data/`, with factors drawn from a seed, whatever the size of the register."""
    rows = reference.table("establishments").sort_values("establishment_id", ignore_index=True)
    ids, regime, inmates = tuple(rows["establishment_id"]), _regimes(rows), _inmates(rows)
    pilot, drawable = np.isin(ids, calibration.PILOTS), rows["parent_id"].isna().to_numpy()
    prevalence = np.where(
        pilot, calibration.PILOT_PREVALENCE, _drawn(seed, "prevalence", calibration.PREVALENCE_SHAPE, ids)
    )
    effort = np.where(pilot, calibration.PILOT_EFFORT, _drawn(seed, "effort", calibration.EFFORT_SHAPE, ids))
    sized = np.round(inmates**calibration.EFFORT_EXPONENT, 9)
    return Prisons(
        ids=ids,
        regime=regime,
        inmates=inmates,
        cells=np.maximum(1, np.rint(np.maximum(inmates / 1.5, _capacity(rows)) / calibration.INMATES_PER_CELL)).astype(
            np.int32
        ),
        drawable=drawable,
        prevalence=prevalence * _ratio(regime, "prevalence"),
        effort=effort * _ratio(regime, "effort") * sized,
        oportik_reach=_oportik_reach(seed, rows),
        reporting=_reporting(seed, inmates, regime, pilot),
        is_open=_open_days(ids),
        month_prevalence=_month_frailty(seed, "month prevalence", len(ids)),
        month_effort=_month_frailty(seed, "month effort", len(ids)),
    )


def _drawn(seed: int, purpose: str, shape: float, ids: tuple[str, ...]) -> Column:
    return frailty(stream(seed, purpose), shape, len(ids))


def _ratio(regime: Column, name: str) -> Column:
    return np.array([getattr(REGIMES[key], name) for key in regime])


def _regimes(rows: pd.DataFrame) -> Column:
    """The regime that decides how much is found: a semi-liberty annex is a CSL, a high-security CP an MC."""
    high = rows["establishment_id"].isin(calibration.HIGH_SECURITY)
    return rows["kind"].mask(high, "MC").mask(rows["parent_id"].notna(), "CSL").to_numpy(str)


def _inmates(rows: pd.DataFrame) -> Column:
    """Inmates of the newest month; where none or secret, the most of any month; then places."""
    seen = rows["establishment_id"].map(reference.table("occupancy").groupby("establishment_id")["inmates"].max())
    newest = rows["inmates"].where(rows["inmates"] > 0)
    return newest.fillna(seen.where(seen > 0)).fillna(rows["operational_capacity"]).to_numpy(float)


def _capacity(rows: pd.DataFrame) -> Column:
    """The most operational places of any month: the source prints 0 for a quarter under works."""
    seen = reference.table("occupancy").groupby("establishment_id")["operational_capacity"].max()
    return rows["establishment_id"].map(seen).fillna(rows["operational_capacity"]).to_numpy(float)


def _oportik_reach(seed: int, rows: pd.DataFrame) -> Column:
    directorates = sorted(rows["disp"].unique())
    drawn = frailty(stream(seed, "oportik reach"), attributes.OPORTIK_REACH_SHAPE, len(directorates))
    reach = dict(zip(directorates, drawn, strict=True)) | {"paris": attributes.OPORTIK_REACH_PARIS}
    return rows["disp"].map(reach).to_numpy(float)


def _reporting(seed: int, inmates: Column, regime: Column, pilot: Column) -> Column:
    """How finds outside searches are dated: by the month or the year in a few prisons that are no pilot."""
    rng, reporting = stream(seed, "reporting"), np.zeros(len(inmates), np.int8)
    for precision, count, (low, high) in (
        (BY_MONTH, calibration.MONTHLY_REPORTERS, calibration.MONTHLY_REPORTER_INMATES),
        (BY_YEAR, calibration.YEARLY_REPORTERS, calibration.YEARLY_REPORTER_INMATES),
    ):
        free = (
            np.isin(regime, ("MA", "CP", "CD")) & ~pilot & (reporting == BY_DAY) & (inmates >= low) & (inmates <= high)
        )
        reporting[rng.permutation(np.flatnonzero(free))[:count]] = precision
    return reporting


def _open_days(ids: tuple[str, ...]) -> Column:
    """Whether each establishment was open, establishments × days."""
    is_open = np.ones((len(ids), days.DAYS), bool)
    for establishment, day in calibration.OPENED.items():
        is_open[ids.index(establishment), : days.day_of(day)] = False
    for establishment, day in calibration.CLOSED.items():
        is_open[ids.index(establishment), days.day_of(day) :] = False
    return is_open


def _month_frailty(seed: int, purpose: str, count: int) -> Column:
    """One factor a month, the mean of three neighbouring ones so that spells last; establishments × days."""
    drawn = frailty(stream(seed, purpose), calibration.MONTH_SHAPE, (count, days.MONTHS + 2))
    return ((drawn[:, :-2] + drawn[:, 1:-1] + drawn[:, 2:]) / 3)[:, days.MONTH]


def _holidays() -> Column:
    """Searches of a public holiday relative to an ordinary day, by day of the register."""
    dates = [days.date_of(day) for day in range(days.DAYS)]
    holiday = np.array([(day.month, day.day) in calibration.HOLIDAYS for day in dates])
    return np.where(holiday, calibration.HOLIDAY_SEARCHES, 1.0)
