"""The selection: to an address and back, what is dropped and said, and the periods beside it."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import during

from portique.reading import definitions
from portique.reading.selection import FACETS, SCOPES, Selection, from_query, known_parameters, to_query, to_sql

CHOICES = {facet.field: {code: code.upper() for code in ("a", "b", "é & =;", "01")} for facet in FACETS}
DEFAULT = during("2025", "2025", scope="operation")

days = st.dates(date(2000, 1, 1), date(2099, 12, 30))
periods = st.tuples(days, days).map(lambda pair: (min(pair), max(pair) + timedelta(days=1)))
selections = st.builds(
    lambda period, **fields: Selection(*period, **fields),
    periods,
    scope=st.sampled_from(list(SCOPES)),
    measure=st.sampled_from(list(definitions.measures())),
    **{facet.field: st.lists(st.sampled_from(list(CHOICES[facet.field])), unique=True).map(tuple) for facet in FACETS},
)
texts = st.text(max_size=60)


@given(selections)
def test_an_address_opens_the_same_selection(selection: Selection) -> None:
    query = to_query(selection, DEFAULT)
    assert from_query(query, CHOICES, DEFAULT).selection == selection
    assert from_query(query, CHOICES, DEFAULT).notices == ()
    assert set(query) <= known_parameters()


def test_the_default_has_a_bare_address() -> None:
    assert to_query(DEFAULT, DEFAULT) == {}
    assert to_query(DEFAULT.toggled("regions", "11"), DEFAULT) == {"region": ["11"]}
    assert to_query(during("2025-05-20", "2025-05-20", scope="operation"), DEFAULT) == {
        "debut": ["2025-05-20"],
        "fin": ["2025-05-20"],
    }


@given(st.dictionaries(st.sampled_from(sorted(known_parameters() | {"x"})), st.lists(texts, max_size=3)))
def test_any_address_gives_a_possible_selection(query: dict[str, list[str]]) -> None:
    read = from_query(query, CHOICES, DEFAULT)
    assert read.selection.period_start < read.selection.period_end
    assert from_query(to_query(read.selection, DEFAULT), CHOICES, DEFAULT) == type(read)(read.selection)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"debut": ["20 mai"]}, "« 20 mai » n’est pas une date"),
        ({"debut": ["2025-02-30"]}, "n’est pas une date"),
        ({"fin": ["1999-12-31"]}, "hors de portée"),
        ({"debut": ["2025-06-01"], "fin": ["2025-05-31"]}, "finit avant de commencer"),
        ({"champ": ["partout"]}, "« champ = partout », qui n’existe pas ici"),
        ({"mesure": ["armes"]}, "« mesure = armes »"),
        ({"region": ["zz"]}, "« region = zz »"),
        ({"objet": ["x" * 200]}, "…"),
    ],
)
def test_what_is_impossible_is_dropped_and_said(query: dict[str, list[str]], said: str) -> None:
    read = from_query(query, CHOICES, DEFAULT)
    assert read.selection == DEFAULT
    assert len(read.notices) == 1
    assert said in read.notices[0]
    assert len(read.notices[0]) < 150


def test_what_is_known_beside_what_is_not_is_kept() -> None:
    read = from_query({"region": ["a", "zz", "a", "b"]}, CHOICES, DEFAULT)
    assert read.selection.regions == ("a", "b")
    assert len(read.notices) == 1


def test_one_day_is_a_period() -> None:
    read = from_query({"debut": ["2025-05-20"], "fin": ["2025-05-20"]}, CHOICES, DEFAULT).selection
    assert (read.period_start, read.period_end) == (date(2025, 5, 20), date(2025, 5, 21))


def test_choosing_twice_releases() -> None:
    chosen = DEFAULT.toggled("regions", "11").toggled("regions", "93")
    assert chosen.regions == ("11", "93")
    assert chosen.toggled("regions", "11").regions == ("93",)
    assert chosen.toggled("regions", "11").toggled("regions", "93") == DEFAULT
    assert [facet.field for facet in chosen.active] == ["regions"]
    assert chosen.without("regions") == DEFAULT


@pytest.mark.parametrize(
    ("selection", "previous", "year_before"),
    [
        (during("2025", "2025"), during("2024", "2024"), during("2024", "2024")),
        (during("2025-03", "2025-03"), during("2025-02", "2025-02"), during("2024-03", "2024-03")),
        (during("2025-01", "2025-03"), during("2024-10", "2024-12"), during("2024-01", "2024-03")),
        (during("2025-02", "2025-02"), during("2025-01", "2025-01"), during("2024-02", "2024-02")),
        (
            during("2025-05-20", "2025-05-20"),
            during("2025-05-19", "2025-05-19"),
            during("2024-05-20", "2024-05-20"),
        ),
        (
            during("2024-02-01", "2024-02-28"),
            during("2024-01-04", "2024-01-31"),
            during("2023-02-01", "2023-02-28"),
        ),
        (
            during("2024-02-29", "2024-02-29"),
            during("2024-02-28", "2024-02-28"),
            during("2023-02-28", "2023-02-28"),
        ),
    ],
)
def test_the_periods_beside_it(selection: Selection, previous: Selection, year_before: Selection) -> None:
    assert selection.previous() == previous
    assert selection.year_before() == year_before


@given(selections)
def test_the_previous_period_ends_where_this_one_begins(selection: Selection) -> None:
    earlier = selection.previous()
    assert earlier.period_end == selection.period_start
    assert earlier.period_start < earlier.period_end
    if not selection.whole_months:
        assert earlier.period_end - earlier.period_start == selection.period_end - selection.period_start


def test_the_structure_that_questions_bind() -> None:
    bound: dict[str, Any] = to_sql(DEFAULT.with_(suppliers=("oportik",), regions=("11",)), 1)
    assert bound["suppliers"] == ["oportik"]
    assert bound["routes"] is None
    assert (bound["rollup"], bound["period_start"]) == (1, date(2025, 1, 1))
    assert "regions" not in bound
