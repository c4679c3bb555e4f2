"""Blocks of HTML whose parts can be pressed: what Streamlit has no element for, at the cost of one element."""

from collections.abc import Callable
from typing import Any

import streamlit as st

# Parts are real buttons: a finger, a mouse and a keyboard press them alike, and they cost the browser nothing to draw.
_block = st.components.v2.component(
    "portique_block",
    html="<div class='p-host'></div>",
    isolate_styles=False,
    js="""
export default function ({ data, parentElement, setTriggerValue }) {
  const host = parentElement.querySelector('.p-host')
  if (host.dataset.html !== data.html) {
    const held = host.contains(document.activeElement) ? document.activeElement.dataset.code : undefined
    host.innerHTML = data.html; host.dataset.html = data.html
    if (held !== undefined) host.querySelector(`[data-code="${CSS.escape(held)}"]`)?.focus()
  }
  host.onclick = (event) => {
    const part = event.target.closest('[data-code], [data-open], [data-copy]')
    if (!part) return
    if (part.dataset.copy !== undefined) {
      const link = part.parentElement.querySelector('input')
      link.select()
      if (navigator.clipboard) navigator.clipboard.writeText(link.value).then(() => { part.textContent = 'Lien copié' })
    }
    else if (part.dataset.open !== undefined) setTriggerValue('opened', true)
    else setTriggerValue('pressed', part.dataset.code)
  }
}
""",
)


def block(html: str, key: str, on_press: Callable[[str], None] | None = None) -> bool:
    """Draw HTML made by `portique.showing.html`, which escaped what it was given; whether its back was just opened.

    A part with `data-code` calls `on_press` with its code; one with `data-open` opens the back.
    """

    def pressed() -> None:
        state: Any = st.session_state[key]
        if on_press and state.get("pressed") is not None:
            on_press(str(state["pressed"]))

    drawn = _block(data={"html": html}, key=key, on_pressed_change=pressed, on_opened_change=lambda: None)
    return bool(drawn.opened)
