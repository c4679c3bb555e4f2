"""Territories and comparisons on a small world: each rate beside its interval, and no conclusion too many."""

import math
from datetime import date
from typing import Any

import pandas as pd
import pytest
from worlds import World, during, world

from portique.reading import labels, statistics
from portique.reading.definitions import measure
from portique.reading.exhibits import comparison, places, territories
from portique.reading.exhibits.exhibit import BREAK_NOTE, Exhibit
from portique.reading.selection import Selection
from portique.reading.view import View
from portique.register import reference

SEARCHES = """
day        place  cells
2021-06-10 fleury 50
2024-03-10 fleury 200
2024-03-10 nice   100
2025-03-10 fleury 200
2025-03-11 sante  .
2025-04-10 nice   100
2025-05-10 arras  5
"""
SEIZURES = """
when                  place  item  qty find search state
2021-06-10            fleury phone 9   1    1      ok
2024-03-10            fleury phone 70  2    2      ok
2024-03-10            nice   phone 12  3    3      ok
2025-03-10            fleury phone 40  4    4      ok
2025-03-11            sante  phone 7   5    5      ok
2025-03-12            sante  sim   3   6    .      ok
2025-04-10            nice   phone 11  7    6      ok
2025-04-11            nice   mini  2   8    .      ok
2025-04-25/2025-05-02 nice   phone 1   9    .      ok
2025                  .      phone 4   10   .      ok
2025-06-01            fleury phone 5   11   .      dup
"""
YEAR = during("2025", "2025")
PHONES = list(measure("phones").item_types)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("small"), SEIZURES, SEARCHES)


def lines(held: World, selection: Selection = YEAR, level: str = "region") -> Exhibit:
    view = held.view(selection, "regions")
    return territories.territories(view, territories.ask(view, level), level)


def rates(held: World, rate: str, selection: Selection = YEAR, level: str = "region") -> Exhibit:
    view = held.view(selection, "regions")
    return territories.intervals(view, territories.ask(view, level), level, rate)


def line(shown: Exhibit, label: str) -> dict[str, Any]:
    return shown.table.set_index("label").loc[label].to_dict()


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def notes(shown: Exhibit) -> str:
    return plain(" | ".join(shown.notes))


def compared(held: World, first: str, second: str, selection: Selection = YEAR) -> Exhibit:
    view = held.view(selection, "regions")
    return comparison.differences(view, "region", comparison.sides(view, "region", first, second))


# Lines


def test_a_line_counts_what_its_register_holds(small: World) -> None:
    paris = line(lines(small), "Île-de-France")
    here = int((reference.table("establishments")["region_code"] == "11").sum())
    assert (paris["phones"], paris["cells_searched"], paris["establishments"]) == (47, 200, here)
    occupancy = reference.table("occupancy").merge(reference.table("establishments"), on="establishment_id")
    of_region = occupancy[occupancy["region_code"] == "11"].groupby("month")["inmates_x"].sum()
    assert of_region.min() <= paris["inmates"] <= of_region.max()  # the mean of a year lies between its months


def test_both_rates_stand_beside_their_exact_intervals(small: World) -> None:
    paris = line(lines(small), "Île-de-France")
    assert paris["cellules_value"] == pytest.approx(40 / 200)  # the seven of an unknown search are in neither part
    assert (paris["cellules_low"], paris["cellules_high"]) == pytest.approx(statistics.poisson_interval(40, 200))
    lived = paris["inmate_years"]
    assert paris["detenus_value"] == pytest.approx(47 * 100 / lived)
    low, high = statistics.poisson_interval(47, lived)
    assert (paris["detenus_low"], paris["detenus_high"]) == pytest.approx((100 * low, 100 * high))


@pytest.mark.parametrize("level", territories.LEVELS)
def test_every_rate_has_its_interval_beside_it_in_every_table(small: World, level: str) -> None:
    shown = lines(small, level=level)
    names = [column.name for column in shown.columns]
    for rate in territories.RATES:
        at = names.index(f"{rate}_value")
        assert names[at + 1 : at + 3] == [f"{rate}_low", f"{rate}_high"]
    known = shown.table.dropna(subset=["detenus_value"])
    assert ((known["detenus_low"] <= known["detenus_value"]) & (known["detenus_value"] <= known["detenus_high"])).all()
    headings = [column.label for column in shown.columns]
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("level", territories.LEVELS)
def test_lines_are_in_the_french_order_and_the_cut_is_said(small: World, level: str) -> None:
    for shown in (lines(small, level=level), rates(small, "cellules", level=level)):
        names = list(shown.table["label"])
        assert names == sorted(names, key=labels.collation)
        assert territories.BY[level] in shown.title
        assert notes(shown).startswith("Découpage montré : ")
        assert "pas un classement" in notes(shown)


def test_the_cuts_are_counted_in_the_data(small: World) -> None:
    assert f"{len(reference.table('regions'))} dans la liste de l’INSEE" in notes(lines(small))
    assert f"{len(reference.table('disps'))}, Mission outre-mer comprise" in notes(lines(small, level="disp"))


def test_zero_too_little_and_nothing_reported_are_three_things(small: World) -> None:
    shown = lines(small)
    north, reunion = line(shown, "Hauts-de-France"), line(shown, "La Réunion")
    assert (north["cellules_state"], north["detenus_state"]) == ("too_little", "zero")  # 5 cells, nothing found
    assert (north["detenus_value"], north["detenus_low"]) == (0, 0)
    assert north["detenus_high"] > 0
    assert math.isnan(north["cellules_value"])
    assert reunion["detenus_state"] == reunion["cellules_state"] == "not_reported"
    assert math.isnan(reunion["phones"])
    assert math.isnan(reunion["cells_searched"])
    assert (north["phones"], north["cells_searched"]) == (0, 5)
    reading = line(rates(small, "cellules"), "Hauts-de-France")["reading"]
    assert reading == "trop peu pour conclure"


def test_what_no_establishment_is_named_for_has_its_line_and_no_rate(small: World) -> None:
    unnamed = line(lines(small), "Établissement non précisé")
    assert (unnamed["phones"], unnamed["establishments"]) == (4, 0)
    assert unnamed["detenus_state"] == "too_little"


def test_the_lines_add_up_to_the_whole(small: World) -> None:
    whole = small.ask("by_place", YEAR, items=PHONES, phones=PHONES, level="all").table.iloc[0]
    for level in territories.LEVELS:
        sums = lines(small, level=level).table[["phones", "cells_searched", "establishments", "inmate_years"]].sum()
        assert sums.tolist() == pytest.approx([whole[name] for name in sums.index])


def test_months_are_those_of_the_trend_and_missing_is_not_zero(small: World) -> None:
    paris, months = line(lines(small), "Île-de-France"), pd.date_range("2024-01-01", "2025-12-01", freq="MS")
    held = dict(zip(months.strftime("%Y-%m"), paris["months"], strict=True))
    assert (held["2024-03"], held["2025-03"]) == (70, 47)
    assert math.isnan(held["2025-04"])
    north = dict(zip(months.strftime("%Y-%m"), line(lines(small), "Hauts-de-France")["months"], strict=True))
    assert north["2025-05"] == 0  # searched, nothing found
    assert paris["monthly"].split(" ; ")[14] == "47"
    assert lines(small).columns[-1].label == "Téléphones par mois, de 2024 à 2025"


def test_a_chosen_region_stands_among_the_others(small: World) -> None:
    shown = lines(small, YEAR.with_(regions=("11",)))
    assert line(shown, "Île-de-France")["in_selection"] == "oui"
    assert line(shown, "Provence-Alpes-Côte d’Azur")["in_selection"] == "non"
    here = int((reference.table("establishments")["region_code"] == "11").sum())
    assert plain(shown.title) == f"En 2025, 47 téléphones saisis dans {here} établissements, par région"
    assert shown.scope == "France entière"


def test_another_measure_changes_nothing_and_is_said(small: World) -> None:
    finds = lines(small, YEAR.with_(measure="finds"))
    pd.testing.assert_series_equal(finds.table["detenus_value"], lines(small).table["detenus_value"])
    assert "la mesure choisie (saisies) n’y change rien" in notes(finds)
    assert "mesure choisie" not in notes(lines(small))


def test_the_whole_is_that_of_all_lines(small: World) -> None:
    shown = rates(small, "cellules", YEAR.with_(regions=("11",)))
    assert set(shown.table["whole"].round(9)) == {round((40 + 11) / 305, 9)}
    assert plain(shown.title) == "Téléphones par cellule fouillée, par région : 0,167 pour l’ensemble"
    assert "0 intervalle sur 2 ne contient pas le taux d’ensemble" in plain(shown.sentence)


def test_nothing_reported_is_said(small: World) -> None:
    shown = rates(small, "detenus", during("2023", "2023"))
    assert plain(shown.title).endswith("non renseigné pour l’ensemble")
    assert shown.sentence.endswith("Aucun taux ne peut être calculé.")
    assert "non renseigné" in lines(small, during("2023", "2023")).sentence


# Comparisons


def test_the_intervals_of_a_comparison_are_those_of_the_statistics(small: World) -> None:
    row = compared(small, "11", "93").table.set_index("rate").loc["Téléphones par cellule fouillée"]
    assert tuple(row[["ratio", "ratio_low", "ratio_high"]]) == pytest.approx(statistics.rate_ratio(40, 200, 11, 100))
    difference = statistics.rate_difference(40, 200, 11, 100)
    assert tuple(row[["difference", "difference_low", "difference_high"]]) == pytest.approx(difference)


def test_nothing_allows_to_conclude_is_said(small: World) -> None:
    shown = compared(small, "11", "93")
    row = shown.table.iloc[1]
    assert row["verdict"] == "rien ne permet de conclure"  # 40 in 200 and 11 in 100
    assert "Rien ne permet de conclure à une différence" in row["reading"]
    assert "par cellule fouillée, rien ne permet de conclure" in shown.title
    assert "hasard seul" in notes(shown)
    assert "Effort : 200 cellules fouillées" in notes(shown)
    assert "Régions et DISP sont deux découpages" in notes(shown)


def test_a_difference_beyond_chance_is_said(small: World) -> None:
    shown = compared(small, "11", "an")
    row = shown.table.iloc[1]
    assert statistics.rate_ratio(40, 200, 70, 200)[2] < 1
    assert row["verdict"] == "taux plus élevé pour « Île-de-France, 2024 »"
    assert "0,200 pour « Île-de-France, 2025 », 0,350 pour « Île-de-France, 2024 »" in plain(row["reading"])
    verdict = "Le taux est plus élevé pour « Île-de-France, 2024 », au-delà de ce que le hasard seul explique."
    assert plain(row["reading"]).endswith(verdict)
    assert shown.period == (date(2024, 1, 1), date(2026, 1, 1))
    turned = comparison._verdict(comparison.sides(small.view(YEAR), "region", "11", "93"), (2, 1.2, 3), (1, 0.5, 1.5))
    assert turned == "taux plus élevé pour « Île-de-France »"


def test_both_intervals_must_leave_equality_out(small: World) -> None:
    pair = comparison.sides(small.view(YEAR), "region", "11", "93")
    for ratio, difference in (((1.4, 1.01, 2), (0.1, -0.01, 0.2)), ((0.7, 0.5, 1.02), (-0.1, -0.2, -0.01))):
        assert comparison._verdict(pair, ratio, difference) == "rien ne permet de conclure"


def test_too_little_gives_no_ratio(small: World) -> None:
    shown = compared(small, "11", "32")
    people, cells = shown.table.to_dict("records")
    assert cells["verdict"] == "trop peu pour conclure pour « Hauts-de-France »"
    assert math.isnan(cells["ratio"])
    assert math.isnan(people["ratio"])  # nothing was found there: no ratio, but a difference
    assert people["difference"] > 0
    assert "incalculable" in people["reading"]
    silent = compared(small, "11", "04")
    assert "non renseigné pour « La Réunion »" in plain(silent.sentence)
    assert "non renseigné pour « La Réunion »" in notes(silent).split("Effort : ")[1]


@pytest.mark.parametrize(
    ("first", "second", "selection", "said"),
    [
        ("11", "11", YEAR, "Choisissez deux territoires différents"),
        ("11", "93", YEAR.with_(departments=("91",)), "aucun établissement pour « Provence-Alpes-Côte d’Azur »"),
        ("11", "an", during("2024", "2025"), "les deux périodes se recouvrent"),
        ("11", "avant", during("2021", "2021"), "le registre ne couvre pas toute la période"),
        ("11", "an", during("2022", "2022"), "Le comptage des incidents a changé le 1er janvier 2022"),
    ],
)
def test_what_may_not_be_compared_is_not(
    small: World, first: str, second: str, selection: Selection, said: str
) -> None:
    shown = compared(small, first, second, selection)
    assert said in plain(shown.title)
    assert shown.table.empty


def test_a_comparison_across_the_counting_break_carries_its_note(small: World) -> None:
    assert BREAK_NOTE in compared(small, "11", "an", during("2022", "2022")).notes


def test_side_by_side_has_the_lines_of_both(small: World) -> None:
    view = small.view(YEAR, "regions")
    shown = comparison.side_by_side(view, "region", comparison.sides(view, "region", "11", "avant"))
    assert shown.table[["label", "when", "phones"]].values.tolist() == [
        ["Île-de-France", "2025", 47],
        ["Île-de-France", "2024", 70],
    ]
    absent = comparison.sides(small.view(YEAR.with_(departments=("91",)), "regions"), "region", "11", "93")
    assert comparison.side_by_side(view, "region", absent).table["phones"].tolist() == [40]


def test_the_territories_to_compare_are_those_with_an_establishment(small: World) -> None:
    for level, column in (("region", "region_code"), ("disp", "disp"), ("department", "department_code")):
        codes = comparison.choices(level)
        assert set(codes) == set(reference.table("establishments")[column])
        assert list(codes.values()) == sorted(codes.values(), key=labels.collation)
        assert list(comparison.others(level, YEAR)) == [*comparison.TIMES, *codes]
        assert set(small.choices[places.CHOOSES[level]]) == set(codes)


def test_what_is_compared_first_is_what_is_selected(small: World) -> None:
    every = comparison.choices("region")
    named = comparison.offered("region", YEAR.with_(regions=("04",)))
    assert list(named) == ["04", *(code for code in every if code != "04")]
    assert list(comparison.offered("department", YEAR.with_(regions=("04",)))) == ["974"]
    assert list(comparison.offered("disp", YEAR.with_(departments=("13", "75")))) == ["marseille", "paris"]
    assert comparison.offered("department", YEAR.with_(regions=("04",), disps=("paris",))) == comparison.choices(
        "department"
    )


def test_choices_follow_the_level_in_force() -> None:
    level = ["region"]
    following = comparison.Following(lambda: comparison.choices(level[0]))
    assert following["11"] == "Île-de-France"
    level[0] = "disp"
    assert "11" not in following
    assert list(following) == list(comparison.choices("disp"))
    assert len(following) == len(comparison.choices("disp"))


def test_a_link_keeps_the_measure_that_was_chosen(small: World) -> None:
    view: View = small.view(YEAR.with_(measure="finds"), "regions")
    shown = territories.territories(view, territories.ask(view, "region"), "region")
    assert "mesure=finds" in shown.link
