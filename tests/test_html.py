"""What is written as HTML shows the texts of the data and never runs them; links lead to the web and nowhere else."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import hostile
import pandas as pd
import pytest
from worlds import World, during, served_world, world

from portique.reading.exhibits import comparison, method, over_time, places, published, suppliers, territories
from portique.reading.exhibits.exhibit import Column, Exhibit
from portique.reading.view import View
from portique.showing import charts, html

TAGS = {
    "div", "span", "h2", "h3", "p", "ul", "ol", "li", "b", "strong", "small", "img", "button", "i",
    "a", "table", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "details", "summary", "label", "input", "br",
}  # fmt: skip


class Elements(HTMLParser):
    """What a browser would make of a piece of HTML: its elements with their attributes, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def values(self, attribute: str) -> list[str | None]:
        return [attributes[attribute] for _, attributes in self.found if attribute in attributes]


SUMMER_SEIZURES = """
when       place  qty
2025-05-10 sante  9
2025-08-10 fleury 4
"""
SUMMER_SEARCHES = """
day        place  cells
2025-05-10 sante  10
2025-07-10 nice   30
"""


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    """A user's register full of hostile names, itself named by one."""
    folder = tmp_path_factory.mktemp("hostile")
    held: World = served_world(folder, hostile.searches(), hostile.seizures(), hostile.SCRIPT)
    return held.view(during("2025", "2025"), page="")


def exhibits(view: View) -> Iterator[Exhibit]:
    trend = over_time.trend(view)
    yield from (trend, places.key_figures(view, places.by_place(view), trend))
    yield from (suppliers.shares(view, dimension) for dimension in ("supplier", "channel", "model"))
    yield from (suppliers.channels(view), suppliers.flow(view), suppliers.before_after(view))
    yield from (over_time.over_time(view, "month", "supplier"), published.claims(view))


def pieces(view: View) -> Iterator[str]:
    """Every piece of HTML that a screen could make of this view."""
    for exhibit in exhibits(view):
        yield from (html.heading(exhibit), html.table_heading(exhibit), html.footing(exhibit))
        yield from (html.facts(exhibit.facts), html.reading_table(exhibit))
        codes = [f"{hostile.SCRIPT}{rank}" for rank in range(len(exhibit.table))]
        yield from (html.sortable(exhibit), html.sortable(exhibit, codes, codes[:1]))
    for dimension in ("supplier", "channel", "model"):
        shown = suppliers.shares(view, dimension)
        yield html.bars(shown, charts.bar_colours(shown), pressable=True, most=99)
        yield html.bars(shown, charts.bar_colours(shown), pressable=False, most=99)
    trend = over_time.trend(view)
    yield html.columns(trend) + html.back(trend)
    yield from (html.said(name, name, f"https://site/?x={name}") for name in hostile.HOSTILE)
    yield html.tiles(places.key_figures(view, places.by_place(view), trend))
    yield html.events(over_time.numbered_events(trend), over_time.events_outside(*trend.period))
    held, pair = territories.ask(view, "region"), comparison.sides(view, "region", "11", "93")
    yield html.territories(territories.territories(view, held, "region"))
    yield html.territories(comparison.side_by_side(view, "region", pair))
    yield html.readings(comparison.differences(view, "region", pair))
    yield html.definitions(method.measures_in_words(view))
    for maker in (html.note, html.text):
        yield from map(maker, hostile.HOSTILE)
    yield html.items(hostile.HOSTILE) + html.table(hostile.HOSTILE, [hostile.HOSTILE])


def test_hostile_names_stay_text(view: View) -> None:
    parsed = [Elements(piece) for piece in pieces(view)]
    assert {tag for elements in parsed for tag, _ in elements.found} <= TAGS
    names = {name for elements in parsed for _, attributes in elements.found for name in attributes}
    assert not {name for name in names if name.startswith("on")}
    assert hostile.SCRIPT in parsed[0].words + "".join(elements.words for elements in parsed)


def test_pictures_come_from_the_page_itself(view: View) -> None:
    sources = [source for piece in pieces(view) for source in Elements(piece).values("src")]
    assert sources
    assert all(str(source).startswith("data:image/svg+xml,") for source in sources)


def test_links_lead_to_the_web_only(view: View) -> None:
    links = [link for piece in pieces(view) for link in Elements(piece).values("href")]
    assert links
    assert all(str(link).startswith(("https://", "http://")) for link in links)


NOT_OF_THE_WEB = (
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "//x.example",
    "file:///etc/passwd",
)


@pytest.mark.parametrize("address", NOT_OF_THE_WEB)
def test_an_address_that_is_not_of_the_web_is_not_a_link(address: str, view: View) -> None:
    row = {"event_date": pd.Timestamp("2025-05-20"), "label": "x", "source_publisher": "P", "source_url": address}
    listed = html.events(pd.DataFrame([row]), pd.DataFrame())
    table = pd.DataFrame({"source": [address]})
    cells = html.reading_table(_with_table(suppliers.shares(view), table, Column("source", "Source", "link")))
    assert Elements(listed + cells).values("href") == []


def test_an_address_cannot_leave_its_attribute() -> None:
    row = {"event_date": pd.Timestamp("2025-05-20"), "label": "x", "source_publisher": "P"}
    listed = Elements(
        html.events(pd.DataFrame([row | {"source_url": 'https://a.example/"onclick="alert(1)'}]), pd.DataFrame())
    )
    assert listed.values("href") == ['https://a.example/"onclick="alert(1)']
    assert listed.values("onclick") == []


def test_a_pressed_bar_names_its_own_code(view: View) -> None:
    shown = suppliers.shares(view)
    drawn = Elements(html.bars(shown, charts.bar_colours(shown), most=99))
    assert [unquote(str(code)) for code in drawn.values("data-code")] == list(shown.table["code"])
    assert set(drawn.values("aria-pressed")) == {"false"}


def test_what_is_chosen_is_pressed_among_the_others(view: View) -> None:
    chosen = View(view.reader, view.selection.with_(suppliers=(hostile.SCRIPT,)), view.default, view.choices)
    shown = suppliers.shares(chosen)
    drawn = Elements(html.bars(shown, charts.bar_colours(shown), most=99))
    pressed = dict(zip(drawn.values("data-code"), drawn.values("aria-pressed"), strict=True))
    assert [unquote(str(code)) for code, state in pressed.items() if state == "true"] == [hostile.SCRIPT]
    assert len(pressed) == len(hostile.HOSTILE)


def test_no_bar_is_a_sentence_not_an_empty_list(view: View) -> None:
    shown = suppliers.shares(view)
    nothing = _with_table(shown, shown.table.head(0), *shown.columns)
    assert Elements(html.bars(nothing, {})).words == "Rien à montrer pour cette sélection."


def test_the_stamp_stands_in_titles_of_the_demonstration_only(view: View) -> None:
    own = html.heading(suppliers.shares(view))
    assert "démonstration" not in own.lower()
    assert hostile.SCRIPT in Elements(own).words  # the register's own name
    shown = suppliers.shares(view)
    assert "Données de démonstration" in html.heading(_as_demonstration(shown))
    assert "chiffre publié" in html.heading(published.claims(view))


def test_a_sparkline_leaves_out_what_is_not_known() -> None:
    assert html.sparkline([1.0]) == html.sparkline([float("nan"), 2.0]) == ""
    (source,) = Elements(html.sparkline([0.0, float("nan"), 4.0])).values("src")
    drawn = re.search('points="([^"]*)"', unquote(str(source)))
    assert drawn
    assert [point.split(",")[0] for point in drawn[1].split()] == ["2", "94"]


def _with_table(exhibit: Exhibit, table: pd.DataFrame, *columns: Column) -> Exhibit:
    return replace(exhibit, table=table, columns=columns)


def _as_demonstration(exhibit: Exhibit) -> Exhibit:
    return replace(exhibit, status="demonstration")


# Months as upright bars


def test_columns_draw_their_table(tmp_path: Path) -> None:
    held = world(tmp_path, SUMMER_SEIZURES, SUMMER_SEARCHES)
    shown = over_time.trend(held.view(during("2025-05", "2025-08")))
    drawn = html.columns(shown)
    bars = [float(value) for value in re.findall(r'data-value="([^"]*)"', drawn)]
    assert bars == list(shown.table["value"].dropna())
    assert re.findall(r'class="p-on" data-code="([^"]*)"', drawn) == ["2025-05", "2025-06", "2025-07", "2025-08"]
    assert drawn.count("non renseigné") == shown.table["value"].isna().sum() > 0
    heights = [float(height) for height in re.findall(r'--height:([0-9.]+)%" data-value', drawn)]
    assert max(heights) == 100.0
    assert heights.count(0.0) == bars.count(0.0) == 1


def test_columns_carry_the_stamp_of_a_demonstration_only(tmp_path: Path) -> None:
    for provenance, stamps in (("demonstration", 1), ("registered", 0)):
        held = world(tmp_path / provenance, SUMMER_SEIZURES, SUMMER_SEARCHES, provenance)
        shown = over_time.trend(held.view(during("2025-05", "2025-08")))
        assert html.columns(shown).count("p-stamp") == stamps


def test_columns_number_the_events_of_their_months(tmp_path: Path) -> None:
    held = world(tmp_path, SUMMER_SEIZURES, SUMMER_SEARCHES)
    shown = over_time.trend(held.view(during("2025-05", "2025-08")))
    marks = over_time.event_marks(pd.DatetimeIndex(shown.table["bin"]), shown)
    assert marks
    assert [f"<b>{numbers}</b>" for numbers in marks.values()] == re.findall(r"<b>.*?</b>", html.columns(shown))


def test_columns_without_a_known_month_are_a_sentence(tmp_path: Path) -> None:
    held = world(tmp_path, SUMMER_SEIZURES, SUMMER_SEARCHES)
    assert html.columns(over_time.trend(held.view(during("2025-05", "2025-08", regions=("53",))))) == html.nothing()


def test_each_rate_stands_with_its_interval_and_what_has_none_says_why(view: View) -> None:
    shown = territories.territories(view, territories.ask(view, "region"), "region")
    drawn = Elements(html.territories(shown)).words
    paris = shown.table.set_index("label").loc["Île-de-France"]
    rate = territories.RATES["cellules"]
    assert (
        f"{rate.text(paris['cellules_value'])} {rate.interval(paris['cellules_low'], paris['cellules_high'])}" in drawn
    )
    assert drawn.count("non renseigné") == 2 * (shown.table["detenus_state"] == "not_reported").sum()


def test_a_sortable_table_holds_every_row_and_marks_the_chosen_one(view: View) -> None:
    shown = suppliers.shares(view, "model")
    codes = list(shown.table["code"])
    drawn = Elements(html.sortable(shown, codes, {codes[0]}))
    pressed = [attributes["aria-pressed"] for tag, attributes in drawn.found if "data-code" in attributes]
    assert pressed == ["true", *["false"] * (len(codes) - 1)]
    assert len(drawn.values("data-sort")) == len(shown.columns)
    assert [tag for tag, _ in drawn.found].count("td") == len(codes) * len(shown.columns)


def test_a_long_table_says_how_many_rows_stand_in_its_files(view: View, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = suppliers.shares(view, "model")
    monkeypatch.setattr(html, "MOST_ROWS", 1)
    drawn = Elements(html.sortable(shown))
    assert [tag for tag, _ in drawn.found].count("td") == len(shown.columns)
    assert f"Et {len(shown.table) - 1} de plus" in drawn.words
