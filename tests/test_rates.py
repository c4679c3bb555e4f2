"""Intervals against published tables, against scipy's own, and by how often they hold what they should."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, poisson

from portique.reading.statistics import poisson_interval, rate_difference, rate_ratio
from portique.reading.statistics.rates import Shrunk, empirical_bayes, poisson_intervals
from portique.reading.statistics.reasons import CannotSay

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


# Sudden infant deaths and births of 1974 in the hundred counties of North Carolina (Cressie 1993), in the order of the
# file sids2.dbf that comes with libpysal.
SUDDEN_DEATHS = """
1 0 5 1 9 7 0 0 4 1 2 16 4 4 4 18 3 4 1 1 1 0 1 2 10 23 13 6 4 16 8 0 10 6 0 2 16 2 4 1 0 8 5 5 0 5 7 2 11 3
14 5 9 6 2 0 7 3 4 5 12 18 6 10 8 2 5 44 3 3 5 5 0 10 3 11 1 0 4 1 2 38 1 4 15 7 0 4 4 0 13 8 29 31 5 8 4 15
12 5
"""
BIRTHS = """
1091 487 3188 508 1421 1452 286 420 968 1612 1035 4449 1671 1556 2180 3608 1638 3146 1323 484 751 781 1269
1399 11858 16184 4672 1324 3164 7970 4021 671 3657 3609 770 1549 14484 765 4139 1207 1333 5509 3573 990 248
1946 4456 1646 3702 4606 5094 5754 7515 3999 2110 521 2692 675 870 2252 2992 6638 3776 4866 2216 1143 2648
21588 4099 1258 2356 2574 415 3589 1173 9014 533 797 3025 542 1027 20366 578 3915 1570 1494 338 2483 2756 284
5868 2255 11158 7889 2414 1782 1228 3350 5526 2181
"""


def numbers(text: str) -> np.ndarray:
    return np.array(text.split(), dtype=float)


def test_rates_that_lean_on_all_as_the_reference_gives_them() -> None:
    """The first five of `Empirical_Bayes` in the tests of esda (pysal/esda, esda/tests/test_smoothing.py)."""
    held = empirical_bayes(numbers(SUDDEN_DEATHS), numbers(BIRTHS))
    assert isinstance(held, Shrunk)
    assert held.table["shrunk"].head(5).round(7).tolist() == [0.0016973, 0.0017054, 0.0017731, 0.0020129, 0.0035349]
    assert held.rate == pytest.approx(667 / 329_962)
    assert held.places == 100


def test_a_rate_leans_the_more_the_less_was_searched() -> None:
    held = empirical_bayes(pd.Series([1, 40, 30, 9], list("abcd")), pd.Series([2, 100, 200, 40], list("abcd")))
    assert isinstance(held, Shrunk)
    assert held.table["weight"].is_monotonic_increasing is False
    assert held.table.loc["a", "weight"] < held.table.loc["d", "weight"] < held.table.loc["c", "weight"] < 1
    assert held.rate < held.table.loc["a", "shrunk"] < held.table.loc["a", "rate"]


def test_places_alike_are_given_one_rate() -> None:
    held = empirical_bayes([5, 10, 20], [50, 100, 200])
    assert isinstance(held, Shrunk)
    assert held.variance == 0
    assert held.table["shrunk"].tolist() == [0.1, 0.1, 0.1]


def test_a_place_without_a_count_or_an_exposure_stays_and_says_nothing() -> None:
    held = empirical_bayes([5, None, 3, 20], [50, 10, 0, 40])
    assert isinstance(held, Shrunk)
    assert held.places == 2
    assert held.table["shrunk"].isna().tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("counts", "exposures", "reason"),
    [
        ([], [], "no_exposure"),
        ([3, 4], [0, 0], "no_exposure"),
        ([3], [9], "one_place"),
        ([0, 0], [5, 9], "nothing_found"),
    ],
)
def test_rates_that_nothing_can_be_said_of(counts: list[int], exposures: list[int], reason: str) -> None:
    held = empirical_bayes(counts, exposures)
    assert isinstance(held, CannotSay)
    assert held.reason == reason


def test_many_intervals_at_once_are_those_of_one() -> None:
    low, high = poisson_intervals([0, 7, None, 4], [3, 30, 5, 0])
    assert (low[0], high[0]) == poisson_interval(0, 3)
    assert (low[1], high[1]) == poisson_interval(7, 30)
    assert np.isnan([low[2], high[2], low[3], high[3]]).all()


def test_intervals_hold_the_truth_in_300_registers() -> None:
    """95 % intervals of a rate, and of rates that lean on 180 others, cover 93 to 97 % of the true rates."""
    random = np.random.default_rng(1936)
    exposure = random.uniform(100, 900, (300, 180))
    truth = random.gamma(9, 0.1 / 9, exposure.shape)
    counts = random.poisson(truth * exposure)
    low, high = poisson_intervals(counts.ravel(), exposure.ravel())
    assert 0.93 <= np.mean((low <= truth.ravel()) & (truth.ravel() <= high)) <= 0.97
    held = [
        ((table["low"] <= row) & (row <= table["high"])).mean()
        for table, row in ((_shrunk(c, e), t) for c, e, t in zip(counts, exposure, truth, strict=True))
    ]
    assert 0.93 <= np.mean(held) <= 0.97


def _shrunk(counts: np.ndarray, exposures: np.ndarray) -> pd.DataFrame:
    held = empirical_bayes(counts, exposures)
    assert isinstance(held, Shrunk)
    return held.table
