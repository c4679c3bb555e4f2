"""An exhibit on the screen: title, picture, source; and behind one button its table, files, definition and query."""

from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

from portique.reading.exhibits.exhibit import Column, Exhibit
from portique.showing import html, tables


def show(exhibit: Exhibit, draw: Callable[[], None], *, level: int = 3) -> None:
    """The exhibit with its picture drawn by `draw`."""
    with st.container(key=f"exhibit-{exhibit.key}"):
        st.html(html.heading(exhibit, level))
        draw()
        st.html(html.footing(exhibit))
        _behind(exhibit)


def table(exhibit: Exhibit, key: str = "rows", height: int | Literal["content"] = "content", **more: Any) -> Any:
    """The exhibit's table, sortable, with French numbers; what Streamlit's own table returns."""
    return st.dataframe(
        tables.shown(exhibit),
        key=f"{key}-{exhibit.key}",
        hide_index=True,
        height=height,
        column_config={column.label: _format(column) for column in exhibit.columns},
        alt=exhibit.sentence,
        **more,
    )


def _behind(exhibit: Exhibit) -> None:
    """Table, files, definition, query and link; made only when the reader opens them."""
    box = st.popover(
        "Tableau, fichiers, définition, requête",
        key=f"more-{exhibit.key}",
        on_change="rerun",
        type="tertiary",
    )
    if not box.open:
        return
    with box:
        st.html(html.facts(exhibit.facts))
        table(exhibit, "twin", height=260)
        with st.container(horizontal=True):
            _download(exhibit, "CSV", "csv", "text/csv", tables.as_csv)
            kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            _download(exhibit, "XLSX", "xlsx", kind, tables.as_xlsx)
        for answer in exhibit.answers:
            st.caption(f"Requête « {answer.question.name} » — {answer.question.answers}")
            st.code(answer.question.sql, language="sql")


def _download(exhibit: Exhibit, name: str, extension: str, mime: str, write: Callable[[Exhibit], bytes]) -> None:
    st.download_button(
        f"Télécharger en {name}",
        data=lambda: write(exhibit),
        file_name=tables.file_name(exhibit, extension),
        mime=mime,
        key=f"{extension}-{exhibit.key}",
        on_click="ignore",
    )


def _format(column: Column) -> Any:
    match column.kind:
        case "count":
            return st.column_config.NumberColumn(format="localized")
        case "decimal":
            return st.column_config.NumberColumn(format="localized")
        case "percent":
            return st.column_config.NumberColumn(format="percent")
        case "date":
            return st.column_config.DateColumn(format="DD/MM/YYYY")
        case _:
            return st.column_config.TextColumn()
