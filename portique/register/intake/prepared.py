"""What an import would write: the border between the intake, which checks, and the lake, which keeps."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

# One row a source line that tells of a search; rows that share a search_ref tell of one search, and say the same of it.
SEARCHES = pa.schema(
    [
        ("line_key", pa.string()),
        ("search_ref", pa.string()),
        ("searched_on", pa.date32()),
        ("establishment_id", pa.string()),
        ("search_kind", pa.string()),
        ("cells_searched", pa.int32()),  # null: unknown
        ("operation", pa.string()),  # null: none
        ("source_reference", pa.string()),
    ]
)

# One row a source line that tells of a seizure (a row per period of a wide table).
SEIZURES = pa.schema(
    [
        ("line_key", pa.string()),
        ("find_ref", pa.string()),
        ("search_ref", pa.string()),  # null: not found by a search
        ("period_start", pa.date32()),
        ("period_end", pa.date32()),  # half-open
        ("establishment_id", pa.string()),  # null: the source names none
        ("item_type", pa.string()),
        ("model", pa.string()),  # null: not given
        ("quantity_min", pa.int32()),
        ("quantity_qualifier", pa.string()),
        ("place", pa.string()),
        ("route", pa.string()),
        ("supplier", pa.string()),
        ("channel", pa.string()),
        ("attribution_confidence", pa.string()),
        ("operation", pa.string()),  # null: none
        ("review_state", pa.string()),
        ("source_reference", pa.string()),
    ]
)


@dataclass(frozen=True)
class ExtraEstablishment:
    """An establishment that `data/` does not have, often a closed one, as the user confirmed it."""

    establishment_id: str
    name: str
    commune: str
    department_code: str
    region_code: str
    disp: str
    kind: str
    opened_on: date | None = None
    closed_on: date | None = None


@dataclass(frozen=True)
class Prepared:
    """Accepted lines with their identity, in Arrow tables of the schemas above.

    `line_key` is `n:<number>` where the file numbers its lines, else `h:<hash of the values>:<occurrence>`; a cell of a
    wide table adds `@<period>`. read = lines accepted + refused; which of them are already there, the lake says.
    """

    file_name: str  # base name only, cleaned
    file_hash: str  # SHA-256 of the bytes, in hexadecimal
    searches: pa.Table
    seizures: pa.Table
    refused: int
    read: int
    extra_establishments: tuple[ExtraEstablishment, ...]
    mapping: dict[str, Any]  # the decisions as JSON, and `headings`: the hash of the headings that they were taken for
