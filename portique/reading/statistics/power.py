"""The smallest change that a method would notice: what an absence of answer does not rule out."""

import math

import numpy as np
from scipy.optimize import brentq
from scipy.special import gammainccinv, gammaincinv, ndtri, pdtrik

from portique.reading.statistics.rates import CONFIDENCE

POWER = 0.8


def in_funnel(expected: float, tail: float = 0.05, factor: float = 1.0, power: float = POWER) -> tuple[float, float]:
    """The rate of one place, over that of all, that a funnel's limits notice four times in five: below 1, above 1.

    `expected`: its count at the common rate; `factor`: the funnel's widening (√φ). Exact for Poisson counts; 0 where no
    fall, not even to nothing, would be noticed. Raises ValueError unless something is expected.
    """
    if expected <= 0:
        raise ValueError(f"expected must be positive, not {expected}")
    top = expected + factor * (pdtrik(1 - tail / 2, expected) + 1 - expected)
    bottom = expected - factor * (expected - pdtrik(tail / 2, expected))
    up = gammaincinv(math.ceil(top - 1e-9), power) / expected
    reachable = bottom >= 0 and math.exp(-expected) <= tail / 2
    down = gammainccinv(math.floor(bottom + 1e-9) + 1, power) / expected if reachable else 0.0
    return float(down), float(up)


def of_two_rates(
    expected: float, other: float, phi: float = 1.0, power: float = POWER, confidence: float = CONFIDENCE
) -> tuple[float, float]:
    """The ratio of two rates (below 1, above 1) noticed four times in five, from the counts expected if they are equal.

    By the variance of the log ratio, φ(1/first + 1/second), at that ratio. 0 and inf where none is noticed. Raises
    ValueError unless something is expected of both.
    """
    if min(expected, other) <= 0:
        raise ValueError(f"expected counts must be positive, not {expected} and {other}")
    reach = float(ndtri((1 + confidence) / 2) + ndtri(power))

    def short(log_ratio: float) -> float:
        return abs(log_ratio) - reach * math.sqrt(phi * (math.exp(-log_ratio) / expected + 1 / other))

    low = math.exp(brentq(short, -_far(short, -1), 0)) if _far(short, -1) else 0.0
    return low, math.exp(brentq(short, 0, _far(short, 1))) if _far(short, 1) else math.inf


def of_interruption(
    before: int, after: int, expected: float, phi: float = 1.0, season: int = 12, power: float = POWER
) -> tuple[float, float]:
    """The mean effect (ratio below 1, above 1) that an interrupted series notices four times in five.

    `before`, `after`: periods; `expected`: items a period, φ their variance over their mean. From the information of
    level, slope and trend in `interrupted`, without season, as if all periods were alike: a longer season costs more.
    """
    if expected <= 0 or before < 2 or after < 1:
        raise ValueError(f"two periods before, one after and something expected, not {before}, {after}, {expected}")
    since = np.arange(-before, after) / season
    late = (since >= 0).astype(float)
    columns = [np.ones(before + after), since, late, since * late]
    design = np.column_stack(columns if after > 1 else columns[:3])
    contrast = np.where(np.arange(design.shape[1]) >= 2, design[before:].mean(axis=0), 0.0)
    error = math.sqrt(contrast @ np.linalg.solve(design.T @ design * expected / phi, contrast))
    reach = float(ndtri((1 + CONFIDENCE) / 2) + ndtri(power)) * error
    return math.exp(-reach), math.exp(reach)


def _far(short: object, side: int) -> float:
    """A log ratio at which the difference is noticed, doubling from 1; 0 where none below e³² is."""
    far = 1.0
    while far <= 32:
        if short(side * far) > 0:  # type: ignore[operator]
            return far
        far *= 2
    return 0.0
