"""The walls between the rooms: who may import what, read in the code and seen in a running Python."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from portique.config import PROJECT

MODULES = sorted((PROJECT / "portique").rglob("*.py"))
SCREENS = [path for path in (PROJECT / "app.py", *sorted((PROJECT / "pages").glob("*.py"))) if path.exists()]

# A wing may import those that stand after it, and itself.
WINGS = ("showing", "reading", "register", "config")
DRAWING = {"streamlit", "plotly", "pydeck"}


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def wing(path: Path) -> str:
    return path.relative_to(PROJECT / "portique").parts[0]


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_run_one_way(path: Path) -> None:
    used = {module.split(".")[1] for module in imports(path) if module.startswith("portique.")}
    if wing(path) in WINGS:
        allowed = {*WINGS[WINGS.index(wing(path)) :], "errors"}
        assert used <= allowed


@pytest.mark.parametrize("path", [*MODULES, *SCREENS], ids=name)
def test_who_uses_what(path: Path) -> None:
    roots, place = {module.split(".")[0] for module in imports(path)}, name(path)
    assert "duckdb" not in roots or place.startswith("portique/register/")
    screen = place.startswith("portique/showing/ui/") or path in SCREENS
    assert "streamlit" not in roots or screen
    assert not roots & DRAWING or screen or place.startswith("portique/showing/")


@pytest.mark.parametrize("path", [*MODULES, *SCREENS], ids=name)
def test_every_module_says_what_it_is_and_catches_what_it_names(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert (ast.get_docstring(tree) or "").strip()
    caught = [node.type for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)]
    assert not [kind for kind in caught if kind is None or ast.unparse(kind) in ("Exception", "BaseException")]


# These read Markdown, in which a picture asks another host: what they show is our own words, or goes through `as_text`.
READ_MARKDOWN = {"markdown", "caption", "write", "info", "warning", "error", "success", "toast", "dialog"}


@pytest.mark.parametrize("path", [*MODULES, *SCREENS], ids=name)
def test_words_that_may_hold_data_are_shown_as_text(path: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    shown = [call.args[0] for call in calls if ast.unparse(call.func) in {f"st.{kind}" for kind in READ_MARKDOWN}]
    assert [
        ast.unparse(words)
        for words in shown
        if not isinstance(words, ast.Constant) and "as_text(" not in ast.unparse(words) and not _is_ours(words)
    ] == []


def _is_ours(words: ast.expr) -> bool:
    """A title made of our own words and a number that the register gave, or the constant that names a dialogue."""
    return ast.unparse(words) in ("words", "matches.OPENER")


@pytest.mark.parametrize("path", [*MODULES, *SCREENS], ids=name)
def test_functions_fit_on_a_screen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert [node.name for node in functions if (node.end_lineno or 0) - node.lineno >= 40] == []


def loaded_by(module: str) -> set[str]:
    """The packages that a fresh Python has loaded once it has imported a module."""
    script = f"import sys, {module}; print(' '.join({{name.split('.')[0] for name in sys.modules}}))"
    run = subprocess.run([sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True)
    return set(run.stdout.split())


@pytest.mark.parametrize(
    ("module", "never"),
    [
        ("portique.reading.exhibits.places", DRAWING | {"geopandas", "statsmodels"}),
        ("portique.reading.exhibits.suppliers", DRAWING | {"geopandas", "statsmodels"}),
        ("portique.reading.exhibits.over_time", DRAWING | {"geopandas", "statsmodels"}),
        ("portique.reading.exhibits.comparison", DRAWING | {"geopandas", "statsmodels"}),
        ("portique.reading.statistics.interrupted", DRAWING | {"duckdb", "statsmodels"}),
        ("portique.reading.statistics.funnel", DRAWING | {"duckdb", "statsmodels"}),
        ("portique.reading.exhibits.calibrated", DRAWING | {"geopandas"}),
        ("portique.register.served", DRAWING | {"geopandas", "scipy"}),
        ("portique.register.demonstration", DRAWING | {"duckdb"}),
        ("portique.errors", DRAWING | {"pandas", "duckdb"}),
    ],
)
def test_a_running_python_agrees(module: str, never: set[str]) -> None:
    assert loaded_by(module) & never == set()


def test_the_engine_is_opened_in_one_place() -> None:
    """Only `engine` opens a DuckDB connection: that is where the seal is."""
    opening = [name(path) for path in MODULES if "duckdb.connect" in path.read_text(encoding="utf-8")]
    assert opening == ["portique/register/engine.py"]
