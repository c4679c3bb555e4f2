"""DuckDB opened the two ways Portique needs it: to write a lake, and to read one sealed file."""

import threading
from importlib.resources import files
from pathlib import Path

import duckdb

from portique.config import QUERIES, settings
from portique.register import reference

# The extensions come as registry packages of DuckDB's own version, so that nothing is downloaded at run time.
_EXTENSIONS = {"duckdb_extension_sqlite_scanner": "sqlite_scanner", "duckdb_extension_ducklake": "ducklake"}


# In this order: the temporary folder can no longer be changed once outside access is closed, and the lock comes last.
_SEAL = (
    "temp_directory = ''",
    "autoinstall_known_extensions = false",
    "autoload_known_extensions = false",
    "enable_external_access = false",
    "disabled_filesystems = 'LocalFileSystem'",  # else a log or a profile still asks for a file, and ends the process
    "lock_configuration = true",
)

# One process has one engine per file, whoever opens it: the first seals it, for all.
_sealing = threading.Lock()


def literal(text: object) -> str:
    """A text as an SQL string literal, for the statements that accept no parameter (ATTACH, LOAD)."""
    return "'" + str(text).replace("'", "''") + "'"


def writer() -> duckdb.DuckDBPyConnection:
    """An in-memory connection with the lake extensions loaded and the reference tables at hand."""
    connection = duckdb.connect(config={"threads": settings().threads})
    for package, name in _EXTENSIONS.items():
        path = files(package) / "extensions" / f"v{duckdb.__version__}" / f"{name}.duckdb_extension"
        connection.execute(f"LOAD {literal(path)}")
    return connection


def sealed(path: Path) -> duckdb.DuckDBPyConnection:
    """A read-only connection that can neither read nor write another file, nor change a setting."""
    limits = settings()
    access: dict[str, str | bool | int | float | list[str]] = {
        "threads": limits.threads,
        "memory_limit": f"{limits.memory_limit_mb}MB",
        "python_enable_replacements": False,
    }
    with _sealing:
        connection = duckdb.connect(str(path), read_only=True, config=access)
        if not connection.execute("SELECT current_setting('lock_configuration')").fetchall()[0][0]:
            for rule in _SEAL:
                connection.execute(f"SET {rule}")
    return connection


def load_reference(connection: duckdb.DuckDBPyConnection, into: str = "main") -> None:
    """Create the reference tables of `data/` in a schema of the connection."""
    for name in reference.SERVED_TABLES:
        frame = reference.table(name)
        columns = ", ".join(f'"{column}"::{reference.sql_type(column)} AS "{column}"' for column in frame.columns)
        connection.register("incoming_reference", frame.astype(object).where(frame.notna(), None))
        connection.execute(f"CREATE OR REPLACE TABLE {into}.{name} AS SELECT {columns} FROM incoming_reference")  # noqa: S608 - names of our own files
        connection.unregister("incoming_reference")


def statement(name: str) -> str:
    """The text of `queries/<name>.sql`."""
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
