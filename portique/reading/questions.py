"""Find a question, check what it is given, bind it and run it within the reader's perimeter."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from portique.config import QUERIES
from portique.errors import QuestionError
from portique.reading.selection import EARLIEST, LATEST, Selection, to_sql
from portique.register.served import Register, Served

# The row of a served copy that stands for what no establishment is named for.
UNSPECIFIED = "unspecified"

# The levels of detail of a served copy (queries/views/fact.sql).
MONTH_COARSE, MONTH_FINE, OWN_PERIODS, MONTH_PLAIN = 0, 1, 2, 3
_FINE_DIMENSIONS = {"route", "channel", "operation", "search_kind", "model"}


@dataclass(frozen=True)
class Reader:
    """Who asks: a served copy and the establishments that may be seen (none: no rows)."""

    served: Served
    perimeter: tuple[str, ...]

    @property
    def register(self) -> Register:
        return self.served.register


def unrestricted(served: Served) -> Reader:
    """A reader who may see every establishment, those that a register adds too, and what none is named for."""
    return Reader(served, tuple(served.establishments["establishment_id"]))


@dataclass(frozen=True)
class Question:
    """One `.sql` file: its text, what it answers, its parameters and columns (name → SQL type) by its header."""

    name: str
    sql: str
    answers: str
    params: dict[str, str]
    columns: dict[str, str]

    @property
    def by_establishment(self) -> bool:
        """Whether its answer can be added up over any territory."""
        return "establishment_key" in self.columns


@dataclass(frozen=True)
class Answer:
    """A table with the question and the parameters that it answers."""

    question: Question
    params: dict[str, Any]
    table: pd.DataFrame


class Additive:
    """An answer by establishment, sorted by what its other columns say, so that any territory is one quick sum.

    Columns of numbers and truths are added up (a truth holds if it holds once, a number is null if all are); the others
    tell the groups apart. `codes` gives the place of each establishment key, if the answer is wanted by place.
    """

    def __init__(self, answer: Answer, codes: "np.ndarray[Any, Any] | None" = None) -> None:
        rows, kinds = answer.table, answer.question.columns
        keys = rows["establishment_key"].to_numpy()
        self.answer = answer
        self._added = [name for name, kind in kinds.items() if kind in ("BIGINT", "DOUBLE", "BOOLEAN")]
        self._kinds, told = kinds, [name for name in kinds if name not in (*self._added, "establishment_key")]
        places = {} if codes is None else {"place": codes[keys]}
        groups = pd.DataFrame({**places, **{name: rows[name] for name in told}}, index=rows.index)
        ranks = groups.groupby(list(groups.columns), sort=False, dropna=False).ngroup().to_numpy()
        first = np.unique(ranks, return_index=True)[1]
        if codes is not None:  # the places in their own order, and in each the groups as they came
            first = first[np.argsort(places["place"][first].astype(str), kind="stable")]
            ranks = np.argsort(ranks[first])[ranks]
        order = np.argsort(ranks, kind="stable")
        self._groups = {str(name): groups[name].iloc[first].array for name in groups}
        self._establishments = keys[order]
        self._starts = np.flatnonzero(np.diff(ranks[order], prepend=-1))
        values = rows[self._added].to_numpy(dtype=float, na_value=np.nan)[order]
        self._known = ~np.isnan(values)
        self._values = np.where(self._known, values, 0.0)

    def over(self, held: "np.ndarray[Any, Any]") -> pd.DataFrame:
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

    def _column(self, name: str, sums: "np.ndarray[Any, Any]", known: "np.ndarray[Any, Any]") -> Any:
        if self._kinds[name] == "BOOLEAN":
            return sums > 0
        if self._kinds[name] == "BIGINT" and known.all():
            return sums.round().astype("int64")
        return np.where(known, sums, np.nan)


@cache
def question(name: str) -> Question:
    """The question of that name; raises QuestionError if there is none."""
    path = QUERIES / f"{name}.sql"
    if not path.is_file():
        raise QuestionError(f"La question « {name} » n’existe pas dans queries/.")
    sql = path.read_text(encoding="utf-8")
    header = re.findall(r"^-- ?(.*)$", sql, flags=re.MULTILINE)
    declared = next(line.removeprefix("params:") for line in header if line.startswith("params:"))
    return Question(
        name=name,
        sql=sql,
        answers=header[0],
        params=dict(re.findall(r"(\w+) ([A-Z]+(?:\[\])?)", declared)),
        columns=dict(re.findall(r"^--   (\w+) +([A-Z]+)(?:  | )", sql, flags=re.MULTILINE)),
    )


# Statements that prepare or guard others: neither is ever shown.
_NOT_FOR_READERS = ("signatures", "violations")


@cache
def all_questions() -> tuple[Question, ...]:
    """Every question that a reader can see the answer of, by name."""
    names = sorted(path.stem for path in QUERIES.glob("*.sql") if path.stem not in _NOT_FOR_READERS)
    return tuple(question(name) for name in names)


def ask(reader: Reader, name: str, selection: Selection, level: str = "", **extra: Any) -> Answer:
    """The answer to a question for a selection, read at the coarsest level of detail that answers it exactly.

    A question by establishment is asked for all that the reader may see, kept, and added up over the territory of the
    selection: another territory asks nothing anew. With a `level` (establishment, department, region, disp, all), it
    is added up by place, in the column `place`. Do not modify the table.
    """
    if not question(name).by_establishment:
        return _answer(reader, name, selection, extra)
    kept = tuple((key, tuple(value) if isinstance(value, list) else value) for key, value in extra.items())
    whole = _by_establishment(reader, name, selection.everywhere, kept, level)
    return replace(whole.answer, table=whole.over(np.array(within(reader, selection.territory))))


@lru_cache(maxsize=64)
def _by_establishment(
    reader: Reader, name: str, selection: Selection, extra: tuple[tuple[str, Any], ...], level: str
) -> Additive:
    """A version never changes, so neither do its answers: those of the last views stay at hand."""
    given = {key: list(value) if isinstance(value, tuple) else value for key, value in extra}
    return Additive(_answer(reader, name, selection, given), reader.served.codes(level) if level else None)


def forget() -> None:
    """Ask anew what was kept, to measure what asking costs."""
    _by_establishment.cache_clear()


def _answer(reader: Reader, name: str, selection: Selection, extra: Mapping[str, Any]) -> Answer:
    asked = question(name)
    detail = rollup(selection, extra.get("bin", "month"), extra.get("dimension") or extra.get("series") or name)
    params = bound(reader, selection, detail) | dict(extra)
    if set(params) != set(asked.params):
        raise QuestionError(
            f"La question « {name} » attend {', '.join(sorted(asked.params))} et a reçu {', '.join(sorted(params))}."
        )
    return Answer(asked, params, reader.served.ask(asked.sql, params))


def bound(reader: Reader, selection: Selection, level: int) -> dict[str, Any]:
    """What every question binds: the selection at a level of detail, and the perimeter that holds it."""
    chosen = to_sql(selection, level) | {"signatures": signatures(reader, selection)}
    return {"selection": chosen, "perimeter": within(reader, selection.territory)}


@lru_cache(maxsize=128)
def within(reader: Reader, territory: Selection) -> list[bool]:
    """By establishment key, whether the reader may see the establishment and the selection's territory holds it.

    What no establishment is named for (key 0) is held by a selection without a filter on territory.
    """
    seen, filters = set(reader.perimeter), [facet for facet in territory.active if facet.column]
    return [
        row["establishment_id"] in seen
        and (territory.scope != "operation" or bool(row["in_operation"]))
        and all(row[facet.column] in territory.chosen(facet) for facet in filters)
        for row in reader.served.places
    ]


def signatures(reader: Reader, selection: Selection) -> list[bool] | None:
    """By signature, whether a find holds a line of the chosen types, suppliers and channels; None: no such filter."""
    chosen = Selection(EARLIEST, LATEST).with_(**selection.of_what)
    return _signatures(reader, chosen) if chosen.active else None


@lru_cache(maxsize=64)
def _signatures(reader: Reader, chosen: Selection) -> list[bool]:
    answer = reader.served.ask(question("signatures").sql, {"selection": to_sql(chosen, MONTH_COARSE)})
    return [bool(held) for held in answer["held"]]


def rollup(selection: Selection, bin_: str = "month", dimension: str = "") -> int:
    """The level of detail that a question needs: the coarsest whose cells the selection and the grouping never cut."""
    if not selection.whole_months or bin_ in ("day", "week"):
        return OWN_PERIODS
    fine = dimension in _FINE_DIMENSIONS | {"flow"} or any(facet.fine for facet in selection.active)
    if fine:
        return MONTH_FINE
    return MONTH_COARSE if selection.of_what else MONTH_PLAIN
