"""How few places hold how much of what is found, beside what chance would concentrate by itself."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from portique.reading.statistics.rates import CONFIDENCE, Numbers, generator, index_of, numbers
from portique.reading.statistics.reasons import CannotSay

TOP = 0.2
SIMULATIONS = 1000


@dataclass(frozen=True)
class Concentration:
    """The Lorenz curve of counts over places, and the same if finds fell at random, as often as each was exposed.

    `curve`: one row per place and one for the origin, places from the least to the most counted; columns `places` and
    `counted` (shares added up, 0 to 1), `expected`, `low`, `high` (of the counted share by chance, at 95 %).
    """

    curve: pd.DataFrame
    places: int
    counted: float
    gini: float
    generalised: float  # Bernasco and Steenbeek's: 0 where no place holds two, however many places there are
    gini_by_chance: tuple[float, float, float]  # mean, low, high
    top_share: float  # what the top fifth of the places holds
    top_by_chance: tuple[float, float, float]
    p_value: float  # how often chance gives such a Gini or more
    not_counted: int  # places without a count or an exposure


def concentration(counts: Any, exposures: Any) -> Concentration | CannotSay:
    """Lorenz curve, Gini and share of the top fifth, with what 1,000 multinomial draws by exposure give (one seed).

    Bernasco, W. and Steenbeek, W. (2017), doi 10.1007/s10940-016-9324-7, for the generalised Gini.
    """
    table = pd.DataFrame({"count": numbers(counts), "exposure": numbers(exposures)}, index=index_of(counts))
    used = table[(table["exposure"] > 0) & (table["count"] >= 0)]
    if used.empty:
        return CannotSay("no_exposure")
    if len(used) < 2:
        return CannotSay("one_place", len(used), 2)
    total = used["count"].sum()
    if not total:
        return CannotSay("nothing_found")
    shares = (used["exposure"] / used["exposure"].sum()).to_numpy()
    drawn = generator().multinomial(round(total), shares, SIMULATIONS)
    held, chance = lorenz(used["count"].to_numpy()), lorenz(drawn)
    ginis, own = gini(drawn), float(gini(used["count"].to_numpy()))
    tail = (1 - CONFIDENCE) / 2
    curve = pd.DataFrame(
        {
            "places": np.linspace(0, 1, len(held)),
            "counted": held,
            "expected": chance.mean(axis=0),
            "low": np.quantile(chance, tail, axis=0),
            "high": np.quantile(chance, 1 - tail, axis=0),
        }
    )
    return Concentration(
        curve,
        len(used),
        float(total),
        own,
        _generalised(used["count"].to_numpy()),
        _summary(ginis),
        float(top_share(held)),
        _summary(top_share(chance)),
        float((1 + (ginis >= own - 1e-12).sum()) / (1 + SIMULATIONS)),
        len(table) - len(used),
    )


def lorenz(counts: Any) -> Numbers:
    """The shares of all that is counted, added up from the least place on, 0 first; places run along the last axis."""
    ordered = np.sort(np.asarray(counts, dtype=float), axis=-1)
    sums = np.cumsum(ordered, axis=-1) / ordered.sum(axis=-1, keepdims=True)
    return np.concatenate([np.zeros_like(sums[..., :1]), sums], axis=-1)


def gini(counts: Any) -> Any:
    """The Gini coefficient, 0 (all alike) to 1 − 1/places (one holds all); places run along the last axis."""
    curve = lorenz(counts)
    return 1 - (curve[..., 1:] + curve[..., :-1]).mean(axis=-1)


def top_share(curve: Numbers, top: float = TOP) -> Any:
    """What the top part of the places holds, read off Lorenz curves (between two places: in proportion)."""
    at = (1 - top) * (curve.shape[-1] - 1)
    low = int(np.floor(at + 1e-9))
    high = min(low + 1, curve.shape[-1] - 1)
    return 1 - (curve[..., low] + max(at - low, 0.0) * (curve[..., high] - curve[..., low]))


def _generalised(counts: Numbers) -> float:
    places, total = len(counts), counts.sum()
    ranked = (np.arange(1, places + 1) * np.sort(counts)).sum() / total
    return float((2 * ranked - places - 1) / min(places, total) - max(places / total, 1) + 1)


def _summary(values: Numbers) -> tuple[float, float, float]:
    tail = (1 - CONFIDENCE) / 2
    return float(values.mean()), float(np.quantile(values, tail)), float(np.quantile(values, 1 - tail))
