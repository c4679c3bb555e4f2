"""Page « Régions »: each territory with both rates and how surely they are known; two of them, or two periods."""

from portique.reading.exhibits import comparison, places, territories
from portique.showing import charts, html, ui

LEVEL = ui.Option("maille", "Découpage", territories.LEVELS)
RATE = ui.Option("taux", "Taux", territories.RATE_CHOICES)
FIRST = ui.Option("a", "Comparer", comparison.Following(lambda: comparison.offered(LEVEL.value, ui.selected())))
SECOND = ui.Option("b", "avec", comparison.Following(lambda: comparison.others(LEVEL.value, ui.selected())))

view = ui.page("regions", "Les territoires se ressemblent-ils ?", LEVEL, RATE, FIRST, SECOND)
held = territories.ask(view, LEVEL.value)
ui.frame(view, places.totals_of(held))
ui.choose(LEVEL, RATE)
lines = territories.territories(view, held, LEVEL.value)
rates = territories.intervals(view, held, LEVEL.value, RATE.value)
ui.show(rates, lambda: ui.figure(charts.intervals(rates), rates), level=2)
ui.show(lines, html.territories(lines), level=2)
ui.narrow(FIRST, SECOND)
pair = comparison.sides(view, LEVEL.value, FIRST.value, SECOND.value)
compared, beside = comparison.differences(view, LEVEL.value, pair), comparison.side_by_side(view, LEVEL.value, pair)
ui.show(compared, html.readings(compared), level=2)
ui.show(beside, html.territories(beside), level=2)
