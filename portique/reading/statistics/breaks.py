"""When did a rate change? A search for dates nobody named, kept only where chance does not make such a change."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import xlogy

from portique.reading.statistics.rates import CONFIDENCE, Numbers, generator, numbers
from portique.reading.statistics.reasons import CannotSay

LEAST_PERIODS = 12
# A segment is half a year of months at least; no more dates than a reader can weigh.
LEAST_SEGMENT = 6
MOST_BREAKS = 3
SIMULATIONS = 1000


@dataclass(frozen=True)
class Break:
    """A date found: `at` is the index of the first period after it, the rates are those of its two sides."""

    at: Any
    before: float
    after: float
    p_value: float  # how often chance alone gives a change as marked somewhere in that stretch


@dataclass(frozen=True)
class Breaks:
    """The dates at which a rate changed, in the order of time; none is an answer too."""

    found: tuple[Break, ...]
    dispersion: float  # φ between neighbouring periods; 1 for Poisson counts
    periods: int


def breaks(counts: Any, exposures: Any) -> Breaks | CannotSay:
    """Up to three dates at which the rate of a series changed, each found by binary segmentation (Vostrikova 1981).

    In a stretch, the date with the largest Poisson likelihood ratio is kept if fewer than 5 % of 1,000 series without
    a change, as dispersed and as exposed, have as large a one anywhere, each over its own dispersion. That is measured
    between neighbours, which a change moves little. Neither trend nor season is told apart: a slow change gives a date
    in its middle.
    """
    labels = counts.index if isinstance(counts, pd.Series) else np.arange(len(counts))
    counted, exposed = numbers(counts), numbers(exposures)
    usable = (exposed > 0) & (counted >= 0)
    counted, exposed, labels = counted[usable], exposed[usable], labels[usable]
    if len(counted) < LEAST_PERIODS:
        return CannotSay("too_few_periods", len(counted), LEAST_PERIODS)
    if not counted.sum():
        return CannotSay("nothing_found")
    phi = float(_dispersion(counted, exposed))
    found: list[tuple[float, int]] = []
    stretches = [(0, len(counted))]
    while stretches and len(found) < MOST_BREAKS:
        start, end = stretches.pop(0)
        best = _best(counted[start:end], exposed[start:end], phi)
        if best and best[0] <= 1 - CONFIDENCE:
            found.append((best[0], start + best[1]))
            stretches += [(start, start + best[1]), (start + best[1], end)]
    cuts = [0, *sorted(cut for _, cut in found), len(counted)]
    rates = [counted[a:b].sum() / exposed[a:b].sum() for a, b in pairwise(cuts)]
    chance = {cut: p for p, cut in found}
    told = [Break(labels[c], float(rates[i]), float(rates[i + 1]), chance[c]) for i, c in enumerate(cuts[1:-1])]
    return Breaks(tuple(told), phi, len(counted))


def _best(counts: Numbers, exposures: Numbers, phi: float) -> tuple[float, int] | None:
    """The likeliest date of a stretch and how often chance does as well; None where it holds no two segments."""
    if len(counts) < 2 * LEAST_SEGMENT or not counts.sum():
        return None
    scores = _scores(counts, exposures) / _dispersion(counts, exposures)
    means, random = counts.sum() / exposures.sum() * exposures, generator()
    size = (SIMULATIONS, len(means))
    drawn = random.poisson(random.gamma(means / (phi - 1), phi - 1, size) if phi > 1 else means, size)
    chance = _scores(drawn, exposures).max(axis=-1) / _dispersion(drawn, exposures)
    p_value = (1 + (chance >= scores.max()).sum()) / (1 + SIMULATIONS)
    return float(p_value), LEAST_SEGMENT + int(scores.argmax())


def _scores(counts: Any, exposures: Numbers) -> Numbers:
    """Twice the log likelihood ratio of two rates against one, at each date that leaves a segment on both sides."""
    first, lived = np.cumsum(counts, axis=-1), np.cumsum(exposures)
    total, span = first[..., -1:], lived[-1]
    first, lived = first[..., LEAST_SEGMENT - 1 : -LEAST_SEGMENT], lived[LEAST_SEGMENT - 1 : -LEAST_SEGMENT]
    rest, left = total - first, span - lived
    one = xlogy(total, np.maximum(total, 1) / span)
    return np.asarray(2 * (xlogy(first, first / lived) + xlogy(rest, rest / left) - one))


def _dispersion(counts: Any, exposures: Numbers) -> Any:
    """φ of each series from differences between neighbours, 1 at least; periods run along the last axis."""
    common = np.maximum(counts.sum(axis=-1, keepdims=True), 1) / exposures.sum()
    noise = common * (1 / exposures[1:] + 1 / exposures[:-1])
    return np.maximum((np.diff(counts / exposures, axis=-1) ** 2 / noise).mean(axis=-1), 1.0)
