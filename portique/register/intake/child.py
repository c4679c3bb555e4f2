"""The process that parses a user's file, within its limits: `python -m portique.register.intake.child FILE FOLDER`.

It writes each sheet as an Arrow file of texts, then `read.json`: what was read, or the sentence that refuses the file.
"""

import gc
import json
import os
import resource
import sys
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from portique.errors import FileRefused
from portique.register.intake import archive, limits, regular, texts

ANSWER = "read.json"
_ROWS_AT_ONCE = 20_000
_FOREIGN = {
    b"\xd0\xcf\x11\xe0": "un ancien fichier .xls, ou un classeur protégé par un mot de passe",
    b"%PDF": "un PDF",
    b"\x89PNG": "une image",
    b"\xff\xd8\xff": "une image",
    b"GIF8": "une image",
    b"{\\rtf": "un texte RTF",
    b"\x1f\x8b": "une archive gzip",
    b"7z\xbc\xaf": "une archive 7z",
    b"Rar!": "une archive RAR",
    b"\x7fELF": "un programme",
    b"MZ": "un programme",
}


def main(path: Path, folder: Path) -> None:
    """Read the file into the folder and leave the answer there."""
    gc.disable()  # rows are lists without cycles, by the million
    _limit(path.stat().st_size)
    try:
        answer = _read(path, folder)
    except FileRefused as error:
        answer = {"refused": str(error)}
    except MemoryError:
        answer = {"refused": too_heavy()}
    (folder / ANSWER).write_text(json.dumps(answer, ensure_ascii=False), encoding="utf-8")


def too_heavy() -> str:
    """Why a file that needs more than the memory allowed is refused."""
    return (
        f"le lire demanderait plus de {limits.CHILD_MEMORY_BYTES // limits.MEGABYTE} Mo de mémoire ; "
        "exportez la feuille utile en CSV, ou coupez le fichier en plusieurs"
    )


def _limit(size: int) -> None:
    os.nice(5)
    bounds = {
        resource.RLIMIT_DATA: limits.CHILD_MEMORY_BYTES,
        resource.RLIMIT_AS: limits.CHILD_ADDRESS_BYTES,
        resource.RLIMIT_CPU: limits.seconds(size),
        resource.RLIMIT_FSIZE: limits.CHILD_OUTPUT_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in bounds.items():
        resource.setrlimit(what, (most, most))


def _read(path: Path, folder: Path) -> dict[str, Any]:
    with path.open("rb") as stream:
        start = stream.read(1024)
    if not start.strip():
        raise FileRefused("le fichier est vide")
    if start.startswith(b"PK"):
        return _read_workbook(path, folder)
    if start.startswith(b"PAR1"):
        return _read_parquet(path, folder)
    _require_text(start)
    dialect = texts.dialect(path)
    sheet = regular.write(path, folder, dialect) or _write(folder, 0, "", texts.rows(path, dialect))
    return {"format": "csv", "notes": [dialect.said()], "sheets": [sheet]}


def _require_text(start: bytes) -> None:
    for signature, what in _FOREIGN.items():
        if start.startswith(signature):
            raise FileRefused(f"c’est {what}, pas un tableau ; enregistrez-le en .xlsx, .ods ou .csv")
    if start.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype", b"<html", b"<table", b"<?xml")):
        raise FileRefused("c’est une page HTML ou XML, pas un tableau ; enregistrez-la en .xlsx, .ods ou .csv")


def _read_workbook(path: Path, folder: Path) -> dict[str, Any]:
    with archive.opened(path) as opened:
        names = set(opened.namelist())
        if "xl/workbook.xml" in names:
            kind, notes = "xlsx", archive.look_through_xlsx(opened)
        elif "content.xml" in names and archive.says_spreadsheet(opened):
            kind, notes = "ods", archive.look_through_ods(opened)
        else:
            raise FileRefused(
                "cette archive n’est ni un classeur .xlsx ni un classeur .ods ; donnez le classeur lui-même"
            )
    return {"format": kind, "notes": notes, "sheets": _sheets(path, folder)}


def _sheets(path: Path, folder: Path) -> list[dict[str, Any]]:
    import python_calamine as calamine  # here, so that a text file does not pay for it

    written = []
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as workbook:
            for position, name in enumerate(workbook.sheet_names):
                sheet = workbook.get_sheet_by_index(position)
                top = sheet.start[0] if sheet.start else 0
                rows = ([_text(value) for value in row] for row in sheet.iter_rows())
                written.append(_write(folder, position, name, rows, top if sheet.start else 0))
    except calamine.CalamineError as error:
        raise FileRefused("le classeur est abîmé ou n’est pas un vrai classeur ; enregistrez-le à nouveau") from error
    return written


def _text(value: Any) -> str:
    """A cell as the text that the checks read: ISO dates, plain numbers with a point."""
    match value:
        case str():
            return value
        case bool():
            return "oui" if value else "non"
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
        case date() | time() | int() | timedelta():
            return str(value)
        case _:
            return "" if value is None else str(value)


def _read_parquet(path: Path, folder: Path) -> dict[str, Any]:
    import pyarrow as pa
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(path)
        held = file.metadata
        if held.num_rows * max(held.num_columns, 1) > limits.MOST_ROWS * 20 or held.num_rows > limits.MOST_ROWS:
            raise FileRefused(f"{held.num_rows} lignes, au lieu de {limits.MOST_ROWS} au plus ; coupez le fichier")
        if any(pa.types.is_nested(field.type) for field in file.schema_arrow):
            raise FileRefused("une colonne contient des listes ou des structures ; n’y laissez que des valeurs simples")
        sheet = _write(folder, 0, "", _parquet_rows(file))
    except (pa.ArrowException, OSError) as error:
        raise FileRefused("le fichier Parquet est abîmé ; exportez-le à nouveau") from error
    return {"format": "parquet", "notes": [], "sheets": [sheet]}


def _parquet_rows(file: Any) -> Iterator[list[str]]:
    yield [str(name) for name in file.schema_arrow.names]
    for batch in file.iter_batches(batch_size=5_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [_text(value) for value in row]


def _write(folder: Path, position: int, name: str, rows: Iterable[list[str]], top: int = 0) -> dict[str, Any]:
    """Write one sheet: columns c0, c1… of texts, short rows filled up, what exceeds them in the last.

    `top` rows above the first used one are not written; row numbers count them.
    """
    import pyarrow as pa

    incoming, path, count = iter(rows), folder / f"{position}.arrow", 0
    block = list(islice(incoming, _ROWS_AT_ONCE))
    width = max((len(row) for row in block), default=0) + 1
    if width > limits.MOST_COLUMNS + 1:
        raise FileRefused(
            f"{width - 1} colonnes, au lieu de {limits.MOST_COLUMNS} au plus ; gardez les colonnes utiles"
        )
    schema = pa.schema([(f"c{column}", pa.string()) for column in range(width)])
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        while block:
            count += len(block)
            if count > limits.MOST_ROWS:
                raise FileRefused(f"plus de {limits.MOST_ROWS} lignes ; coupez le fichier en plusieurs")
            columns = zip(*(_filled(row, width) for row in block), strict=True)
            writer.write_batch(pa.record_batch([pa.array(column, pa.string()) for column in columns], schema=schema))
            block = list(islice(incoming, _ROWS_AT_ONCE))
    return {"name": name, "file": path.name, "rows": count, "top": top}


def _filled(row: list[str], width: int) -> list[str]:
    if len(row) < width:
        return row + [""] * (width - len(row))
    return row if len(row) == width else [*row[: width - 1], " ".join(row[width - 1 :])]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
