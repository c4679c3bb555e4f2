"""Intervals against published tables, against scipy's own, and by how often they hold what they should."""

import math

import numpy as np
import pytest
from scipy.stats import binomtest, poisson

from portique.reading.statistics import poisson_interval, rate_difference, rate_ratio

# Ulm K. (1990), « A simple method to calculate the confidence interval of a standardized mortality ratio »,
# Am J Epidemiol 131(2):373–375, and the table of exact 95 % limits that epidemiology textbooks reprint from
# Garwood F. (1936), Biometrika 28:437–442: count, lower limit, upper limit.
GARWOOD = [(0, 0.0, 3.689), (1, 0.0253, 5.572), (2, 0.242, 7.225), (3, 0.619, 8.767), (5, 1.623, 11.668)]
GARWOOD += [(10, 4.795, 18.390), (20, 12.217, 30.888), (50, 37.111, 65.919), (100, 81.364, 121.627)]


@pytest.mark.parametrize(("count", "low", "high"), GARWOOD)
def test_published_limits(count: int, low: float, high: float) -> None:
    assert poisson_interval(count, 1) == pytest.approx((low, high), rel=1e-3)


def test_the_rate_is_per_unit_of_exposure() -> None:
    low, high = poisson_interval(10, 1)
    assert poisson_interval(10, 4) == pytest.approx((low / 4, high / 4))


def test_a_surer_interval_is_wider() -> None:
    assert poisson_interval(10, 1, confidence=0.99) == pytest.approx((3.717, 21.398), rel=1e-3)


@pytest.mark.parametrize("exposure", [0, -1])
def test_no_exposure_no_rate(exposure: float) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        poisson_interval(3, exposure)


def test_the_ratio_of_two_rates_as_published() -> None:
    """The example of R's manual page of `poisson.test` (11 in 800 against 6 + 8 + 7 in 1083 + 1050 + 878)."""
    assert rate_ratio(11, 800, 21, 3011) == pytest.approx((1.971488, 0.8584264, 4.2772659), rel=1e-6)


@pytest.mark.parametrize(("count", "other"), [(3, 9), (41, 15), (0, 7), (8, 0), (1, 1), (12_000, 11_700)])
@pytest.mark.parametrize("exposures", [(1.0, 1.0), (28_010.0, 19_017.0), (0.5, 80.0)])
def test_the_ratio_is_the_binomial_interval_of_scipy(count: int, other: int, exposures: tuple[float, float]) -> None:
    share = binomtest(count, count + other).proportion_ci(confidence_level=0.95, method="exact")
    wanted = [math.inf if p == 1 else p / (1 - p) * exposures[1] / exposures[0] for p in (share.low, share.high)]
    ratio, low, high = rate_ratio(count, exposures[0], other, exposures[1])
    assert (low, high) == pytest.approx(tuple(wanted), rel=1e-9)
    assert low <= ratio <= high


def test_a_ratio_turned_round_is_its_inverse() -> None:
    ratio, low, high = rate_ratio(7, 30, 19, 55)
    assert rate_ratio(19, 55, 7, 30) == pytest.approx((1 / ratio, 1 / high, 1 / low))


def test_a_ratio_of_nothing_says_nothing() -> None:
    ratio, low, high = rate_ratio(0, 5, 0, 9)
    assert math.isnan(ratio)
    assert (low, high) == (0, math.inf)
    assert rate_ratio(4, 5, 0, 9)[0] == math.inf


def test_the_difference_recovers_the_two_intervals() -> None:
    """By hand from Garwood's limits: 10 (4.795 to 18.390) and 3 (0.619 to 8.767), one unit of exposure each."""
    low = 7 - ((10 - 4.795) ** 2 + (8.767 - 3) ** 2) ** 0.5
    high = 7 + ((18.390 - 10) ** 2 + (3 - 0.619) ** 2) ** 0.5
    assert rate_difference(10, 1, 3, 1) == pytest.approx((7, low, high), rel=1e-3)
    assert rate_difference(3, 1, 10, 1) == pytest.approx((-7, -high, -low), rel=1e-3)
    assert rate_difference(10, 4, 3, 4) == pytest.approx((7 / 4, low / 4, high / 4), rel=1e-3)


@pytest.mark.parametrize("means", [(2.0, 2.0), (5.0, 1.0), (20.0, 12.0), (40.0, 40.0), (0.5, 6.0)])
@pytest.mark.parametrize("exposures", [(1.0, 1.0), (2.0, 5.0)])
def test_the_intervals_hold_the_truth_at_least_as_often_as_they_say(
    means: tuple[float, float], exposures: tuple[float, float]
) -> None:
    """Every pair of counts that can happen, weighed by its probability: no simulation."""
    counts = [np.arange(int(poisson.ppf(1 - 1e-7, mean)) + 1) for mean in means]
    weights = [poisson.pmf(held, mean) for held, mean in zip(counts, means, strict=True)]
    rates = means[0] / exposures[0], means[1] / exposures[1]
    held = {rate_ratio: 0.0, rate_difference: 0.0}
    truth = {rate_ratio: rates[0] / rates[1], rate_difference: rates[0] - rates[1]}
    for a, weight in zip(counts[0].tolist(), weights[0], strict=True):
        for b, other in zip(counts[1].tolist(), weights[1], strict=True):
            for method in held:
                _, low, high = method(a, exposures[0], b, exposures[1])
                held[method] += weight * other * (low <= truth[method] <= high)
    assert all(share >= 0.95 for share in held.values()), held


@pytest.mark.parametrize("method", [rate_ratio, rate_difference])
@pytest.mark.parametrize("exposures", [(0.0, 1.0), (1.0, 0.0), (1.0, -2.0)])
def test_no_exposure_no_comparison(method: object, exposures: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="must be positive"):
        method(3, exposures[0], 4, exposures[1])  # type: ignore[operator]
