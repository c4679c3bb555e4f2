"""Which search and which find each line belongs to, and the lines of one that contradict each other."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from portique.register.intake.columns import Mask
from portique.register.intake.lines import Lines, blank, strings
from portique.register.intake.parsing import NOTHING
from portique.register.intake.quantities import Quantity

# References as this module makes them, which an export of the register gives back.
_ALREADY = r"^([sfg]:.*\|.*\|?[0-9]{4}-[0-9]{2}-[0-9]{2}|l:[nh]:.+)"


def add_searches(lines: Lines, columns: dict[str, Any], search: Mask) -> None:
    """Add which search each line tells of, and refuse the lines of one search that do not agree on it."""
    told = np.flatnonzero(search)
    names = ("establishment_id", "period_start", "search_kind", "operation")
    part = {name: strings(columns[name][told]) for name in names}
    where = pc.binary_join_element_wise(part["establishment_id"], part["period_start"], "|")
    numbered = _reference("s:", columns["search_number"].take(pa.array(told)), where)
    alone = pc.binary_join_element_wise("l:", lines.keys.take(pa.array(told)), "")
    same = pc.binary_join_element_wise(
        "g:", where, part["search_kind"], strings(columns["cells_searched"][told]), part["operation"], "|"
    )
    item = lines.of("item_type")[told]
    together = ~blank(item) & (item != NOTHING) & (not lines.one_search_per_line)
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


def add_finds(lines: Lines, columns: dict[str, Any], search: Mask, seizure: Mask) -> None:
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
        "attribution_confidence": np.where(blank(stated), np.where(attributed, "low", "none"), stated),
        "review_state": lines.of("review_state", "to_check"),
    }
    columns["find_ref"] = pc.binary_join_element_wise("l:", lines.keys, "")
    if "find_number" in lines.numbers:
        where = pc.binary_join_element_wise(strings(columns["establishment_id"]), strings(columns["period_start"]), "|")
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
