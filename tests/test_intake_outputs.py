"""What the intake gives back: the report, the refused lines, the template, the schema; each reads back."""

import io
import json
from datetime import date

import openpyxl
import pytest
from intake_files import TODAY, USUAL, checked, read, usual

from portique.config import PROJECT
from portique.register.intake import fields, refused, table_schema, template
from portique.register.intake.checks import check
from portique.register.intake.decisions import Decisions
from portique.register.intake.report import refused_file, report

GOOD = "20/05/2025;Maison d’arrêt de Nice;PACA;smartphone;;2;;;;;"
FAULTY = (
    "31/02/2025;Maison d’arrêt de Nice;PACA;smartphone;;2;;;;;",
    "20/05/2025;Alcatraz;;puce;;1;;;;;M. Martin",
    "20/05/2025;Maison d’arrêt de Nice;;ocarina;=1+1;2,5;;;;;",
)


def sheets(content: bytes) -> dict[str, list[list[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book}


def test_the_report_has_the_promised_keys_and_adds_up() -> None:
    held = report(checked(usual(GOOD, *FAULTY)), seconds=1.23456, already_there=1)
    assert list(held) == [
        "file",
        "verdict",
        "rows",
        "accepted",
        "refused",
        "already_there",
        "quantity_sum",
        "reasons",
        "seconds",
    ]
    assert held["rows"] == held["accepted"] + held["refused"] + held["already_there"] == 4
    assert (held["verdict"], held["seconds"]) == ("partial", 1.235)
    assert [(each["row"], each["column"]) for each in held["reasons"]] == [
        (3, "date_saisie"),
        (4, "etablissement"),
        (5, "type_objet"),
        (5, "quantite"),
    ]
    assert set(held["reasons"][0]) == {"row", "column", "value", "found", "expected"}
    assert json.loads(json.dumps(held)) == held


def test_the_report_of_a_file_that_cannot_be_used_says_why() -> None:
    held = report(checked("a;b\n1;2\n"), seconds=0.1)
    assert (held["verdict"], held["rows"]) == ("reject_file", 0)
    assert "date_saisie" in held["reasons"][0]["found"]
    assert refused_file("x.csv", "vide", 0.1).keys() == held.keys()


def test_refused_lines_come_back_with_the_reason_beside_each_cell() -> None:
    held = checked(usual(GOOD, *FAULTY))
    pages = sheets(refused.workbook(held))
    headings, *rows = pages["Lignes refusées 1"]
    place = headings.index("quantite")
    assert headings[place + 1] == "motif_refus : quantite"
    assert rows[2][place : place + 2] == [
        "2,5",
        "trouvé : « 2,5 » ; attendu : un nombre entier d’objets (2), « plus de 20 », « au moins 20 » ou « inconnu »",
    ]
    assert [row[-1] for row in rows] == ["3", "4", "5"]
    assert rows[2][headings.index("modele")] == "=1+1"
    assert "Martin" not in repr(pages)


def test_mended_lines_are_imported_from_the_returned_file_alone() -> None:
    book = openpyxl.load_workbook(io.BytesIO(refused.workbook(checked(usual(GOOD, *FAULTY)))))
    sheet = book["Lignes refusées 1"]
    columns = {cell.value: cell.column for cell in sheet[1]}
    for row, column, value in (
        (2, "date_saisie", "28/02/2025"),
        (3, "etablissement", "MA Nice"),
        (4, "type_objet", "puce"),
        (4, "quantite", "3"),
    ):
        sheet.cell(row, columns[column]).value = value
    mended = io.BytesIO()
    book.save(mended)
    held = checked(mended.getvalue(), name="refusées.xlsx")
    assert (held.read, held.accepted, held.refused, held.quantity_sum) == (3, 3, 0, 6)
    assert list(held.sums) == ["smartphone", "sim_card"]


def test_a_second_round_has_no_more_columns_than_the_first() -> None:
    once = refused.workbook(checked(usual(GOOD, *FAULTY)))
    twice = refused.workbook(checked(once))
    assert sheets(once)["Lignes refusées 1"][0] == sheets(twice)["Lignes refusées 1"][0]


def test_unmended_lines_keep_the_identity_that_they_had() -> None:
    """Nothing was changed, so that a line accepted later is the line of the first file."""
    content = usual(FAULTY[1].removesuffix("M. Martin"))
    first, choice = checked(content), Decisions(establishments={"Alcatraz": "ma-nice"})
    again = checked(refused.workbook(first), choice)
    whole = checked(content, choice)
    assert again.prepared is not None
    assert whole.prepared is not None
    assert again.prepared.seizures["line_key"].to_pylist() == whole.prepared.seizures["line_key"].to_pylist()


def test_refused_cells_of_a_wide_table_come_back_as_lines() -> None:
    held = checked("Établissement;Objet;2023;2024\nMA Nice;puce;3;2,5\n")
    headings, row = sheets(refused.workbook(held))["Lignes refusées 1"]
    named = dict(zip(headings, row, strict=True))
    assert (named["date_saisie"], named["quantite"], named["Établissement"]) == ("2024", "2,5", "MA Nice")
    again = checked(refused.workbook(held))
    assert [(each.row, each.column) for each in again.reasons()] == [(2, "quantite")]


def test_the_template_has_every_field_its_lists_and_no_line() -> None:
    pages = sheets(template.workbook())
    assert pages["Lignes"][0] == [field.heading for field in fields.FIELDS]
    assert len(pages["Lignes"]) == 1
    lists = {str(column[0]): [word for word in column[1:] if word] for column in zip(*pages["Listes"], strict=True)}
    assert lists["type_objet"] == template.choices(fields.by_code()["item_type"])
    assert len(lists["etablissement"]) == 188
    book = openpyxl.load_workbook(io.BytesIO(template.workbook()))
    rules = {rule.type for rule in book["Lignes"].data_validations.dataValidation}
    assert rules == {"list", "date", "whole"}


def test_an_empty_template_imports_nothing_not_even_its_example() -> None:
    held = checked(template.workbook(), name="modele.xlsx")
    assert (held.verdict, held.read) == ("reject_file", 0)
    assert "aucune ligne" in held.obstacles[0]


def test_the_example_of_the_template_is_accepted_whole() -> None:
    held = checked(template.workbook(), Decisions(sheet="Exemple"))
    assert (held.read, held.accepted, held.searches) == (4, 4, 2)
    assert held.sums == {"mini_phone": 2, "sim_card": 21, "phone_unspecified": 14}


def test_every_word_of_the_lists_is_understood_as_it_is() -> None:
    """What a user chooses in the template is no conversion, and never unclassified."""
    for field in fields.FIELDS:
        for word in template.choices(field):
            line = {"found_on": "20/05/2025", "establishment": "Maison d’arrêt de Nice", "item_type": "chargeur"}
            if field.code in ("establishment", "region"):
                continue
            line |= {"quantity": "1", "supplier": "", field.code: word}
            content = ";".join(fields.by_code()[code].heading for code in line) + "\n" + ";".join(line.values())
            if ";" not in word:
                held = checked(content + "\n")
                assert (held.verdict, held.unclassified) == ("accept", ()), word


def test_the_schema_is_made_from_the_fields() -> None:
    schema = table_schema.schema()
    assert [field["name"] for field in schema["fields"]] == [field.heading for field in fields.FIELDS]
    kinds = {field["name"]: field for field in schema["fields"]}
    assert kinds["type_objet"]["constraints"]["enum"] == template.choices(fields.by_code()["item_type"])
    assert kinds["date_saisie"]["constraints"]["required"] is True
    assert {"name", "title", "description", "version", "fields", "contributors"} <= set(schema)


def test_the_schema_file_is_up_to_date() -> None:
    """Made again with `python -m portique.register.intake.table_schema > schema.json`."""
    assert (PROJECT / "schema.json").read_text(encoding="utf-8") == table_schema.text()


@pytest.mark.parametrize("today", [date(2025, 5, 19), TODAY])
def test_the_future_is_that_of_the_day_of_the_import(today: date) -> None:
    held = check(read(usual(GOOD)), None, today)
    assert held.accepted == (1 if today == TODAY else 0)


def test_the_usual_headings_are_those_that_the_readme_gives() -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    assert USUAL.replace(";", ", ") in " ".join(readme.split())
