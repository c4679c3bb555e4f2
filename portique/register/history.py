"""What changed from one version of a register to another."""

from typing import Literal

import pandas as pd

from portique.errors import RegisterError
from portique.register import engine
from portique.register.lake import Lake
from portique.register.rows import store

COUNTED = ("quantity", "lines", "lines_left_out", "searches", "cells_searched")
By = Literal["establishment", "month", "item_type"]


def compare(lake: Lake, before: int, after: int, by: By) -> pd.DataFrame:
    """One row per establishment, month or item type whose totals differ between two versions.

    Columns: code (null: none) and, of each of COUNTED, `<name>_before`, `<name>_after` and `<name>_change`.
    Raises RegisterError for a version that the lake does not have.
    """
    held = {"_before": totals(lake, before, by), "_after": totals(lake, after, by)}
    named = [table.set_index("code").add_suffix(suffix) for suffix, table in held.items()]
    both = pd.concat(named, axis=1).fillna(0).astype("int64").rename_axis("code")
    for name in COUNTED:
        both[f"{name}_change"] = both[f"{name}_after"] - both[f"{name}_before"]
    moved = both[[f"{name}_change" for name in COUNTED]].ne(0).any(axis=1)
    return both[moved].sort_index(na_position="last").reset_index()


def totals(lake: Lake, version: int, by: By) -> pd.DataFrame:
    """The totals of a version, one row per code (null: none), with the columns of COUNTED."""
    newest = lake.version_number()
    if not 1 <= version <= newest:
        raise RegisterError(f"Le {lake.name} n’a pas de version {version} ; il en a de 1 à {newest}.")
    with lake.attached() as connection:
        store(connection, version)
        return connection.execute(engine.statement("register/totals"), {"by": by}).df()
