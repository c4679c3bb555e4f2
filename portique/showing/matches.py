"""The look-up in HTML: the line that opens it, and what answers the words, grouped; every text is escaped here."""

from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from portique.reading import labels, lookup
from portique.reading.lookup import Entry, Matches
from portique.reading.view import View
from portique.showing import html

OPENER = "Chercher un lieu, un chiffre"
SHORTCUT = "Ctrl + K"
FIELD = "Une prison, une commune, une région, un département, une DISP ou un chiffre"


def title_line(title: str) -> str:
    """The title of a page, with the button that opens the look-up from anywhere."""
    keys = f'<kbd aria-hidden="true">{SHORTCUT}</kbd>'
    button = f'<button type="button" class="p-seek" data-open aria-keyshortcuts="Control+K">{OPENER} {keys}</button>'
    return f'<div class="p-line">{html.title(title)}{button}</div>'


def hint(counts: Mapping[str, int]) -> str:
    """What can be searched, before a word is written."""
    return _said(
        f"{labels.number(counts['establishments'])} établissements, {labels.number(counts['territories'])} régions, "
        f"départements et DISP, {labels.number(counts['figures'])} chiffres publiés. "
        "Deux lettres suffisent ; accents et capitales ne comptent pas."
    )


def results(view: View, held: Matches) -> str:
    """What was found, a list per group with the number of those not shown; a sentence where there is nothing."""
    if not held.count:
        return _said(
            f"Rien ne répond à « {held.words} » : ni établissement, ni territoire, ni chiffre publié. "
            "Essayez le nom d’une ville, d’une région, ou un nombre."
        )
    counted = labels.counted(held.count, "réponse", "réponses")
    nearly = f"Rien ne s’écrit « {held.words} ». Pour « {held.instead} » : " if held.instead else ""
    lists = "".join(_group(view, held, group) for group in held.entries)
    return _said(f"{nearly}{counted}.") + f'<div class="p-matches">{lists}</div>'


def _said(words: str) -> str:
    return f'<p class="p-foot" role="status">{escape(labels.typeset(words))}</p>'


def _group(view: View, held: Matches, group: str) -> str:
    entries = held.entries[group]
    rows = "".join(f"<li>{_entry(view, entry)}</li>" for entry in entries[: lookup.MOST])
    count = f"<small>{labels.number(len(entries))}</small>"
    return f"<h3>{lookup.GROUPS[group]} {count}</h3><ul>{rows}{_others(held, group)}</ul>"


def _entry(view: View, entry: Entry) -> str:
    opens = " · hors de Prison Break : le champ devient « Tous »" if lookup.opens_scope(view, entry) else ""
    inside = f"<b>{escape(entry.name)}</b><small>{escape(entry.detail + labels.typeset(opens))}</small>"
    return _pressed(lookup.link(view, entry), f"{entry.field}={entry.code}", inside)


def _others(held: Matches, group: str) -> str:
    """How many of a group are not shown; the figures all stand on their page."""
    left = len(held.entries[group]) - lookup.MOST
    if left <= 0:
        return ""
    counted = labels.counted(left, "autre", "autres")
    if group != "figures":
        return f"<li><small>et {counted} : ajoutez un mot pour préciser</small></li>".replace(" :", f"{labels.WIDE}:")
    words = held.instead or held.words
    inside = f"<small>et {counted} : les chercher dans les chiffres publiés</small>".replace(" :", f"{labels.WIDE}:")
    return f"<li>{_pressed(lookup.figures_link(words), f'{lookup.WORDS}={words}', inside)}</li>"


def _pressed(address: str, code: str, inside: str) -> str:
    """A link that the hand follows without loading the page again."""
    return f'<a href="{escape(address, quote=True)}" target="_self" data-code="{quote(code)}">{inside}</a>'
