"""Docs that cannot lag: what the product has, its documents name; what they promise, stands."""

import argparse
import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from portique import cli
from portique.config import PROJECT
from portique.reading import definitions
from portique.reading.selection import FACETS
from portique.register import reference, schema

README = (PROJECT / "README.md").read_text(encoding="utf-8")
GLOSSARY = (PROJECT / "GLOSSARY.md").read_text(encoding="utf-8")
DECISIONS = PROJECT / "docs" / "decisions"
MODULES = sorted((PROJECT / "portique").rglob("*.py"))
OURS = [
    *PROJECT.glob("*.md"),
    *(PROJECT / "docs").rglob("*.md"),
    *(PROJECT / "data").glob("*.md"),
]

# Nothing of how, where or by whom it was written belongs into what is handed over.
FORBIDDEN = [
    r"\bsession \d|\bagent\b|\bassistant\b",
    r"(?<!&)#\d+\b|\bissues?\b|\bticket\b",
    r"\.\./shared|/work/|/home/|/root/|[A-Z]:\\",
]
# What one picture of the README may weigh.
MOST_BYTES = 300_000


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def calls(path: Path, function: str) -> Iterator[ast.Call]:
    """Every call `….function(…)` in a file."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == function:
            yield node


def settings() -> set[str]:
    """The names that portique/ reads from the environment."""
    texts = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    return set(re.findall(r"[\"'f]((?:PORTIQUE|STREAMLIT)_[A-Z_]+)\"", texts))


def sub_commands() -> list[str]:
    """The commands of `portique`."""
    (held,) = [action for action in cli._parser()._actions if isinstance(action, argparse._SubParsersAction)]
    return list(held.choices)


def test_the_lists_below_are_not_empty() -> None:
    assert {"PORTIQUE_REGISTER", "PORTIQUE_PORT", "STREAMLIT_SERVER_ALLOWED_HOSTS"} <= settings()
    assert "demo" in sub_commands()
    assert len(OURS) > 8


def test_every_page_is_in_the_readme() -> None:
    pages = list(calls(PROJECT / "app.py", "Page"))
    titles = [ast.literal_eval(word.value) for page in pages for word in page.keywords if word.arg == "title"]
    assert len(titles) == len(pages) == len(list((PROJECT / "pages").glob("*.py")))
    assert [title for title in titles if f"- **{title}** (`/" not in README] == []


def test_every_setting_is_in_the_readme() -> None:
    assert [setting for setting in sorted(settings()) if f"| `{setting}` |" not in README] == []


def test_the_readme_names_no_setting_that_nothing_reads() -> None:
    assert set(re.findall(r"^\| `([A-Z_]+)` \|", README, flags=re.MULTILINE)) == settings()


def test_the_defaults_in_the_readme_are_those_in_force(monkeypatch: pytest.MonkeyPatch) -> None:
    from portique import config, launch

    for setting in settings():
        monkeypatch.delenv(setting, raising=False)
    held, (address, port) = config.settings(), launch.address_and_port()
    defaults = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)`", README, flags=re.MULTILINE))
    assert defaults == {
        "PORTIQUE_REGISTER": held.register_folder.name,
        "PORTIQUE_PORT": str(port),
        "PORTIQUE_ADDRESS": address,
        "PORTIQUE_MEMORY_MB": str(held.memory_limit_mb),
        "PORTIQUE_THREADS": str(held.threads),
        "PORTIQUE_QUESTION_SECONDS": f"{held.question_seconds:g}",
    }


def test_every_command_is_in_the_readme() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE)
    assert "run" in targets
    assert [target for target in targets if f"`make {target}`" not in README] == []
    assert [command for command in sub_commands() if f"`portique {command}`" not in README] == []


def test_the_readme_names_no_command_that_does_not_exist() -> None:
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):.*## ", makefile, flags=re.MULTILINE))
    assert set(re.findall(r"`make ([a-z-]+)", README)) <= targets
    assert set(re.findall(r"`portique ([a-z-]+)`", README)) == set(sub_commands())


def test_the_two_commands_stand_in_sight() -> None:
    first = README.splitlines()[:29]
    for command in ("make run", "make test"):
        assert any(line.startswith(command) for line in first)


@pytest.mark.parametrize("path", re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README))
def test_the_images_of_the_readme_are_there_and_light(path: str) -> None:
    assert (PROJECT / path).stat().st_size <= MOST_BYTES
    with Image.open(PROJECT / path) as image:
        assert image.width >= 700


def test_the_readme_shows_the_first_page_above_its_commands() -> None:
    assert 0 < README.index("docs/images/carte.png") < README.index("make run ")


@pytest.mark.parametrize("path", OURS, ids=name)
def test_every_link_between_documents_leads_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (path.parent / target).exists()] == []


@pytest.mark.parametrize("path", OURS, ids=name)
def test_no_document_speaks_of_how_it_was_written(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [found for pattern in FORBIDDEN for found in re.findall(pattern, text)] == []


def test_every_decision_is_listed_once_and_numbered_in_order() -> None:
    index = (DECISIONS / "README.md").read_text(encoding="utf-8")
    files = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    assert re.findall(r"\]\((\d{4}-[a-z-]+\.md)\)", index) == files
    numbers = [int(file[:4]) for file in files]  # one may be kept for a decision that is still being made
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("path", sorted(DECISIONS.glob("[0-9]*.md")), ids=name)
def test_a_decision_is_a_page_of_four_parts(path: Path) -> None:
    parts = re.findall(r"^## (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert parts == ["Context", "Options", "Decision", "Consequences"]


def test_the_glossary_has_every_measure() -> None:
    held = definitions.measures().values()
    assert [each.code for each in held if f"| `{each.code}` | {each.label} |" not in GLOSSARY] == []


def test_the_glossary_has_every_filter() -> None:
    words = " ".join(GLOSSARY.split())
    assert [facet.label for facet in FACETS if facet.label not in words] == []
    assert [facet.field for facet in FACETS if f"`{facet.field}`" not in words] == []


def test_the_glossary_has_every_kind_and_every_status() -> None:
    kinds = reference.codes("establishment_kinds", "kind")
    terms = [*kinds, *schema.QUALIFIERS, *schema.REVIEW_STATES, "published", "registered", "demonstration"]
    assert [term for term in terms if f"`{term}`" not in GLOSSARY] == []


def test_the_glossary_gives_a_word_once() -> None:
    terms = re.findall(r"^\| ([^|]+?) \|", GLOSSARY, flags=re.MULTILINE)
    words = [term for term in terms if term not in ("English", "---")]
    assert len(words) > 60
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_the_change_log_has_the_version() -> None:
    project = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    (version,) = re.findall(r"^version = \"([^\"]+)\"", project, flags=re.MULTILINE)
    log = (PROJECT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest, *_ = re.findall(r"^## (\S+)", log, flags=re.MULTILINE)
    assert newest == version


def test_the_counts_in_the_readme_are_those_of_the_data() -> None:
    establishments, figures = len(reference.table("establishments")), len(reference.table("published_figures"))
    assert f"les {establishments} lignes" in README
    assert f"the {establishments} establishments" in README
    assert f"{figures}, chacun" in README
    assert f"{figures} published figures" in README
