"""The reference data that ships in `data/`, read with declared types."""

import tomllib
from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd

from portique.config import DATA
from portique.errors import ReferenceDataError

# One name is one concept in every file of data/, so a column's name fixes its type; all others are text.
TYPES = {
    "latitude": "DOUBLE",
    "longitude": "DOUBLE",
    "value": "DOUBLE",
    "operational_capacity": "INTEGER",
    "inmates": "INTEGER",
    "position": "INTEGER",
    "month": "DATE",
    "occupancy_month": "DATE",
    "event_date": "DATE",
    "period_start": "DATE",
    "period_end": "DATE",
    "valid_from": "DATE",
    "valid_to": "DATE",
    "compiled_on": "DATE",
    "always_shown": "BOOLEAN",
    "preferred": "BOOLEAN",
}

# The tables that a served copy carries beside the register, in the order in which they are loaded.
SERVED_TABLES = (
    "establishments",
    "occupancy",
    "item_types",
    "routes",
    "places",
    "search_kinds",
    "suppliers",
    "channels",
    "operation_establishments",
)


def sql_type(column: str) -> str:
    """The SQL type of a column of `data/`, by its name."""
    return TYPES.get(column, "VARCHAR")


@cache
def table(name: str) -> pd.DataFrame:
    """One row per line of `data/<name>.csv`, typed by `TYPES`; do not modify the frame: it is shared.

    Raises ReferenceDataError when the file is missing or a value does not fit its column's type.
    """
    path = DATA / f"{name}.csv"
    if not path.is_file():
        raise ReferenceDataError(f"data/{name}.csv est introuvable ; reprenez le fichier depuis le dépôt du projet.")
    texts = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
    try:
        return texts.assign(**{column: _typed(texts[column]) for column in texts.columns if column in TYPES})
    except ValueError as error:
        raise ReferenceDataError(f"data/{name}.csv : une valeur n’est pas du type attendu ({error}).") from error


def _typed(column: pd.Series) -> pd.Series:
    match TYPES[str(column.name)]:
        case "DOUBLE":
            return pd.to_numeric(column)
        case "INTEGER":
            return pd.to_numeric(column).astype("Int64")
        case "DATE":
            return pd.to_datetime(column, format="%Y-%m-%d")
        case _:
            return column.map({"true": True, "false": False}).astype("boolean")


@cache
def labels(name: str, code: str, label: str = "label") -> dict[str, str]:
    """Code → French label of `data/<name>.csv`, in the file's order."""
    rows = table(name)
    return dict(zip(rows[code], rows[label], strict=True))


def codes(name: str, code: str) -> tuple[str, ...]:
    """The codes of a list, in the file's order."""
    return tuple(table(name)[code])


@cache
def measures() -> dict[str, Any]:
    """The definitions of `data/measures.toml`, by measure."""
    with (DATA / "measures.toml").open("rb") as file:
        return tomllib.load(file)


def fingerprint_files() -> Iterable[Any]:
    """The files on which a served copy depends, in a fixed order."""
    return [DATA / f"{name}.csv" for name in SERVED_TABLES]
