"""What only a browser shows: pages paint, clicks and keys select, addresses carry the view, no other host is asked."""

import io
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import hostile
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, served
from files import prepared
from hostile import MARKDOWN
from PIL import Image, ImageColor
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from worlds import served_world, world

from portique.register import corrections, imports, reference
from portique.register.lake import Lake
from portique.showing import maps, theme

PAGES = ("", "tendances", "fournisseurs", "regions", "operation", "chiffres-publies", "versions", "methode")
REGISTER_PAGES = PAGES[:4]
STAMP = "Données de démonstration"
BREST, AGEN = "ma-brest", "ma-agen"
expect.set_options(timeout=20_000)


# What a reader does


def opened(page: Page, address: str) -> Page:
    """The page once it is whole: its script has ended and nothing on it is of an earlier run."""
    page.goto(address)
    return whole(page)


def whole(page: Page) -> Page:
    expect(page.locator(".p-foot").last).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator("[data-stale=true]")).to_have_count(0)
    page.wait_for_function("() => document.portiqueHand !== undefined")  # from here on parts can be pressed
    return page


def asked(page: Page) -> dict[str, list[str]]:
    """The parameters of the address."""
    return parse_qs(urlsplit(page.url).query)


def until_asked(page: Page, **parameters: list[str] | None) -> None:
    """Wait until the address says so, and the page with it."""
    page.wait_for_url(lambda url: all(parse_qs(urlsplit(url).query).get(n) == v for n, v in parameters.items()))
    whole(page)


def selection(page: Page) -> str:
    """What the side bar says is selected."""
    return page.locator(".p-said").inner_text()


def figures(page: Page) -> list[str]:
    """The key figures."""
    return page.locator(".p-tile strong").all_inner_texts()


def choose(page: Page, facet: str, name: str) -> None:
    """Choose a name of a filter, with the keyboard."""
    page.locator(f".st-key-facet-{facet} input").focus()
    page.keyboard.type(name)
    expect(page.get_by_role("option").first).to_contain_text(name)
    page.keyboard.press("Enter")


def listed(page: Page, label: str) -> Locator:
    """A list of the screen: the browser's own."""
    return page.get_by_role("combobox", name=label, exact=True)


def sought(page: Page, words: str) -> Locator:
    """The answers to some words in the search, opened and filled with the keyboard."""
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(words)
    expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text(re.compile("réponse|Rien"))
    return page.locator(".p-matches a")


def sheet(page: Page) -> Locator:
    """What is known of the chosen establishment."""
    return page.locator("[data-key^=exhibit-fiche-]")


def canvas(page: Page) -> Locator:
    return page.get_by_test_id("stDeckGlJsonChart").locator("canvas").first


def click_on_map(page: Page, establishment: str) -> None:
    """Click where an establishment stands on the map, in the frame that shows everything."""
    place = reference.table("establishments").set_index("establishment_id").loc[establishment]
    west, south, zoom = maps.FRAMES["tout"][1]
    canvas(page).scroll_into_view_if_needed()
    drawn(page)
    box = canvas(page).bounding_box()
    assert box
    shrunk = box["width"] / canvas(page).evaluate("drawn => drawn.offsetWidth")  # on a telephone
    scale = shrunk * 512 * 2**zoom / (2 * math.pi)
    right = math.radians(place["longitude"] - west) * scale
    down = (_northing(south) - _northing(place["latitude"])) * scale
    page.mouse.click(box["x"] + box["width"] / 2 + right, box["y"] + box["height"] / 2 + down)


def _northing(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))


def drawn(page: Page, *wanted: str) -> set[tuple[int, int, int]]:
    """The colours of the map once its symbols are painted, or those in one of the colours that are waited for."""
    for _ in range(200):
        picture = Image.open(io.BytesIO(canvas(page).screenshot())).convert("RGB")
        colours = {colour for _, colour in picture.getcolors(1 << 24) or []}
        if any(_near(colour, one) for colour in colours for one in wanted or (theme.AMOUNT, theme.ACCENT)):
            return colours
        page.evaluate("() => new Promise(requestAnimationFrame)")
    raise AssertionError("the map did not paint its symbols")


def _near(colour: tuple[int, int, int], wanted: str, by: int = 60) -> bool:
    return all(abs(a - b) < by for a, b in zip(colour, ImageColor.getrgb(wanted), strict=True))


def requested(context: BrowserContext) -> list[str]:
    """A list that fills with every address that the context's pages ask, sockets included."""
    addresses: list[str] = []
    context.on("request", lambda request: addresses.append(request.url))
    context.on("page", lambda page: page.on("websocket", lambda socket: addresses.append(socket.url)))
    return addresses


def outside(addresses: list[str], server: str) -> list[str]:
    own = urlsplit(server).netloc
    asked_of = ((address, urlsplit(address)) for address in addresses)
    return [address for address, parts in asked_of if parts.netloc != own and parts.scheme not in ("data", "blob")]


def open_everything(page: Page) -> None:
    """Open each exhibit's table, files and query in turn, the rarer filters, and the link to share."""
    for button in page.locator("button.p-more[data-open]").all():
        button.click()
        expect(page.get_by_role("dialog").get_by_role("button", name="Télécharger en CSV")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
    if page.locator(".p-said").count():
        page.get_by_role("button", name="Plus de filtres").click()
        expect(page.locator(".st-key-facet-routes")).to_be_visible()
        page.locator(".p-share summary").click()
        expect(page.get_by_label("Ce lien ouvre exactement cette vue")).to_have_value(re.compile("^http://localhost"))
    whole(page)


@pytest.fixture
def visit(page: Page, server: str) -> Callable[[str], Page]:
    """Open an address of the demonstration: `visit("/tendances?region=11")`."""
    return lambda path: opened(page, server + path)


# Pages paint, and ask nobody else


@pytest.mark.parametrize("path", PAGES)
def test_a_page_paints_and_asks_its_own_host_only(path: str, new_context: Any, server: str) -> None:
    context: BrowserContext = new_context()
    addresses = requested(context)
    page = opened(context.new_page(), f"{server}/{path}")
    if path in REGISTER_PAGES:
        expect(page.locator(".js-plotly-plot .main-svg, .p-columns").first).to_be_visible()
        assert page.locator(".p-stamp").count() >= 2
    if not path:
        drawn(page)
    open_everything(page)
    icon = page.locator("link[rel~=icon]").first.get_attribute("href")
    assert icon is not None
    addresses.append(page.evaluate("href => new URL(href, document.baseURI).href", icon))
    assert len(addresses) > 10
    assert outside(addresses, server) == []


@pytest.mark.parametrize("parameter", ["region", "debut", "mesure", "version"])
def test_a_picture_in_an_address_is_told_as_text_and_asks_nobody(parameter: str, new_context: Any, server: str) -> None:
    context: BrowserContext = new_context()
    addresses = requested(context)
    page = opened(context.new_page(), f"{server}/?{urlencode({parameter: MARKDOWN})}")
    expect(page.get_by_test_id("stAlert").first).to_contain_text(MARKDOWN)
    assert outside(addresses, server) == []


def test_the_map_shows_land_and_symbols(visit: Callable[[str], Page]) -> None:
    colours = drawn(visit("/"))
    assert any(_near(colour, "#e7e4dc", 12) for colour in colours)


def test_the_months_of_a_chart_are_french_and_the_stamp_is_in_the_picture(visit: Callable[[str], Page]) -> None:
    for path, kind, stamp in (("/", ".p-columns", STAMP), ("/tendances", ".js-plotly-plot", STAMP.upper())):
        picture = visit(path).locator(kind).first
        expect(picture).to_contain_text("janv.")
        expect(picture).to_contain_text(stamp)


# The address is the view


def test_a_link_opens_the_same_view_for_somebody_else(visit: Callable[[str], Page], new_context: Any) -> None:
    page = visit("/")
    everywhere = figures(page)
    choose(page, "regions", "Bretagne")
    until_asked(page, region=["53"])
    assert "Bretagne" in selection(page)
    assert figures(page) != everywhere
    other = opened(new_context().new_page(), page.url)
    assert (figures(other), selection(other)) == (figures(page), selection(page))


def test_the_link_to_share_is_the_address(visit: Callable[[str], Page]) -> None:
    page = visit("/fournisseurs?region=53&mesure=mini_phones")
    page.locator(".p-share summary").click()
    shared = page.get_by_label("Ce lien ouvre exactement cette vue").input_value()
    assert urlsplit(shared).path == "/fournisseurs"
    assert parse_qs(urlsplit(shared).query) == asked(page) == {"region": ["53"], "mesure": ["mini_phones"]}


def test_back_returns_to_the_selection_before(visit: Callable[[str], Page]) -> None:
    page = visit("/?region=53")
    before = figures(page)
    choose(page, "regions", "Normandie")
    until_asked(page, region=["53", "28"])
    page.go_back()
    until_asked(page, region=["53"])
    expect(page.locator(".p-tile strong")).to_have_text(before)


def test_the_selection_outlives_a_change_of_page(visit: Callable[[str], Page]) -> None:
    page = visit("/?region=53&type=MA")
    said = selection(page)
    for name, path in (("Tendances", "/tendances"), ("Fournisseurs", "/fournisseurs"), ("Carte", "/")):
        page.get_by_role("link", name=name).click()
        page.wait_for_url(lambda url, path=path: urlsplit(url).path == path)
        until_asked(page, region=["53"], type=["MA"])
        assert selection(page) == said


def test_what_an_address_cannot_mean_is_dropped_and_said(visit: Callable[[str], Page]) -> None:
    page = visit("/?region=99&region=53&debut=2025-13-45&mesure=drones&objet=%3Cscript%3E&inconnu=1")
    notices = page.get_by_test_id("stAlert")
    expect(notices).to_have_count(4)
    assert "« region = 99 »" in " ".join(notices.all_inner_texts())
    assert asked(page).get("region") == ["53"]
    assert not {"debut", "mesure", "objet"} & set(asked(page))


# Whatever a click does


def test_a_click_on_the_map_opens_a_sheet_and_another_releases(visit: Callable[[str], Page]) -> None:
    page = visit("/")
    click_on_map(page, BREST)
    until_asked(page, etablissement=[BREST])
    expect(sheet(page)).to_contain_text("Maison d’arrêt de Brest")
    expect(sheet(page)).to_contain_text("254")
    drawn(page, theme.ACCENT)  # only what is drawn can be clicked again
    click_on_map(page, BREST)
    until_asked(page, etablissement=None)


def test_the_map_forgets_a_click_that_was_undone_elsewhere(visit: Callable[[str], Page]) -> None:
    page = visit("/")
    click_on_map(page, BREST)
    until_asked(page, etablissement=[BREST])
    page.locator(".p-reset").click()
    until_asked(page, etablissement=None)
    assert not any(_near(colour, theme.ACCENT, 20) for colour in drawn(page))
    click_on_map(page, BREST)
    until_asked(page, etablissement=[BREST])


def test_the_list_opens_a_sheet_with_the_keyboard(visit: Callable[[str], Page]) -> None:
    """A list of the browser chooses at each letter; what the page acts on is the name once it is whole."""
    page = visit("/")
    page.evaluate("""() => {
      const press = document.portiqueHand.press
      window.chosen = []
      document.portiqueHand.press = (what) => { window.chosen.push(what.code); press(what) }
    }""")
    listed(page, "Fiche d’un établissement").focus()
    page.keyboard.type("Bres")
    page.keyboard.press("Enter")
    until_asked(page, etablissement=[BREST])
    assert page.evaluate("window.chosen") == [f"fiche={BREST}"]
    expect(listed(page, "Fiche d’un établissement")).to_be_focused()
    expect(sheet(page)).to_contain_text("254")
    assert any(_near(colour, theme.ACCENT, 30) for colour in drawn(page))


def test_a_list_acts_on_what_was_typed_when_it_is_left(visit: Callable[[str], Page]) -> None:
    page = visit("/")
    listed(page, "Fiche d’un établissement").focus()
    page.keyboard.type("Bres")
    page.keyboard.press("Tab")
    until_asked(page, etablissement=[BREST])


@pytest.mark.parametrize("path", PAGES)
def test_a_prison_is_found_from_any_page_with_the_keyboard(path: str, visit: Callable[[str], Page]) -> None:
    page = visit(f"/{path}")
    expect(sought(page, "brest").first).to_contain_text("Maison d’arrêt de Brest")
    page.keyboard.press("Tab")
    while not page.evaluate("document.activeElement.matches('.p-matches a')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until_asked(page, etablissement=[BREST])
    assert urlsplit(page.url).path == f"/{path if path in REGISTER_PAGES else ''}"
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Chercher un lieu, un chiffre")).to_be_focused()


def test_a_figure_is_found_by_its_number_and_opens_its_own_link(visit: Callable[[str], Page]) -> None:
    page = visit("/tendances?region=53")
    sought(page, "79 526").first.click()
    page.wait_for_url(lambda url: urlsplit(url).path == "/chiffres-publies")
    until_asked(page, chiffre=["NAT-079"], region=["53"])
    expect(page.locator("[data-key=exhibit-chiffre-NAT-079]")).to_be_visible()


def test_the_answers_follow_the_words_and_an_overseas_region_is_chosen(visit: Callable[[str], Page]) -> None:
    page = visit("/regions")
    expect(sought(page, "introuvable")).to_have_count(0)
    page.get_by_role("searchbox").fill("la reunion")
    page.locator(".p-matches a").filter(has_text="région").first.click()
    until_asked(page, region=["04"])
    assert "La Réunion" in selection(page)


def test_the_figures_are_read_part_after_part_with_the_keyboard(visit: Callable[[str], Page]) -> None:
    page = visit("/chiffres-publies")
    rows = page.locator("[data-key=exhibit-chiffres] tr[id]")
    first = rows.first.get_attribute("id")
    onwards = page.get_by_role("button", name="Les suivants").last
    onwards.focus()
    page.keyboard.press("Enter")
    until_asked(page, partie=["2"])
    expect(page.locator(".p-pager").first).to_contain_text(re.compile("Chiffres 4[0-9] à"))
    assert rows.first.get_attribute("id") != first
    field = page.get_by_role("textbox", name="Chercher un mot, un lieu, un nombre")
    field.fill("nantes")
    field.press("Enter")
    until_asked(page, mots=["nantes"], partie=None)
    expect(page.locator(".p-pager")).to_have_count(0)


def test_the_search_closes_with_escape_and_opens_empty_again(visit: Callable[[str], Page]) -> None:
    page = visit("/methode")
    sought(page, "nantes")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="Chercher un lieu, un chiffre")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_a_bar_is_pressed_and_released_with_the_keyboard(visit: Callable[[str], Page]) -> None:
    page = visit("/fournisseurs")
    bars = page.locator("[data-key=exhibit-parts-supplier] .p-bars button")
    bars.first.focus()
    page.keyboard.press("Tab")
    expect(bars.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    until_asked(page, fournisseur=["other_suppliers"])
    expect(bars.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(bars).to_have_count(3)
    expect(bars.nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    until_asked(page, fournisseur=None)
    expect(bars.nth(1)).to_have_attribute("aria-pressed", "false")


def test_a_pressed_month_is_the_period_until_it_is_pressed_again(visit: Callable[[str], Page]) -> None:
    page = visit("/")
    page.locator("[data-code='2025-03']").click()
    until_asked(page, debut=["2025-03-01"], fin=["2025-03-31"])
    assert selection(page).startswith("mars\xa02025")
    page.locator("[data-code='2025-03']").click()
    until_asked(page, debut=None, fin=None)


def test_a_row_of_the_table_selects_and_shows_what_is_selected(visit: Callable[[str], Page]) -> None:
    page = visit("/")
    click_first_row(page)
    until_asked(page, etablissement=[AGEN])
    expect(sheet(page)).to_contain_text("Agen")
    page.locator(".p-reset").click()
    until_asked(page, etablissement=None)
    click_first_row(page)
    until_asked(page, etablissement=[AGEN])
    click_first_row(page)
    until_asked(page, etablissement=None)


def click_first_row(page: Page) -> None:
    page.locator(".p-sortable tbody button").first.click()


def test_a_table_is_sorted_by_its_headings_and_stays_so(visit: Callable[[str], Page]) -> None:
    page = visit("/")
    heading = page.locator(".p-sortable th", has_text="Saisies")
    heading.get_by_role("button").press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    largest_first = column(page, 3)
    assert largest_first == sorted(largest_first, reverse=True)
    heading.get_by_role("button").click()
    assert column(page, 3) == sorted(largest_first)
    page.locator(".p-sortable tbody button").nth(5).click()
    expect(page.locator(".p-sortable .p-on")).to_have_count(1)
    assert column(page, 3) == sorted(largest_first)
    page.locator(".p-sortable th", has_text="Établissement").get_by_role("button").click()
    assert page.locator(".p-sortable tbody button").first.inner_text() == "Agen"


def column(page: Page, place: int) -> list[int]:
    """The numbers of a column of the table of places, from top to bottom."""
    cells = page.locator(f".p-sortable tbody td:nth-child({place + 1})").all_inner_texts()
    return [int(cell.replace("\u202f", "")) for cell in cells]


def test_reset_clears_everything(visit: Callable[[str], Page]) -> None:
    page = visit("/?region=53&debut=2024-01-01&fin=2024-01-31&champ=all&mesure=finds&fournisseur=oportik")
    page.locator(".p-reset").click()
    until_asked(page, region=None, debut=None, fin=None, champ=None, mesure=None, fournisseur=None)
    assert asked(page) == {}


def test_an_overseas_region_can_be_chosen(visit: Callable[[str], Page]) -> None:
    page = visit("/?champ=all")
    choose(page, "regions", "La Réunion")
    until_asked(page, region=["04"])
    assert "La Réunion" in selection(page)
    assert figures(page)[0] not in ("0", "—")
    drawn(page)


# States


def test_an_empty_selection_says_so_and_offers_a_way_out(visit: Callable[[str], Page]) -> None:
    page = visit("/?region=53&debut=2010-01-01&fin=2010-01-31")
    expect(page.get_by_test_id("stAlert")).to_have_text(re.compile("Aucune fouille et aucune saisie"))
    page.get_by_role("button", name="12 derniers mois").click()
    until_asked(page, debut=None, region=["53"])
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    assert figures(page)[0] != "0"


def test_a_first_start_shows_its_progress_then_the_page(page: Page, tmp_path: Path) -> None:
    with served(tmp_path / "register") as address:
        page.goto(address)
        expect(page.get_by_role("progressbar")).to_be_visible()
        expect(page.get_by_role("heading", name="Première ouverture")).to_be_visible()
        expect(page.locator(".p-tile").first).to_be_visible(timeout=60_000)
        whole(page)
        expect(page.get_by_role("heading", name="Première ouverture")).to_have_count(0)


@pytest.fixture
def small(tmp_path: Path) -> Lake:
    """A user's register of two finds."""
    grids = (
        "when place qty\n2025-05-10 sante 31\n2025-06-10 nice 2",
        "day place cells\n2025-05-10 sante 12\n2025-06-30 nice 3",
    )
    return world(tmp_path / "register", *grids).lake


def test_a_register_that_breaks_is_said_and_no_zero_stands_in(page: Page, small: Lake) -> None:
    with served(small.folder) as address:
        opened(page, f"{address}/?champ=all")
        assert figures(page)[0] == "33"
        for file in small.home.glob("catalogue.sqlite*"):
            file.write_bytes(b"")
        page.locator(".p-reset").click()
        expect(page.get_by_test_id("stAlert")).to_contain_text("est abîmé")
        expect(page.locator(".p-tile")).to_have_count(0)
        shown = page.get_by_test_id("stMain").inner_text()
        assert not re.search(r"Traceback|Error|\.py\b", shown)
        assert page.get_by_role("button", name="Réessayer").is_visible()


# A register of one's own: what others write is seen, what was is looked back at


BEFORE = """
key  when       place  item  qty search cells
n:1  2025-05-10 sante  phone 31  S1     12
n:2  2025-06-10 nice   phone 2   .      .
n:9  2025-06-30 nice   .     1   S2     3
"""
AFTER = """
key  when       place  item  qty
n:3  2025-06-11 nice   phone 7
"""


@pytest.fixture
def own(tmp_path: Path) -> Lake:
    """A user's register: created (1), two lines imported (2)."""
    lake = Lake(tmp_path / "register", "registered")
    imports.commit(lake, prepared(BEFORE), author="essai")
    return lake


def source(page: Page) -> Locator:
    """What the first exhibit says of its source."""
    return page.get_by_test_id("stMain").locator(".p-foot").first


def test_a_new_version_reaches_every_open_session(new_context: Any, own: Lake) -> None:
    with served(own.folder) as address:
        pages = [new_context().new_page() for _ in range(2)]
        for page, path in zip(pages, ("/?champ=all", "/tendances?champ=all"), strict=True):
            opened(page, address + path)
        assert figures(pages[0])[0] == "33"
        imports.commit(own, prepared(AFTER, "suite.csv"), author="essai")
        for page in pages:
            expect(source(page)).to_contain_text("version 3")
        whole(pages[0])
        assert figures(pages[0])[0] == "40"
        expect(pages[0].get_by_test_id("stToast")).to_contain_text("Le registre a changé")


def test_a_version_is_looked_back_at_and_left(page: Page, own: Lake) -> None:
    imports.commit(own, prepared(AFTER, "suite.csv"), author="essai")
    with served(own.folder) as address:
        opened(page, f"{address}/versions")
        page.get_by_role("button", name="Voir les pages à la version 2").click()
        until_asked(page, version=["2"])
        page.get_by_role("link", name="Carte").click()
        expect(page.locator(".p-past")).to_contain_text("pas la plus récente")
        until_asked(page, version=["2"])
        expect(source(page)).to_contain_text("version 2")
        page.get_by_role("button", name="Revenir à la version 3").click()
        expect(page.locator(".p-past")).to_have_count(0)
        until_asked(page, version=None)
        expect(source(page)).to_contain_text("version 3")


def test_an_import_is_undone_with_a_name(page: Page, own: Lake) -> None:
    with served(own.folder) as address:
        opened(page, f"{address}/versions")
        assert serious_flaws(page) == []
        page.get_by_role("button", name="Annuler l’import 1").click()
        dialogue = page.get_by_role("dialog")
        expect(dialogue).to_contain_text("ne compteront plus")
        assert serious_flaws(page) == []
        dialogue.get_by_label("Votre nom").fill("Anne")
        dialogue.get_by_role("button", name="Annuler l’import 1").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.get_by_role("button", name="Rétablir l’import 1")).to_be_visible()
        assert (own.versions()[0].author, own.version_number()) == ("Anne", 3)


def test_a_line_is_corrected_in_a_dialogue(page: Page, own: Lake) -> None:
    with served(own.folder) as address:
        opened(page, f"{address}/versions?ou=ma-nice")
        page.get_by_role("button", name="Corriger une ligne").click()
        dialogue = page.get_by_role("dialog")
        expect(dialogue.get_by_label("Quantité", exact=True)).to_have_value("2")
        assert serious_flaws(page) == []
        dialogue.get_by_label("Quantité", exact=True).fill("5")
        dialogue.get_by_label("Motif").fill("relu")
        dialogue.get_by_label("Votre nom").fill("Anne")
        dialogue.get_by_role("button", name="Corriger", exact=True).click()
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(page.locator("[data-key*=changements]").first).to_contain_text("relu")
        assert corrections.edits(own)[["old_value", "new_value"]].values.tolist() == [["2", "5"]]


def test_hostile_names_run_nothing_and_ask_nobody(new_context: Any, tmp_path: Path) -> None:
    held = served_world(tmp_path / "register", hostile.searches(), hostile.seizures(), hostile.PICTURE)
    context: BrowserContext = new_context()
    addresses = requested(context)
    page = context.new_page()
    with served(held.lake.folder) as address:
        for path in PAGES:
            opened(page, f"{address}/{path}?champ=all")
            open_everything(page)
            assert page.evaluate("window.pwned") is None
            assert page.locator("a[href*='attacker'], img[src*='attacker'], a[href^='javascript']").count() == 0
            assert outside(addresses, address) == []
        opened(page, f"{address}/fournisseurs?champ=all")
        page.locator("[data-key=exhibit-parts-supplier] .p-bars button").first.click()
        page.wait_for_url(lambda url: "fournisseur" in parse_qs(urlsplit(url).query))
        whole(page)
        assert asked(page)["fournisseur"][0] in hostile.HOSTILE
        assert page.evaluate("window.pwned") is None
    assert outside(addresses, address) == []


# Everybody


def exceptions() -> list[str]:
    """The selectors of what Streamlit itself gets wrong, each with its cause in the table of docs/accessibility.md."""
    text = (ROOT / "docs" / "accessibility.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE)


def serious_flaws(page: Page) -> list[tuple[str, list[str], str]]:
    """What axe calls serious or critical: rule, where, and the element."""
    found = Axe().run(page, context={"exclude": [[selector] for selector in exceptions()]}).response["violations"]
    return [
        (violation["id"], node["target"], node["html"][:120])
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.mark.parametrize("path", [*PAGES, f"?etablissement={BREST}", "?debut=2010-01-01&fin=2010-01-31"])
def test_axe_finds_nothing_serious(path: str, visit: Callable[[str], Page]) -> None:
    assert serious_flaws(visit(f"/{path}")) == []


@pytest.mark.parametrize("words", ["", "bretagne", "fleuri", "introuvable"])
def test_axe_finds_nothing_serious_in_the_search(words: str, visit: Callable[[str], Page]) -> None:
    page = visit("/operation")
    page.get_by_role("button", name="Chercher un lieu, un chiffre").click()
    expect(page.get_by_role("searchbox")).to_be_focused()
    if words:
        page.keyboard.type(words)
        expect(page.get_by_role("dialog").get_by_role("status")).to_contain_text(re.compile("réponse|Rien"))
    assert serious_flaws(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing_serious_behind_an_exhibit(path: str, visit: Callable[[str], Page]) -> None:
    page = visit(f"/{path}")
    page.locator("button.p-more[data-open]").first.click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Télécharger en CSV")).to_be_visible()
    assert serious_flaws(page) == []


@pytest.fixture(params=[390, 700], ids=["phone", "zoomed to 200 %"])
def narrow(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page as narrow as a phone, or as a 1400 px screen at 200 %."""
    context = browser.new_context(viewport={"width": request.param, "height": 800}, locale="fr-FR")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("path", [*PAGES, f"?etablissement={BREST}"])
def test_a_narrow_screen_neither_overflows_nor_overlaps(path: str, narrow: Page, server: str) -> None:
    narrow.goto(f"{server}/{path}")
    expect(narrow.locator(".p-foot").last).to_be_visible()
    expect(narrow.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    for flaw in (_OVERFLOWING, _OVERLAPPING):
        try:  # charts take their width a moment after they are drawn
            narrow.wait_for_function(f"() => ({flaw})().length === 0")
        except PlaywrightTimeout:
            assert narrow.evaluate(flaw) == []


def test_a_narrow_screen_shows_the_whole_map_and_takes_a_click(narrow: Page, server: str) -> None:
    opened(narrow, server)
    box = canvas(narrow).bounding_box()
    assert box
    assert narrow.viewport_size
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= narrow.viewport_size["width"]
    click_on_map(narrow, BREST)
    until_asked(narrow, etablissement=[BREST])


# The containers that may not be wider than the screen, and Portique's pieces whose texts may not be cut or leave it.
_OVERFLOWING = """() => {
  const wide = [document.documentElement, document.querySelector('[data-testid=stMain]')]
    .filter(box => box.scrollWidth > box.clientWidth + 1)
  const pieces = '.p-title, .p-head, .p-tile, .p-bar, .p-foot, .p-facts, .p-scroll, .p-key li'
  const cut = [...document.querySelectorAll(pieces)]
    .filter(box => box.checkVisibility() && !box.closest('[data-testid=stSidebar]'))
    .filter(box => box.getBoundingClientRect().right > innerWidth + 1
      || (!box.matches('.p-scroll') && box.scrollWidth > box.clientWidth + 1))
  return [...wide, ...cut].map(box => `${box.dataset.testid || box.className}: ${box.textContent.slice(0, 60)}`)
}"""

# Pairs of pieces that lie on each other.
_OVERLAPPING = """() => {
  const kinds = '.p-title, .p-head, .p-tile, .p-bars, .p-foot, .p-key, .p-columns, .js-plotly-plot'
  const pieces = [...document.querySelectorAll(`[data-testid=stMain] :is(${kinds})`)]
    .filter(box => box.offsetHeight > 0).map(box => [box.className, box.getBoundingClientRect()])
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1
  const met = ([name, one], at) => pieces.slice(at + 1)
    .filter(([, other]) => meet(one, other)).map(([other]) => `${name} / ${other}`)
  return pieces.flatMap(met)
}"""
