"""The smallest possible Streamlit app with a choice: one select and four texts. The measure of all latencies."""

import streamlit as st

chosen = st.selectbox("Région", ["aucune", *(f"région {rank}" for rank in range(1, 19))])
for part in range(4):
    st.write(f"partie {part} : {chosen}")
