"""Where the table stands in a sheet: its headings, its lines, and what around it is not a line."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from portique.register.intake import dates, fields
from portique.register.intake.columns import Column, Mask
from portique.register.intake.names import fold, key, tidy
from portique.register.intake.reading import Sheet

_FIRST_ROWS = 40
_TOTAL = r"^\W*(sous[- ]?)?(tota(l|ux)|ensemble|somme|cumul)\b.{0,40}$"
_SUBTOTAL = re.compile(r"^\W*sous", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """The table of a sheet: its columns, each line's row number in the file, and the texts left around it."""

    sheet: str
    columns: tuple[Column, ...]
    rows: npt.NDArray[np.int64]
    titles: tuple[str, ...]
    notes: tuple[tuple[int, str], ...]
    stray: Mask  # per line: something stands beyond the last heading

    @property
    def headings(self) -> tuple[str, ...]:
        return tuple(column.heading for column in self.columns)

    def column(self, heading: str) -> Column | None:
        """The column of a heading, if there is one."""
        return next((column for column in self.columns if column.heading == heading), None)

    def take(self, lines: npt.NDArray[np.intp]) -> "Table":
        """The table of some lines, in the order given."""
        kept = tuple(column.take(lines) for column in self.columns)
        return Table(self.sheet, kept, self.rows[lines], self.titles, self.notes, self.stray[lines])


def table(sheet: Sheet) -> Table | None:
    """The table of a sheet; None when it has none: no row of two headings."""
    first = list(zip(*(_first_texts(column) for column in sheet.columns), strict=True))
    header = _header_row(first)
    if header is None:
        return None
    headings = _unique(first[header])
    held = [column.named(name, header + 1) for name, column in zip(headings, sheet.columns, strict=True)]
    rows = np.arange(sheet.rows - header - 1, dtype=np.int64) + sheet.top + header + 2
    titles = tuple(" ".join(filter(None, row)) for row in first[:header] if any(row))
    return _trimmed(sheet.name, held, rows, titles, spread=_spread(first[header]))


def _first_texts(column: Column) -> list[str]:
    return [tidy(text) for text in column.distinct.take(pa.array(column.codes[:_FIRST_ROWS])).to_pylist()]


def _spread(header: tuple[str, ...]) -> int:
    """The position of the last heading."""
    return max(position for position, text in enumerate(header) if text)


def _header_row(first: list[tuple[str, ...]]) -> int | None:
    """The row that names most of our fields or periods; else the first one with the most texts."""
    scores = [_header_score(row) for row in first]
    best = max(scores, default=0)
    return scores.index(best) if best > 1 else None


def _header_score(row: tuple[str, ...]) -> int:
    filled = [text for text in row if text]
    if len(filled) < 2 and not (filled and key(filled[0]) in fields.headings()):
        return 0
    known = len({key(text) for text in filled if key(text) in fields.headings()})
    periods = sum(dates.heading_period(text) is not None for text in filled)
    words = sum(not any(letter.isdigit() for letter in text) for text in filled)
    return 1000 * known + 300 * (periods if periods > 1 and words else 0) + words


def _unique(header: tuple[str, ...]) -> list[str]:
    """The headings, a repeated one followed by its rank; a nameless column is « colonne C »."""
    seen: Counter[str] = Counter()
    named = []
    for position, text in enumerate(header):
        seen[text] += 1
        named.append(text if text and seen[text] == 1 else f"{text} ({seen[text]})" if text else f"\0{position}")
    return named


def _trimmed(
    sheet: str, held: list[Column], rows: npt.NDArray[np.int64], titles: tuple[str, ...], spread: int
) -> Table:
    """The table without empty and repeated heading rows, nor the notes that follow it."""
    filled = np.zeros(len(rows), dtype=np.int64)
    again = np.ones(len(rows), dtype=bool)
    stray = np.zeros(len(rows), dtype=bool)
    for position, column in enumerate(held):
        said = ~column.blank_lines
        filled += said
        if not column.heading.startswith("\0"):
            again &= np.asarray(pc.equal(column.distinct, column.heading).to_numpy(zero_copy_only=False))[column.codes]
        elif position > spread:
            stray |= said
    lines = (filled > 0) & ~again
    notes = _trailing_notes(filled, held, lines)
    kept = np.flatnonzero(lines & ~notes)
    written = tuple((int(rows[line]), _row_text(held, int(line))) for line in np.flatnonzero(notes))
    named = tuple(column.take(kept) for column in held if not column.heading.startswith("\0"))
    return Table(sheet, named, rows[kept], titles, written, stray[kept])


def _trailing_notes(filled: npt.NDArray[np.int64], held: list[Column], lines: Mask) -> Mask:
    """The rows of one cell after the last whole line of a table of several columns; totals are told apart later."""
    notes = np.zeros(len(filled), dtype=bool)
    if sum(not column.heading.startswith("\0") for column in held) < 3:
        return notes
    several = np.flatnonzero(filled > 1)
    last = int(several[-1]) if len(several) else -1
    notes[last + 1 :] = lines[last + 1 :]
    return notes


def _row_text(held: Iterable[Column], line: int) -> str:
    return " ".join(filter(None, (tidy(column.distinct[column.codes[line]].as_py()) for column in held)))


@dataclass(frozen=True)
class TotalRow:
    """A row that states a total: its line in the table, and whether it closes only the lines since the last one."""

    line: int
    partial: bool


def totals(held: Table, telling: Iterable[str], required: Iterable[str]) -> list[TotalRow]:
    """The Total rows: one of the telling columns says so, and a required one says nothing else."""
    size = len(held.rows)
    says, partial, lacking = (np.zeros(size, dtype=bool) for _ in range(3))
    for heading in telling:
        column = held.column(heading)
        if column is not None:
            matched, sub = _total_texts(column)
            says |= matched[column.codes]
            partial |= sub[column.codes]
            if heading in required:
                lacking |= (matched | column.blank)[column.codes]
    return [TotalRow(int(line), bool(partial[line])) for line in np.flatnonzero(says & lacking)]


def _total_texts(column: Column) -> tuple[Mask, Mask]:
    found = pc.match_substring_regex(pc.utf8_trim_whitespace(column.distinct), _TOTAL, ignore_case=True)
    matched = np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)
    sub = np.zeros(len(matched), dtype=bool)
    for position in np.flatnonzero(matched):
        sub[position] = bool(_SUBTOTAL.match(column.distinct[position].as_py()))
    return matched, sub


def periods(held: Table) -> dict[str, dates.Period]:
    """The columns that are a period of a wide table, when there are at least two."""
    found = {name: period for name in held.headings if (period := dates.heading_period(name))}
    return found if len(found) > 1 else {}


def is_total_heading(heading: str) -> bool:
    """Whether a column is the total of the others."""
    return fold(heading).split(" ")[0] in ("total", "totaux", "ensemble", "cumul")
