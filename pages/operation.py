"""Page « Opération Prison Break »: what was announced, done and confirmed, and where sources disagree."""

from portique.reading.exhibits import operation
from portique.showing import html, ui

view = ui.page("operation", "Opération Prison Break : ce qui est établi, et ce qui ne l’est pas")
stages, derived, timeline = operation.stages(view), operation.derived(view), operation.timeline(view)
actors, where = operation.actors(view), operation.establishments(view)
contradictions, not_public = operation.contradictions(view), operation.not_public(view)
ui.frame(view)
ui.show(stages, html.stages(stages), level=2)
ui.show(derived, html.record(derived), level=2)
ui.show(timeline, html.record(timeline), level=2)
ui.show(actors, html.record(actors, "kind"), level=2)
ui.show(where, lambda: ui.map_of_mentions(view, where, under=html.record(where, "said")), level=2)
ui.show(contradictions, html.record(contradictions, "subject", "reading"), level=2)
ui.show(not_public, html.record(not_public), level=2)
