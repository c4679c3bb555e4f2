"""Nothing gets out and nothing gets in: through SQL, selections, addresses and names in the register."""

import os
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest
from worlds import World, batch, during, search_rows, seizure_rows, served_world

from portique.errors import QuestionError, QuestionTimeout
from portique.reading.exhibits import places, suppliers
from portique.reading.questions import all_questions
from portique.reading.selection import FACETS, from_query, to_query
from portique.reading.view import default_selection
from portique.register import engine
from portique.register.served import Served, copy_path

HOSTILE = (
    "' OR 1=1 --",
    "'; DROP TABLE cell; --",
    "\"; ATTACH '/tmp/x.duckdb'; --",
    "$selection",
    "{{7*7}}",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![](http://example.org/x.png)",
    '=HYPERLINK("http://example.org")',
    "../../etc/passwd",
    "oportik\\'",
    "%27%20OR%201=1",
    "NULL",
    "é" * 5_000,
)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A register whose suppliers, channels, models and operations are hostile names."""
    drawn = seizure_rows("when place\n2025-01-01 nice\n" + "2025-05-20 nice\n" * len(HOSTILE))
    names = ["unknown", *HOSTILE]
    lines = drawn.assign(supplier=names, channel=names, model=[None, *HOSTILE], operation=[None, *HOSTILE])
    return served_world(
        tmp_path_factory.mktemp("hostile"), search_rows("day place\n2025-05-20 nice"), lines, HOSTILE[0]
    )


@pytest.fixture
def bait(tmp_path: Path) -> Path:
    """A file that a question must not read, in a folder where it must not write."""
    (tmp_path / "bait.csv").write_text("secret\nBAIT\n")
    pd.DataFrame({"secret": ["BAIT"]}).to_parquet(tmp_path / "bait.parquet")
    with duckdb.connect(str(tmp_path / "bait.duckdb")) as other:
        other.execute("CREATE TABLE secret AS SELECT 'BAIT' AS secret")
    return tmp_path


# « FOLDER » stands for the folder of the bait, « COPY_PATH » for the served copy itself.
READS = (
    "FROM read_text('/etc/passwd')",
    "FROM read_blob('FOLDER/bait.csv')",
    "FROM read_csv('FOLDER/bait.csv')",
    "FROM read_json('FOLDER/bait.csv')",
    "FROM read_parquet('FOLDER/bait.parquet')",
    "FROM parquet_metadata('FOLDER/bait.parquet')",
    "FROM sniff_csv('FOLDER/bait.csv')",
    "FROM 'FOLDER/bait.csv'",
    "FROM 'FOLDER/bait.parquet'",
    "FROM glob('FOLDER/*')",
    "FROM glob('/*')",
    "FROM query('FROM read_text(''/etc/passwd'')')",
    "FROM query_table('FOLDER/bait.csv')",
    "SELECT getenv('HOME')",
    "FROM sqlite_scan('FOLDER/bait.duckdb', 'secret')",
    "ATTACH 'FOLDER/bait.duckdb' AS other; FROM other.secret",
    "ATTACH 'FOLDER/bait.duckdb' AS other (READ_ONLY); FROM other.secret",
    "ATTACH 'ducklake:sqlite:FOLDER/bait.duckdb' AS other",
    "FROM read_csv('http://127.0.0.1:9/x.csv')",
    "FROM 'https://127.0.0.1:9/x.parquet'",
    "FROM 's3://bucket/x.parquet'",
    "CREATE TEMP TABLE t (x VARCHAR); COPY t FROM 'FOLDER/bait.csv'; FROM t",
    "IMPORT DATABASE 'FOLDER'",
    "FROM local_frame",
    "FROM module_frame",
)
WRITES = (
    "COPY (SELECT 1) TO 'FOLDER/out.csv'",
    "COPY fact TO 'FOLDER/out.parquet' (FORMAT parquet)",
    "COPY (SELECT 1) TO 'FOLDER/out' (FORMAT csv, PARTITION_BY (x))",
    "COPY (SELECT 1) TO '/dev/stdout'",
    "EXPORT DATABASE 'FOLDER/out'",
    "ATTACH 'FOLDER/out.duckdb' AS other",
    "ATTACH 'FOLDER/out.duckdb' AS other; CREATE TABLE other.t AS FROM fact",
    "COPY FROM DATABASE memory TO served",
    "CREATE TABLE t AS SELECT 1",
    "DELETE FROM fact",
    "UPDATE establishment SET name = 'x'",
    "INSERT INTO register SELECT * FROM register",
    "DROP TABLE fact",
    "DROP MACRO TABLE selected_fact",
    "CREATE OR REPLACE MACRO selected_fact(a, b) AS TABLE SELECT 1",
    "ALTER TABLE fact RENAME TO other",
    "PRAGMA enable_profiling = 'json'; PRAGMA profiling_output = 'FOLDER/out.json'; SELECT 1",
    "SET log_query_path = 'FOLDER/out.log'",
    "CALL enable_logging(storage = 'file', storage_path = 'FOLDER/out')",
    "FROM enable_logging(storage = 'file', storage_path = 'FOLDER/out')",
    "FROM enable_profiling(format = 'json', save_location = 'FOLDER/out.json')",
)
SETTINGS = (
    "SET enable_external_access = true",
    "SET GLOBAL enable_external_access = true",
    "RESET enable_external_access",
    "SET lock_configuration = false",
    "SET memory_limit = '100GB'",
    "SET threads = 64",
    "SET temp_directory = 'FOLDER'",
    "SET allowed_directories = ['/']",
    "SET python_enable_replacements = true",
    "SET autoload_known_extensions = true",
    "PRAGMA memory_limit = '100GB'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "LOAD 'FOLDER/x.duckdb_extension'",
    "INSTALL sqlite_scanner FROM 'FOLDER'",
    "FORCE INSTALL ducklake FROM core_nightly",
)
module_frame = pd.DataFrame({"secret": ["BAIT"]})


@pytest.mark.parametrize("sql", [*READS, *WRITES, *SETTINGS])
def test_no_statement_escapes(held: World, bait: Path, sql: str) -> None:
    local_frame = module_frame  # in the caller's reach, not in a question's
    files = {path: path.stat().st_mtime_ns for path in bait.rglob("*")}
    settings_before = _settings(held.served)
    copy = copy_path(held.lake, held.lake.version_number()).read_bytes()
    with pytest.raises(QuestionError):
        held.served.ask(sql.replace("FOLDER", str(bait)), {})
    assert {path: path.stat().st_mtime_ns for path in bait.rglob("*")} == files
    assert _settings(held.served) == settings_before
    assert copy_path(held.lake, held.lake.version_number()).read_bytes() == copy
    assert len(local_frame) == 1


def _settings(served: Served) -> list[Any]:
    return served.ask("SELECT name, value FROM duckdb_settings() ORDER BY name", {}).values.tolist()


def test_what_one_question_leaves_behind_another_does_not_see(held: World) -> None:
    held.served.ask("CREATE TEMP TABLE fact AS SELECT 1 AS x", {})
    held.served.ask("CREATE TEMP VIEW register AS SELECT 'BAIT' AS name", {})
    assert held.served.ask("SELECT count(*) AS n FROM fact WHERE rollup = 2 AND subject = 0", {})["n"].tolist() == [
        len(HOSTILE) + 1
    ]
    assert held.served.ask("SELECT name FROM register", {})["name"].tolist() == [HOSTILE[0]]


def test_no_temporary_file_is_written(held: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(QuestionError):
        held.served.ask("SELECT list(i ORDER BY hash(i)) AS x FROM range(60_000_000) t(i)", {})
    assert list(tmp_path.iterdir()) == []


# Limits


def test_a_heavy_question_is_stopped(held: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTIQUE_QUESTION_SECONDS", "1")
    with pytest.raises(QuestionTimeout, match=r"arrêtée après 1 s"):
        held.served.ask(
            "SELECT sum(hash(a.i + b.i + c.i)) FROM range(100000) a(i), range(100000) b(i), range(100) c(i)", {}
        )
    assert held.served.ask("SELECT 1 AS one", {})["one"].tolist() == [1]


def test_a_question_may_not_take_all_memory(held: World) -> None:
    with pytest.raises(QuestionError, match="plus de mémoire que permis"):
        held.served.ask("SELECT count(*) FROM (SELECT DISTINCT i, hash(i) FROM range(50_000_000) t(i))", {})
    assert held.served.ask("SELECT 1 AS one", {})["one"].tolist() == [1]


def test_limits_are_those_of_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    duckdb.connect(str(tmp_path / "x.duckdb")).close()
    monkeypatch.setenv("PORTIQUE_MEMORY_MB", "77")
    monkeypatch.setenv("PORTIQUE_THREADS", "1")
    limits = engine.sealed(tmp_path / "x.duckdb").execute(
        "SELECT current_setting('memory_limit'), current_setting('threads'), current_setting('enable_external_access')"
    )
    memory, threads, access = limits.fetchall()[0]
    assert (memory, threads, access) == ("73.4 MiB", 1, False)


# Selections, addresses, names


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.field)
def test_a_hostile_code_is_a_code_like_another(held: World, facet: Any, text: str) -> None:
    """It selects the rows that bear that very name, or nothing; never more, and it never breaks a question."""
    names = {"suppliers", "channels", "operations"}
    selection = during("2025-05-01", "2025-05-31", **{facet.field: (text,)})
    rows = held.rows("by_code", selection, "quantity", items=["smartphone"], dimension="supplier")
    assert sum(row[0] for row in rows) == (1 if facet.field in names else 0)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_address_is_dropped_and_said(held: World, text: str) -> None:
    default = default_selection(held.served.register)
    closed = [facet for facet in FACETS if facet.field not in ("suppliers", "channels", "operations")]
    query = {name: [text] for name in ("debut", "fin", "champ", "mesure", *(f.parameter for f in closed))}
    read = from_query(query, held.choices, default)
    assert read.selection == default
    assert len(read.notices) == len(query)
    assert all(len(notice) < 200 for notice in read.notices)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_of_the_register_is_shown_as_itself(held: World, text: str) -> None:
    default = default_selection(held.served.register)
    selection = during("2025-05", "2025-05", suppliers=(text,))
    assert from_query(to_query(selection, default), held.choices, default).selection == selection
    shares = suppliers.shares(held.view(during("2025-05", "2025-05")))
    assert shares.table.loc[shares.table["code"] == text, "value"].tolist() == [1]


def test_exhibits_stand_hostile_names(held: World) -> None:
    view = held.view(during("2025-05", "2025-05", suppliers=HOSTILE, operations=HOSTILE))
    answer = places.by_place(view)
    assert places.map_of_places(view, answer).table["value"].sum() == len(HOSTILE)
    assert len(suppliers.flow(view).table) == len(HOSTILE)
    models = suppliers.shares(view, "model").table
    assert models["value"].sum() == len(HOSTILE)


def test_no_question_is_put_together_from_text() -> None:
    for asked in all_questions():
        assert not {"{", "%s", "||"} & set(asked.sql.split())


def test_a_hostile_folder_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "l'été ; DROP TABLE x --"
    lines = seizure_rows("when place\n2025-01-01 nice")
    world = served_world(folder, search_rows(""), lines, "x'); DROP TABLE lake.seizure; --")
    assert world.served.register.name == "x'); DROP TABLE lake.seizure; --"
    world.lake.append(
        [batch(search_rows(""), lines.assign(seizure_id=2, find_id=2))], author="'; --", message="'\"; --"
    )
    assert world.lake.versions()[0].message == "'\"; --"
    assert os.listdir(tmp_path) == [folder.name]
