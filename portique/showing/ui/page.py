"""The frame of every page: register, selection, address, and the line that says in words what is selected.

A page first makes all that it shows, then draws: what arrives in one burst is painted once.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from portique.config import STATIC
from portique.reading import labels
from portique.reading.exhibits import places
from portique.reading.selection import FACETS, Selection, to_query
from portique.reading.view import View, default_selection
from portique.showing import history, html
from portique.showing.ui import controls, lookup, past, session
from portique.showing.ui.blocks import block, hand
from portique.showing.ui.controls import Option
from portique.showing.ui.layout import gathered, lay, put

# A new version is to be seen within five seconds; one question to the catalogue takes about a millisecond.
WATCH_SECONDS = 3


def page(name: str, title: str, *options: Option) -> View:
    """The view of this run: opens the register and reads the address; draws nothing but what the address got wrong."""
    session.follow()
    came = session.arrived(name)
    reader = session.reader()
    choices, default = session.choices(reader), default_selection(reader.register)
    selection = session.current(came, choices, default)
    chosen = tuple((option.name, option.value) for option in options if option.value != option.default)
    chosen += past.options()
    session.write_address(to_query(selection, default) | {name_: [value] for name_, value in chosen})
    view = View(reader, selection, default, choices, name, chosen, title)
    st.session_state["undrawn"] = view
    return view


def frame(view: View, totals: "pd.Series[float] | None" = None) -> None:
    """The selection bar, the page's title, and what is selected in words and in counts.

    A page of published facts alone, where no filter of the register chooses anything, has no `totals` and no bar.
    """
    st.session_state.pop("undrawn", None)
    put(lambda: st.html(STATIC / "portique.css"))
    hand()
    put(_watch)
    _looking_back(view)
    if totals is not None:
        _bar(view, _counts(totals))
    lookup.title_line(view, has_bar=totals is not None)
    if totals is not None and not totals["searches"] and not totals["finds"]:
        _empty(view)


@st.fragment(run_every=WATCH_SECONDS)
def _watch() -> None:
    """Draw the page again when the register has another version; every run begins the wait anew."""
    if session.changed():
        st.rerun()


def _looking_back(view: View) -> None:
    """That the page shows an older version, and one click back to the newest."""
    newest = st.session_state["version"][1]
    if view.register.version < newest:
        block(history.looking_back(view.register, newest), "past", lambda _: past.leave())


def frame_of_a_failure() -> None:
    """The selection bar of a page that failed before it drew one, so that the reader can choose otherwise."""
    if "undrawn" in st.session_state:
        view = st.session_state["undrawn"]
        frame(view)
        _bar(view, "")


def _bar(view: View, counts: str) -> None:
    said = html.said(_words(view), counts, _address(view))
    pieces = gathered(lambda: controls.selection_bar(view, said))

    def lay_bar() -> None:
        with st.sidebar:
            lay(pieces)

    put(lay_bar)


def _words(view: View) -> str:
    period = labels.period(view.selection.period_start, view.selection.period_end)
    return " · ".join(word for word in (period, view.territory, view.filters) if word)


def _counts(totals: "pd.Series[float]") -> str:
    return " · ".join(
        labels.counted(totals[name], one, many)
        for name, one, many in (
            ("establishments", "établissement", "établissements"),
            ("searches", "fouille", "fouilles"),
            ("finds", "saisie", "saisies"),
        )
    )


def _address(view: View) -> str:
    """The address that opens this view, with the host that the reader came by."""
    return str(st.context.url).split("?")[0].rstrip("/").removesuffix(f"/{view.page}") + view.link


def side_by_side(*columns: Sequence[Callable[[], None]], widths: tuple[int, ...] = (1, 1)) -> None:
    """Columns of pictures beside each other; under each other on a narrow screen."""
    held = [[piece for draw in drawings for piece in gathered(draw)] for drawings in columns]

    def lay_columns() -> None:
        for place, pieces in zip(st.columns(widths, gap="medium"), held, strict=True):
            with place:
                lay(pieces)

    put(lay_columns)


def _empty(view: View) -> None:
    """Nothing was searched or found: which filter empties the selection, and one click to loosen it."""
    looser = _looser(view)

    def draw() -> None:
        st.info("Aucune fouille et aucune saisie dans cette sélection.", icon=":material/filter_alt_off:")
        with st.container(horizontal=True):
            for name, changed in looser.items():
                st.button(name, key=f"looser-{name}", on_click=session.select, args=(changed,))

    put(draw)


def _looser(view: View) -> dict[str, Selection]:
    """The changes, one filter each, that would bring something back: French label → selection."""
    selection = view.selection
    tries = {
        f"Sans le filtre « {facet.label} »": selection.without(facet.field)
        for facet in FACETS
        if selection.chosen(facet)
    }
    usual = {"period_start": view.default.period_start, "period_end": view.default.period_end}
    name = next(iter(controls.presets(view.register).values()))[0]
    tries |= {"Tous les établissements": selection.with_(scope="all"), name: selection.with_(**usual)}
    held = {name: changed for name, changed in tries.items() if changed != selection and _holds(view, changed)}
    return held or {"Tout effacer": view.default}


def _holds(view: View, changed: Selection) -> bool:
    """Whether the register reports something for a selection."""
    return bool(places.by_place(replace(view, selection=changed)).table["reported"].any())
