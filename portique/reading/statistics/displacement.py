"""Whether finds fell where something was done, beside where nothing was, counting what moved next door."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from scipy.special import ndtri

from portique.reading.statistics.rates import CONFIDENCE
from portique.reading.statistics.reasons import CannotSay

LEAST_COUNTED = 10
Pair = tuple[float, float]


@dataclass(frozen=True)
class Displacement:
    """The weighted displacement difference, in items of the « before » period's length and area, with its interval."""

    local: float  # change where treated, less change of its control
    moved: float  # change next door, less change of its control
    total: float
    error: float  # standard error of the total
    low: float
    high: float
    verdict: Literal["rises", "falls", "cannot_say"]


def displacement(
    treated: Pair,
    control: Pair,
    moved: Pair = (0, 0),
    moved_control: Pair = (0, 0),
    periods: Pair = (1, 1),
    areas: Sequence[float] = (1, 1, 1, 1),
    confidence: float = CONFIDENCE,
) -> Displacement | CannotSay:
    """The change after less before where treated, less that of the control, and the same next door, added up.

    Wheeler, A. P. and Ratcliffe, J. H. (2018), doi 10.1186/s40163-018-0085-5. Counts are (before, after) and Poisson;
    `periods` are lengths of before and after, `areas` sizes (of treated, control, next door, its control) to divide by.
    """
    counts = (treated, control, moved, moved_control)
    if min(*periods, *areas) <= 0:
        return CannotSay("no_exposure")
    counted = sum(map(sum, counts[:2]))
    if counted < LEAST_COUNTED:
        return CannotSay("too_few_counted", counted, LEAST_COUNTED)
    scale = [[length * area for length in periods] for area in areas]
    change = [pair[1] / by[1] - pair[0] / by[0] for pair, by in zip(counts, scale, strict=True)]
    variance = sum(n / by**2 for pair, per in zip(counts, scale, strict=True) for n, by in zip(pair, per, strict=True))
    local, next_door, error = change[0] - change[1], change[2] - change[3], math.sqrt(variance)
    reach = float(ndtri((1 + confidence) / 2)) * error
    total = local + next_door
    low, high = total - reach, total + reach
    return Displacement(
        local, next_door, total, error, low, high, "rises" if low > 0 else "falls" if high < 0 else "cannot_say"
    )
