"""The tables of the register: columns, types, and what a null means."""

from typing import Literal

import pyarrow as pa

SCHEMA_VERSION = 2
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

# What an imported row has besides: its identity. Null in rows that no import brought (the demonstration's).
# One search or line may be stored in several wordings, each with a `wording_id` (`seizure_id`) of its own;
# `views/live.sql` says which one stands.
SEARCH_IDENTITY = {"wording_id": "BIGINT", "line_key": "VARCHAR", "search_ref": "VARCHAR"}
SEIZURE_IDENTITY = {"line_key": "VARCHAR", "find_ref": "VARCHAR", "search_ref": "VARCHAR"}

# One row an import; `undone_by` and `undone_at` are null while it stands.
IMPORT = {
    "import_id": "INTEGER",
    "file_name": "VARCHAR",
    "file_hash": "VARCHAR",
    "author": "VARCHAR",
    "message": "VARCHAR",
    "imported_at": "TIMESTAMP",  # UTC
    "lines_read": "INTEGER",
    "lines_new": "INTEGER",
    "lines_already_there": "INTEGER",
    "lines_refused": "INTEGER",  # by the checks of the file, and by what the register holds
    "undone_by": "VARCHAR",
    "undone_at": "TIMESTAMP",
}

# One row for each search and each item line that an import names, already there or not.
CLAIM = {
    "import_id": "INTEGER",
    "subject": "VARCHAR",  # search, seizure
    "line_id": "BIGINT",  # which search or line it is
    "wording_id": "BIGINT",  # in which wording: search.wording_id or seizure.seizure_id
}

# One row a value that was changed by hand; the row holds the new one.
EDIT = {
    "subject": "VARCHAR",
    "wording_id": "BIGINT",
    "field": "VARCHAR",
    "old_value": "VARCHAR",  # null: none
    "new_value": "VARCHAR",
    "reason": "VARCHAR",
    "author": "VARCHAR",
    "edited_at": "TIMESTAMP",
}

NOTE = {"subject": "VARCHAR", "wording_id": "BIGINT", "note": "VARCHAR", "author": "VARCHAR", "written_at": "TIMESTAMP"}

# One row an establishment that `data/` does not hold (closed ones, mostly) and that a user confirmed.
EXTRA_ESTABLISHMENT = {
    "establishment_id": "VARCHAR",
    "name": "VARCHAR",
    "commune": "VARCHAR",
    "department_code": "VARCHAR",
    "region_code": "VARCHAR",
    "disp": "VARCHAR",
    "kind": "VARCHAR",
    "opened_on": "DATE",
    "closed_on": "DATE",
    "confirmed_by": "VARCHAR",
}

# One row a set of headings: how its columns and codes were understood last, as JSON.
MAPPING = {"mapping_key": "VARCHAR", "mapping": "VARCHAR", "author": "VARCHAR", "confirmed_at": "TIMESTAMP"}

# One row: what the lake is. Every writer updates it first, so that of two writers at once one gets a conflict.
HEAD = {
    "register_id": "VARCHAR",
    "name": "VARCHAR",
    "provenance": "VARCHAR",
    "schema_version": "INTEGER",
    "revision": "BIGINT",
}

TABLES = {
    "head": HEAD,
    "search": SEARCH | SEARCH_IDENTITY,
    "seizure": SEIZURE | SEIZURE_IDENTITY,
    "import": IMPORT,
    "claim": CLAIM,
    "edit": EDIT,
    "note": NOTE,
    "extra_establishment": EXTRA_ESTABLISHMENT,
    "mapping": MAPPING,
}
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
    """The Arrow schema of the rows to write to `search` or `seizure`, in column order, without their identity."""
    columns = {"search": SEARCH, "seizure": SEIZURE}[table]
    return pa.schema([(column, _ARROW[kind]) for column, kind in columns.items()])
