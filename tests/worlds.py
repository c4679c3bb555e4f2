"""Small registers for tests: drawn as text grids, or at random from a seed, and served like a real one."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from portique.reading.questions import Answer, Reader, ask, unrestricted
from portique.reading.selection import Selection
from portique.reading.view import View, choices, default_selection
from portique.register import reference, schema
from portique.register.lake import Lake
from portique.register.schema import Provenance
from portique.register.served import Served, serve

# Short names for the establishments of the grids: region 11 holds two of them, overseas one.
PLACES = {
    "fleury": "cp-fleury-merogis",  # 91, Île-de-France, DISP de Paris
    "sante": "cp-paris-la-sante",  # 75, Île-de-France, DISP de Paris
    "nice": "ma-nice",  # 06, Provence-Alpes-Côte d’Azur, DISP de Marseille
    "arras": "ma-arras",  # 62, Hauts-de-France, DISP de Lille
    "port": "cd-le-port",  # 974, La Réunion, Mission outre-mer
    ".": None,
}
ITEMS = {"phone": "smartphone", "mini": "mini_phone", "sim": "sim_card", "tablet": "multimedia_device"}
STATES = {"ok": "checked", "new": "to_check", "dup": "duplicate", "out": "not_counted"}


@dataclass(frozen=True)
class Rows:
    """A batch for `Lake.append`."""

    searches: pa.Table
    seizures: pa.Table


@dataclass
class World:
    """A register and its served copy, with the rows that it was made from."""

    lake: Lake
    served: Served
    searches: pd.DataFrame
    seizures: pd.DataFrame
    reader: Reader = field(init=False)
    choices: dict[str, dict[str, str]] = field(init=False)

    def __post_init__(self) -> None:
        self.reader, self.choices = unrestricted(self.served), choices(self.served)

    def ask(self, name: str, selection: Selection, **extra: Any) -> Answer:
        return ask(self.reader, name, selection, **extra)

    def rows(self, name: str, selection: Selection, *columns: str, **extra: Any) -> list[tuple[Any, ...]]:
        """The answer as tuples of some columns; days as text, nulls as None."""
        table = self.ask(name, selection, **extra).table[list(columns)]
        return [tuple(_plain(value) for value in row) for row in table.itertuples(index=False)]

    def view(self, selection: Selection, page: str = "carte") -> View:
        return View(self.reader, selection, default_selection(self.served.register), self.choices, page)


def during(start: str, end: str, **changes: Any) -> Selection:
    """A selection over all establishments: `during("2025-01", "2025-02")` is January and February."""
    first, after = period_of(start)[0], period_of(end)[1]
    return Selection(first, after, **({"scope": "all"} | changes))


def period_of(text: str) -> tuple[date, date]:
    """The half-open period of « 2025 », « 2025-05 », « 2025-05-20 » or « 2025-05-20/2025-06-03 »."""
    if "/" in text:
        start, end = text.split("/")
        return date.fromisoformat(start), date.fromisoformat(end)
    if len(text) == 10:
        return date.fromisoformat(text), date.fromisoformat(text) + timedelta(days=1)
    start = date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    months = 12 if len(text) == 4 else 1
    return start, (pd.Timestamp(start) + pd.DateOffset(months=months)).date()


def grid(text: str) -> list[dict[str, str]]:
    """The lines of a grid under the names of its first line; # begins a remark, ~ stands for a space."""
    lines = [line.split("#")[0].split() for line in text.strip().splitlines()]
    head, *rest = [line for line in lines if line]
    assert all(len(line) == len(head) for line in rest), "a line of the grid misses a cell"
    return [dict(zip(head, (cell.replace("~", " ") for cell in line), strict=True)) for line in rest]


def search_rows(text: str, provenance: str = "registered") -> pd.DataFrame:
    """Searches from a grid with day and place; if drawn: id, cells (. is unknown), kind, operation."""
    rows = grid(text) if text.strip() else []
    return _frame(
        "search",
        [
            {
                "search_id": int(row.get("id", number)),
                "searched_on": date.fromisoformat(row["day"]),
                "establishment_id": PLACES.get(row["place"], row["place"]),
                "search_kind": row.get("kind", "cell_search"),
                "cells_searched": None if row.get("cells", "1") == "." else int(row.get("cells", "1")),
                "operation": _null(row.get("operation", ".")),
                "provenance": provenance,
                "source_reference": "essai",
            }
            for number, row in enumerate(rows, 1)
        ],
    )


def seizure_rows(text: str, provenance: str = "registered", first: int = 1) -> pd.DataFrame:
    """Item lines from a grid with when and place.

    If drawn: item, qty (3, >3 more than three, ? unknown), find, search, supplier, channel, route, operation,
    model, state.
    """
    rows = grid(text) if text.strip() else []
    return _frame("seizure", [_line(row, number, provenance) for number, row in enumerate(rows, first)])


def world(
    folder: Path,
    seizures: str,
    searches: str = "",
    provenance: Provenance = "registered",
    name: str = "Essai",
) -> World:
    """A register of these two grids, served."""
    return served_world(folder, search_rows(searches, provenance), seizure_rows(seizures, provenance), name)


def served_world(folder: Path, searches: pd.DataFrame, seizures: pd.DataFrame, name: str = "Essai") -> World:
    rows = pd.concat([searches["provenance"], seizures["provenance"]])
    provenance: Provenance = "demonstration" if "demonstration" in set(rows) else "registered"
    lake = Lake(folder, provenance)
    lake.create(name)
    lake.append([batch(searches, seizures)], author="essai", message="premières lignes")
    return World(lake, serve(lake), searches, seizures)


def batch(searches: pd.DataFrame, seizures: pd.DataFrame) -> Rows:
    """Two frames as the Arrow tables that a lake takes."""
    return Rows(
        pa.Table.from_pandas(searches, schema=schema.arrow_schema("search"), preserve_index=False),
        pa.Table.from_pandas(seizures, schema=schema.arrow_schema("seizure"), preserve_index=False),
    )


def random_rows(seed: int, lines: int = 3_000) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Searches and item lines with everything that the register allows, over 2023 to 2025 in 30 establishments."""
    rng = np.random.default_rng(seed)
    establishments = rng.permutation(reference.codes("establishments", "establishment_id"))[:30]
    searches = _random_searches(rng, establishments, lines // 2)
    return searches, _random_seizures(rng, establishments, searches, lines)


def _random_searches(rng: np.random.Generator, establishments: Any, count: int) -> pd.DataFrame:
    cells = rng.integers(0, 60, count)
    known = rng.random(count) > 0.2
    return pd.DataFrame(
        {
            "search_id": np.arange(1, count + 1),
            "searched_on": _days(rng.integers(0, 1096, count)),
            "establishment_id": rng.choice(establishments, count),
            "search_kind": rng.choice(reference.codes("search_kinds", "search_kind"), count),
            "cells_searched": pd.array(np.where(known, cells, 0), dtype="Int32"),
            "operation": rng.choice(np.array([None, None, None, "prison_break", "fouilles_xxl"], object), count),
            "provenance": "registered",
            "source_reference": "hasard",
        }
    ).assign(cells_searched=lambda frame: frame["cells_searched"].mask(~pd.Series(known)))


def _random_seizures(rng: np.random.Generator, establishments: Any, searches: pd.DataFrame, lines: int) -> pd.DataFrame:
    """Finds of one to four lines; a third from a search, the rest on a day, a month, a year or a stretch of days."""
    finds = _random_finds(rng, establishments, searches, lines // 2)
    rows = finds.loc[np.repeat(finds.index, rng.choice([1, 2, 3, 4], len(finds), p=[0.4, 0.3, 0.2, 0.1]))]
    rows, count = rows.reset_index(drop=True).head(lines), min(lines, len(rows))
    qualifier = rng.choice(schema.QUALIFIERS, count, p=[0.8, 0.1, 0.1])
    made = rows.assign(
        seizure_id=np.arange(1, count + 1),
        item_type=rng.choice(reference.codes("item_types", "item_type"), count),
        model=rng.choice(np.array([None, "Modèle A", "L8 Star", "K33 « mini »"], object), count),
        quantity_min=np.where(qualifier == "unknown", 1, rng.integers(1, 9, count)),
        quantity_qualifier=qualifier,
        supplier=rng.choice(["oportik", "other_suppliers", "unknown", "Zéphyr & fils", "abc"], count),
        channel=rng.choice(["oportik_site", "oportik_instagram", "other_channels", "unknown", "marché"], count),
        attribution_confidence=rng.choice(schema.CONFIDENCES, count),
        review_state=rng.choice(schema.REVIEW_STATES, count, p=[0.4, 0.4, 0.1, 0.1]),
        provenance="registered",
        source_reference="hasard",
    )
    return made[list(schema.SEIZURE)]


def _random_finds(rng: np.random.Generator, establishments: Any, searches: pd.DataFrame, count: int) -> pd.DataFrame:
    searched = searches.loc[rng.integers(0, len(searches), count)].reset_index(drop=True)
    from_search = rng.random(count) < 0.35
    starts, ends = zip(*[_random_period(rng) for _ in range(count)], strict=True)
    day = pd.Series(pd.to_datetime(searched["searched_on"]))
    return pd.DataFrame(
        {
            "find_id": np.arange(1, count + 1),
            "period_start": day.where(from_search, pd.Series(pd.to_datetime(list(starts)))).dt.date,
            "period_end": (day + pd.Timedelta(days=1))
            .where(from_search, pd.Series(pd.to_datetime(list(ends))))
            .dt.date,
            "establishment_id": searched["establishment_id"]
            .astype(object)
            .where(from_search, pd.Series(rng.choice(np.array([*establishments, *[None] * 4], object), count))),
            "place": rng.choice(reference.codes("places", "place"), count),
            "route": rng.choice(reference.codes("routes", "route"), count),
            "search_id": searched["search_id"].astype("Int64").where(pd.Series(from_search)),
            "operation": searched["operation"].where(from_search, None),
        }
    )


def _random_period(rng: np.random.Generator) -> tuple[date, date]:
    first = date(2023, 1, 1) + timedelta(days=int(rng.integers(0, 1096)))
    match rng.choice(["day", "day", "day", "month", "month", "year", "stretch"]):
        case "day":
            return first, first + timedelta(days=1)
        case "month":
            return period_of(first.isoformat()[:7])
        case "year":
            return period_of(first.isoformat()[:4])
        case _:
            return first, first + timedelta(days=int(rng.integers(2, 70)))


def _days(offsets: Any) -> list[date]:
    return [date(2023, 1, 1) + timedelta(days=int(offset)) for offset in offsets]


def _line(row: dict[str, str], number: int, provenance: str) -> dict[str, object]:
    start, end = period_of(row["when"])
    quantity, qualifier = _quantity(row.get("qty", "1"))
    return {
        "seizure_id": number,
        "find_id": int(row.get("find", number)),
        "period_start": start,
        "period_end": end,
        "establishment_id": PLACES.get(row["place"], row["place"]),
        "item_type": ITEMS.get(row.get("item", "phone"), row.get("item", "phone")),
        "model": _null(row.get("model", ".")),
        "quantity_min": quantity,
        "quantity_qualifier": qualifier,
        "place": "cell",
        "route": row.get("route", "unknown"),
        "search_id": None if row.get("search", ".") == "." else int(row["search"]),
        "supplier": row.get("supplier", "unknown"),
        "channel": row.get("channel", "unknown"),
        "attribution_confidence": "none",
        "operation": _null(row.get("operation", ".")),
        "review_state": STATES[row.get("state", "ok")],
        "provenance": provenance,
        "source_reference": "essai",
    }


def _quantity(text: str) -> tuple[int, str]:
    if text == "?":
        return 1, "unknown"
    return (int(text[1:]) + 1, "at_least") if text.startswith(">") else (int(text), "exact")


def _null(text: str) -> str | None:
    return None if text == "." else text


def _frame(table: str, rows: list[dict[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=schema.arrow_schema(table).names, dtype=object)


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if isinstance(value, np.generic) else value
