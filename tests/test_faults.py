"""What an import must survive: kills, a full disk, a folder that is not ours, a locked catalogue, another import."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from files import of_lines, prepared

from benchmarks.kills import SLOWEST, run
from portique.errors import RegisterBusy, RegisterError, RegisterFull, RegisterTooOld
from portique.register import backup, imports, registers
from portique.register.history import totals
from portique.register.intake.prepared import Prepared
from portique.register.lake import Lake

NOBODY = 65534


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that any user of the machine can reach."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def lake(folder: Path) -> Lake:
    lake = Lake(folder / "register", "registered")
    imports.commit(lake, many("a", 60), author="moi")
    return lake


def many(letter: str, count: int) -> Prepared:
    return of_lines([{"key": f"n:{letter}{rank}", "when": "2025-01-01", "place": "nice"} for rank in range(count)])


def phones(lake: Lake) -> int:
    return int(totals(lake, lake.version_number(), "month")["quantity"].sum())


def in_child(work: Callable[[], Any]) -> str:
    """What a process of its own says that it raised: the name of the error and its text; empty if nothing."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = "OSError: the child did not end its work"
        try:
            work()
            said = ""
        except RegisterError as error:
            said = f"{type(error).__name__}: {error}"
        finally:
            os.write(writing, said.encode())
            os._exit(0)
    os.close(writing)
    said = b"".join(iter(lambda: os.read(reading, 4096), b"")).decode()
    os.close(reading)
    os.waitpid(child, 0)
    return said


def test_imports_that_are_killed_are_whole_or_absent(tmp_path: Path) -> None:
    tally = run(8, tmp_path, seed=3)
    assert tally.rounds == 8
    assert tally.killed >= 1
    assert (tally.torn, tally.lost, tally.doubled) == (0, 0, 0)
    assert tally.slowest < SLOWEST * 4  # a busy machine; benchmarks/kills.py holds the figure itself


def test_a_register_whose_memory_was_cut_short_is_the_active_one_and_remembered(lake: Lake) -> None:
    identity = lake.identity
    (lake.folder / "portique.json").unlink()  # killed between the move into place and the writing down
    active = registers.active(lake.folder)
    assert active == lake
    assert lake.identity == identity


def _limited(size: int, work: Callable[[], Any]) -> Callable[[], Any]:
    """The work, in a process where a file cannot grow beyond a size (bytes), as on a disk that is full."""

    def run_limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        work()

    return run_limited


@pytest.mark.parametrize("size", [1_000, 20_000, 60_000])
def test_a_full_disk_is_said_and_the_register_is_whole(lake: Lake, size: int) -> None:
    before, version = phones(lake), lake.version_number()
    said = in_child(_limited(size, lambda: imports.commit(lake, many("b", 9_000), author="moi")))
    assert said.startswith(("RegisterFull", "RegisterError"))
    assert "place" in said
    assert (phones(lake), lake.version_number()) == (before, version)
    imports.commit(lake, many("b", 90), author="moi")
    assert phones(lake) == before + 90


def test_a_full_disk_at_the_first_import_leaves_no_register(folder: Path) -> None:
    lake = Lake(folder / "register", "registered")
    said = in_child(_limited(20_000, lambda: imports.commit(lake, many("b", 9_000), author="moi")))
    assert "place" in said
    assert not lake.exists()
    imports.commit(lake, many("b", 60), author="moi")
    assert phones(lake) == 60


def test_a_full_disk_at_a_backup_leaves_no_file(lake: Lake, folder: Path) -> None:
    def work() -> None:
        try:
            backup.backup(lake, folder / "b.zip")
        except backup.BackupError as error:
            raise RegisterError(str(error)) from error

    assert "rien n’est sauvegardé" in in_child(_limited(60_000, work))
    assert [path.name for path in folder.iterdir()] == ["register"]


def _as_nobody(work: Callable[[], Any]) -> Callable[[], Any]:
    def run_as_nobody() -> None:
        if os.getuid() == 0:
            os.setuid(NOBODY)
        work()

    return run_as_nobody


def test_a_folder_without_the_right_to_write_is_said(lake: Lake, folder: Path) -> None:
    before, version = phones(lake), lake.version_number()
    folder.chmod(0o555)
    for path in [lake.folder, *lake.folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        for target in (lake, Lake(folder / "other", "registered")):
            said = in_child(_as_nobody(lambda target=target: imports.commit(target, many("b", 9), author="moi")))
            assert said.startswith("RegisterError")
            assert "écrire" in said
    finally:
        folder.chmod(0o755)
        for path in [lake.folder, *lake.folder.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
    assert (phones(lake), lake.version_number()) == (before, version)


HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


def test_a_locked_catalogue_is_said_and_nothing_is_written(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    before, version = phones(lake), lake.version_number()
    monkeypatch.setattr("portique.register.lake.ATTEMPTS", 1)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, lake.catalogue], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    with pytest.raises(RegisterBusy, match="recommencez"):
        imports.commit(lake, many("b", 9), author="moi")
    holder.communicate(b"\n", timeout=60)
    assert (phones(lake), lake.version_number()) == (before, version)
    imports.commit(lake, many("b", 9), author="moi")
    assert phones(lake) == before + 9


def _at_once(lake: Lake, files: list[Prepared]) -> list[imports.Outcome]:
    outcomes: list[imports.Outcome] = []
    start = threading.Barrier(len(files))

    def write(file: Prepared) -> None:
        start.wait()
        outcomes.append(imports.commit(lake, file, author="moi"))

    threads = [threading.Thread(target=write, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


SHARED = "key when place\nn:1 2025-01-01 nice\nn:2 2025-01-02 nice\n"


def test_two_first_imports_at_once_both_land_and_equal_lines_stand_once(tmp_path: Path) -> None:
    lake = Lake(tmp_path, "registered")
    outcomes = _at_once(lake, [prepared(SHARED + "n:3 2025-01-03 nice"), prepared(SHARED + "n:4 2025-01-03 nice")])
    assert sorted((each.counts.new, each.counts.already_there) for each in outcomes) == [(1, 2), (3, 0)]
    assert phones(lake) == 4
    assert sorted(each.import_id or 0 for each in outcomes) == [1, 2]
    for number, left in ((1, 3), (2, 0)):
        imports.undo(lake, number, author="moi")
        assert phones(lake) == left
    assert sorted(path.name for path in tmp_path.iterdir()) == ["portique.json", "registered"]


def test_two_imports_of_one_file_at_once_are_one(lake: Lake) -> None:
    before = phones(lake)
    outcomes = _at_once(lake, [many("c", 30), many("c", 30)])
    assert sorted(each.version is None for each in outcomes) == [False, True]
    assert phones(lake) == before + 30


def test_a_register_of_the_first_format_is_said(lake: Lake) -> None:
    with lake.attached() as connection:
        connection.execute("UPDATE lake.head SET schema_version = 1")
    with pytest.raises(RegisterTooOld, match="format 1"):
        lake.versions()


def test_the_errors_of_a_full_disk_are_known(lake: Lake) -> None:
    import duckdb

    for text in ("No space left on device", "database or disk is full", "File too large"):
        assert isinstance(lake._explained(duckdb.IOException(text)), RegisterFull)
