"""The search actions of a year: where, when, of what kind, how many cells."""

from dataclasses import dataclass

import numpy as np

from portique.register.demonstration import attributes
from portique.register.demonstration.attributes import SEARCH_KINDS
from portique.register.demonstration.days import Year
from portique.register.demonstration.prisons import Prisons
from portique.register.demonstration.sampling import Column, chance, choose, pick, stream

_KINDS = tuple(SEARCH_KINDS.values())
_ORDINARY = tuple(SEARCH_KINDS).index("cell_search")


@dataclass(frozen=True)
class Searches:
    """One element per search: day, positions of establishment, kind and operation (-1: none), cells."""

    day: Column
    establishment: Column
    kind: Column
    cells: Column  # as they were, also where the register does not know them
    cells_known: Column
    operation: Column

    def __len__(self) -> int:
        return len(self.day)

    def expected_finds(self) -> Column:
        """How many finds a search of its kind and size makes in an average prison (relative)."""
        flat, per_cell = (np.array([getattr(kind, name) for kind in _KINDS]) for name in ("finds", "finds_per_cell"))
        expected: Column = flat[self.kind] + per_cell[self.kind] * self.cells
        return expected


def ordinary_searches(prisons: Prisons, seed: int, year: Year, count: int) -> Searches:
    """`count` searches outside the operations, and one more in each establishment: none is never searched."""
    rng = stream(seed, "searches", year.number)
    day, establishment = _placed(prisons, rng, year, count)
    size = len(day)
    kind = choose(rng, {name: kind.share for name, kind in SEARCH_KINDS.items()}, size)
    unknown = np.array([kind.unknown_cells for kind in _KINDS])
    return Searches(
        day=day,
        establishment=establishment,
        kind=kind,
        cells=np.minimum(_cells(rng, kind), prisons.cells[establishment]),
        cells_known=~chance(rng, unknown[kind], size),
        operation=np.full(size, -1, np.int8),
    )


def _placed(prisons: Prisons, rng: np.random.Generator, year: Year, count: int) -> tuple[Column, Column]:
    """Days and establishments, by weight over the days of the year."""
    weights = prisons.search_weights()[:, year.days]
    once = [(pick(rng, row, 1)[0], position) for position, row in enumerate(weights) if row.any()]
    day, establishment = np.divmod(pick(rng, weights.T.ravel(), count), prisons.count)
    extra_day, extra_establishment = np.array(once).T
    when = np.concatenate([day, extra_day]) + year.first
    return when.astype(np.int16), np.concatenate([establishment, extra_establishment]).astype(np.int16)


def _cells(rng: np.random.Generator, kind: Column) -> Column:
    low, high = np.array([kind.cells for kind in _KINDS], np.int32).T
    cells = low[kind] + (rng.random(len(kind)) * (high - low + 1)[kind]).astype(np.int32)
    sizes = attributes.CELLS_OF_AN_ORDINARY_SEARCH
    ordinary = np.array(list(sizes), np.int32)[choose(rng, sizes, len(kind))]
    return np.where(kind == _ORDINARY, ordinary, cells)
