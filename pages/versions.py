"""Page « Versions »: what was written to the register, by whom, what it changed; undo, compare, review, correct."""

from portique.reading.exhibits import comparison, history
from portique.showing import history as drawn
from portique.showing import html, ui

LIST = ui.Option("liste", "Montrer", {"": "les 30 dernières", "toutes": "toutes les versions"})
BEFORE = ui.Option("avant", "De la version", comparison.Following(ui.told.earlier))
AFTER = ui.Option("apres", "à la version", comparison.Following(ui.told.later))
BY = ui.Option("decoupage", "Par", history.WAYS)
STATE = ui.Option("etat", "État", history.STATES | {ui.told.ALL: "Tous"})
WHERE = ui.Option("ou", "Établissement", comparison.Following(ui.told.places))
FILE = ui.Option("import", "Import", comparison.Following(ui.told.files))

view = ui.page("versions", "Qu’est-ce qui a changé dans le registre ?", LIST, BEFORE, AFTER, BY, STATE, WHERE, FILE)
told = ui.told.told()
listed = history.versions(view, told.versions, told.imports)
before, after = ui.told.ends(BEFORE.value, AFTER.value)
by = history.way(BY.value)
changed = history.difference(view, told.newest, ui.told.compared(before, after, by), before, after, by)
ui.frame(view)
if len(told.versions) > ui.MOST_VERSIONS:
    ui.choose(LIST)
ui.show_versions(told, listed, whole=LIST.value == "toutes")
ui.narrow(BEFORE, AFTER, BY)
ui.show(changed, drawn.difference(changed), level=2)
if told.own:
    rows = ui.told.lines(STATE.value, WHERE.value, FILE.value)
    lines = history.lines(view, told.newest, rows, told.states, ui.told.MOST_LINES)
    edits = history.changes(view, told.newest, told.edits, told.notes)
    ui.narrow(STATE, WHERE, FILE)
    ui.show_review(view, told.lake, lines, rows)
    ui.show(edits, html.first_rows(edits), level=2)
