"""The served copy: one version of the register, added up, sealed, and thrown away when it is no longer of use."""

import hashlib
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from portique.config import QUERIES, settings
from portique.errors import QuestionError, QuestionTimeout, RegisterError
from portique.register import engine, reference
from portique.register.lake import Lake
from portique.register.rows import store

# In the order in which each builds on those before.
VIEWS = ("extra_establishment", "types", "establishment", "line", "find", "search_row", "exposure", "fact", "selected")
KEPT_COPIES = 3


@dataclass(frozen=True)
class Register:
    """Which register, and which version of it, a figure comes from."""

    provenance: str
    name: str
    version: int
    committed_at: pd.Timestamp
    first_day: pd.Timestamp
    last_day: pd.Timestamp


class Served:
    """A sealed copy of one version, safe to question from any number of threads."""

    def __init__(self, path: Path) -> None:
        self._connection = engine.sealed(path)
        row = self._connection.execute(
            "SELECT provenance, name, version, committed_at, first_day, last_day FROM register"
        )
        self.register = Register(*row.df().iloc[0])
        self.establishments = self.ask("FROM establishment ORDER BY establishment_key", {})
        self.places: list[dict[Any, Any]] = self.establishments.to_dict("records")  # the same, quick to walk through

    def codes(self, level: str) -> "np.ndarray[Any, Any]":
        """By establishment key, the code of its place at a level: establishment, department, region, disp or all."""
        if level == "all":
            return np.full(len(self.establishments), "all", dtype=object)
        column = {"department": "department_code", "region": "region_code"}.get(level, level)
        column = "establishment_id" if level == "establishment" else column
        return self.establishments[column].to_numpy(dtype=object)

    def ask(self, sql: str, params: dict[str, Any]) -> pd.DataFrame:
        """The answer to one statement, on a cursor of its own; raises QuestionTimeout or QuestionError."""
        with self._asked(sql, params) as cursor:
            return cursor.df()

    def arrays(self, sql: str, params: dict[str, Any]) -> "dict[str, np.ndarray[Any, Any]]":
        """The same as one array a column, which takes a third of the time: missing numbers are nan, texts None."""
        with self._asked(sql, params) as cursor:
            columns: dict[str, Any] = cursor.fetchnumpy()
            return {name: _whole(values) for name, values in columns.items()}

    @contextmanager
    def _asked(self, sql: str, params: dict[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
        limit = settings().question_seconds
        with closing(self._connection.cursor()) as cursor:
            clock = threading.Timer(limit, cursor.interrupt)
            clock.start()
            try:
                yield cursor.execute(sql, params)
            except duckdb.InterruptException as error:
                raise QuestionTimeout(
                    f"La question a été arrêtée après {limit:g} s ; réduisez la période ou le territoire."
                ) from error
            except duckdb.OutOfMemoryException as error:
                raise QuestionError(
                    "La question demande plus de mémoire que permis ; choisissez une période plus courte."
                ) from error
            except duckdb.Error as error:
                raise QuestionError("La question n’a pas pu être posée au registre ; effacez la sélection.") from error
            finally:
                clock.cancel()

    def columns(self, sql: str, params: dict[str, Any]) -> list[tuple[str, str]]:
        """The columns that a statement returns: (name, SQL type)."""
        with closing(self._connection.cursor()) as cursor:
            described = cursor.execute(f"DESCRIBE {sql}", params).fetchall()
        return [(row[0], row[1]) for row in described]

    def close(self) -> None:
        """Release the file."""
        self._connection.close()


def _whole(values: Any) -> "np.ndarray[Any, Any]":
    """A column of an answer without its mask."""
    if not isinstance(values, np.ma.MaskedArray):
        return np.asarray(values)
    missing: dict[str, Any] = {"O": None, "M": np.datetime64("NaT")}
    if values.dtype.kind in missing:
        return np.asarray(values.filled(missing[values.dtype.kind]))
    return np.asarray(np.ma.filled(values.astype(float), np.nan) if values.mask.any() else values.data)


def serve(lake: Lake, version: int | None = None) -> Served:
    """A version of a lake, the newest by default; built if no whole copy of it is at hand, or if that copy is damaged.

    Raises RegisterError for a version that the lake does not have.
    """
    newest = lake.version_number()
    version = newest if version is None else version
    if not 1 <= version <= newest:
        raise RegisterError(f"Le {lake.name} n’a pas de version {version} ; il en a de 1 à {newest}.")
    path = copy_path(lake, version)
    if path.exists():
        try:
            return Served(path)
        except (duckdb.Error, OSError):
            path.unlink(missing_ok=True)  # a copy is disposable: the lake is the truth
    _build(lake, version, path)
    _forget_old_copies(path, lake.provenance)
    return Served(path)


def copy_path(lake: Lake, version: int) -> Path:
    """Where the served copy of a version stands, named after the version and what it was made with."""
    return lake.folder / "served" / f"{lake.provenance}-{lake.identity[:8]}-{version}-{_recipe()}.duckdb"


@cache
def _recipe() -> str:
    """A hash of the views, the reference tables and the engine that a served copy is made with."""
    digest = hashlib.sha256(duckdb.__version__.encode())
    for file in [*sorted((QUERIES / "views").glob("*.sql")), *reference.fingerprint_files()]:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _build(lake: Lake, version: int, path: Path) -> None:
    """Make the copy beside its place and rename it when whole."""
    draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.draft")
    _require_writable(path.parent)
    try:
        with lake.attached() as connection:
            _fill(connection, draft, version)
        draft.replace(path)
    except duckdb.Error as error:  # the kind of error depends on which bytes of a data file are gone
        if "no space left" in str(error).lower():
            raise RegisterError(f"{path.parent} : le disque est plein ; libérez de la place et recommencez.") from error
        raise lake.damaged("un fichier de données manque ou ne se lit pas") from error
    finally:
        for leftover in path.parent.glob(f"{draft.name}*"):
            leftover.unlink(missing_ok=True)


def _require_writable(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise RegisterError(
            f"{folder} : impossible d’y écrire ({error.strerror}) ; vérifiez les droits et la place sur le disque."
        ) from error


def _fill(connection: duckdb.DuckDBPyConnection, draft: Path, version: int) -> None:
    connection.execute(f"ATTACH {engine.literal(draft)} AS served")
    connection.execute("USE served")
    engine.load_reference(connection)
    store(connection, version)
    connection.execute(engine.statement("views/register"), {"version": version})
    for name in VIEWS:
        connection.execute(engine.statement(f"views/{name}"))
    connection.execute("USE memory")
    connection.execute("DETACH served")


def _forget_old_copies(made: Path, provenance: str) -> None:
    """Keep the copies of a register made last; one that another process still reads goes at a later turn."""
    copies = [file for file in made.parent.glob(f"{provenance}-*.duckdb") if file != made]
    for copy in sorted(copies, key=lambda file: file.stat().st_mtime, reverse=True)[KEPT_COPIES - 1 :]:
        with suppress(PermissionError):
            copy.unlink(missing_ok=True)
