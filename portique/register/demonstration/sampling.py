"""Random draws that depend on a seed and a purpose only, and whose totals are exact by construction."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from portique.register.demonstration import days

Column = npt.NDArray[Any]

# Weights are turned into whole numbers before a draw, so that the last bit of a float never decides.
_WEIGHT_STEPS = 2.0**36


def stream(seed: int, *purpose: object) -> np.random.Generator:
    """The generator of one purpose: the same on every platform, and independent of other purposes."""
    words = [crc32(str(part).encode()) for part in purpose]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, *words])))


def pick(rng: np.random.Generator, weights: Column, size: int) -> Column:
    """`size` positions, in increasing order, each drawn in proportion to `weights` (not all zero)."""
    steps = np.rint(weights * (_WEIGHT_STEPS / weights.max())).astype(np.int64)
    ends = np.cumsum(steps)
    return np.searchsorted(ends, np.sort(rng.integers(0, ends[-1], size)), side="right")


def choose(rng: np.random.Generator, shares: Mapping[Any, float], size: int) -> Column:
    """`size` positions in `shares` (int8), each drawn in proportion to its share."""
    return choose_in(rng, np.array([list(shares.values())]), np.zeros(size, np.int8))


def choose_in(rng: np.random.Generator, shares: Column, group: Column) -> Column:
    """For each element of `group`, a column of `shares` (int8), drawn in proportion to the row it names."""
    ends = np.cumsum(shares, axis=1)
    ends /= ends[:, -1:]
    draws, chosen = rng.random(len(group)), np.zeros(len(group), np.int8)
    for end in ends.T[:-1]:
        chosen += draws >= end[group]
    return chosen


def chance(rng: np.random.Generator, probability: Column | float, size: int) -> Column:
    """`size` booleans, true with the given probability (one for all, or one each)."""
    return rng.random(size) < probability


def share_table(rows: Sequence[Mapping[str, float]], codes: Sequence[str]) -> Column:
    """Shares as a matrix, one row per mapping, one column per code; an absent code has no share."""
    return np.array([[row.get(code, 0.0) for code in codes] for row in rows])


def line_quantities(rng: np.random.Generator, units: int, sizes: Mapping[int, float]) -> Column:
    """Quantities of lines that hold `units` exactly, drawn from `sizes` (quantity → share), the last cut."""
    drawn = np.array(list(sizes), np.int32)[choose(rng, sizes, units)]
    ends = np.cumsum(drawn)
    count = int(np.searchsorted(ends, units)) + 1 if units else 0
    lines = drawn[:count].copy()
    if count:
        lines[-1] -= ends[count - 1] - units
    return lines


def proportional(total: int, weights: Column | Sequence[float]) -> Column:
    """Whole numbers that add up to `total`, in proportion to `weights` (largest remainder)."""
    exact = np.asarray(weights, float) * (total / float(np.sum(weights)))
    parts = np.floor(exact).astype(np.int64)
    order = np.argsort(parts - exact, kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return parts


def frailty(rng: np.random.Generator, shape: float, size: int | tuple[int, ...]) -> Column:
    """Gamma factors of mean 1 and variance 1/shape: what makes counts vary more than chance alone."""
    return np.round(rng.gamma(shape, 1.0 / shape, size), 9)


def at_days(points: Mapping[date, float]) -> Column:
    """One value per day of the register, on straight lines between dated values."""
    dated = [days.day_of(day) for day in points]
    return np.interp(np.arange(days.DAYS), dated, list(points.values()))
