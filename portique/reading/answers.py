"""Answers by establishment, so that another territory, or another of their months, asks nothing anew."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]
Arrays = Mapping[str, Array]
ADDED = ("BIGINT", "DOUBLE", "BOOLEAN")


class Additive:
    """An answer by establishment, sorted by some of its other columns, so that any territory is one quick sum.

    Columns of numbers and truths (`kinds`: name → SQL type) are added up: a truth holds if it holds once, a number is
    null if all are. The columns `told` tell the groups apart. `codes` gives the place of each establishment key, if the
    answer is wanted by place.
    """

    def __init__(self, rows: Arrays, kinds: Mapping[str, str], told: Sequence[str], codes: Array | None = None) -> None:
        keys = rows["establishment_key"]
        self._kinds, self._added = kinds, [name for name, kind in kinds.items() if kind in ADDED]
        places = {} if codes is None else {"place": codes[keys]}
        groups = pd.DataFrame({**places, **{name: rows[name] for name in told}}, index=range(len(keys)))
        ranks = groups.groupby(list(groups.columns), sort=False, dropna=False).ngroup().to_numpy()
        first = np.unique(ranks, return_index=True)[1]
        if codes is not None:  # the places in their own order, and in each the groups as they came
            first = first[np.argsort(places["place"][first].astype(str), kind="stable")]
            ranks = np.argsort(ranks[first])[ranks]
        order = np.argsort(ranks, kind="stable")
        self._groups = {str(name): groups[name].iloc[first].array for name in groups}
        self._establishments = keys[order]
        self._starts = np.flatnonzero(np.diff(ranks[order], prepend=-1))
        values = np.column_stack([rows[name].astype(float) for name in self._added])[order]
        self._known = ~np.isnan(values)
        self._values = np.where(self._known, values, 0.0)

    def over(self, held: Array) -> pd.DataFrame:
        """The answer added up over the establishments whose key is held; groups that none of them has are left out."""
        if not len(self._starts):
            return pd.DataFrame(columns=[*self._groups, *self._added]).astype(dict.fromkeys(self._added, float))
        kept = held[self._establishments][:, None]
        present = np.add.reduceat(kept[:, 0].astype(int), self._starts) > 0
        sums = np.add.reduceat(self._values * kept, self._starts)[present]
        known = np.add.reduceat((self._known & kept).astype(int), self._starts)[present] > 0
        columns = {name: self._column(name, sums[:, at], known[:, at]) for at, name in enumerate(self._added)}
        at = np.flatnonzero(present)
        return pd.DataFrame({name: told.take(at) for name, told in self._groups.items()} | columns)

    def _column(self, name: str, sums: Array, known: Array) -> Any:
        if self._kinds[name] == "BOOLEAN":
            return sums > 0
        if self._kinds[name] == "BIGINT" and known.all():
            return sums.round().astype("int64")
        return np.where(known, sums, np.nan)


class Cells:
    """An answer by establishment and cell of time (`period_start`, `period_end`, half-open), a row each.

    Counts that a cell does not hold are 0; `finds`, `searches` and the inmates are null where nothing is reported.
    """

    NULLABLE = ("finds", "searches", "inmate_years", "observed_inmate_years")

    def __init__(self, rows: Arrays, kinds: Mapping[str, str]) -> None:
        values = {name: rows[name].astype(float) for name, kind in kinds.items() if kind in ADDED}
        self._keys = rows["establishment_key"]
        self._starts, self._ends = (rows[name].astype("datetime64[D]") for name in ("period_start", "period_end"))
        self._known = {name: ~np.isnan(values[name]) for name in self.NULLABLE}
        self._values = {name: np.nan_to_num(column) for name, column in values.items()}

    def by_place(self, held: Array, codes: Array, start: date, end: date) -> pd.DataFrame:
        """One row per place that holds an establishment, in the order of their codes, over a half-open period.

        Columns: place, establishments (named ones), the counts, `unallocated` (items of cells that overlap the period
        without standing inside it), `reported` (a search or a find).
        """
        first, after = np.datetime64(start), np.datetime64(end)
        inside = (self._starts >= first) & (self._ends <= after) & held[self._keys]
        beyond = (self._starts < after) & (self._ends > first) & held[self._keys] & ~inside
        keys = np.flatnonzero(held)
        factors, places = pd.factorize(codes[keys], use_na_sentinel=False, sort=True)
        ranks = np.zeros(len(held), dtype=np.int64)
        ranks[keys] = factors
        columns = self._added(inside, ranks[self._keys], len(places))
        counts = {name: values if "inmate" in name else np.nan_to_num(values) for name, values in columns.items()}
        return pd.DataFrame(
            {
                "place": np.asarray(places, dtype=object),
                "establishments": np.bincount(factors, weights=keys > 0, minlength=len(places)),
                **counts,
                "unallocated": np.bincount(
                    ranks[self._keys[beyond]], self._values["quantity"][beyond], minlength=len(places)
                ),
                "reported": ~(np.isnan(columns["finds"]) & np.isnan(columns["searches"])),
            }
        )

    def by_month(self, held: Array, months: pd.DatetimeIndex) -> tuple[dict[str, Array], dict[str, float]]:
        """The counts in each month, given by its first day, and those of the cells that lie in no single month."""
        own, wanted = self._starts.astype("datetime64[M]"), months.to_numpy().astype("datetime64[M]")
        last = (self._ends - 1).astype("datetime64[M]")
        within = held[self._keys] & (own >= wanted[0]) & (last <= wanted[-1])
        ranks = (own - wanted[0]).astype(np.int64)
        loose = within & (own != last)
        rest = {name: float(values[loose].sum()) for name, values in self._values.items()}
        return self._added(within & (own == last), ranks, len(wanted)), rest

    def _added(self, kept: Array, ranks: Array, size: int) -> dict[str, Array]:
        """The kept rows added up by rank; null where a column that can be null is not reported at all."""
        at, columns = ranks[kept], {}
        for name, values in self._values.items():
            columns[name] = np.bincount(at, weights=values[kept], minlength=size)
            if name in self.NULLABLE:
                reported = np.bincount(at, weights=self._known[name][kept], minlength=size)
                columns[name] = np.where(reported, columns[name], np.nan)
        return columns
