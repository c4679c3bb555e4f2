"""Portique: navigation, and the one place where our errors become a sentence."""

import streamlit as st

from portique.showing import ui

# A local icon set before the navigation: Streamlit would otherwise fetch one from another host.
st.set_page_config(page_title="Portique", page_icon="📵", layout="wide")

PAGES = [
    st.Page("pages/carte.py", title="Carte", icon=":material/map:", default=True),
    st.Page("pages/tendances.py", title="Tendances", icon=":material/show_chart:"),
    st.Page("pages/fournisseurs.py", title="Fournisseurs", icon=":material/storefront:"),
    st.Page("pages/regions.py", title="Régions", icon=":material/compare_arrows:"),
    st.Page("pages/operation.py", title="Opération", icon=":material/gavel:"),
    st.Page(
        "pages/chiffres_publies.py",
        title="Chiffres publiés",
        icon=":material/library_books:",
        url_path="chiffres-publies",
    ),
    st.Page("pages/registre.py", title="Registre", icon=":material/upload_file:"),
    st.Page("pages/versions.py", title="Versions", icon=":material/history:"),
    st.Page("pages/methode.py", title="Méthode", icon=":material/menu_book:"),
]

chosen = st.navigation(PAGES, position="top")
with ui.sentences():
    chosen.run()
