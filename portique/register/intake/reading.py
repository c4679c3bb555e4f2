"""A user's file as sheets of texts, parsed in a child process that may fail without harm."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from portique.config import PROJECT
from portique.errors import FileRefused
from portique.register.intake import child, limits, names
from portique.register.intake.columns import Column, encoded

_EXTENSIONS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".ods": "ods"}
_FORMATS = {"csv": "un texte (CSV)", "xlsx": "un classeur XLSX", "ods": "un classeur ODS", "parquet": "un Parquet"}


@dataclass(frozen=True)
class Sheet:
    """One sheet: nameless columns of texts, a blank one is empty; `top` unused rows stand above it in the file."""

    name: str
    columns: tuple[Column, ...]
    rows: int
    top: int


@dataclass(frozen=True)
class Source:
    """A file as it was read: its cleaned name, SHA-256, format, what must be said of the reading, its sheets."""

    file_name: str
    file_hash: str
    format: str
    notes: tuple[str, ...]
    sheets: tuple[Sheet, ...]


def read(path: Path, name: str | None = None) -> Source:
    """The file's sheets; raises FileRefused with the reason when it cannot be read within the limits.

    `name` is what the user calls the file, where the path is a temporary one.
    """
    called = names.file_name(name if name is not None else path.name)
    try:
        size = path.stat().st_size
        if size > limits.MOST_BYTES:
            raise FileRefused(_sentence(called, _too_long(size)))
        with tempfile.TemporaryDirectory(prefix="portique-") as folder:
            answer = _parsed(path, Path(folder), size)
            if "refused" in answer:
                raise FileRefused(_sentence(called, answer["refused"]))
            sheets = tuple(_sheet(Path(folder), each) for each in answer["sheets"])
            notes = [*answer["notes"], *_extension_note(called, answer["format"])]
            return Source(called, _hash(path), answer["format"], tuple(notes), sheets)
    except OSError as error:
        raise FileRefused(_sentence(called, f"lecture impossible ({error.strerror}) ; vérifiez le fichier")) from error


def _sentence(name: str, reason: str) -> str:
    return f"{name} : {reason}. Rien n’a été importé."


def _too_long(size: int) -> str:
    return (
        f"{size // limits.MEGABYTE} Mo, au lieu de {limits.MOST_BYTES // limits.MEGABYTE} Mo au plus ; "
        "coupez le fichier en plusieurs"
    )


def _parsed(path: Path, folder: Path, size: int) -> dict[str, Any]:
    """What the child process answered, or why it could not."""
    command = [sys.executable, "-m", child.__name__, str(path.resolve()), str(folder)]
    # Nothing of the server's environment is of use to the child; Arrow and C libraries keep to one small pool.
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "LC_ALL": "C.UTF-8",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "1",
    }
    allowed = limits.seconds(size)
    try:
        run = subprocess.run(  # noqa: S603 - our own module, and two paths
            command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=3 * allowed
        )
    except subprocess.TimeoutExpired:
        return {"refused": _too_slow(allowed)}
    answer = folder / child.ANSWER
    if run.returncode == 0 and answer.exists():
        return dict(json.loads(answer.read_text(encoding="utf-8")))
    return {"refused": _died(run.returncode, run.stderr, allowed)}


def _too_slow(allowed: int) -> str:
    return f"le lire demande plus de {allowed} secondes ; exportez la feuille utile en CSV"


def _died(status: int, trace: bytes, allowed: int) -> str:
    """Why a child ended without an answer."""
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return _too_slow(allowed)
    if status == -signal.SIGABRT or b"MemoryError" in trace or b"alloc" in trace.lower():
        return child.too_heavy()
    if status == -signal.SIGXFSZ or b"No space left" in trace or b"File too large" in trace:
        return "la place manque pour le lire sur le disque temporaire ; libérez-en"
    return "le fichier est abîmé, il ne se lit pas ; enregistrez-le à nouveau depuis un tableur"


def _sheet(folder: Path, answer: dict[str, Any]) -> Sheet:
    # Column by column, each kept as its distinct texts: a million lines are then some tens of megabytes.
    with pa.memory_map(str(folder / answer["file"])) as source:
        width = len(pa.ipc.open_file(source).schema)
        columns = tuple(encoded("", _one_column(source, position)) for position in range(width))
    pa.default_memory_pool().release_unused()
    return Sheet(names.tidy(answer["name"]), columns, int(answer["rows"]), int(answer["top"]))


def _one_column(source: pa.MemoryMappedFile, position: int) -> pa.ChunkedArray:
    options = pa.ipc.IpcReadOptions(included_fields=[position])
    return pa.ipc.open_file(source, options=options).read_all().column(0)


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _extension_note(name: str, found: str) -> list[str]:
    extension = Path(name).suffix.lower()
    expected = _EXTENSIONS.get(extension, extension.removeprefix("."))
    if expected == found or (found == "csv" and expected not in _FORMATS):
        return []
    return [f"Le nom du fichier finit par « {extension} », mais c’est {_FORMATS[found]} : il est lu comme tel."]
