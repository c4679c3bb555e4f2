"""The page « Méthode » says what the code does: its definitions, its refusals, its data, its targets."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from worlds import World, during, world

from portique.config import DATA
from portique.reading import definitions, geography, meanings
from portique.reading.definitions import measure, measures
from portique.reading.exhibits import calibrated, method
from portique.reading.exhibits.exhibit import Exhibit
from portique.reading.questions import unrestricted
from portique.reading.view import View, choices, default_selection
from portique.register import reference, registers
from portique.register.demonstration import calibration
from portique.register.served import serve
from portique.showing import html

YEAR = during("2025", "2025")
WITH_FIGURE = [target for target in calibrated.targets() if target.figure]


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    held: World = world(tmp_path_factory.mktemp("own"), "when place\n2025-03-01 fleury")
    return held.view(YEAR, "methode")


@pytest.fixture(scope="module")
def demonstration(demonstration_folder: Path) -> View:
    lake = registers.active(demonstration_folder)
    assert lake is not None
    held = serve(lake)
    default = default_selection(held.register)
    return View(unrestricted(held), default, default, choices(held), "methode")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def words(shown: Exhibit) -> str:
    return plain(" ".join(shown.table.astype(str).to_numpy().ravel()))


def all_of(view: View) -> list[Exhibit]:
    makers = (method.measures_in_words, method.refusals, method.not_public, calibrated.calibration_table)
    return [make(view) for make in (*makers, method.coverage, method.limits, method.sources, method.insets)]


# Measures


def test_every_measure_has_its_line_and_its_address(view: View) -> None:
    shown = method.measures_in_words(view)
    assert list(shown.table["code"]) == list(measures())
    assert [plain(text) for text in shown.table["definition"]] == [plain(m.definition) for m in measures().values()]
    drawn = html.definitions(shown)
    assert all(f'id="mesure-{code}"' in drawn for code in measures())
    assert str(len(measures())) in shown.title


def test_what_a_measure_counts_is_what_the_code_adds_up() -> None:
    names = reference.labels("item_types", "item_type", "label_plural")
    for held in measures().values():
        assert meanings.contents(held).split(", ") == (
            [names[code] for code in names if code in held.item_types] or [""]
        )


def test_a_measure_says_what_contains_it_and_what_it_contains() -> None:
    assert [held.code for held in meanings.within(measure("mini_phones"))] == ["phones", "phones_and_accessories"]
    assert [held.code for held in meanings.includes(measure("phones"))] == ["mini_phones"]
    for code in ("finds", "cells_searched", "phones_per_cell_searched"):
        assert meanings.within(measure(code)) == meanings.includes(measure(code)) == []
    said = plain(" ".join(meanings.cautions(measure("phones"))))
    assert "N’est pas « téléphones et accessoires », qui compte aussi : cartes SIM" in said
    assert "Comprend déjà les mini-téléphones" in said
    assert "1er janvier 2022" in said
    assert "chiffre publié, registre" in said


def test_a_rate_says_its_exposure_its_least_and_that_it_is_not_added() -> None:
    rate = measure("phones_per_100_inmates_year")
    assert plain(meanings.exposure(rate)) == (
        "100 × téléphones ÷ détenus-années (détenus × jours ÷ 365,25) ; montré à partir de 20 détenus-années"
    )
    assert "Un taux ne s’additionne pas" in plain(" ".join(meanings.cautions(rate)))
    assert meanings.exposure(measure("phones")) == ""


@pytest.mark.parametrize("code", list(measures()))
def test_the_meaning_of_a_figure_opens_in_place(code: str) -> None:
    said = plain(html.meaning(measure(code)))
    assert plain(measure(code).definition.split(" :")[0]) in said
    assert "Ne pas confondre, ajouter, comparer" in said
    assert all(plain(caution) in said for caution in meanings.cautions(measure(code)))


def test_a_table_of_several_measures_has_its_meaning_too() -> None:
    assert "ne s’additionnent pas" in html.meaning(definitions.EACH_ITS_OWN)


def test_a_hostile_definition_stays_text() -> None:
    hostile = replace(measure("phones"), definition="<img src=x onerror=alert(1)>", source_url="javascript:alert(1)")
    drawn = html.meaning(hostile)
    assert "<img" not in drawn
    assert "href" not in drawn


# Refusals


def test_every_refusal_is_the_answer_of_the_code(view: View) -> None:
    tried = meanings.rules()
    assert len(tried) == 5
    assert all(answer for _, _, answer in tried)
    assert meanings.refused(lambda: definitions.add([(measure("phones"), "registered", 1)])) == ""
    said = words(method.refusals(view))
    for held in ("ne s’additionne pas", "parle de téléphones", "1er janvier 2022", "20 détenus-années ou 10 cellules"):
        assert held in said


def test_the_least_exposures_follow_the_definitions(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(definitions, "LEAST_CELLS_SEARCHED", 33)
    assert "33 cellules fouillées" in words(method.refusals(view))
    assert "33 cellules" in plain(meanings.exposure(measure("phones_per_cell_searched")))


# Data


def test_every_file_of_data_is_shown_with_its_licence(view: View) -> None:
    shown = method.sources(view)
    assert set(shown.table["file"]) == {*(f"{p.name}/" if p.is_dir() else p.name for p in DATA.iterdir())} - {
        "README.md"
    }
    assert (shown.table["licence"].str.len() > 2).all()
    assert set(method.limits(view).table["file"]) <= set(shown.table["file"])


def test_what_is_missing_is_counted_in_the_files(view: View) -> None:
    held = method.coverage(view).table.set_index("what")
    rows, months = reference.table("establishments"), reference.table("occupancy")["month"].nunique()
    imprecise = int((rows["coordinate_precision"] == "commune").sum())
    assert held.loc["Positions à la précision de la commune", "many"] == f"{imprecise} sur {len(rows)}"
    assert held.loc["Effectifs non communiqués", "which"].count(",") + 1 == rows["inmates"].isna().sum()
    assert "Vendin-le-Vieil" in held.loc["Capacité publiée de 0 place", "which"]
    assert held.loc["Mois dont les effectifs sont observés", "many"] == str(months)
    assert "mai\u00a02025" in held.loc["Mois qui manquent dans l’intervalle", "which"]
    assert held.loc["Chiffres publiés montrés", "many"] == str(len(reference.table("published_figures")))
    assert held.loc["Chiffres publiés écartés", "which"].count(",") + 1 == len(
        reference.table("published_figures_unusable")
    )


def test_the_numbers_of_the_written_limits_are_those_of_the_files(view: View) -> None:
    said, rows = words(method.limits(view)), reference.table("establishments")
    imprecise = (rows["coordinate_precision"] == "commune").sum()
    assert f"{imprecise} positions n’ont que la précision de la commune" in said
    assert plain(f"aux {rows['operational_capacity'].sum():,} places".replace(",", " ")) in said
    empty = rows[rows["operational_capacity"] == 0].set_index("short_name")
    assert f"Vendin-le-Vieil est publié avec 0 place pour {empty.loc['Vendin-le-Vieil', 'inmates']} personnes" in said


def test_the_frames_are_those_of_the_map(view: View) -> None:
    file = json.loads((DATA / "geography" / "insets.json").read_text(encoding="utf-8"))
    held = method.insets(view).table.set_index("label")
    for entry in (*file["transforms"].values(), file["zoom_paris"]):
        assert held.loc[entry["label"], ["scale", "kx", "ky", "dx", "dy"]].tolist() == [
            entry[name] for name in ("scale_vs_metropole", "kx", "ky", "dx", "dy")
        ]
    assert held.loc["Polynésie française", "remark"].endswith("Taiohae")
    overseas = reference.table("establishments")["department_code"].isin(geography.overseas()).sum()
    assert held["establishments"].drop(geography.paris().label).sum() == overseas


def test_nothing_of_the_method_passes_for_a_figure(view: View) -> None:
    for shown in all_of(view):
        assert shown.status == "method"
        assert plain(shown.subtitle).startswith("Méthode · ")
        assert len(shown.table) > 0
        assert html.stamp(shown) == '<span class="p-status">méthode</span>'


def test_the_texts_are_set_as_french_prints_them(view: View) -> None:
    for shown in all_of(view):
        texts = [shown.title, shown.sentence, *shown.notes]
        names = [column.name for column in shown.columns if column.kind == "text"]
        texts += [value for name in names for value in shown.table[name] if isinstance(value, str)]
        assert [text for text in texts if any(mark in text for mark in (" :", " ;", "« ", " »", " %", "'"))] == []


# The demonstration


def test_the_demonstration_is_asked_for_its_targets(demonstration: View) -> None:
    shown = calibrated.calibration_table(demonstration)
    assert shown.is_demonstration
    rows = shown.table
    exact = ~rows["what"].str.startswith("Fouilles,")
    assert (rows.loc[exact, "aim"] == rows.loc[exact, "held"]).all()
    beyond = (rows["held"] - rows["aim"])[~exact]
    assert beyond.between(1, len(reference.table("establishments"))).all()  # one more in each open establishment
    reached, published = int((rows["aim"] == rows["held"]).sum()), len(WITH_FIGURE)
    assert f"atteint {reached} de ses {len(rows)} cibles, dont {published} sont publiées" in plain(shown.title)
    assert shown.scope == "tous les établissements"


def test_a_users_register_is_not_asked_for_them(view: View) -> None:
    shown = calibrated.calibration_table(view)
    assert "held" not in shown.table
    assert shown.answers == ()
    assert "la démonstration n’est pas interrogée" in shown.notes[-1]


@pytest.mark.parametrize("target", WITH_FIGURE, ids=lambda target: f"{target.figure}-{target.when}")
def test_a_published_target_rests_on_its_figure(target: calibrated.Target) -> None:
    figure = reference.table("published_figures").set_index("figure_id").loc[target.figure]
    if figure["measure"] == "phone_finds_growth":  # about 10 % more than the year before
        before = calibration.TARGETS[int(target.when) - 1].phones
        assert target.aim == pytest.approx(before * (1 + figure["value"] / 100), abs=1)
    elif figure["qualifier"] == "more_than":
        assert figure["value"] < target.aim < 1.01 * figure["value"]
    else:
        assert target.aim == figure["value"]
    years = pd.Timestamp(figure["period_start"]).year
    assert str(years) in target.when


def test_a_target_that_is_missed_is_not_said_to_be_reached(
    demonstration: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    def reached() -> int:
        return int(plain(calibrated.calibration_table(demonstration).title).split("atteint ")[1].split()[0])

    before = reached()
    monkeypatch.setattr(calibration, "XXL_PHONES", calibration.XXL_PHONES + 1)
    assert reached() == before - 1
