"""The frame of every page: register, selection, address, and the line that says in words what is selected."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape

import pandas as pd
import streamlit as st

from portique.config import STATIC
from portique.reading import labels
from portique.reading.exhibits import places
from portique.reading.selection import FACETS, Selection, to_query
from portique.reading.view import View, default_selection
from portique.showing.ui import controls, session
from portique.showing.ui.controls import Option


def page(name: str, title: str, *options: Option) -> View:
    """The view of this run: opens the register, reads the address, draws the selection bar and the page's title."""
    st.html(STATIC / "portique.css")
    reader = session.reader()
    choices, default = session.choices(reader), default_selection(reader.register)
    selection = session.current(name, choices, default)
    chosen = tuple((option.name, option.value) for option in options if option.value != option.default)
    session.write_address(to_query(selection, default) | {name_: [value] for name_, value in chosen})
    view = View(reader, selection, default, choices, name, chosen)
    controls.selection_bar(reader, choices, selection)
    st.html(f'<h1 class="p-title">{escape(title)}</h1>')
    return view


def summarise(view: View, totals: "pd.Series[float]") -> None:
    """What is selected, in words, with the establishments, searches and finds that this is; then share and reset."""
    counts = " · ".join(
        labels.counted(totals[name], one, many)
        for name, one, many in (
            ("establishments", "établissement", "établissements"),
            ("searches", "fouille", "fouilles"),
            ("finds", "saisie", "saisies"),
        )
    )
    words = [
        labels.period(view.selection.period_start, view.selection.period_end),
        view.territory,
        view.filters,
    ]
    with st.sidebar:
        said = " · ".join(word for word in words if word)
        st.html(f'<div class="p-said"><b>{escape(said)}</b><br>{escape(counts)}</div>')
        with st.container(horizontal=True):
            controls.reset_button(view.default)
            _share(view)
    if not totals["searches"] and not totals["finds"]:
        _empty(view)


def side_by_side(*columns: Sequence[Callable[[], None]], widths: tuple[int, ...] = (1, 1)) -> None:
    """Columns of pictures beside each other; under each other on a narrow screen."""
    for place, drawings in zip(st.columns(widths, gap="medium"), columns, strict=True):
        with place:
            for draw in drawings:
                draw()


def _share(view: View) -> None:
    box = st.popover("Partager", key="share", on_change="rerun", icon=":material/link:")
    if box.open:
        with box:
            st.write("Ce lien ouvre exactement cette vue :")
            st.code(
                str(st.context.url).split("?")[0].rstrip("/").removesuffix(f"/{view.page}") + view.link,
                language=None,
                wrap_lines=True,
            )


def _empty(view: View) -> None:
    """Nothing was searched or found: which filter empties the selection, and one click to loosen it."""
    st.info("Aucune fouille et aucune saisie dans cette sélection.", icon=":material/filter_alt_off:")
    with st.container(horizontal=True):
        for name, looser in _looser(view).items():
            st.button(name, key=f"looser-{name}", on_click=session.select, args=(looser,))


def _looser(view: View) -> dict[str, Selection]:
    """The changes, one filter each, that would bring something back: French label → selection."""
    selection = view.selection
    tries = {
        f"Sans le filtre « {facet.label} »": selection.without(facet.field)
        for facet in FACETS
        if selection.chosen(facet)
    }
    usual = {"period_start": view.default.period_start, "period_end": view.default.period_end}
    tries |= {
        "Tous les établissements": selection.with_(scope="all"),
        "12 derniers mois": selection.with_(**usual),
    }
    held = {name: changed for name, changed in tries.items() if changed != selection and _holds(view, changed)}
    return held or {"Tout effacer": view.default}


def _holds(view: View, changed: Selection) -> bool:
    """Whether the register reports something for a selection."""
    return bool(places.by_place(replace(view, selection=changed)).table["reported"].any())
