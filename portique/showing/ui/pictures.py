"""The pictures of exhibits that a library draws: charts, and the dated events that they number."""

import streamlit as st

from portique.reading.exhibits.exhibit import Exhibit
from portique.reading.exhibits.over_time import events_outside, numbered_events
from portique.showing import charts, html
from portique.showing.ui.layout import put


def events(exhibit: Exhibit) -> None:
    """The dated events that a chart numbers, and those that a reader must know of besides."""
    put(html.events(numbered_events(exhibit), events_outside(*exhibit.period)))


def figure(specification: charts.Figure, exhibit: Exhibit) -> None:
    """An exhibit drawn by plotly; a sentence when it holds nothing."""
    if exhibit.table.empty:
        put(html.nothing())
        return
    key = f"figure-{exhibit.key}"
    put(lambda: st.plotly_chart(specification, key=key, theme=None, config=charts.CONFIG, alt=exhibit.sentence))
