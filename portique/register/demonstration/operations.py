"""The two operations whose figures are exact at every size: Prison Break and Fouilles XXL."""

import numpy as np

from portique.register import reference
from portique.register.demonstration import calibration, days
from portique.register.demonstration.attributes import SEARCH_KINDS
from portique.register.demonstration.calibration import (
    DEFAULT_SEED,
    DRAW_SEED,
    HIGH_SECURITY,
    OPEN_REGIME,
    WITHOUT_REMAND,
)
from portique.register.demonstration.prisons import Prisons, load
from portique.register.demonstration.sampling import Column, pick, proportional, stream
from portique.register.demonstration.searches import Searches

OPERATIONS = ("prison_break", "fouilles_xxl")
NO_OPERATION, PRISON_BREAK, FOUILLES_XXL = -1, 0, 1
_CLOSED_REGIMES = ("MA", "CP", "CD", "MC")
_KINDS = tuple(SEARCH_KINDS)


def demonstration_establishments() -> list[str]:
    """The 66 establishments that stand for those of Prison Break: five named by sources, 61 drawn."""
    prisons = load(DEFAULT_SEED)
    return [prisons.ids[position] for position in prison_break_establishments(prisons)]


def named_establishments(operation: str) -> list[str]:
    """The establishments that a source names as searched in an operation."""
    return _mentioned(operation, "named")


def prison_break_establishments(prisons: Prisons) -> Column:
    """Positions of the 66: the five named, and 61 drawn without replacement, in proportion to inmates.

    Drawn among closed-regime establishments open that day, overseas included, apart from those that a source
    rules out (Valence) or only shows on a picture (Condé-sur-Sarthe, Limoges): no evidence of a search there.
    """
    spoken_of = prisons.positions(_mentioned("prison_break"))
    eligible = np.isin(prisons.regime, _CLOSED_REGIMES) & prisons.drawable & ~np.isin(prisons.ids, list(OPEN_REGIME))
    eligible &= prisons.is_open[:, days.day_of(calibration.PRISON_BREAK_DAY)]
    eligible[spoken_of] = False
    return _completed(prisons, "prison_break", eligible, calibration.PRISON_BREAK_ESTABLISHMENTS)


def xxl_establishments(prisons: Prisons) -> Column:
    """Positions of the establishments of Fouilles XXL: those named, others drawn as for Prison Break.

    Drawn among maisons d'arrêt and centres pénitentiaires with a maison-d'arrêt quarter, open to the end.
    """
    remand = np.isin(prisons.regime, ("MA", "CP")) & ~np.isin(prisons.ids, list(WITHOUT_REMAND | HIGH_SECURITY))
    eligible = remand & prisons.drawable & prisons.is_open[:, days.day_of(calibration.XXL_LAST_DAY)]
    eligible[prisons.positions(named_establishments("fouilles_xxl"))] = False
    return _completed(prisons, "fouilles_xxl", eligible, calibration.XXL_ESTABLISHMENTS)


def prison_break_searches(prisons: Prisons) -> Searches:
    """367 judicial searches of a cell: the published number or one in each of the 66, the rest by inmates."""
    chosen = prison_break_establishments(prisons)
    known = np.array([calibration.PRISON_BREAK_CELLS.get(prisons.ids[position], 0) for position in chosen])
    least = np.maximum(known, 1)
    rest = proportional(calibration.PRISON_BREAK_SEARCHES - int(least.sum()), prisons.inmates[chosen] * (known == 0))
    establishment = np.repeat(chosen, least + rest)
    day = np.full(len(establishment), days.day_of(calibration.PRISON_BREAK_DAY))
    return _searches(day, establishment, "judicial_search", np.ones(len(day)), PRISON_BREAK)


def xxl_searches(prisons: Prisons, seed: int) -> Searches:
    """One sector search of about 50 cells (fewer in a small prison) in each establishment of Fouilles XXL."""
    establishment, rng = xxl_establishments(prisons), stream(seed, "fouilles xxl searches")
    first, last = days.day_of(calibration.XXL_FIRST_DAY), days.day_of(calibration.XXL_LAST_DAY)
    weights = np.array(calibration.XXL_WEEK)[days.WEEKDAY[first : last + 1]]
    weights[days.day_of(calibration.XXL_SLOWS_ON) - first :] *= calibration.XXL_SLOW_PACE
    day = first + rng.permutation(pick(rng, weights, len(establishment)))
    low, high = calibration.XXL_CELLS
    cells = np.minimum(rng.integers(low, high + 1, len(day)), prisons.cells[establishment])
    return _searches(day, establishment, "sector_search", cells, FOUILLES_XXL)


def _searches(day: Column, establishment: Column, kind: str, cells: Column, operation: int) -> Searches:
    size = len(day)
    return Searches(
        day=day.astype(np.int16),
        establishment=establishment.astype(np.int16),
        kind=np.full(size, _KINDS.index(kind), np.int8),
        cells=cells.astype(np.int32),
        cells_known=np.ones(size, bool),
        operation=np.full(size, operation, np.int8),
    )


def _completed(prisons: Prisons, operation: str, eligible: Column, count: int) -> Column:
    """The named establishments, and others drawn among the eligible to be `count`, in order of identifier."""
    named, candidates = prisons.positions(named_establishments(operation)), np.flatnonzero(eligible)
    # The smallest exponential waits are successive draws without replacement, each in proportion to the rate.
    waits = stream(DRAW_SEED, operation).standard_exponential(len(candidates)) / prisons.inmates[candidates]
    drawn = candidates[np.argsort(waits, kind="stable")[: count - len(named)]]
    return np.sort(np.concatenate([named, drawn]))


def _mentioned(operation: str, mention: str | None = None) -> list[str]:
    rows = reference.table("operation_establishments")
    kept = rows["operation"].eq(operation) & (rows["mention"].eq(mention) if mention else True)
    return sorted(rows.loc[kept, "establishment_id"])
