"""Acts on the register: a dialogue says what will happen, asks for a name, acts, and says what hindered it."""

from collections.abc import Callable

import streamlit as st

from portique.errors import PortiqueError
from portique.showing.ui.text import as_text

MOST_LETTERS = 500


def author() -> str:
    """Whose name the change bears: asked each time, the last one given is proposed."""
    given = str(st.session_state.get("author", ""))
    return st.text_input("Votre nom", value=given, key="act-author", max_chars=80).strip()


def reason(label: str = "Motif") -> str:
    """Why, in the reader's words."""
    return st.text_area(label, key="act-reason", max_chars=MOST_LETTERS, height=80).strip()


def act(words: str, needed: dict[str, str], write: Callable[[], object]) -> None:
    """The button of a form; acts once nothing needed is empty, then draws the page anew.

    `needed`: what to say of each text that is missing → the text.
    """
    if not st.form_submit_button(words, type="primary"):
        return
    for missing, text in needed.items():
        if not text:
            st.error(as_text(missing))
            return
    try:
        write()
    except PortiqueError as error:
        st.error(as_text(str(error)))
        return
    st.session_state["author"] = st.session_state["act-author"]
    st.rerun()


WHO = "Écrivez votre nom : chaque changement garde celui de son auteur."
WHY = "Écrivez le motif : il reste à côté de l’ancienne valeur."
