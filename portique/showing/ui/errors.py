"""Where our errors become a sentence on the screen; the log keeps the trace."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from portique.errors import PortiqueError, RegisterError
from portique.showing import html
from portique.showing.ui.layout import laid_out, put
from portique.showing.ui.page import frame_of_a_failure
from portique.showing.ui.text import as_text

_log = logging.getLogger("portique")


@contextmanager
def sentences() -> Iterator[None]:
    """Run a page; an error of ours is shown as its sentence and one action. Any other is ours to mend."""
    try:
        with laid_out():
            yield
            put(lambda: st.html(html.all_meanings()))
    except PortiqueError as error:
        _log.exception("page stopped")
        frame_of_a_failure()
        st.error(as_text(str(error)), icon=":material/error:")
        if isinstance(error, RegisterError):
            st.caption(
                "Les chiffres ne sont pas montrés tant que le registre ne se lit pas : aucun zéro ne les remplace."
            )
        st.button("Réessayer", key="retry")
