"""A register in one file, and back: taken while writers write, checked before it takes a place."""

import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from portique.errors import BackupError, RegisterError
from portique.register import catalogue
from portique.register.lake import Lake
from portique.register.memory import remember
from portique.register.workshop import workshop

MANIFEST = "sauvegarde.json"
FORMAT = 1
_CHUNK = 1 << 20


def backup(lake: Lake, target: Path) -> int:
    """Write the newest version of a register, with all those before it, to a new file; returns that version.

    The catalogue is copied first, at one moment; the data files that it names are never changed afterwards. The file
    stands under its name when whole. Raises BackupError.
    """
    if target.exists():
        raise BackupError(f"{target} existe déjà ; choisissez un autre nom de fichier.")
    lake.version_number()  # says what is wrong with a register that is missing or damaged
    draft = target.with_name(f".{target.name}.nouveau")
    try:
        with workshop(target.parent) as made:
            copied = made / lake.catalogue.name
            version = _copy_catalogue(lake, copied)
            _pack(lake, copied, version, draft)
        draft.replace(target)
    except OSError as error:
        raise BackupError(f"{target} : impossible de l’écrire ({error.strerror}) ; rien n’est sauvegardé.") from error
    finally:
        draft.unlink(missing_ok=True)
    return version


def restore(source: Path, folder: Path, *, replace: bool = False) -> Lake:
    """Put the register of a backup in its place, once opened, counted and compared; returns it.

    A register that stands there is kept: without `replace` nothing is done, with it the old one is moved aside.
    Raises BackupError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with workshop(folder) as made:
        manifest = _unpack(source, made)
        lake = Lake(folder, manifest["provenance"])
        draft = Lake(made, lake.provenance)
        _require_same(source, draft, manifest)
        if lake.exists() and not replace:
            raise BackupError(
                f"{lake.home} : un registre existe déjà ici, ou y a existé ; pour le remplacer, ajoutez --replace : "
                "l’ancien est mis de côté."
            )
        _set_aside(lake)
        draft.home.rename(lake.home)
        remember(folder, lake.provenance, manifest["identity"])
    return lake


def _copy_catalogue(lake: Lake, to: Path) -> int:
    try:
        return catalogue.copy(lake.catalogue, to)
    except sqlite3.Error as error:
        raise BackupError(
            f"{lake.catalogue} : le catalogue ne se copie pas ({error}) ; rien n’est sauvegardé, recommencez."
        ) from error


def _pack(lake: Lake, copied: Path, version: int, draft: Path) -> None:
    """Write the backup file, its data files read and hashed in one pass."""
    manifest = _described(lake, version)
    hashes = manifest["files"] = {}
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED, allowZip64=True) as packed:  # Parquet is compressed already
        for name, path in {lake.catalogue.name: copied, **_data_files(lake, copied)}.items():
            hashes[name] = _add(packed, name, path)
        packed.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=2))


def _add(packed: zipfile.ZipFile, name: str, path: Path) -> str:
    """Copy a file into the backup; returns its hash."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as held, packed.open(name, "w", force_zip64=True) as copy:
            while block := held.read(_CHUNK):
                digest.update(block)
                copy.write(block)
    except FileNotFoundError as error:
        raise BackupError(f"{path} manque : le registre est abîmé, la sauvegarde n’est pas faite.") from error
    return digest.hexdigest()


def _data_files(lake: Lake, copied: Path) -> dict[str, Path]:
    """Name in the backup → path of every data file that a catalogue names, deletions included."""
    asked = """
        SELECT s.path, s.path_is_relative, t.path, t.path_is_relative, f.path, f.path_is_relative
        FROM (SELECT table_id, path, path_is_relative FROM ducklake_data_file
              UNION SELECT table_id, path, path_is_relative FROM ducklake_delete_file) AS f
        JOIN ducklake_table AS t USING (table_id) JOIN ducklake_schema AS s USING (schema_id)
    """
    with closing(sqlite3.connect(copied)) as held:
        rows = held.execute(asked).fetchall()
    return dict(_placed(lake, row) for row in rows)


def _placed(lake: Lake, row: tuple[Any, ...]) -> tuple[str, Path]:
    """A data file from the parts of its path: relative to its table, to its schema, to the data folder."""
    path = lake.home / "data"
    for part, relative in zip(row[::2], row[1::2], strict=True):
        path = path / part if relative else Path(part)
    return path.relative_to(lake.home).as_posix(), path


def _described(lake: Lake, version: int) -> dict[str, Any]:
    """What a backup says of itself, its hashes excepted."""
    made = datetime.now(UTC).isoformat(timespec="seconds")
    return {"format": FORMAT, "made_at": made, "provenance": lake.provenance, **_counted(lake, version)}


def _counted(lake: Lake, version: int) -> dict[str, Any]:
    """Identity, version and rows of a register in a version, read from its files."""
    at = f"AT (VERSION => {version:d})"
    asked = f"""
        SELECT register_id, (SELECT count(search_kind) FROM lake.search {at}),
               (SELECT count(item_type) FROM lake.seizure {at}),
               (SELECT coalesce(sum(quantity_min), 0)::BIGINT FROM lake.seizure {at}),
               (SELECT count(wording_id) FROM lake.claim {at})
        FROM lake.head {at}
    """  # noqa: S608 - a number
    try:
        with lake.attached() as connection:
            row = connection.execute(asked).fetchall()[0]
    except duckdb.Error as error:
        raise lake.damaged("un fichier de données manque ou ne se lit pas") from error
    return dict(zip(("identity", "searches", "lines", "quantity", "claims"), row, strict=True)) | {"version": version}


@contextmanager
def _readable(source: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(source) as packed:
            yield packed
    except (OSError, zipfile.BadZipFile, KeyError, ValueError, EOFError) as error:
        raise BackupError(
            f"{source} n’est pas une sauvegarde de Portique, ou elle est incomplète ({error}) ; rien n’a été changé."
        ) from error


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """The files of a backup in a folder, each compared with its hash; returns what the backup says of itself."""
    with _readable(source) as packed:
        manifest: dict[str, Any] = json.loads(packed.read(MANIFEST))
        if manifest["format"] != FORMAT or manifest["provenance"] not in ("registered", "demonstration"):
            raise ValueError("format inconnu")
        home = folder / manifest["provenance"]
        for name, expected in manifest["files"].items():
            if _extract(packed, name, home) != expected:
                raise ValueError(f"{name} a changé")
    (home / "data").mkdir(exist_ok=True)
    return manifest


def _extract(packed: zipfile.ZipFile, name: str, home: Path) -> str:
    """Write one file of a backup under a folder; returns its hash. ValueError for a name that leads elsewhere."""
    path = (home / name).resolve()
    if not path.is_relative_to(home.resolve()):
        raise ValueError(f"{name} mène hors du registre")
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with packed.open(name) as held, path.open("wb") as copy:
        while block := held.read(_CHUNK):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()


def _require_same(source: Path, draft: Lake, manifest: dict[str, Any]) -> None:
    """Raise BackupError unless the unpacked register opens and counts what its backup says."""
    try:
        found = _counted(draft, draft.version_number())
    except RegisterError as error:
        raise BackupError(f"{source} : le registre qu’elle contient ne s’ouvre pas ; rien n’a été changé.") from error
    if any(found[name] != manifest.get(name) for name in found):
        raise BackupError(f"{source} : le registre qu’elle contient n’a pas le compte annoncé ; rien n’a été changé.")


def _set_aside(lake: Lake) -> None:
    """Move a register that stands in the way beside its place, under a name with the time."""
    if lake.home.exists():
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        lake.home.rename(lake.home.with_name(f"{lake.provenance}-remplacé-{stamp}"))
