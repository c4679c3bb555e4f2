"""Page « Versions »: what was written and by whom, undone and done again, compared, reviewed and corrected."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from files import prepared
from streamlit.testing.v1 import AppTest
from test_pages import _html, _visit, words
from worlds import world

from portique.reading.words import line, value
from portique.register import corrections, imports
from portique.register.lake import Lake

FILE = """
key  when       place  item  qty find search cells
n:1  2025-05-10 fleury phone 3   F1   S1     4
n:2  2025-05-10 fleury sim   1   F1   S1     .
n:3  2025-06-11 nice   mini  2   F3   .      .
"""
SECOND = """
key  when       place  item  qty
n:4  2025-07-12 sante  phone 40
"""


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A user's register: created (1), three lines imported (2), one more (3)."""
    lake = Lake(tmp_path / "register", "registered")
    imports.commit(lake, prepared(FILE), author="moi")
    imports.commit(lake, prepared(SECOND, "suite.csv", refused=2), author="elle", message="la suite")
    return lake


@pytest.fixture
def opened(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    return lambda **asked: _visit(monkeypatch, lake.folder, "versions", asked)


def table(app: AppTest, title: str) -> list[list[str]]:
    """The cells of the table that stands under a title that holds these words."""
    body = next(text for text in "".join(_html(app)).split('<div class="p-head">') if title in text.split("</h", 1)[0])
    rows = re.findall(r"<tr>(.*?)</tr>", body, flags=re.DOTALL)
    return [[re.sub(r"<[^>]*>", " ", cell).strip() for cell in re.findall(r"<td>(.*?)</td>", row)] for row in rows][1:]


def button(app: AppTest, words: str) -> Any:
    return next(button for button in app.button if button.label == words)


def dialogue_of_an_import(lake, way, words):
    """What a dialogue draws, as a script of its own: the harness draws the page anew at each press, and loses it."""
    from portique.register import imports
    from portique.showing.ui import versions

    versions._dialogue(lake, way, imports.imports(lake).to_dict("records")[0], words)


def dialogue_of_lines(lake, name, establishment):
    from portique.reading import view
    from portique.reading.exhibits import history
    from portique.reading.questions import unrestricted
    from portique.reading.view import View, default_selection
    from portique.register import corrections, served
    from portique.showing.ui import review

    rows = corrections.lines(lake, establishment_id=establishment)
    copy = served.serve(lake)
    seen = View(
        unrestricted(copy), default_selection(copy.register), default_selection(copy.register), view.choices(copy)
    )
    exhibit = history.lines(seen, lake.versions()[0], rows, corrections.states(lake), 500)
    given = {"_state": (lake, rows, []), "_edit": (seen, lake, exhibit, rows, []), "_note": (lake, exhibit, rows, [])}
    getattr(review, name)(*given[name])


def dialogue(lake: Lake, name: str, establishment: str) -> AppTest:
    return AppTest.from_function(dialogue_of_lines, args=(lake, name, establishment), default_timeout=30).run()


def sign(app: AppTest, reason: str, words: str) -> AppTest:
    """Give reason and name, and act."""
    app.text_area(key="act-reason").set_value(reason)
    app.text_input(key="act-author").set_value("chef")
    return button(app, words).click().run()


def test_every_version_says_who_when_what_and_how_many(opened: Callable[..., AppTest], lake: Lake) -> None:
    imports.undo(lake, 1, author="chef")
    app = opened()
    assert not app.exception
    told = [(row[0], row[2], row[3], row[4].replace("\u00a0", " "), row[5]) for row in table(app, "du registre, la")]
    assert told == [
        ("4", "chef", "Annulation de l’import 1", "—", "Annulation de l’import 1"),
        ("3", "elle", "Import 2", "3 lues, 1 nouvelle, 0 déjà présente, 2 refusées", "la suite"),
        ("2", "moi", "Import 1", "3 lues, 3 nouvelles, 0 déjà présente, 0 refusée", "saisies.csv"),
        ("1", "—", "Création du registre", "—", "—"),
    ]
    actions = [row[6] for row in table(app, "du registre, la")]
    assert ["Annuler" in words for words in actions] == [False, True, False, False]
    assert ["Rétablir" in words for words in actions] == [False, False, True, False]
    assert ["Voir les pages" in words for words in actions] == [False, True, True, True]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        ("establishment", [["Centre pénitentiaire de Paris La Santé", "+40 (0 → 40)", "+1 (0 → 1)"]]),
        ("month", [["juillet 2025", "+40 (0 → 40)", "+1 (0 → 1)"]]),
        ("item_type", [["Smartphone", "+40 (3 → 43)", "+1 (1 → 2)"]]),
    ],
)
def test_two_versions_are_compared_one_way_or_another(
    by: str, expected: list[list[str]], opened: Callable[..., AppTest]
) -> None:
    app = opened(decoupage=by)
    rows = [[" ".join(cell.replace("\u00a0", " ").split()) for cell in row] for row in table(app, "De la version")]
    assert rows == expected
    assert "De la version 2 à la version 3" in words(app).replace("\u00a0", " ")


def test_versions_that_do_not_differ_say_so(opened: Callable[..., AppTest]) -> None:
    assert "Rien ne diffère" in words(opened(avant="3", apres="3"))


@pytest.mark.parametrize(("way", "label"), [("undo", "Annuler l’import 2"), ("redo", "Rétablir l’import 2")])
def test_an_import_is_turned_with_a_name_and_becomes_a_version(way: str, label: str, lake: Lake) -> None:
    if way == "redo":
        imports.undo(lake, 2, author="moi")
    before = lake.version_number()
    app = AppTest.from_function(dialogue_of_an_import, args=(lake, way, label)).run()
    assert "suite.csv" in app.text[0].value
    button(app, label).click().run()
    assert "Écrivez votre nom" in app.error[0].value
    assert lake.version_number() == before
    app.text_input(key="act-author").set_value("chef")
    button(app, label).click().run()
    assert lake.version_number() == before + 1
    assert (lake.versions()[0].author, lake.versions()[0].detail["action"]) == ("chef", way)
    assert not app.error


def test_what_hinders_an_act_is_said(lake: Lake) -> None:
    app = AppTest.from_function(dialogue_of_an_import, args=(lake, "undo", "Annuler l’import 2")).run()
    imports.undo(lake, 2, author="elle")
    app.text_input(key="act-author").set_value("chef")
    button(app, "Annuler l’import 2").click().run()
    assert "est déjà annulé" in app.error[0].value


def test_a_pressed_button_opens_the_dialogue_of_its_import(opened: Callable[..., AppTest]) -> None:
    app = opened()
    app.session_state["import to turn"] = ("undo", "2")
    app.run()
    assert not app.exception
    assert "suite.csv" in app.text[0].value
    assert app.text_input(key="act-author").value == ""


def test_lines_are_listed_by_state_place_and_import_and_what_is_left_out_is_a_number(
    opened: Callable[..., AppTest], lake: Lake
) -> None:
    corrections.review(
        lake,
        [int(corrections.lines(lake, import_id=2)["seizure_id"].iloc[0])],
        "duplicate",
        author="moi",
        reason="deux fois",
    )
    lines = lambda app: list(app.dataframe[0].value["Ligne"]) if app.dataframe else []  # noqa: E731
    app = opened()
    assert lines(app) == ["ligne 3", "ligne 1", "ligne 2"]
    said = words(app).replace("\u00a0", " ").replace("\u202f", " ")
    assert "3 lignes comptées (à vérifier : 3, vérifiée : 0) ; 1 ligne écartée par la revue (doublon : 1," in said
    assert lines(opened(etat="duplicate")) == ["ligne 4"]
    assert lines(opened(etat="tous", ou="ma-nice")) == ["ligne 3"]
    assert lines(opened(etat="tous", **{"import": "2"})) == ["ligne 4"]
    assert lines(opened(etat="not_counted")) == []


def test_a_list_is_given_a_state_with_a_reason(opened: Callable[..., AppTest], lake: Lake) -> None:
    app = dialogue(lake, "_state", "ma-nice")
    app.selectbox(key="act-state").set_value("not_counted")
    sign(app, "essai", "Changer l’état")
    assert corrections.states(lake) == {"to_check": 3, "checked": 0, "duplicate": 0, "not_counted": 1}
    assert [row[1:] for row in table(opened(), "changement")] == [
        ["chef", "ligne 3", "état de revue", "à vérifier", "à ne pas compter", "essai"]
    ]


def test_a_line_is_corrected_and_its_old_value_stays(opened: Callable[..., AppTest], lake: Lake) -> None:
    app = dialogue(lake, "_edit", "ma-nice")
    row = corrections.lines(lake, establishment_id="ma-nice").iloc[0]
    app.number_input(key=f"act-{row.seizure_id}-seizure-quantity_min").set_value(5)
    app.date_input(key=f"act-{row.seizure_id}-seizure-period_end").set_value(date(2025, 6, 12))
    sign(app, "relu", "Corriger")
    after = corrections.lines(lake, establishment_id="ma-nice").iloc[0]
    assert (after.quantity_min, str(after.period_end.date())) == (5, "2025-06-13")
    assert sorted(row[1:] for row in table(opened(), "changement")) == [
        ["chef", "ligne 3", "dernier jour", "11\u00a0juin 2025", "12\u00a0juin 2025", "relu"],
        ["chef", "ligne 3", "quantité", "2", "5", "relu"],
    ]


def test_a_correction_that_changes_nothing_is_refused_with_a_sentence(lake: Lake) -> None:
    before = lake.version_number()
    app = sign(dialogue(lake, "_edit", "ma-nice"), "relu", "Corriger")
    assert "Aucune valeur n’a changé" in app.error[0].value
    assert lake.version_number() == before


def test_a_change_without_a_reason_is_refused_with_a_sentence(lake: Lake) -> None:
    app = sign(dialogue(lake, "_state", "ma-nice"), "", "Changer l’état")
    assert "Écrivez le motif" in app.error[0].value


def test_the_search_of_a_line_is_corrected(lake: Lake) -> None:
    app = dialogue(lake, "_edit", "cp-fleury-merogis")
    app.radio(key="act-subject").set_value("search").run()
    row = corrections.lines(lake, establishment_id="cp-fleury-merogis").iloc[0]
    app.number_input(key=f"act-{row.seizure_id}-search-cells_searched").set_value(9)
    sign(app, "relu", "Corriger")
    told = corrections.edits(lake)
    assert told[["subject", "field", "old_value", "new_value"]].values.tolist() == [
        ["search", "cells_searched", "4", "9"]
    ]


def test_a_note_is_attached(opened: Callable[..., AppTest], lake: Lake) -> None:
    sign(dialogue(lake, "_note", "ma-nice"), "à revoir avec le parloir", "Joindre la note")
    assert corrections.notes(lake)["note"].tolist() == ["à revoir avec le parloir"]
    assert "à revoir avec le parloir" in words(opened())


def test_the_demonstration_lists_its_versions_and_offers_no_dead_button(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world(
        tmp_path, "when place qty\n2025-05-10 sante 31", "day place cells\n2025-05-10 sante 3", "demonstration"
    )
    app = _visit(monkeypatch, made.lake.folder, "versions", {})
    assert len(table(app, "du registre, la")) == 2
    assert "pour un registre à soi" in words(app)
    assert not [button for button in app.button if button.key.startswith("review")]
    assert "Annuler l" not in words(app).replace("Annuler un import", "")


def test_values_and_lines_read_in_french() -> None:
    assert value("period_end", "2025-05-11", {}) == "10\u00a0mai 2025"
    assert value("item_type", "mini_phone", {}) == "mini-téléphone"
    assert value("establishment_id", "ma-nice", {"ma-nice": "Nice"}) == "Nice"
    assert value("model", None, {}) == "(rien)"
    assert line("n:12") == "ligne 12"
    assert line("h:0123456789abcdef:0") == "ligne 01234567"
    assert line("h:0123456789abcdef:1", "search") == "fouille 01234567 (2)"
