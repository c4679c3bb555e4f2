"""The exhibit: the only thing that goes out, a table with everything that must be said of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from types import SimpleNamespace
from typing import Any, Literal

import pandas as pd

from portique.reading import definitions, labels
from portique.reading.definitions import Measure, Status
from portique.reading.questions import Answer
from portique.reading.view import View
from portique.register.served import Register

Kind = Literal["text", "date", "count", "decimal", "percent", "link"]


@dataclass(frozen=True)
class Column:
    """A column of an exhibit's table: its name in code, its French heading with the unit, and how it reads."""

    name: str
    label: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Exhibit:
    """A table and what makes it quotable; charts, maps, screens and files are drawn from this and nothing else.

    `register` is None where the table is of published figures.

    `table` holds at least `columns`, in the order of display; other columns serve the drawing only.
    Raises MeasureError when the title calls the measure what it is not.
    """

    key: str
    title: str
    sentence: str
    measure: Measure
    status: Status
    period: tuple[date, date]
    scope: str
    source: str
    register: Register | None
    link: str
    table: pd.DataFrame
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()

    def __post_init__(self) -> None:
        definitions.require_honest(self.title, self.measure)

    @property
    def subtitle(self) -> str:
        """Measure, scope and period in one line."""
        return f"{labels.sentence(self.measure.label)} · {self.scope} · {labels.period(*self.period)}"

    @property
    def is_demonstration(self) -> bool:
        return self.status == "demonstration"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What a file says before its first row: heading and text."""
        return [
            ("Titre", self.title),
            (
                "Statut",
                labels.STATUS[self.status].upper() if self.is_demonstration else labels.STATUS[self.status],
            ),
            ("Mesure", self.measure.label),
            ("Définition", self.measure.definition),
            ("Champ", self.scope),
            ("Période", labels.period(*self.period)),
            ("Source", self.source),
            ("Lien", self.link),
            *(("Note", note) for note in self.notes),
        ]


def make(
    view: View,
    key: str,
    *,
    title: str,
    sentence: str,
    table: pd.DataFrame,
    columns: Sequence[Column],
    answers: Sequence[Answer],
    measure: Measure | None = None,
    period: tuple[date, date] | None = None,
    notes: Sequence[str] = (),
    left_open: str = "",
) -> Exhibit:
    """An exhibit over a view: what the view already knows is filled in once, here.

    `left_open` names the facet that the table does not filter by, if there is one.
    """
    selection = view.selection
    start, end = period or (selection.period_start, selection.period_end)
    if definitions.crosses_counting_break(start, end) and BREAK_NOTE not in notes:
        notes = [*notes, BREAK_NOTE]
    return Exhibit(
        key=key,
        title=title,
        sentence=sentence,
        measure=measure or view.measure,
        status=view.status,
        period=(start, end),
        scope=scope(replace(view, selection=selection.without(left_open)) if left_open else view),
        source=source(view.register),
        register=view.register,
        link=view.link,
        table=table,
        columns=tuple(columns),
        notes=tuple(notes),
        answers=tuple(answers),
    )


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as dictionaries; pandas' own way looks each column up again for it, which takes longer."""
    names, columns = list(table.columns), [column.tolist() for _, column in table.items()]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def each(table: pd.DataFrame) -> Iterable[Any]:
    """The rows of a table, a column an attribute; pandas cannot know their types."""
    return [SimpleNamespace(**row) for row in records(table)]


BREAK_NOTE = (
    "Le comptage des incidents a changé le 1er janvier 2022 : les chiffres d’avant et d’après ne se comparent pas."
)


def scope(view: View) -> str:
    """Who is counted: scope, territory and filters, in words."""
    chosen = {"operation": "établissements de Prison Break", "all": ""}[view.selection.scope]
    return " · ".join(part for part in (view.territory, chosen, view.filters) if part)


def source(register: Register) -> str:
    """Which register and version, and what that is worth."""
    version = f"version {labels.number(register.version)} du {labels.day(register.committed_at)}"
    if register.provenance == "demonstration":
        return f"Registre de démonstration de Portique, inventé et calibré sur les totaux publiés, {version}"
    return f"{register.name}, {version}"


def counting_notes(totals: "pd.Series[float]", measure: Measure) -> list[str]:
    """What must be said beside a total: lower bounds, lines without a place in the period, lines left out."""
    notes = []
    if totals["open_lines"] and measure.item_types:
        lines = labels.counted(totals["open_lines"], "ligne", "lignes")
        notes.append(
            f"Total minimal : {lines} sans quantité exacte (« plus de n » compte n + 1, une quantité inconnue 1)."
        )
    if totals["unallocated"]:
        items = measure.counted if measure.counted.item_types else definitions.measure("phones")
        amount = labels.counted(totals["unallocated"], items.singular, items.label)
        notes.append(f"Non réparti : {amount}, dont la période déborde de la sélection.")
    if totals["lines_left_out"]:
        lines = labels.counted(totals["lines_left_out"], "ligne écartée", "lignes écartées")
        notes.append(f"{labels.sentence(lines)} par la revue (doublons, à ne pas compter).")
    return notes
