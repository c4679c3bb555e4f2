"""Page « Tendances »: what was found and searched over time, with the dated events that explain it."""

from portique.reading.exhibits import over_time, places
from portique.showing import charts, ui

BIN = ui.Option(
    "pas",
    "Pas de temps",
    {"month": "Mois", "day": "Jour", "week": "Semaine", "quarter": "Trimestre", "year": "Année"},
)
SERIES = ui.Option("par", "Réparti par", over_time.SERIES)

view = ui.page("tendances", "Comment cela évolue-t-il, et cherche-t-on davantage ?", BIN, SERIES)
ui.summarise(view, places.totals_of(places.by_place(view)))
ui.choose(BIN, SERIES)
found = over_time.over_time(view, BIN.value, SERIES.value)
searched = over_time.effort(view, BIN.value)
ui.show(found, lambda: ui.figure(charts.over_time(found, searched), found), level=2)
ui.events(found)
ui.show(searched, lambda: ui.table(searched, height=420 if len(searched.table) > 11 else "content"), level=2)
