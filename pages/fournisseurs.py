"""Page « Fournisseurs »: who sells, through which channel, to where, and how much of it is unknown."""

from portique.reading.exhibits import places, published, suppliers
from portique.showing import charts, html, ui

view = ui.page("fournisseurs", "D’où viennent les téléphones saisis ?")
ui.summarise(view, places.totals_of(places.by_place(view)))
who, models = suppliers.shares(view), suppliers.shares(view, "model")
history, channels = suppliers.share_history(view, "month"), suppliers.channels(view)
before_after, flow, claims = suppliers.before_after(view), suppliers.flow(view), published.claims(view)
ui.side_by_side(
    [lambda: ui.show(who, lambda: ui.bars(who, "suppliers"), level=2)],
    [lambda: ui.show(history, lambda: ui.figure(charts.share_history(history), history), level=2)],
    widths=(1, 2),
)
ui.events(history)
ui.side_by_side(
    [lambda: ui.show(before_after, lambda: ui.figure(charts.before_after(before_after), before_after), level=2)],
    [lambda: ui.show(models, lambda: ui.bars(models, ""), level=2)],
)
ui.show(channels, lambda: ui.prose(html.reading_table(channels)), level=2)
ui.show(flow, lambda: ui.figure(charts.flow(flow), flow), level=2)
ui.show(claims, lambda: ui.prose(html.reading_table(claims)), level=2)
