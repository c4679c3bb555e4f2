"""The versions on the screen: the list with what can be done with each, and undoing or redoing an import."""

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from portique.reading import labels
from portique.reading.exhibits.exhibit import Exhibit, records
from portique.register import imports
from portique.register.lake import Lake
from portique.showing import history, html
from portique.showing.ui import past
from portique.showing.ui.acting import WHO, act, author
from portique.showing.ui.controls import dispatch
from portique.showing.ui.exhibits import show
from portique.showing.ui.layout import put
from portique.showing.ui.told import Told

MOST_VERSIONS = 30
_TURN = "import to turn"
OF_ONES_OWN = (
    "Annuler un import, relire et corriger des lignes sont pour un registre à soi. Celui-ci est inventé : "
    "il se fabrique à nouveau, il ne se corrige pas."
)


def show_versions(told: Told, exhibit: Exhibit, *, whole: bool) -> None:
    """The versions, the newest first, the last MOST_VERSIONS unless the `whole` list is wanted."""
    ones = {str(row["number"]) for row in records(exhibit.table)}
    press = dispatch(
        {
            history.LOOK_BACK: lambda code: past.look_back(int(code)) if code in ones else None,
            history.UNDO: partial(_ask, "undo"),
            history.REDO: partial(_ask, "redo"),
        }
    )
    most = len(exhibit.table) if whole else MOST_VERSIONS
    show(exhibit, history.versions(exhibit, most, own=told.own), level=2, on_press=press)
    if not told.own:
        put(html.note(OF_ONES_OWN))
    _turn_asked(told)


def _ask(turn: str, code: str) -> None:
    st.session_state[_TURN] = (turn, code)


def _turn_asked(told: Told) -> None:
    """The dialogue of the import whose button was just pressed."""
    turn, code = st.session_state.pop(_TURN, ("", ""))
    found = [row for row in records(told.imports) if str(row["import_id"]) == code]
    if turn and found and told.own:
        words = f"{'Annuler' if turn == 'undo' else 'Rétablir'} l’import {code}"
        put(lambda: st.dialog(words, width="medium")(_dialogue)(told.lake, turn, found[0], words))


def _dialogue(lake: Lake, turn: str, row: dict[Any, Any], words: str) -> None:
    st.text(_undoing(row) if turn == "undo" else _redoing(row))
    run = imports.undo if turn == "undo" else imports.redo
    with st.form("turn", border=False):
        who = author()
        act(words, {WHO: who}, lambda: run(lake, int(row["import_id"]), author=who))


def _undoing(row: dict[Any, Any]) -> str:
    lines = row["lines_new"] + row["lines_already_there"]
    those = labels.counted(lines, "ligne ne comptera plus", "lignes ne compteront plus")
    return labels.typeset(
        f"{_file(row)} : {those}, sauf ce qu’un autre import a aussi. Rien n’est effacé : l’annulation est une version "
        "de plus, et « Rétablir l’import » remet tout, corrections comprises."
    )


def _redoing(row: dict[Any, Any]) -> str:
    when = labels.moment(pd.Timestamp(row["undone_at"]))
    return labels.typeset(
        f"{_file(row)}, annulé le {when} par {row['undone_by']} : ses lignes compteront à nouveau, corrections "
        "comprises. Le rétablissement est une version de plus."
    )


def _file(row: dict[Any, Any]) -> str:
    return f"« {row['file_name']} », importé le {labels.moment(row['imported_at'])} par {row['author']}"
