"""The set-up script: what is missing is one sentence, and a set-up that was cut short is completed."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parent.parent / "tools" / "set_up.py"


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The script, loaded as a module over a small checkout whose commands are recorded instead of run."""
    spec = importlib.util.spec_from_file_location("set_up", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "ROOT", tmp_path)
    monkeypatch.setattr(script, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(script, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(script, "LOG", tmp_path / ".venv/installation.log")
    for name in ("requirements.txt", "requirements-dev.txt", "pyproject.toml"):
        (tmp_path / name).write_text(f"# {name}\n")
    script.calls = []
    monkeypatch.setattr(script.subprocess, "call", lambda command, **_: pretend(script, command))
    return script


def pretend(script: ModuleType, command: list[str]) -> int:
    """Record a command by what it works on; making the environment makes its Python."""
    script.calls.append(Path(command[-1]).name)
    if "venv" in command:
        script.PYTHON.parent.mkdir(parents=True)
        script.PYTHON.touch()
    return 0


def test_a_first_set_up_does_each_step_once_and_a_second_nothing(set_up: ModuleType) -> None:
    assert set_up.main([]) == 0
    assert set_up.calls == [".venv", "requirements.txt", set_up.ROOT.name]
    set_up.calls.clear()
    assert set_up.main([]) == 0
    assert set_up.calls == ["import flit_core"]


def test_development_adds_its_own_step(set_up: ModuleType) -> None:
    set_up.main([])
    set_up.calls.clear()
    assert set_up.main(["--development"]) == 0
    assert set_up.calls == ["import flit_core", "requirements-dev.txt"]


def test_a_changed_lock_starts_from_an_empty_environment(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up.main([])
    (set_up.ROOT / "requirements.txt").write_text("# changed\n")
    set_up.calls.clear()
    monkeypatch.setattr(set_up, "create_environment", lambda: set_up.calls.append("created"))
    assert set_up.main([]) == 0
    assert set_up.calls == ["created", "requirements.txt"]


def test_a_set_up_cut_short_is_not_taken_for_done(set_up: ModuleType) -> None:
    set_up.PYTHON.parent.mkdir(parents=True)
    set_up.PYTHON.touch()
    assert set_up.is_done("requirements.txt") is False
    set_up.stamp("requirements.txt").write_text("something else")
    assert set_up.is_done("requirements.txt") is False


def test_a_moved_checkout_is_set_up_again(set_up: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    before = set_up.fingerprint("requirements.txt")
    moved = set_up.ROOT.rename(set_up.ROOT.with_name("moved"))
    monkeypatch.setattr(set_up, "ROOT", moved)
    assert set_up.fingerprint("requirements.txt") != before


@pytest.mark.parametrize("version", [(3, 10), (3, 15)])
def test_a_python_of_another_age_is_named(
    set_up: ModuleType,
    version: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(set_up.sys, "version_info", (*version, 1))
    assert set_up.main([]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "Python 3.11 à 3.14" in said
    assert "Python {}.{}".format(*version) in said
    assert set_up.calls == []


def test_a_missing_venv_module_names_the_package(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(set_up.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    assert set_up.main([]) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "apt-get install python3-venv" in said


def test_a_venv_that_cannot_be_made_names_the_package(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(set_up.subprocess, "call", lambda *_, **__: 1)
    assert set_up.main([]) == 1
    assert "apt-get install python3-venv" in capsys.readouterr().err


def test_an_unwritable_checkout_is_named(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(set_up.os, "access", lambda *_: False)
    assert set_up.main([]) == 1
    assert f"{set_up.ROOT} n’est pas accessible en écriture" in capsys.readouterr().err


def test_an_interruption_is_a_sentence_and_leaves_no_stamp(
    set_up: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(set_up, "explain", interrupt)
    monkeypatch.setattr(
        set_up.subprocess, "call", lambda command, **_: int("pip" in command) or pretend(set_up, command)
    )
    set_up.ENVIRONMENT.mkdir()
    assert set_up.main([]) == 130
    assert "Installation interrompue" in capsys.readouterr().err
    assert not set_up.is_done("requirements.txt")


@pytest.mark.parametrize(
    ("log", "cause"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "empreinte différente"),
        (
            "WARNING: Retrying (Retry(total=0\nERROR: No matching distribution found for x",
            "vérifiez le réseau",
        ),
        ("ERROR: No matching distribution found for duckdb==1.5.5", "pour cette machine et ce Python"),
        ("OSError: [Errno 28] No space left on device", "plus de place sur le disque"),
        ("Segmentation fault", "pip a échoué"),
    ],
)
def test_pips_failure_has_its_cause(set_up: ModuleType, log: str, cause: str) -> None:
    sentence = set_up.explain(log)
    assert cause in sentence
    assert sentence.endswith("installation.log")
