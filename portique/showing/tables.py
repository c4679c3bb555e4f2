"""Exhibits as files: CSV for any tool, typed XLSX; both say what they are before the first row and on each row."""

import csv
import io
import math
import unicodedata
from datetime import timedelta
from typing import Any

import pandas as pd
import xlsxwriter

from portique.reading import labels
from portique.reading.exhibits.exhibit import Column, Exhibit

# A spreadsheet takes a text that begins so for a formula (https://owasp.org/www-community/attacks/CSV_Injection).
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_FORMATS = {"count": "# ##0", "decimal": "# ##0.00", "percent": "0.0%", "date": "dd/mm/yyyy"}
STATUS_COLUMN = Column("status", "Statut")


def shown(exhibit: Exhibit) -> pd.DataFrame:
    """The exhibit's table as a reader sees it: its columns under their French headings, decimals cut to two."""
    return pd.DataFrame({column.label: _rounded(exhibit.table[column.name], column) for column in exhibit.columns})


def _rounded(values: "pd.Series[Any]", column: Column) -> "pd.Series[Any]":
    return values.astype(float).round(2) if column.kind == "decimal" else values


def file_name(exhibit: Exhibit, extension: str) -> str:
    """« portique-demonstration-carte-region-2025-01-01-2025-12-31.csv »: what, whose status, which period."""
    days = f"{exhibit.period[0]}-{exhibit.period[1] - timedelta(days=1)}"
    status = {
        "demonstration": "demonstration",
        "registered": "registre",
        "published": "publie",
        "derived": "calcule",
        "method": "methode",
    }[exhibit.status]
    return f"portique-{status}-{exhibit.key}-{days}.{extension}"


def as_csv(exhibit: Exhibit) -> bytes:
    """The exhibit as French spreadsheets open it: UTF-8 with its mark, semicolons, decimal commas; facts first."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for heading, fact in _facts(exhibit):
        writer.writerow([heading, safe(fact)])
    writer.writerow([])
    columns = [*exhibit.columns, STATUS_COLUMN]
    writer.writerow([column.label for column in columns])
    for row in _rows(exhibit):
        writer.writerow([_csv_cell(value, column) for value, column in zip(row, columns, strict=True)])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(exhibit: Exhibit) -> bytes:
    """The exhibit as a workbook: facts above a table of typed cells; no text becomes a formula or a link."""
    file = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet("Démonstration" if exhibit.is_demonstration else "Données")
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        facts = _facts(exhibit)
        for line, (heading, fact) in enumerate(facts):
            sheet.write_string(line, 0, heading, bold)
            sheet.write_string(line, 1, safe(fact), wrap)
        _write_table(book, sheet, exhibit, first=len(facts) + 1)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, len(exhibit.columns), 22)
        if exhibit.is_demonstration:
            sheet.set_header("&C&B" + labels.STATUS["demonstration"].upper())
    return file.getvalue()


def safe(text: str) -> str:
    """A text that no spreadsheet executes: an apostrophe stands before what would begin a formula."""
    stripped = unicodedata.normalize("NFC", text).lstrip(" \u00a0\u202f\u200b\ufeff")
    return f"'{text}" if stripped.startswith(_DANGEROUS) or text.startswith(_DANGEROUS) else text


def _facts(exhibit: Exhibit) -> list[tuple[str, str]]:
    stamp = [("Attention", labels.STATUS["demonstration"].upper())] if exhibit.is_demonstration else []
    return [*stamp, *exhibit.facts]


def _rows(exhibit: Exhibit) -> list[list[Any]]:
    names = [column.name for column in exhibit.columns]
    return [[*row, labels.STATUS[exhibit.status]] for row in exhibit.table[names].itertuples(index=False, name=None)]


def _csv_cell(value: Any, column: Column) -> str:
    if _missing(value):
        return ""
    match column.kind:
        case "text" | "link":
            return safe(str(value))
        case "date":
            return pd.Timestamp(value).strftime("%d/%m/%Y")
        case "count":
            return f"{value:.0f}"
        case _:
            return f"{value:.6g}".replace(".", ",")


def _write_table(book: xlsxwriter.Workbook, sheet: Any, exhibit: Exhibit, first: int) -> None:
    columns, bold = (
        [*exhibit.columns, STATUS_COLUMN],
        book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
    )
    formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
    for place, column in enumerate(columns):
        sheet.write_string(first, place, column.label, bold)
    for line, row in enumerate(_rows(exhibit), start=first + 1):
        for place, (value, column) in enumerate(zip(row, columns, strict=True)):
            _write_cell(sheet, line, place, value, column, formats)
    sheet.freeze_panes(first + 1, 1)


def _write_cell(sheet: Any, line: int, place: int, value: Any, column: Column, formats: dict[str, Any]) -> None:
    if _missing(value):
        sheet.write_blank(line, place, None)
    elif column.kind in ("text", "link"):
        sheet.write_string(line, place, safe(str(value)))
    elif column.kind == "date":
        sheet.write_datetime(line, place, pd.Timestamp(value).to_pydatetime(), formats["date"])
    else:
        sheet.write_number(line, place, float(value), formats[column.kind])


def _missing(value: Any) -> bool:
    return value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value))
