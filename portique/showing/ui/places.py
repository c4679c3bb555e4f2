"""The map, the sheet beside it and the table below: three ways to choose the same places."""

import pandas as pd
import streamlit as st

from portique.reading import labels
from portique.reading.exhibits import places, published
from portique.reading.exhibits.exhibit import Exhibit, each
from portique.reading.questions import within
from portique.reading.view import View
from portique.showing import html, maps
from portique.showing.ui import exhibits, session
from portique.showing.ui.blocks import block
from portique.showing.ui.controls import Option, choose, dispatch
from portique.showing.ui.layout import put

LAST_SEARCHES = 5


def map_of(view: View, exhibit: Exhibit, level: Option, frame: Option) -> None:
    """The map of an exhibit of places with its legend, the choice of level and of frame."""
    choose(level, frame, recentre=_recentre)
    shown, layer = level.value, _layer()
    if shown == "establishment":
        drawn = maps.symbols(view, exhibit, frame.value, layer)
    else:
        drawn = maps.territories(view, exhibit, shown, frame.value, layer)
    key, facet = f"map-{shown}", places.CHOOSES[shown]
    centred = drawn.recentred(st.session_state.get("recentred", 0))
    put(
        lambda: st.pydeck_chart(
            centred,
            key=key,
            height=maps.HEIGHT,
            on_select=lambda: _press(facet, maps.clicked(st.session_state[key], layer)),
            selection_mode="single-object",
            alt=exhibit.sentence,
        )
    )
    put(html.key(maps.legend(exhibit, shown)) + _unplaced(view, exhibit))


def show_trend(view: View, exhibit: Exhibit) -> None:
    """The months of the selection; pressing one selects it, pressing it again goes back to the usual period."""

    def press(code: str) -> None:
        start = pd.Timestamp(code)
        month = {"period_start": start.date(), "period_end": (start + pd.DateOffset(months=1)).date()}
        usual = {"period_start": view.default.period_start, "period_end": view.default.period_end}
        held = session.selected()
        session.select(held.with_(**(usual if held.with_(**month) == held else month)))

    exhibits.show(exhibit, html.columns(exhibit), on_press=press)


def _recentre() -> None:
    st.session_state["recentred"] = st.session_state.get("recentred", 0) + 1


def sheet(view: View, items: Exhibit) -> None:
    """What is known of the chosen establishment; without one, of the whole selection, and a list to choose from."""
    _list_of_places(view)
    if len(view.selection.establishments) == 1:
        _establishment(view, view.selection.establishments[0])
    exhibits.show_bars(items, "item_types")


def table_of_places(exhibit: Exhibit, level: str) -> None:
    """The places as a sortable table; choosing a row chooses the place on the map, choosing it again releases it."""
    facet, rows = places.CHOOSES[level], exhibit.table
    codes = [str(place) for place in rows["place"]]
    chosen = set(rows.loc[rows["highlighted"], "place"])
    drawn = html.table_heading(exhibit) + html.sortable(exhibit, codes, chosen)
    block(drawn, f"rows-{exhibit.key}", lambda code: _press(facet, code if code in codes else None))


def _layer() -> str:
    """The name of the map's clickable layer, a new one after each click.

    Streamlit keeps what was clicked by its rank in a layer: under a constant name, another prison would stand out once
    a filter changed the order, and the first click after a reset would be taken for a release.
    """
    return f"{maps.PLACES}-{st.session_state.setdefault('clicks', 0)}"


def _press(facet: str, code: str | None) -> None:
    """Select the place that was clicked, or release it if it was the one selected."""
    if code is None:
        return
    st.session_state["clicks"] += 1
    held = getattr(session.selected(), facet)
    _choose(facet, None if held == (code,) else code)


def _choose(facet: str, code: str | None) -> None:
    """Select one place, or release what was selected."""
    session.select(session.selected().with_(**{facet: () if code is None else (code,)}))


def _list_of_places(view: View) -> None:
    chosen = view.selection.establishments
    names = _offered(view)

    def press(code: str) -> None:
        if code in names or not code:
            _choose("establishments", code or None)

    held = chosen[0] if len(chosen) == 1 else ""
    drawn = html.listed("fiche", "Fiche d’un établissement", names, held, blank="Choisir, ou cliquer sur la carte")
    block(drawn, "sheet-of", dispatch({"fiche": press}))


def _offered(view: View) -> dict[str, str]:
    """The establishments of the selection, its own filter on establishments left open: code → short name, in order.

    A list is searched by its first letters, and nearly all full names begin alike, « Maison d’arrêt de ».
    """
    held = within(view.reader, view.selection.without("establishments").territory)
    codes = {row["establishment_id"] for row, kept in zip(view.reader.served.places, held, strict=True) if kept}
    names = {code: view.place_label("establishment", code) for code in view.choices["establishments"] if code in codes}
    return dict(sorted(names.items(), key=lambda item: labels.collation(item[1])))


def _establishment(view: View, code: str) -> None:
    who, recent = published.identity(view, code), places.recent_searches(view, LAST_SEARCHES)
    said = published.about_establishment(view, code)
    exhibits.show(who, html.facts(zip(who.table["what"], who.table["words"], strict=True)))
    exhibits.show(recent, html.reading_table(recent))
    exhibits.show(said, _published(said, code))


def _published(exhibit: Exhibit, code: str) -> str:
    said = [f"{row.what_is_said} ({row.source_publisher})" for row in each(published.mentions(code))]
    rows = [(row.words, row.when, row.what) for row in each(exhibit.table)]
    listed = html.table(("Chiffre", "Période", "Définition"), rows) if rows else ""
    if not said and not rows:
        return '<p class="p-none">Aucun chiffre publié retrouvé pour cet établissement.</p>'
    return html.items(said) + listed


def _unplaced(view: View, exhibit: Exhibit) -> str:
    """What is counted but cannot stand on the map, as a number."""
    rows = exhibit.table[~exhibit.table["known"]]
    amount = rows["quantity"].sum() if len(rows) else 0
    if not amount:
        return ""
    counted = exhibit.measure.counted
    return html.note(f"Compté mais non placé sur la carte : {labels.counted(amount, counted.singular, counted.label)}.")
