"""Each page opens in Streamlit's own harness, and a changed selection changes what it shows."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest
from worlds import World, world

from portique.reading import labels
from portique.showing.ui.controls import presets

SEARCHES = """
day        place  cells
2021-12-10 sante  10
2025-02-10 sante  10
2025-05-10 fleury 20
2025-11-10 nice   30
2025-12-31 nice   5
"""
SEIZURES = """
when       place  qty item  supplier channel      search
2021-12-10 sante  9   phone unknown  unknown      1
2025-02-10 sante  4   phone oportik  oportik_site 2
2025-05-10 fleury 2   mini  unknown  unknown      3
2025-05-10 fleury 6   sim   unknown  unknown      3
2025-11-10 nice   7   phone unknown  unknown      4
"""
_make = PagesManager.__init__
PAGES = {"carte": 0, "tendances": 1, "fournisseurs": 3, "regions": 1}  # with their plotly charts


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("own"), SEIZURES, SEARCHES)


@pytest.fixture
def visit(own: World, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Open a page of the user's register over all establishments, at an address: `visit("carte", region="53")`."""
    return lambda page="carte", **asked: _visit(monkeypatch, own.lake.folder, page, {"champ": "all"} | asked)


def _visit(patch: pytest.MonkeyPatch, folder: Path, page: str, asked: dict[str, Any]) -> AppTest:
    patch.setenv("PORTIQUE_REGISTER", str(folder))
    patch.setattr(PagesManager, "__init__", _leave_navigation_to_the_app)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    for name, value in asked.items():
        app.query_params[name] = value
    return (app if page == "carte" else app.switch_page(f"pages/{page}.py")).run()


def _leave_navigation_to_the_app(manager: PagesManager, *args: Any, **more: Any) -> None:
    """As `portique.launch` does once; the harness forgets it after each run."""
    _make(manager, *args, **more)
    PagesManager.uses_pages_directory = False


def words(app: AppTest) -> str:
    """Everything that the page wrote as HTML, without its tags."""
    return re.sub(r"<[^>]*>", " ", " ".join(_html(app)))


def _html(app: AppTest) -> list[str]:
    return [text for text in (element.proto.body for element in app.get("html")) if "<style>" not in text]


def months(app: AppTest) -> list[float]:
    """The values of the upright bars."""
    return [float(value) for value in re.findall(r'data-value="([^"]*)"', " ".join(_html(app)))]


def tiles(app: AppTest) -> list[str]:
    """The key figures."""
    return re.findall(r"<strong>(?:<small.*?</small> )?(.*?)</strong>", " ".join(_html(app)))


def asked_of(app: AppTest, name: str) -> list[str]:
    """The values of a parameter of the address; the harness gives a single one bare."""
    values = app.query_params[name]
    return values if isinstance(values, list) else [values]


def figures(app: AppTest) -> list[dict[str, Any]]:
    return [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]


def said(app: AppTest) -> str:
    """The line that says what is selected."""
    return next(text for text in _html(app) if "p-said" in text)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens(page: str, visit: Callable[..., AppTest]) -> None:
    app = visit(page)
    assert not app.exception
    assert not app.error
    assert len(figures(app)) == PAGES[page]
    assert "p-title" in " ".join(_html(app))
    assert "3\u00a0fouilles" not in said(app)
    assert "4\u00a0fouilles" in said(app)


@pytest.mark.parametrize("page", PAGES)
def test_a_chosen_region_changes_every_page_and_its_address(page: str, visit: Callable[..., AppTest]) -> None:
    app = visit(page)
    before = (words(app), months(app), figures(app))
    app.multiselect(key="facet-regions").select("93").run()
    assert not app.exception
    assert asked_of(app, "region") == ["93"]
    assert "Provence-Alpes-Côte d’Azur" in said(app)
    assert (words(app), months(app), figures(app)) != before


def test_key_figures_follow_the_selection(visit: Callable[..., AppTest]) -> None:
    app = visit()
    assert tiles(app)[:3] == ["13", "2", "65"]
    app.multiselect(key="facet-regions").select("11").run()
    assert tiles(app)[:3] == ["6", "2", "30"]
    assert tiles(visit(region="11", mesure="phones_and_accessories"))[0] == "12"


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ({"etablissement": "ma-nice"}, "7"),
        ({"departement": "91"}, "2"),
        ({"disp": "marseille"}, "7"),
        ({"type": "MA"}, "7"),
        ({"objet": "mini_phone"}, "2"),
        ({"fournisseur": "oportik"}, "4"),
        ({"canal": "oportik_site"}, "4"),
        ({"debut": "2025-05-01", "fin": "2025-05-31"}, "2"),
        ({"mesure": "finds"}, "4"),
        ({"region": ["11", "93"]}, "13"),
    ],
)
def test_every_filter_of_an_address_is_kept_and_counts(
    asked: dict[str, Any], first: str, visit: Callable[..., AppTest]
) -> None:
    app = visit("carte", **asked)
    assert tiles(app)[0] == first
    listed = {name: value if isinstance(value, list) else [value] for name, value in asked.items()}
    assert {name: asked_of(app, name) for name in listed} == listed


def test_what_is_unknown_in_an_address_is_dropped_and_said(visit: Callable[..., AppTest]) -> None:
    app = visit("carte", region="99", debut="2025-02-30", champ="none")
    assert len(app.warning) == 3
    assert not {"region", "debut", "champ"} & set(app.query_params)


def test_an_empty_selection_has_its_sentence_and_a_way_out(visit: Callable[..., AppTest]) -> None:
    app = visit("carte", debut="2025-03-01", fin="2025-03-31")
    assert app.info[0].value.startswith("Aucune fouille et aucune saisie")
    out = next(button for button in app.button if button.key.startswith("looser-"))
    out.click().run()
    assert not app.info
    assert tiles(app)[0] != "0"


@pytest.mark.parametrize("bin_", ["day", "week", "quarter", "year"])
def test_the_grain_of_time_is_chosen_and_kept_in_the_address(bin_: str, visit: Callable[..., AppTest]) -> None:
    app = visit("tendances", pas=bin_)
    assert asked_of(app, "pas") == [bin_]
    assert figures(app) != figures(visit("tendances"))


@pytest.mark.parametrize("series", ["item_type", "route", "supplier"])
def test_series_add_up_to_the_whole(series: str, visit: Callable[..., AppTest]) -> None:
    whole = next(drawn for drawn in figures(visit("tendances"))[0]["data"] if drawn["name"] == "Ensemble")
    parts = figures(visit("tendances", par=series))[0]["data"]
    sums = [sum(drawn["y"][month] or 0 for drawn in parts if "yaxis" not in drawn) for month in range(12)]
    assert sums == [value or 0 for value in whole["y"]]


@pytest.mark.parametrize("page", ["carte", "tendances", "fournisseurs"])
def test_a_period_that_crosses_the_counting_break_says_so(page: str, visit: Callable[..., AppTest]) -> None:
    crossing = visit(page, debut="2021-12-01", fin="2022-01-31")
    assert "Le comptage des incidents a changé" in words(crossing)
    numbered = re.search(r"<b>[0-9–]+</b>", " ".join(_html(crossing)))
    assert numbered or any(figure["layout"]["shapes"] for figure in figures(crossing))


@pytest.mark.parametrize("level", ["department", "region", "disp"])
def test_the_map_has_its_levels(level: str, visit: Callable[..., AppTest], caplog: pytest.LogCaptureFixture) -> None:
    app = visit("carte", maille=level)
    assert not app.exception
    assert f"outlines-{level}" in app.get("deck_gl_json_chart")[0].proto.json
    assert not [
        entry for entry in caplog.messages if "exhibits_" in entry
    ]  # makers that ask Streamlit get its defaults


def test_the_chosen_prison_opens_its_sheet(visit: Callable[..., AppTest]) -> None:
    app = visit(etablissement="ma-nice")
    assert asked_of(app, "etablissement") == ["ma-nice"]
    assert "Maison d’arrêt de Nice" in words(app)
    assert labels.short_day(labels.date(2025, 12, 31)) in words(app)


@pytest.mark.parametrize("page", PAGES)
def test_the_demonstration_says_so_on_every_page_and_chart(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, visit: Callable[..., AppTest]
) -> None:
    invented = world(tmp_path, SEIZURES, SEARCHES, "demonstration").lake.folder
    app = _visit(monkeypatch, invented, page, {"champ": "all"})
    assert "Données de démonstration" in words(app)
    assert all("DONNÉES DE DÉMONSTRATION" in json.dumps(figure, ensure_ascii=False) for figure in figures(app))


@pytest.mark.parametrize("page", PAGES)
def test_a_users_register_carries_its_name_and_no_stamp(page: str, visit: Callable[..., AppTest]) -> None:
    app = visit(page)
    assert "Essai" in words(app)
    drawn = json.dumps(figures(app), ensure_ascii=False)
    assert "DÉMONSTRATION" not in drawn
    assert "p-stamp" not in " ".join(_html(app))


def test_a_lost_register_is_one_sentence_and_no_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lake = world(tmp_path, SEIZURES, SEARCHES).lake
    lake.catalogue.unlink()
    app = _visit(monkeypatch, tmp_path, "carte", {})
    assert [error.value.count("n’y est plus") for error in app.error] == [1]
    assert not app.exception
    assert figures(app) == tiles(app) == []


def test_a_register_of_some_days_offers_no_twelve_months(tmp_path: Path) -> None:
    days = world(tmp_path, "when place qty\n2025-05-10 sante 4\n2025-05-19 nice 1\n")
    offered = [words for words, *_ in presets(days.served.register).values()]
    assert offered[0] == "Tout le registre"
    assert "12 derniers mois" not in offered
