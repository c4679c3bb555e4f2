"""Adding a published figure: whole and sourced it is appended, otherwise refused in French with nothing written."""

import csv
import shutil
from pathlib import Path

import pytest

from portique import cli
from portique.config import DATA
from portique.errors import FigureRefused
from portique.register import figures

WHOLE = {
    "figure_id": "NAT-900",
    "scope_kind": "national",
    "scope": "France",
    "period_start": "2025-01-01",
    "period_end": "2026-01-01",
    "measure": "phones_seized",
    "value": "1234",
    "unit": "phones",
    "qualifier": "more_than",
    "definition_note": "« plus de 1 234 téléphones », virgules, comprises",
    "source_title": "Un titre",
    "source_publisher": "Un éditeur",
    "source_url": "https://www.example.org/a?b=c",
    "published_on": "2026-02",
    "confidence": "press",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    names = (*figures.LISTS.values(), "published_figures", "published_figures_unusable")
    for name in names:
        shutil.copy(DATA / f"{name}.csv", tmp_path)
    return tmp_path


def held(folder: Path) -> list[dict[str, str]]:
    with (folder / "published_figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_columns_are_those_of_the_file() -> None:
    with (DATA / "published_figures.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == list(figures.COLUMNS)


def test_a_whole_figure_is_appended_and_nothing_else_changes(folder: Path) -> None:
    before = (folder / "published_figures.csv").read_bytes()
    written = figures.add(WHOLE, folder)
    after = (folder / "published_figures.csv").read_bytes()
    assert after.startswith(before)
    assert after[len(before) :].count(b"\n") == 1
    assert held(folder)[-1] == written
    assert {name: written[name] for name in WHOLE} == WHOLE
    assert (written["checked"], written["preferred"], written["note"]) == ("not_checked", "true", "")
    assert not list(folder.glob("*.new"))


def test_a_file_without_a_last_line_end_gets_one(folder: Path) -> None:
    path = folder / "published_figures.csv"
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    count = len(held(folder))
    figures.add(WHOLE, folder)
    assert [row["figure_id"] for row in held(folder)[count:]] == ["NAT-900"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"source_url": ""}, "--source-url manque"),
        ({"source_title": " "}, "--source-title manque"),
        ({"source_publisher": ""}, "--source-publisher manque"),
        ({"period_start": ""}, "--period-start manque"),
        ({"period_end": ""}, "--period-end manque"),
        ({"definition_note": ""}, "--definition-note manque"),
        ({"value": ""}, "--value manque"),
        ({"confidence": ""}, "--confidence manque"),
        ({"scope_kind": "establishment"}, "--establishment-id manque"),
        ({"source_url": "http://www.example.org/"}, "--source-url : « http://www.example.org/ » ne convient pas"),
        ({"source_url": "https://nulle-part"}, "ne convient pas"),
        ({"source_url": "https://a.fr/b c"}, "ne convient pas"),
        ({"source_url": "javascript:alert(1)"}, "ne convient pas"),
        ({"figure_id": "NAT-091"}, "« NAT-091 » existe déjà"),
        ({"figure_id": "NAT-082"}, "« NAT-082 » existe déjà"),  # among the unusable ones
        ({"figure_id": "nat-1"}, "--figure-id : « nat-1 » ne convient pas"),
        ({"measure": "telephones"}, "« telephones » n’est pas dans data/published_measures.csv"),
        ({"unit": "pommes"}, "« pommes » n’est pas dans data/published_units.csv"),
        ({"qualifier": "presque"}, "écrivez exact, about, more_than, at_least"),
        ({"establishment_id": "cp-nulle-part"}, "n’est pas dans data/establishments.csv"),
        ({"value": "1 234"}, "--value : « 1 234 » ne convient pas"),
        ({"value": "nan"}, "ne convient pas"),
        ({"value": "1,5"}, "ne convient pas"),
        ({"period_end": "2025-01-01"}, "est vide : --period-end est le lendemain du dernier jour"),
        ({"period_start": "2026-05-01"}, "est vide"),
        ({"period_start": "20250101"}, "--period-start : « 20250101 » n’est pas un jour"),
        ({"period_end": "2025-02-30"}, "n’est pas un jour"),
        ({"published_on": "mai 2025"}, "--published-on : « mai 2025 » ne convient pas"),
        ({"published_on": "2025-13"}, "ne convient pas"),
        ({"note": "l'an dernier"}, "écrivez l’apostrophe ’"),
        ({"definition_note": "deux\nlignes"}, "tenir sur une ligne"),
        ({"checked": "vu"}, "--checked : « vu » est inconnu"),
        (
            {"period_start": "2024-01-01", "period_end": "2025-01-01", "measure": "phones_and_accessories_seized"},
            "NAT-079 est déjà la valeur à citer",
        ),
    ],
)
def test_a_figure_that_breaks_a_rule_is_refused(folder: Path, changes: dict[str, str], said: str) -> None:
    before = (folder / "published_figures.csv").read_bytes()
    with pytest.raises(FigureRefused, match="rien n’a été écrit") as refused:
        figures.add(WHOLE | changes, folder)
    assert said in str(refused.value)
    assert (folder / "published_figures.csv").read_bytes() == before


def test_every_broken_rule_is_said_at_once(folder: Path) -> None:
    with pytest.raises(FigureRefused) as refused:
        figures.add({}, folder)
    needed = [column for column in figures.COLUMNS if column not in (*figures.OPTIONAL, *figures.DEFAULTS)]
    assert str(refused.value).count("manque") == len(needed)


def test_another_value_of_a_fact_is_taken_when_it_is_not_the_one_to_quote(folder: Path) -> None:
    fact = {"period_start": "2024-01-01", "period_end": "2025-01-01", "measure": "phones_and_accessories_seized"}
    figures.add(WHOLE | fact | {"unit": "items", "preferred": "false"}, folder)
    assert held(folder)[-1]["preferred"] == "false"


def test_every_figure_of_the_data_would_be_taken_today_but_for_what_is_known(folder: Path) -> None:
    """The rules are those of the file: what an older row lacks is a page in http, a day, or an establishment."""
    for name in ("published_figures", "published_figures_unusable"):
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        (folder / f"{name}.csv").write_text(",".join(figures.COLUMNS) + "\n", encoding="utf-8")
        for row in rows:
            said = list(figures._refusals(row | {"checked": "confirmed"}, folder))
            known = ("--source-url", "--period-start manque", "--period-end manque", "--establishment-id manque")
            assert [sentence for sentence in said if not sentence.startswith(known)] == [], row["figure_id"]


def test_the_command_adds_or_refuses(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real = figures.add
    monkeypatch.setattr(figures, "add", lambda given: real(given, folder))
    words = [word for name, text in WHOLE.items() for word in (f"--{name.replace('_', '-')}", text)]
    assert cli.main(["figure", "add", *words]) == 0
    assert "NAT-900 est ajouté" in capsys.readouterr().out
    assert cli.main(["figure", "add", *words]) == 1
    assert "existe déjà" in capsys.readouterr().err
    assert len([row for row in held(folder) if row["figure_id"] == "NAT-900"]) == 1
