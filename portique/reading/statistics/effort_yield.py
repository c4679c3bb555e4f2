"""A change in what is found, taken apart: what more searching brought, and what more finding per search brought."""

import math
from dataclasses import dataclass
from typing import Literal

from portique.reading.statistics.rates import poisson_interval, rate_difference
from portique.reading.statistics.reasons import CannotSay

# Searching within 5 % of before is « as much »: ours.
SAME_EFFORT = 0.05

Effort = Literal["more", "less", "same"]
Yield = Literal["rises", "falls", "cannot_say"]


@dataclass(frozen=True)
class EffortYield:
    """A change between two periods = effort + yields, in items; each with its interval for chance alone.

    The two-by-two reading is `effort_reading` with `yield_reading`.
    """

    before: float
    after: float
    effort: float  # what the change in searching brings, at the mean of both yields
    effort_low: float
    effort_high: float
    yields: float  # what the change in yield brings, at the mean of both efforts
    yields_low: float
    yields_high: float
    effort_reading: Effort
    yield_reading: Yield

    @property
    def change(self) -> float:
        """Items found after, less items found before."""
        return self.after - self.before


def decompose(before: float, effort_before: float, after: float, effort_after: float) -> EffortYield | CannotSay:
    """The change in items found, split into effort and yield; exact: the two parts add up to the change.

    Kitagawa, E. M. (1955), doi 10.1080/01621459.1955.10501299. It stands at zero finds, where logarithms do not. Effort
    is known, counts are Poisson: intervals from exact ones (Zou and Donner 2008), on the side of width.
    """
    if effort_before <= 0 or effort_after <= 0:
        return CannotSay("no_exposure")
    if before + after == 0:
        return CannotSay("nothing_found")
    more = effort_after - effort_before
    first, second = before / effort_before, after / effort_after
    low, high = poisson_interval(before, effort_before)
    low_after, high_after = poisson_interval(after, effort_after)
    middle = more * (first + second) / 2
    down = abs(more) / 2 * math.hypot(first - low, second - low_after)
    up = abs(more) / 2 * math.hypot(high - first, high_after - second)
    gap, gap_low, gap_high = rate_difference(after, effort_after, before, effort_before)
    mean = (effort_before + effort_after) / 2
    return EffortYield(
        before,
        after,
        middle,
        middle - (down if more >= 0 else up),
        middle + (up if more >= 0 else down),
        gap * mean,
        gap_low * mean,
        gap_high * mean,
        _effort(more / effort_before),
        "rises" if gap_low > 0 else "falls" if gap_high < 0 else "cannot_say",
    )


def _effort(change: float) -> Effort:
    return "same" if abs(change) <= SAME_EFFORT else "more" if change > 0 else "less"
