"""The register as the lines of a file that Portique imports again to the same register."""

import pyarrow as pa

from portique.register import engine, reference
from portique.register.lake import Lake
from portique.register.rows import store

# The lists of `data/` whose labels stand in the file, with their code column; then the two that the schema holds.
_LISTS = {
    "item_types": "item_type",
    "places": "place",
    "routes": "route",
    "search_kinds": "search_kind",
    "suppliers": "supplier",
    "channels": "channel",
    "operations": "operation",
}
STATES = {"to_check": "à vérifier", "checked": "vérifiée", "duplicate": "doublon", "not_counted": "à ne pas compter"}
CONFIDENCES = {"none": "aucune", "low": "faible", "medium": "moyenne", "high": "forte"}


def rows(lake: Lake, version: int | None = None) -> pa.Table:
    """One row per source line that stands, in a version (the newest by default): French headings, texts but the days.

    `numero_ligne` is the line's identity: the number of its file, or `h:…` as Portique made it, which an import takes
    as it is; likewise `numero_saisie` and `numero_fouille`.
    """
    with lake.attached() as connection:
        engine.load_reference(connection)
        store(connection, version)
        connection.register("word", _words())
        return connection.execute(engine.statement("register/export")).to_arrow_table()


def _words() -> pa.Table:
    """list, code, label of every code that a file writes in French."""
    words = [(name, *pair) for name, code in _LISTS.items() for pair in reference.labels(name, code).items()]
    words += [("review_states", *pair) for pair in STATES.items()]
    words += [("confidences", *pair) for pair in CONFIDENCES.items()]
    return pa.table(dict(zip(("list", "code", "label"), zip(*words, strict=True), strict=True)))
