"""An exhibit on the screen: title, picture, source; and behind one button its table, files, definition and query."""

from collections.abc import Callable

import streamlit as st

from portique.reading.exhibits.exhibit import Exhibit
from portique.showing import charts, html, tables
from portique.showing.ui import session
from portique.showing.ui.blocks import block
from portique.showing.ui.layout import put
from portique.showing.ui.text import as_text


def show(
    exhibit: Exhibit,
    picture: str | Callable[[], None],
    *,
    level: int = 3,
    on_press: Callable[[str], None] | None = None,
) -> None:
    """The exhibit with its picture: HTML of `portique.showing.html`, or a callable that draws Streamlit's elements.

    HTML goes out with its title and source as one element, because each element costs the browser a drawing.
    `on_press` receives the code of a pressed part of it.
    """
    key, head, foot = f"exhibit-{exhibit.key}", html.heading(exhibit, level), html.footing(exhibit) + html.back(exhibit)
    if isinstance(picture, str):
        opened = block(head + picture + foot, key, on_press)
    else:
        put(head)
        picture()
        opened = block(foot, f"foot-{exhibit.key}", on_press)
    if opened:
        put(lambda: st.dialog(as_text(exhibit.title), width="large")(_behind)(exhibit))


def show_bars(exhibit: Exhibit, field: str = "", *, level: int = 3) -> None:
    """Shares as bars; pressing one selects its code in a facet, if there is one, and pressing it again releases it."""

    def toggle(code: str) -> None:
        if code in set(exhibit.table["code"]):
            session.select(session.selected().toggled(field, code))

    drawn = html.bars(exhibit, charts.bar_colours(exhibit), pressable=bool(field))
    show(exhibit, drawn, level=level, on_press=toggle if field else None)


def _behind(exhibit: Exhibit) -> None:
    """Table, files, definition, query and link; made only when the reader opens them."""
    st.html(html.facts(exhibit.facts))
    block(html.sortable(exhibit), f"twin-{exhibit.key}")
    with st.container(horizontal=True):
        _download(exhibit, "CSV", "csv", "text/csv", tables.as_csv)
        kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        _download(exhibit, "XLSX", "xlsx", kind, tables.as_xlsx)
    for answer in exhibit.answers:
        st.caption(as_text(f"Requête « {answer.question.name} » — {answer.question.answers}"))
        if answer.question.by_establishment:
            st.caption("Elle répond par établissement ; Portique additionne ceux de la sélection.")
        st.code(answer.question.sql, language="sql", wrap_lines=True)  # else it scrolls where no key reaches


def _download(exhibit: Exhibit, name: str, extension: str, mime: str, write: Callable[[Exhibit], bytes]) -> None:
    st.download_button(
        f"Télécharger en {name}",
        data=lambda: write(exhibit),
        file_name=tables.file_name(exhibit, extension),
        mime=mime,
        key=f"{extension}-{exhibit.key}",
        on_click="ignore",
    )
