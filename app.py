"""Portique: navigation, and the one place where our errors become a sentence."""

import streamlit as st

from portique.showing import ui

# A local icon set before the navigation: Streamlit would otherwise fetch one from another host.
st.set_page_config(page_title="Portique", page_icon="📵", layout="wide")

PAGES = [
    st.Page("pages/carte.py", title="Carte", icon=":material/map:", default=True),
    st.Page("pages/tendances.py", title="Tendances", icon=":material/show_chart:"),
    st.Page("pages/fournisseurs.py", title="Fournisseurs", icon=":material/storefront:"),
]

chosen = st.navigation(PAGES, position="top")
with ui.sentences():
    chosen.run()
