"""The register's own columns and codes in French: what a correction changed, and from what to what."""

from collections.abc import Mapping
from datetime import date, timedelta

from portique.reading import labels
from portique.register import export, reference

FIELDS = {
    "searched_on": "jour de la fouille",
    "establishment_id": "établissement",
    "search_kind": "nature de la fouille",
    "cells_searched": "cellules fouillées",
    "operation": "opération",
    "period_start": "premier jour",
    "period_end": "dernier jour",
    "item_type": "type d’objet",
    "model": "modèle",
    "quantity_min": "quantité",
    "quantity_qualifier": "exactitude de la quantité",
    "place": "lieu de découverte",
    "route": "voie d’introduction",
    "search_id": "fouille",
    "supplier": "fournisseur",
    "channel": "canal de vente",
    "attribution_confidence": "confiance du rattachement",
    "review_state": "état de revue",
}
QUALIFIERS = {"exact": "exacte", "at_least": "au moins", "unknown": "inconnue"}
DAYS = ("searched_on", "period_start", "period_end")
_LISTS = {
    "item_type": "item_types",
    "place": "places",
    "route": "routes",
    "search_kind": "search_kinds",
    "supplier": "suppliers",
    "channel": "channels",
    "operation": "operations",
}


def codes(field: str) -> Mapping[str, str]:
    """Code → French label of a field whose values are codes; empty for the others."""
    if field in _LISTS:
        return reference.labels(_LISTS[field], field)
    return {
        "review_state": export.STATES,
        "quantity_qualifier": QUALIFIERS,
        "attribution_confidence": export.CONFIDENCES,
    }.get(field, {})


def value(field: str, text: object, places: Mapping[str, str]) -> str:
    """A value as the register's log writes it, in French; `places` names the establishments."""
    if not isinstance(text, str) or not text:
        return "(rien)"
    if field in DAYS:
        day = date.fromisoformat(text[:10]) - timedelta(days=field == "period_end")
        return labels.day(day)
    if field == "establishment_id":
        return places.get(text, text)
    return codes(field).get(text, text)


def line(key: object, subject: str = "seizure") -> str:
    """What a reader calls a line or a search: its number in its file, else the beginning of its identity."""
    name = "fouille" if subject == "search" else "ligne"
    kind, _, rest = str(key).partition(":")
    if kind == "n":
        return f"{name} {rest}"
    equal = int(rest.rpartition(":")[2]) if kind == "h" else 0  # how many equal lines stand before it in its file
    return f"{name} {rest[:8]}" + (f" ({equal + 1})" if equal else "")
