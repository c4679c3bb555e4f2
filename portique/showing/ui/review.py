"""Lines to review on the screen: chosen in a table, then given a state, corrected one by one, or annotated."""

from typing import Any

import pandas as pd
import streamlit as st

from portique.reading import labels, words
from portique.reading.exhibits.exhibit import Exhibit, records
from portique.reading.exhibits.history import STATES
from portique.reading.view import View
from portique.register import corrections
from portique.register.corrections import Subject
from portique.register.lake import Lake
from portique.showing import html, tables
from portique.showing.ui.acting import WHO, WHY, act, author, reason
from portique.showing.ui.correcting import changed
from portique.showing.ui.exhibits import show
from portique.showing.ui.layout import put

_HEIGHT = 320


def show_review(view: View, lake: Lake, exhibit: Exhibit, rows: pd.DataFrame) -> None:
    """The lines of the choice, and what can be done with those that are ticked, or with one."""
    show(exhibit, lambda: put(lambda: _table(view, lake, exhibit, rows)) if len(rows) else put(html.nothing()))


def _table(view: View, lake: Lake, exhibit: Exhibit, rows: pd.DataFrame) -> None:
    key = f"review-{exhibit.register.version if exhibit.register else 0}-{len(rows)}"  # other lines: none ticked
    ticked: Any = st.dataframe(
        tables.shown(exhibit),
        key=key,
        hide_index=True,
        height=min(_HEIGHT, 36 * (len(rows) + 1)),
        on_select="rerun",
        selection_mode="multi-row",
        alt=exhibit.sentence,
    )
    chosen = [place for place in ticked.selection.rows if place < len(rows)]
    with st.container(horizontal=True):
        if st.button("Changer l’état…", key="review-state"):
            st.dialog("Changer l’état de lignes", width="medium")(_state)(lake, rows, chosen)
        if st.button("Corriger une ligne…", key="review-edit"):
            st.dialog("Corriger une ligne", width="large")(_edit)(view, lake, exhibit, rows, chosen)
        if st.button("Joindre une note…", key="review-note"):
            st.dialog("Joindre une note", width="medium")(_note)(lake, exhibit, rows, chosen)


def _state(lake: Lake, rows: pd.DataFrame, chosen: list[int]) -> None:
    everything = labels.counted(len(rows), "ligne de la liste", "lignes de la liste")
    offered = {"all": f"Toute la liste : {everything}"}
    if chosen:
        offered = {"ticked": labels.counted(len(chosen), "ligne cochée", "lignes cochées")} | offered
    with st.form("state", border=False):
        which = st.radio("Lesquelles", list(offered), format_func=offered.__getitem__, key="act-which")
        state = st.selectbox("Nouvel état", list(STATES), format_func=STATES.__getitem__, key="act-state")
        st.text(
            "Seules les lignes à vérifier et vérifiées comptent. L’état d’avant reste dans la liste des changements."
        )
        why, who = reason(), author()
        wanted = rows if which == "all" else rows.iloc[chosen]
        lines = [int(line) for line in wanted["seizure_id"]]
        act(
            "Changer l’état",
            {WHY: why, WHO: who},
            lambda: corrections.review(lake, lines, state, author=who, reason=why),
        )


def _one(exhibit: Exhibit, chosen: list[int]) -> int:
    """The place of one line in the list: the first that is ticked unless another is chosen."""
    table = exhibit.table
    names = [
        " · ".join(str(row[name]) for name in ("line", "when", "where", "item", "quantity")) for row in records(table)
    ]
    return int(
        st.selectbox(
            "Ligne",
            range(len(names)),
            index=chosen[0] if chosen else 0,
            format_func=names.__getitem__,
            key="act-line",
        )
    )


def _edit(view: View, lake: Lake, exhibit: Exhibit, rows: pd.DataFrame, chosen: list[int]) -> None:
    row = records(rows)[_one(exhibit, chosen)]
    subject: Subject = "seizure"
    if not pd.isna(row["search_wording_id"]):
        subject = st.radio(
            "Corriger",
            ("seizure", "search"),
            format_func={"seizure": "la ligne", "search": "sa fouille (jour, établissement, cellules)"}.__getitem__,
            horizontal=True,
            key="act-subject",
        )
    number = int(row["seizure_id" if subject == "seizure" else "search_wording_id"])
    with st.form(f"edit-{subject}-{number}", border=False):
        values = changed(view, subject, row)
        st.text("Lieu, voie, opération et période sont ceux de la saisie : ils changent sur toutes ses lignes.")
        why, who = reason(), author()
        said = ", ".join(words.FIELDS[field] for field in values)
        act(
            "Corriger",
            {WHY: why, WHO: who, "Aucune valeur n’a changé : il n’y a rien à corriger.": said},
            lambda: corrections.edit(lake, subject, number, values, author=who, reason=why),
        )


def _note(lake: Lake, exhibit: Exhibit, rows: pd.DataFrame, chosen: list[int]) -> None:
    with st.form("note", border=False):
        line = int(rows["seizure_id"].iloc[_one(exhibit, chosen)])
        text, who = reason("Note"), author()
        act(
            "Joindre la note",
            {"Écrivez la note.": text, WHO: who},
            lambda: corrections.note(lake, "seizure", line, text, author=who),
        )
