"""What can be said of a count, how surely."""

import math

from scipy.special import betaincinv, gammaincinv

CONFIDENCE = 0.95


def poisson_interval(count: float, exposure: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact interval of a rate (count per unit of exposure) if chance alone made the count vary.

    Garwood, F. (1936), doi 10.1093/biomet/28.3-4.437. Raises ValueError when the exposure is not positive.
    """
    _require_positive(exposure)
    tail = (1 - confidence) / 2
    low = float(gammaincinv(count, tail)) if count > 0 else 0.0
    high = float(gammaincinv(count + 1, 1 - tail))
    return low / exposure, high / exposure


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


def _odds(share: float, exposure: float, other_exposure: float) -> float:
    """The ratio of two rates from the share of the first count in both."""
    return math.inf if share == 1 else share / (1 - share) * other_exposure / exposure


def _require_positive(*exposures: float) -> None:
    for exposure in exposures:
        if exposure <= 0:
            raise ValueError(f"exposure must be positive, not {exposure}")
