"""The register on disk: written once, never torn, never mistaken for another, never replaced by an empty one."""

import dataclasses
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from worlds import batch, during, search_rows, seizure_rows, served_world, world

from portique.config import PROJECT
from portique.errors import (
    RegisterBusy,
    RegisterDamaged,
    RegisterError,
    RegisterMissing,
    RegisterTooNew,
    RowsRefused,
)
from portique.register import schema
from portique.register.lake import Lake
from portique.register.served import KEPT_COPIES, copy_path, serve

SEARCHES = "id day place cells\n1 2025-01-10 fleury 4\n2 2025-01-12 nice ."
SEIZURES = """
when       place  item  qty find search
2025-01-10 fleury phone 3   1    1
2025-01-10 fleury sim   1   1    1
2025-02    nice   mini  2   2    .
"""
MANY = "when place\n" + "2025-03-01 fleury\n" * 40  # enough rows for a data file of their own


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register with data files and no served copy, to be copied by the tests that spoil it."""
    folder = tmp_path_factory.mktemp("kept")
    lake = Lake(folder, "registered")
    lake.create("Essai")
    lake.append([batch(search_rows(SEARCHES), seizure_rows(SEIZURES))], author="moi", message="premier envoi")
    lake.append([batch(search_rows(""), _after(MANY, 3))], author="moi", message="second envoi")
    return folder


@pytest.fixture
def lake(kept: Path, tmp_path: Path) -> Lake:
    return Lake(Path(shutil.copytree(kept, tmp_path / "register")), "registered")


def _after(text: str, used: int) -> pd.DataFrame:
    """Lines whose identifiers follow those that the register uses already."""
    rows = seizure_rows(text, first=used + 1)
    return rows.assign(find_id=rows["seizure_id"])


def _lines(lake: Lake) -> int:
    with lake.attached() as connection:
        return int(connection.execute("SELECT count(*) FROM lake.seizure").fetchall()[0][0])


def test_versions_have_an_author_and_a_message(lake: Lake) -> None:
    versions = lake.versions()
    assert [(v.author, v.message) for v in versions[:2]] == [
        ("moi", "second envoi"),
        ("moi", "premier envoi"),
    ]
    assert versions[0].number == lake.version_number() == versions[1].number + 1
    assert _lines(lake) == 43


def test_several_batches_are_one_version(lake: Lake) -> None:
    before, told = lake.version_number(), []
    parts = [batch(search_rows(""), _after(MANY, used)) for used in (100, 200)]
    assert lake.append(parts, author="a", message="m", progress=told.append) == before + 1
    assert told == [40, 80]


def test_a_register_is_created_once(lake: Lake) -> None:
    with pytest.raises(RegisterError, match="existe déjà"):
        lake.create("Autre")
    assert _lines(lake) == 43


def test_an_empty_register_is_served_without_rows(tmp_path: Path) -> None:
    held = served_world(tmp_path, search_rows(""), seizure_rows(""))
    assert held.rows("flow", during("2025", "2025"), "quantity", items=["smartphone"]) == []


# Rules

SEARCH_CHANGES: dict[str, tuple[str, Any]] = {
    "l’établissement d’une fouille est connu": ("establishment_id", "cp-nowhere"),
    "la nature de la fouille est dans la liste": ("search_kind", "x"),
    "une fouille est datée": ("searched_on", None),
    "le nombre de cellules fouillées est positif ou inconnu": ("cells_searched", -1),
    "les dates vont de 2000 à 2099": ("searched_on", pd.Timestamp("1999-12-31").date()),
    "la provenance est celle du registre": ("provenance", "demonstration"),
    "une fouille a un identifiant unique": ("search_id", 1),
    "caractère de contrôle": ("operation", "a\x07b"),
}
SEIZURE_CHANGES: list[tuple[str, str, Any]] = [
    ("une ligne de saisie a un identifiant unique", "seizure_id", 1),
    ("une saisie n’est écrite qu’en une fois", "find_id", 1),
    ("l’établissement d’une saisie est connu ou absent", "establishment_id", "cp-nowhere"),
    ("le type d’objet est dans la liste", "item_type", "weapon"),
    ("la voie d’introduction est dans la liste", "route", None),
    ("le lieu de découverte est dans la liste", "place", "moon"),
    ("la période finit après avoir commencé", "period_end", pd.Timestamp("2025-01-10").date()),
    ("la période finit après avoir commencé", "period_start", None),
    ("les dates vont de 2000 à 2099", "period_end", pd.Timestamp("2925-01-12").date()),
    ("la quantité vaut au moins 1 et porte son qualificatif", "quantity_min", 0),
    ("la quantité vaut au moins 1 et porte son qualificatif", "quantity_qualifier", "some"),
    ("une quantité inconnue compte pour 1", "quantity_qualifier", "unknown"),
    ("la confiance et l’état de revue sont dans leurs listes", "review_state", "x"),
    ("la confiance et l’état de revue sont dans leurs listes", "attribution_confidence", None),
    ("le fournisseur et le canal sont nommés", "supplier", None),
    ("le fournisseur et le canal sont nommés", "channel", None),
    ("la fouille d’une saisie existe", "search_id", 999),
    ("la fouille d’une saisie existe", "establishment_id", "ma-nice"),
    ("la fouille d’une saisie existe", "period_start", pd.Timestamp("2025-01-11").date()),
    ("la provenance est celle du registre", "provenance", "demonstration"),
    ("les identifiants sont renseignés", "seizure_id", None),
    ("les identifiants sont renseignés", "find_id", None),
    ("aucun nom n’est vide", "model", ""),
    ("caractère de contrôle", "supplier", "unknown\x00oportik"),
    ("caractère de contrôle", "operation", "a\nb"),
]
GOOD_SEARCH = search_rows("id day place\n50 2025-01-10 fleury")
GOOD_LINE = seizure_rows("when place qty find search\n2025-01-10/2025-01-12 fleury 3 50 50", first=50)


def _refused(lake: Lake, searches: pd.DataFrame, seizures: pd.DataFrame, rule: str) -> None:
    before = lake.version_number(), _lines(lake)
    with pytest.raises(RowsRefused) as refusal:
        lake.append([batch(searches, seizures)], author="a", message="m")
    assert rule in str(refusal.value)
    assert "rien n’a été écrit" in str(refusal.value)
    assert (lake.version_number(), _lines(lake)) == before


@pytest.mark.parametrize("rule", SEARCH_CHANGES)
def test_a_search_that_breaks_a_rule_is_refused(lake: Lake, rule: str) -> None:
    column, value = SEARCH_CHANGES[rule]
    _refused(lake, GOOD_SEARCH.assign(**{column: [value]}), seizure_rows(""), rule)


@pytest.mark.parametrize(("rule", "column", "value"), SEIZURE_CHANGES)
def test_a_line_that_breaks_a_rule_is_refused(lake: Lake, rule: str, column: str, value: Any) -> None:
    _refused(lake, GOOD_SEARCH, GOOD_LINE.assign(**{column: [value]}), rule)


@pytest.mark.parametrize(("column", "value"), [("route", "visit"), ("search_id", None), ("operation", "prison_break")])
def test_the_lines_of_a_find_agree(lake: Lake, column: str, value: Any) -> None:
    other = GOOD_LINE.assign(seizure_id=51, **{column: [value]})
    lines = pd.concat([GOOD_LINE, other])
    _refused(lake, GOOD_SEARCH, lines, "les lignes d’une saisie ont la même période")


def test_two_lines_with_one_identifier_are_refused(lake: Lake) -> None:
    twice = pd.concat([GOOD_LINE, GOOD_LINE])
    _refused(
        lake,
        GOOD_SEARCH,
        twice,
        "une ligne de saisie a un identifiant unique : 1 ligne(s), par exemple n° 50",
    )
    searched = pd.concat([GOOD_SEARCH, GOOD_SEARCH])
    _refused(lake, searched, seizure_rows(""), "une fouille a un identifiant unique")


def test_the_good_rows_are_accepted_by_every_rule(lake: Lake) -> None:
    lake.append([batch(GOOD_SEARCH, GOOD_LINE)], author="a", message="m")
    assert _lines(lake) == 44


def test_a_bad_second_batch_undoes_the_first(lake: Lake) -> None:
    before = lake.version_number()
    parts = [batch(GOOD_SEARCH, GOOD_LINE), batch(search_rows(""), GOOD_LINE)]
    with pytest.raises(RowsRefused):
        lake.append(parts, author="a", message="m")
    assert (lake.version_number(), _lines(lake)) == (before, 43)


# Missing, emptied, damaged, too new


def test_a_register_that_was_created_here_and_is_gone_is_missed(lake: Lake) -> None:
    shutil.rmtree(lake.home)
    assert lake.exists()
    for use in (lake.version_number, lake.versions, lambda: serve(lake)):
        with pytest.raises(RegisterMissing, match="n’y est plus"):
            use()
    with pytest.raises(RegisterError, match="existe déjà"):
        lake.create("Autre")
    assert not lake.catalogue.exists()


def test_an_emptied_catalogue_is_said_to_be_empty(lake: Lake) -> None:
    lake.catalogue.write_bytes(b"")
    with pytest.raises(RegisterDamaged, match="0 octet"):
        serve(lake)
    assert lake.catalogue.stat().st_size == 0


@pytest.mark.parametrize("start", [0, 4096])
def test_a_scrambled_catalogue_is_damaged(lake: Lake, start: int) -> None:
    whole = lake.catalogue.read_bytes()
    spoiled = whole[:start] + bytes(range(256)) * ((len(whole) - start) // 256)
    lake.catalogue.write_bytes(spoiled)
    with pytest.raises(RegisterDamaged, match="abîmé"):
        serve(lake)
    assert lake.catalogue.read_bytes() == spoiled


def _data_file(lake: Lake) -> Path:
    return max((lake.home / "data").rglob("*.parquet"), key=lambda file: file.stat().st_size)


@pytest.mark.parametrize("spoil", ["deleted", "emptied", "scrambled", "scrambled inside", "cut"])
def test_a_spoiled_data_file_is_damage_not_zeros(lake: Lake, spoil: str) -> None:
    file = _data_file(lake)
    whole = file.read_bytes()
    match spoil:
        case "deleted":
            file.unlink()
        case "emptied":
            file.write_bytes(b"")
        case "scrambled":
            file.write_bytes(os.urandom(len(whole)))
        case "scrambled inside":
            file.write_bytes(whole[:8] + b"\xff" * (len(whole) - 300) + whole[-292:])
        case _:
            file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(RegisterDamaged, match="Restaurez une sauvegarde"):
        serve(lake)
    assert not list((lake.folder / "served").glob("*"))


def test_a_catalogue_without_its_tables_is_damaged(lake: Lake) -> None:
    with sqlite3.connect(lake.catalogue) as catalogue:
        catalogue.execute("DELETE FROM ducklake_snapshot")
    with pytest.raises(RegisterDamaged, match="aucune version"):
        serve(lake)


def test_a_newer_schema_is_recognised(lake: Lake) -> None:
    with lake.attached() as connection:
        connection.execute(f"UPDATE lake.head SET schema_version = {schema.SCHEMA_VERSION + 1}")
    for use in (lake.versions, lambda: serve(lake), lambda: lake.append([], author="a", message="m")):
        with pytest.raises(RegisterTooNew, match="Mettez Portique à jour"):
            use()


def test_an_unreadable_memory_is_said(lake: Lake) -> None:
    (lake.folder / "portique.json").write_text("{")
    with pytest.raises(RegisterDamaged, match=r"portique\.json"):
        lake.exists()


def test_a_folder_without_a_register_has_none(tmp_path: Path) -> None:
    lake = Lake(tmp_path, "registered")
    assert not lake.exists()
    with pytest.raises(RegisterMissing):
        serve(lake)
    assert list(tmp_path.iterdir()) == []


def test_the_name_of_a_folder_explains_nothing(tmp_path: Path) -> None:
    """An engine's error quotes paths: the words by which it is recognised may stand in one."""
    lake = Lake(tmp_path / "locked-busy-conflict-readonly", "registered")
    explained = lake._explained(duckdb.IOException(f"Cannot open file {lake.home}/data/x.parquet"))
    assert isinstance(explained, RegisterDamaged)


def test_a_moved_register_works(lake: Lake, tmp_path: Path) -> None:
    moved = Lake(Path(shutil.move(lake.folder, tmp_path / "ailleurs")), "registered")
    assert _lines(moved) == 43
    moved.append([batch(GOOD_SEARCH, GOOD_LINE)], author="a", message="m")
    assert serve(moved).register.version == moved.version_number()


# Two at once

WRITER = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[2], sys.argv[2] + "/tests"]
from worlds import batch, search_rows, seizure_rows
from portique.errors import RegisterBusy
from portique.register.lake import Lake

class Slow:
    def __init__(self, first):
        rows = seizure_rows("when place\\n" + "2025-04-01 nice\\n" * 30, first=first)
        self.rows = batch(search_rows(""), rows.assign(find_id=rows["seizure_id"]))
    def __iter__(self):
        yield self.rows
        print("inside", flush=True)
        sys.stdin.readline()

try:
    print(Lake(Path(sys.argv[1]), "registered").append(Slow(int(sys.argv[3])), author="a", message="m"), flush=True)
except RegisterBusy as error:
    print("busy", flush=True)
"""


def _writer(lake: Lake, first: int) -> subprocess.Popen[str]:
    """A process that stands inside its transaction, until it is given a line."""
    command = [sys.executable, "-c", WRITER, str(lake.folder), str(PROJECT), str(first)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "inside\n"
    return process


def test_of_two_writers_one_wins_and_nothing_is_doubled(lake: Lake) -> None:
    before = lake.version_number()
    writers = [_writer(lake, 1_000), _writer(lake, 1_000)]
    said = sorted(process.communicate("\n", timeout=60)[0].strip() for process in writers)
    assert said == [str(before + 1), "busy"]
    assert _lines(lake) == 73
    again = batch(search_rows(""), _after("when place\n2025-04-01 nice", 1_000))
    with pytest.raises(RowsRefused):
        lake.append([again], author="a", message="the loser tries again")


def test_a_writer_in_this_process_is_told_that_another_won(lake: Lake) -> None:
    other = _writer(lake, 1_000)

    def meanwhile(lines: int) -> None:
        other.communicate("\n", timeout=60)

    with pytest.raises(RegisterBusy, match="recommencez"):
        lake.append([batch(GOOD_SEARCH, GOOD_LINE)], author="a", message="m", progress=meanwhile)
    assert _lines(lake) == 73


@pytest.mark.parametrize("moment", ["inside", "committing"])
def test_killed_while_writing_the_old_version_stands(lake: Lake, moment: str) -> None:
    before = lake.version_number()
    process = _writer(lake, 1_000)
    if moment == "committing":
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    lines = _lines(lake)
    assert (lake.version_number(), lines) in ((before, 43), (before + 1, 73))
    lake.append([batch(GOOD_SEARCH, GOOD_LINE)], author="a", message="after the kill")
    assert serve(lake).register.version == lake.version_number()
    assert _lines(lake) == lines + 1


def test_a_reader_keeps_its_version_while_a_command_line_writes(lake: Lake) -> None:
    def lines(held: Any) -> int:
        return int(held.ask("SELECT sum(lines) AS lines FROM fact WHERE rollup = 2", {})["lines"].iloc[0])

    old = serve(lake)
    seen: list[int] = []
    reading = threading.Event()

    def read() -> None:
        while not reading.is_set():
            seen.append(lines(old))

    thread = threading.Thread(target=read)
    thread.start()
    _writer(lake, 1_000).communicate("\n", timeout=60)
    new = serve(lake)
    reading.set()
    thread.join()
    assert set(seen) == {43}
    assert (lines(old), lines(new)) == (43, 73)
    assert new.register.version == old.register.version + 1


# Served copies


def test_a_copy_is_built_once(lake: Lake) -> None:
    first = serve(lake)
    path = copy_path(lake, first.register.version)
    made = path.stat().st_mtime_ns, path.stat().st_ino
    again = [serve(lake) for _ in range(3)]
    assert (path.stat().st_mtime_ns, path.stat().st_ino) == made
    assert {held.register.version for held in again} == {first.register.version}


def test_sessions_that_open_a_register_at_once_all_get_it(lake: Lake) -> None:
    opened: list[int] = []
    threads = [threading.Thread(target=lambda: opened.append(serve(lake).register.version)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert opened == [lake.version_number()] * 4
    assert [file.suffix for file in (lake.folder / "served").iterdir()] == [".duckdb"]


@pytest.mark.parametrize("spoil", ["emptied", "scrambled", "cut", "scrambled inside"])
def test_a_damaged_copy_is_built_again(lake: Lake, spoil: str) -> None:
    serve(lake).close()
    path = copy_path(lake, lake.version_number())
    whole = path.read_bytes()
    spoiled = {
        "emptied": b"",
        "scrambled": os.urandom(len(whole)),
        "cut": whole[: len(whole) // 3],
        "scrambled inside": whole[: 3 * 4096] + os.urandom(len(whole) - 3 * 4096),
    }
    path.write_bytes(spoiled[spoil])
    held = serve(lake)
    assert held.ask("SELECT sum(lines)::BIGINT AS lines FROM fact WHERE rollup = 2", {})["lines"].tolist() == [43]


def test_the_newest_copies_are_kept(lake: Lake) -> None:
    numbers = []
    for first in range(1_000, 1_000 + KEPT_COPIES + 1):
        lake.append([batch(search_rows(""), _after("when place\n2025-04-01 nice", first))], author="a", message="m")
        numbers.append(serve(lake).register.version)
    names = {file.name for file in (lake.folder / "served").iterdir()}
    assert names == {copy_path(lake, number).name for number in numbers[-KEPT_COPIES:]}


def test_two_registers_live_side_by_side(lake: Lake) -> None:
    demonstration = dataclasses.replace(lake, provenance="demonstration")
    assert not demonstration.exists()
    demonstration.create("Démonstration")
    rows = seizure_rows("when place\n2025-01-01 nice", "demonstration")
    demonstration.append([batch(search_rows(""), rows)], author="a", message="m")
    assert serve(demonstration).register.provenance == "demonstration"
    assert _lines(lake) == 43
    shutil.rmtree(lake.home)
    assert serve(demonstration).register.name == "Démonstration"
    with pytest.raises(RegisterMissing):
        serve(lake)


def test_the_time_of_a_version_is_utc(tmp_path: Path) -> None:
    held = world(tmp_path, "when place\n2025-01-01 nice")
    script = (
        "import sys; from pathlib import Path; from portique.register.lake import Lake;"
        "from portique.register.served import serve, copy_path; lake = Lake(Path(sys.argv[1]), 'registered');"
        "copy_path(lake, lake.version_number()).unlink(); print(serve(lake).register.committed_at)"
    )
    printed = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        cwd=PROJECT,
        env={**os.environ, "TZ": "Pacific/Noumea"},
        capture_output=True,
        text=True,
        check=True,
    )
    committed = held.lake.versions()[0].committed_at.astimezone(tz=None)
    seen = pd.Timestamp(printed.stdout.strip())
    assert abs((seen - pd.Timestamp(committed).tz_convert("UTC").tz_localize(None)).total_seconds()) < 1
