"""Why a method gives no answer: a code, what was found and what was needed, for a sentence."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "no_exposure",  # nothing searched, nobody present: there is nothing to divide by
    "one_place",  # a comparison needs two
    "nothing_found",  # no count at all, and the method lives on counts
    "too_few_counted",
    "too_few_periods_before",
    "too_few_periods_after",
    "too_few_periods",
    "all_unknown",  # nothing is known of what the shares are of
    "no_overlap",  # two lists with no name in common
    "seen_once_only",  # all were found once: no bound from above can be had
    "no_convergence",  # the regression found no stable answer
]


@dataclass(frozen=True)
class CannotSay:
    """A method's refusal: `found` of what was needed, `needed` at least (both in the reason's own unit, 0: none)."""

    reason: Reason
    found: float = 0.0
    needed: float = 0.0
