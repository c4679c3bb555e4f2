"""Page « Tendances »: what was found and searched over time, with the dated events that explain it."""

from portique.reading.exhibits import over_time, places
from portique.reading.view import together
from portique.showing import charts, html, ui

BIN = ui.Option(
    "pas",
    "Pas de temps",
    {"month": "Mois", "day": "Jour", "week": "Semaine", "quarter": "Trimestre", "year": "Année"},
)
SERIES = ui.Option("par", "Réparti par", over_time.SERIES)

view = ui.page("tendances", "Comment cela évolue-t-il, et cherche-t-on davantage ?", BIN, SERIES)
bin_, series = BIN.value, SERIES.value
answer, found, searched = together(
    lambda: places.by_place(view),
    lambda: over_time.over_time(view, bin_, series),
    lambda: over_time.effort(view, bin_),
)
ui.frame(view, places.totals_of(answer))
ui.choose(BIN, SERIES)
ui.show(found, lambda: ui.figure(charts.over_time(found, searched), found), level=2)
ui.events(found)
ui.show(searched, html.sortable(searched), level=2)
