"""The controls of the public record: lists and words that filter published figures, and a map of who is mentioned."""

from dataclasses import dataclass, field

import streamlit as st

from portique.reading.exhibits.exhibit import Exhibit
from portique.reading.view import View
from portique.showing import html, maps, paged
from portique.showing.ui import exhibits, session
from portique.showing.ui.controls import Option, dispatch
from portique.showing.ui.layout import put

MOST_LETTERS = 80


@dataclass(frozen=True)
class Words(Option):
    """A choice of one page that is a text: what is searched, none by default."""

    values: dict[str, str] = field(default_factory=lambda: {"": ""})

    @property
    def value(self) -> str:
        """The text in force: the session's, else the address's."""
        key = f"option-{self.name}"
        if key not in st.session_state:
            st.session_state[key] = session.address().get(self.name, [""])[-1]
        return str(st.session_state[key])[:MOST_LETTERS]


def narrow(*options: Option) -> None:
    """Draw choices in one row: texts to write and lists to choose from."""

    def draw() -> None:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            for option in options:
                _narrow(option)

    put(draw)


def show_in_parts(exhibit: Exhibit, part: Option, marked: str = "") -> None:
    """Published figures, a part of them at a time; pressing leads to the next."""
    exhibits.show(
        exhibit, paged.figures(exhibit, marked, part.value), level=2, on_press=dispatch({part.name: part.hold})
    )


def release(option: Option, words: str) -> None:
    """A button that puts a choice back to its default."""
    put(lambda: st.button(words, key=f"release-{option.name}", on_click=_hold, args=(option, option.default)))


def map_of_mentions(view: View, exhibit: Exhibit, chooses: Option | None = None, under: str = "") -> None:
    """The establishments that sources speak of, and HTML under their map; a click chooses one for an option."""
    key, layer = f"map-{exhibit.key}", f"{maps.PLACES}-{st.session_state.setdefault('clicks', 0)}"

    def press() -> None:
        place = maps.clicked(st.session_state[key], layer)
        if chooses and place in chooses.values:
            st.session_state["clicks"] += 1
            _hold(chooses, chooses.default if chooses.value == place else place)

    drawn = maps.mentioned(view, exhibit, layer=layer)
    put(
        lambda: st.pydeck_chart(
            drawn,
            key=key,
            height=maps.HEIGHT,
            on_select=press if chooses else "ignore",
            selection_mode="single-object",
            alt=exhibit.sentence,
        )
    )
    put(html.key(maps.mention_legend(exhibit)) + under)


def _narrow(option: Option) -> None:
    key = f"widget-option-{option.name}"
    st.session_state[key] = option.value

    def change() -> None:
        _hold(option, st.session_state[key])

    if isinstance(option, Words):
        st.text_input(option.label, key=key, max_chars=MOST_LETTERS, on_change=change)
    else:
        names = dict(option.values)  # as they are now: those that follow another choice are asked at each look
        st.selectbox(option.label, list(names), format_func=names.__getitem__, key=key, on_change=change)


def _hold(option: Option, value: str | None) -> None:
    """Put a choice in force; other figures begin with their first part."""
    st.session_state[f"option-{paged.PART}"] = ""
    st.session_state[f"option-{option.name}"] = option.default if value is None else value
