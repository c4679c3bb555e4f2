"""Blocks of HTML whose parts can be pressed: what Streamlit has no element for.

A component costs the browser several times what plain HTML does. So all blocks are plain, and one component, the hand,
listens for the whole page.
"""

from collections.abc import Callable
from html import escape
from typing import Any

import streamlit as st

from portique.showing.ui.layout import put

# Parts are real buttons: a finger, a mouse and a keyboard press them alike. A part that is drawn anew keeps the focus.
_hand = st.components.v2.component(
    "portique_hand",
    html="<i hidden></i>",
    isolate_styles=False,
    js="""
const DIALOGUE = '[role=dialog]'
const SEEK = '[data-key=lookup] [data-open]'
const SOUGHT = '.st-key-lookup-words input'
const RESTING = 900  // milliseconds: a browser forgets the letters typed in a list after a second
const PARTS = '[data-code], [data-open], [data-copy], [data-means], [data-sort]'
const partOf = (event, parts = PARTS) => event.target.closest?.('[data-key]') && event.target.closest(parts)
const keyOf = (part) => part.closest('[data-key]').dataset.key
const copy = (part) => {
  const link = part.parentElement.querySelector('input')
  link.select()
  if (navigator.clipboard) navigator.clipboard.writeText(link.value).then(() => { part.textContent = 'Lien copié' })
}
// A table is put in order where it stands, and keeps its order when it is drawn anew; what has no value stays last.
const orders = {}
const valueOf = (row, place, kind) => {
  const said = row.cells[place].textContent.trim()
  if (kind === 'text') return said
  const number = Number.parseFloat(said.replace(/\\s/g, '').replace('\u2212', '-').replace(',', '.'))
  return Number.isNaN(number) ? null : number
}
const compared = (one, other) =>
  typeof one === 'string' ? one.localeCompare(other, 'fr', { numeric: true }) : one - other
const order = (table, { place, falling }) => {
  const heading = table.tHead.rows[0].cells[place]
  if (!heading) return
  const kind = heading.querySelector('button').dataset.sort
  const rows = [...table.tBodies[0].rows].map((row) => ({ row, value: valueOf(row, place, kind) }))
  rows.sort((one, other) => {
    if (one.value === null || other.value === null) return (one.value === null) - (other.value === null)
    return falling ? compared(other.value, one.value) : compared(one.value, other.value)
  })
  table.tBodies[0].replaceChildren(...rows.map(({ row }) => row))
  for (const cell of table.tHead.rows[0].cells) cell.removeAttribute('aria-sort')
  heading.setAttribute('aria-sort', falling ? 'descending' : 'ascending')
  table.dataset.ordered = ''
}
const sort = (part) => {
  const table = part.closest('table'), heading = part.closest('th')
  const now = heading.getAttribute('aria-sort')  // of numbers the largest come first, of names the first
  const falling = now ? now === 'ascending' : part.dataset.sort !== 'text'
  orders[keyOf(part)] = { place: heading.cellIndex, falling }
  order(table, orders[keyOf(part)])
}
const explain = (part) => {
  const place = part.parentElement.querySelector('.p-meaning')
  const said = document.querySelector(`[data-meaning="${CSS.escape(part.dataset.means)}"]`)
  place.innerHTML = place.innerHTML || !said ? '' : said.innerHTML
  part.setAttribute('aria-expanded', String(place.innerHTML !== ''))
}
const install = () => {
  const hand = {}
  let held = null
  const hold = (event) => {
    if (event.target.closest?.(DIALOGUE)) return  // what opened it has the focus back
    const part = partOf(event, 'button[data-code], [data-list], [data-open]')
    const name = part && ['code', 'list', 'open'].find((name) => part.dataset[name] !== undefined)
    held = part && `[data-key="${CSS.escape(keyOf(part))}"] [data-${name}="${CSS.escape(part.dataset[name])}"]`
  }
  document.addEventListener('focusin', hold)
  document.addEventListener('pointerdown', hold)
  document.addEventListener('click', (event) => {
    const part = partOf(event)
    if (!part) return
    if (part.href && (event.ctrlKey || event.metaKey || event.shiftKey)) return  // a window of its own
    if (part.href) event.preventDefault()
    const key = keyOf(part)
    if (part.dataset.copy !== undefined) copy(part)
    else if (part.dataset.means) explain(part)
    else if (part.dataset.sort) sort(part)
    else if (part.dataset.open !== undefined) hand.press({ what: 'open', key })
    else hand.press({ what: 'press', key, code: decodeURIComponent(part.dataset.code) })
  })
  // A list chooses at each letter or arrow: what was typed counts once the keys rest, by Enter, or elsewhere.
  let typed = false, waiting = null, rest = 0
  const choose = () => {
    clearTimeout(rest)
    const list = waiting
    waiting = null
    if (!list?.isConnected) return
    hand.press({ what: 'press', key: keyOf(list), code: `${list.dataset.list}=${decodeURIComponent(list.value)}` })
  }
  const wait = () => { clearTimeout(rest); rest = setTimeout(choose, RESTING) }
  document.addEventListener('change', (event) => {
    waiting = partOf(event, '[data-list]')
    if (waiting && typed) wait()
    else choose()
  })
  document.addEventListener('keydown', (event) => {
    typed = event.key !== 'Enter'
    if (!typed) choose()
    else if (waiting) wait()
  })
  document.addEventListener('pointerdown', () => { typed = false })
  document.addEventListener('focusout', choose)
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
    const button = document.querySelector(DIALOGUE) ? null : document.querySelector(SEEK)
    if (!button) return
    event.preventDefault()
    button.focus()
    button.click()
  })
  let field = null
  let sought = decodeURIComponent(location.hash.slice(1))  // the part that the address names, once it is drawn
  new MutationObserver(() => {
    const named = sought && document.getElementById(sought)
    if (named) { named.scrollIntoView(); sought = '' }
    for (const table of document.querySelectorAll('.p-sortable:not([data-ordered])')) {
      if (orders[keyOf(table)]) order(table, orders[keyOf(table)])
    }
    const drawn = document.querySelector(SOUGHT)
    if (drawn !== field) { field = drawn; field?.focus() }
    if (!held || document.activeElement !== document.body || document.querySelector(DIALOGUE)) return
    document.querySelector(held)?.focus({ preventScroll: true })
  }).observe(document.body, { subtree: true, childList: true })
  return hand
}
export default function ({ setTriggerValue }) {
  document.portiqueHand ??= install()
  document.portiqueHand.press = (what) => setTriggerValue('pressed', what)
}
""",
)


def block(html: str, key: str, on_press: Callable[[str], None] | None = None) -> bool:
    """Draw HTML made by `portique.showing.html`, which escaped what it was given; whether its back was just opened.

    A part with `data-code` calls `on_press` with its code before the next run, a list with `data-list` with
    « name=code »; one with `data-open` opens the back. Codes of the data are percent-encoded there: the browser's
    sanitiser drops an attribute that looks like markup.
    """
    st.session_state.setdefault("presses", {})[key] = on_press
    put(f'<div data-key="{escape(key, quote=True)}">{html}</div>')
    opened = st.session_state.get("opened") == key
    if opened:
        del st.session_state["opened"]
    return opened


def hand() -> None:
    """Let the blocks of this page be pressed; drawn once."""
    put(lambda: _hand(key="hand", on_pressed_change=_pressed))


def _pressed() -> None:
    state: Any = st.session_state["hand"]
    pressed: dict[str, str] = state.get("pressed") or {}
    st.session_state.pop("opened", None)
    key = str(pressed.get("key"))
    press = st.session_state.get("presses", {}).get(key)
    if pressed.get("what") == "open":
        st.session_state["opened"] = key
    elif pressed.get("what") == "press" and press:
        press(str(pressed.get("code")))
