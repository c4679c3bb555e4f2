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
    """An answer by establishment and cell of time (`period_start`, `period_end`, half-open), as one block of numbers.

    Counts that a cell does not hold are 0; `finds`, `searches` and the inmates are null where nothing is reported.
    """

    NULLABLE = ("finds", "searches", "inmate_years", "observed_inmate_years")

    def __init__(self, rows: Arrays, kinds: Mapping[str, str], establishments: int) -> None:
        self.names = [name for name, kind in kinds.items() if kind in ADDED]
        starts, ends = (rows[name].astype("datetime64[D]") for name in ("period_start", "period_end"))
        spans, ranks = np.unique(starts.astype(np.int64) << 32 | ends.astype(np.int64), return_inverse=True)
        self._starts = (spans >> 32).astype("datetime64[D]")
        self._ends = (spans & 0xFFFFFFFF).astype("datetime64[D]")
        block = np.full((len(spans), establishments, len(self.names)), np.nan)
        for at, name in enumerate(self.names):
            block[ranks, rows["establishment_key"], at] = rows[name]
        self._known, self._values = ~np.isnan(block), np.nan_to_num(block)

    def by_place(self, held: Array, codes: Array, start: date, end: date) -> pd.DataFrame:
        """One row per place that holds an establishment, in the order of their codes, over a half-open period.

        Columns: place, establishments (named ones), the counts, `unallocated` (items of cells that overlap the period
        without standing inside it), `reported` (a search or a find).
        """
        inside, touching = self._inside(start, end), self._touching(start, end)
        keys = np.flatnonzero(held)
        ranks, places = pd.factorize(codes[keys], use_na_sentinel=False, sort=True)
        sums, known = self._values[inside][:, keys].sum(axis=0), self._known[inside][:, keys].any(axis=0)
        beyond = self._values[touching & ~inside][:, keys, self.names.index("quantity")].sum(axis=0)

        def added(values: Array) -> Array:
            out = np.zeros((len(places), *values.shape[1:]))
            np.add.at(out, ranks, values)
            return out

        columns = self._columns(added(sums), added(known) > 0)
        reported = ~(np.isnan(columns["finds"]) & np.isnan(columns["searches"]))
        counts = {name: values if "inmate" in name else np.nan_to_num(values) for name, values in columns.items()}
        named = {"place": np.asarray(places, dtype=object), "establishments": added((keys > 0).astype(float))}
        return pd.DataFrame({**named, **counts, "unallocated": added(beyond), "reported": reported})

    def by_month(self, held: Array, months: pd.DatetimeIndex) -> tuple[dict[str, Array], dict[str, float]]:
        """The counts in each month, given by its first day, and those of the cells that lie in no single month."""
        first = months.to_numpy().astype("datetime64[M]")
        own = self._starts.astype("datetime64[M]")
        one = own == (self._ends - 1).astype("datetime64[M]")
        ranks = np.searchsorted(first, own)
        placed = one & (ranks < len(first)) & (first[np.minimum(ranks, len(first) - 1)] == own)
        after = first[-1] + 1
        loose = (
            ~one & (self._starts >= first[0].astype("datetime64[D]")) & (self._ends <= after.astype("datetime64[D]"))
        )
        keys = np.flatnonzero(held)
        sums, known = self._values[:, keys].sum(axis=1), self._known[:, keys].any(axis=1)
        shape = (len(first), len(self.names))
        totals, seen = np.zeros(shape), np.zeros(shape, dtype=bool)
        np.add.at(totals, ranks[placed], sums[placed])
        np.logical_or.at(seen, ranks[placed], known[placed])
        rest = dict(zip(self.names, sums[loose].sum(axis=0).tolist(), strict=True))
        return self._columns(totals, seen), rest

    def _inside(self, start: date, end: date) -> Array:
        return np.asarray((self._starts >= np.datetime64(start)) & (self._ends <= np.datetime64(end)))

    def _touching(self, start: date, end: date) -> Array:
        return np.asarray((self._starts < np.datetime64(end)) & (self._ends > np.datetime64(start)))

    def _columns(self, sums: Array, known: Array) -> dict[str, Array]:
        return {
            name: np.where(known[:, at], sums[:, at], np.nan) if name in self.NULLABLE else sums[:, at]
            for at, name in enumerate(self.names)
        }
