"""The register's history in HTML: the sentence over an older version, versions with what can be done, differences."""

from html import escape
from typing import Any

from portique.reading import labels
from portique.reading.exhibits.exhibit import Exhibit, records
from portique.reading.exhibits.history import COUNTS
from portique.register.served import Register
from portique.showing import html

MOST_DIFFERENCES = 40
LEAVE, LOOK_BACK, UNDO, REDO = "recente", "voir", "annuler", "retablir"


def looking_back(register: Register, newest: int) -> str:
    """That an older version is shown, with the way back to the newest."""
    said = labels.typeset(
        f"Version {labels.number(register.version)} du {labels.moment(register.committed_at)}, pas la plus récente."
    )
    button = _button(LEAVE, f"Revenir à la version {labels.number(newest)}")
    return f'<div class="p-past" role="status"><b>{escape(said)}</b> {button}</div>'


def versions(exhibit: Exhibit, most: int, *, own: bool) -> str:
    """The versions, the newest first, each with what can be done; `own`: its imports can be undone."""
    rows = records(exhibit.table.head(most))
    headings = [*(column.label for column in exhibit.columns), "Actions"]
    body = ([*(html.text(row[column.name]) for column in exhibit.columns), _actions(row, own)] for row in rows)
    return html.rows(headings, body)


def _actions(row: dict[Any, Any], own: bool) -> str:
    number = labels.number(row["number"])
    if row["newest"]:
        done = ["<small>la plus récente</small>"]
    else:
        done = [_button(f"{LOOK_BACK}={row['number']}", "Voir les pages", f"Voir les pages à la version {number}")]
    if own and row["turn"]:
        name, words = (UNDO, "Annuler l’import") if row["turn"] == "undo" else (REDO, "Rétablir l’import")
        done.append(_button(f"{name}={row['import_id']}", f"{words} {labels.number(row['import_id'])}"))
    return f'<div class="p-acts">{"".join(done)}</div>'


def difference(exhibit: Exhibit) -> str:
    """What changed, a line per place, month or type: before, after and the change of each count that moved at all."""
    if exhibit.table.empty:
        return '<p class="p-none">Rien ne diffère entre ces deux versions.</p>'
    moved = [name for name in COUNTS if exhibit.table[f"{name}_change"].any()]
    headings = [exhibit.columns[0].label, *(COUNTS[name] for name in moved)]
    shown = records(exhibit.table.head(MOST_DIFFERENCES))
    body = ([html.text(row["label"]), *(_moved(row, name) for name in moved)] for row in shown)
    return html.rows(headings, body) + html.rest(len(exhibit.table) - len(shown))


def _moved(row: dict[Any, Any], name: str) -> str:
    before, after, change = (row[f"{name}_{when}"] for when in ("before", "after", "change"))
    if not change:
        return f"<small>{labels.number(after)}</small>"
    return f"<b>{labels.signed(change)}</b> <small>({labels.number(before)} → {labels.number(after)})</small>"


def _button(code: str, words: str, spoken: str = "") -> str:
    aria = f' aria-label="{escape(spoken, quote=True)}"' if spoken else ""
    return f'<button type="button" class="p-more" data-code="{code}"{aria}>{escape(words)}</button>'
