"""The screens: the only room that knows Streamlit."""

from portique.showing.ui import told
from portique.showing.ui.controls import Option, choose
from portique.showing.ui.errors import sentences
from portique.showing.ui.exhibits import show, show_bars
from portique.showing.ui.page import frame, page, side_by_side
from portique.showing.ui.pictures import events, figure
from portique.showing.ui.places import map_of, sheet, show_trend, table_of_places
from portique.showing.ui.record import Words, map_of_mentions, narrow, release, show_in_parts
from portique.showing.ui.review import show_review
from portique.showing.ui.session import selected
from portique.showing.ui.versions import MOST_VERSIONS, show_versions

__all__ = [
    "MOST_VERSIONS",
    "Option",
    "Words",
    "choose",
    "events",
    "figure",
    "frame",
    "map_of",
    "map_of_mentions",
    "narrow",
    "page",
    "release",
    "selected",
    "sentences",
    "sheet",
    "show",
    "show_bars",
    "show_in_parts",
    "show_review",
    "show_trend",
    "show_versions",
    "side_by_side",
    "table_of_places",
    "told",
]
