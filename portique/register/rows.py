"""The rows of an attached lake: all of them, those that stand, and those that come in."""

from typing import Protocol

import duckdb
import pyarrow as pa

from portique.errors import RowsRefused
from portique.register import engine
from portique.register.schema import TABLES


class Batch(Protocol):
    """Rows to write together: the two tables of the register, in their column order."""

    @property
    def searches(self) -> pa.Table: ...
    @property
    def seizures(self) -> pa.Table: ...


# A user's own are known once confirmed, even while no row that stands names them.
KNOWN_ESTABLISHMENTS = """
CREATE TEMP VIEW known_establishment AS
SELECT establishment_id FROM establishments UNION SELECT establishment_id FROM stored_extra_establishment
"""


def store(connection: duckdb.DuckDBPyConnection, version: int | None = None) -> None:
    """Name the rows of an attached lake: `stored_<table>` all of them, `search` and `seizure` those that stand."""
    at = "" if version is None else f" AT (VERSION => {version:d})"
    for table in TABLES:
        connection.execute(f"CREATE TEMP VIEW stored_{table} AS FROM lake.{table}{at}")
    connection.execute(engine.statement("views/live"))


def insert(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Check one batch against the rules and insert it in the open transaction."""
    for table, rows in (("search", batch.searches), ("seizure", batch.seizures)):
        connection.register(f"given_{table}", rows)
        whole = f"FROM given_{table} UNION ALL BY NAME (FROM stored_{table} LIMIT 0)"
        connection.execute(f"CREATE OR REPLACE TEMP VIEW incoming_{table} AS {whole}")
        connection.execute(f"CREATE OR REPLACE TEMP VIEW together_{table} AS FROM incoming_{table}")
    require_rules(connection)
    for table in ("search", "seizure"):
        connection.execute(f"INSERT INTO lake.{table} BY NAME FROM incoming_{table}")
        connection.unregister(f"given_{table}")


def require_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Raise RowsRefused if the rows of `incoming_search` and `incoming_seizure` break a rule of the register."""
    broken = connection.execute(engine.statement("violations")).fetchall()
    if broken:
        rules = " ; ".join(f"{rule} : {count} ligne(s), par exemple n° {example}" for rule, count, example in broken)
        raise RowsRefused(f"Lignes refusées, rien n’a été écrit. Règles non respectées : {rules}.")
