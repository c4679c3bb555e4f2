"""What a fresh clone relies on: locked requirements, a clean tree, commands and settings that exist."""

import ast
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from streamlit import config

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SETTINGS = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))
# Written in two halves, or this file would name what it forbids.
FOREIGN = re.compile(
    r"pypi\.(?:org|io)|python" + r"hosted\.org|registry\.npm" + r"js|deb\.debian" + r"\.org"
    r"|(?<![\w./-])/(?:home|root|work|Users)/\w"
)


def entries(lock: str) -> list[str]:
    """The requirements of a lock, each with its hashes on one line."""
    text = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def pins(lock: str) -> dict[str, str]:
    """Name → version and marker."""
    return dict(entry.split(" --hash")[0].split("==", 1) for entry in entries(lock))


def direct() -> list[str]:
    """The requirements that pyproject.toml names itself."""
    groups = PYPROJECT["dependency-groups"]
    return [*PYPROJECT["project"]["dependencies"], *groups["install"], *groups["dev"]]


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast of two #RRGGBB colours (https://www.w3.org/TR/WCAG21/#dfn-contrast-ratio)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_tracked_files_name_no_registry_and_no_machine_path() -> None:
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    files = [ROOT / name for name in names if name and (ROOT / name).is_file()]
    assert ROOT / "pyproject.toml" in files
    found = {
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in files
        for match in FOREIGN.finditer(path.read_bytes().decode("utf-8", errors="ignore"))
    }
    assert found == set()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    shape = re.compile(r"[a-z0-9][a-z0-9._-]*==[^\s;*]+(?: ; [^#]+?)?(?:\s+--hash=sha256:[0-9a-f]{64})+\s*")
    assert [entry for entry in entries(lock) if not shape.fullmatch(entry)] == []
    assert len(entries(lock)) > len(PYPROJECT["project"]["dependencies"])


def test_each_lock_pins_a_package_once() -> None:
    assert [len(pins(lock)) for lock in LOCKS] == [len(entries(lock)) for lock in LOCKS]


def test_development_runs_the_versions_that_readers_run() -> None:
    run, development = (pins(lock) for lock in LOCKS)
    assert {name: development.get(name) for name in run} == run


def test_every_direct_dependency_is_locked_and_says_why() -> None:
    locked = pins("requirements-dev.txt")
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    names = [re.split(r"[^\w-]", requirement)[0] for requirement in direct()]
    assert [name for name in names if name not in locked] == []
    assert [r for r in direct() if not re.search(rf'^  "{re.escape(r)}", +# \w', text, re.MULTILINE)] == []


@cache
def owners() -> Mapping[str, list[str]]:
    """Module → the distributions that install it."""
    return importlib.metadata.packages_distributions()


def imported(path: Path) -> set[str]:
    """The distributions that a file imports from, ours and Python's own left out."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) if node.module and not node.level}
    outside = {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"portique"}
    return {owners()[name][0].lower().replace("_", "-") for name in outside}


def test_every_module_that_readers_run_is_a_direct_dependency() -> None:
    drawn_beforehand = ROOT / "portique/showing/basemap.py"
    files = {*(ROOT / "portique").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"}
    used = {(str(path.relative_to(ROOT)), name) for path in files - {drawn_beforehand} for name in imported(path)}
    declared = {re.split(r"[^\w-]", requirement)[0] for requirement in PYPROJECT["project"]["dependencies"]}
    assert used
    assert {(path, name) for path, name in used if name not in declared} == set()


def test_pyproject_and_set_up_agree_on_the_pythons() -> None:
    script = (ROOT / "tools/set_up.py").read_text(encoding="utf-8")
    assert PYPROJECT["project"]["requires-python"] == ">=3.11,<3.15"
    assert "OLDEST, NEWEST = (3, 11), (3, 14)" in script


def test_make_help_lists_every_target() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z][\w-]*):", makefile, re.MULTILINE))
    shown = subprocess.run(["make", "help"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert {"run", "setup", "test", "check", "bench", "static", "lock", "help"} <= targets
    assert dict.fromkeys(re.findall(r"^make ([\w-]+) +\S", shown, re.MULTILINE)).keys() == targets
    assert set(re.search(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[1].split()) == targets


def setting_names(settings: dict[str, Any], within: str = "") -> Iterator[str]:
    """The dotted names of nested settings."""
    for key, value in settings.items():
        yield from setting_names(value, f"{within}{key}.") if isinstance(value, dict) else [f"{within}{key}"]


def test_every_streamlit_setting_exists() -> None:
    known = config.get_config_options()
    assert set(setting_names(SETTINGS)) - known.keys() == set()


def test_nothing_leaves_the_machine_and_no_trace_reaches_a_reader() -> None:
    assert SETTINGS["browser"]["gatherUsageStats"] is False
    assert SETTINGS["server"]["address"] == "127.0.0.1"
    assert SETTINGS["client"]["showErrorDetails"] == "none"
    assert SETTINGS["client"]["showErrorLinks"] is False


@pytest.mark.parametrize(
    ("colour", "least"), [("textColor", 7.0), ("primaryColor", 4.5), ("linkColor", 4.5), ("borderColor", 3.0)]
)
def test_theme_colours_stand_out(colour: str, least: float) -> None:
    theme = SETTINGS["theme"]
    assert contrast(theme[colour], theme["backgroundColor"]) >= least
    if least >= 4.5:
        assert contrast(theme[colour], theme["secondaryBackgroundColor"]) >= least
