"""Searches and lines as the register's Arrow tables: positions become texts, days become dates."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from portique.register.demonstration import days
from portique.register.demonstration.attributes import ITEM_TYPES, SEARCH_KINDS
from portique.register.demonstration.attribution import CHANNELS, CONFIDENCES, SUPPLIERS, Attribution
from portique.register.demonstration.finds import Finds, Lines
from portique.register.demonstration.operations import NO_OPERATION, OPERATIONS, named_establishments
from portique.register.demonstration.prisons import Prisons
from portique.register.demonstration.sampling import Column
from portique.register.demonstration.searches import Searches
from portique.register.demonstration.seizures import (
    MODELS,
    PLACES,
    QUALIFIERS,
    REVIEW_STATES,
    ROUTES,
    Circumstances,
)
from portique.register.schema import SEARCH, SEIZURE

_NAMED = "opération réelle, établissement nommé par une source, quantités inventées"
_DRAWN = "opération réelle, établissement tiré au sort à titre d’illustration, quantités inventées"


@dataclass(frozen=True)
class First:
    """The first identifiers that a year may use."""

    search: int
    find: int
    seizure: int


@dataclass(frozen=True)
class Seizures:
    """The finds and lines of a year, what is said of them, and the entries in which the register has them."""

    finds: Finds
    lines: Lines
    circumstances: Circumstances
    attribution: Attribution
    model: Column  # of each line, position in MODELS
    qualifier: Column  # of each line, position in QUALIFIERS
    entered: Column  # of each entry, the line that it writes
    state: Column  # of each entry, position in REVIEW_STATES


def search_table(prisons: Prisons, seed: int, searches: Searches, first: First) -> pa.Table:
    """The rows of `search`, in the register's column order."""
    count = len(searches)
    columns = {
        "search_id": np.arange(first.search, first.search + count),
        "searched_on": _dates(searches.day),
        "establishment_id": _texts(searches.establishment, prisons.ids),
        "search_kind": _texts(searches.kind, tuple(SEARCH_KINDS)),
        "cells_searched": pa.array(searches.cells, mask=~searches.cells_known),
        "operation": _texts(searches.operation, OPERATIONS),
        "provenance": _texts(np.zeros(count, np.int8), ("demonstration",)),
        "source_reference": _references(prisons, seed, searches.establishment, searches.operation),
    }
    return pa.table([columns[name] for name in SEARCH], names=list(SEARCH))


def seizure_table(prisons: Prisons, seed: int, made: Seizures, first: First) -> pa.Table:
    """The rows of `seizure`, in the register's column order."""
    find = made.lines.find[made.entered]
    count, establishment, operation = len(find), made.finds.establishment[find], made.finds.operation[find]
    columns = {
        "seizure_id": np.arange(first.seizure, first.seizure + count),
        "find_id": find + first.find,
        "establishment_id": _texts(establishment, prisons.ids),
        "operation": _texts(operation, OPERATIONS),
        "review_state": _texts(made.state, REVIEW_STATES),
        "provenance": _texts(np.zeros(count, np.int8), ("demonstration",)),
        "source_reference": _references(prisons, seed, establishment, operation),
        **_find_columns(made, find, first),
        **_line_columns(made, made.entered),
    }
    return pa.table([columns[name] for name in SEIZURE], names=list(SEIZURE))


def _find_columns(made: Seizures, find: Column, first: First) -> dict[str, pa.Array]:
    """When, where, how and in which search: what an entry has from its find."""
    search = made.finds.search[find]
    return {
        "period_start": _dates(made.finds.start[find]),
        "period_end": _dates(made.finds.end[find]),
        "place": _texts(made.circumstances.place[find], PLACES),
        "route": _texts(made.circumstances.route[find], ROUTES),
        "search_id": pa.array(search + first.search, mask=search < 0),
    }


def _line_columns(made: Seizures, line: Column) -> dict[str, pa.Array]:
    """What, how many and from whom: what an entry has from its line."""
    sold = made.attribution
    return {
        "item_type": _texts(made.lines.item[line], ITEM_TYPES),
        "model": _texts(made.model[line], MODELS),
        "quantity_min": pa.array(made.lines.quantity[line].astype(np.int32)),
        "quantity_qualifier": _texts(made.qualifier[line], QUALIFIERS),
        "supplier": _texts(sold.supplier[line], SUPPLIERS),
        "channel": _texts(sold.channel[line], CHANNELS),
        "attribution_confidence": _texts(sold.confidence[line], CONFIDENCES),
    }


def _texts(positions: Column, texts: Sequence[str]) -> pa.Array:
    """Texts by position, as a dictionary array; a negative position is null."""
    return pa.DictionaryArray.from_arrays(
        pa.array(positions.astype(np.int16), mask=positions < 0), pa.array(texts, pa.string())
    )


def _dates(day: Column) -> pa.Array:
    return pa.array(day.astype(np.int32) + np.int32(days.EPOCH_DAY)).view(pa.date32())


def _references(prisons: Prisons, seed: int, establishment: Column, operation: Column) -> pa.Array:
    """What each row is: made with a seed and, in an operation, whether a source names the establishment."""
    own = f"Portique, registre de démonstration (graine {seed})"
    kind = np.array([1 + ~np.isin(prisons.ids, named_establishments(name)) * 1 for name in OPERATIONS])
    positions = np.where(operation == NO_OPERATION, 0, kind[operation, establishment])
    return _texts(positions, (own, f"{own} ; {_NAMED}", f"{own} ; {_DRAWN}"))
