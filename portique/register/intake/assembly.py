"""The accepted lines of a file as the two tables of `prepared`, and the refusals that only a whole line shows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from portique.register.intake.columns import Mask
from portique.register.intake.establishments import Directory
from portique.register.intake.parsing import CONTEXT_LISTS, NOTHING, Parsed
from portique.register.intake.prepared import SEARCHES, SEIZURES
from portique.register.intake.quantities import Quantity

# References as this module makes them, which an export of the register gives back.
_ALREADY = r"^([sfg]:.*\|.*\|?[0-9]{4}-[0-9]{2}-[0-9]{2}|l:[nh]:.+)"

Objects = npt.NDArray[np.object_]
Refuse = Callable[[str, Mask, str], None]


@dataclass
class Lines:
    """Lines of a file under assembly: their parsed columns, texts of numbers, keys, and who refuses which lines."""

    size: int
    parsed: Mapping[str, Parsed]
    numbers: Mapping[str, pa.Array]
    keys: pa.Array
    directory: Directory
    one_search_per_line: bool
    refused: Mask = field(init=False)
    refusals: list[tuple[str, Mask, str]] = field(default_factory=list)  # field code, lines, what was expected

    def __post_init__(self) -> None:
        self.refused = np.zeros(self.size, dtype=bool)
        for each in self.parsed.values():
            self.refused |= each.refused[each.column.codes]

    def refuse(self, code: str, lines: Mask, expected: str) -> None:
        """Refuse the lines of a mask that are not refused yet, for one reason."""
        fresh = lines & ~self.refused
        if fresh.any():
            self.refusals.append((code, fresh, expected))
            self.refused |= fresh

    def of(self, code: str, default: object = None, pick: Callable[[Any], Any] = lambda content: content) -> Objects:
        """Per line: what a field says, the default where it says nothing or is not in the file."""
        if code not in self.parsed:
            return _filled(self.size, default)
        held: Objects = self.parsed[code].contents(pick)
        if default is not None:
            held = held.copy()
            held[_blank(held)] = default
        return held

    def number(self, code: str) -> pa.Array:
        """Per line: the text of a number or reference, null where there is none."""
        return self.numbers.get(code, pa.nulls(self.size, pa.string()))


def _filled(size: int, value: object) -> Objects:
    held = np.empty(size, dtype=object)
    held[:] = value
    return held


def _blank(held: Objects) -> Mask:
    return np.asarray(pd.isna(held), dtype=bool)


@dataclass(frozen=True)
class Assembled:
    """What an import would write, and which lines it leaves out."""

    searches: pa.Table
    seizures: pa.Table
    refused: Mask


def assemble(lines: Lines) -> Assembled:
    """The tables of the lines that no rule refuses; `lines.refusals` then says the rest."""
    columns = _common(lines)
    _require_known_region(lines, columns["establishment_id"])
    search, seizure = _kinds_of_line(lines, columns)
    _search_columns(lines, columns, search)
    _find_columns(lines, columns, search, seizure)
    kept = ~lines.refused
    searches = _table({**columns, "searched_on": columns["period_start"]}, SEARCHES, search & kept)
    return Assembled(searches, _table(columns, SEIZURES, seizure & kept), lines.refused)


def _common(lines: Lines) -> dict[str, Any]:
    """Per line: when, where, the operation, the reference."""
    start = lines.of("found_on", pick=lambda period: period.start)
    end = lines.of("found_on", pick=lambda period: period.end)
    until = lines.of("found_until", pick=lambda period: period.end)
    stated = ~_blank(until)
    before = stated & ~_blank(start)
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
    kind = np.where(_blank(explicit), context["search_kinds"], explicit)
    cells, number = lines.of("cells_searched"), lines.number("search_number")
    numbered = ~np.asarray(pc.is_null(number).to_numpy(zero_copy_only=False), dtype=bool)
    counted = numbered | ~_blank(cells)
    alone = not {"item_type", "quantity"} & lines.parsed.keys()  # then every line of the file is a search
    search = counted | ~_blank(kind) | alone
    item, quantity = lines.of("item_type"), lines.of("quantity")
    nothing = (item == NOTHING) | (quantity == NOTHING) | (_blank(item) & _blank(quantity))
    seizure = ~(nothing & search)
    columns |= {
        "search_kind": np.where(_blank(kind), "unknown", kind),
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
    found = np.where(_blank(explicit), from_context, explicit)
    found[_blank(found)] = "unknown"
    return found


def _require_item_and_quantity(lines: Lines, item: Objects, quantity: Objects, seizure: Mask) -> None:
    nothing = "au moins 1 objet ; une ligne sans objet n’a de sens qu’avec une fouille"
    lines.refuse("item_type", seizure & _blank(item), "un type d’objet de la liste")
    lines.refuse("item_type", seizure & (item == NOTHING), nothing)
    lines.refuse("quantity", seizure & _blank(quantity), "un nombre d’objets, ou « inconnu »")
    lines.refuse("quantity", seizure & (quantity == NOTHING), nothing)


def _dated(lines: Lines, columns: dict[str, Any], search: Mask, counted: Mask, seizure: Mask) -> Mask:
    """The lines whose search can be kept: it has a day and an establishment.

    The mere kind of a search is dropped from a seizure that is dated by a period, rather than given a day.
    """
    start, end = (pd.to_datetime(pd.Series(columns[name], dtype=object)) for name in ("period_start", "period_end"))
    one_day: Mask = np.asarray((end - start).dt.days == 1, dtype=bool)
    nowhere = _blank(columns["establishment_id"])
    needed = search & (counted | ~seizure)
    lines.refuse("found_on", needed & ~one_day, "le jour de la fouille ; une fouille n’est pas une période")
    lines.refuse("establishment", needed & nowhere, "l’établissement de la fouille")
    kept: Mask = search & one_day & ~nowhere
    return kept


def _search_columns(lines: Lines, columns: dict[str, Any], search: Mask) -> None:
    """Add which search each line tells of, and refuse the lines of one search that do not agree on it."""
    told = np.flatnonzero(search)
    names = ("establishment_id", "period_start", "search_kind", "operation")
    part = {name: _strings(columns[name][told]) for name in names}
    where = pc.binary_join_element_wise(part["establishment_id"], part["period_start"], "|")
    numbered = _reference("s:", columns["search_number"].take(pa.array(told)), where)
    alone = pc.binary_join_element_wise("l:", lines.keys.take(pa.array(told)), "")
    same = pc.binary_join_element_wise(
        "g:", where, part["search_kind"], _strings(columns["cells_searched"][told]), part["operation"], "|"
    )
    item = lines.of("item_type")[told]
    together = ~_blank(item) & (item != NOTHING) & (not lines.one_search_per_line)
    found = pc.coalesce(numbered, pc.if_else(pa.array(together.astype(bool)), same, alone))
    columns["search_ref"] = _scattered(found, told, lines.size)
    if "search_number" in lines.numbers:
        _agree_on_search(lines, columns, search)


def _reference(mark: str, numbers: pa.Array, where: pa.Array) -> pa.Array:
    """What a number names, at its place and on its day, since files number from 1; an exported one stays itself."""
    made = pc.binary_join_element_wise(mark, numbers, "|", where, "")
    return pc.if_else(pc.match_substring_regex(numbers, _ALREADY), numbers, made)


def _scattered(values: pa.Array, places: npt.NDArray[np.intp], size: int) -> pa.Array:
    """The values at their places among so many lines, null elsewhere."""
    positions = np.zeros(size, dtype=np.int64)
    positions[places] = np.arange(len(places))
    elsewhere = np.ones(size, dtype=bool)
    elsewhere[places] = False
    return values.take(pa.array(positions, mask=elsewhere))


def _agree_on_search(lines: Lines, columns: dict[str, Any], search: Mask) -> None:
    """Give every line of a numbered search what one of them says of it; refuse those that contradict each other."""
    said = pd.DataFrame(
        {
            "search_ref": columns["search_ref"].to_pandas(),
            "cells_searched": pd.to_numeric(pd.Series(columns["cells_searched"], dtype=object)).astype("Int64"),
            "search_kind": pd.Series(columns["search_kind"], dtype=object).replace("unknown", None),
            "operation": pd.Series(columns["operation"], dtype=object),
        }
    )
    groups = said[search].groupby("search_ref")
    for code, name in (("cells_searched", "cellules"), ("search_kind", "natures"), ("operation", "opérations")):
        differing = said["search_ref"].map(groups[code].nunique() > 1).eq(True).to_numpy(dtype=bool)
        lines.refuse(code, differing, f"une seule valeur pour les lignes d’une même fouille, pas deux {name}")
        agreed = said["search_ref"].map(groups[code].first())
        empty = None if code != "search_kind" else "unknown"
        columns[code] = np.where(search, agreed.astype(object).where(agreed.notna(), empty), columns[code])


def _find_columns(lines: Lines, columns: dict[str, Any], search: Mask, seizure: Mask) -> None:
    """Add what only a seizure has, and which find it belongs to."""
    supplier, channel = lines.of("supplier", "unknown"), lines.of("channel", "unknown")
    attributed = (supplier != "unknown") | (channel != "unknown")
    stated = lines.of("confidence")
    columns |= {
        "item_type": lines.of("item_type"),
        "model": lines.of("model"),
        "quantity_min": lines.of("quantity", pick=_least),
        "quantity_qualifier": lines.of("quantity", pick=_qualifier),
        "supplier": supplier,
        "channel": channel,
        # A supplier that is named without more is the least that can be claimed of it.
        "attribution_confidence": np.where(_blank(stated), np.where(attributed, "low", "none"), stated),
        "review_state": lines.of("review_state", "to_check"),
    }
    columns["find_ref"] = pc.binary_join_element_wise("l:", lines.keys, "")
    if "find_number" in lines.numbers:
        where = pc.binary_join_element_wise(
            _strings(columns["establishment_id"]), _strings(columns["period_start"]), "|"
        )
        numbered = _reference("f:", lines.number("find_number"), where)
        columns["find_ref"] = pc.coalesce(numbered, columns["find_ref"])
        _agree_on_find(lines, columns, seizure)


def _least(content: Any) -> int | None:
    return content.least if isinstance(content, Quantity) else None


def _qualifier(content: Any) -> str | None:
    return content.qualifier if isinstance(content, Quantity) else None


def _agree_on_find(lines: Lines, columns: dict[str, Any], seizure: Mask) -> None:
    """Refuse the lines of one numbered find that do not say the same of it."""
    names = {"period_end": "found_until", "place": "place", "route": "route", "operation": "operation"}
    said = pd.DataFrame({name: pd.Series(columns[name], dtype=object) for name in names})
    said["search_ref"] = columns["search_ref"].to_pandas()
    said["find_ref"] = columns["find_ref"].to_pandas()
    groups = said[seizure & ~lines.refused].groupby("find_ref")
    for name, code in {**names, "search_ref": "search_kind"}.items():
        differing = said["find_ref"].map(groups[name].nunique(dropna=False) > 1).eq(True).to_numpy(dtype=bool)
        lines.refuse(code, differing & seizure, "une seule valeur pour les lignes d’une même saisie")


def _strings(values: Any) -> pa.Array:
    """Values as texts, an absence as an empty one: for joining."""
    held = pa.array(values, from_pandas=True)
    return pc.fill_null(held.cast(pa.string()), "")


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
