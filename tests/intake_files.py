"""Files of users for tests: drawn as text grids, written as CSV, XLSX, ODS or Parquet, read without a child process."""

import io
import tempfile
import zipfile
from datetime import date
from html import escape
from pathlib import Path

import xlsxwriter

from portique.register.intake import child, reading
from portique.register.intake.checked import Checked
from portique.register.intake.checks import check
from portique.register.intake.decisions import Decisions
from portique.register.intake.reading import Source

TODAY = date(2026, 11, 25)
USUAL = (
    "date_saisie;etablissement;region;type_objet;modele;quantite;contexte_decouverte;fournisseur;canal;operation;"
    "commentaire"
)


def read(content: bytes | str, name: str = "saisies.csv") -> Source:
    """The content as `reading.read` gives it, parsed in this process: for what is not about limits."""
    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        path = folder / "file"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        answer = child._read(path, folder)
        sheets = tuple(reading._sheet(folder, each) for each in answer["sheets"])
        return Source(name, reading._hash(path), answer["format"], tuple(answer["notes"]), sheets)


def checked(content: bytes | str, decisions: Decisions | None = None, name: str = "saisies.csv") -> Checked:
    """The content, checked on a fixed day."""
    return check(read(content, name), decisions, TODAY)


def usual(*lines: str) -> str:
    """A CSV with the usual heading row."""
    return "\n".join([USUAL, *lines]) + "\n"


def grid(source: Source, sheet: int = 0) -> list[list[str]]:
    """A sheet's texts, row by row, without the columns that are blank throughout."""
    held = source.sheets[sheet]
    columns = [[column.texts[code] for code in column.codes] for column in held.columns if any(column.texts)]
    return [list(row) for row in zip(*columns, strict=True)]


def xlsx(rows: list[list[object]], sheet: str = "Saisies") -> bytes:
    """A workbook of one sheet; days are typed as such."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        page, day = book.add_worksheet(sheet), book.add_format({"num_format": "dd/mm/yyyy"})
        for at, row in enumerate(rows):
            for place, value in enumerate(row):
                if isinstance(value, date):
                    page.write_datetime(at, place, value, day)
                else:
                    page.write(at, place, value)
    return held.getvalue()


def ods(table_rows: str, doctype: str = "") -> bytes:
    """An ODS whose table has these rows, as ODF markup."""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>{doctype}<office:document-content office:version="1.2" '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Feuille1">{table_rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", content)
    return held.getvalue()


def ods_row(*texts: str, repeated: int = 1) -> str:
    """One ODS row of texts."""
    start, end = '<table:table-cell office:value-type="string"><text:p>', "</text:p></table:table-cell>"
    cells = "".join(f"{start}{escape(text)}{end}" for text in texts)
    return f'<table:table-row table:number-rows-repeated="{repeated}">{cells}</table:table-row>'


def tampered(workbook: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A workbook in which one file of the zip had some bytes replaced."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as source, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.namelist():
            content = source.read(entry)
            target.writestr(entry, content.replace(old, new) if entry == name else content)
        if name not in source.namelist():
            target.writestr(name, new)
    return held.getvalue()
