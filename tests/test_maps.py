"""Maps, checked by their specification: points, ids, states, colours, and nothing asked of another host."""

import json
import re
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from worlds import World, during, world

from portique.config import STATIC
from portique.reading import geography
from portique.reading.exhibits import places
from portique.reading.exhibits.exhibit import Exhibit
from portique.reading.view import View
from portique.showing import maps, theme

# sante: 30 phones · fleury: named by nobody, too few cells for a rate · nice: searched in vain · arras, port: nothing
SEARCHES = """
day        place  cells operation
2025-05-10 sante  12    prison_break
2025-05-11 fleury 2     prison_break
2025-05-12 nice   20    .
"""
SEIZURES = """
when       place  qty search operation
2025-05-10 sante  30  1      prison_break
2025-05-11 fleury 10  2      prison_break
2025-05-20 .      4   .      .
"""
MAY = during("2025-05", "2025-05")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("own"), SEIZURES, SEARCHES)


def exhibit(view: View, level: str = "establishment") -> Exhibit:
    return places.map_of_places(view, places.by_place(view, level), level)


def drawn(view: View, level: str = "establishment", frame: str = "tout") -> dict[str, Any]:
    shown = exhibit(view, level)
    symbols = level == "establishment"
    made = maps.symbols(view, shown, frame) if symbols else maps.territories(view, shown, level, frame)
    specification: dict[str, Any] = json.loads(made.to_json())
    return specification


def layers(specification: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {layer["id"]: layer for layer in specification["layers"]}


def points(view: View, level: str = "establishment") -> list[dict[str, Any]]:
    data: list[dict[str, Any]] = layers(drawn(view, level))[maps.PLACES]["data"]
    return data


def mark(view: View, place: str) -> str:
    """The name of the mark that a place is drawn with."""
    return maps._KINDS[next(point["c"] for point in points(view) if point["i"] == place)]


# Where


def test_every_placed_establishment_has_a_point_and_those_near_paris_a_twin(own: World) -> None:
    view = own.view(MAY)
    rows = view.establishments.dropna(subset=["longitude"])
    west, south, east, north = geography.paris().seen
    near = rows[rows["longitude"].between(west, east) & rows["latitude"].between(south, north)]
    ids = [point["i"] for point in points(view)]
    assert sorted(ids) == sorted([*rows.index, *near.index])
    assert {"cp-paris-la-sante"} <= set(near.index)


def test_every_point_is_on_the_picture(own: World) -> None:
    west, south, east, north = geography.MAP_BOUNDS
    assert all(west < x < east and south < y < north for x, y in (point["p"] for point in points(own.view(MAY))))


def test_an_overseas_establishment_stands_in_its_frame(own: World) -> None:
    point = next(point for point in points(own.view(MAY)) if point["i"] == "cd-le-port")
    west, south, east, north = geography.overseas()["974"].frame
    assert west < point["p"][0] < east
    assert south < point["p"][1] < north


@pytest.mark.parametrize("level", ["department", "region", "disp"])
def test_each_territory_is_filled_once_and_has_a_handle(level: str, own: World) -> None:
    view = own.view(MAY)
    shown = exhibit(view, level)
    handles = [point["i"] for point in points(view, level)]
    assert handles == list(shown.table["place"][shown.table["known"]])
    fills = json.loads(re.search(r"\((.*)\)\[", layers(drawn(view, level))[f"outlines-{level}"]["getFillColor"])[1])
    assert len(fills) == len(maps._outline_codes(level))
    colour = dict(zip(maps._outline_codes(level), fills, strict=True))
    darkest = {"department": "75", "region": "11", "disp": "paris"}[level]
    rank = sum(bound < shown.table["value"].max() for bound in maps.steps(shown))
    assert colour[darkest][:3] == theme.rgba(theme.CLASSES[rank])[:3]
    assert colour[{"department": "06", "region": "93", "disp": "marseille"}[level]] == theme.rgba("#FFFFFF", 230)
    assert colour[{"department": "974", "region": "04", "disp": "outre_mer"}[level]] == theme.rgba(theme.UNKNOWN, 150)


# How much


def test_a_symbol_grows_with_its_value(own: World) -> None:
    radius = {point["i"]: point["r"] for point in points(own.view(MAY))}
    assert radius["cp-paris-la-sante"] == maps.LARGEST
    share = (radius["cp-fleury-merogis"] - maps.SMALLEST) / (maps.LARGEST - maps.SMALLEST)
    assert share**2 == pytest.approx(10 / 30, abs=0.02)


def test_words_carry_the_value_of_the_table_with_its_unit(own: World) -> None:
    words = {point["i"]: (point["n"], point["v"]) for point in points(own.view(MAY))}
    assert words["cp-paris-la-sante"] == ("Paris-La Santé", "30 téléphones")
    assert words["ma-nice"][1] == "0 téléphone"
    assert words["cd-le-port"][1] == "Non renseigné"


def test_zero_and_nothing_reported_look_different(own: World) -> None:
    view = own.view(MAY)
    assert (mark(view, "ma-nice"), mark(view, "cd-le-port")) == ("zero", "not_reported")


def test_a_rate_on_too_few_cells_looks_different_from_zero(own: World) -> None:
    view = own.view(MAY.with_(measure="phones_per_cell_searched"))
    assert mark(view, "cp-fleury-merogis") == "too_little"
    assert mark(view, "ma-nice") == "zero"
    assert next(point["v"] for point in points(view) if point["i"] == "cp-fleury-merogis") == "Trop peu pour conclure"


def test_all_marks_can_be_told_apart_without_their_fill(own: World) -> None:
    looks = {name: (tuple(fill), tuple(line), width) for name, (fill, line, width) in maps._MARKS.items()}
    alike = {"illustrative", "registered"}  # never on one map
    assert len(set(looks.values())) == len(looks) - len(alike) + 1
    assert looks["named"][1:] != looks["illustrative"][1:]


def test_what_is_selected_stands_out_among_its_neighbours(own: World) -> None:
    view = own.view(MAY.with_(establishments=("ma-nice",)))
    assert mark(view, "ma-nice") == "chosen"
    assert mark(view, "cp-fleury-merogis") == "registered"


@pytest.mark.parametrize("level", places.LEVELS)
def test_the_legend_names_each_state_that_is_drawn(level: str, own: World) -> None:
    shown = exhibit(own.view(MAY), level)
    words = [text for _, text in maps.legend(shown, level)]
    expected = {"zero": "zéro", "not_reported": "non renseigné", "too_little": "trop peu pour conclure"}
    for state, text in expected.items():
        assert (text in words) == (state in set(shown.table["state"]))


def test_no_size_of_the_legend_is_a_part_of_a_phone(own: World) -> None:
    shown = exhibit(own.view(MAY), "establishment")
    few = replace(shown, table=shown.table.assign(value=shown.table["value"].clip(upper=3)))
    assert [text for _, text in maps.legend(few, "establishment")][:2] == ["1", "2"]


def test_classes_hold_every_value(own: World) -> None:
    shown = exhibit(own.view(MAY), "region")
    assert maps.steps(shown)[-1] >= shown.table["value"].max()
    assert len(maps.steps(shown)) == len(theme.CLASSES)


def test_nothing_found_anywhere_still_draws(own: World) -> None:
    empty = during("2024-01", "2024-01")
    for level in places.LEVELS:
        assert drawn(own.view(empty), level)["layers"]


# What it asks, and what it is


@pytest.mark.parametrize("level", places.LEVELS)
@pytest.mark.parametrize("frame", maps.FRAMES)
def test_a_map_asks_its_own_host_only(level: str, frame: str, own: World) -> None:
    specification = drawn(own.view(MAY), level, frame)
    assert not re.findall(r"\w+://|//\w", json.dumps(specification))
    assert specification["mapStyle"] == "__MAP_STYLE__"  # without this mark of pydeck's, Streamlit asks Carto
    assert not specification.get("mapProvider")
    asked = re.findall(r"/app/static/([\w.]+)", json.dumps(specification))
    assert asked
    assert all((STATIC / name).is_file() for name in asked)


def test_filled_shapes_take_no_click(own: World) -> None:
    pickable = {name for name, layer in layers(drawn(own.view(MAY), "region")).items() if layer["pickable"]}
    assert pickable == {maps.PLACES}


def test_a_click_gives_the_code_of_its_layer_only() -> None:
    event = {"selection": {"indices": {"places-3": [0]}, "objects": {"places-3": [{"i": "ma-nice"}]}}}
    assert maps.clicked(event, "places-3") == "ma-nice"
    assert maps.clicked(event, "places-4") is None
    assert maps.clicked({"selection": {"indices": {}, "objects": {}}}, "places-3") is None


@pytest.mark.parametrize("level", places.LEVELS)
def test_the_stamp_lies_on_the_map_of_the_demonstration_only(
    level: str, own: World, tmp_path_factory: pytest.TempPathFactory
) -> None:
    invented = world(tmp_path_factory.mktemp("demonstration"), SEIZURES, SEARCHES, "demonstration")
    assert [*layers(drawn(invented.view(MAY), level))][-1] == "stamp"
    assert "stamp" not in layers(drawn(own.view(MAY), level))


def test_the_same_view_draws_the_same_map(own: World) -> None:
    first, second = (drawn(own.view(MAY), "region") for _ in range(2))
    assert first == second
    assert pd.notna([point["r"] for point in points(own.view(MAY))]).all()
