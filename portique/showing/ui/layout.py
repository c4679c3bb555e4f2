"""Laying out a page: all that it shows is made first, then drawn in one burst, which a browser paints once.

HTML that stands together goes out as one element, because each element costs server and browser a drawing. A page that
fails while it is made has drawn nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeAlias

import streamlit as st

# HTML that needs no more escaping, or what draws elements of Streamlit.
Piece: TypeAlias = str | Callable[[], object]
# What this run has put and not drawn yet; None where nothing is laid out.
_undrawn: ContextVar[list[Piece] | None] = ContextVar("undrawn", default=None)


@contextmanager
def laid_out() -> Iterator[None]:
    """Gather what is put inside, and draw it at the end; nothing of it if the page fails."""
    pieces: list[Piece] = []
    outer = _undrawn.set(pieces)
    try:
        yield
    finally:
        _undrawn.reset(outer)
    lay(pieces)


def put(piece: Piece) -> None:
    """Add a piece to the page; where none is laid out (in a dialogue, on the first start) it is drawn at once."""
    pieces = _undrawn.get()
    if pieces is None:
        lay([piece])
    else:
        pieces.append(piece)


def gathered(draw: Callable[[], None]) -> list[Piece]:
    """The pieces that a function puts, kept apart, to be drawn in a column or the side bar."""
    pieces: list[Piece] = []
    outer = _undrawn.set(pieces)
    try:
        draw()
    finally:
        _undrawn.reset(outer)
    return pieces


def lay(pieces: Iterable[Piece]) -> None:
    """Draw pieces in their order, neighbours of HTML as one element."""
    together: list[str] = []
    for piece in [*pieces, _nothing]:
        if isinstance(piece, str):
            together.append(piece)
            continue
        if together:
            st.html("".join(together))
            together.clear()
        piece()


def _nothing() -> None:
    """The piece after the last."""
