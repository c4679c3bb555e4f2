"""Page « Carte »: where it was found, how much, for how much searching, and what changed."""

from portique.reading.exhibits import over_time, places, suppliers
from portique.reading.view import together
from portique.showing import html, maps, ui

LEVEL = ui.Option("maille", "Maille", places.LEVELS)
FRAME = ui.Option("cadre", "Cadrage", {code: name for code, (name, _) in maps.FRAMES.items()})

view = ui.page("", "Où trouve-t-on des téléphones en détention ?", LEVEL, FRAME)
level = LEVEL.value
answer, trend, who, items, _ = together(
    lambda: places.by_place(view, level),
    lambda: over_time.trend(view),
    lambda: suppliers.shares(view),
    lambda: suppliers.shares(view, "item_type"),
    lambda: places.earlier_totals(view),
)
figures = places.key_figures(view, answer, trend)
where = places.map_of_places(view, answer, level)
ui.frame(view, places.totals_of(answer))
ui.show(figures, html.tiles(figures), level=2)
ui.side_by_side(
    [
        lambda: ui.show(where, lambda: ui.map_of(view, where, LEVEL, FRAME)),
        lambda: ui.show_trend(view, trend),
    ],
    [
        lambda: ui.sheet(view, items),
        lambda: ui.show_bars(who, "suppliers"),
    ],
    widths=(2, 1),
)
ui.table_of_places(where, level)
