"""Each exhibit on a small world: its numbers, and everything that must be said beside them."""

from datetime import date
from typing import Any

import pandas as pd
import pytest
from worlds import World, during, world

from portique.reading.exhibits import over_time, places, suppliers
from portique.reading.exhibits.exhibit import BREAK_NOTE, Exhibit
from portique.reading.selection import Selection
from portique.register import reference

SEARCHES = """
day        place  cells
2025-03-05 fleury 40
2025-03-20 fleury .
2025-03-10 nice   4
2024-03-10 fleury 10
2025-02-10 fleury 20
2024-02-15 arras  1
"""
SEIZURES = """
when                  place  item   qty find search supplier channel      route  model   state
2024-03-10            fleury phone  30  1    4      oportik  oportik_site visit  .       ok
2025-02-10            fleury mini   25  2    5      unknown  unknown      visit  .       ok
2025-03-05            fleury phone  8   3    1      oportik  oportik_site visit  L8~Star ok
2025-03-05            fleury mini   >3  3    1      unknown  unknown      visit  .       ok
2025-03-20            fleury sim    2   4    2      abc      unknown      visit  .       ok
2025-03-21            sante  sim    1   5    .      unknown  unknown      visit  .       ok
2025-03-25/2025-04-02 arras  phone  7   6    .      unknown  unknown      visit  .       ok
2025-06-30            fleury phone  2   7    .      unknown  unknown      staff  .       dup
2025-07-31            fleury phone  1   8    .      unknown  unknown      staff  .       ok
2025                  .      phone  5   9    .      unknown  unknown      staff  .       ok
"""
PARISIAN = int((reference.table("establishments")["region_code"] == "11").sum())
MARCH, YEAR = during("2025-03", "2025-03"), during("2025", "2025")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("small"), SEIZURES, SEARCHES)


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> World:
    days = "2021-05-01 nice .\n2021-07-10 nice .\n2022-06-01 nice prison_break\n2025-12-31 sante ."
    text = f"when place operation\n{days}"
    return world(tmp_path_factory.mktemp("demonstration"), text, provenance="demonstration", name="Démo")


def map_of(held: World, selection: Selection, level: str = "establishment") -> Exhibit:
    view = held.view(selection)
    return places.map_of_places(view, places.by_place(view, level), level)


def values(shown: Exhibit, *columns: str) -> dict[str, Any]:
    """Label → value, or → the named columns."""
    rows = shown.table.set_index("label" if "label" in shown.table else "name")
    return {
        str(name): tuple(row) if len(columns) > 1 else row[0]
        for name, *row in rows[list(columns or ["value"])].itertuples()
    }


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def first_sentence(shown: Exhibit) -> str:
    return plain(shown.sentence).split(". ")[0]


def notes(shown: Exhibit) -> str:
    return plain(" | ".join(shown.notes))


# Places


def test_the_map_says_how_many_where_and_how_surely(small: World) -> None:
    shown = map_of(small, MARCH)
    assert first_sentence(shown) == "En mars 2025, au moins 12 téléphones saisis dans 187 établissements"
    assert "Total minimal : 1 ligne sans quantité exacte" in notes(shown)
    assert "Non réparti : 12 téléphones, dont la période déborde" in notes(shown)  # 7 of arras, 5 of the year
    assert shown.table["label"].is_unique
    assert shown.status == "registered"
    assert plain(shown.source).startswith("Essai, version 2 du ")


def test_zero_too_little_and_nothing_reported_are_three_things(small: World) -> None:
    counts = values(map_of(small, MARCH), "value", "state")
    assert counts["Fleury-Mérogis"] == (12, "value")
    assert counts["Nice"] == (0, "zero")  # searched, nothing found
    assert counts["Paris-La Santé"] == (0, "zero")  # a find without a phone
    assert counts["Poissy"][1] == "not_reported"
    assert pd.isna(counts["Poissy"][0])
    rates = values(map_of(small, MARCH.with_(measure="phones_per_cell_searched")), "value", "state")
    assert rates["Fleury-Mérogis"] == (pytest.approx(12 / 40), "value")
    assert rates["Nice"][1] == "too_little"  # 4 cells
    assert pd.isna(rates["Nice"][0])
    assert rates["Poissy"][1] == "not_reported"


def test_a_rate_per_inmate_says_what_it_rests_on(small: World) -> None:
    shown = map_of(small, MARCH.with_(measure="phones_per_100_inmates_year"))
    occupancy = reference.table("occupancy").query("establishment_id == 'cp-fleury-merogis'").set_index("month")
    january, april = (float(occupancy.loc[month, "inmates"]) for month in ("2025-01-01", "2025-04-01"))
    inmates = january + (april - january) * 59 / 90
    assert values(shown)["Fleury-Mérogis"] == pytest.approx(12 * 100 / (inmates * 31 / 365.25))
    assert "Exposition : 0 % d’effectifs mensuels observés" in notes(shown)


def test_other_units_are_not_called_by_its_name(small: World) -> None:
    for code in ("finds", "cells_searched"):
        said = notes(map_of(small, MARCH.with_(measure=code)))
        assert "Non réparti : 12 téléphones" in said
        assert "Total minimal" not in said


def test_regions_in_the_french_order(small: World) -> None:
    shown = map_of(small, YEAR, "region")
    labels = shown.table["label"].tolist()
    assert labels.index("Hauts-de-France") + 1 == labels.index("Île-de-France")
    assert values(shown, "value", "establishments")["Île-de-France"] == (38, PARISIAN)
    assert values(shown)["Établissement non précisé"] == 5
    assert "1 ligne écartée par la revue" in notes(shown)


def test_headline_of_other_measures(small: World) -> None:
    def said(code: str, **changes: Any) -> str:
        return first_sentence(map_of(small, MARCH.with_(measure=code, **changes)))

    assert said("finds") == "En mars 2025, 3 saisies dans 187 établissements"
    assert said("mini_phones", regions=("93",)) == "En mars 2025, 0 mini-téléphone saisi dans 13 établissements"
    assert said("cells_searched") == "En mars 2025, 44 cellules fouillées dans 187 établissements"
    assert said("phones_per_cell_searched").startswith("En mars 2025, 0,27 téléphone par cellule fouillée dans")
    assert "trop peu pour calculer" in said("phones_per_cell_searched", regions=("93",))
    with_accessories = said("phones_and_accessories")
    assert with_accessories.startswith("En mars 2025, au moins 15 téléphones et accessoires saisis")


def test_what_is_chosen_stands_among_its_neighbours(small: World) -> None:
    shown = map_of(small, YEAR.with_(regions=("11",)), "region")
    assert values(shown, "highlighted")["Île-de-France"]
    assert not values(shown, "highlighted")["Hauts-de-France"]
    assert plain(shown.sentence).startswith(f"En 2025, au moins 38 téléphones saisis dans {PARISIAN} établissements")


def key_figures(held: World, selection: Selection) -> Exhibit:
    view = held.view(selection)
    return places.key_figures(view, places.by_place(view), over_time.trend(view))


def test_key_figures_against_the_previous_period(small: World) -> None:
    shown = key_figures(small, MARCH)
    figures = values(shown, "value", "previous", "change")
    assert figures["téléphones"] == (12, 25, "−52\u202f%")
    assert figures["mini-téléphones"] == (4, 25, "−84\u202f%")
    assert figures["cellules fouillées"] == (44, 20, "+120\u202f%")
    assert figures["téléphones par cellule fouillée"][:2] == pytest.approx((12 / 44, 25 / 20))
    assert values(shown, "at_least")["téléphones"]
    assert "Comparaison : avec la période précédente de même durée (février 2025)" in notes(shown)
    details = {name: plain(text) for name, text in values(shown, "detail").items()}
    assert details["cellules fouillées"] == "3 fouilles, dont 1 au nombre de cellules inconnu"
    assert details["téléphones par cellule fouillée"] == "intervalle à 95 % : 0,14 à 0,48 (hasard seul)"  # 6,20–20,96


def test_no_comparison_with_what_the_register_does_not_cover(small: World) -> None:
    shown = key_figures(small, during("2024-03", "2025-02"))
    assert set(values(shown, "change").values()) == {""}
    assert "Comparaison : aucune, le registre ne couvre pas" in notes(shown)


def test_a_small_number_is_not_turned_into_a_percentage() -> None:
    assert places.change_in_words(31, 3) == "contre 3"
    assert places.change_in_words(131, 100) == "+31\u202f%"
    assert places.change_in_words(0.2, 0.4, decimals=2) == "−50\u202f%"
    assert places.change_in_words(3, None) == places.change_in_words(0.2, 0, decimals=2) == ""


# Time


def test_the_trend_shows_the_months_before(small: World) -> None:
    shown = over_time.trend(small.view(MARCH))
    months = shown.table.set_index("bin")
    assert (months.index[0], months.index[-1]) == (pd.Timestamp("2024-02-01"), pd.Timestamp("2025-03-01"))
    assert months["value"].dropna().to_dict() == {
        pd.Timestamp("2024-02-01"): 0,  # searched, nothing found
        pd.Timestamp("2024-03-01"): 30,
        pd.Timestamp("2025-02-01"): 25,
        pd.Timestamp("2025-03-01"): 12,
    }
    assert months.index[months["selected"]].tolist() == [pd.Timestamp("2025-03-01")]
    assert plain(shown.title) == "En mars 2025, 12 téléphones"


def test_the_trend_of_one_day_speaks_of_its_month(small: World) -> None:
    shown = over_time.trend(small.view(during("2025-03-20", "2025-03-20")))
    assert plain(shown.title) == "En mars 2025, 12 téléphones"


def test_months_beside_those_a_year_before(small: World) -> None:
    shown = over_time.over_time(small.view(YEAR), "month", "total")
    rows = shown.table.set_index("bin")[["value", "year_before"]]
    assert rows.loc["2025-03-01"].tolist() == [12, 30]
    assert rows.loc["2025-07-01", "value"] == 1
    assert pd.isna(rows.loc["2025-05-01", "value"])  # nothing reported is not zero
    assert (
        "Non réparti dans le temps : 12 téléphones, dont la source donne une période plus longue qu’un mois"
        in notes(shown)
    )
    assert "Le plus : 25 (février 2025) ; le moins : 1 (juillet 2025)" in plain(shown.sentence)
    assert not shown.table["partial"].any()


def test_a_month_with_another_find_is_reported(small: World) -> None:
    """A find without a phone and without a search is a find of its month."""
    sante = YEAR.with_(measure="finds", establishments=("cp-paris-la-sante",))
    shown = over_time.over_time(small.view(sante), "month", "total")
    assert shown.table.set_index("bin").loc["2025-03-01", "value"] == 1


def test_finds_that_no_bin_holds_are_counted_in_finds(small: World) -> None:
    shown = over_time.over_time(small.view(YEAR.with_(measure="finds")), "month", "total")
    assert "Non réparti dans le temps : 2 saisies" in notes(shown)
    cells = over_time.over_time(small.view(YEAR.with_(measure="cells_searched")), "month", "total")
    assert "Non réparti" not in notes(cells)


def test_the_rate_of_a_day_rests_on_that_day(small: World) -> None:
    rate = YEAR.with_(measure="phones_per_100_inmates_year")
    day = over_time.over_time(small.view(rate), "day", "total").table.set_index("bin")
    month = over_time.over_time(small.view(rate), "month", "total").table.set_index("bin")
    assert day.loc["2025-03-05", "value"] == pytest.approx(12 * 100 / day.loc["2025-03-05", "inmate_years"])
    in_march = day.loc["2025-03-01":"2025-03-31", "inmate_years"].sum()
    assert in_march == pytest.approx(month.loc["2025-03-01", "inmate_years"])


def test_series_and_cut_bins(small: World) -> None:
    shown = over_time.over_time(small.view(during("2025-03-05", "2025-03-31")), "month", "item_type")
    assert values(shown) == {"smartphones": 8, "mini-téléphones": 4}
    assert shown.table["partial"].all()
    assert "La sélection coupe un mois" in notes(shown)
    rate = over_time.over_time(small.view(MARCH.with_(measure="phones_per_cell_searched")), "month", "item_type")
    assert rate.table["series"].tolist() == ["total"]  # a rate does not split


def test_a_series_is_not_zero_where_nothing_is_reported(small: World) -> None:
    shown = over_time.over_time(small.view(YEAR), "month", "supplier")
    rows = shown.table.set_index(["bin", "series"])["value"]
    assert rows["2025-03-01", "oportik"] == 8
    assert rows["2025-02-01", "oportik"] == 0
    assert pd.isna(rows["2025-05-01", "oportik"])


def test_effort(small: World) -> None:
    shown = over_time.effort(small.view(MARCH), "month")
    assert plain(shown.title) == "En mars 2025, 44 cellules fouillées"
    row = shown.table.iloc[0]
    assert row[["searches", "searches_with_find", "cells_searched", "unknown_searches"]].tolist() == [3, 2, 44, 1]
    assert row["value"] == pytest.approx(12 / 44)


def test_events_of_a_period() -> None:
    assert over_time.events_between(date(2022, 1, 1), date(2022, 1, 2))["event_id"].tolist() == ["comptage_2022"]
    assert over_time.events_between(date(2025, 5, 20), date(2025, 5, 22))["event_id"].tolist() == ["prison_break"]


# Suppliers


def test_shares_keep_the_unknown_in_sight(small: World) -> None:
    shown = suppliers.shares(small.view(YEAR.with_(measure="phones_and_accessories")))
    # oportik 8, abc 2, unknown 25 + 4 + 1 (SIM) + 7 + 1 + 5 = 43
    assert values(shown) == {"Oportik": 8, "abc": 2, "Inconnu": 43}
    assert shown.table["share"].sum() == pytest.approx(1)
    assert plain(shown.title) == "En 2025, fournisseur inconnu pour 81 % des téléphones et accessoires saisis"
    assert suppliers.PRESUMPTION in shown.notes


def test_models_and_empty_shares(small: World) -> None:
    assert values(suppliers.shares(small.view(MARCH), "model")) == {"L8 Star": 8, "modèle non précisé": 4}
    empty = suppliers.shares(small.view(during("2025-05", "2025-05")))
    assert "rien à répartir" in empty.title
    assert empty.table.empty


def test_many_models_are_added_up(tmp_path: Any) -> None:
    lines = "\n".join(f"2025-01-01 nice {number} M{number:02d}" for number in range(1, 16))
    shown = suppliers.shares(world(tmp_path, f"when place qty model\n{lines}").view(YEAR), "model")
    assert shown.table["label"].tolist()[:2] == ["M15", "M14"]
    assert shown.table[["label", "value"]].values.tolist()[-1] == ["3 autres modèles", 6]
    assert shown.table["value"].sum() == 120


def test_history_channels_and_flow(small: World) -> None:
    history = suppliers.share_history(small.view(MARCH), "month")
    assert history.table[["label", "value", "share"]].values.tolist() == [
        ["Oportik", 8.0, pytest.approx(8 / 12)],
        ["Inconnu", 4.0, pytest.approx(4 / 12)],
    ]
    channels = suppliers.channels(small.view(MARCH)).table.set_index("code")
    assert channels["value"].to_dict()["oportik_site"] == 8
    assert "Saisi le 20 mai 2025" in channels.loc["oportik_site", "history"]
    flow = suppliers.flow(small.view(MARCH))
    assert "67 % des téléphones ont un fournisseur présumé" in plain(flow.title)
    assert flow.table[["supplier_label", "region_label", "value"]].values.tolist()[0] == ["Oportik", "Île-de-France", 8]


def test_before_and_after_are_equal_windows(small: World) -> None:
    shown = suppliers.before_after(small.view(MARCH))
    # the register ends on 31 December: 182 days each, 19 November 2024 to 19 May 2025 and 21 May to 18 November
    assert "182 jours avant et 182 jours après" in shown.title
    assert shown.period == (date(2024, 11, 19), date(2025, 11, 19))
    assert values(shown, "value_before", "value_after") == {"Oportik": (8, 0), "Inconnu": (36, 1)}


def test_no_comparison_without_days_on_both_sides(tmp_path: Any) -> None:
    held = world(tmp_path, "when place\n2025-05-20 nice")
    shown = suppliers.before_after(held.view(MARCH))
    assert shown.table.empty
    assert shown.title == "Le registre ne couvre pas les jours d’avant et d’après le 20 mai 2025"


# What every exhibit carries


def all_exhibits(held: World, selection: Selection) -> list[Exhibit]:
    view = held.view(selection)
    answer, trend = places.by_place(view), over_time.trend(view)
    shown = [places.map_of_places(view, answer), places.key_figures(view, answer, trend), trend]
    shown += [over_time.over_time(view, "month", "supplier"), over_time.effort(view, "month")]
    shown += [suppliers.shares(view, dimension) for dimension in suppliers.DIMENSIONS]
    return [*shown, suppliers.flow(view), suppliers.channels(view), suppliers.share_history(view, "month")]


@pytest.mark.parametrize("code", ["phones", "mini_phones", "phones_and_accessories", "finds", "cells_searched"])
@pytest.mark.parametrize("selection", [YEAR, during("2025-05", "2025-05"), during("2030", "2030")])
def test_every_exhibit_carries_its_facts(small: World, selection: Selection, code: str) -> None:
    selection = selection.with_(measure=code, regions=("11",))
    for shown in all_exhibits(small, selection):
        facts = dict(shown.facts)
        assert {column.name for column in shown.columns} <= set(shown.table.columns)
        assert facts["Champ"] == "Île-de-France"
        assert facts["Statut"] == "registre"
        assert facts["Lien"].startswith("/carte?")
        assert all(facts[name] for name in ("Titre", "Définition", "Période", "Source"))
        assert all(answer.question.sql for answer in shown.answers)
        assert len(shown.answers) > 0


def test_demonstration_says_so_everywhere(demonstration: World) -> None:
    for shown in all_exhibits(demonstration, during("2022", "2025", scope="operation")):
        assert dict(shown.facts)["Statut"] == "DONNÉES DE DÉMONSTRATION"
        assert "inventé" in shown.source
        assert "établissements de Prison Break" in shown.scope
    mentions = values(map_of(demonstration, during("2022", "2025", scope="operation")), "belongs")
    assert mentions["Paris-La Santé"] == "nommé par une source"
    assert mentions["Nice"] == "illustratif (démonstration)"


def test_a_period_across_the_counting_break_says_so(demonstration: World) -> None:
    across = demonstration.view(during("2021-12", "2022-06"))
    assert BREAK_NOTE in suppliers.shares(across).notes
    after = demonstration.view(during("2022-06", "2022-12"))
    assert BREAK_NOTE not in suppliers.shares(after).notes


def test_a_comparison_across_the_counting_break_says_so(demonstration: World) -> None:
    """The earlier period stands in the exhibit as well, as a year before or as the previous period."""
    year = over_time.over_time(demonstration.view(during("2022-06", "2022-12")), "month", "total")
    assert BREAK_NOTE in year.notes
    month = demonstration.view(during("2022-01", "2022-01"))
    assert BREAK_NOTE in places.key_figures(month, places.by_place(month), over_time.trend(month)).notes


def test_nothing_reported_is_not_zero(small: World) -> None:
    shown = key_figures(small, during("2019-03", "2019-03"))
    assert "rien n’est renseigné" in shown.title
    assert shown.table["value"].isna().all()
    assert set(shown.table["detail"]) == {"non renseigné"}
