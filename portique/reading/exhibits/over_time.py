"""Exhibits of time: what was found and searched in each day, week, month, quarter or year."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from portique.reading import definitions, labels
from portique.reading.definitions import Measure, measure
from portique.reading.exhibits.exhibit import BREAK_NOTE, Column, Exhibit, make
from portique.reading.questions import Answer
from portique.reading.selection import Selection
from portique.reading.view import View, whole_register
from portique.register import reference

BINS = {"day": "jour", "week": "semaine", "month": "mois", "quarter": "trimestre", "year": "année"}
ONE_BIN = {
    "day": "un jour",
    "week": "une semaine",
    "month": "un mois",
    "quarter": "un trimestre",
    "year": "une année",
}
SERIES = {
    "total": "Ensemble",
    "item_type": "Type d’objet",
    "route": "Voie d’introduction",
    "supplier": "Fournisseur",
}
SERIES_FIELD = {"item_type": "item_types", "route": "routes", "supplier": "suppliers"}
_FREQUENCY = {"day": "D", "week": "W-MON", "month": "MS", "quarter": "QS", "year": "YS"}
_STEP = {
    "day": pd.DateOffset(days=1),
    "week": pd.DateOffset(weeks=1),
    "month": pd.DateOffset(months=1),
    "quarter": pd.DateOffset(months=3),
    "year": pd.DateOffset(years=1),
}


def trend(view: View) -> Exhibit:
    """One row per month up to the end of the selection, at least 24 where the register has them, at most 48.

    Columns: bin, value, mini_phones, cells_searched, phones_per_cell_searched, `selected` (inside the selection).
    """
    wide = view.trend_months
    rows, answer, unallocated = _months(view, wide)
    inside = rows.loc[rows["selected"], "value"].dropna()
    title = _trend_title(view, inside)
    return make(
        view,
        "tendance-mensuelle",
        title=title,
        sentence=title + ".",
        period=(wide.period_start, wide.period_end),
        table=rows,
        columns=_columns(view.measure, "month", with_series=False, with_year_before=False),
        answers=[answer],
        notes=_unallocated_note(unallocated, view.measure, "month"),
    )


def _months(view: View, wide: Selection) -> tuple[pd.DataFrame, Answer, int]:
    """One row per month with its counts and rates, from the answer behind the map; what lies in no single month."""
    answer, held, rest = view.ask_months("by_place", wide, **view.items)
    starts = bins(wide, "month")
    columns = _where_reported(held)
    per_cell = measure("phones_per_cell_searched")
    first, after = (np.datetime64(day, "M") for day in (view.selection.period_start, view.selection.last_day))
    own = starts.to_numpy().astype("datetime64[M]")
    columns |= {
        "value": _values(columns, view.measure),
        "phones_per_cell_searched": _values(columns | {"searched_quantity": columns["searched_phones"]}, per_cell),
        "name": np.array([labels.bin_label(start, "month") for start in starts], dtype=object),
        "selected": (own >= first) & (own <= after),
    }
    return pd.DataFrame({"bin": starts, **columns}), answer, int(rest[view.measure.counted.column])


def over_time(view: View, bin_: str, series: str) -> Exhibit:
    """One row per bin and series of the selection: bin, series, name, value, year_before, partial.

    A rate or a count of finds or cells has no series but the total: it does not split over item types.
    """
    splits = view.measure.column == "quantity" and not view.measure.is_rate
    series = series if splits else "total"
    rows, answers, unallocated = _series(view, view.selection, bin_, series)
    earlier, more, _ = _series(view, view.selection.year_before(), bin_, series)
    rows = _with_year_before(view, rows, earlier, bin_)
    rows["partial"] = _partial(rows["bin"], view.selection, bin_)
    title = _series_title(view, bin_, series)
    notes = _unallocated_note(unallocated, view.measure, bin_)
    if rows["partial"].any():
        notes.append(f"La sélection coupe {ONE_BIN[bin_]} : le total de la période entière serait plus grand.")
    if rows["year_before"].notna().any() and definitions.crosses_counting_break(
        view.selection.year_before().period_start, view.selection.period_end
    ):
        notes.append(BREAK_NOTE)
    return make(
        view,
        f"evolution-{bin_}-{series}",
        title=title,
        sentence=f"{title}. {_extremes(rows, bin_, 2 if view.measure.is_rate else 0)}".strip(),
        table=rows,
        columns=_columns(view.measure, bin_, with_series=series != "total", with_year_before=True),
        answers=[*answers, *more],
        notes=notes,
    )


def effort(view: View, bin_: str) -> Exhibit:
    """One row per bin: searches, with finds, cells searched, searches of unknown cells, phones per cell (`value`)."""
    rows, answers, _ = _totals(view, view.selection, bin_, measure("phones_per_cell_searched"))
    cells = labels.counted(rows["cells_searched"].sum(), "cellule fouillée", "cellules fouillées")
    when = labels.sentence(labels.during(view.selection.period_start, view.selection.period_end))
    return make(
        view,
        f"effort-{bin_}",
        title=f"{when}, {cells}",
        sentence=f"{when}, {cells} en {labels.counted(rows['searches'].sum(), 'fouille', 'fouilles')}.",
        measure=measure("cells_searched"),
        table=rows,
        columns=(
            Column("name", labels.sentence(BINS[bin_])),
            Column("searches", "Fouilles", "count"),
            Column("searches_with_find", "Fouilles avec saisie", "count"),
            Column("cells_searched", "Cellules fouillées", "count"),
            Column("unknown_searches", "Fouilles au nombre de cellules inconnu", "count"),
            Column("value", "Téléphones par cellule fouillée", "decimal"),
        ),
        answers=answers,
    )


@lru_cache(maxsize=64)
def events_between(start: date, end: date) -> pd.DataFrame:
    """The dated events of a half-open period, in their order: one row per line of `data/events.csv`; shared."""
    rows = reference.table("events")
    return rows[_within(rows, start, end)].sort_values("event_date")


def numbered_events(exhibit: Exhibit) -> pd.DataFrame:
    """The events that a picture of this exhibit numbers, in their order."""
    return events_between(*exhibit.period)


def event_marks(starts: pd.DatetimeIndex, exhibit: Exhibit) -> dict[int, str]:
    """The place of each bin that holds events of an exhibit, with their numbers: « 2 », or « 3–5 »."""
    held: dict[int, list[int]] = {}
    for number, day in enumerate(numbered_events(exhibit)["event_date"], start=1):
        held.setdefault(int(starts.searchsorted(day, side="right")) - 1, []).append(number)
    return {place: str(of[0]) if len(of) == 1 else f"{of[0]}–{of[-1]}" for place, of in held.items()}


def events_outside(start: date, end: date) -> pd.DataFrame:
    """The events that a reader must know of even when the half-open period does not hold them."""
    rows = reference.table("events")
    return rows[rows["always_shown"].astype(bool) & ~_within(rows, start, end)]


def _within(rows: pd.DataFrame, start: date, end: date) -> "pd.Series[bool]":
    return (rows["event_date"] >= pd.Timestamp(start)) & (rows["event_date"] < pd.Timestamp(end))


def bins(selection: Selection, bin_: str) -> pd.DatetimeIndex:
    """The first day of each bin that the selection touches."""
    start = pd.Timestamp(selection.period_start).to_period(_PERIOD[bin_]).start_time
    return pd.date_range(start, pd.Timestamp(selection.last_day), freq=_FREQUENCY[bin_])


_PERIOD = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}


def _totals(
    view: View, selection: Selection, bin_: str, wanted: Measure | None = None
) -> tuple[pd.DataFrame, list[Answer], int]:
    """One row per bin with the value of the measure and what it is made from; the answers; what no bin holds."""
    wanted = wanted or view.measure
    answer = view.ask("over_time", selection, items=wanted.items, bin=bin_, series="total")
    starts = bins(selection, bin_)
    columns = _in_bins(answer.table, starts)
    columns |= {
        "value": _values(columns, wanted),
        "phones_per_cell_searched": _values(columns, measure("phones_per_cell_searched")),
        "name": [labels.bin_label(start, bin_) for start in starts],
    }
    return pd.DataFrame({"bin": starts, **columns}), [answer], _outside_bins(answer.table, wanted)


def _in_bins(table: pd.DataFrame, starts: pd.DatetimeIndex) -> dict[str, Any]:
    """The counts of an answer by bin, zero where the register reports something else in it, null where nothing."""
    at = starts.get_indexer(pd.DatetimeIndex(table["bin"]))
    held = {}
    for name in (*_COUNTS, "inmate_years", "observed_inmate_years"):
        held[name] = np.full(len(starts), np.nan)
        held[name][at[at >= 0]] = table[name].to_numpy(dtype=float)[at >= 0]
    return _where_reported(held)


def _where_reported(held: dict[str, Any]) -> dict[str, Any]:
    """Counts that are zero where the register reports something else in a bin, and null where it reports nothing."""
    reported = ~(np.isnan(held["finds"]) & np.isnan(held["searches"]))
    counts = {name: np.where(reported, np.nan_to_num(held[name]), np.nan) for name in held if "inmate" not in name}
    return held | counts | {"reported": reported}


_COUNTS = [
    "quantity",
    "open_lines",
    "mini_phones",
    "searched_quantity",
    "finds",
    "searches",
    "searches_with_find",
    "cells_searched",
    "unknown_searches",
]


def _series(view: View, selection: Selection, bin_: str, series: str) -> tuple[pd.DataFrame, list[Answer], int]:
    """One row per bin and series, zeros included where the register reports something in the bin."""
    totals, answers, unallocated = _totals(view, selection, bin_)
    if series == "total":
        return totals.assign(series="total", label="Ensemble"), answers, unallocated
    found = view.ask("over_time", selection, items=view.measure.items, bin=bin_, series=series)
    held = found.table.dropna(subset=["bin"])
    order = list(dict.fromkeys(found.table["series"]))
    grid = pd.MultiIndex.from_product([bins(selection, bin_), _in_display_order(view, series, order)])
    rows = held.set_index(["bin", "series"])["quantity"].reindex(grid, fill_value=0).rename("value").reset_index()
    rows.columns = pd.Index(["bin", "series", "value"])
    reported = totals.loc[totals["reported"], "bin"]
    rows["value"] = rows["value"].astype(float).where(rows["bin"].isin(reported))
    rows["label"] = [view.label(SERIES_FIELD[series], code) for code in rows["series"]]
    rows["name"] = [labels.bin_label(start, bin_) for start in rows["bin"]]
    return rows, [found, *answers], unallocated


def _in_display_order(view: View, series: str, held: Sequence[str]) -> list[str]:
    order = list(view.choices[SERIES_FIELD[series]])
    return sorted(held, key=order.index)


def _with_year_before(view: View, rows: pd.DataFrame, earlier: pd.DataFrame, bin_: str) -> pd.DataFrame:
    """Each row beside its twin a year earlier: same place in the period; null before the register begins."""
    first = pd.Timestamp(whole_register(view.register)[0])
    rank = rows.groupby("series").cumcount()
    twins = earlier.assign(rank=earlier.groupby("series").cumcount())
    values = twins[twins["bin"] >= first].set_index(["series", "rank"])["value"]
    keys = pd.MultiIndex.from_arrays([rows["series"], rank])
    return rows.assign(year_before=values.reindex(keys).to_numpy(dtype=float))


def _values(columns: Mapping[str, Any], wanted: Measure) -> Any:
    if not wanted.is_rate:
        return columns[wanted.column]
    exposure = np.nan_to_num(columns[wanted.exposure])
    return columns[wanted.column] * wanted.per / np.where(exposure >= wanted.least_exposure, exposure, np.nan)


def _outside_bins(table: pd.DataFrame, wanted: Measure) -> int:
    """What no single bin holds, in the measure's own count; cells are searched on a day, which always has its bin."""
    return int(table.loc[table["bin"].isna(), wanted.counted.column].fillna(0).sum())


def _partial(starts: "pd.Series[pd.Timestamp]", selection: Selection, bin_: str) -> "pd.Series[bool]":
    ends = starts + _STEP[bin_]
    return (starts < pd.Timestamp(selection.period_start)) | (ends > pd.Timestamp(selection.period_end))


def _columns(wanted: Measure, bin_: str, *, with_series: bool, with_year_before: bool) -> list[Column]:
    kind, columns = ("decimal" if wanted.is_rate else "count"), [Column("name", labels.sentence(BINS[bin_]))]
    if with_series:
        columns.append(Column("label", "Série"))
    columns.append(Column("value", labels.sentence(wanted.label), kind))  # type: ignore[arg-type]
    if with_year_before:
        columns.append(Column("year_before", "Un an plus tôt", kind))  # type: ignore[arg-type]
    return columns


def _trend_title(view: View, months: "pd.Series[float]") -> str:
    wanted = view.measure
    when = labels.sentence(labels.during(view.selection.period_start.replace(day=1), view.trend_months.period_end))
    if months.empty:
        return f"{when}, aucun mois renseigné pour cette sélection"
    if len(months) == 1:
        return (
            f"{when}, {labels.compact(months.iloc[0])} {labels.plural(months.iloc[0], wanted.singular, wanted.label)}"
        )
    low, high = labels.compact(months.min()), labels.compact(months.max())
    return f"{when}, entre {low} et {high} {wanted.label}{'' if wanted.is_rate else ' par mois'}"


def _series_title(view: View, bin_: str, series: str) -> str:
    by = {
        "item_type": ", par type d’objet",
        "route": ", par voie d’introduction",
        "supplier": ", par fournisseur",
    }.get(series, "")
    when = labels.period(view.selection.period_start, view.selection.period_end)
    return f"{labels.sentence(view.measure.label)} par {BINS[bin_]}{by}, {when}"


def _extremes(rows: pd.DataFrame, bin_: str, decimals: int) -> str:
    """« Le plus : 2 818 (décembre 2025) ; le moins : 1 957 (février 2025). »; empty below two bins."""
    totals = rows.groupby("bin")["value"].sum(min_count=1).dropna().sort_values()
    if len(totals) < 2:
        return ""
    (low, high), days = (totals.iloc[0], totals.iloc[-1]), pd.DatetimeIndex(totals.index)
    most, least = labels.bin_label(days[-1], bin_), labels.bin_label(days[0], bin_)
    return f"Le plus : {labels.number(high, decimals)} ({most}) ; le moins : {labels.number(low, decimals)} ({least})."


def _unallocated_note(unallocated: int, wanted: Measure, bin_: str) -> list[str]:
    if not unallocated:
        return []
    amount = labels.counted(unallocated, wanted.counted.singular, wanted.counted.label)
    return [f"Non réparti dans le temps : {amount}, dont la source donne une période plus longue qu’{ONE_BIN[bin_]}."]
