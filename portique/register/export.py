"""The register as the lines of a file that Portique imports again to the same register."""

import io
from codecs import BOM_UTF8 as BOM
from datetime import date, datetime

import pyarrow as pa
import xlsxwriter
from pyarrow import csv

from portique.errors import FileRefused
from portique.register import engine, reference
from portique.register.lake import Lake
from portique.register.rows import store

MOST_ROWS = 1_048_576  # of a sheet

# The lists of `data/` whose labels stand in the file, with their code column; then the two that the schema holds.
_LISTS = {
    "item_types": "item_type",
    "places": "place",
    "routes": "route",
    "search_kinds": "search_kind",
    "suppliers": "supplier",
    "channels": "channel",
    "operations": "operation",
}
STATES = {"to_check": "à vérifier", "checked": "vérifiée", "duplicate": "doublon", "not_counted": "à ne pas compter"}
CONFIDENCES = {"none": "aucune", "low": "faible", "medium": "moyenne", "high": "forte"}


def rows(lake: Lake, version: int | None = None) -> pa.Table:
    """One row per source line that stands, in a version (the newest by default): French headings, texts but the days.

    `numero_ligne` is the line's identity: the number of its file, or `h:…` as Portique made it, which an import takes
    as it is; likewise `numero_saisie` and `numero_fouille`.
    """
    with lake.attached() as connection:
        engine.load_reference(connection)
        store(connection, version)
        connection.register("word", _words())
        return connection.execute(engine.statement("register/export")).to_arrow_table()


def _words() -> pa.Table:
    """list, code, label of every code that a file writes in French."""
    words = [(name, *pair) for name, code in _LISTS.items() for pair in reference.labels(name, code).items()]
    words += [("review_states", *pair) for pair in STATES.items()]
    words += [("confidences", *pair) for pair in CONFIDENCES.items()]
    return pa.table(dict(zip(("list", "code", "label"), zip(*words, strict=True), strict=True)))


def as_csv(table: pa.Table) -> bytes:
    """The lines as French spreadsheets open them: UTF-8 with its mark, semicolons, ISO days."""
    held = io.BytesIO(BOM)
    held.seek(0, io.SEEK_END)
    csv.write_csv(table, held, csv.WriteOptions(delimiter=";", quoting_style="needed"))
    return held.getvalue()


def as_xlsx(table: pa.Table) -> bytes:
    """The lines as a workbook of one sheet, no text a formula; raises FileRefused when a sheet cannot hold them."""
    if table.num_rows >= MOST_ROWS:
        raise FileRefused(
            f"Le registre a {table.num_rows} lignes, plus que les {MOST_ROWS - 1} d’une feuille ; exportez-le en CSV."
        )
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet("Registre"), book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.set_column(0, table.num_columns - 1, 20)
        for place, name in enumerate(table.column_names):
            sheet.write_string(0, place, name)
        columns = [column.to_pylist() for column in table.columns]
        for row, values in enumerate(zip(*columns, strict=True), start=1):
            for place, value in enumerate(values):
                if isinstance(value, date):
                    sheet.write_datetime(row, place, datetime(value.year, value.month, value.day), day)
                elif value is not None:
                    sheet.write_string(row, place, str(value))
    return held.getvalue()
