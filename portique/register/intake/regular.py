"""The fast way through a text file whose rows all have the same number of cells, as an export's do."""

import csv
import io
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import csv as arrow_csv

from portique.errors import FileRefused
from portique.register.intake import limits, texts

_BLOCK = limits.MOST_LINE_BYTES


def write(path: Path, folder: Path, dialect: texts.Dialect) -> dict[str, Any] | None:
    """The sheet as `child` describes it, once written; None when a row differs: then each row has to be looked at."""
    width = _width(path, dialect)
    if not 1 < width <= limits.MOST_COLUMNS:
        return None
    schema = pa.schema([(f"c{column}", pa.string()) for column in range(width)])
    try:
        return _written(_reader(path, dialect, schema), folder / "0.arrow", schema)
    except (pa.ArrowInvalid, UnicodeError):
        return None


def _width(path: Path, dialect: texts.Dialect) -> int:
    """The one width of the first rows, or 0."""
    with path.open(encoding=dialect.encoding, newline="") as stream:
        sample = stream.read(_BLOCK // 8)
    whole = sample[: sample.rfind("\n") + 1] or sample
    try:
        found = {len(row) for row in csv.reader(io.StringIO(whole, newline=""), delimiter=dialect.separator)}
    except csv.Error:
        return 0
    return found.pop() if len(found) == 1 else 0


def _reader(path: Path, dialect: texts.Dialect, schema: pa.Schema) -> Any:
    return arrow_csv.open_csv(
        str(path),
        read_options=arrow_csv.ReadOptions(
            column_names=schema.names, encoding=dialect.encoding, block_size=_BLOCK, use_threads=False
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.separator, newlines_in_values=True, ignore_empty_lines=False
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types={field.name: field.type for field in schema}, strings_can_be_null=False
        ),
    )


def _written(reader: Any, path: Path, schema: pa.Schema) -> dict[str, Any]:
    count = 0
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for batch in reader:
            count += batch.num_rows
            if count > limits.MOST_ROWS:
                raise FileRefused(f"plus de {limits.MOST_ROWS} lignes ; coupez le fichier en plusieurs")
            writer.write_batch(batch)
    return {"name": "", "file": path.name, "rows": count, "top": 0}
