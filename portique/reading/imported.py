"""What an import would change of the key figures and of the establishments, before it is made."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from portique.reading import definitions, labels
from portique.register import history
from portique.register.history import COUNTED, By
from portique.register.lake import Lake

_MEASURES = ("phones", "mini_phones", "phones_and_accessories")
_ROWS = {
    "quantity": "objets, tous types",
    "lines": "lignes",
    "searches": "fouilles",
    "cells_searched": "cellules fouillées",
}


@dataclass(frozen=True)
class Change:
    """A figure of the whole register before an import and after it."""

    label: str
    before: int
    after: int


def key_figures(lake: Lake, effect: pd.DataFrame) -> list[Change]:
    """The counts of the whole register, in the order of display: phones first."""
    before, added = _held(lake, "item_type"), _added(effect, "item_type")
    phones = [
        Change(
            measure.label, *(int(table[table.index.isin(measure.items)]["quantity"].sum()) for table in (before, added))
        )
        for measure in map(definitions.measure, _MEASURES)
    ]
    rows = [Change(label, *(int(table[name].sum()) for table in (before, added))) for name, label in _ROWS.items()]
    return [_after(change) for change in (*phones, *rows)]


def establishments(lake: Lake, effect: pd.DataFrame, names: Mapping[str, str]) -> list[Change]:
    """The items of each establishment that an import changes, the most changed first."""
    before, added = _held(lake, "establishment")["quantity"], _added(effect, "establishment_id")["quantity"]
    changes = [
        Change(names.get(str(code), labels.sentence("établissement non précisé")), int(before.get(code, 0)), int(more))
        for code, more in added[added != 0].sort_values(ascending=False, kind="stable").items()
    ]
    return [_after(change) for change in changes]


def _after(change: Change) -> Change:
    return Change(change.label, change.before, change.before + change.after)


def _held(lake: Lake, by: By) -> pd.DataFrame:
    """The totals of the newest version by code (empty text for none); no row where there is no register yet."""
    if not lake.exists():
        return pd.DataFrame(columns=list(COUNTED), dtype="int64")
    table = history.totals(lake, lake.version_number(), by)
    return table.assign(code=table["code"].fillna("")).set_index("code")


def _added(effect: pd.DataFrame, column: str) -> pd.DataFrame:
    if effect.empty:
        return pd.DataFrame(columns=list(COUNTED), dtype="int64")
    counted = ["quantity", "lines", "searches", "cells_searched"]
    return effect.assign(**{column: effect[column].fillna("")}).groupby(column, sort=True)[counted].sum()
