"""The register as a lake: one folder, versions that are never lost, writers that never tear."""

import json
import random
import sqlite3
import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from portique.errors import (
    RegisterBusy,
    RegisterDamaged,
    RegisterError,
    RegisterFull,
    RegisterMissing,
    RegisterTooNew,
    RegisterTooOld,
)
from portique.register import catalogue, engine
from portique.register.memory import created_here, remember
from portique.register.rows import KNOWN_ESTABLISHMENTS, Batch, insert, store
from portique.register.schema import SCHEMA_VERSION, TABLES, Provenance, ddl

ATTEMPTS = 8  # of two writers at once one is refused by the lake; it looks again and follows
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Version:
    """One version of a register: its number, when it was committed, by whom, with which message, and what it did."""

    number: int
    committed_at: datetime
    author: str
    message: str
    detail: dict[str, Any] = field(default_factory=dict)  # `action` and its counts; empty for a creation


@dataclass(frozen=True)
class Lake:
    """The lake of one register, in `folder/<provenance>`; `folder` also remembers which registers it has held."""

    folder: Path
    provenance: Provenance

    @property
    def home(self) -> Path:
        return self.folder / self.provenance

    @property
    def catalogue(self) -> Path:
        return self.home / "catalogue.sqlite"

    @property
    def name(self) -> str:
        """What a reader calls this register, in a sentence."""
        return "registre de démonstration" if self.provenance == "demonstration" else "registre"

    @property
    def identity(self) -> str:
        """Which register this is, whatever its version: another one put in its place has another identity."""
        return created_here(self.folder).get(self.provenance, "")

    def exists(self) -> bool:
        """Whether a register was created here, be it damaged or gone since."""
        return bool(self.identity) or self.catalogue.exists()

    def recall(self) -> None:
        """Write the identity down again when it was lost: a register was put in place, and the power went."""
        if not self.identity and self.catalogue.exists():
            with self.attached() as connection:
                (identity,) = connection.execute("SELECT register_id FROM lake.head").fetchall()[0]
            remember(self.folder, self.provenance, identity)

    def version_number(self) -> int:
        """The newest committed version; raises RegisterMissing or RegisterDamaged rather than guess."""
        self._require_catalogue()
        try:
            version = catalogue.newest(self.catalogue)
        except sqlite3.DatabaseError as error:
            if "i/o" in str(error) or "full" in str(error):
                raise self._full() from error
            raise self.damaged("son catalogue est illisible") from error
        if version is None:
            raise self.damaged("son catalogue ne contient aucune version")
        return version

    @contextmanager
    def attached(self, *, create: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with the lake attached as `lake`; raises what `version_number` raises, and RegisterTooNew."""
        if not create:
            self._require_catalogue()
        with catalogue.in_use(self.catalogue), closing(engine.writer()) as connection:
            try:
                connection.execute(self._attach(create=create))
                if not create:
                    self._require_known_schema(connection)
                    if not catalogue.known(self.catalogue):
                        self._see_version(connection)
            except duckdb.Error as error:
                raise self._explained(error) from error
            yield connection

    def create(self, name: str) -> None:
        """An empty register, put in its place when whole; raises RegisterError if one is or was already there."""
        if self.exists():
            raise RegisterError(f"{self.home} : un registre existe déjà ici ; choisissez un autre dossier.")
        self.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f"{self.provenance}-", dir=self.folder) as workshop:
            draft, identity = Lake(Path(workshop), self.provenance), str(uuid.uuid4())
            draft._make(identity, name)
            draft.home.replace(self.home)
        remember(self.folder, self.provenance, identity)

    def _make(self, identity: str, name: str) -> None:
        (self.home / "data").mkdir(parents=True)
        with self.attached(create=True) as connection:
            connection.begin()
            for table in TABLES:
                connection.execute(f"CREATE TABLE lake.{table} ({ddl(table)})")
            head = [identity, name, self.provenance, SCHEMA_VERSION, 0]
            connection.execute("INSERT INTO lake.head VALUES (?, ?, ?, ?, ?)", head)
            connection.commit()

    def append(
        self,
        batches: Iterable[Batch],
        *,
        author: str,
        message: str,
        progress: Callable[[int], None] = lambda lines: None,
    ) -> int:
        """Write all the batches as one version and return its number; nothing is written if a row breaks a rule.

        `progress` receives the item lines written so far. Raises RowsRefused, or RegisterBusy if another writer won.
        """
        with self.writing(author, message, {"action": "append"}) as connection:
            lines = 0
            for batch in batches:
                insert(connection, batch)
                lines += batch.seizures.num_rows
                progress(lines)
        return self.version_number()

    @contextmanager
    def writing(self, author: str, message: str, detail: dict[str, Any]) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction that becomes one version when the block ends, and leaves nothing when it raises.

        In it, `stored_<table>` are all rows, `search` and `seizure` those that stand, and the reference tables are at
        hand. `detail` is read when the block has ended. Raises RegisterBusy if another writer won.
        """
        with self.attached() as connection:
            engine.load_reference(connection)  # before, since a transaction writes to one database only
            try:
                connection.begin()
                connection.execute("UPDATE lake.head SET revision = revision + 1")
                store(connection)
                connection.execute(KNOWN_ESTABLISHMENTS)
                yield connection
                said = [author, message, json.dumps(detail, ensure_ascii=False)]
                connection.execute("CALL lake.set_commit_message(?, ?, extra_info => ?)", said)
                connection.commit()
                self._see_version(connection)
            except duckdb.Error as error:
                raise self._explained(error) from error

    def versions(self) -> list[Version]:
        """Every version, the newest first; author and message are empty for the creation."""
        asked = (
            "SELECT snapshot_id, snapshot_time, coalesce(author, ''), coalesce(commit_message, ''), "
            "coalesce(commit_extra_info, '{}') FROM lake.snapshots() ORDER BY 1 DESC"
        )
        with self.attached() as connection:
            rows = connection.execute(asked).fetchall()
        return [Version(row[0], row[1], row[2], row[3], json.loads(row[4])) for row in rows]

    def _attach(self, *, create: bool) -> str:
        options = {
            "DATA_PATH": engine.literal(f"{self.home / 'data'}/"),
            "OVERRIDE_DATA_PATH": "true",
            "CREATE_IF_NOT_EXISTS": str(create).lower(),
            "META_JOURNAL_MODE": "'WAL'",
        }
        listed = ", ".join(f"{name} {value}" for name, value in options.items())
        return f"ATTACH {engine.literal(f'ducklake:sqlite:{self.catalogue}')} AS lake ({listed})"

    def _see_version(self, connection: duckdb.DuckDBPyConnection) -> None:
        (version,) = connection.execute("SELECT max(snapshot_id) FROM lake.snapshots()").fetchall()[0]
        catalogue.committed(self.catalogue, int(version))

    def _require_catalogue(self) -> None:
        if not self.catalogue.exists():
            raise RegisterMissing(
                f"Le {self.name} créé dans {self.folder} n’y est plus ({self.catalogue.name} manque) ; "
                "remettez le dossier en place ou restaurez une sauvegarde. Rien n’a été remplacé."
            )
        if self.catalogue.stat().st_size == 0:
            raise self.damaged("son catalogue est vide (0 octet)")

    def _require_known_schema(self, connection: duckdb.DuckDBPyConnection) -> None:
        head = connection.execute("SELECT schema_version FROM lake.head").fetchone()
        if head is None:
            raise self.damaged("sa fiche d’identité est vide")
        if head[0] < SCHEMA_VERSION:
            raise RegisterTooOld(
                f"Le {self.name} de {self.folder} est au format {head[0]}, d’avant la première version publiée ; "
                f"celle-ci lit le format {SCHEMA_VERSION}. {self._remedy('Importez vos fichiers ailleurs')}."
            )
        if head[0] > SCHEMA_VERSION:
            raise RegisterTooNew(
                f"Le {self.name} de {self.folder} est au format {head[0]} ; cette version de Portique lit le format "
                f"{SCHEMA_VERSION}. Mettez Portique à jour ; le registre n’a pas été modifié."
            )

    def damaged(self, found: str) -> RegisterDamaged:
        """The error of this register's damage, with what was found and what to do."""
        remedy = self._remedy("Restaurez une sauvegarde")
        return RegisterDamaged(
            f"Le {self.name} de {self.folder} est abîmé : {found}. {remedy} ; rien n’a été remplacé."
        )

    def _remedy(self, of_a_user: str) -> str:
        return "Fabriquez-le à nouveau : portique demo" if self.provenance == "demonstration" else of_a_user

    def _full(self) -> RegisterFull:
        return RegisterFull(
            f"{self.home} : le disque est plein, ou ne répond plus ; libérez de la place et recommencez. "
            "Rien n’a été écrit."
        )

    def _explained(self, error: duckdb.Error) -> RegisterError:
        text = str(error).replace(str(self.folder), "").lower()  # its name could hold any of these words
        if "conflict" in text or "locked" in text or "busy" in text:
            return RegisterBusy(
                f"Le {self.name} de {self.folder} vient d’être modifié ou est occupé par une autre écriture ; "
                "recommencez. Rien n’a été écrit."
            )
        if "permission" in text or "readonly" in text or "read-only" in text:
            return RegisterError(
                f"{self.home} : écriture refusée ; donnez à Portique le droit d’écrire dans ce dossier ou "
                "choisissez-en un autre avec PORTIQUE_REGISTER."
            )
        if any(
            word in text for word in ("no space left", "disk is full", "file too large", "disk quota", "disk i/o error")
        ):
            return self._full()
        if "out of memory" in text:
            return RegisterError(
                f"Le {self.name} de {self.folder} : la mémoire n’a pas suffi ; recommencez par un fichier plus court. "
                "Rien n’a été écrit."
            )
        return self.damaged("une partie de ses fichiers manque ou ne se lit pas")


def insist(write: Callable[[], _Result]) -> _Result:
    """What a write returns, tried again while other writers win; raises RegisterBusy in the end."""
    for attempt in range(ATTEMPTS):
        try:
            return write()
        except RegisterBusy:
            if attempt == ATTEMPTS - 1:
                raise
            time.sleep(random.uniform(0.05, 0.3) * (attempt + 1))
    raise AssertionError("unreachable")
