"""Backup, restore and export: what comes back is what was there, or nothing is put in its place."""

import threading
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from files import of_lines, prepared
from worlds import grid, random_rows, served_world

from portique import cli
from portique.errors import BackupError, RegisterMissing
from portique.register import backup, corrections, export, imports
from portique.register.history import totals
from portique.register.lake import Lake
from portique.register.served import serve

FILE = """
key  when       place  item  qty find search cells
n:1  2025-01-10 fleury phone 3   F1   S1     4
n:2  2025-01-10 fleury sim   >1  F1   S1     .
h:a:1 2025-02   nice   mini  2   .    .      .
n:4  2025-01-12 nice   .     .   .    S2     ?
"""


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = Lake(tmp_path / "register", "registered")
    imports.commit(lake, prepared(FILE), author="moi")
    imports.commit(lake, prepared("key when place qty\nn:9 2025-05-01 arras 9"), author="moi")
    imports.undo(lake, 2, author="moi")
    return lake


def contents(lake: Lake) -> list[Any]:
    """Every row of every table, at the newest version, and what a dashboard counts."""
    with lake.attached() as connection:
        tables = ("head", "search", "seizure", "import", "claim", "edit", "note", "mapping")
        rows: list[Any] = [connection.execute(f"FROM lake.{table} ORDER BY ALL").fetchall() for table in tables]
    return [*rows, totals(lake, lake.version_number(), "month").values.tolist(), lake.version_number()]


def test_a_backup_comes_back_whole_with_its_versions(lake: Lake, tmp_path: Path) -> None:
    before, versions = contents(lake), lake.versions()
    assert backup.backup(lake, tmp_path / "b.zip") == lake.version_number()
    back = backup.restore(tmp_path / "b.zip", tmp_path / "elsewhere")
    assert contents(back) == before
    assert (back.versions(), back.identity) == (versions, lake.identity)
    imports.redo(back, 2, author="moi")
    assert serve(back).ask("SELECT sum(quantity)::INTEGER AS n FROM fact WHERE rollup = 2", {})["n"].tolist() == [16]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.zip", "elsewhere", "register"]


def test_a_register_in_place_is_kept_unless_replaced_and_then_put_aside(lake: Lake, tmp_path: Path) -> None:
    backup.backup(lake, tmp_path / "b.zip")
    saved = contents(lake)
    imports.redo(lake, 2, author="moi")
    newer = contents(lake)
    with pytest.raises(BackupError, match="--replace"):
        backup.restore(tmp_path / "b.zip", lake.folder)
    assert contents(lake) == newer
    backup.restore(tmp_path / "b.zip", lake.folder, replace=True)
    assert contents(lake) == saved
    (aside,) = lake.folder.glob("registered-remplacé-*")
    aside.rename(tmp_path / "registered")
    assert contents(Lake(tmp_path, "registered")) == newer


def test_a_lost_register_is_restored_with_replace(lake: Lake, tmp_path: Path) -> None:
    backup.backup(lake, tmp_path / "b.zip")
    saved = contents(lake)
    lake.home.rename(tmp_path / "lost")
    with pytest.raises(RegisterMissing):
        backup.backup(lake, tmp_path / "c.zip")
    backup.restore(tmp_path / "b.zip", lake.folder, replace=True)
    assert contents(lake) == saved


def _spoil(source: Path, target: Path, name: str, change: Any) -> None:
    with zipfile.ZipFile(source) as held, zipfile.ZipFile(target, "w") as spoiled:
        for info in held.infolist():
            data = held.read(info)
            chosen = info.filename.startswith(name)
            spoiled.writestr(info.filename, change(data) if chosen else data)


@pytest.mark.parametrize("spoil", ["cut", "empty", "no backup", "catalogue", "path", "count"])
def test_a_spoiled_backup_is_refused_and_nothing_is_put_in_place(lake: Lake, tmp_path: Path, spoil: str) -> None:
    good, bad = tmp_path / "b.zip", tmp_path / "bad.zip"
    backup.backup(lake, good)
    match spoil:
        case "cut":
            bad.write_bytes(good.read_bytes()[:-500])
        case "empty":
            bad.write_bytes(b"")
        case "no backup":
            with zipfile.ZipFile(bad, "w") as other:
                other.writestr("lisez-moi.txt", "x")
        case "catalogue":
            _spoil(good, bad, "catalogue", lambda data: data[:-1] + bytes([data[-1] ^ 1]))
        case "path":
            _spoil(good, bad, backup.MANIFEST, lambda data: data.replace(b'"catalogue.sqlite"', b'"../../evil"'))
        case _:
            _spoil(good, bad, backup.MANIFEST, lambda data: data.replace(b'"lines": 4', b'"lines": 5'))
    with pytest.raises(BackupError):
        backup.restore(bad, tmp_path / "elsewhere")
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_a_backup_never_takes_the_place_of_a_file(lake: Lake, tmp_path: Path) -> None:
    (tmp_path / "b.zip").write_text("précieux")
    with pytest.raises(BackupError, match="existe déjà"):
        backup.backup(lake, tmp_path / "b.zip")
    assert (tmp_path / "b.zip").read_text() == "précieux"


def test_a_backup_of_a_register_with_a_lost_data_file_says_so(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "register", "registered")
    many = [{"key": f"n:{number}", "when": "2025-01-01", "place": "nice"} for number in range(60)]
    imports.commit(lake, of_lines(many), author="moi")
    max((lake.home / "data").rglob("*.parquet"), key=lambda file: file.stat().st_size).unlink()
    from portique.errors import RegisterDamaged

    with pytest.raises((BackupError, RegisterDamaged)):
        backup.backup(lake, tmp_path / "b.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["register"]


def test_backups_taken_while_imports_run_are_each_a_whole_version(tmp_path: Path) -> None:
    """Each import adds 40 lines of one phone: a backup holds a whole number of imports."""
    lake = Lake(tmp_path / "register", "registered")

    def lines(part: int) -> Any:
        return of_lines([{"key": f"n:{part}-{rank}", "when": "2025-01-01", "place": "nice"} for rank in range(40)])

    imports.commit(lake, lines(0), author="moi")

    def write() -> None:
        for part in range(1, 5):
            imports.commit(lake, lines(part), author="moi")

    writer = threading.Thread(target=write)
    writer.start()
    taken = []
    while writer.is_alive() or not taken:
        taken.append(tmp_path / f"{len(taken)}.zip")
        backup.backup(lake, taken[-1])
    writer.join()
    for each in (taken[0], taken[-1]):
        back = backup.restore(each, tmp_path / each.stem)
        held = totals(back, back.version_number(), "month")["quantity"].sum()
        assert held % 40 == 0
        assert held == 40 * len(imports.imports(back))


def test_the_commands_turn_back_up_and_restore(
    lake: Lake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORTIQUE_REGISTER", str(lake.folder))
    assert cli.main(["redo", "2", "--author", "greffe"]) == 0
    assert cli.main(["undo", "1"]) == 0
    assert cli.main(["undo", "1"]) == 1
    assert cli.main(["backup", str(tmp_path / "b.zip")]) == 0
    assert cli.main(["restore", str(tmp_path / "b.zip")]) == 1
    assert cli.main(["restore", str(tmp_path / "b.zip"), "--replace"]) == 0
    assert cli.main(["versions"]) == 0
    printed = capsys.readouterr()
    assert "\tgreffe\tRétablissement de l’import 2" in printed.out
    assert "import 1 : 4 nouvelles, 0 déjà présentes, 0 refusées" in printed.out
    assert "est déjà annulé" in printed.err
    assert "--replace" in printed.err


# Export


def test_an_export_has_a_row_per_line_in_words(lake: Lake) -> None:
    corrections.review(
        lake, [row["seizure_id"] for row in _seizures(lake) if row["line_key"] == "n:2"], "duplicate", author="moi"
    )
    rows = {row["numero_ligne"]: row for row in export.rows(lake).to_pylist()}
    assert list(rows) == ["h:a:1", "1", "2", "4"]
    told = ("etablissement", "type_objet", "quantite", "nature_fouille", "cellules_fouillees", "numero_fouille", "etat")
    assert [tuple(row[name] for name in told) for row in rows.values()] == [
        ("Maison d’arrêt de Nice", "mini-téléphone", "2", None, None, None, "à vérifier"),
        ("Centre pénitentiaire de Fleury-Mérogis", "smartphone", "3", "fouille de cellule", "4", "S1", "à vérifier"),
        ("Centre pénitentiaire de Fleury-Mérogis", "carte SIM", "> 1", None, None, "S1", "doublon"),
        ("Maison d’arrêt de Nice", None, None, "fouille de cellule", "inconnu", "S2", None),
    ]
    days = [(str(row["date_saisie"]), row["date_fin"] and str(row["date_fin"])) for row in rows.values()]
    assert days[0] == ("2025-02-01", "2025-02-28")
    assert days[1] == ("2025-01-10", None)


def _seizures(lake: Lake) -> list[dict[str, Any]]:
    with lake.attached() as connection:
        return list(connection.execute("FROM lake.seizure").to_arrow_table().to_pylist())


def test_what_is_exported_can_be_imported_to_the_same_register(lake: Lake, tmp_path: Path) -> None:
    """The export read back by hand: its numbers are identities, so that nothing is new in the register it came from."""
    rows = export.rows(lake).to_pylist()
    keys = {"Maison d’arrêt de Nice": "nice", "Centre pénitentiaire de Fleury-Mérogis": "fleury"}
    items = {"smartphone": "phone", "mini-téléphone": "mini", "carte SIM": "sim", None: "."}
    lines = [
        {
            "key": row["numero_ligne"] if row["numero_ligne"].startswith("h:") else "n:" + row["numero_ligne"],
            "when": _when(row),
            "place": keys[row["etablissement"]],
            "item": items[row["type_objet"]],
            "qty": (row["quantite"] or ".").replace("> ", ">"),
            "find": row["numero_saisie"] or ".",
            "search": row["numero_fouille"] or ".",
            "cells": {None: ".", "inconnu": "?"}.get(row["cellules_fouillees"], row["cellules_fouillees"]),
        }
        for row in rows
    ]
    other = Lake(tmp_path / "other", "registered")
    imports.commit(other, of_lines(lines), author="moi")
    assert export.rows(other).drop_columns("reference") == export.rows(lake).drop_columns("reference")
    again = imports.preview(lake, of_lines(lines))
    assert (again.counts.new, again.counts.already_there, again.counts.refused) == (0, 4, 0)


def _when(row: dict[str, Any]) -> str:
    return str(row["date_saisie"])[:7] if row["date_fin"] else str(row["date_saisie"])


def test_any_register_is_exported_whole(tmp_path: Path) -> None:
    """Rows that no import brought have numbers too; the sums are those of the register, to the unit."""
    searches, seizures = random_rows(5, 400)
    held = served_world(tmp_path, searches, seizures)
    rows = export.rows(held.lake).to_pandas()
    assert rows["numero_ligne"].is_unique
    assert len(rows) == len(searches) + len(seizures)
    assert rows["type_objet"].notna().sum() == len(seizures)
    assert rows["nature_fouille"].notna().sum() == len(searches)
    exact = pd_sum(rows["quantite"])
    at_least = seizures["quantity_min"][seizures["quantity_qualifier"] == "at_least"]
    assert exact == int(seizures["quantity_min"].sum()) - len(at_least)


def pd_sum(quantities: Any) -> int:
    """The numbers of « 3 », « > 2 » and « inconnu » (which counts 1), added up."""
    texts = quantities.dropna().str.removeprefix("> ").replace("inconnu", "1")
    return int(texts.astype(int).sum())


def test_an_export_of_an_older_version_is_that_version(lake: Lake) -> None:
    older: pa.Table = export.rows(lake, 3)
    assert older.num_rows == export.rows(lake).num_rows + 1
    assert grid(FILE)[0]["key"] == "n:1"
