"""What the checks found of a file, before anything is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from portique.register.intake.columns import Column, Mask
from portique.register.intake.decisions import Decisions
from portique.register.intake.layout import Table
from portique.register.intake.mapping import Match
from portique.register.intake.prepared import Prepared
from portique.register.intake.reading import Source


@dataclass(frozen=True)
class Conversion:
    """A text that was understood as something else, on how many accepted lines."""

    column: str
    found: str
    became: str
    lines: int


@dataclass(frozen=True)
class Reason:
    """Why one line is refused: the row of the file, the column, its value, what was found and what was expected."""

    row: int
    column: str
    value: str
    found: str
    expected: str


@dataclass(frozen=True)
class Word:
    """A word that stays « non classé » (with near codes to map it to), or a name that is new, and on how many lines."""

    column: str
    list_name: str
    word: str
    lines: int
    near: tuple[tuple[str, str, int], ...] = ()  # code, label, likeness of 100


@dataclass(frozen=True)
class Candidate:
    """A code that a text may mean; distance in letters."""

    code: str
    label: str
    distance: int


@dataclass(frozen=True)
class Question:
    """A text that the user must settle once for all: one of the candidates, or something else."""

    column: str
    list_name: str
    kind: str  # near, homonym or unknown
    found: str
    lines: int
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True)
class StatedTotal:
    """A total that the file states, beside the sum of the lines that it closes."""

    row: int
    column: str
    stated: int
    counted: int

    @property
    def agrees(self) -> bool:
        return self.stated == self.counted


@dataclass(frozen=True)
class PersonalData:
    """Personal data found in a column and kept out, shown masked, on how many lines."""

    column: str
    kind: str
    shown: str
    lines: int


@dataclass(frozen=True)
class OtherSheet:
    """A sheet with a table that was not chosen, and its number of lines."""

    name: str
    lines: int


@dataclass(frozen=True)
class Refusal:
    """A column's refusals: which lines, and per line the text and its reason."""

    column: str
    lines: npt.NDArray[np.intp]
    codes: npt.NDArray[np.int32]
    reasons: Mapping[int, tuple[str, str, str]]  # code → value, found, expected


@dataclass(frozen=True)
class Checked:
    """All that is to be shown and confirmed before an import; `prepared` is what it would write, null if it cannot."""

    source: Source
    table: Table | None
    decisions: Decisions
    matches: tuple[Match, ...] = ()
    obstacles: tuple[str, ...] = ()  # why no line at all can be accepted, as sentences
    notes: tuple[str, ...] = ()
    read: int = 0
    accepted: int = 0
    refused: int = 0
    quantity_sum: int = 0
    sums: Mapping[str, int] = field(default_factory=dict)  # item type → quantity, accepted lines
    searches: int = 0  # distinct searches of the accepted lines
    conversions: tuple[Conversion, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    unclassified: tuple[Word, ...] = ()
    new_names: tuple[Word, ...] = ()
    questions: tuple[Question, ...] = ()
    totals: tuple[StatedTotal, ...] = ()
    personal: tuple[PersonalData, ...] = ()
    duplicates: int = 0  # lines equal to an earlier one of the file; each is a line of its own
    other_sheets: tuple[OtherSheet, ...] = ()
    lines: Table | None = None  # the lines read, in the order of `Refusal.lines`
    origin: npt.NDArray[np.intp] | None = None  # for a wide table: line → its row among `lines`
    unfolded: tuple[Column, ...] = ()  # for a wide table: the period and the number of every line
    prepared: Prepared | None = None
    searched: Mask | None = None  # per line read: whether it is, in that order, among `prepared.searches`
    seized: Mask | None = None

    @property
    def verdict(self) -> str:
        """accept: whole, as written; convert: whole, some values converted; partial; reject_file: no line."""
        if self.obstacles or not self.accepted:
            return "reject_file"
        if self.refused:
            return "partial"
        changed = self.conversions or self.unclassified or self.personal
        return "convert" if changed else "accept"

    def reasons(self) -> Iterator[Reason]:
        """Every reason, by row."""
        if self.lines is None:
            return
        rows = self.lines.rows if self.origin is None else self.lines.rows[self.origin]
        positions = np.concatenate([refusal.lines for refusal in self.refusals]) if self.refusals else np.empty(0, int)
        which = np.repeat(np.arange(len(self.refusals)), [len(refusal.lines) for refusal in self.refusals])
        within = np.concatenate([np.arange(len(each.lines)) for each in self.refusals]) if self.refusals else positions
        for place in np.argsort(rows[positions], kind="stable"):
            refusal = self.refusals[which[place]]
            value, found, expected = refusal.reasons[int(refusal.codes[within[place]])]
            line = int(positions[place])
            yield Reason(int(rows[line]), self._column(refusal.column, line), value, found, expected)

    def _column(self, heading: str, line: int) -> str:
        """The column of the file that a refusal is about: of a wide table, the one of the period."""
        if heading not in (column.heading for column in self.unfolded):
            return heading
        period = self.unfolded[0]
        return str(period.texts[period.codes[line]])
