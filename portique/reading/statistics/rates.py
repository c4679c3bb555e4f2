"""Rates and their exact intervals, two rates beside each other, and rates that lean on those of all."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import betaincinv, gammaincinv

from portique.reading.statistics.reasons import CannotSay

CONFIDENCE = 0.95
SEED = 2005

Numbers = npt.NDArray[np.float64]


def numbers(values: Any) -> Numbers:
    """Values as floats, one per row; a missing value (None, NA) is nan."""
    return pd.to_numeric(pd.Series(values), errors="raise").to_numpy(dtype=float, na_value=np.nan)


def index_of(values: Any) -> "pd.Index[Any]":
    """The index of a series; of anything else, a count from 0."""
    return values.index if isinstance(values, pd.Series) else pd.RangeIndex(len(values))


def poisson_interval(count: float, exposure: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact interval of a rate (count per unit of exposure) if chance alone made the count vary.

    Garwood, F. (1936), doi 10.1093/biomet/28.3-4.437. Raises ValueError when the exposure is not positive.
    """
    _require_positive(exposure)
    low, high = poisson_intervals(np.array([count]), np.array([exposure]), confidence)
    return float(low[0]), float(high[0])


def poisson_intervals(counts: Any, exposures: Any, confidence: float = CONFIDENCE) -> tuple[Numbers, Numbers]:
    """Garwood's intervals of many rates, one per row; nan where a count is missing or an exposure not positive."""
    counted, lived, tail = numbers(counts), numbers(exposures), (1 - confidence) / 2
    usable = (lived > 0) & (counted >= 0)
    held, per = np.where(usable, counted, np.nan), np.where(usable, lived, np.nan)
    low = np.where(held == 0, 0.0, gammaincinv(np.where(held == 0, np.nan, held), tail))
    return low / per, gammaincinv(held + 1, 1 - tail) / per


def rate_ratio(
    count: float, exposure: float, other_count: float, other_exposure: float, confidence: float = CONFIDENCE
) -> tuple[float, float, float]:
    """The ratio of two rates and its exact interval if chance alone made both counts vary.

    Of all that was counted, the share of the first is binomial: Przyborowski and Wilenski (1940), doi
    10.1093/biomet/31.3-4.313; its interval is Clopper and Pearson's (1934), doi 10.1093/biomet/26.4.404. The ratio is
    infinite, or nan where nothing at all was counted. Raises ValueError when an exposure is not positive.
    """
    _require_positive(exposure, other_exposure)
    total, tail = count + other_count, (1 - confidence) / 2
    low = float(betaincinv(count, other_count + 1, tail)) if count > 0 else 0.0
    high = float(betaincinv(count + 1, other_count, 1 - tail)) if other_count > 0 else 1.0
    observed = count / total if total else math.nan
    return (
        _odds(observed, exposure, other_exposure),
        _odds(low, exposure, other_exposure),
        _odds(high, exposure, other_exposure),
    )


def rate_difference(
    count: float, exposure: float, other_count: float, other_exposure: float, confidence: float = CONFIDENCE
) -> tuple[float, float, float]:
    """The difference of two rates (first less second) and its interval if chance alone made both counts vary.

    The exact intervals of the two rates, combined as Zou and Donner (2008) recover variances, doi 10.1002/sim.3095;
    with exact intervals it errs on the side of width. Raises ValueError when an exposure is not positive.
    """
    _require_positive(exposure, other_exposure)
    rate, other = count / exposure, other_count / other_exposure
    low, high = poisson_interval(count, exposure, confidence)
    other_low, other_high = poisson_interval(other_count, other_exposure, confidence)
    difference = rate - other
    return (
        difference,
        difference - math.hypot(rate - low, other_high - other),
        difference + math.hypot(high - rate, other - other_low),
    )


@dataclass(frozen=True)
class Shrunk:
    """Rates drawn towards that of all: one row per place, in the order given, with the index given.

    Columns: `count`, `exposure`, `rate`, `shrunk`, `low`, `high` (its interval), `weight` (what the place's own rate
    weighs in it, 0 to 1). A place without a count or an exposure has nan everywhere, and is in no total.
    """

    table: pd.DataFrame
    rate: float  # of all places
    variance: float  # of the true rates between places; 0: chance alone explains their spread
    places: int


def empirical_bayes(counts: Any, exposures: Any, confidence: float = CONFIDENCE) -> Shrunk | CannotSay:
    """Each rate, leaning on that of all the more, the less it was exposed; by moments, with gamma intervals.

    Marshall, R. J. (1991), doi 10.2307/2347593; given mean and variance, a true rate is gamma and so is its posterior.
    The interval takes mean and variance as known: with fewer than some thirty places it is too narrow.
    """
    table = pd.DataFrame({"count": numbers(counts), "exposure": numbers(exposures)}, index=index_of(counts))
    usable = (table["exposure"] > 0) & (table["count"] >= 0)
    used = table[usable]
    if used.empty:
        return CannotSay("no_exposure")
    if len(used) < 2:
        return CannotSay("one_place", len(used), 2)
    rate = used["count"].sum() / used["exposure"].sum()
    if not rate:
        return CannotSay("nothing_found")
    own = used["count"] / used["exposure"]
    spread = float((used["exposure"] * (own - rate) ** 2).sum() / used["exposure"].sum())
    variance = max(spread - rate / used["exposure"].mean(), 0.0)
    table["rate"] = own
    return Shrunk(_lean(table, rate, variance, confidence), float(rate), variance, len(used))


def _lean(table: pd.DataFrame, rate: float, variance: float, confidence: float) -> pd.DataFrame:
    """The table with each rate's weight, posterior mean and posterior interval."""
    known = table["rate"].notna()
    if not variance:
        held = {"shrunk": rate, "low": rate, "high": rate, "weight": 0.0}
        return table.assign(**{name: np.where(known, value, np.nan) for name, value in held.items()})
    shape, scale = rate**2 / variance + table["count"], rate / variance + table["exposure"]
    tail = (1 - confidence) / 2
    return table.assign(
        shrunk=(shape / scale).where(known),
        low=(gammaincinv(shape, tail) / scale).where(known),
        high=(gammaincinv(shape, 1 - tail) / scale).where(known),
        weight=(variance / (variance + rate / table["exposure"])).where(known),
    )


def _odds(share: float, exposure: float, other_exposure: float) -> float:
    """The ratio of two rates from the share of the first count in both."""
    return math.inf if share == 1 else share / (1 - share) * other_exposure / exposure


def _require_positive(*exposures: float) -> None:
    for exposure in exposures:
        if exposure <= 0:
            raise ValueError(f"exposure must be positive, not {exposure}")


def generator() -> np.random.Generator:
    """The random numbers of every simulation here, from one seed: the same data give the same answer."""
    return np.random.default_rng(SEED)
