"""Claims against a model of a few lines of Python: any imports, undos and redos, in any order."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest
from files import Line, of_lines
from hypothesis import given, settings
from hypothesis import strategies as st

from portique.errors import ImportRefused
from portique.register import claims, engine
from portique.register.imports import _require_no_contradiction
from portique.register.rows import KNOWN_ESTABLISHMENTS
from portique.register.schema import TABLES, ddl

# Six lines, each of which a file may tell in two ways; the first three belong to one find of one search.
KEYS = ("n:1", "n:2", "n:3", "h:a:1", "h:a:2", "n:6")
Told = dict[str, int]  # line → its quantity, 1 or 2


class Model:
    """What stands: the lines that an import which is not undone claims; a line told in two ways is refused."""

    def __init__(self) -> None:
        self.claims: list[Told] = []
        self.undone: set[int] = set()

    def standing(self) -> Told:
        return {
            key: told
            for number, claimed in enumerate(self.claims)
            if number not in self.undone
            for key, told in claimed.items()
        }

    def add(self, told: Told) -> tuple[int, int, int]:
        """Lines new, already there, contradicted."""
        held = self.standing()
        kept = {key: value for key, value in told.items() if held.get(key, value) == value}
        self.claims.append(kept)
        there = len(kept.keys() & held.keys())
        return len(kept) - there, there, len(told) - len(kept)

    def turn(self, number: int) -> bool:
        """Undo or redo an import; False where a redo would contradict what stands."""
        held = self.standing()
        if number in self.undone:
            if any(held.get(key, value) != value for key, value in self.claims[number].items()):
                return False
            self.undone.remove(number)
        else:
            self.undone.add(number)
        return True


class Paper:
    """A lake without files: the statements of the register on tables in memory."""

    def __init__(self) -> None:
        self.base = duckdb.connect(":memory:")
        self.base.execute("ATTACH ':memory:' AS lake")
        engine.load_reference(self.base)
        for table in TABLES:
            self.base.execute(f"CREATE TABLE lake.{table} ({ddl(table)})")
        self.base.execute("INSERT INTO lake.head BY NAME SELECT 'registered' AS provenance, 2 AS schema_version")

    @contextmanager
    def connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection with temporary tables of its own."""
        with self.base.cursor() as connection:
            for table in TABLES:
                connection.execute(f"CREATE TEMP VIEW stored_{table} AS FROM lake.{table}")
            connection.execute(engine.statement("views/live"))
            connection.execute(KNOWN_ESTABLISHMENTS)
            yield connection

    def add(self, told: Told) -> tuple[int, int, int]:
        file = of_lines([_line(key, quantity) for key, quantity in told.items()])
        with self.connection() as connection:
            claims.look(connection, file)
            held = claims.counts(connection, file)
            connection.begin()
            claims.write(connection, file, held, "moi", "", lambda share: None)
            connection.commit()
        return held.new, held.already_there, held.refused

    def turn(self, number: int, *, undone: bool) -> bool:
        with self.connection() as connection:
            try:
                if not undone:
                    _require_no_contradiction(connection, number + 1)
            except ImportRefused:
                return False
            moment = "now()::TIMESTAMP" if undone else "NULL"
            connection.execute(f"UPDATE lake.import SET undone_at = {moment} WHERE import_id = {number + 1}")
        return True

    def standing(self) -> Told:
        with self.connection() as connection:
            rows = connection.execute("SELECT line_key, quantity_min FROM seizure").fetchall()
            (searches,) = connection.execute("SELECT count(*) FROM search").fetchall()[0]
        assert len(rows) == len(dict(rows))
        assert searches == any(key in KEYS[:3] for key, _ in rows)
        return dict(rows)


def _line(key: str, quantity: int) -> Line:
    searched = {"find": "F1", "search": "S1", "cells": "4"} if key in KEYS[:3] else {}
    return {"key": key, "when": "2025-01-10", "place": "nice", "qty": str(quantity), **searched}


FILES = st.dictionaries(st.sampled_from(KEYS), st.sampled_from((1, 1, 1, 2)), max_size=len(KEYS))
STEPS = st.lists(FILES | st.integers(0, 5), min_size=2, max_size=9)


@settings(max_examples=18, deadline=None)
@given(STEPS)
def test_what_stands_is_what_the_model_says(steps: list[Told | int]) -> None:
    model, paper = Model(), Paper()
    for step in steps:
        if isinstance(step, dict):
            assert paper.add(step) == model.add(step)
        elif model.claims:
            number = step % len(model.claims)
            undone = number not in model.undone
            assert paper.turn(number, undone=undone) == model.turn(number)
        assert paper.standing() == model.standing()


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(KEYS), unique=True, min_size=1), st.data())
def test_any_split_in_any_order_stands_as_the_whole(keys: list[str], data: st.DataObject) -> None:
    whole, parts = Paper(), Paper()
    whole.add(dict.fromkeys(keys, 1))
    left = data.draw(st.permutations(keys))
    while left:
        size = data.draw(st.integers(1, len(left)))
        parts.add(dict.fromkeys(left[:size], 1))
        left = left[size:]
    assert _identifiers(parts) == _identifiers(whole)


def _identifiers(paper: Paper) -> list[tuple[int, ...]]:
    with paper.connection() as connection:
        return connection.execute(
            "SELECT seizure_id, find_id, search_id, quantity_min FROM seizure ORDER BY ALL"
        ).fetchall()


def test_the_model_can_tell_them_apart() -> None:
    """The comparison above would fail for a register that forgets a claim."""
    model, paper = Model(), Paper()
    for told in ({"n:1": 1}, {"n:1": 1, "n:6": 1}):
        model.add(told)
        paper.add(told)
    paper.base.execute("DELETE FROM lake.claim WHERE import_id = 2")
    model.turn(0)
    paper.turn(0, undone=True)
    assert model.standing() == {"n:1": 1, "n:6": 1}
    with pytest.raises(AssertionError):
        assert paper.standing() == model.standing()
