"""Find a question, check what it is given, bind it and run it within the reader's perimeter."""

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
from cachetools import LRUCache, cached

from portique.config import QUERIES
from portique.errors import QuestionError
from portique.reading.answers import ADDED, Additive, Array, Arrays, Cells
from portique.reading.selection import EARLIEST, LATEST, Selection, to_sql
from portique.register.served import Register, Served

Period: TypeAlias = tuple[date, date]
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

    @property
    def by_cell(self) -> bool:
        """Whether it can be added up over any period of whole cells of time, too."""
        return self.by_establishment and "period_start" in self.columns

    @property
    def told(self) -> tuple[str, ...]:
        """The columns that tell its groups apart, beside the establishment."""
        return tuple(name for name, kind in self.columns.items() if kind not in ADDED and name != "establishment_key")


@dataclass(frozen=True)
class Answer:
    """A table with the question and the parameters that it answers."""

    question: Question
    params: dict[str, Any]
    table: pd.DataFrame


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


def ask(
    reader: Reader,
    name: str,
    selection: Selection,
    level: str = "",
    by: Sequence[str] = (),
    within_months: Period | None = None,
    **extra: Any,
) -> Answer:
    """The answer to a question for a selection, read at the coarsest level of detail that answers it exactly.

    A question by establishment is asked for all that the reader may see, kept, and added up over the territory of the
    selection: another territory asks nothing anew. With a `level` (establishment, department, region, disp, all), it
    is added up by place, in the column `place`; `by` names the columns that tell groups apart (the first ones if none
    are named). A question by cell of time is asked for `within_months` at once, if that holds the selection's months.
    Do not modify the table.
    """
    asked = question(name)
    if asked.by_cell:
        cells, answer = _cells_within(reader, name, selection, within_months, extra)
        held = np.array(within(reader, selection.territory))
        rows = cells.by_place(held, reader.served.codes(level or "all"), selection.period_start, selection.period_end)
        return replace(answer, table=rows)
    if not asked.by_establishment:
        params = _params(reader, name, selection, extra)
        return Answer(asked, params, reader.served.ask(asked.sql, params))
    params = _whole(reader, name, selection, extra)[1]
    told = tuple(by) or tuple(column for column in asked.told if column not in _ON_DEMAND)
    added = _additive(reader, name, selection, extra, level, told)
    return Answer(asked, params, added.over(np.array(within(reader, selection.territory))))


def ask_months(
    reader: Reader, name: str, selection: Selection, within_months: Period | None = None, **extra: Any
) -> tuple[Answer, dict[str, Array], dict[str, float]]:
    """A question by cell, answered for each month of a selection of whole months: by column, the months in their order.

    Also the answer without its table, and by column what lies in no single month.
    """
    cells, answer = _cells_within(reader, name, selection, within_months, extra)
    months = pd.date_range(selection.period_start, selection.last_day, freq="MS")
    return answer, *cells.by_month(np.array(within(reader, selection.territory)), months)


def _cells_within(
    reader: Reader, name: str, selection: Selection, months: Period | None, extra: Mapping[str, Any]
) -> tuple[Cells, Answer]:
    start, end = selection.period_start, selection.period_end
    if months and selection.whole_months and months[0] <= start and end <= months[1]:
        start, end = months
    wide = selection.with_(period_start=start, period_end=end)
    params = _whole(reader, name, wide, extra)[1]
    return _cells(reader, name, wide, extra), Answer(question(name), params, pd.DataFrame())


# Told apart only where asked for, so that one answer serves pictures by this and by that.
_ON_DEMAND = ("item_type",)


def _key(reader: Reader, name: str, selection: Selection, extra: Mapping[str, Any], *told: Any) -> tuple[Any, ...]:
    kept = tuple((key, tuple(value) if isinstance(value, list) else value) for key, value in extra.items())
    return reader, name, selection.everywhere, kept, told


# A version never changes, so neither do its answers: those of the last views stay at hand, each made once however many
# want it at the same time.
@cached(LRUCache(64), key=_key, condition=threading.Condition())
def _whole(reader: Reader, name: str, selection: Selection, extra: Mapping[str, Any]) -> tuple[Arrays, dict[str, Any]]:
    """The answer over all that the reader may see, as arrays, and the parameters that it was asked with."""
    params = _params(reader, name, selection.everywhere, extra)
    return reader.served.arrays(question(name).sql, params), params


@cached(LRUCache(64), key=_key, condition=threading.Condition())
def _additive(
    reader: Reader, name: str, selection: Selection, extra: Mapping[str, Any], level: str, told: tuple[str, ...]
) -> Additive:
    codes = reader.served.codes(level) if level else None
    return Additive(_whole(reader, name, selection, extra)[0], question(name).columns, told, codes)


@cached(LRUCache(64), key=_key, condition=threading.Condition())
def _cells(reader: Reader, name: str, selection: Selection, extra: Mapping[str, Any]) -> Cells:
    return Cells(_whole(reader, name, selection, extra)[0], question(name).columns)


def forget() -> None:
    """Ask anew what was kept, to measure what asking costs."""
    for kept in (_whole, _additive, _cells):
        kept.cache_clear()


def _params(reader: Reader, name: str, selection: Selection, extra: Mapping[str, Any]) -> dict[str, Any]:
    asked = question(name)
    detail = rollup(selection, extra.get("bin", "month"), extra.get("dimension") or extra.get("series") or name)
    params = bound(reader, selection, detail) | dict(extra)
    if set(params) != set(asked.params):
        raise QuestionError(
            f"La question « {name} » attend {', '.join(sorted(asked.params))} et a reçu {', '.join(sorted(params))}."
        )
    return params


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
