"""The one way from a file to the register, and the commands that take it: counts, reports, exit statuses."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from intake_files import TODAY, read, usual, xlsx

from portique import cli
from portique.errors import FileRefused
from portique.register import export, importing, imports
from portique.register.history import totals
from portique.register.importing import Examined
from portique.register.intake import refused
from portique.register.intake.decisions import Decisions
from portique.register.lake import Lake

GOOD = "20/05/2025;Centre pénitentiaire de Fresnes;Île-de-France;mini-téléphone;;2;fouille de cellule;;;;"
PLAIN = "21/05/2025;Maison d’arrêt de Nice;;smartphone;;1;;;;;"
NO_DAY = "31/02/2025;Maison d’arrêt de Nice;;smartphone;;1;;;;;"
NUMBERED = "numero_ligne;date_saisie;etablissement;type_objet;quantite\n"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "register", "registered")


def put(lake: Lake, content: str | bytes, decisions: Decisions | None = None) -> tuple[Examined, imports.Outcome]:
    checked = importing.checks(lake, read(content), decisions, today=TODAY)
    return importing.commit(lake, checked, author="moi")


def told(examined: Examined) -> tuple[int, int, int, int]:
    """read, new, already there, refused; the checks and the register agree on them."""
    counts, checked = examined.counts, examined.checked
    assert (counts.read, counts.refused) == (checked.read, checked.refused)
    assert counts.new == checked.accepted - counts.already_there
    assert counts.read == counts.new + counts.already_there + counts.refused
    return counts.read, counts.new, counts.already_there, counts.refused


def phones(lake: Lake) -> int:
    return int(totals(lake, lake.version_number(), "month")["quantity"].sum())


def test_what_is_said_before_is_what_is_done(lake: Lake) -> None:
    before = importing.examine(lake, read(usual(GOOD, PLAIN, NO_DAY)), today=TODAY)
    assert not lake.folder.exists()
    after, outcome = put(lake, usual(GOOD, PLAIN, NO_DAY))
    assert told(before) == told(after) == (3, 2, 0, 1)
    assert (before.verdict, before.status, outcome.import_id, phones(lake)) == ("partial", 1, 1, 3)


def test_the_same_file_again_changes_nothing(lake: Lake) -> None:
    put(lake, usual(GOOD, PLAIN))
    again, outcome = put(lake, usual(GOOD, PLAIN))
    assert told(again) == (2, 0, 2, 0)
    assert (outcome.version, phones(lake), again.status) == (None, 3, 0)
    assert "Rien n’a changé" in str(outcome)


def test_a_line_that_the_register_contradicts_comes_back_with_its_reason(lake: Lake) -> None:
    put(lake, NUMBERED + "1;20/05/2025;Arras;smartphone;2\n2;20/05/2025;Arras;smartphone;4\n")
    content = NUMBERED + "9;31/02/2025;Arras;smartphone;1\n3;20/05/2025;Arras;smartphone;8\n2;20/05/2025;Arras;puce;4\n"
    seen = importing.examine(lake, read(content), today=TODAY)
    assert told(seen) == (3, 1, 0, 2)
    assert [(each.row, each.column) for each in seen.checked.reasons()] == [
        (2, "date_saisie"),
        (4, importing.WHOLE_LINE),
    ]
    assert seen.checked.quantity_sum == 8
    assert seen.checked.sums == {"smartphone": 8}
    rows = list(openpyxl.load_workbook(io.BytesIO(refused.workbook(seen.checked))).worksheets[0].values)
    assert "le registre a déjà cette ligne, avec d’autres valeurs" in str(rows[2][-2])
    assert [row[0] for row in rows[1:]] == ["9", "2"]


def test_the_returned_file_once_mended_is_imported_again(lake: Lake) -> None:
    put(lake, NUMBERED + "2;20/05/2025;Arras;smartphone;4\n")
    first, _ = put(lake, NUMBERED + "2;20/05/2025;Arras;puce;4\n3;20/05/2025;Arras;puce;1\n")
    book = openpyxl.load_workbook(io.BytesIO(refused.workbook(first.checked)))
    book.worksheets[0]["A2"] = "22"
    held = io.BytesIO()
    book.save(held)
    mended, _ = put(lake, held.getvalue())
    assert told(mended) == (1, 1, 0, 0)
    assert phones(lake) == 4 + 1 + 4


def test_a_file_of_which_nothing_stands_is_refused(lake: Lake) -> None:
    with pytest.raises(FileRefused, match="aucune des 1 lignes"):
        put(lake, usual(NO_DAY))
    assert not lake.folder.exists()
    put(lake, NUMBERED + "2;20/05/2025;Arras;smartphone;4\n")
    with pytest.raises(FileRefused, match="aucune des 1 lignes"):
        put(lake, NUMBERED + "2;20/05/2025;Arras;smartphone;5\n")
    assert phones(lake) == 4


def test_a_file_without_needed_columns_says_which(lake: Lake) -> None:
    with pytest.raises(FileRefused, match="« quantite »"):
        put(lake, "date_saisie;etablissement;type_objet\n20/05/2025;Arras;puce\n")


def test_decisions_hold_for_the_next_file_with_these_headings(lake: Lake) -> None:
    headings = "Jour;Prison;Chose;Combien de fois\n"
    columns = {"Jour": "found_on", "Prison": "establishment", "Chose": "item_type", "Combien de fois": "quantity"}
    put(lake, headings + "20/05/2025;Arras;puce;4\n", Decisions(columns=columns, establishments={"Arasse": "ma-arras"}))
    next_one, _ = put(lake, headings + "21/05/2025;Arasse;puce;4\n")
    assert told(next_one) == (1, 1, 0, 0)


def test_only_what_was_asked_for_is_taken(lake: Lake) -> None:
    content = usual(GOOD, PLAIN)
    taken = {
        kind: importing.checks(lake, read(content), Decisions(kind=kind), today=TODAY)
        for kind in ("both", "seizures", "searches")
    }
    held = {kind: each.prepared for kind, each in taken.items()}
    counts = {kind: each and (each.searches.num_rows, each.seizures.num_rows) for kind, each in held.items()}
    assert counts == {"both": (1, 2), "seizures": (0, 2), "searches": (2, 0)}
    assert held["seizures"] is not None
    assert held["seizures"].seizures["search_ref"].null_count == 2


@pytest.mark.parametrize("write", [export.as_csv, export.as_xlsx])
def test_an_export_imported_elsewhere_has_the_same_totals(lake: Lake, tmp_path: Path, write: Any) -> None:
    put(lake, usual(GOOD, PLAIN, "mai 2025;non précisé;;chargeur;=1+1;> 20;;Qui;;;"))
    other = Lake(tmp_path / "other", "registered")
    content = write(export.rows(lake))
    examined, _ = put(other, content)
    assert told(examined) == (3, 3, 0, 0)
    for by in ("establishment", "month", "item_type"):
        assert totals(other, 2, by).equals(totals(lake, 2, by))
    assert told(put(lake, content)[0]) == (3, 0, 3, 0)


# The command


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PORTIQUE_REGISTER", str(tmp_path / "register"))
    return tmp_path


def run(folder: Path, content: bytes | str, *more: str, name: str = "saisies.csv") -> tuple[int, dict[str, Any]]:
    """The exit status and the report of `portique import`."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    status = cli.main(["import", str(path), "--report", str(folder / "report.json"), *more])
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["rows"] == report["accepted"] + report["refused"] + report["already_there"]
    assert report["file"] == name
    return status, report


def test_exit_statuses_whole_in_part_refused(folder: Path) -> None:
    status, report = run(folder, usual(GOOD))
    assert (status, report["verdict"], report["accepted"], report["quantity_sum"]) == (0, "accept", 1, 2)
    status, report = run(folder, usual(GOOD, PLAIN, NO_DAY))
    assert (status, report["verdict"], report["refused"], report["already_there"]) == (1, "partial", 1, 1)
    status, report = run(folder, usual(NO_DAY))
    assert (status, report["verdict"], report["rows"]) == (2, "reject_file", 1)
    assert report["reasons"][0]["column"] == "date_saisie"
    status, report = run(folder, b"\x89PNG\r\n\x1a\n" + bytes(30), name="image.csv")
    assert (status, report["verdict"], report["rows"]) == (2, "reject_file", 0)
    assert "Rien n’a été importé" in report["reasons"][0]["found"]
    assert phones(Lake(folder / "register", "registered")) == 3


def test_a_trial_writes_nothing_but_its_report(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(folder, usual(GOOD, NO_DAY), "--dry-run")[0] == 1
    said = capsys.readouterr()
    assert not (folder / "register").exists()
    assert "1 acceptée + 1 refusée + 0 déjà présente" in said.out
    assert "ligne 3, « date_saisie »" in said.out
    assert "Lecture" in said.err


def test_the_command_keeps_author_and_message_and_gives_the_refused_lines(folder: Path) -> None:
    returned = folder / "a-corriger.xlsx"
    run(folder, usual(GOOD, NO_DAY), "--author", "Léa", "--message", "mai", "--refused", str(returned))
    newest = Lake(folder / "register", "registered").versions()[0]
    assert (newest.author, newest.message) == ("Léa", "mai")
    assert openpyxl.load_workbook(returned).worksheets[0]["A2"].value == "31/02/2025"


def test_the_command_takes_decisions_and_refuses_what_is_none(folder: Path) -> None:
    mapping = folder / "mapping.json"
    mapping.write_text(json.dumps({"columns": {"Chose": "item_type"}, "establishments": {"Arasse": "ma-arras"}}))
    content = "date;etablissement;Chose;nombre\n20/05/2025;Arasse;puce;2\n"
    assert run(folder, content)[0] == 2
    assert run(folder, content, "--mapping", str(mapping))[0] == 0
    mapping.write_text("[1]")
    status, report = run(folder, content, "--mapping", str(mapping))
    assert (status, "correspondances" in report["reasons"][0]["found"]) == (2, True)


def test_template_schema_and_export_are_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["template", str(folder / "modele.xlsx")]) == 0
    assert cli.main(["schema", str(folder / "schema.json")]) == 0
    assert openpyxl.load_workbook(folder / "modele.xlsx").sheetnames[0] == "Lignes"
    assert json.loads((folder / "schema.json").read_text(encoding="utf-8"))["fields"][0]["name"] == "date_saisie"
    assert cli.main(["export", str(folder / "registre.csv")]) == 1
    assert "aucun registre à exporter" in capsys.readouterr().err
    run(
        folder,
        xlsx([["date_saisie", "etablissement", "type_objet", "quantite"], [date(2025, 5, 20), "Arras", "puce", 3]]),
    )
    assert cli.main(["export", str(folder / "registre.csv")]) == 0
    assert "Maison d’arrêt d’Arras" in (folder / "registre.csv").read_text(encoding="utf-8-sig")
    assert cli.main(["export", str(folder / "registre.pdf")]) == 1
    assert cli.main(["export", str(folder / "absent" / "registre.csv")]) == 1
