"""What an intake hands over, drawn as a text grid: one row per source line."""

import hashlib
from datetime import date
from typing import Any

import pyarrow as pa
from worlds import ITEMS, PLACES, STATES, grid, period_of

from portique.register.intake.prepared import SEARCHES, SEIZURES, ExtraEstablishment, Prepared

Line = dict[str, str]


def prepared(
    text: str, name: str = "saisies.csv", refused: int = 0, extra: tuple[ExtraEstablishment, ...] = ()
) -> Prepared:
    """A file from a grid with key, when, place and, where a line has them, item, qty, find, search, cells, kind.

    A line with an item (`.` is none) is a seizure; one with cells (`?` is unknown, `.` no search) is a search.
    """
    return of_lines(grid(text), name, refused, extra)


def of_lines(
    lines: list[Line], name: str = "saisies.csv", refused: int = 0, extra: tuple[ExtraEstablishment, ...] = ()
) -> Prepared:
    """A file of these lines; its hash is that of what it says."""
    return Prepared(
        file_name=name,
        file_hash=hashlib.sha256(repr(lines).encode()).hexdigest(),
        searches=pa.Table.from_pylist(
            [_search(line, name) for line in lines if line.get("cells", ".") != "."], SEARCHES
        ),
        seizures=pa.Table.from_pylist(
            [_seizure(line, name) for line in lines if line.get("item", "phone") != "."], SEIZURES
        ),
        refused=refused,
        read=len(lines) + refused,
        extra_establishments=extra,
        mapping={"headings": "h1", "columns": {"quantité": "quantity"}},
    )


def _search(line: Line, name: str) -> dict[str, Any]:
    return {
        "line_key": line["key"],
        "search_ref": _search_ref(line) or line["key"],
        "searched_on": date.fromisoformat(line.get("day", line["when"])),
        "establishment_id": PLACES.get(line["place"], line["place"]),
        "search_kind": line.get("kind", "cell_search"),
        "cells_searched": None if line["cells"] == "?" else int(line["cells"]),
        "operation": None,
        "source_reference": name,
    }


def _seizure(line: Line, name: str) -> dict[str, Any]:
    start, end = period_of(line["when"])
    quantity, item = line.get("qty", "1"), line.get("item", "phone")
    return {
        "line_key": line["key"],
        "find_ref": line.get("find", ".").replace(".", "") or "l:" + line["key"],
        "search_ref": _search_ref(line) or (line["key"] if line.get("cells", ".") != "." else None),
        "period_start": start,
        "period_end": end,
        "establishment_id": PLACES.get(line["place"], line["place"]),
        "item_type": ITEMS.get(item, item),
        "model": None,
        "quantity_min": int(quantity.lstrip(">")) + quantity.startswith(">"),
        "quantity_qualifier": "at_least" if quantity.startswith(">") else "exact",
        "place": "cell",
        "route": line.get("route", "unknown"),
        "supplier": "unknown",
        "channel": "unknown",
        "attribution_confidence": "none",
        "operation": None,
        "review_state": STATES[line.get("state", "new")],
        "source_reference": name,
    }


def _search_ref(line: Line) -> str | None:
    named = line.get("search", ".")
    return None if named == "." else named
