"""Charts, checked by their data: the values of the exhibit, what is missing, the dated events, the stamp."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hostile
import pandas as pd
import pytest
from worlds import World, during, served_world, world

from portique.reading import labels
from portique.reading.exhibits import over_time, suppliers, territories
from portique.reading.exhibits.exhibit import BREAK_NOTE
from portique.reading.selection import Selection
from portique.reading.view import View
from portique.showing import charts, theme

# Nothing is reported of June; July was searched and nothing found.
SEARCHES = """
day        place cells
2021-12-10 sante 3
2022-03-10 sante 3
2025-05-10 sante 12
2025-07-10 sante 20
2025-08-10 nice  10
2025-12-10 nice  1
"""
SEIZURES = """
when       place qty item  supplier        channel
2021-12-10 sante 9   phone unknown         unknown
2022-03-10 sante 4   mini  oportik         oportik_site
2024-05-10 sante 2   phone unknown         unknown
2025-05-10 sante 6   phone unknown         unknown
2025-05-10 sante 2   mini  oportik         oportik_site
2025-08-10 nice  5   phone other_suppliers other_channels
2025-08-11 nice  1   phone unknown         unknown
2025-12-10 nice  3   phone unknown         unknown
"""
FIRST_TICKS = {
    "day": "1 déc. 24",
    "week": "25 nov. 24",
    "month": "déc. 24",
    "quarter": "4e trim. 2024",
    "year": "2024",
}
BINS = tuple(FIRST_TICKS)
SUMMER = during("2025-05", "2025-08")
YEAR_OF_INTERVALS = during("2025", "2025")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("own"), SEIZURES, SEARCHES)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("demonstration"), SEIZURES, SEARCHES, "demonstration")


def evolution(view: View, bin_: str = "month", series: str = "total") -> charts.Figure:
    return charts.over_time(over_time.over_time(view, bin_, series), over_time.effort(view, bin_))


FIGURES: dict[str, Callable[[View], charts.Figure]] = {
    "over_time": evolution,
    "by_supplier": lambda view: evolution(view, "month", "supplier"),
    "share_history": lambda view: charts.share_history(suppliers.share_history(view, "month")),
    "before_after": lambda view: charts.before_after(suppliers.before_after(view)),
    "flow": lambda view: charts.flow(suppliers.flow(view)),
}


def texts(figure: charts.Figure) -> list[str]:
    return [note["text"] for note in figure["layout"]["annotations"]]


def trace(figure: charts.Figure, name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(drawn for drawn in figure["data"] if drawn.get("name") == name)
    return found


def values(column: "pd.Series[float]") -> list[float | None]:
    return [None if pd.isna(value) else pytest.approx(value, abs=1e-4) for value in column]


# Values


def test_what_is_missing_is_not_zero(own: World) -> None:
    line = trace(evolution(own.view(SUMMER)), "Ensemble")
    assert line["y"] == [8.0, None, 0.0, 6.0]  # June says nothing, July was searched in vain
    assert line["connectgaps"] is False


def test_a_rate_on_too_few_cells_is_missing(own: World) -> None:
    rate = trace(evolution(own.view(during("2025-08", "2025-12"))), "Téléphones par cellule fouillée")
    assert rate["y"][-1] is None
    assert rate["connectgaps"] is False


def test_series_draw_their_rows_and_share_the_whole(own: World) -> None:
    view = own.view(SUMMER)
    shown, figure = over_time.over_time(view, "month", "supplier"), evolution(view, "month", "supplier")
    for _, rows in shown.table.groupby("series"):
        assert trace(figure, labels.sentence(rows["label"].iloc[0]))["y"] == values(rows["value"])
    assert trace(figure, "Inconnu")["line"]["color"] == theme.UNKNOWN


def test_the_year_before_is_drawn_beside_one_series_only(own: World) -> None:
    shown = over_time.over_time(own.view(SUMMER), "month", "total")
    assert trace(evolution(own.view(SUMMER)), "Un an plus tôt")["y"] == values(shown.table["year_before"])
    names = [drawn.get("name") for drawn in evolution(own.view(SUMMER), "month", "supplier")["data"]]
    assert "Un an plus tôt" not in names


def test_effort_stands_under_the_seizures_on_one_time_axis(own: World) -> None:
    figure, shown = evolution(own.view(SUMMER)), over_time.effort(own.view(SUMMER), "month")
    assert trace(figure, "Cellules fouillées")["y"] == values(shown.table["cells_searched"])
    assert {drawn.get("xaxis", "x") for drawn in figure["data"]} == {"x"}
    assert {drawn.get("yaxis", "y") for drawn in figure["data"]} == {"y", "y2", "y3"}


def test_shares_reach_the_whole_in_each_month_that_holds_something(own: World) -> None:
    figure = charts.share_history(suppliers.share_history(own.view(SUMMER), "month"))
    stacks = list(zip(*(bars["y"] for bars in figure["data"]), strict=True))
    assert [sum(stack) if None not in stack else None for stack in stacks] == [1.0, None, None, pytest.approx(1)]


def test_before_and_after_stand_at_their_shares(own: World) -> None:
    shown = suppliers.before_after(own.view(SUMMER))
    drawn = {row["y"][0]: row["x"] for row in charts.before_after(shown)["data"]}
    expected = {labels.sentence(row.label): [row.share_before, row.share_after] for row in shown.table.itertuples()}
    assert drawn == expected
    assert "Inconnu" in drawn


def test_a_flow_carries_the_same_amount_through_each_stage(own: World) -> None:
    shown = suppliers.flow(own.view(SUMMER))
    (sankey,) = charts.flow(shown)["data"]
    link, suppliers_count = sankey["link"], shown.table["supplier"].nunique()
    first = [v for v, start in zip(link["value"], link["source"], strict=True) if start < suppliers_count]
    second = [v for v, start in zip(link["value"], link["source"], strict=True) if start >= suppliers_count]
    assert sum(first) == sum(second) == shown.table["value"].sum() == 14
    assert charts._faded(theme.UNKNOWN) in link["color"]


@pytest.mark.parametrize("name", FIGURES)
def test_no_figure_holds_what_json_cannot(name: str, own: World) -> None:
    assert json.dumps(FIGURES[name](own.view(SUMMER)), allow_nan=False)


# French


@pytest.mark.parametrize("bin_", BINS)
def test_ticks_are_few_and_french(bin_: str, own: World) -> None:
    axis = evolution(own.view(during("2024-12", "2025-08")), bin_)["layout"]["xaxis"]
    assert 1 <= len(axis["ticktext"]) <= charts.MOST_TICKS
    assert axis["ticktext"][0].replace(labels.WIDE, " ") == FIRST_TICKS[bin_]


@pytest.mark.parametrize("name", FIGURES)
def test_numbers_take_the_french_separators(name: str, own: World) -> None:
    assert FIGURES[name](own.view(SUMMER))["layout"]["separators"] == f",{labels.THIN}"


# Dated events


def events(figure: charts.Figure) -> list[tuple[str, float]]:
    """The number and the place of each event that a figure draws."""
    lines = {shape["x0"] for shape in figure["layout"]["shapes"]}
    notes = [note for note in figure["layout"]["annotations"] if note.get("x") in lines]
    return [(note["text"], note["x"]) for note in notes if note["text"].startswith("<b>")]


def test_events_of_a_month_share_their_place_and_keep_their_numbers(own: World) -> None:
    figure = evolution(own.view(during("2025-05", "2025-12")))
    assert events(figure) == [("<b>1–2</b>", 0), ("<b>3–5</b>", 6), ("<b>6</b>", 7)]
    assert (
        len(over_time.numbered_events(over_time.over_time(own.view(during("2025-05", "2025-12")), "month", "total")))
        == 6
    )


@pytest.mark.parametrize("bin_", BINS)
@pytest.mark.parametrize("period", [("2021-12", "2022-01"), ("2021", "2023"), ("2021-12-31", "2022-01-01")])
def test_the_counting_break_is_drawn_and_said_wherever_a_period_crosses_it(
    bin_: str, period: tuple[str, str], own: World
) -> None:
    view = own.view(during(*period))
    shown = over_time.over_time(view, bin_, "total")
    starts = pd.DatetimeIndex(shown.table["bin"])
    place = int((starts <= pd.Timestamp("2022-01-01")).sum()) - 1
    assert place in [shape["x0"] for shape in evolution(view, bin_)["layout"]["shapes"]]
    assert "comptage_2022" in set(over_time.numbered_events(shown)["event_id"])
    assert BREAK_NOTE in shown.notes


def test_no_event_outside_the_period_is_drawn(own: World) -> None:
    assert events(evolution(own.view(during("2025-06", "2025-08")))) == []


# What it is


@pytest.mark.parametrize("name", FIGURES)
def test_the_stamp_is_in_the_picture_of_the_demonstration_and_in_no_other(
    name: str, own: World, demonstration: World
) -> None:
    stamp = "DONNÉES DE DÉMONSTRATION"
    assert texts(FIGURES[name](demonstration.view(SUMMER))).count(stamp) == 1
    assert "DÉMONSTRATION" not in json.dumps(FIGURES[name](own.view(SUMMER)), ensure_ascii=False).upper()


@pytest.mark.parametrize("name", FIGURES)
def test_hostile_names_are_written_not_run(name: str, tmp_path: Path) -> None:
    held = served_world(tmp_path, hostile.searches(), hostile.seizures())
    drawn = json.dumps(FIGURES[name](held.view(during("2025", "2025"))), ensure_ascii=False)
    assert not [word for word in ("<script", "<img", "<svg", "%{customdata} {{") if word in drawn]
    assert ("&lt;script" in drawn) == (name != "over_time")


def test_an_empty_selection_still_draws_a_figure(own: World) -> None:
    nothing: Selection = during("2025-05", "2025-08", regions=("53",))
    for name, draw in FIGURES.items():
        assert json.dumps(draw(own.view(nothing)), allow_nan=False), name


def test_suppliers_keep_their_colour_when_one_is_chosen(own: World) -> None:
    everyone = suppliers.shares(own.view(SUMMER))
    one = suppliers.shares(own.view(SUMMER.with_(suppliers=("oportik",))))
    assert charts.bar_colours(everyone) == charts.bar_colours(one)
    assert charts.bar_colours(everyone)["unknown"] == theme.UNKNOWN


FOUND = """
when       place qty item  search
2025-05-10 sante 8   phone 3
2025-08-10 nice  6   phone 5
"""


@pytest.fixture(scope="module")
def searched(tmp_path_factory: pytest.TempPathFactory) -> World:
    """8 phones in 32 cells at La Santé, 6 in 11 at Nice."""
    return world(tmp_path_factory.mktemp("searched"), FOUND, SEARCHES)


def whiskers(held: World, selection: Selection = YEAR_OF_INTERVALS, level: str = "region") -> tuple[Any, Any]:
    view = held.view(selection)
    shown = territories.intervals(view, territories.ask(view, level), level, "cellules")
    return shown.table, charts.intervals(shown)


def test_intervals_stand_in_the_order_of_the_table(searched: World) -> None:
    rows, figure = whiskers(searched)
    dots, texts = figure["data"]
    axis = figure["layout"]["yaxis"]
    assert axis["ticktext"] == list(rows["label"])
    assert axis["range"][0] > axis["range"][1]  # the first line on top
    assert dots["x"] == [None if pd.isna(value) else round(value, 4) for value in rows["value"]]
    high = rows["value"] + pd.Series(dots["error_x"]["array"], dtype=float)
    low = rows["value"] - pd.Series(dots["error_x"]["arrayminus"], dtype=float)
    pd.testing.assert_series_equal(high, rows["high"], check_names=False, atol=1e-4, rtol=0)
    pd.testing.assert_series_equal(low, rows["low"], check_names=False, atol=1e-4, rtol=0)
    paris = list(rows["label"]).index("Île-de-France")
    assert texts["text"][paris] == "0,250"  # 8 in 32 cells
    assert texts["x"][paris] == figure["layout"]["xaxis"]["range"][1] > rows["high"].max()
    assert "non renseigné" in texts["text"][list(rows["label"]).index("Bretagne")]


def test_the_whole_is_a_line_with_its_value(searched: World) -> None:
    rows, figure = whiskers(searched)
    (line,) = figure["layout"]["shapes"]
    assert line["x0"] == line["x1"] == pytest.approx(rows["whole"].iloc[0])
    assert any("Ensemble\u00a0: 0,326" in note["text"] for note in figure["layout"]["annotations"])  # 14 in 43
    assert figure["layout"]["xaxis"]["range"][1] > rows["high"].max()


def test_no_line_for_a_whole_that_cannot_be_known(searched: World) -> None:
    _, figure = whiskers(searched, during("2023", "2023"))
    assert figure["layout"]["shapes"] == []


def test_what_is_chosen_alone_has_its_colour(searched: World) -> None:
    rows, figure = whiskers(searched, YEAR_OF_INTERVALS.with_(regions=("11",)))
    chosen = [
        label
        for label, colour in zip(rows["label"], figure["data"][0]["marker"]["color"], strict=True)
        if colour == theme.ACCENT
    ]
    assert chosen == ["Île-de-France"]
    assert theme.ACCENT not in whiskers(searched)[1]["data"][0]["marker"]["color"]


def test_intervals_carry_the_stamp(demonstration: World, searched: World) -> None:
    for held, stamped in ((demonstration, True), (searched, False)):
        assert ("DÉMONSTRATION" in json.dumps(whiskers(held)[1], ensure_ascii=False)) == stamped
