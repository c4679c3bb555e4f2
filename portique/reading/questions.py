"""Find a question, check what it is given, bind it and run it within the reader's perimeter."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

import pandas as pd

from portique.config import QUERIES
from portique.errors import QuestionError
from portique.reading.selection import EARLIEST, LATEST, Selection, to_sql
from portique.register import reference
from portique.register.served import Register, Served

# The row of a served copy that stands for what no establishment is named for.
UNSPECIFIED = "unspecified"

# The levels of detail of a served copy (queries/views/fact.sql).
MONTH_COARSE, MONTH_FINE, OWN_PERIODS = 0, 1, 2
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
    """A reader who may see every establishment and what no establishment is named for."""
    return Reader(served, (*reference.codes("establishments", "establishment_id"), UNSPECIFIED))


@dataclass(frozen=True)
class Question:
    """One `.sql` file: its text, what it answers, its parameters and columns (name → SQL type) by its header."""

    name: str
    sql: str
    answers: str
    params: dict[str, str]
    columns: dict[str, str]


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


def ask(reader: Reader, name: str, selection: Selection, **extra: Any) -> Answer:
    """The answer to a question for a selection, read at the coarsest level of detail that answers it exactly."""
    asked = question(name)
    level = rollup(selection, extra.get("bin", "month"), extra.get("dimension") or extra.get("series") or name)
    params = bound(reader, selection, level) | extra
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
    chosen = Selection(EARLIEST, LATEST).with_(
        item_types=selection.item_types, suppliers=selection.suppliers, channels=selection.channels
    )
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
    return MONTH_FINE if fine else MONTH_COARSE
