"""Review and correction: only what counts is counted, nothing is overwritten, and an undo forgets none of it."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from files import prepared

from portique.errors import CorrectionRefused, RowsRefused
from portique.register import corrections, imports
from portique.register.lake import Lake
from portique.register.rows import store
from portique.register.served import serve

FILE = """
key  when       place  item  qty find search cells
n:1  2025-01-10 fleury phone 3   F1   S1     4
n:2  2025-01-10 fleury sim   1   F1   S1     .
n:3  2025-02    nice   mini  2   F3   .      .
n:4  2025-02    nice   sim   9   F3   .      .
"""


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "register", "registered")
    imports.commit(lake, prepared(FILE), author="moi")
    return lake


def row(lake: Lake, key: str, table: str = "seizure") -> dict[str, Any]:
    with lake.attached() as connection:
        store(connection)
        found = connection.execute(f"FROM {table} WHERE line_key = ?", [key]).to_arrow_table().to_pylist()
    return dict(found[0])


def line(lake: Lake, key: str) -> int:
    return int(row(lake, key)["seizure_id"])


def counted(lake: Lake) -> tuple[int, int]:
    asked = "SELECT sum(quantity)::INTEGER AS q, sum(lines_left_out)::INTEGER AS l FROM fact WHERE rollup = 2"
    ((quantity, left_out),) = serve(lake).ask(asked, {}).values.tolist()
    return quantity, left_out


def logged(lake: Lake) -> list[tuple[Any, ...]]:
    columns = ["line_key", "field", "old_value", "new_value", "reason", "author"]
    told = corrections.edits(lake)[columns].astype(object)
    return sorted(told.where(told.notna(), None).itertuples(index=False, name=None))


def test_what_the_review_sets_aside_is_not_counted_and_its_number_is_said(lake: Lake) -> None:
    assert counted(lake) == (15, 0)
    before = lake.version_number()
    chosen = [line(lake, key) for key in ("n:2", "n:4")]
    assert corrections.review(lake, chosen, "duplicate", author="moi", reason="saisies deux fois") == before + 1
    assert counted(lake) == (5, 2)
    assert logged(lake) == [
        (key, "review_state", "to_check", "duplicate", "saisies deux fois", "moi") for key in ("n:2", "n:4")
    ]
    corrections.review(lake, [*chosen, line(lake, "n:1")], "checked", author="autre")
    assert counted(lake) == (15, 0)
    assert len(logged(lake)) == 5
    assert lake.versions()[0].detail == {"action": "review", "lines": 3}


def test_a_corrected_value_leaves_the_old_one_behind(lake: Lake) -> None:
    changed = {"quantity_min": 5, "item_type": "smartphone", "model": "L8"}
    corrections.edit(lake, "seizure", line(lake, "n:2"), changed, author="moi", reason="relu sur le registre papier")
    assert counted(lake) == (19, 0)
    reason = "relu sur le registre papier"
    assert logged(lake) == [
        ("n:2", "item_type", "sim_card", "smartphone", reason, "moi"),
        ("n:2", "model", None, "L8", reason, "moi"),
        ("n:2", "quantity_min", "1", "5", reason, "moi"),
    ]


def test_what_a_find_has_changes_on_all_its_lines(lake: Lake) -> None:
    corrections.edit(lake, "seizure", line(lake, "n:3"), {"route": "visit"}, author="moi", reason="parloir")
    assert [row(lake, key)["route"] for key in ("n:3", "n:4", "n:1")] == ["visit", "visit", "unknown"]
    assert [each[0] for each in logged(lake)] == ["n:3", "n:4"]


def test_a_moved_search_takes_its_finds_along(lake: Lake) -> None:
    search = row(lake, "n:1", "search")
    changed = {"searched_on": date(2025, 1, 11), "establishment_id": "ma-nice", "cells_searched": None}
    corrections.edit(lake, "search", search["wording_id"], changed, author="moi", reason="erreur de saisie")
    for key in ("n:1", "n:2"):
        found = row(lake, key)
        assert (found["period_start"], found["period_end"]) == (date(2025, 1, 11), date(2025, 1, 12))
        assert found["establishment_id"] == "ma-nice"
    assert row(lake, "n:1", "search")["cells_searched"] is None
    with pytest.raises(CorrectionRefused, match="corrigez la fouille"):
        corrections.edit(lake, "seizure", line(lake, "n:1"), {"establishment_id": "ma-arras"}, author="a", reason="b")


@pytest.mark.parametrize(("values", "reason", "said"), [
    ({"quantity_min": 0}, "r", "la quantité vaut au moins 1"),
    ({"item_type": "weapon"}, "r", "le type d’objet est dans la liste"),
    ({"place": None}, "r", "le lieu de découverte est dans la liste"),
    ({"period_end": date(2025, 2, 1)}, "r", "la période finit après avoir commencé"),
    ({"establishment_id": "cp-nowhere"}, "r", "l’établissement d’une saisie est connu"),
    ({"quantity_min": "5"}, "r", "n’est pas un nombre entier"),
    ({"quantity_min": True}, "r", "n’est pas un nombre entier"),
    ({"seizure_id": 5}, "r", "ne se corrige pas"),
    ({"quantity_min": 5}, " ", "besoin d’un motif"),
    ({"quantity_min": 2}, "r", "Rien à changer"),
])  # fmt: skip
def test_a_wrong_correction_is_refused_and_changes_nothing(lake: Lake, values: Any, reason: str, said: str) -> None:
    before, version, target = row(lake, "n:3"), lake.version_number(), line(lake, "n:3")
    with pytest.raises((CorrectionRefused, RowsRefused), match=said):
        corrections.edit(lake, "seizure", target, values, author="moi", reason=reason)
    assert (row(lake, "n:3"), lake.version_number()) == (before, version)
    assert logged(lake) == []


def test_an_unknown_state_is_refused(lake: Lake) -> None:
    with pytest.raises(CorrectionRefused, match="attendu : to_check, checked"):
        corrections.review(lake, [line(lake, "n:1")], "maybe", author="moi")


def test_corrections_survive_undo_and_redo_and_a_second_import(lake: Lake) -> None:
    target = line(lake, "n:3")
    corrections.edit(lake, "seizure", target, {"quantity_min": 4}, author="moi", reason="compté à nouveau")
    corrections.review(lake, [line(lake, "n:4")], "not_counted", author="moi")
    again = imports.commit(lake, prepared(FILE, name="autre.csv"), author="moi")
    assert again.version is None
    assert counted(lake) == (8, 1)
    imports.undo(lake, 1, author="moi")
    with pytest.raises(CorrectionRefused, match="son import a été annulé"):
        corrections.edit(lake, "seizure", target, {"quantity_min": 7}, author="moi", reason="trop tard")
    imports.redo(lake, 1, author="moi")
    assert counted(lake) == (8, 1)


def test_the_lines_to_review_are_found(lake: Lake) -> None:
    corrections.review(lake, [line(lake, "n:4")], "checked", author="moi")
    corrections.note(lake, "seizure", line(lake, "n:4"), "relue", author="moi")

    def keys(**asked: Any) -> list[str]:
        return [str(key) for key in corrections.lines(lake, **asked)["line_key"]]

    assert keys() == ["n:3", "n:4", "n:1", "n:2"]
    assert keys(review_state="to_check", most=2) == ["n:3", "n:1"]
    assert keys(establishment_id="ma-nice", first_day=date(2025, 2, 28)) == ["n:3", "n:4"]
    assert keys(last_day=date(2025, 1, 9)) == keys(import_id=2) == []
    (read,) = corrections.lines(lake, review_state="checked").to_dict("records")
    assert (read["edits"], read["notes"], read["search_kind"]) == (1, 1, None)
    assert keys(import_id=1, last_day=date(2025, 1, 10)) == ["n:1", "n:2"]


def test_a_note_is_kept_with_its_author(lake: Lake) -> None:
    corrections.note(lake, "seizure", line(lake, "n:3"), " vu avec le greffe ", author="moi")
    assert corrections.notes(lake)[["line_key", "note", "author"]].values.tolist() == [
        ["n:3", "vu avec le greffe", "moi"]
    ]
    with pytest.raises(CorrectionRefused, match="vide"):
        corrections.note(lake, "seizure", line(lake, "n:3"), " ", author="moi")
    with pytest.raises(CorrectionRefused, match="pas dans le registre"):
        corrections.note(lake, "search", 5, "x", author="moi")
