"""What the lines of an import are to a register: new, already there or contradicted; and their claims, written."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from uuid import uuid4

import duckdb
import pandas as pd
import pyarrow as pa

from portique.register import engine
from portique.register.intake.prepared import Prepared
from portique.register.rows import require_rules
from portique.register.schema import EXTRA_ESTABLISHMENT, TABLES, Provenance, ddl

_MEMORY = "200MB"  # beside the file's own tables, so that a million lines fit into a gigabyte
_STEPS = ("identity", "named", "known", "contradicted", "incoming")

# By the number that `queries/register/contradicted.sql` gives.
REASONS = {
    1: "le registre a déjà cette ligne, avec d’autres valeurs",
    2: "cette fouille est décrite autrement dans le registre ou ailleurs dans le fichier",
    3: "cette saisie a une autre date, un autre lieu, une autre voie ou une autre fouille sur une autre ligne",
    4: "la fouille de cette saisie est d’un autre établissement ou d’une autre date",
    0: "deux lignes du fichier ont ce numéro",
}


@dataclass(frozen=True)
class Counts:
    """Source lines: read = new + already_there + refused, always; contradicted lines are among the refused."""

    read: int
    new: int
    already_there: int
    refused: int


def now() -> datetime:
    """The time to write down (UTC, without a zone, as the register keeps it)."""
    return datetime.now(UTC).replace(tzinfo=None)


def store_nothing(connection: duckdb.DuckDBPyConnection, provenance: Provenance) -> None:
    """Name the rows of a register that does not exist yet, as `lake.store` names those of one that does."""
    for table in TABLES:
        connection.execute(f"CREATE TEMP TABLE stored_{table} ({ddl(table)})")
    connection.execute("INSERT INTO stored_head BY NAME SELECT ? AS provenance", [provenance])
    connection.execute(engine.statement("views/live"))


def look(connection: duckdb.DuckDBPyConnection, prepared: Prepared) -> None:
    """Compare the lines of an import with the rows that stand: the temporary tables of `queries/register/`."""
    connection.execute(f"SET memory_limit = '{_MEMORY}'")
    connection.execute(f"SET temp_directory = {engine.literal(Path(gettempdir()) / f'portique-{uuid4()}')}")
    for name, table in (("given_search", prepared.searches), ("given_seizure", prepared.seizures)):
        connection.register(name, table.append_column("position", pa.array(range(table.num_rows), pa.int64())))
    for step in _STEPS:
        connection.execute(engine.statement(f"register/{step}"))


def counts(connection: duckdb.DuckDBPyConnection, prepared: Prepared) -> Counts:
    """How the source lines fall, once `look` has looked."""
    new, there = connection.execute(engine.statement("register/counts")).fetchall()[0]
    return Counts(prepared.read, new, there, prepared.read - new - there)


def contradicted(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The lines that the register or their own file contradicts: line_key, reason."""
    asked = """
        SELECT DISTINCT line_key, reason FROM (
            SELECT position, reason FROM named_search JOIN contradicted USING (line_id)
        ) JOIN given_search USING (position)
        UNION
        SELECT DISTINCT line_key, reason FROM (
            SELECT position, reason FROM named_seizure JOIN contradicted USING (line_id)
        ) JOIN given_seizure USING (position)
        ORDER BY line_key
    """
    rows = connection.execute(asked).df()
    return rows.assign(reason=rows["reason"].map(REASONS))


def changes(connection: duckdb.DuckDBPyConnection, prepared: Prepared, held: Counts) -> bool:
    """Whether an import would change anything: a new line, or a claim that the same file does not make already."""
    if held.new:
        return True
    asked = "SELECT count(*) FROM stored_import WHERE file_hash = ? AND undone_at IS NULL"
    (same_file,) = connection.execute(asked, [prepared.file_hash]).fetchall()[0]
    return held.already_there > 0 and not same_file


def write(
    connection: duckdb.DuckDBPyConnection,
    prepared: Prepared,
    held: Counts,
    author: str,
    message: str,
    progress: Callable[[float], None],
) -> int:
    """Write what `look` found new, and the claims, in the open transaction; returns the number of the import."""
    _write_establishments(connection, prepared, author)
    require_rules(connection)
    progress(0.6)
    number = int(connection.execute("SELECT coalesce(max(import_id), 0) + 1 FROM lake.import").fetchall()[0][0])
    for table, column in (("search", "wording_id"), ("seizure", "seizure_id")):
        unknown = f"ANTI JOIN stored_{table} USING ({column})"
        connection.execute(f"INSERT INTO lake.{table} BY NAME FROM incoming_{table} {unknown}")
    progress(0.8)
    connection.execute(engine.statement("register/claims"), {"import_id": number})
    counted = [held.read, held.new, held.already_there, held.refused, None, None]
    row = [number, prepared.file_name, prepared.file_hash, author, message, now(), *counted]
    connection.execute("INSERT INTO lake.import VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    _remember_mapping(connection, prepared, author)
    progress(0.9)
    return number


def _write_establishments(connection: duckdb.DuckDBPyConnection, prepared: Prepared, author: str) -> None:
    """Add the establishments that the user confirmed; one that is there stays as it was confirmed first."""
    rows = [asdict(each) | {"confirmed_by": author} for each in prepared.extra_establishments]
    if rows:
        table = pa.Table.from_pylist(
            rows, schema=pa.schema([(name, _arrow(kind)) for name, kind in EXTRA_ESTABLISHMENT.items()])
        )
        connection.register("given_establishment", table)
        connection.execute(
            "INSERT INTO lake.extra_establishment BY NAME FROM given_establishment "
            "ANTI JOIN known_establishment USING (establishment_id)"
        )


def _arrow(kind: str) -> pa.DataType:
    return pa.date32() if kind == "DATE" else pa.string()


def _remember_mapping(connection: duckdb.DuckDBPyConnection, prepared: Prepared, author: str) -> None:
    headings = prepared.mapping.get("headings")
    if headings:
        connection.execute("DELETE FROM lake.mapping WHERE mapping_key = ?", [headings])
        said = [headings, json.dumps(prepared.mapping, ensure_ascii=False), author, now()]
        connection.execute("INSERT INTO lake.mapping VALUES (?, ?, ?, ?)", said)
