"""The accepted lines of a file as the two tables of `prepared`, and the refusals that only a whole line shows."""

from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from portique.register.intake import references
from portique.register.intake.columns import Mask
from portique.register.intake.establishments import Directory
from portique.register.intake.lines import Lines, Objects, blank
from portique.register.intake.parsing import CONTEXT_LISTS, NOTHING
from portique.register.intake.prepared import SEARCHES, SEIZURES


@dataclass(frozen=True)
class Assembled:
    """What an import would write, and which lines it leaves out."""

    searches: pa.Table
    seizures: pa.Table
    refused: Mask
    searched: Mask  # per line: whether it is among the searches
    seized: Mask


def assemble(lines: Lines) -> Assembled:
    """The tables of the lines that no rule refuses; `lines.refusals` then says the rest."""
    columns = _common(lines)
    _require_known_region(lines, columns["establishment_id"])
    search, seizure = _kinds_of_line(lines, columns)
    references.add_searches(lines, columns, search)
    references.add_finds(lines, columns, search, seizure)
    kept = ~lines.refused
    searches = _table({**columns, "searched_on": columns["period_start"]}, SEARCHES, search & kept)
    seizures = _table(columns, SEIZURES, seizure & kept)
    return Assembled(searches, seizures, lines.refused, search & kept, seizure & kept)


def _common(lines: Lines) -> dict[str, Any]:
    """Per line: when, where, the operation, the reference."""
    start = lines.of("found_on", pick=lambda period: period.start)
    end = lines.of("found_on", pick=lambda period: period.end)
    until = lines.of("found_until", pick=lambda period: period.end)
    stated = ~blank(until)
    before = stated & ~blank(start)
    before[before] = until[before] <= start[before]
    lines.refuse("found_until", before, "une date de fin qui ne précède pas la date de début")
    return {
        "line_key": lines.keys,
        "period_start": start,
        "period_end": np.where(stated, until, end),
        "establishment_id": lines.of("establishment"),
        "operation": lines.of("operation"),
        "source_reference": pc.fill_null(lines.number("reference"), ""),
    }


def _require_known_region(lines: Lines, establishment: Objects) -> None:
    """Refuse the lines whose region or DISP is not that of their establishment."""
    if "region" not in lines.parsed:
        return
    stated = lines.of("region")
    pairs = pd.DataFrame({"where": establishment, "area": stated})
    wrong = {
        pair: _contradicts(lines.directory, *pair)
        for pair in pairs.drop_duplicates().dropna().itertuples(index=False, name=None)
    }
    if any(wrong.values()):
        held = zip(establishment, stated, strict=True)
        lines.refuse(
            "region",
            np.fromiter((wrong.get(pair, False) for pair in held), dtype=bool, count=lines.size),
            "la région de l’établissement ; l’un des deux est faux",
        )


def _contradicts(directory: Directory, establishment: str, area: tuple[str, str]) -> bool:
    place = directory.places[establishment]
    return area[1] != (place.region_code if area[0] == "region" else place.disp)


def _kinds_of_line(lines: Lines, columns: dict[str, Any]) -> tuple[Mask, Mask]:
    """Which lines tell of a search, and which of a seizure; adds the columns that say so."""
    context = {name: lines.of("context", pick=itemgetter(at)) for at, name in enumerate(CONTEXT_LISTS)}
    explicit = lines.of("search_kind")
    kind = np.where(blank(explicit), context["search_kinds"], explicit)
    cells, number = lines.of("cells_searched"), lines.number("search_number")
    numbered = ~np.asarray(pc.is_null(number).to_numpy(zero_copy_only=False), dtype=bool)
    counted = numbered | ~blank(cells)
    alone = not {"item_type", "quantity"} & lines.parsed.keys()  # then every line of the file is a search
    search = (counted | ~blank(kind) | alone) & lines.searches
    item, quantity = lines.of("item_type"), lines.of("quantity")
    nothing = (item == NOTHING) | (quantity == NOTHING) | (blank(item) & blank(quantity))
    seizure = ~(nothing & search)
    columns |= {
        "search_kind": np.where(blank(kind), "unknown", kind),
        "cells_searched": _without(cells, "unknown"),
        "place": _first(lines.of("place"), context["places"]),
        "route": _first(lines.of("route"), context["routes"]),
        "search_number": number,
    }
    _require_item_and_quantity(lines, item, quantity, seizure)
    return _dated(lines, columns, search, counted, seizure), seizure


def _without(held: Objects, said: str) -> Objects:
    """The values, none where they are that word."""
    known = held.copy()
    known[held == said] = None
    return known


def _first(explicit: Objects, from_context: Objects) -> Objects:
    found = np.where(blank(explicit), from_context, explicit)
    found[blank(found)] = "unknown"
    return found


def _require_item_and_quantity(lines: Lines, item: Objects, quantity: Objects, seizure: Mask) -> None:
    nothing = "au moins 1 objet ; une ligne sans objet n’a de sens qu’avec une fouille"
    lines.refuse("item_type", seizure & blank(item), "un type d’objet de la liste")
    lines.refuse("item_type", seizure & (item == NOTHING), nothing)
    lines.refuse("quantity", seizure & blank(quantity), "un nombre d’objets, ou « inconnu »")
    lines.refuse("quantity", seizure & (quantity == NOTHING), nothing)


def _dated(lines: Lines, columns: dict[str, Any], search: Mask, counted: Mask, seizure: Mask) -> Mask:
    """The lines whose search can be kept: it has a day and an establishment.

    The mere kind of a search is dropped from a seizure that is dated by a period, rather than given a day.
    """
    start, end = (pd.to_datetime(pd.Series(columns[name], dtype=object)) for name in ("period_start", "period_end"))
    one_day: Mask = np.asarray((end - start).dt.days == 1, dtype=bool)
    nowhere = blank(columns["establishment_id"])
    needed = search & (counted | ~seizure)
    lines.refuse("found_on", needed & ~one_day, "le jour de la fouille ; une fouille n’est pas une période")
    lines.refuse("establishment", needed & nowhere, "l’établissement de la fouille")
    kept: Mask = search & one_day & ~nowhere
    return kept


def _table(columns: dict[str, Any], schema: pa.Schema, lines: Mask) -> pa.Table:
    """The lines of a mask; each column is let go once it is written, since a million lines are held twice meanwhile."""
    kept = np.flatnonzero(lines)
    arrays = []
    for each in schema:
        held = columns.pop(each.name)
        if isinstance(held, np.ndarray):
            arrays.append(pa.array(held[kept], each.type, from_pandas=True))
        else:
            arrays.append(held.take(pa.array(kept)).cast(each.type))
    return pa.table(arrays, schema=schema)
