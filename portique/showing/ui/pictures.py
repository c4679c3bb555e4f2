"""The pictures of exhibits: maps, charts, bars that can be pressed, and prose made of HTML."""

from typing import Any

import streamlit as st

from portique.reading.exhibits.exhibit import Exhibit
from portique.reading.exhibits.over_time import events_outside
from portique.showing import charts, html
from portique.showing.ui import session

# Bars are real buttons: a finger, a mouse and a keyboard press them alike, and they cost the browser nothing to draw.
_pressed = st.components.v2.component(
    "portique_bars",
    html="<div class='p-host'></div>",
    isolate_styles=False,
    js="""
export default function ({ data, parentElement, setTriggerValue }) {
  const host = parentElement.querySelector('.p-host')
  if (host.dataset.html !== data.html) {
    const held = host.contains(document.activeElement) ? document.activeElement.dataset.code : undefined
    host.innerHTML = data.html; host.dataset.html = data.html
    if (held !== undefined) host.querySelector(`[data-code="${CSS.escape(held)}"]`)?.focus()
  }
  host.onclick = (event) => {
    const bar = event.target.closest('button[data-code]')
    if (bar) setTriggerValue('pressed', bar.dataset.code)
  }
}
""",
)


def prose(text: str) -> None:
    """HTML made by `portique.showing.html`, which escaped what it was given."""
    st.html(text)


def events(exhibit: Exhibit) -> None:
    """The dated events that a chart numbers, and those that a reader must know of besides."""
    st.html(html.events(charts.numbered_events(exhibit), events_outside(*exhibit.period)))


def figure(specification: charts.Figure, exhibit: Exhibit) -> None:
    """An exhibit drawn by plotly; a sentence when it holds nothing."""
    if exhibit.table.empty:
        st.html(html.nothing())
        return
    st.plotly_chart(specification, key=f"figure-{exhibit.key}", theme=None, config=charts.CONFIG, alt=exhibit.sentence)


def bars(exhibit: Exhibit, field: str) -> None:
    """Shares as bars; pressing one selects its code in a facet, if there is one, and pressing it again releases it."""
    key = f"bars-{exhibit.key}"

    def toggle() -> None:
        pressed: Any = st.session_state[key]
        code = pressed.get("pressed")
        if field and code in set(exhibit.table["code"]):
            session.select(session.selected().toggled(field, code))

    drawn = html.bars(exhibit, charts.bar_colours(exhibit), pressable=bool(field))
    _pressed(data={"html": drawn}, key=key, on_pressed_change=toggle)
