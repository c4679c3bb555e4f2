"""A version of the register that is looked back at: `version=3` in the address, for every page until it is left."""

from collections.abc import Mapping, Sequence

import streamlit as st

from portique.reading import labels
from portique.showing.ui.text import as_text

PARAMETER = "version"
_STATE = "version looked back at"


def read(asked: Mapping[str, Sequence[str]]) -> None:
    """Take the version from an address that the reader came by; the newest where it names none."""
    st.session_state[_STATE] = asked.get(PARAMETER, [""])[-1]


def version(newest: int) -> int | None:
    """The version that is looked back at, None for the newest; one that there is not is left, and said."""
    text = str(st.session_state.get(_STATE) or "")
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10 and 1 <= int(text) <= newest:
        return int(text)
    leave()
    said = f"Le lien demandait la version « {text[:40]} », que ce registre n’a pas : il en a de 1 à "
    st.warning(as_text(f"{said}{labels.number(newest)}. Vous voyez la plus récente."))
    return None


def options() -> tuple[tuple[str, str], ...]:
    """What an address and a link say of it."""
    text = st.session_state.get(_STATE)
    return ((PARAMETER, str(text)),) if text else ()


def look_back(number: int) -> None:
    """Show every page as of a version, from the run that follows."""
    st.session_state[_STATE] = str(number)


def leave() -> None:
    """Show the newest version again."""
    st.session_state.pop(_STATE, None)
