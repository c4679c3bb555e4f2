"""The workbook to fill: typed columns, lists to choose from, an example, instructions; made from `fields`."""

import io
from datetime import date
from typing import Any

import xlsxwriter

from portique.register import reference
from portique.register.intake import codes, fields
from portique.register.intake.fields import Field

LINES, EXAMPLE, LISTS, INSTRUCTIONS = "Lignes", "Exemple", "Listes", "Mode d’emploi"
NOT_DATA = (EXAMPLE, LISTS, INSTRUCTIONS)
_TYPED_ROWS = 5_000
_FIRST_DAY = date(2000, 1, 1)
_HOW_TO = (
    "Une ligne par type d’objet saisi, ou par fouille sans saisie (alors sans type d’objet ni quantité).",
    "Remplissez la feuille « Lignes » ; laissez vides les colonnes que vous n’avez pas.",
    "N’écrivez aucun nom de personne, aucun numéro d’écrou, de téléphone ou d’IMEI : ils ne seraient pas enregistrés.",
    "Obligatoires : date_saisie, etablissement, et type_objet avec quantite, ou nature_fouille.",
)
# Worked by hand: three lines of one find, a search that found nothing, a month without days.
_EXAMPLE = (
    {
        "found_on": "2025-05-20",
        "establishment": "Centre pénitentiaire de Fresnes",
        "region": "Île-de-France",
        "item_type": "mini-téléphone",
        "model": "L8STAR BM70",
        "quantity": "2",
        "place": "cellule",
        "route": "projection",
        "search_kind": "fouille de cellule",
        "cells_searched": "12",
        "operation": "Opération Prison Break",
        "line_number": "1",
        "find_number": "1",
        "search_number": "1",
    },
    {
        "found_on": "2025-05-20",
        "establishment": "Centre pénitentiaire de Fresnes",
        "region": "Île-de-France",
        "item_type": "carte SIM",
        "quantity": "> 20",
        "place": "cellule",
        "route": "projection",
        "search_kind": "fouille de cellule",
        "cells_searched": "12",
        "operation": "Opération Prison Break",
        "line_number": "2",
        "find_number": "1",
        "search_number": "1",
    },
    {
        "found_on": "2025-05-21",
        "establishment": "Maison d’arrêt de Nice",
        "region": "Provence-Alpes-Côte d’Azur",
        "search_kind": "fouille sectorielle",
        "cells_searched": "30",
        "line_number": "3",
        "search_number": "2",
    },
    {
        "found_on": "mai 2025",
        "establishment": "Maison d’arrêt d’Arras",
        "region": "Hauts-de-France",
        "item_type": "téléphone non précisé",
        "quantity": "14",
        "route": "inconnue",
        "line_number": "4",
    },
)


def workbook() -> bytes:
    """The XLSX of the template."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "strings_to_formulas": False}) as book:
        formats = {
            "heading": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "required": book.add_format({"bold": True, "bottom": 1, "bg_color": "#D6E4F5"}),
            "date": book.add_format({"num_format": "dd/mm/yyyy"}),
            "text": book.add_format({"num_format": "@"}),
        }
        lines, example = book.add_worksheet(LINES), book.add_worksheet(EXAMPLE)
        instructions, lists = book.add_worksheet(INSTRUCTIONS), book.add_worksheet(LISTS)
        ranges = _write_lists(lists, formats)
        for sheet in (lines, example):
            _write_columns(sheet, formats, ranges)
        _write_example(example)
        _write_instructions(instructions, formats)
    return held.getvalue()


def choices(field: Field) -> list[str]:
    """The words that a column can be filled with, in the order of display; none where it is free."""
    if field.code == "establishment":
        return [*reference.table("establishments")["name"], "non précisé"]
    if field.code == "region":
        return list(codes.labels("regions").values())
    return list(codes.labels(field.list_name).values()) if field.list_name else []


def _write_lists(sheet: Any, formats: dict[str, Any]) -> dict[str, str]:
    """Write every list, and return field → the range that holds it."""
    ranges = {}
    listed = [field for field in fields.FIELDS if choices(field)]
    for place, field in enumerate(listed):
        words = choices(field)
        sheet.write_string(0, place, field.heading, formats["heading"])
        sheet.write_column(1, place, words)
        letters = xlsxwriter.utility.xl_col_to_name(place, col_abs=True)
        ranges[field.code] = f"={LISTS}!{letters}$2:{letters}${len(words) + 1}"
    return ranges


def _write_columns(sheet: Any, formats: dict[str, Any], ranges: dict[str, str]) -> None:
    sheet.freeze_panes(1, 0)
    for place, field in enumerate(fields.FIELDS):
        sheet.write_string(0, place, field.heading, formats["required" if field.required else "heading"])
        sheet.write_comment(0, place, field.description)
        sheet.set_column(place, place, 22, formats["date"] if field.kind == "date" else formats["text"])
        if rule := _rule(field, ranges):
            sheet.data_validation(1, place, _TYPED_ROWS, place, rule)


def _rule(field: Field, ranges: dict[str, str]) -> dict[str, Any] | None:
    """What the spreadsheet warns about; it only warns, since « mai 2025 » or « > 20 » are fine too."""
    said = {"error_type": "warning", "error_title": field.heading, "error_message": field.description[:250]}
    if field.code in ranges:
        return {"validate": "list", "source": ranges[field.code], **said}
    if field.kind == "date":
        return {"validate": "date", "criteria": ">=", "value": _FIRST_DAY, **said}
    if field.kind in ("quantity", "cells"):
        return {"validate": "integer", "criteria": ">=", "value": 0 if field.kind == "cells" else 1, **said}
    return None


def _write_example(sheet: Any) -> None:
    for row, line in enumerate(_EXAMPLE, start=1):
        for place, field in enumerate(fields.FIELDS):
            sheet.write_string(row, place, line.get(field.code, ""))


def _write_instructions(sheet: Any, formats: dict[str, Any]) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 110)
    for row, text in enumerate(_HOW_TO):
        sheet.write_string(row, 0, text)
    start = len(_HOW_TO) + 1
    sheet.write_string(start, 0, "Colonne", formats["heading"])
    sheet.write_string(start, 1, "Ce qu’elle contient", formats["heading"])
    for row, field in enumerate(fields.FIELDS, start=start + 1):
        sheet.write_string(row, 0, field.heading)
        sheet.write_string(row, 1, f"{field.description}{' Obligatoire.' if field.required else ''}")
