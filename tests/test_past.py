"""A version that is looked back at: every page says so, addresses and links keep it until it is left."""

from datetime import date
from pathlib import Path

import pytest
from files import prepared
from streamlit.testing.v1 import AppTest
from test_pages import _html, _visit, asked_of, tiles, words

from portique.reading.selection import Selection
from portique.register import imports
from portique.register.lake import Lake

FIRST = """
key  when       place  item  qty search cells
n:1  2025-05-10 fleury phone 3   S1     4
n:2  2025-06-11 nice   mini  2   .      .
"""
SECOND = """
key  when       place  item  qty search cells
n:3  2025-07-12 sante  phone 40  .      .
"""
BANNER = "pas la plus récente"


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """A user's register: created (1), two lines imported (2), one more (3)."""
    lake = Lake(tmp_path / "register", "registered")
    imports.commit(lake, prepared(FIRST), author="moi")
    imports.commit(lake, prepared(SECOND, "suite.csv"), author="elle")
    return lake


def visit(patch: pytest.MonkeyPatch, lake: Lake, page: str = "carte", **asked: str) -> AppTest:
    return _visit(patch, lake.folder, page, {"champ": "all", "debut": "2025-01-01", "fin": "2025-12-31"} | asked)


@pytest.mark.parametrize("page", ["carte", "tendances", "fournisseurs", "regions", "operation", "methode"])
def test_every_page_of_an_older_version_says_so(page: str, lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(monkeypatch, lake, page, version="2")
    assert not app.exception
    assert BANNER in words(app)
    assert asked_of(app, "version") == ["2"]
    assert BANNER not in words(visit(monkeypatch, lake, page))


def test_an_older_version_has_its_own_figures_and_an_address_without_it_leaves_it(
    lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(monkeypatch, lake, version="2")
    assert tiles(app)[0] == "5"
    assert "version=2" in " ".join(_html(app))
    del app.query_params["version"]  # as Back does
    app.run()
    assert tiles(app)[0] == "45"
    assert BANNER not in words(app)
    assert "version" not in app.query_params


def test_an_older_version_is_kept_from_page_to_page(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(monkeypatch, lake, version="2")
    app.query_params.clear()  # as the menu does
    app.switch_page("pages/tendances.py").run()
    assert BANNER in words(app)
    assert asked_of(app, "version") == ["2"]


@pytest.mark.parametrize("asked", ["4", "0", "-1", "deux", "²", "99999999999999999999"])
def test_a_version_that_there_is_not_is_dropped_and_said(
    asked: str, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = visit(monkeypatch, lake, version=asked)
    assert [asked in warning.value for warning in app.warning] == [True]
    assert "version" not in app.query_params
    assert tiles(app)[0] == "45"


def test_a_link_to_what_was_newest_still_shows_it(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(monkeypatch, lake, version="3")
    assert BANNER not in words(app)
    imports.undo(lake, 2, author="moi")
    app.run()
    assert BANNER in words(app)
    assert tiles(app)[0] == "45"
    assert not app.toast


def test_an_empty_version_has_its_sentence(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    app = visit(monkeypatch, lake, version="1")
    assert not app.exception
    assert app.info[0].value.startswith("Aucune fouille et aucune saisie")


def test_a_name_that_a_version_lacks_leaves_the_selection() -> None:
    day = date(2025, 1, 1)
    held = Selection(day, day.replace(year=2026), suppliers=("oportik", "perdu"), regions=("11",))
    known = {"suppliers": {"oportik": "Oportik"}, "regions": {"11": "Île-de-France"}}
    assert held.within(known) == held.with_(suppliers=("oportik",))
    assert held.with_(suppliers=("oportik",)).within(known).suppliers == ("oportik",)
