"""Page « Chiffres publiés »: every public figure with its definition and its link, and what may not be joined."""

from portique.reading import parts
from portique.reading.exhibits import figures, national
from portique.showing import html, published_charts, ui

FIGURE = ui.Option("chiffre", "Chiffre", {"": "Tous"} | figures.identifiers())
WORDS = ui.Words("mots", "Chercher un mot, un lieu, un nombre")
MEASURE = ui.Option("compte", "Mesure", {"": "Toutes"} | figures.measures_used())
PART = ui.Option("partie", "Partie", parts.names(len(figures.usable())))
PLACE = ui.Option("lieu", "Lieu ou champ", {"": "Tous"} | figures.places())

view = ui.page(figures.PAGE, "Que sait-on publiquement des téléphones en prison ?", FIGURE, WORDS, MEASURE, PLACE, PART)
series, alone, drones = national.series(view), national.phones_alone(view), national.drones(view)
totals, campaigns = national.running_totals(view), national.campaigns(view)
found = figures.catalogue(view, measure=MEASURE.value, place=PLACE.value, words=WORDS.value)
where, unusable = figures.by_establishment(view, PLACE.value), figures.unusable(view)
ui.frame(view)
if FIGURE.value:
    one = figures.one(view, FIGURE.value)
    ui.show(one, html.sheet(one), level=2)
    ui.release(FIGURE, "Fermer cette fiche")
ui.show(series, lambda: ui.figure(published_charts.years(series), series), level=2)
ui.show(alone, html.record(alone))
ui.narrow(WORDS, MEASURE, PLACE)
ui.show_in_parts(found, PART, FIGURE.value)
ui.show(where, lambda: ui.map_of_mentions(view, where, PLACE), level=2)
ui.show(drones, lambda: ui.figure(published_charts.drones(drones), drones), level=2)
ui.show(totals, html.record(totals), level=2)
ui.show(campaigns, html.record(campaigns, "scope"))
ui.show(unusable, html.record(unusable), level=2)
