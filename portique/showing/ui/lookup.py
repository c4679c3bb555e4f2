"""The look-up, in reach of every page: a button in the title's line opens a dialogue with a field and its answers."""

from functools import partial

import streamlit as st

from portique.reading import lookup
from portique.reading.exhibits import figures
from portique.reading.view import View
from portique.showing import matches
from portique.showing.ui import session
from portique.showing.ui.blocks import block
from portique.showing.ui.layout import put

MAP, FIGURES = "pages/carte.py", "pages/chiffres_publies.py"
WORDS = "lookup-words"
PAUSE = "300ms"  # without a letter, after which they are looked up


def title_line(view: View, *, has_bar: bool) -> None:
    """The page's title and the button that opens the look-up; a place is shown on the map where no bar tells it."""
    if block(matches.title_line(view.title), "lookup"):
        st.session_state[WORDS] = ""
        put(lambda: st.dialog(matches.OPENER, width="medium")(_dialogue)(view, has_bar))


def _dialogue(view: View, has_bar: bool) -> None:
    words = st.text_input(
        matches.FIELD, key=WORDS, type="search", placeholder="Brest", max_chars=lookup.MOST_LETTERS, live=PAUSE
    )
    entries = lookup.everything(view)
    short = lookup.too_short(words or "")
    drawn = (
        matches.hint(lookup.counts(entries)) if short else matches.results(view, lookup.look_up(entries, words or ""))
    )
    block(drawn, "found", partial(_go, view, has_bar))


def _go(view: View, has_bar: bool, code: str) -> None:
    """Show what was chosen, « field=code »: a figure by its own link, a place as a click on the map selects it."""
    field, _, chosen = code.partition("=")
    if field == lookup.FIGURE and chosen in figures.identifiers():
        session.open_page(FIGURES, chiffre=chosen, partie="")
    elif field == lookup.WORDS:
        session.open_page(FIGURES, mots=chosen, chiffre="", compte="", lieu="", partie="")
    elif chosen in view.choices.get(field, {}):
        session.select(lookup.selected(view, field, chosen))
        if not has_bar:
            session.open_page(MAP)
