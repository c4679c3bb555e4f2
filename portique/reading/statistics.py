"""What can be said of a count, how surely."""

from scipy.special import gammaincinv

CONFIDENCE = 0.95


def poisson_interval(count: float, exposure: float, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact interval of a rate (count per unit of exposure) if chance alone made the count vary.

    Garwood, F. (1936), doi 10.1093/biomet/28.3-4.437. Raises ValueError when the exposure is not positive.
    """
    if exposure <= 0:
        raise ValueError(f"exposure must be positive, not {exposure}")
    tail = (1 - confidence) / 2
    low = float(gammaincinv(count, tail)) if count > 0 else 0.0
    high = float(gammaincinv(count + 1, 1 - tail))
    return low / exposure, high / exposure
