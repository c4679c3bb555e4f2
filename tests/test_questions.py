"""Each question on a ten-line world whose answers are worked out on paper, and each header against DuckDB itself."""

import re
from datetime import date
from typing import Any

import duckdb
import pytest
from worlds import World, during, world

from portique.errors import QuestionError
from portique.reading.questions import (
    MONTH_COARSE,
    MONTH_FINE,
    MONTH_PLAIN,
    OWN_PERIODS,
    Question,
    Reader,
    all_questions,
    ask,
    question,
    rollup,
)
from portique.reading.selection import Selection, to_sql
from portique.register import reference
from portique.register.served import Served

SEARCHES = """
id day        place  cells kind          operation
1  2025-01-10 fleury 4     cell_search   .
2  2025-01-20 fleury .     cell_search   .
3  2025-02-05 nice   10    sector_search fouilles_xxl
4  2025-03-01 nice   1     cell_search   .
"""

# fleury: region 11 · sante: 11, one of the five named by a source · nice: 93 · arras: 32 · port: 04
SEIZURES = """
when                  place  item   qty find search supplier channel           route      operation    model state
2025-01-10            fleury phone  3   1    1      oportik  oportik_site      visit      .            L8    ok
2025-01-10            fleury sim    >3  1    1      abc      unknown           visit      .            .     ok
2025-01-20            fleury mini   2   2    2      unknown  unknown           unknown    .            .     ok
2025-02-05            nice   mini   ?   3    3      unknown  unknown           unknown    fouilles_xxl .     ok
2025-02-05            nice   phone  5   3    3      unknown  unknown           unknown    fouilles_xxl .     dup
2025-02               nice   phone  2   4    .      unknown  unknown           unknown    .            .     ok
2025                  .      phone  7   5    .      unknown  unknown           unknown    .            .     ok
2025-01-25/2025-02-05 arras  phone  6   6    .      unknown  unknown           unknown    .            .     ok
2025-03-15            port   tablet 1   7    .      unknown  unknown           unknown    .            .     ok
2025-03-31            sante  phone  1   8    .      oportik  oportik_instagram projection .            .     new
"""

PHONES = ["smartphone", "basic_phone", "mini_phone", "phone_unspecified"]
COUNTS = (
    "quantity",
    "open_lines",
    "unallocated",
    "lines_left_out",
    "phones",
    "mini_phones",
    "searched_phones",
)
EFFORT = ("finds", "searches", "searches_with_find", "cells_searched", "unknown_searches", "reported")
QUARTER, YEAR = during("2025-01", "2025-03"), during("2025", "2025")


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("paper"), SEIZURES, SEARCHES)


def by_place(paper: World, selection: Any, level: str, *columns: str) -> dict[str, tuple[Any, ...]]:
    """Place → the columns, for the places that hold something."""
    rows = paper.rows("by_place", selection, "place", *columns, level=level, items=PHONES, phones=PHONES)
    return {place: tuple(values) for place, *values in rows if any(values)}


# Where


def test_places_of_a_quarter(paper: World) -> None:
    assert by_place(paper, QUARTER, "establishment", *COUNTS) == {
        #                   phones open unallocated left_out phones mini searched
        "cp-fleury-merogis": (5, 0, 0, 0, 5, 2, 3),  # 3 + 2; search 2 does not know its cells
        "ma-nice": (3, 1, 0, 1, 3, 1, 1),  # the unknown quantity counts 1, the month 2, the duplicate nothing
        "ma-arras": (6, 0, 0, 0, 6, 0, 0),
        "cp-paris-la-sante": (1, 0, 0, 0, 1, 0, 0),
        "unspecified": (0, 0, 7, 0, 0, 0, 0),  # a year is not inside a quarter
    }


def test_effort_of_a_quarter(paper: World) -> None:
    assert by_place(paper, QUARTER, "establishment", *EFFORT) == {
        #                   finds searches with_find cells unknown reported
        "cp-fleury-merogis": (2, 2, 2, 4, 1, True),
        "ma-nice": (2, 2, 1, 11, 0, True),
        "ma-arras": (1, 0, 0, 0, 0, True),
        "cp-paris-la-sante": (1, 0, 0, 0, 0, True),
        "cd-le-port": (1, 0, 0, 0, 0, True),  # a find without a phone is a find
    }


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("department", {"91": 5, "06": 3, "62": 6, "75": 1}),
        ("region", {"11": 6, "93": 3, "32": 6}),
        ("disp", {"paris": 6, "marseille": 3, "lille": 6}),
        ("all", {"all": 15}),
    ],
)
def test_places_add_up_to_larger_places(paper: World, level: str, expected: dict[str, int]) -> None:
    found = by_place(paper, QUARTER, level, "quantity")
    assert {place: values[0] for place, values in found.items()} == expected


def test_every_establishment_of_the_selection_has_its_row(paper: World) -> None:
    rows = paper.ask("by_place", QUARTER, level="establishment", items=PHONES, phones=PHONES).table
    assert set(rows["place"]) == {*reference.codes("establishments", "establishment_id"), "unspecified"}
    assert rows.loc[rows["place"] == "mc-poissy", ["quantity", "finds", "reported"]].values.tolist() == [[0, 0, False]]


@pytest.mark.parametrize(
    ("start", "end", "inside", "unallocated"),
    [
        ("2025-02", "2025-02", 3, 13),  # the stretch of arras (6) and the year (7) overflow
        ("2025-01-25", "2025-02-05", 7, 9),  # now the stretch is inside, and the month of nice (2) is not
        ("2025-01-25", "2025-02-04", 6, 9),
        ("2025-01-26", "2025-02-05", 1, 15),
        ("2025", "2025", 22, 0),
        ("2024", "2024", 0, 0),
    ],
)
def test_a_line_counts_only_if_wholly_inside(paper: World, start: str, end: str, inside: int, unallocated: int) -> None:
    totals = by_place(paper, during(start, end), "all", "quantity", "unallocated", "establishments")["all"]
    assert totals == (inside, unallocated, 187)


@pytest.mark.parametrize(
    ("filters", "quantity", "finds"),
    [
        ({"item_types": ("mini_phone",)}, 3, 2),
        ({"item_types": ("sim_card",)}, 0, 1),  # no phone, yet the find holds a SIM card
        ({"suppliers": ("oportik",)}, 4, 2),
        ({"suppliers": ("abc",)}, 0, 1),
        ({"suppliers": ("oportik", "abc")}, 4, 2),  # find 1 holds both and counts once
        ({"suppliers": ("oportik",), "item_types": ("sim_card",)}, 0, 0),  # find 1: the SIM card is from abc
        ({"channels": ("oportik_site",)}, 3, 1),
        ({"channels": ("oportik_site", "unknown")}, 21, 7),
        ({"routes": ("visit",)}, 3, 1),
        ({"search_kinds": ("cell_search",)}, 5, 2),
        ({"operations": ("fouilles_xxl",)}, 1, 1),
        ({"regions": ("11",)}, 6, 3),
        ({"disps": ("marseille",), "kinds": ("MA",)}, 3, 2),
        ({"departments": ("62", "974")}, 6, 2),
        ({"establishments": ("cp-paris-la-sante",)}, 1, 1),
        ({"regions": ("11",), "departments": ("06",)}, 0, 0),
        ({"scope": "operation"}, 1, 1),  # of the five named by a source, La Santé alone has a row
        ({"suppliers": ("nobody",)}, 0, 0),  # a name that the register does not hold
    ],
)
def test_filters(paper: World, filters: dict[str, Any], quantity: int, finds: int) -> None:
    found = by_place(paper, YEAR.with_(**filters), "all", "quantity", "finds").get("all", (0, 0))
    assert found == (quantity, finds)


def test_searches_ignore_the_filters_that_are_not_theirs(paper: World) -> None:
    filtered = YEAR.with_(suppliers=("oportik",), routes=("visit",), item_types=("sim_card",), channels=("unknown",))
    assert by_place(paper, filtered, "all", "searches", "cells_searched")["all"] == (4, 15)
    kinds = YEAR.with_(search_kinds=("sector_search",))
    assert by_place(paper, kinds, "all", "searches", "cells_searched")["all"] == (1, 10)


def test_nothing_outside_the_perimeter(paper: World) -> None:
    for perimeter, quantity in (((), 0), (("ma-nice",), 3), (("ma-nice", "unspecified"), 10)):
        reader = Reader(paper.served, perimeter)
        rows = ask(reader, "by_place", YEAR, level="establishment", items=PHONES, phones=PHONES).table
        assert (set(rows["place"]), rows["quantity"].sum()) == (set(perimeter), quantity)
        assert ask(reader, "recent_searches", YEAR, rows=9).table["establishment_id"].isin(perimeter).all()


def test_the_operation_is_the_named_and_those_of_its_rows(tmp_path: Any) -> None:
    held = world(tmp_path, "when place operation\n2025-05-20 nice prison_break\n2025-05-20 arras .")
    rows = held.served.establishments.dropna(subset="mention").set_index("establishment_id")["mention"].to_dict()
    named = ("cd-neuvic-sur-l-isle", "cd-mauzac", "cp-aiton", "ma-bonneville", "cp-paris-la-sante")
    assert rows == {**dict.fromkeys(named, "named"), "ma-nice": "registered"}


def test_months_by_place(paper: World) -> None:
    def months(level: str, selection: Selection = YEAR) -> list[Any]:
        answer = paper.ask("over_time", selection, level=level, items=PHONES, bin="month", series="total").table
        counts = answer[["quantity", "finds", "searches", "cells_searched"]].fillna(0).astype(int)
        days = answer["bin"].dt.strftime("%Y-%m-%d").astype(object).where(answer["bin"].notna(), None)
        rows = zip(answer["place"], days, *(counts[name] for name in counts), strict=True)
        return [row for row in rows if any(row[2:])]

    assert months("region") == [
        ("", None, 7, 1, 0, 0),
        ("04", "2025-03-01", 0, 1, 0, 0),
        ("11", "2025-01-01", 5, 2, 2, 4),
        ("11", "2025-03-01", 1, 1, 0, 0),
        ("32", None, 6, 1, 0, 0),
        ("93", "2025-02-01", 3, 2, 1, 10),
        ("93", "2025-03-01", 0, 0, 1, 1),
    ]
    assert [row[1:3] for row in months("all")] == [("2025-01-01", 5), ("2025-02-01", 3), ("2025-03-01", 1), (None, 13)]
    assert months("disp", YEAR.with_(disps=("marseille",))) == [
        ("marseille", "2025-02-01", 3, 2, 1, 10),
        ("marseille", "2025-03-01", 0, 0, 1, 1),
    ]
    assert months("establishment", during("2025-01-10", "2025-01-10")) == [
        ("cp-fleury-merogis", "2025-01-01", 3, 1, 1, 4),
    ]


# When


def over_time(
    paper: World, bin_: str, *columns: str, series: str = "total", selection: Any = YEAR, items: Any = PHONES
) -> list[Any]:
    """Bin and columns, for the bins in which one of the columns holds something."""
    rows = paper.rows("over_time", selection, "bin", *columns, items=items, bin=bin_, series=series)
    return [row for row in rows if any(value for value in row[1:] if not isinstance(value, str))]


@pytest.mark.parametrize(
    ("bin_", "expected"),
    [
        ("month", [("2025-01-01", 5), ("2025-02-01", 3), ("2025-03-01", 1), (None, 13)]),
        ("quarter", [("2025-01-01", 15), (None, 7)]),
        ("year", [("2025-01-01", 22)]),
        ("day", [("2025-01-10", 3), ("2025-01-20", 2), ("2025-02-05", 1), ("2025-03-31", 1), (None, 15)]),
        ("week", [("2025-01-06", 3), ("2025-01-20", 2), ("2025-02-03", 1), ("2025-03-31", 1), (None, 15)]),
    ],
)
def test_bins_and_what_no_bin_holds(paper: World, bin_: str, expected: list[Any]) -> None:
    assert over_time(paper, bin_, "quantity") == expected


def test_the_columns_of_a_bin(paper: World) -> None:
    columns = ("quantity", "open_lines", "mini_phones", "searched_quantity")
    assert over_time(paper, "month", *columns, selection=QUARTER) == [
        ("2025-01-01", 5, 0, 2, 3),
        ("2025-02-01", 3, 1, 1, 1),
        ("2025-03-01", 1, 0, None, 0),
        (None, 6, 0, None, 0),
    ]


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ("item_type", [("smartphone", 19), ("mini_phone", 3), ("sim_card", 4)]),
        ("route", [("projection", 1), ("visit", 7), ("unknown", 18)]),
        (
            "supplier",
            [("oportik", 4), ("abc", 4), ("unknown", 18)],
        ),  # the register’s own name before « unknown »
    ],
)
def test_series_in_the_order_of_display(paper: World, series: str, expected: list[Any]) -> None:
    rows = over_time(paper, "year", "series", "quantity", series=series, items=[*PHONES, "sim_card"])
    assert rows == [("2025-01-01", code, quantity) for code, quantity in expected]


def test_finds_over_time(paper: World) -> None:
    def finds(bin_: str, **filters: Any) -> list[Any]:
        return over_time(paper, bin_, "finds", selection=YEAR.with_(**filters))

    assert finds("month") == [("2025-01-01", 2), ("2025-02-01", 2), ("2025-03-01", 2), (None, 2)]
    assert finds("day", item_types=("mini_phone",)) == [("2025-01-20", 1), ("2025-02-05", 1)]
    assert finds("year", suppliers=("oportik", "abc")) == [("2025-01-01", 2)]


def test_searches_over_time(paper: World) -> None:
    columns = ("searches", "searches_with_find", "cells_searched", "unknown_searches")

    def searches(bin_: str, **filters: Any) -> list[Any]:
        return over_time(paper, bin_, *columns, selection=YEAR.with_(**filters))

    months = [("2025-01-01", 2, 2, 4, 1), ("2025-02-01", 1, 1, 10, 0), ("2025-03-01", 1, 0, 1, 0)]
    assert searches("month") == months
    assert searches("month", suppliers=("abc",), item_types=("sim_card",), routes=("staff",)) == months
    assert searches("quarter") == [("2025-01-01", 4, 3, 15, 1)]
    assert searches("week")[-1] == ("2025-02-24", 1, 0, 1, 0)
    assert searches("month", operations=("fouilles_xxl",)) == months[1:2]


def test_only_the_total_holds_finds_searches_and_inmates(paper: World) -> None:
    assert over_time(paper, "year", "finds", "searches", "inmate_years", series="supplier") == []


PRESENT = ("inmate_years", "observed_inmate_years")


def test_exposure_is_days_times_inmates(paper: World) -> None:
    observed = reference.table("occupancy").query("establishment_id == 'cp-fleury-merogis'")
    inmates = dict(zip(observed["month"].dt.date, observed["inmates"].astype(float), strict=True))
    january, april = inmates[date(2025, 1, 1)], inmates[date(2025, 4, 1)]
    february = january + (april - january) * 31 / 90  # between two observed months, by the day
    selection = during("2025-01-01", "2025-02-10", establishments=("cp-fleury-merogis",))
    first, second = over_time(paper, "month", *PRESENT, selection=selection)
    assert first[1:] == pytest.approx((january * 31 / 365.25, january * 31 / 365.25))
    assert second[1:] == pytest.approx((february * 10 / 365.25, 0))
    days = over_time(paper, "day", *PRESENT, selection=selection)
    assert len(days) == 31 + 10
    assert days[0][1:] == pytest.approx((january / 365.25, january / 365.25))


def test_exposure_before_the_first_observed_month_is_carried_back(tmp_path: Any) -> None:
    held = world(tmp_path, "when place\n2024-02-01 fleury\n2024-02-01 cp-lannemezan")
    first = reference.table("occupancy").query("establishment_id == 'cp-fleury-merogis'").iloc[0]["inmates"]
    fleury = during("2024-02", "2024-02", establishments=("cp-fleury-merogis",))
    assert over_time(held, "year", *PRESENT, selection=fleury)[0][1:] == pytest.approx((first * 29 / 365.25, 0))
    unknown = fleury.with_(establishments=("cp-lannemezan",))  # no month of the occupancy file gives its inmates
    assert over_time(held, "year", "finds", *PRESENT, selection=unknown) == [("2024-01-01", 1, None, None)]


# What, how, from whom


@pytest.mark.parametrize(
    ("dimension", "expected"),
    [  #             code, phones, open lines, lines
        ("supplier", [("oportik", 4, 0, 2), ("unknown", 18, 1, 5)]),
        ("channel", [("oportik_site", 3, 0, 1), ("oportik_instagram", 1, 0, 1), ("unknown", 18, 1, 5)]),
        ("item_type", [("smartphone", 19, 0, 5), ("mini_phone", 3, 1, 2)]),
        ("route", [("projection", 1, 0, 1), ("visit", 3, 0, 1), ("unknown", 18, 1, 5)]),
        ("operation", [("fouilles_xxl", 1, 1, 1), ("", 21, 0, 6)]),
        ("search_kind", [("cell_search", 5, 0, 2), ("sector_search", 1, 1, 1), ("", 16, 0, 4)]),
        ("model", [("L8", 3, 0, 1), ("", 19, 1, 6)]),
    ],
)
def test_codes(paper: World, dimension: str, expected: list[Any]) -> None:
    columns = ("code", "quantity", "open_lines", "lines")
    assert paper.rows("by_code", YEAR, *columns, items=PHONES, dimension=dimension) == expected


def test_at_least_counts_one_more(paper: World) -> None:
    rows = paper.rows("by_code", YEAR, "code", "quantity", "open_lines", items=["sim_card"], dimension="supplier")
    assert rows == [("abc", 4, 1)]


def test_flow(paper: World) -> None:
    assert paper.rows("flow", YEAR, "supplier", "channel", "region_code", "quantity", items=PHONES) == [
        ("oportik", "oportik_site", "11", 3),
        ("oportik", "oportik_instagram", "11", 1),
        ("unknown", "unknown", "", 7),
        ("unknown", "unknown", "11", 2),
        ("unknown", "unknown", "32", 6),
        ("unknown", "unknown", "93", 3),
    ]


def test_recent_searches(paper: World) -> None:
    columns = (
        "searched_on",
        "establishment_id",
        "search_kind",
        "operation",
        "cells_searched",
        "phones",
        "items",
    )
    assert paper.rows("recent_searches", YEAR, *columns, rows=3) == [
        ("2025-03-01", "ma-nice", "cell_search", None, 1, 0, 0),
        ("2025-02-05", "ma-nice", "sector_search", "fouilles_xxl", 10, 1, 1),
        ("2025-01-20", "cp-fleury-merogis", "cell_search", None, None, 2, 2),
    ]
    last = paper.rows("recent_searches", during("2025-01-10", "2025-01-19"), "phones", "items", rows=3)
    assert last == [(3, 7)]


# What a question is given


def test_the_level_of_detail() -> None:
    assert rollup(YEAR) == rollup(YEAR, "quarter", "supplier") == MONTH_PLAIN
    assert rollup(YEAR.with_(suppliers=("oportik",))) == MONTH_COARSE
    assert rollup(YEAR, "month", "route") == rollup(YEAR.with_(operations=("fouilles_xxl",))) == MONTH_FINE
    assert rollup(YEAR, "month", "flow") == MONTH_FINE
    assert rollup(YEAR, "week") == rollup(during("2025-01-01", "2025-01-30")) == OWN_PERIODS


def test_a_question_refuses_other_parameters(paper: World) -> None:
    with pytest.raises(QuestionError, match="attend items, perimeter, selection et a reçu perimeter, rows, selection"):
        paper.ask("flow", YEAR, rows=3)
    with pytest.raises(QuestionError, match="« nothing » n’existe pas"):
        paper.ask("nothing", YEAR)


# Headers


SAMPLES = {
    "selection": to_sql(YEAR, 0) | {"signatures": None},
    "perimeter": [True],
    "items": ["smartphone"],
    "phones": ["smartphone"],
    "level": "all",
    "bin": "month",
    "series": "total",
    "dimension": "supplier",
    "rows": 3,
}
SQL_TYPES = {"STRUCT": dict, "BOOLEAN[]": list, "VARCHAR[]": list, "VARCHAR": str, "INTEGER": int}


@pytest.mark.parametrize("asked", all_questions(), ids=lambda asked: asked.name)
def test_headers_say_what_duckdb_says(paper: World, asked: Question) -> None:
    statements = duckdb.extract_statements(asked.sql)
    assert len(statements) == 1
    assert statements[0].named_parameters == set(asked.params) == set(re.findall(r"\$(\w+)", asked.sql))
    for name, kind in asked.params.items():
        assert isinstance(SAMPLES[name], SQL_TYPES[kind])
    params = {name: SAMPLES[name] for name in asked.params}
    assert paper.served.columns(asked.sql, params) == list(asked.columns.items())
    assert "{" not in asked.sql
    assert re.search(r"\nORDER BY [^;]*;\s*$", asked.sql)
    assert asked.answers.endswith("?")


def test_all_questions_are_held_to_their_headers() -> None:
    assert {asked.name for asked in all_questions()} >= {
        "by_place",
        "by_code",
        "over_time",
        "flow",
        "recent_searches",
    }
    assert question("flow").params == {"selection": "STRUCT", "perimeter": "BOOLEAN[]", "items": "VARCHAR[]"}


def test_the_served_copy_says_what_it_is(paper: World) -> None:
    held: Served = paper.served
    assert (held.register.provenance, held.register.name, held.register.version) == ("registered", "Essai", 2)
    assert held.register.first_day.date() == date(2025, 1, 1)
    assert held.register.last_day.date() == date(2025, 12, 31)
