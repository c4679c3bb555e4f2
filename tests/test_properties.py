"""The parts add up to the whole, at every level of detail; and an independent computation finds the same numbers."""

import itertools
import threading
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from worlds import World, random_rows, served_world

from portique.reading.answers import Cells
from portique.reading.questions import MONTH_COARSE, MONTH_FINE, MONTH_PLAIN, OWN_PERIODS, bound, question
from portique.reading.selection import FACETS, Selection
from portique.register import reference

ITEM_TYPES = list(reference.codes("item_types", "item_type"))
PHONES = ["smartphone", "basic_phone", "mini_phone", "phone_unspecified"]
ACCESSORIES = ["sim_card", "charger", "usb_cable", "battery", "earphones", "usb_stick", "accessory"]
MEASURED = {
    "phones": PHONES,
    "mini_phones": ["mini_phone"],
    "both": [*PHONES, *ACCESSORIES],
    "all": ITEM_TYPES,
}
LEVELS = ("establishment", "department", "region", "disp", "all")
BINS = ("day", "week", "month", "quarter", "year")
SERIES = ("total", "item_type", "route", "supplier")
DIMENSIONS = ("item_type", "route", "supplier", "channel", "operation", "search_kind", "model")
ADDED = [
    "quantity",
    "open_lines",
    "unallocated",
    "lines_left_out",
    "phones",
    "mini_phones",
    "searched_phones",
]
TOTALS = ["quantity", "open_lines", "mini_phones", "searched_quantity", "finds", "searches", "searches_with_find"]
TOTALS += ["cells_searched", "unknown_searches", "inmate_years"]
MONTHLY = ["quantity", "finds", "searches", "cells_searched"]
EFFORT = ["finds", "searches", "searches_with_find", "cells_searched", "unknown_searches"]


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> World:
    return served_world(tmp_path_factory.mktemp("random"), *random_rows(20250520))


# Selections


def facets(held: World) -> dict[str, list[str]]:
    """For each facet the codes that its filter may hold, one unknown to the register among them."""
    return {name: [*codes, "nobody"] for name, codes in held.choices.items()}


def drawn(held: World, rng: np.random.Generator, whole_months: bool) -> Selection:
    """A selection with none to three filters, over some of 2022 to 2026."""
    if whole_months:
        months = pd.date_range("2022-12-01", "2026-02-01", freq="MS")
        first = int(rng.integers(0, len(months) - 1))
        start, end = months[first].date(), months[int(rng.integers(first + 1, len(months)))].date()
    else:
        start = date(2022, 12, 20) + timedelta(days=int(rng.integers(0, 1100)))
        end = start + timedelta(days=int(rng.choice([1, 7, 31, 90, 365])))
    codes, fields = facets(held), rng.permutation([facet.field for facet in FACETS])
    filters = {
        field: tuple(rng.choice(codes[field], min(len(codes[field]), int(rng.integers(1, 8))), replace=False).tolist())
        for field in fields[: rng.choice([0, 0, 1, 1, 2, 3])].tolist()
    }
    return Selection(start, end, scope=str(rng.choice(["all", "all", "all", "operation"])), **filters)


seeds = st.integers(0, 2**32 - 1)
checked = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


# The parts add up to the whole


def total(held: World, selection: Selection, items: list[str]) -> pd.Series:
    rows = held.ask("by_place", selection, level="all", items=items, phones=PHONES).table
    return rows[[*ADDED, *EFFORT, "inmate_years"]].sum()


@checked
@given(seeds, st.booleans(), st.sampled_from(list(MEASURED)))
def test_places_add_up_at_every_level(held: World, seed: int, whole_months: bool, measured: str) -> None:
    selection, items = drawn(held, np.random.default_rng(seed), whole_months), MEASURED[measured]
    whole = total(held, selection, items)
    for level in LEVELS:
        rows = held.ask("by_place", selection, level=level, items=items, phones=PHONES).table
        pd.testing.assert_series_equal(rows[whole.index].sum(), whole, check_exact=False)


@checked
@given(seeds, st.booleans(), st.sampled_from(list(MEASURED)))
def test_bins_and_what_no_bin_holds_add_up(held: World, seed: int, whole_months: bool, measured: str) -> None:
    selection, items = drawn(held, np.random.default_rng(seed), whole_months), MEASURED[measured]
    whole = total(held, selection, items)
    for bin_, series in itertools.product(BINS, SERIES):
        rows = held.ask("over_time", selection, items=items, bin=bin_, series=series).table
        assert (rows["quantity"].sum(), rows["open_lines"].sum()) == (whole["quantity"], whole["open_lines"])
    for bin_ in BINS:
        rows = held.ask("over_time", selection, items=items, bin=bin_, series="total").table
        assert rows[EFFORT].sum().tolist() == whole[EFFORT].tolist()
        assert rows["inmate_years"].sum() == pytest.approx(whole["inmate_years"])


@checked
@given(seeds, st.booleans(), st.sampled_from(list(MEASURED)))
def test_months_of_places_add_up(held: World, seed: int, whole_months: bool, measured: str) -> None:
    selection, items = drawn(held, np.random.default_rng(seed), whole_months), MEASURED[measured]
    whole = total(held, selection, items)[MONTHLY].tolist()
    for level in LEVELS:
        rows = held.ask("over_time", selection, level=level, items=items, bin="month", series="total").table
        assert rows[MONTHLY].sum().tolist() == whole
        assert not rows.duplicated(["place", "bin"]).any()


@checked
@given(seeds, st.booleans(), st.sampled_from(list(MEASURED)))
def test_codes_and_flow_add_up(held: World, seed: int, whole_months: bool, measured: str) -> None:
    selection, items = drawn(held, np.random.default_rng(seed), whole_months), MEASURED[measured]
    quantity = total(held, selection, items)["quantity"]
    assert held.ask("flow", selection, items=items).table["quantity"].sum() == quantity
    for dimension in DIMENSIONS:
        rows = held.ask("by_code", selection, items=items, dimension=dimension).table
        assert rows["quantity"].sum() == quantity
        assert rows["code"].is_unique


# The same answer at every level of detail

FINE = ("routes", "search_kinds", "channels", "operations")


def at_level(held: World, name: str, selection: Selection, level: int, extra: dict[str, Any]) -> pd.DataFrame:
    """The rows of a question read at a level; those by cell of time added up over the period, as a reader sees them."""
    asked, params = question(name), bound(held.reader, selection, level) | extra
    if not asked.by_cell:
        return held.served.ask(asked.sql, params)
    cells = Cells(held.served.arrays(asked.sql, params), asked.columns)
    seen = np.array(params["perimeter"])
    return cells.by_place(seen, held.served.codes("establishment"), selection.period_start, selection.period_end)


def coarse_questions() -> list[tuple[str, dict[str, Any]]]:
    asked: list[tuple[str, dict[str, Any]]] = [
        ("by_place", {"items": PHONES, "phones": PHONES}),
        *(
            ("over_time", {"items": ITEM_TYPES, "bin": "month", "series": series})
            for series in ("item_type", "supplier")
        ),
        *(("over_time", {"items": PHONES, "bin": bin_, "series": "total"}) for bin_ in ("month", "quarter", "year")),
        *(("by_code", {"items": PHONES, "dimension": name}) for name in ("item_type", "supplier")),
    ]
    return asked


@checked
@given(seeds)
def test_coarse_fine_and_own_periods_agree_on_whole_months(held: World, seed: int) -> None:
    selection = drawn(held, np.random.default_rng(seed), whole_months=True).without(*FINE)
    levels = [MONTH_COARSE, MONTH_FINE, *([] if selection.of_what else [MONTH_PLAIN])]
    for name, extra in coarse_questions():
        own = at_level(held, name, selection, OWN_PERIODS, extra)
        for level in levels:
            pd.testing.assert_frame_equal(at_level(held, name, selection, level, extra), own)


@checked
@given(seeds)
def test_fine_and_own_periods_agree_with_every_filter(held: World, seed: int) -> None:
    selection = drawn(held, np.random.default_rng(seed), whole_months=True)
    fine: list[tuple[str, dict[str, Any]]] = [("by_code", {"items": PHONES, "dimension": name}) for name in DIMENSIONS]
    for name, extra in [*coarse_questions(), *fine, ("flow", {"items": PHONES})]:
        own = at_level(held, name, selection, OWN_PERIODS, extra)
        pd.testing.assert_frame_equal(at_level(held, name, selection, MONTH_FINE, extra), own)


# An independent computation, from the raw rows


class Paper:
    """The questions answered with pandas, line by line, as their headers define them."""

    def __init__(self, held: World) -> None:
        places = reference.table("establishments")
        self.places = places.set_index("establishment_id")
        self.searches = held.searches.assign(day=pd.to_datetime(held.searches["searched_on"]))
        lines = held.seizures.merge(
            self.searches[["search_id", "search_kind", "cells_searched"]], on="search_id", how="left"
        )
        lines = lines.assign(
            start=pd.to_datetime(lines["period_start"]),
            end=pd.to_datetime(lines["period_end"]),
            counted=lines["review_state"].isin(["checked", "to_check"]),
            quantity=lines["quantity_min"].astype(int),
            open=(lines["quantity_qualifier"] != "exact").astype(int),
        )
        self.lines = self.with_places(lines)
        self.searches = self.with_places(self.searches)
        named = reference.table("operation_establishments").query("operation == 'prison_break' and mention == 'named'")
        rows = pd.concat([held.searches, held.seizures])
        self.operation = {
            *named["establishment_id"],
            *rows.query("operation == 'prison_break'")["establishment_id"],
        }
        found = self.lines[self.lines["counted"]]["search_id"].dropna()
        self.searches["with_find"] = self.searches["search_id"].isin(found).astype(int)
        self.occupancy = self.inmates()
        self.periods, self.searched, self.lived = cache(self.periods), cache(self.searched), cache(self.lived)

    def with_places(self, rows: pd.DataFrame) -> pd.DataFrame:
        looked_up = self.places.reindex(rows["establishment_id"])
        columns = {name: looked_up[name].to_numpy() for name in ("region_code", "department_code", "disp", "kind")}
        return rows.assign(**columns)

    def inmates(self) -> pd.DataFrame:
        """Establishment × month of the register → inmates: by the day between observed ones, the nearest outside."""
        last = max(self.lines["end"].max() - pd.Timedelta(days=1), self.searches["day"].max())
        months = pd.date_range(f"{self.lines['start'].min().year}-01-01", last, freq="MS")
        known = reference.table("occupancy").dropna(subset=["inmates"])
        columns = {}
        for establishment, rows in known.groupby("establishment_id"):
            days, inmates = (
                rows["month"].astype("datetime64[s]").astype("int64"),
                rows["inmates"].astype(float),
            )
            columns[establishment] = np.interp(months.astype("datetime64[s]").astype("int64"), days, inmates)
        return pd.DataFrame(columns, index=months)

    def kept(self, rows: pd.DataFrame, selection: Selection, *fields: str) -> pd.DataFrame:
        """The rows that territory, scope and the other named filters let through."""
        columns = {
            "regions": "region_code",
            "departments": "department_code",
            "disps": "disp",
            "kinds": "kind",
            "establishments": "establishment_id",
        }
        keep = pd.Series(True, index=rows.index)
        if selection.scope == "operation":
            keep &= rows["establishment_id"].isin(self.operation)
        for field in (*columns, *fields):
            if codes := getattr(selection, field):
                keep &= rows[columns.get(field, field.removesuffix("s"))].isin(codes)
        return rows[keep]

    def periods(self, selection: Selection) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The lines wholly inside the period, and those that only overlap it; whatever their review state."""
        start, end = pd.Timestamp(selection.period_start), pd.Timestamp(selection.period_end)
        fields = ("item_types", "suppliers", "routes", "search_kinds", "channels", "operations")
        rows = self.kept(self.lines, selection, *fields)
        inside = (rows["start"] >= start) & (rows["end"] <= end)
        overlap = (rows["start"] < end) & (rows["end"] > start) & ~inside
        return rows[inside], rows[overlap]

    def counted(self, selection: Selection, items: list[str]) -> pd.DataFrame:
        rows = self.periods(selection)[0]
        return rows[rows["counted"] & rows["item_type"].isin(items)]

    def searched(self, selection: Selection) -> pd.DataFrame:
        rows = self.kept(self.searches, selection, "search_kinds", "operations")
        days = rows["day"]
        return rows[(days >= pd.Timestamp(selection.period_start)) & (days < pd.Timestamp(selection.period_end))]

    def lived(self, selection: Selection) -> pd.DataFrame:
        """Establishment × month → inmate-years of the selection."""
        territory = self.kept(self.places.reset_index(), selection)["establishment_id"]
        start, end = pd.Timestamp(selection.period_start), pd.Timestamp(selection.period_end)
        first, after = self.occupancy.index, self.occupancy.index + pd.DateOffset(months=1)
        days = (np.minimum(after, end) - np.maximum(first, start)).days.to_numpy().clip(min=0)
        return self.occupancy[[code for code in territory if code in self.occupancy]].mul(days / 365.25, axis=0)

    # One method a question: sorted tuples, without the rows that hold nothing

    def by_place(self, selection: Selection, level: str, items: list[str], phones: list[str]) -> Any:
        inside, overlap = self.periods(selection)
        counted, searched = inside[inside["counted"]], self.searched(selection)
        column = {
            "establishment": "establishment_id",
            "department": "department_code",
            "region": "region_code",
        }
        nowhere = "unspecified" if level == "establishment" else ""

        def place(rows: pd.DataFrame) -> pd.Series:
            if level == "all":
                return pd.Series("all", index=rows.index)
            return rows[column.get(level, level)].astype(object).fillna(nowhere)

        def added(rows: pd.DataFrame, column: str = "quantity") -> pd.Series:
            return rows[column].astype("Int64").groupby(place(rows)).sum()

        measured = counted[counted["item_type"].isin(items)]
        of_phones = counted[counted["item_type"].isin(phones)]
        beyond = overlap[overlap["counted"] & overlap["item_type"].isin(items)]
        once = counted.drop_duplicates("find_id")
        lived = self.lived(selection).sum()
        at = self.places.reindex(lived.index).reset_index()
        columns = [
            added(measured),
            added(measured, "open"),
            added(beyond),
            added(inside[~inside["counted"]].assign(one=1), "one"),
            added(of_phones),
            added(of_phones[of_phones["item_type"] == "mini_phone"]),
            added(of_phones[of_phones["cells_searched"].astype("Int64").gt(0).fillna(False)]),
            added(once.assign(one=1), "one"),
            added(searched.assign(one=1), "one"),
            added(searched, "with_find"),
            added(searched, "cells_searched"),
            added(searched.assign(one=searched["cells_searched"].isna().astype(int)), "one"),
            pd.Series(lived.to_numpy()).groupby(place(at.rename(columns={"index": "establishment_id"}))).sum().round(6),
        ]
        table = pd.concat([column.astype(float) for column in columns], axis=1).fillna(0.0)
        return tuples(table.reset_index())

    def over_time(self, selection: Selection, items: list[str], bin: str, series: str) -> Any:
        rows = self.counted(selection, items)
        rows = rows.assign(bin=binned(rows, bin), series=rows[series] if series != "total" else "total")
        mini = rows["item_type"] == "mini_phone"
        searched = rows["cells_searched"].astype("Int64").gt(0).fillna(False)
        rows = rows.assign(mini=rows["quantity"].where(mini, 0), searched=rows["quantity"].where(searched, 0))
        table = rows.groupby(["bin", "series"])[["quantity", "open", "mini", "searched"]].sum()
        if series != "total":
            return tuples(table.reset_index())
        finds = self.counted(selection, ITEM_TYPES).drop_duplicates("find_id")
        columns = [
            table.droplevel("series"),
            binned(finds, bin).value_counts(),
            self.effort(selection, bin),
            self.present(selection, bin),
        ]
        return tuples(pd.concat([column.astype(float) for column in columns], axis=1).fillna(0.0).reset_index())

    def effort(self, selection: Selection, bin: str) -> pd.DataFrame:
        rows = self.searched(selection)
        rows = rows.assign(
            bin=named(rows["day"], bin),
            one=1,
            unknown=rows["cells_searched"].isna().astype(int),
            cells=rows["cells_searched"].astype("Int64").fillna(0),
        )
        return rows.groupby("bin")[["one", "with_find", "cells", "unknown"]].sum()

    def present(self, selection: Selection, bin: str) -> pd.Series:
        """Inmate-years in each bin; a day has its month's inmates."""
        start, end = pd.Timestamp(selection.period_start), pd.Timestamp(selection.period_end)
        present = self.occupancy[self.lived(selection).columns].sum(axis=1)
        days = pd.Series(pd.date_range(self.occupancy.index[0], self.occupancy.index[-1] + pd.offsets.MonthEnd(1)))
        days = days[(days >= start) & (days < end)]
        inmates = present.reindex(days.dt.to_period("M").dt.start_time).to_numpy() / 365.25
        return pd.Series(inmates, index=days.index).groupby(named(days, bin)).sum().round(6)

    def by_code(self, selection: Selection, items: list[str], dimension: str) -> Any:
        rows = self.counted(selection, items)
        rows = rows.assign(code=rows[dimension].astype(object).where(rows[dimension].notna(), ""), one=1)
        return tuples(rows.groupby("code")[["quantity", "open", "one"]].sum().reset_index())

    def flow(self, selection: Selection, items: list[str]) -> Any:
        rows = self.counted(selection, items)
        rows = rows.assign(region=rows["region_code"].astype(object).fillna(""))
        return tuples(rows.groupby(["supplier", "channel", "region"])["quantity"].sum().reset_index())

    def recent_searches(self, selection: Selection, rows: int) -> Any:
        days = self.searched(selection)["day"].sort_values(ascending=False).head(rows)
        return [day.date().isoformat() for day in days]


def named(days: pd.Series, bin_: str) -> pd.Series:
    """The first day of the bin that holds each day, as text."""
    frequency = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}[bin_]
    return days.dt.to_period(frequency).dt.start_time.dt.strftime("%Y-%m-%d")


def binned(rows: pd.DataFrame, bin_: str) -> pd.Series:
    """The bin that holds the whole period of each row; « none » for those that no bin holds."""
    first, last = named(rows["start"], bin_), named(rows["end"] - pd.Timedelta(days=1), bin_)
    return first.where(first == last, "none")


def tuples(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Sorted rows; those whose numbers are all nothing are left out."""
    rows = (tuple(row) for row in table.itertuples(index=False))
    return sorted(row for row in rows if any(value for value in row if not isinstance(value, str)))


def answered(name: str, table: pd.DataFrame) -> Any:
    """The product’s answer in the same form."""
    if name == "recent_searches":
        return [day.date().isoformat() for day in table["searched_on"]]
    if name == "by_place":
        return tuples(
            table.assign(inmate_years=table["inmate_years"].round(6).fillna(0.0))[
                ["place", *ADDED, *EFFORT, "inmate_years"]
            ]
        )
    if name == "over_time" and set(table["series"]) <= {"total"}:
        table = table[["bin", *TOTALS]].assign(inmate_years=table["inmate_years"].round(6))
        table = table.fillna(dict.fromkeys(TOTALS, 0.0))
    elif name == "over_time":
        table = table[["bin", "series", *TOTALS[:4]]].fillna({"mini_phones": 0})
    if "bin" in table:
        table = table.assign(bin=table["bin"].dt.strftime("%Y-%m-%d").fillna("none"))
    return tuples(table)


def variants() -> list[tuple[str, dict[str, Any]]]:
    """What a session may ask of a selection."""
    kinds = list(MEASURED.values())
    return [
        *(("by_place", {"level": level, "items": items, "phones": PHONES}) for level in LEVELS for items in kinds[:2]),
        *(
            ("over_time", {"items": items, "bin": bin_, "series": series})
            for (bin_, series), items in zip(itertools.product(BINS, SERIES), itertools.cycle(kinds), strict=False)
        ),
        *(("by_code", {"items": kinds[2], "dimension": dimension}) for dimension in DIMENSIONS),
        ("flow", {"items": kinds[0]}),
        ("recent_searches", {"rows": 12}),
    ]


SESSIONS, QUESTIONS = 8, 1_250


def session(held: World, asked: list[Any], expected: Callable[[int], Any], seed: int, wrong: list[Any]) -> None:
    """One session asks its questions in an order of its own."""
    for number in np.random.default_rng(seed).integers(0, len(asked), QUESTIONS).tolist():
        selection, name, extra = asked[number]
        got = answered(name, held.ask(name, selection, **extra).table)
        if got != expected(number):
            wrong.append((selection, name, extra, got, expected(number)))


@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
def test_eight_sessions_ask_ten_thousand_questions(held: World) -> None:
    paper, rng = Paper(held), np.random.default_rng(66)
    selections = [drawn(held, rng, whole_months=bool(number % 3)) for number in range(16)]
    asked = [(selection, name, extra) for selection in selections for name, extra in variants()]
    answers = {n: getattr(paper, name)(selection, **extra) for n, (selection, name, extra) in enumerate(asked)}
    wrong: list[Any] = []
    sessions = [
        threading.Thread(target=session, args=(held, asked, answers.__getitem__, seed, wrong))
        for seed in range(SESSIONS)
    ]
    for thread in sessions:
        thread.start()
    for thread in sessions:
        thread.join()
    assert sum(len(answer) > 0 for answer in answers.values()) > len(answers) / 2  # most of them hold something
    assert wrong[:1] == []
