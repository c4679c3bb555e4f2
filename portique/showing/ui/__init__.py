"""The screens: the only room that knows Streamlit."""

from portique.showing.ui.controls import Option, choose
from portique.showing.ui.errors import sentences
from portique.showing.ui.exhibits import show, table
from portique.showing.ui.page import page, side_by_side, summarise
from portique.showing.ui.pictures import bars, events, figure, prose
from portique.showing.ui.places import map_of, sheet, table_of_places

__all__ = [
    "Option",
    "bars",
    "choose",
    "events",
    "figure",
    "map_of",
    "page",
    "prose",
    "sentences",
    "sheet",
    "show",
    "side_by_side",
    "summarise",
    "table",
    "table_of_places",
]
