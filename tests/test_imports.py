"""Imports: nothing lost, nothing doubled, one version each, and undone to the unit."""

import random
from pathlib import Path
from typing import Any

import pytest
from files import of_lines, prepared
from worlds import grid

from portique.errors import ImportRefused, RegisterError, RowsRefused
from portique.reading.questions import unrestricted
from portique.register import imports
from portique.register.history import compare, totals
from portique.register.intake.prepared import ExtraEstablishment, Prepared
from portique.register.lake import Lake
from portique.register.rows import store
from portique.register.served import serve

FILE = """
key  when       place  item  qty find search cells
n:1  2025-01-10 fleury phone 3   F1   S1     4
n:2  2025-01-10 fleury sim   >1  F1   S1     4
n:3  2025-02    nice   mini  2   .    .      .
n:4  2025-01-12 nice   .     .   .    S2     ?
"""
MORE = """
key  when       place  item  qty find search cells
n:3  2025-02    nice   mini  2   .    .      .
n:5  2025-03-01 arras  phone 7   .    .      .
"""


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "register", "registered")


def put(lake: Lake, text: str, **extra: Any) -> imports.Outcome:
    return imports.commit(lake, prepared(text, **extra), author="moi", message="essai")


def held(lake: Lake) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
    """The rows that stand, whole, in the order of their identity."""
    with lake.attached() as connection:
        store(connection)
        return tuple(  # type: ignore[return-value]
            connection.execute(f"SELECT * EXCLUDE (source_reference) FROM {table} ORDER BY ALL").fetchall()
            for table in ("search", "seizure")
        )


def counts(outcome: imports.Outcome | imports.Preview) -> tuple[int, int, int, int]:
    held = outcome.counts
    assert held.read == held.new + held.already_there + held.refused
    return held.read, held.new, held.already_there, held.refused


def phones(lake: Lake) -> int:
    return int(totals(lake, lake.version_number(), "month")["quantity"].sum())


def test_a_preview_writes_nothing_and_says_what_a_commit_does(lake: Lake) -> None:
    seen = imports.preview(lake, prepared(FILE, refused=2))
    assert not lake.folder.exists()
    assert counts(seen) == (6, 4, 0, 2)
    assert seen.effect["quantity"].sum() == 3 + 2 + 2
    assert seen.effect[["searches", "cells_searched"]].sum().tolist() == [2, 4]
    outcome = put(lake, FILE, refused=2)
    assert counts(outcome) == counts(seen)
    assert [len(rows) for rows in held(lake)] == [2, 3]
    assert outcome.version == lake.version_number()


def test_an_import_is_one_version_with_who_what_and_counts(lake: Lake) -> None:
    put(lake, FILE, name="direction.csv")
    before = lake.version_number()
    put(lake, MORE)
    newest, first = lake.versions()[:2]
    assert (newest.number, first.number) == (before + 1, before)
    assert (first.author, first.message, first.detail["file_name"]) == ("moi", "essai", "direction.csv")
    assert newest.detail == {
        "action": "import", "import_id": 2, "file_name": "saisies.csv",
        "read": 2, "new": 1, "already_there": 1, "refused": 0,
    }  # fmt: skip
    assert imports.imports(lake)["lines_already_there"].tolist() == [1, 0]
    assert imports.mapping(lake, "h1") == {"headings": "h1", "columns": {"quantité": "quantity"}}
    assert imports.mapping(lake, "h2") is None


def test_the_same_file_twice_changes_nothing_and_says_so(lake: Lake) -> None:
    put(lake, FILE)
    before, version = held(lake), lake.version_number()
    again = put(lake, FILE)
    assert (again.version, counts(again)) == (None, (4, 0, 4, 0))
    assert "Rien n’a changé" in str(again)
    assert (held(lake), lake.version_number()) == (before, version)


def test_a_file_that_is_all_there_claims_its_lines(lake: Lake) -> None:
    put(lake, FILE)
    put(lake, FILE, name="copie.csv")
    other = imports.commit(lake, of_lines(grid(FILE)[:3]), author="moi", message="")
    assert (other.import_id, counts(other)) == (2, (3, 0, 3, 0))
    imports.undo(lake, 1, author="moi")
    assert [len(rows) for rows in held(lake)] == [1, 3]  # S2 was only in the first


def test_a_file_without_an_accepted_line_makes_no_register(lake: Lake) -> None:
    outcome = imports.commit(lake, of_lines([], refused=3), author="moi")
    assert (outcome.version, counts(outcome)) == (None, (3, 0, 0, 3))
    assert not lake.exists()
    assert list(lake.folder.iterdir()) == []


def test_undo_and_redo_return_to_the_unit(lake: Lake) -> None:
    put(lake, FILE)
    first = held(lake)
    put(lake, MORE)
    both = held(lake)
    imports.undo(lake, 2, author="autre")
    assert held(lake) == first
    assert imports.redo(lake, 2, author="autre") == lake.version_number()
    assert held(lake) == both
    imports.undo(lake, 1, author="autre")
    assert [row[-3] for row in held(lake)[1]] == ["n:3", "n:5"] or phones(lake) == 9
    imports.undo(lake, 2, author="autre")
    assert held(lake) == ([], [])
    assert serve(lake).ask("SELECT count(*)::INTEGER AS n FROM fact WHERE subject < 3", {})["n"].tolist() == [0]
    assert (lake.versions()[0].author, lake.versions()[0].message) == ("autre", "Annulation de l’import 2")


@pytest.mark.parametrize(("turn", "number", "said"), [
    (imports.undo, 9, "pas d’import 9"), (imports.redo, 1, "n’est pas annulé"),
])  # fmt: skip
def test_what_cannot_be_turned_is_said(lake: Lake, turn: Any, number: int, said: str) -> None:
    put(lake, FILE)
    before = lake.version_number()
    with pytest.raises(ImportRefused, match=said):
        turn(lake, number, author="moi")
    imports.undo(lake, 1, author="moi")
    with pytest.raises(ImportRefused, match="déjà annulé"):
        imports.undo(lake, 1, author="moi")
    assert lake.version_number() == before + 1


def test_a_line_with_other_values_is_refused_not_chosen(lake: Lake) -> None:
    put(lake, FILE)
    before = held(lake)
    outcome = put(lake, MORE.replace("mini  2", "mini  4"))
    assert counts(outcome) == (2, 1, 0, 1)
    assert outcome.contradicted.values.tolist() == [["n:3", "le registre a déjà cette ligne, avec d’autres valeurs"]]
    imports.undo(lake, 2, author="moi")
    assert held(lake) == before


@pytest.mark.parametrize(("old", "new", "reason"), [
    ("S1     4\nn:2", "S1     5\nn:2", "décrite autrement"),
    ("sim   >1  F1", "sim   >1  F2", ""),
    ("nice   .     .   .    S2", "nice   .     .   .    S1", "décrite autrement"),
    ("2025-01-10 fleury sim ", "2025-01-11 fleury sim ", "décrite autrement"),
    ("n:4  2025-01-12 nice   .     .", "n:3  2025-01-12 nice   sim   1", "deux lignes du fichier ont ce numéro"),
    ("fleury sim   >1  F1   S1     4", "fleury sim   >1  F1   .      .", "une autre fouille sur une autre ligne"),
    ("fleury sim   >1  F1   S1     4", "nice   sim   >1  F1   S1     .", "sur une autre ligne"),
])  # fmt: skip
def test_a_file_that_contradicts_itself_loses_those_lines_only(lake: Lake, old: str, new: str, reason: str) -> None:
    assert old in FILE
    outcome = put(lake, FILE.replace(old, new))
    reasons = set(outcome.contradicted["reason"])
    assert (reasons == set()) if not reason else any(reason in each for each in reasons)
    read, new, there, refused = counts(outcome)
    assert (read, there) == (4, 0)
    assert len(outcome.contradicted) <= refused
    assert new >= 1


def test_a_mended_file_takes_the_place_of_the_undone_one(lake: Lake) -> None:
    put(lake, FILE)
    imports.undo(lake, 1, author="moi")
    mended = put(lake, FILE.replace("mini  2", "mini  4"))
    assert counts(mended) == (4, 4, 0, 0)
    assert phones(lake) == 3 + 2 + 4
    with pytest.raises(ImportRefused, match="contredit ce qui a été importé depuis"):
        imports.redo(lake, 1, author="moi")
    imports.undo(lake, 2, author="moi")
    imports.redo(lake, 1, author="moi")
    assert phones(lake) == 3 + 2 + 2


def test_a_seizure_may_come_before_its_search(lake: Lake) -> None:
    lines = grid(FILE)
    found = [line | {"cells": "."} for line in lines[:2]]
    searched = [{"key": "n:9", "when": "2025-01-10", "place": "fleury", "item": ".", "search": "S1", "cells": "4"}]
    imports.commit(lake, of_lines(found), author="moi")
    imports.commit(lake, of_lines(searched), author="moi")
    served = serve(lake)
    asked = "SELECT sum(searched_quantity)::INTEGER AS n FROM fact WHERE rollup = 2 AND subject = 0"
    assert served.ask(asked, {})["n"].tolist() == [5]
    imports.undo(lake, 2, author="moi")
    assert serve(lake).ask(asked, {})["n"].tolist() == [0]


def test_a_row_that_breaks_a_rule_refuses_the_file(lake: Lake) -> None:
    put(lake, FILE)
    before = lake.version_number(), held(lake)
    with pytest.raises(RowsRefused, match="établissement"):
        put(lake, "key when place\nn:7 2025-01-01 cp-nowhere")
    assert (lake.version_number(), held(lake)) == before


TROYES = ExtraEstablishment(
    "ma-troyes-ancienne", "Ancienne maison d’arrêt de Troyes", "Troyes", "10", "44", "strasbourg", "MA"
)


def test_an_extra_establishment_is_counted_while_a_row_names_it(lake: Lake) -> None:
    put(lake, "key when place qty\nn:1 2025-01-01 ma-troyes-ancienne 5", extra=(TROYES,))
    put(lake, "key when place cells item\nn:2 2025-01-02 ma-troyes-ancienne 3 .")  # known since: not declared again
    served = serve(lake)
    (row,) = [place for place in served.places if place["establishment_id"] == TROYES.establishment_id]
    assert (row["name"], row["commune"], row["department_code"], row["disp"]) == (
        TROYES.name, "Troyes", "10", "strasbourg",
    )  # fmt: skip
    asked = (
        "SELECT sum(quantity)::INTEGER, sum(searches)::INTEGER FROM fact WHERE rollup = 2 AND establishment_key = $key"
    )
    assert served.ask(asked, {"key": row["establishment_key"]}).values.tolist() == [[5, 1]]
    assert TROYES.establishment_id in unrestricted(served).perimeter
    imports.undo(lake, 1, author="moi")
    imports.undo(lake, 2, author="moi")
    assert TROYES.establishment_id not in {place["establishment_id"] for place in serve(lake).places}
    assert imports.extra_establishments(lake) == (TROYES,)


# Versions


def test_a_page_can_be_served_as_of_any_version(lake: Lake) -> None:
    first = put(lake, FILE).version
    put(lake, MORE)
    imports.undo(lake, 1, author="moi")
    asked = "SELECT sum(quantity)::INTEGER AS n FROM fact WHERE rollup = 2"
    versions = range(first or 0, lake.version_number() + 1)
    assert [serve(lake, version).ask(asked, {})["n"].tolist() for version in versions] == [[7], [14], [9]]
    with pytest.raises(RegisterError, match="pas de version 99"):
        serve(lake, 99)


def test_two_versions_are_compared(lake: Lake) -> None:
    first = put(lake, FILE).version or 0
    second = put(lake, MORE).version or 0
    imports.undo(lake, 1, author="moi")
    by_place = compare(lake, first, second, "establishment")
    assert by_place[["code", "quantity_before", "quantity_after", "quantity_change"]].values.tolist() == [
        ["ma-arras", 0, 7, 7]
    ]
    back = compare(lake, second, second + 1, "month").set_index("code")
    assert back["quantity_change"].to_dict() == {"2025-01": -5}
    assert back["searches_change"].to_dict() == {"2025-01": -2}
    assert compare(lake, first, first, "item_type").empty


# Any split, any order

LINES = grid("""
key   when       place  item  qty find search cells
n:1   2025-01-10 fleury phone 3   F1   S1     4
n:2   2025-01-10 fleury sim   1   F1   S1     4
n:3   2025-01-10 fleury mini  2   F2   S1     4
h:a:1 2025-02    nice   mini  2   .    .      .
h:a:2 2025-02    nice   mini  2   .    .      .
h:b:1 2025-01-12 nice   .     .   .    S2     ?
h:c:1 2025-03-01 arras  phone >4  F3   S3     .
h:d:1 2025-03-01 arras  .     .   .    S3     12
h:e:1 2025-04-01 arras  phone 1   .    .      2
""")


@pytest.mark.parametrize("seed", range(3))
def test_any_split_in_any_order_imports_to_the_same_register(tmp_path: Path, seed: int) -> None:
    whole = Lake(tmp_path / "whole", "registered")
    imports.commit(whole, of_lines(LINES), author="moi")
    chance, parts = random.Random(seed), Lake(tmp_path / "parts", "registered")
    lines = chance.sample(LINES, len(LINES))
    cut = chance.randint(1, len(lines) - 1)
    for part in (lines[:cut], lines[cut:], lines[cut - 1 :]):  # the third has nothing new
        assert imports.commit(parts, of_lines(part), author="moi").contradicted.empty
    assert _but_search_lines(held(parts)) == _but_search_lines(held(whole))
    assert totals(parts, parts.version_number(), "establishment").equals(
        totals(whole, whole.version_number(), "establishment")
    )


def _but_search_lines(rows: Any) -> Any:
    """A search keeps the line that told of it first: which one, the order of imports decides."""
    searches, seizures = rows
    return sorted((row[0], row[1], row[2], row[3], row[4], row[7]) for row in searches), seizures


def test_undo_and_redo_in_any_order_depend_on_what_stands_only(lake: Lake) -> None:
    files: list[Prepared] = [of_lines(LINES[:4]), of_lines(LINES[2:7]), of_lines([LINES[0], *LINES[6:]])]
    for file in files:
        imports.commit(lake, file, author="moi")
    seen: dict[frozenset[int], Any] = {frozenset({1, 2, 3}): held(lake)}
    standing = frozenset({1, 2, 3})
    for number in (1, 2, 1, 3, 2, 1, 2, 3, 1, 2):  # all eight states, the full and the empty one by several ways
        turn = imports.undo if number in standing else imports.redo
        turn(lake, number, author="moi")
        standing = standing ^ {number}
        state = held(lake)
        assert seen.setdefault(standing, state) == state
    assert seen[frozenset()] == ([], [])
    assert len(seen) == 8
