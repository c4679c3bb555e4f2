"""The form of an establishment that `data/` lacks: an old prison of a three-year file, confirmed by the user."""

from datetime import date

import streamlit as st

from portique.reading import labels
from portique.register import reference
from portique.register.intake.names import fold
from portique.register.intake.prepared import ExtraEstablishment
from portique.showing.ui import intake
from portique.showing.ui.layout import put
from portique.showing.ui.text import as_text

_ASKED = "establishment-asked"


def start_establishment(found: str) -> None:
    """Open the form for a text of the file."""
    st.session_state[_ASKED] = found


def ask_establishment() -> None:
    """The form, if it was opened."""
    found = st.session_state.get(_ASKED)
    if found is not None:
        put(lambda: _form(found))


def _form(found: str) -> None:
    departments = reference.labels("departments", "department_code")
    kinds, disps = reference.labels("establishment_kinds", "kind"), reference.labels("disps", "disp")
    with st.form("establishment"):
        said = labels.typeset(f"« {found} » : un établissement qui n’est pas dans la liste de Portique")
        st.markdown(f"**{as_text(said)}**")
        st.text_input("Nom complet", value=found, key="new-name", max_chars=120)
        st.text_input("Commune", key="new-commune", max_chars=80)
        st.selectbox("Département", list(departments), format_func=departments.__getitem__, key="new-department")
        st.selectbox("DISP", list(disps), format_func=disps.__getitem__, key="new-disp")
        st.selectbox("Type", list(kinds), format_func=kinds.__getitem__, key="new-kind")
        for key, words in (("new-opened", "Ouvert le (si connu)"), ("new-closed", "Fermé le (si connu)")):
            first, last = date(1700, 1, 1), date(2099, 12, 31)
            st.date_input(words, value=None, key=key, format="DD/MM/YYYY", min_value=first, max_value=last)
        with st.container(horizontal=True):
            st.form_submit_button("Confirmer cet établissement", on_click=_confirm, args=(found,))
            st.form_submit_button("Abandonner", on_click=_leave)


def _leave() -> None:
    st.session_state.pop(_ASKED, None)


def _confirm(found: str) -> None:
    state = st.session_state
    name, commune = str(state["new-name"]).strip() or found, str(state["new-commune"]).strip()
    department = str(state["new-department"])
    intake.add_establishment(
        found,
        ExtraEstablishment(
            establishment_id=f"ajout-{fold(name).replace(' ', '-')}",
            name=name,
            commune=commune or name,
            department_code=department,
            region_code=reference.labels("departments", "department_code", "region_code")[department],
            disp=str(state["new-disp"]),
            kind=str(state["new-kind"]),
            opened_on=state["new-opened"],
            closed_on=state["new-closed"],
        ),
    )
    _leave()
