"""Page « Méthode »: what is counted, what is refused, how the demonstration is made, where each file comes from."""

from portique.reading.exhibits import calibrated, method
from portique.showing import html, ui

view = ui.page("methode", "Comment Portique compte")
ui.frame(view)
measures = method.measures_in_words(view)
ui.show(measures, html.definitions(measures), level=2)
for exhibit in (
    method.refusals(view),
    method.not_public(view),
    calibrated.calibration_table(view),
    method.coverage(view),
    method.limits(view),
    method.sources(view),
    method.insets(view),
):
    ui.show(exhibit, html.reading_table(exhibit), level=2)
