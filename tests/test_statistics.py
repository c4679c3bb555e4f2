"""The exact Poisson interval against published tables."""

import pytest

from portique.reading.statistics import poisson_interval

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
