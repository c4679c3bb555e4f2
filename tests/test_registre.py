"""The page Registre: a file of faults through a real browser, and what it says of files, answers and effects."""

import shutil
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import hostile
import openpyxl
import pytest
from conftest import served
from intake_files import TODAY, read, usual, xlsx
from playwright.sync_api import Browser, Page, expect
from test_browser import _OVERFLOWING, _OVERLAPPING, serious_flaws, whole

from portique.reading import imported as effects
from portique.register import history, importing, registers
from portique.register.intake.decisions import Decisions
from portique.register.lake import Lake
from portique.showing import imported

HEADINGS = ["date_saisie", "etablissement", "region", "type_objet", "modele", "quantite", "contexte_decouverte"]
GOOD = [
    [
        date(2025, 5, 20),
        "Centre pénitentiaire de Fresnes",
        "Île-de-France",
        "mini-téléphone",
        "",
        2,
        "fouille de cellule",
    ],
    [date(2025, 5, 21), "MA Nice", "PACA", "puce", "", 3, "parloir"],
    [date(2025, 5, 22), "Arras", "Hauts-de-France", "smartphone", "", 4, "cour"],
]
FAULTY = [
    ["31/02/2025", "MA Nice", "PACA", "smartphone", "", 1, "parloir"],
    [date(2025, 5, 23), "Prison de Fresne", "", "smartphone", "", 1, ""],
    [date(2025, 5, 23), "Arras", "Bretagne", "smartphone", "", 1, ""],
    [date(2025, 5, 24), "Arras", "", "smartphone", "", 2.5, ""],
    [date(2025, 5, 24), "Arras", "", "chaussure", "", 1, ""],
]
MENDED = {
    "date_saisie": "28/02/2025",
    "etablissement": "CP Fresnes",
    "region": "",
    "quantite": "2",
    "type_objet": "puce",
}


# Through the browser


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small demonstration, to be copied."""
    folder = tmp_path_factory.mktemp("small")
    registers.install_demonstration(folder, 2_000)
    return folder


@pytest.fixture
def folder(demonstration: Path, tmp_path: Path) -> Path:
    return shutil.copytree(demonstration, tmp_path / "register")


@pytest.fixture
def address(folder: Path) -> Iterator[str]:
    with served(folder) as found:
        yield found


def bring(page: Page, content: bytes, name: str = "saisies.xlsx") -> None:
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})


def lines(page: Page, read: int, accepted: int, refused: int, there: int) -> None:
    """Wait until the page says what becomes of the lines."""
    counts = expect(page.locator(".p-equation b"))
    counts.to_have_text([str(count) for count in (read, accepted, refused, there)])
    whole(page)


def commit(page: Page, author: str = "Léa") -> None:
    page.get_by_label("Auteur").fill(author)
    page.get_by_role("button", name="Importer", exact=False).last.click()


def said(page: Page, words: str) -> None:
    """Wait until the page says what was done."""
    expect(page.get_by_test_id("stAlert")).to_contain_text(words)
    whole(page)


def counted(lake: Lake) -> int:
    return int(history.totals(lake, lake.version_number(), "establishment")["quantity"].sum())


def test_a_faulty_file_is_imported_mended_undone_and_redone(
    page: Page, address: str, folder: Path, tmp_path: Path
) -> None:
    lake = Lake(folder, "registered")
    page.goto(f"{address}/registre")
    whole(page)
    bring(page, xlsx([["Saisies de la direction"], [], HEADINGS, *GOOD, *FAULTY]))
    lines(page, 8, 3, 5, 0)
    assert not lake.exists()
    commit(page)
    said(page, "3 lignes importées, 5 refusées")
    assert counted(lake) == 2 + 3 + 4

    with page.expect_download() as given:
        page.get_by_role("button", name="Lignes refusées").click()
    returned = tmp_path / "returned.xlsx"
    given.value.save_as(returned)
    bring(page, _mended(returned), "corrigées.xlsx")
    lines(page, 5, 5, 0, 0)
    commit(page)
    said(page, "5 lignes importées, 0 refusée")
    whole_total = 2 + 3 + 4 + 1 + 1 + 1 + 2 + 1
    assert counted(lake) == whole_total
    compared = history.compare(lake, 2, 3, "establishment").set_index("code")["quantity_change"].to_dict()
    assert compared == {"cp-fresnes": 1, "ma-arras": 4, "ma-nice": 1}

    page.get_by_role("button", name="Annuler cet import").click()
    said(page, "Import 2 annulé")
    assert counted(lake) == 2 + 3 + 4
    page.get_by_role("button", name="Rétablir cet import").click()
    said(page, "Import 2 rétabli")
    assert counted(lake) == whole_total
    assert [version.author for version in lake.versions()[:4]] == ["Léa"] * 4

    page.goto(f"{address}/?debut=2025-02-01&fin=2025-05-31")
    expect(page.locator(".p-tile strong").first).to_have_text(str(2 + 4 + 1 + 1 + 1 + 2))
    expect(page.locator(".p-stamp")).to_have_count(0)


def _mended(returned: Path) -> bytes:
    """The returned workbook with each refused cell put right."""
    book = openpyxl.load_workbook(returned)
    sheet = book.worksheets[0]
    headings = [cell.value for cell in sheet[1]]
    for row in sheet.iter_rows(min_row=2):
        (fault,) = [at for at, name in enumerate(headings) if name.startswith("motif_refus") and row[at].value]
        row[fault - 1].value = MENDED[headings[fault - 1]]
    book.save(returned)
    return returned.read_bytes()


def test_the_same_file_twice_says_that_nothing_changes(page: Page, address: str, folder: Path) -> None:
    content = xlsx([HEADINGS, *GOOD])
    page.goto(f"{address}/registre")
    whole(page)
    bring(page, content)
    lines(page, 3, 3, 0, 0)
    commit(page, author="")
    said(page, "Écrivez votre nom")
    assert not Lake(folder, "registered").exists()
    commit(page)
    said(page, "3 lignes importées")
    bring(page, content)
    lines(page, 3, 0, 0, 3)
    said(page, "ses chiffres ne changeront pas")
    commit(page)
    said(page, "Rien n’a changé")
    assert Lake(folder, "registered").version_number() == 2


def test_answers_change_what_is_accepted(page: Page, address: str) -> None:
    page.goto(f"{address}/registre")
    whole(page)
    bring(
        page,
        xlsx(
            [
                [*HEADINGS[:5], "Combien", HEADINGS[6]],
                *GOOD,
                FAULTY[1],
                [*FAULTY[2][:1], "MA de Trifouilly", "", *FAULTY[2][3:]],
            ]
        ),
    )
    said(page, "« quantite »")
    page.get_by_label("Ce qu’est la colonne Combien").select_option(label="quantite")
    lines(page, 5, 3, 2, 0)
    page.get_by_label("Ce qu’est Prison de Fresne").select_option(value="cp-fresnes")
    lines(page, 5, 4, 1, 0)
    page.get_by_label("Ce qu’est MA de Trifouilly").select_option(label="ajouter un établissement…")
    page.get_by_label("Commune").fill("Trifouilly")
    page.get_by_role("button", name="Confirmer cet établissement").click()
    lines(page, 5, 5, 0, 0)
    commit(page)
    said(page, "5 lignes importées")
    page.get_by_role("link", name="Tendances").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("évolue")
    whole(page)


@pytest.mark.parametrize("name", ["nothing", "faulty", "unreadable"])
def test_axe_finds_nothing_serious(name: str, page: Page, address: str) -> None:
    page.goto(f"{address}/registre")
    whole(page)
    _state(page, name)
    assert serious_flaws(page) == []


@pytest.mark.parametrize("name", ["nothing", "faulty"])
def test_a_narrow_screen_neither_overflows_nor_overlaps(name: str, browser: Browser, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{address}/registre")
    whole(page)
    _state(page, name)
    assert [page.evaluate(flaw) for flaw in (_OVERFLOWING, _OVERLAPPING)] == [[], []]
    context.close()


def _state(page: Page, name: str) -> None:
    if name == "faulty":
        bring(page, xlsx([HEADINGS, *GOOD, *FAULTY, ["", "", "", "", "", "Total", ""]]))
        lines(page, 8, 3, 5, 0)
    elif name == "unreadable":
        bring(page, b"\x89PNG\r\n\x1a\n" + bytes(30), "photo.png")
        expect(page.get_by_test_id("stAlert")).to_contain_text("Rien n’a été importé")
        whole(page)


# What is said


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "register", "registered")


def examined(lake: Lake, content: Any, decisions: Decisions | None = None) -> importing.Examined:
    return importing.examine(lake, read(content), decisions, today=TODAY)


def test_the_key_figures_before_and_after(lake: Lake) -> None:
    first = examined(lake, xlsx([HEADINGS, *GOOD]))
    before = {each.label: (each.before, each.after) for each in effects.key_figures(lake, first.effect)}
    assert before["téléphones"] == (0, 6)
    assert before["téléphones et accessoires"] == (0, 9)
    importing.commit(lake, first.file, author="moi")
    more = examined(lake, xlsx([HEADINGS, *GOOD, [date(2025, 6, 1), "Arras", "", "smartphone", "", 10, ""]]))
    after = {each.label: (each.before, each.after) for each in effects.key_figures(lake, more.effect)}
    assert (after["téléphones"], after["lignes"], after["fouilles"]) == ((6, 16), (3, 4), (1, 1))
    (place,) = effects.establishments(lake, more.effect, {"ma-arras": "Arras"})
    assert (place.label, place.before, place.after) == ("Arras", 4, 14)


TEXTS: dict[str, Callable[[importing.Examined], str]] = {
    "reading": lambda held: imported.reading(held.checked),
    "columns": lambda held: imported.columns(held.checked),
    "questions": lambda held: imported.questions(held.checked.questions, {}),
    "words": lambda held: imported.words(held.checked.unclassified),
    "new names": lambda held: imported.new_names(held.checked),
    "refused": lambda held: imported.refused(held.checked),
}


@pytest.mark.parametrize("part", TEXTS)
def test_no_text_of_a_file_becomes_markup(part: str, lake: Lake) -> None:
    bad = hostile.SCRIPT
    content = f"{bad}\n" + usual(
        f"20/05/2025;Arras;;puce;{bad};1;{bad};{bad};;;",
        f"20/05/2025;{bad};;puce;;1;;;;;",
    ).replace("commentaire", bad)
    said = TEXTS[part](examined(lake, content))
    assert bad not in said
    assert "&lt;" in said


def test_every_part_of_the_page_is_told(lake: Lake) -> None:
    content = usual(
        "20/05/2025;MA Nice;;puce;;trois;quelque part;Machin;;;détenu Dupont",
        "31/02/2025;Arras;;puce;;1;;;;;",
        "Total;;;;;9;;;;;",
    )
    held = examined(lake, content)
    assert "carte SIM" in imported.conversions(held.checked)
    assert "Machin" in imported.new_names(held.checked)
    assert "Dupont" not in imported.personal(held.checked)
    assert "en désaccord" in imported.totals(held.checked)
    assert "31/02/2025" in imported.refused(held.checked)
    assert "<b>2</b> lignes lues" in imported.equation(held)
