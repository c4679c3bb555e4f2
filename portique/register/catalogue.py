"""The catalogue of a lake read beside the engine: its newest version, and a copy of it at one moment.

The engine brings a SQLite of its own. Two SQLites in one process do not see each other's locks on a file, and the one
that closes it first lets go of the locks of both. So this one opens a catalogue only while no engine of this process
has it.
"""

import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

_changed = threading.Condition(threading.RLock())
_attached: Counter[Path] = Counter()
_newest: dict[Path, tuple[int, int]] = {}  # catalogue → its file, and the newest version seen in it


@contextmanager
def in_use(path: Path) -> Iterator[None]:
    """While an engine of this process has a catalogue attached."""
    with _changed:
        _attached[path] += 1
    try:
        yield
    finally:
        with _changed:
            _attached[path] -= 1
            _changed.notify_all()


def newest(path: Path) -> int | None:
    """The newest committed version, or None if there is none; raises sqlite3.DatabaseError.

    While an engine of this process has the catalogue, it is the one seen last.
    """
    with _changed:
        _changed.wait_for(lambda: not _attached[path] or known(path))
        if _attached[path]:
            return _newest[path][1]
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=5)) as catalogue:
            version = catalogue.execute("SELECT max(snapshot_id) FROM ducklake_snapshot").fetchone()[0]
        if version is None:
            return None
        return committed(path, int(version))


def known(path: Path) -> bool:
    """Whether a version of this very catalogue was seen or written by this process."""
    with _changed:
        return path in _newest and _newest[path][0] == path.stat().st_ino


def committed(path: Path, version: int) -> int:
    """Remember a version that this process has seen or written; returns it."""
    with _changed:
        _newest[path] = (path.stat().st_ino, version)
        _changed.notify_all()
    return version


def copy(path: Path, to: Path) -> int:
    """Copy a catalogue as it is at one moment, whoever writes meanwhile; returns its newest version."""
    with _changed:
        _changed.wait_for(lambda: not _attached[path])
        with (
            closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=30)) as held,
            closing(sqlite3.connect(to)) as copied,
        ):
            held.backup(copied)
            copied.execute("PRAGMA journal_mode = DELETE")  # one file, complete in itself
            return int(copied.execute("SELECT max(snapshot_id) FROM ducklake_snapshot").fetchone()[0])
