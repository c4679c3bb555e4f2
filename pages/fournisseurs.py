"""Page « Fournisseurs »: who sells, through which channel, to where, and how much of it is unknown."""

from portique.reading.exhibits import places, published, suppliers
from portique.reading.view import together
from portique.showing import charts, html, ui

view = ui.page("fournisseurs", "D’où viennent les téléphones saisis ?")
answer, who, models, history, channels, before_after, flow = together(
    lambda: places.by_place(view),
    lambda: suppliers.shares(view),
    lambda: suppliers.shares(view, "model"),
    lambda: suppliers.share_history(view, "month"),
    lambda: suppliers.channels(view),
    lambda: suppliers.before_after(view),
    lambda: suppliers.flow(view),
)
claims = published.claims(view)
ui.frame(view, places.totals_of(answer))
ui.side_by_side(
    [lambda: ui.show_bars(who, "suppliers", level=2)],
    [lambda: ui.show(history, lambda: ui.figure(charts.share_history(history), history), level=2)],
    widths=(1, 2),
)
ui.events(history)
ui.side_by_side(
    [lambda: ui.show(before_after, lambda: ui.figure(charts.before_after(before_after), before_after), level=2)],
    [lambda: ui.show_bars(models, level=2)],
)
ui.show(channels, html.reading_table(channels), level=2)
ui.show(flow, lambda: ui.figure(charts.flow(flow), flow), level=2)
ui.show(claims, html.reading_table(claims), level=2)
