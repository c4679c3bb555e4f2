"""The fields of a line or a search as widgets, each seeded with its value; what comes back is what was changed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pandas as pd
import streamlit as st

from portique.reading import labels, words
from portique.reading.view import View
from portique.register.corrections import OF_A_SEARCH, Subject, Value

# In the order of the screen. `search_id` is not among them: a find goes to another search by its file.
LINE = (
    "item_type",
    "model",
    "quantity_min",
    "quantity_qualifier",
    "place",
    "route",
    "supplier",
    "channel",
    "attribution_confidence",
    "operation",
)
SEARCH = {
    "searched_on": "searched_on",
    "establishment_id": "search_establishment_id",
    "search_kind": "search_kind",
    "cells_searched": "cells_searched",
}
_OPEN = {
    "supplier": "suppliers",
    "channel": "channels",
    "operation": "operations",
    "establishment_id": "establishments",
}
_NONE = "(rien)"


def changed(view: View, subject: Subject, row: Mapping[Any, Any]) -> dict[str, Value]:
    """The fields whose value the reader changed; a line of a search leaves its day and place to the search."""
    if subject == "search":
        columns = SEARCH
    else:
        own = () if not pd.isna(row["search_wording_id"]) else OF_A_SEARCH
        columns = {field: field for field in (*LINE, *own)}
    left, right = st.columns(2)
    values = {}
    for place, (field, column) in enumerate(columns.items()):
        with (left, right)[place % 2]:
            before = _value(field, row[column])
            after = _widget(view, field, before, f"act-{row['seizure_id']}-{subject}-{field}")
            if after != before:
                values[field] = _written(field, after)
    return values


def _value(field: str, held: Any) -> Value:
    """A value of the register as a widget takes it: the last day of a period rather than the day after."""
    if held is None or pd.isna(held):
        return None
    if field in words.DAYS:
        day: date = pd.Timestamp(held).date()
        return day - timedelta(days=field == "period_end")
    return int(held) if field in ("quantity_min", "cells_searched") else str(held)


def _written(field: str, value: Value) -> Value:
    return value + timedelta(days=1) if field == "period_end" and isinstance(value, date) else value


def _widget(view: View, field: str, value: Value, key: str) -> Value:
    label = labels.sentence(words.FIELDS[field])
    if field in words.DAYS:
        day: Any = st.date_input(label, value=value, format="DD/MM/YYYY", key=key)  # type: ignore[arg-type]
        return day if isinstance(day, date) else None
    if field in ("quantity_min", "cells_searched"):
        held: Any = value
        number = st.number_input(label, value=held, min_value=0, step=1, key=key)
        return None if number is None else int(number)
    if field == "model":
        return st.text_input(label, value=str(value or ""), max_chars=80, key=key).strip() or None
    return _code(view, field, value, label, key)


def _code(view: View, field: str, value: Value, label: str, key: str) -> Value:
    """A code of a list; open lists take a new name, and what may be missing has « (rien) »."""
    known = dict(view.choices[_OPEN[field]] if field in _OPEN else words.codes(field))
    if value is not None:
        known.setdefault(str(value), str(value))
    offered = ([""] if field in ("operation", "establishment_id") else []) + list(known)
    chosen = st.selectbox(
        label,
        offered,
        index=offered.index(str(value or "")),
        format_func=lambda code: labels.sentence(known.get(str(code), str(code))) if code else _NONE,
        accept_new_options=field in ("supplier", "channel", "operation"),
        key=key,
    )
    return str(chosen).strip() if chosen else None
