"""How many there may be in circulation: never a count, always a range, with what it assumes."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from scipy.special import ndtri

from portique.reading.statistics.rates import CONFIDENCE, generator, numbers
from portique.reading.statistics.reasons import CannotSay

SIMULATIONS = 20_000
LEAST_COMMON = 1


@dataclass(frozen=True)
class Assumed:
    """A factor between what is seized and what circulates: its range, its likeliest value, whence they come.

    `divides`: the share that is found (0 to 1); `multiplies`: a number of times. Raises ValueError unless
    0 < low ≤ likely ≤ high.
    """

    code: str
    low: float
    likely: float
    high: float
    source: str
    way: Literal["divides", "multiplies"] = "divides"

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.likely <= self.high:
            raise ValueError(f"{self.code}: 0 < low ≤ likely ≤ high, not {self.low}, {self.likely}, {self.high}")


@dataclass(frozen=True)
class Multiplied:
    """What a seized number may stand for."""

    low: float  # every factor at the end that gives least
    high: float  # every factor at the end that gives most
    likely: float
    middle: tuple[float, float, float]  # median and 95 % of triangular draws, factors independent
    weights: dict[str, float]  # how much of the range each factor makes (shares of the log range; all 0: no range)


@dataclass(frozen=True)
class Estimated:
    """A number of what was not all seen, with its 95 % interval."""

    seen: float
    estimate: float
    error: float
    low: float
    high: float


def multiplied(seized: float, factors: Sequence[Assumed]) -> Multiplied | CannotSay:
    """The range of what circulates: interval arithmetic, and 20,000 draws from one seed."""
    if seized <= 0:
        return CannotSay("nothing_found")
    ends = [_ends(factor) for factor in factors]
    random, drawn = generator(), np.full(SIMULATIONS, float(seized))
    for factor in factors:
        flat = factor.low == factor.high
        values = factor.low if flat else random.triangular(factor.low, factor.likely, factor.high, SIMULATIONS)
        drawn = drawn / values if factor.way == "divides" else drawn * values
    spread = [math.log(high / low) for low, _, high in ends]
    low, middle, high = np.quantile(drawn, [(1 - CONFIDENCE) / 2, 0.5, (1 + CONFIDENCE) / 2])
    return Multiplied(
        seized * math.prod(end[0] for end in ends),
        seized * math.prod(end[2] for end in ends),
        seized * math.prod(end[1] for end in ends),
        (float(middle), float(low), float(high)),
        {factor.code: part / (sum(spread) or 1) for factor, part in zip(factors, spread, strict=True)},
    )


def chao(times_found: Any) -> Estimated | CannotSay:
    """The least number of holders (or cells) there are, from how many were found with something once, twice, more.

    Chao's bias-corrected lower bound, Chao (1987), doi 10.2307/2531532, with its log-normal interval: a lower bound,
    which unequal chances of being found only raise. `times_found`: one value per holder, zeros and missing left out.
    """
    found = numbers(times_found)
    found = found[found > 0]
    seen, once, twice = len(found), int((found == 1).sum()), int((found == 2).sum())
    if not seen:
        return CannotSay("nothing_found")
    if once == seen:
        return CannotSay("seen_once_only", seen)
    missed = once * (once - 1) / (2 * (twice + 1))
    variance = missed + once * (2 * once - 1) ** 2 / (4 * (twice + 1) ** 2)
    variance += once**2 * twice * (once - 1) ** 2 / (4 * (twice + 1) ** 4)
    if missed == 0:
        return Estimated(seen, float(seen), 0.0, float(seen), float(seen))
    spread = math.exp(float(ndtri((1 + CONFIDENCE) / 2)) * math.sqrt(math.log1p(variance / missed**2)))
    return Estimated(seen, seen + missed, math.sqrt(variance), seen + missed / spread, seen + missed * spread)


def two_lists(first: int, second: int, both: int) -> Estimated | CannotSay:
    """How many there are, from two independent lists of the same and what they have in common.

    Chapman (1951), with the error of Seber (1970), doi 10.2307/2528856, and the transformed logit interval of Sadinle
    (2009), doi 10.1080/03610910903168595. Lists that help each other make it too small. Raises ValueError if the common
    part exceeds a list.
    """
    if not 0 <= both <= min(first, second):
        raise ValueError(f"{both} in common of {first} and {second}")
    if first == 0 or second == 0:
        return CannotSay("nothing_found")
    if both < LEAST_COMMON:
        return CannotSay("no_overlap", both, LEAST_COMMON)
    estimate = (first + 1) * (second + 1) / (both + 1) - 1
    variance = (first + 1) * (second + 1) * (first - both) * (second - both) / ((both + 1) ** 2 * (both + 2))
    common, alone, other = both + 0.5, first - both + 0.5, second - both + 0.5
    sigma = math.sqrt(1 / common + 1 / alone + 1 / other + common / (alone * other))
    spread = math.exp(float(ndtri((1 + CONFIDENCE) / 2)) * sigma)
    base, rest = first + second - both - 0.5, alone * other / common
    seen = first + second - both
    return Estimated(seen, estimate, math.sqrt(variance), max(base + rest / spread, seen), base + rest * spread)


def _ends(factor: Assumed) -> tuple[float, float, float]:
    """What the factor multiplies by: least, likeliest, most."""
    if factor.way == "divides":
        return 1 / factor.high, 1 / factor.likely, 1 / factor.low
    return factor.low, factor.likely, factor.high
