"""The public record: every number is a row of data/ or a formula, none is left out, none is added or joined."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import hostile
import pandas as pd
import pytest
from conftest import ROOT
from scipy.stats import chi2
from streamlit.testing.v1 import AppTest
from worlds import World, during, world

from portique.config import DATA
from portique.errors import ReferenceDataError
from portique.reading import labels, parts
from portique.reading.exhibits import figures, national, operation
from portique.reading.exhibits.exhibit import Exhibit
from portique.reading.exhibits.published import value_in_words
from portique.reading.view import View
from portique.showing import html, maps, paged, published_charts, tables

MAKERS: dict[str, Callable[[View], Exhibit]] = {
    "catalogue": figures.catalogue,
    "unusable": figures.unusable,
    "by_establishment": figures.by_establishment,
    "series": national.series,
    "phones_alone": national.phones_alone,
    "drones": national.drones,
    "running_totals": national.running_totals,
    "campaigns": national.campaigns,
    "stages": operation.stages,
    "derived": operation.derived,
    "timeline": operation.timeline,
    "actors": operation.actors,
    "establishments": operation.establishments,
    "contradictions": operation.contradictions,
    "not_public": operation.not_public,
}
FOUND = ("catalogue", "series", "phones_alone", "drones", "running_totals", "campaigns", "stages")
GAPS = ["2008", "2009", "2018", "2019", "2020", "2021", "2022", "2025"]


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False)


USABLE, UNUSABLE = read("published_figures"), read("published_figures_unusable")
ROWS = pd.concat([USABLE, UNUSABLE]).set_index("figure_id")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("own"), "when place qty\n2025-05-10 sante 6\n")


@pytest.fixture(scope="module")
def view(own: World) -> View:
    return own.view(during("2025", "2025"), figures.PAGE)


def words_of(row: pd.Series) -> str:
    return value_in_words(float(row["value"]), row["unit"], row["qualifier"])


def picture(name: str, exhibit: Exhibit) -> str:
    """The exhibit as its page writes it."""
    match name:
        case "catalogue":
            return html.figures(exhibit)
        case "stages":
            return html.stages(exhibit)
        case _:
            return html.record(exhibit)


# Every number is a row of data/, or a formula beside it.


@pytest.mark.parametrize("name", FOUND)
def test_every_figure_is_that_of_its_row(view: View, name: str) -> None:
    table = MAKERS[name](view).table.dropna(subset=["figure_id"])
    assert len(table)
    for row in table.to_dict("records"):
        held = ROWS.loc[row["figure_id"]]
        assert float(row["amount"]) == float(held["value"])
        assert row["source_url"] == held["source_url"]
        assert row["source_publisher"] == labels.typeset(held["source_publisher"])
        assert row["definition_note"] == labels.typeset(held["definition_note"])
        if name not in ("series", "drones"):  # there the axis says the unit
            assert row["words"] == words_of(held)
        else:
            assert row["words"].startswith(words_of(held).rsplit(labels.WIDE, 1)[0])


def numbers(text: str) -> set[float]:
    """The numbers of a text, its dates and identifiers apart."""
    text = re.sub(r"\b[A-Z]{3,4}-\d{3}\b", " ", text)
    text = re.sub(rf"\b\d{{1,2}}(er)?\s({'|'.join(labels.MONTHS)})\b(\s\d{{4}})?", " ", text)
    found = re.findall(rf"\d+(?:{labels.THIN}\d{{3}})*(?:,\d+)?", text)
    return {float(number.replace(labels.THIN, "").replace(",", ".")) for number in found}


def derived_numbers() -> set[float]:
    phones, mini, searches, authorised = (
        float(ROWS.at[code, "value"]) for code in ("OPE-004", "OPE-005", "OPE-002", "OPE-003")
    )
    low, high = chi2.ppf(0.025, 2 * phones) / 2 / searches, chi2.ppf(0.975, 2 * phones + 2) / 2 / searches
    shares = {round(100 * mini / phones), round(100 * searches / authorised)}
    return {round(phones / searches, 2), round(low, 2), round(high, 2), *map(float, shares)}


def counts_of(name: str) -> set[float]:
    """The numbers of rows that an exhibit may say of itself, counted here on the files."""
    national_, xxl = USABLE[USABLE["scope"] == "France"], USABLE[USABLE["scope"] == "Fouilles XXL"]
    preferred = USABLE[USABLE["preferred"] == "true"]
    campaigns = preferred[
        ((preferred["scope_kind"] == "operation") & (preferred["scope"] != "Opération Prison Break"))
        | ((preferred["scope_kind"] == "national") & (preferred["scope"] != "France"))
    ]
    running = xxl[(xxl["measure"] == "phones_seized") & (xxl["preferred"] == "true")]
    named = set(USABLE["establishment_id"]) - {""}
    mentions = read("operation_establishments").query("operation == 'prison_break'")["mention"].value_counts()
    counts: dict[str, list[int]] = {
        "catalogue": [len(USABLE), 0],
        "unusable": [len(UNUSABLE)],
        "by_establishment": [len(named), len(read("establishments")) - len(named)],
        "series": [len(GAPS), len(range(2007, 2026))],
        "phones_alone": [len(national_[national_["measure"] == "phones_seized"])],
        "campaigns": [len(campaigns) - len(running), campaigns["scope"].nunique()],
        "timeline": [len(read("operation_steps"))],
        "establishments": [mentions["named"], mentions["not_concerned"]],
        "contradictions": [read("contradictions")["contradiction"].nunique()],
        "not_public": [len(operation.NOT_PUBLIC)],
    }
    return {float(count) for count in counts.get(name, [])}


@pytest.mark.parametrize("name", MAKERS)
def test_every_number_of_a_title_is_in_data_or_counted_or_derived(view: View, name: str) -> None:
    exhibit = MAKERS[name](view)
    years = {float(year) for year in range(2007, 2027)}
    known = {float(value) for value in USABLE["value"]} | years | counts_of(name)
    known |= derived_numbers() if name == "derived" else set()
    said = " ".join((exhibit.title, *exhibit.notes))
    assert numbers(said) <= known, numbers(said) - known
    assert exhibit.sentence == f"{exhibit.title}."


@pytest.mark.parametrize("name", MAKERS)
def test_every_exhibit_is_published_or_derived_and_downloads_with_its_sources(view: View, name: str) -> None:
    exhibit = MAKERS[name](view)
    assert exhibit.status == ("derived" if name == "derived" else "published")
    assert exhibit.register is None
    file = tables.as_csv(exhibit).decode("utf-8-sig")
    assert file.count(f";{labels.STATUS[exhibit.status]}") >= len(exhibit.table)
    for url in exhibit.table.get("source_url", pd.Series(dtype=str)).dropna():
        assert url in file


# No usable figure is left out.


def test_all_usable_figures_are_shown_and_none_is_left_out(view: View) -> None:
    exhibit = figures.catalogue(view)
    drawn = re.findall(r'<tr id="([^"]+)"', html.figures(exhibit))
    assert sorted(drawn) == sorted(USABLE["figure_id"])
    count = labels.number(len(USABLE))
    assert f"{count} chiffres utilisables dans les données = {count} retenus ici + 0 hors du filtre" in exhibit.notes[0]
    assert "+ 0 laissé de côté" in exhibit.notes[0]
    file = tables.as_csv(exhibit).decode("utf-8-sig")
    assert [code for code in USABLE["figure_id"] if f"\r\n{code};" not in file] == []


def test_the_parts_of_the_page_hold_every_usable_figure_once(view: View) -> None:
    exhibit = figures.catalogue(view)
    asked = [str(rank) for rank in range(1, len(parts.split(exhibit.table["fact"].tolist())) + 1)]
    drawn = [paged.figures(exhibit, "", part) for part in asked]
    shown = [code for part in drawn for code in re.findall(r'<tr id="([^"]+)"', part)]
    assert shown == list(exhibit.table["figure_id"])
    assert sorted(shown) == sorted(USABLE["figure_id"])
    assert max(map(len, drawn)) < 60_000
    assert "Chiffres 1 à 4" in drawn[0]
    assert f"à {len(USABLE)} sur {len(USABLE)}" in drawn[-1]
    assert [("Les précédents" in part, "Les suivants" in part) for part in (drawn[0], drawn[1], drawn[-1])] == [
        (False, True), (True, True), (True, False),
    ]  # fmt: skip


@pytest.mark.parametrize("code", [*USABLE["figure_id"].iloc[::40], USABLE["figure_id"].iloc[-1]])
def test_a_named_figure_is_marked_in_the_part_that_is_shown(view: View, code: str) -> None:
    drawn = paged.figures(figures.catalogue(view), code, "")
    assert re.search(rf'<tr id="{code}" class="p-marked', drawn)


def test_few_figures_have_no_parts(view: View) -> None:
    exhibit = figures.catalogue(view, place="cp-nantes")
    assert paged.figures(exhibit, "", "7") == html.figures(exhibit)


def test_every_code_has_its_words(view: View) -> None:
    table = figures.catalogue(view).table
    named = ["what", "where", "words", "qualified", "when", "trust", "verified", "standing_words", "published"]
    assert table[named].notna().all(axis=None)
    assert (table[named] != "").all(axis=None)


def test_places_and_measures_share_the_figures_out(view: View) -> None:
    by_place = [code for place in figures.places() for code in figures.catalogue(view, place=place).table["figure_id"]]
    by_measure = [
        code for code_ in figures.measures_used() for code in figures.catalogue(view, measure=code_).table["figure_id"]
    ]
    assert sorted(by_place) == sorted(by_measure) == sorted(USABLE["figure_id"])


def test_a_filter_says_how_many_stay_outside(view: View) -> None:
    exhibit = figures.catalogue(view, place="cp-nantes", measure="phones_seized")
    held = USABLE[(USABLE["establishment_id"] == "cp-nantes") & (USABLE["measure"] == "phones_seized")]
    assert set(exhibit.table["figure_id"]) == set(held["figure_id"])
    assert f"= {len(held)} retenus ici + {len(USABLE) - len(held)} hors du filtre + 0 laissé" in exhibit.notes[0]
    assert exhibit.title == f"{len(held)}{labels.WIDE}chiffres publiés sur 386{labels.WIDE}: Téléphones saisis · Nantes"


@pytest.mark.parametrize(
    ("words", "found"),
    [("evreux", "EST-159"), ("LA SANTÉ 1200", "EST-164"), ("79526", "NAT-079"), ("oportik libération", "SUP-003")],
)
def test_words_are_found_without_accents_capitals_or_spaces(view: View, words: str, found: str) -> None:
    table = figures.catalogue(view, words=words).table
    assert found in set(table["figure_id"])
    assert len(table) < len(USABLE)


def test_a_search_shows_the_other_values_of_a_fact_too(view: View) -> None:
    table = figures.catalogue(view, words="RT France Ouest-France 31084").table
    assert {"NAT-054", "NAT-055", "NAT-099"} <= set(table["figure_id"])


def test_a_search_that_finds_nothing_says_so(view: View) -> None:
    exhibit = figures.catalogue(view, words="introuvable-partout")
    assert exhibit.title.startswith("Aucun chiffre publié sur 386")
    assert exhibit.table.empty
    assert "Rien à montrer" in html.figures(exhibit)


@pytest.mark.parametrize("place", ["L8star BM10 (modèle)", "établissement non nommé (visite parlementaire, 2018)"])
def test_figures_without_a_period_can_be_shown_alone(view: View, place: str) -> None:
    exhibit = figures.catalogue(view, place=place)
    assert set(exhibit.table["when"]) == {"non précisée"}


@pytest.mark.parametrize("code", list(ROWS.index))
def test_each_figure_has_its_own_link(view: View, code: str) -> None:
    held, exhibit = ROWS.loc[code], figures.one(view, code)
    said = dict(zip(exhibit.table["what"], exhibit.table["words"], strict=True))
    assert said["Chiffre publié"] == words_of(held)
    assert said["Source"] == held["source_url"]
    assert said["Lien permanent"] == f"/chiffres-publies?chiffre={code}"
    assert said["Ce que la source dit compter"] == labels.typeset(held["definition_note"])
    assert code in figures.identifiers()
    assert held["source_url"] in html.sheet(exhibit).replace("&amp;", "&")


def test_an_unknown_figure_is_said(view: View) -> None:
    with pytest.raises(ReferenceDataError, match="NAT-999"):
        figures.one(view, "NAT-999")


def test_a_linked_figure_is_marked_in_the_table(view: View) -> None:
    assert html.figures(figures.catalogue(view), "NAT-091").count('id="NAT-091" class="p-marked"') == 1


# Several values of one fact.


def test_the_values_of_a_fact_stand_together_the_one_to_quote_first() -> None:
    rows = figures.usable().reset_index(drop=True)
    for fact, values in rows.groupby("fact"):
        assert list(values.index) == list(range(values.index[0], values.index[0] + len(values))), fact
        assert len(values) == 1 or list(values["standing"]) == ["preferred"] + ["other"] * (len(values) - 1)
    keys = ["scope", "establishment_id", "period_start", "period_end", "measure", "unit"]
    assert rows["fact"].nunique() == len(USABLE.drop_duplicates(["scope_kind", *keys]))


def test_each_of_several_values_says_why_it_is_quoted_or_not() -> None:
    rows = figures.usable()
    several = rows[rows["among"] > 1]
    assert (several["reason"] != "").all()
    reasons = several.set_index("figure_id")["reason"]
    assert reasons["NAT-079"].startswith("retenue parmi 4 valeurs : nombre exact")
    assert reasons["NAT-059"] == "valeur différente, source plus directe, mais moins précise"
    assert reasons["OPE-017"] == "valeur différente, moins précise et source moins directe"
    assert reasons["SUP-006"] == "même nombre, plus précise, mais source moins directe"
    assert reasons["OPE-037"] == "même valeur, de même rang que celle à citer"


def test_no_value_is_better_than_the_one_to_quote() -> None:
    """What is better in one respect is worse in another, or the preference in data/ has no reason."""
    better = [words for *_, words in figures.CRITERIA]
    for reason in figures.usable().query("standing == 'other'")["reason"]:
        assert not any(word in reason for word in better) or ", mais " in reason, reason


def test_unusable_figures_stand_apart_with_the_reason(view: View) -> None:
    table = figures.unusable(view).table
    assert set(table["figure_id"]) == set(UNUSABLE["figure_id"])
    assert not set(table["figure_id"]) & set(figures.catalogue(view).table["figure_id"])
    for row in table.to_dict("records"):
        held = ROWS.loc[row["figure_id"]]
        assert held["note"].split(" ")[-1] in row["reason"]
        assert ("seconde lecture" in row["reason"]) == (held["checked"] in ("not_found", "contradicted"))


# Gaps stay gaps, nothing is joined that counts differently.


def published_years(measure: str) -> dict[str, float]:
    rows = USABLE[(USABLE["scope"] == "France") & (USABLE["measure"] == measure) & (USABLE["preferred"] == "true")]
    whole = rows[rows["period_start"].str.endswith("-01-01") & rows["period_end"].str.endswith("-01-01")]
    year = whole["period_start"].str[:4].astype(int)
    return dict(
        zip(
            year[whole["period_end"].str[:4].astype(int) == year + 1].astype(str),
            map(float, whole["value"]),
            strict=True,
        )
    )


def test_gaps_of_the_national_series_stay_gaps(view: View) -> None:
    table = national.series(view).table.set_index("name")
    assert list(table.index) == [str(year) for year in range(2007, 2026)]
    assert table["amount"].dropna().to_dict() == published_years("phones_and_accessories_seized")
    assert list(table.index[table["amount"].isna()]) == GAPS
    assert set(table.loc[GAPS, "words"]) == {"non publié"}


def test_the_line_stops_at_each_gap_and_at_the_counting_change(view: View) -> None:
    figure = published_charts.years(national.series(view))
    before, after = figure["data"]
    years = [str(year) for year in range(2007, 2026)]
    drawn = [dict(zip(years, trace["y"], strict=True)) for trace in (before, after)]
    assert all(trace["connectgaps"] is False for trace in (before, after))
    assert [year for year in years if drawn[0][year] is None and drawn[1][year] is None] == GAPS
    assert max(year for year in years if drawn[0][year] is not None) == "2017"
    assert min(year for year in years if drawn[1][year] is not None) == "2023"
    lines = [shape["x0"] for shape in figure["layout"]["shapes"] if shape["type"] == "line"]
    assert lines == [years.index("2022") - 0.5]
    bands = [(shape["x0"], shape["x1"]) for shape in figure["layout"]["shapes"] if shape["type"] == "rect"]
    assert bands == [(0.5, 2.5), (10.5, 15.5), (17.5, 18.5)]
    assert [note["text"] for note in figure["layout"]["annotations"]].count("non publié") == len(bands)


def test_a_run_writes_its_first_its_last_and_every_second_value(view: View) -> None:
    written = published_charts.years(national.series(view))["data"][0]["text"]
    values = published_years("phones_and_accessories_seized")
    shown = ["2007", "2010", "2011", "2013", "2015", "2017"]
    assert [text for text in written if text.strip()] == [labels.number(values[year]) for year in shown]
    assert [len(text) > 0 for text in written[3:11]] == [True] * 8  # plotly may drop a neighbour of an empty text


def test_a_part_of_a_year_is_said_but_not_drawn(view: View) -> None:
    exhibit = national.series(view)
    drawn = {value for trace in published_charts.years(exhibit)["data"] for value in trace["y"]}
    for code in ("NAT-047", "NAT-060"):
        assert float(ROWS.at[code, "value"]) not in drawn
        assert any(code in note for note in exhibit.notes)


def test_phones_are_never_on_the_line_of_phones_and_accessories(view: View) -> None:
    series = national.series(view)
    held = ROWS.loc[series.table["figure_id"].dropna()]
    assert set(held["measure"]) == {"phones_and_accessories_seized"}
    assert series.measure.code == "phones_and_accessories"
    alone = ROWS.loc[national.phones_alone(view).table["figure_id"]]
    assert set(alone["measure"]) == {"phones_seized"}


def test_numbers_that_are_not_exact_are_rings_and_say_so(view: View) -> None:
    table = national.series(view).table
    symbols = dict(
        zip(table["name"], published_charts.years(national.series(view))["data"][1]["marker"]["symbol"], strict=True)
    )
    assert (symbols["2023"], symbols["2024"]) == ("circle-open", "circle")
    assert table.set_index("name").at["2023", "words"] == f"environ 53{labels.THIN}000"


def test_deliveries_and_overflights_have_each_their_own_axis(view: View) -> None:
    exhibit = national.drones(view)
    for code, thing in (("drone_deliveries", "Livraisons"), ("drone_overflights", "Survols")):
        part = exhibit.table[exhibit.table["series"] == code].set_index("name")
        assert set(part["thing"]) == {thing}
        assert part["amount"].dropna().to_dict() == published_years(code)
    figure = published_charts.drones(exhibit)
    assert [trace["yaxis"] for trace in figure["data"]] == ["y1", "y1", "y2", "y2"]
    top, bottom = figure["layout"]["yaxis"]["domain"], figure["layout"]["yaxis2"]["domain"]
    assert top[0] > bottom[1]
    assert exhibit.table.set_index(["series", "name"]).at[("drone_deliveries", "2023"), "words"] == "non publié"
    assert any("NAT-095" in note for note in exhibit.notes)


# Cumulative totals are never added.


def test_running_totals_contain_each_other_and_are_never_added(view: View) -> None:
    exhibit = national.running_totals(view)
    held = ROWS.loc[exhibit.table["figure_id"]]
    assert list(held["value"]) == ["400", "900", "1789"]
    assert held["period_start"].nunique() == 1
    assert list(held["period_end"]) == sorted(held["period_end"])
    assert "contient les précédents" in exhibit.title


def test_no_sum_of_running_totals_is_written_anywhere(view: View) -> None:
    values = [400, 900, 1789]
    sums = {labels.number(sum(values)), labels.number(900 + 1789), labels.number(400 + 900), str(sum(values))}
    for name, make in MAKERS.items():
        exhibit = make(view)
        text = exhibit.title + " ".join(exhibit.notes) + picture(name, exhibit)
        text += tables.as_csv(exhibit).decode("utf-8-sig")
        found = {total for total in sums if re.search(rf"(?<![\d{labels.THIN}]){total}(?![\d{labels.THIN}])", text)}
        dangerous = ROWS.loc["OPE-044", "value"]  # 1,300 dangerous objects are a published figure of their own
        assert found <= {labels.number(float(dangerous))}, name
        assert exhibit.table.select_dtypes("number").empty or "total" not in " ".join(exhibit.table.columns)


# The operation.


def test_every_figure_to_quote_of_the_operation_stands_at_a_stage(view: View) -> None:
    rows = USABLE[(USABLE["scope"] == "Opération Prison Break") & (USABLE["preferred"] == "true")]
    table = operation.stages(view).table
    assert sorted(table["figure_id"]) == sorted(rows["figure_id"])
    assert list(dict.fromkeys(table["stage"])) == ["Annoncé", "Exécuté", "Confirmé au bilan", "Suites judiciaires"]
    assert table.set_index("figure_id").at["OPE-003", "stage"] == "Annoncé"
    assert table.set_index("figure_id").at["OPE-002", "stage"] == "Exécuté"
    title = operation.stages(view).title
    for code in ("OPE-003", "OPE-002", "OPE-004", "OPE-005"):
        assert labels.number(float(ROWS.at[code, "value"])) in title


def test_the_stages_are_those_that_the_operation_is_known_for(view: View) -> None:
    words = set(operation.stages(view).table["words"].str.replace(labels.WIDE, " ").str.replace(labels.THIN, " "))
    assert {
        "66 établissements", "environ 500 cellules", "367 cellules", "164 téléphones", "88 téléphones",
        "environ 500 téléphones", "plus de 70 000 euros", "14 000 euros", "200 personnes", "17 personnes",
        "55 parquets", "2 personnes",
    } <= words  # fmt: skip


def test_what_is_derived_says_its_formula_its_interval_and_its_limit(view: View) -> None:
    exhibit = operation.derived(view)
    first = exhibit.table.iloc[0]
    assert first["words"] == "0,45"
    assert first["formula"] == "OPE-004 ÷ OPE-002"
    assert first["sum"] == "164 ÷ 367"
    low, high = chi2.ppf(0.025, 2 * 164) / 2 / 367, chi2.ppf(0.975, 2 * 165) / 2 / 367
    assert first["interval"] == f"{labels.number(low, 2)} à {labels.number(high, 2)}" == "0,38 à 0,52"
    for text in (first["limit"], exhibit.notes[0]):
        assert "Ne s’extrapole jamais" in text
        assert "choisies sur renseignement" in text
    assert exhibit.title.startswith("Calculé par Portique")
    assert "Calculé par Portique" in html.heading(exhibit) or "calculé par Portique" in html.heading(exhibit)
    assert ";chiffre publié" not in tables.as_csv(exhibit).decode("utf-8-sig")
    for formula, said in zip(exhibit.table["formula"], exhibit.table["sum"], strict=True):
        assert [ROWS.at[code, "value"] for code in formula.split(" ÷ ")] == said.split(" ÷ ")


def test_innocence_is_presumed_wherever_somebody_is_spoken_of(view: View) -> None:
    for make in (operation.stages, operation.timeline, operation.actors, operation.contradictions):
        assert any("présumées innocentes" in note for note in make(view).notes)
    steps = operation.timeline(view).table.set_index("step")
    for step in ("mises_en_examen", "comparution", "mise_en_examen_suivante", "site_saisi"):
        assert "présumé" in steps.at[step, "description"]


def test_the_timeline_runs_from_the_inquiry_to_the_latest_news(view: View) -> None:
    table = operation.timeline(view).table
    assert list(table["step"]) == list(read("operation_steps")["step"])
    assert table["when"].iloc[0] == "avant octobre 2024"
    assert table["when"].iloc[-1] == f"novembre{labels.WIDE}2026"
    assert table["when"].notna().all()


def test_channels_have_their_dated_status_and_source(view: View) -> None:
    table = operation.actors(view).table.set_index(["label", "when"])
    assert ("Compte Instagram d’Oportik", f"le 20{labels.WIDE}mai 2025") in table.index
    assert ("Site internet d’Oportik", f"jusqu’au 19{labels.WIDE}mai 2025") in table.index
    assert table["source_url"].str.startswith("https://").all()


def test_five_are_named_one_is_not_concerned_and_a_photograph_proves_nothing(view: View) -> None:
    exhibit = operation.establishments(view)
    assert exhibit.table["mention"].value_counts().to_dict() == {"named": 5, "illustrative": 2, "not_concerned": 1}
    drawn = {point["i"] for point in _points(maps.mentioned(view, exhibit))}
    shown = exhibit.table[exhibit.table["mention"] != "illustrative"]
    assert drawn == set(shown["place"])
    assert [words for _, words in maps.mention_legend(exhibit)] == ["nommé par une source", "dit non concerné"]


def test_every_contradiction_is_shown_with_its_links(view: View) -> None:
    exhibit = operation.contradictions(view)
    drawn = html.record(exhibit, "subject", "reading").replace("&amp;", "&")
    rows = read("contradictions")
    assert len(exhibit.table) == len(rows)
    assert [url for url in rows["source_url"] if f'href="{url}"' not in drawn] == []
    assert [text for text in rows["reading"] if labels.typeset(text).split(":")[0] not in drawn] == []


# Places.


def test_every_establishment_with_a_figure_is_on_the_map_at_one_size(view: View) -> None:
    exhibit = figures.by_establishment(view, "cp-nantes")
    points = _points(maps.mentioned(view, exhibit))
    assert {point["i"] for point in points} == set(USABLE["establishment_id"]) - {""}
    assert len({point["r"] for point in points}) == 1
    assert dict(zip(exhibit.table["place"], exhibit.table["figures"], strict=True)) == (
        USABLE[USABLE["establishment_id"] != ""]["establishment_id"].value_counts().to_dict()
    )
    assert list(exhibit.table.loc[exhibit.table["mention"] == "chosen", "place"]) == ["cp-nantes"]


def _points(drawn: maps.Map) -> list[dict[str, Any]]:
    (layer,) = [layer for layer in drawn._specification["layers"] if layer["id"] == maps.PLACES]
    points: list[dict[str, Any]] = layer["data"]
    return points


# What is written.


@pytest.mark.parametrize("name", MAKERS)
def test_texts_are_typeset_and_never_run(view: View, name: str) -> None:
    exhibit = MAKERS[name](view)
    assert not re.search(r" [;:!?%»]|« ", exhibit.title + " ".join(exhibit.notes))
    texts = [column.name for column in exhibit.columns if column.kind == "text"]
    bad = exhibit.table.assign(**dict.fromkeys([*texts, "source_title"], hostile.SCRIPT + hostile.BREAKOUT))
    if "source_url" in bad:
        bad["source_url"] = "javascript:window.pwned=1"
    drawn = picture(name, replace(exhibit, table=bad))
    assert "<script" not in drawn
    assert "<svg" not in drawn
    assert 'href="javascript' not in drawn


@pytest.mark.parametrize("page", ["operation", "chiffres_publies"])
def test_the_page_opens(own: World, monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setenv("PORTIQUE_REGISTER", str(own.lake.folder))
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60).run()
    assert not app.exception


def test_the_page_of_figures_keeps_its_filters_in_the_address(own: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTIQUE_REGISTER", str(own.lake.folder))
    app = AppTest.from_file(str(ROOT / "pages" / "chiffres_publies.py"), default_timeout=60)
    app.query_params["lieu"], app.query_params["chiffre"] = "cp-nantes", "NAT-091"
    app.run()
    assert not app.exception
    assert [box.value for box in app.selectbox if box.label == "Lieu ou champ"] == ["cp-nantes"]
    assert app.query_params["chiffre"] in ("NAT-091", ["NAT-091"])
    app.text_input[0].set_value("drone").run()
    assert app.query_params["mots"] in ("drone", ["drone"])
    assert "partie" not in app.query_params
    (close,) = [button for button in app.button if button.label == "Fermer cette fiche"]
    close.click().run()
    assert not app.exception
    assert "chiffre" not in app.query_params
