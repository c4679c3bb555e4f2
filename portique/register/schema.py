"""The tables of the register: columns, types, and what a null means."""

from typing import Literal

import pyarrow as pa

SCHEMA_VERSION = 1
Provenance = Literal["demonstration", "registered"]

# One row a search action; it exists also when nothing was found.
SEARCH = {
    "search_id": "BIGINT",
    "searched_on": "DATE",
    "establishment_id": "VARCHAR",
    "search_kind": "VARCHAR",
    "cells_searched": "INTEGER",  # null: unknown
    "operation": "VARCHAR",  # null: none
    "provenance": "VARCHAR",
    "source_reference": "VARCHAR",
}

# One row an item line; the lines of one find share a find_id.
SEIZURE = {
    "seizure_id": "BIGINT",
    "find_id": "BIGINT",
    "period_start": "DATE",
    "period_end": "DATE",  # half-open
    "establishment_id": "VARCHAR",  # null: the source names no establishment
    "item_type": "VARCHAR",
    "model": "VARCHAR",  # null: not given
    "quantity_min": "INTEGER",
    "quantity_qualifier": "VARCHAR",
    "place": "VARCHAR",
    "route": "VARCHAR",
    "search_id": "BIGINT",  # null: not found by a search
    "supplier": "VARCHAR",
    "channel": "VARCHAR",
    "attribution_confidence": "VARCHAR",
    "operation": "VARCHAR",  # null: none
    "review_state": "VARCHAR",
    "provenance": "VARCHAR",
    "source_reference": "VARCHAR",
}

# One row: what the lake is. Every writer updates it first, so that of two writers at once one gets a conflict.
HEAD = {
    "register_id": "VARCHAR",
    "name": "VARCHAR",
    "provenance": "VARCHAR",
    "schema_version": "INTEGER",
    "revision": "BIGINT",
}

TABLES = {"head": HEAD, "search": SEARCH, "seizure": SEIZURE}
NULLABLE = {"cells_searched", "operation", "model", "search_id", "establishment_id"}

QUALIFIERS = ("exact", "at_least", "unknown")
CONFIDENCES = ("none", "low", "medium", "high")
COUNTED_STATES = ("to_check", "checked")
REVIEW_STATES = (*COUNTED_STATES, "duplicate", "not_counted")

_ARROW = {"BIGINT": pa.int64(), "INTEGER": pa.int32(), "DATE": pa.date32(), "VARCHAR": pa.string()}


def ddl(table: str) -> str:
    """The column list of `CREATE TABLE` for a register table."""
    return ", ".join(f"{column} {kind}" for column, kind in TABLES[table].items())


def arrow_schema(table: str) -> pa.Schema:
    """The Arrow schema of a register table, in column order."""
    return pa.schema([(column, _ARROW[kind]) for column, kind in TABLES[table].items()])
