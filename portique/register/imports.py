"""Imports: what a file would add, adding it as one version, undoing it and doing it again."""

import errno
import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, fields
from typing import Any

import duckdb
import pandas as pd

from portique.errors import ImportRefused, RegisterBusy, RegisterError
from portique.register import claims, engine
from portique.register.claims import Counts, now
from portique.register.intake.prepared import ExtraEstablishment, Prepared
from portique.register.lake import Lake, insist
from portique.register.memory import remember
from portique.register.rows import store
from portique.register.workshop import workshop

NAME = "Registre"

Progress = Callable[[float], None]


def _silent(share: float) -> None: ...


@dataclass(frozen=True)
class Preview:
    """What an import would do: its counts, the lines that the register contradicts, and what it would add.

    contradicted: line_key, reason (a French phrase). effect: establishment_id, month, item_type, quantity, lines,
    searches, cells_searched.
    """

    counts: Counts
    contradicted: pd.DataFrame
    effect: pd.DataFrame


@dataclass(frozen=True)
class Outcome:
    """What an import did; no version when it would have changed nothing."""

    version: int | None
    import_id: int | None
    counts: Counts
    contradicted: pd.DataFrame

    def __str__(self) -> str:
        if self.version is None:
            return (
                "Rien n’a changé : le registre a déjà toutes les lignes de ce fichier, par un import du même fichier."
            )
        return f"Import {self.import_id}, version {self.version} du registre."


def preview(lake: Lake, prepared: Prepared) -> Preview:
    """What `commit` would do now, without writing; also before there is a register."""
    with closing(engine.writer()) if not lake.exists() else lake.attached() as connection:
        engine.load_reference(connection)
        if lake.exists():
            store(connection)
        else:
            claims.store_nothing(connection, lake.provenance)
        claims.look(connection, prepared)
        effect = connection.execute(engine.statement("register/effect")).df()
        return Preview(claims.counts(connection, prepared), claims.contradicted(connection), effect)


def commit(lake: Lake, prepared: Prepared, *, author: str, message: str = "", progress: Progress = _silent) -> Outcome:
    """Write an import as one version, with its claim on every line; the first one also creates the register.

    The same file again writes nothing. Raises RowsRefused when a row breaks a rule, RegisterBusy when other writers
    won again and again, RegisterFull.
    """

    def write() -> Outcome:
        if lake.exists():
            return _write(lake, prepared, author, message, progress)
        return _write_first(lake, prepared, author, message, progress)

    return insist(write)


def undo(lake: Lake, import_id: int, *, author: str) -> int:
    """Withdraw the claims of an import: the version in which its lines stand only if another import has them."""
    return _turn(lake, import_id, author, undone=True)


def redo(lake: Lake, import_id: int, *, author: str) -> int:
    """Put the claims of an undone import in force again, corrections included; raises ImportRefused if contradicted."""
    return _turn(lake, import_id, author, undone=False)


def imports(lake: Lake) -> pd.DataFrame:
    """One row per import, the newest first, in the columns of the register's table."""
    with lake.attached() as connection:
        return connection.execute("FROM lake.import ORDER BY import_id DESC").df()


def mapping(lake: Lake, headings: str) -> dict[str, Any] | None:
    """How a file with these headings (their hash) was understood last; None if there never was one."""
    if not lake.exists():
        return None
    with lake.attached() as connection:
        row = connection.execute("SELECT mapping FROM lake.mapping WHERE mapping_key = ?", [headings]).fetchone()
    return None if row is None else dict(json.loads(row[0]))


def extra_establishments(lake: Lake) -> tuple[ExtraEstablishment, ...]:
    """The establishments that users confirmed beyond those of `data/`: once for all, whatever is undone."""
    if not lake.exists():
        return ()
    names = [field.name for field in fields(ExtraEstablishment)]
    asked = f"SELECT {', '.join(names)} FROM lake.extra_establishment ORDER BY establishment_id"  # noqa: S608 - our own
    with lake.attached() as connection:
        return tuple(ExtraEstablishment(*row) for row in connection.execute(asked).fetchall())


def _write_first(lake: Lake, prepared: Prepared, author: str, message: str, progress: Progress) -> Outcome:
    """Make the register beside its place with this import in it, and put it there when whole."""
    try:
        lake.folder.mkdir(parents=True, exist_ok=True)
        with workshop(lake.folder) as made:
            draft = Lake(made, lake.provenance)
            draft.create(NAME)
            outcome = _write(draft, prepared, author, message, progress)
            if outcome.version is not None:
                draft.home.rename(lake.home)  # refused where another first import came before: a folder with files
                remember(lake.folder, lake.provenance, draft.identity)
            return outcome
    except OSError as error:
        if error.errno in (errno.ENOTEMPTY, errno.EEXIST):
            raise RegisterBusy(f"{lake.home} : un autre import vient de créer le registre ; recommencez.") from error
        raise RegisterError(
            f"{lake.folder} : impossible d’y écrire ({error.strerror}) ; vérifiez les droits et la place sur le "
            "disque, ou choisissez un autre dossier avec PORTIQUE_REGISTER."
        ) from error


def _write(lake: Lake, prepared: Prepared, author: str, message: str, progress: Progress) -> Outcome:
    detail: dict[str, Any] = {"action": "import"}
    try:
        with lake.writing(author, message or prepared.file_name, detail) as connection:
            progress(0.1)
            claims.look(connection, prepared)
            progress(0.4)
            held, refused = claims.counts(connection, prepared), claims.contradicted(connection)
            if not claims.changes(connection, prepared, held):
                raise _NothingToWrite
            number = claims.write(connection, prepared, held, author, message, progress)
            detail.update(import_id=number, file_name=prepared.file_name, **asdict(held))
    except _NothingToWrite:
        return Outcome(None, None, held, refused)
    progress(1.0)
    return Outcome(lake.version_number(), number, held, refused)


class _NothingToWrite(RegisterError):
    """Leaves the transaction, since an empty one would be a version."""


def _turn(lake: Lake, import_id: int, author: str, *, undone: bool) -> int:
    word = "Annulation" if undone else "Rétablissement"
    detail = {"action": "undo" if undone else "redo", "import_id": import_id}

    def write() -> int:
        with lake.writing(author, f"{word} de l’import {import_id}", detail) as connection:
            _require_turnable(connection, import_id, undone=undone)
            if not undone:
                _require_no_contradiction(connection, import_id)
            said = [author if undone else None, now() if undone else None, import_id]
            connection.execute("UPDATE lake.import SET undone_by = ?, undone_at = ? WHERE import_id = ?", said)
        return lake.version_number()

    return insist(write)


def _require_turnable(connection: duckdb.DuckDBPyConnection, import_id: int, *, undone: bool) -> None:
    asked = "SELECT undone_at IS NOT NULL FROM lake.import WHERE import_id = ?"
    row = connection.execute(asked, [import_id]).fetchone()
    if row is None:
        raise ImportRefused(f"Il n’y a pas d’import {import_id} ; « portique versions » en donne la liste.")
    if row[0] == undone:
        state = "est déjà annulé" if undone else "n’est pas annulé"
        raise ImportRefused(f"L’import {import_id} {state} ; rien n’a été écrit.")


def _require_no_contradiction(connection: duckdb.DuckDBPyConnection, import_id: int) -> None:
    found = connection.execute(engine.statement("register/redo_contradictions"), {"import_id": import_id}).fetchone()
    if found is not None and found[0]:
        raise ImportRefused(
            f"L’import {import_id} contredit ce qui a été importé depuis ({found[0]} ligne(s), par exemple "
            f"{found[1]}) ; annulez d’abord l’import {found[2]}. Rien n’a été écrit."
        )
