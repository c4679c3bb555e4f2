"""Downloads, read back with other tools: the facts first, then typed cells; nothing in them runs."""

import csv
import io
from datetime import date, datetime
from itertools import takewhile
from typing import Any

import hostile
import openpyxl
import pandas as pd
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from worlds import World, during, served_world, world

from portique.reading.definitions import measure
from portique.reading.exhibits import over_time, places, published, suppliers
from portique.reading.exhibits.exhibit import Column, Exhibit, make
from portique.showing import tables

SEARCHES = "day place cells\n2025-05-10 sante 12\n2025-06-10 nice 3"
SEIZURES = "when place qty\n2025-05-10 sante 1234\n2025-06-10 nice >2"
HALF = during("2025-05", "2025-06")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("own"), SEIZURES, SEARCHES, name="Registre de la direction")


@pytest.fixture(scope="module")
def invented(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("invented"), SEIZURES, SEARCHES, "demonstration")


@pytest.fixture(scope="module")
def spiteful(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("hostile")
    return served_world(folder, hostile.searches(), hostile.seizures(), hostile.FORMULA)


def map_table(held: World) -> Exhibit:
    view = held.view(HALF)
    return places.map_of_places(view, places.by_place(view))


def read_csv(exhibit: Exhibit) -> tuple[dict[str, str], list[dict[str, str]]]:
    """The facts above the table and its rows, as a French spreadsheet reads them."""
    lines = list(csv.reader(io.StringIO(tables.as_csv(exhibit).decode("utf-8-sig")), delimiter=";"))
    facts = list(takewhile(bool, lines))
    head, *rows = lines[len(facts) + 1 :]
    return dict(facts), [dict(zip(head, row, strict=True)) for row in rows]


def read_xlsx(exhibit: Exhibit) -> tuple[Worksheet, dict[str, str], list[dict[str, Any]]]:
    sheet = openpyxl.load_workbook(io.BytesIO(tables.as_xlsx(exhibit))).active
    assert isinstance(sheet, Worksheet)
    lines = [list(row) for row in sheet.iter_rows(values_only=True)]
    facts = list(takewhile(lambda line: line[0] is not None, lines))
    head, *rows = lines[len(facts) + 1 :]
    return sheet, {line[0]: line[1] for line in facts}, [dict(zip(head, row, strict=True)) for row in rows]


# The facts


@pytest.mark.parametrize("read", [read_csv, lambda exhibit: read_xlsx(exhibit)[1:]], ids=["csv", "xlsx"])
def test_a_file_says_what_it_is_before_its_first_row(read: Any, own: World) -> None:
    exhibit = map_table(own)
    facts, rows = read(exhibit)
    expected = {heading: text for heading, text in exhibit.facts if heading != "Note"}
    assert {heading: facts[heading] for heading in expected} == expected
    assert facts["Source"].startswith("Registre de la direction, version 2 du ")
    assert facts["Période"].replace("\u00a0", " ") == "mai à juin 2025"
    assert "SIM" in facts["Définition"]
    assert facts["Lien"].startswith("/")
    assert len(rows) == len(exhibit.table)


@pytest.mark.parametrize("write", [tables.as_csv, tables.as_xlsx], ids=["csv", "xlsx"])
def test_every_row_and_the_head_carry_the_status(write: Any, own: World, invented: World) -> None:
    read = read_csv if write is tables.as_csv else lambda exhibit: read_xlsx(exhibit)[1:]
    for held, status in ((own, "registre"), (invented, "données de démonstration")):
        facts, rows = read(map_table(held))
        assert {row["Statut"] for row in rows} == {status}
        assert facts["Statut"].lower() == status
        assert (facts.get("Attention") == "DONNÉES DE DÉMONSTRATION") == (held is invented)


def test_the_demonstration_is_in_names_and_on_printed_pages(own: World, invented: World) -> None:
    assert (
        tables.file_name(map_table(invented), "csv")
        == "portique-demonstration-carte-establishment-2025-05-01-2025-06-30.csv"
    )
    assert tables.file_name(map_table(own), "xlsx").startswith("portique-registre-")
    assert tables.file_name(published.claims(own.view(HALF)), "xlsx").startswith("portique-publie-")
    sheet = read_xlsx(map_table(invented))[0]
    assert (sheet.title, sheet.oddHeader.center.text) == ("Démonstration", "&BDONNÉES DE DÉMONSTRATION")
    assert read_xlsx(map_table(own))[0].title == "Données"


def test_a_total_that_is_a_minimum_is_said_so(own: World) -> None:
    note = read_csv(map_table(own))[0]["Note"]
    assert note.startswith("Total minimal")


# The cells


def test_csv_numbers_are_french_and_missing_ones_empty(own: World) -> None:
    rows = {row["Établissement"]: row for row in read_csv(map_table(own))[1]}
    assert rows["Paris-La Santé"]["Téléphones"] == "1234"
    assert rows["Paris-La Santé"]["Téléphones par cellule fouillée"] == "0"
    assert rows["Nice"]["Téléphones par cellule fouillée"] == ""  # three cells are too few
    assert rows["Arras"]["Téléphones"] == ""  # nothing reported is not zero


def test_xlsx_cells_are_typed_and_missing_ones_empty(own: World) -> None:
    rows = {row["Établissement"]: row for row in read_xlsx(map_table(own))[2]}
    assert rows["Paris-La Santé"]["Téléphones"] == 1234
    assert isinstance(rows["Paris-La Santé"]["Téléphones"], int | float)
    assert rows["Arras"]["Téléphones"] is None
    assert rows["Nice"]["Téléphones par cellule fouillée"] is None


def test_each_kind_of_column_is_written_as_what_it_is(own: World) -> None:
    columns = [
        Column("d", "Jour", "date"),
        Column("n", "Nombre", "count"),
        Column("r", "Taux", "decimal"),
        Column("p", "Part", "percent"),
    ]
    days = [pd.Timestamp("2025-05-20"), pd.NaT]
    table = pd.DataFrame({"d": days, "n": [79526, None], "r": [0.5, None], "p": [0.125, None]})
    exhibit = _made(own, table, columns)
    sheet, _, (full, empty) = read_xlsx(exhibit)
    assert (full["Jour"], full["Nombre"], full["Taux"], full["Part"]) == (datetime(2025, 5, 20), 79526, 0.5, 0.125)
    assert [empty[name] for name in ("Jour", "Nombre", "Taux", "Part")] == [None] * 4
    formats = {cell.number_format for row in sheet.iter_rows() for cell in row if cell.value in (79526, 0.125)}
    assert formats == {"# ##0", "0.0%"}
    assert [*read_csv(exhibit)[1][0].values()][:4] == ["20/05/2025", "79526", "0,5", "0,125"]


def test_both_files_hold_what_the_screen_shows(own: World) -> None:
    for exhibit in (map_table(own), over_time.effort(own.view(HALF), "month"), suppliers.shares(own.view(HALF))):
        shown = tables.shown(exhibit)
        assert [*read_csv(exhibit)[1][0]] == [*shown.columns, "Statut"]
        assert len(read_csv(exhibit)[1]) == len(read_xlsx(exhibit)[2]) == len(shown)


def test_a_csv_opens_in_a_french_spreadsheet(own: World) -> None:
    written = tables.as_csv(map_table(own))
    assert written.startswith(b"\xef\xbb\xbf")  # without it accents break there
    assert written.endswith(b"\r\n")


# Hostile texts


@pytest.mark.parametrize("dimension", ["supplier", "channel", "model"])
def test_no_text_of_the_data_is_a_formula_in_a_csv(dimension: str, spiteful: World) -> None:
    facts, rows = read_csv(suppliers.shares(spiteful.view(during("2025", "2025")), dimension))
    cells = [*facts.values(), *(cell for row in rows for cell in row.values())]
    assert any(cell.startswith("'=") for cell in cells)
    assert not [cell for cell in cells if cell.strip(" \u00a0\u202f\ufeff").startswith(tables._DANGEROUS)]


@pytest.mark.parametrize("dimension", ["supplier", "channel", "model"])
def test_no_text_of_the_data_is_a_formula_or_a_link_in_a_workbook(dimension: str, spiteful: World) -> None:
    sheet, _, _ = read_xlsx(suppliers.shares(spiteful.view(during("2025", "2025")), dimension))
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    assert f"'{hostile.FORMULA}" in {cell.value for cell in cells}


def test_the_name_of_a_register_is_no_formula_either(spiteful: World) -> None:
    facts, _ = read_csv(suppliers.shares(spiteful.view(during("2025", "2025"))))
    assert facts["Source"].startswith("'=HYPERLINK")


@pytest.mark.parametrize("text", [*hostile.FORMULAS, "\t=1", "\r=1", "\n=1", "\u200b=1", "\u202f@x"])
def test_what_would_begin_a_formula_is_neutralised(text: str) -> None:
    assert tables.safe(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Oportik", "« Modèle = A »", "a=b", "1+1", "", "d’arrêt"])
def test_other_texts_are_left_as_they_are(text: str) -> None:
    assert tables.safe(text) == text


@pytest.mark.parametrize("text", hostile.HOSTILE)
def test_a_hostile_name_survives_the_way_through_a_csv(text: str, spiteful: World) -> None:
    rows = read_csv(suppliers.shares(spiteful.view(during("2025", "2025"))))[1]
    assert tables.safe(text) in {row["Fournisseur"] for row in rows}


def _made(held: World, table: pd.DataFrame, columns: list[Column]) -> Exhibit:
    return make(
        held.view(HALF),
        "essai",
        title="Essai",
        sentence="Essai.",
        measure=measure("cells_searched"),
        period=(date(2025, 5, 1), date(2025, 7, 1)),
        table=table,
        columns=columns,
        answers=[],
    )
