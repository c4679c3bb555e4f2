"""A wide table unfolded: one line per row and period column that counts something."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from portique.register.intake import fields, identity
from portique.register.intake.columns import Column, stacked
from portique.register.intake.dates import Period
from portique.register.intake.layout import Table, is_total_heading
from portique.register.intake.names import fold
from portique.register.intake.parsing import Parsed
from portique.register.intake.quantities import whole
from portique.register.intake.values import Refused, Value, quoted


@dataclass(frozen=True)
class Unfolded:
    """The lines of a wide table: their columns, keys, the row each came from, its period, and the cells left out."""

    columns: dict[str, Column]
    keys: pa.Array
    origin: npt.NDArray[np.intp]  # line → row of the table
    periods: Mapping[str, Period]
    position: npt.NDArray[np.int32]  # line → which of the periods
    duplicates: int
    empty: int  # cells that are blank, a dash or zero


def unfold(table: Table, columns: Mapping[str, Column], periods: Mapping[str, Period]) -> Unfolded:
    """The lines in the order of the rows, then of the period columns.

    The key of a line hashes what names its row, its period and its own number, so that a month added to the file next
    time leaves the lines of the other months what they are.
    """
    size = len(table.rows)
    counted = [column for column in table.columns if column.heading in periods]
    quantity = stacked("", counted)
    silent = np.array([says_nothing(text) for text in quantity.texts], dtype=bool)
    kept = np.flatnonzero(~silent[quantity.codes])
    kept = kept[np.lexsort((kept // size, kept % size))] if size else kept
    origin, position = kept % max(size, 1), (kept // max(size, 1)).astype(np.int32)
    texts = pa.array([identity.period_text(periods[column.heading]) for column in counted])
    held = {code: column.take(origin) for code, column in columns.items()}
    held["quantity"] = Column(fields.by_code()["quantity"].heading, quantity.distinct, quantity.codes[kept])
    naming = [column.take(origin) for column in table.columns if not _counts(column.heading, periods)]
    line_keys, duplicates = identity.keys(
        [*naming, Column("period", texts, position), held["quantity"]], held.get("line_number")
    )
    return Unfolded(
        columns=held,
        keys=identity.in_period(line_keys, texts.take(pa.array(position))),
        duplicates=duplicates,
        origin=origin,
        periods={column.heading: periods[column.heading] for column in counted},
        position=position,
        empty=len(quantity.codes) - len(kept),
    )


def _counts(heading: str, periods: Mapping[str, Period]) -> bool:
    return heading in periods or is_total_heading(heading)


def says_nothing(text: str) -> bool:
    """Whether a cell of a wide table counts nothing: blank, a dash, zero."""
    return not fold(text) or whole(text.lower()) == 0


def parsed_periods(unfolded: Unfolded, today: date) -> Parsed:
    """The period of every line, as a date column would have given it; a period that has not begun is refused."""
    headings = list(unfolded.periods)
    outcomes: list[Value | Refused] = [
        Value(unfolded.periods[name]) if unfolded.periods[name].start <= today else _not_begun(name, today)
        for name in headings
    ]
    field = fields.by_code()["found_on"]
    return Parsed(field, Column(field.heading, pa.array(headings), unfolded.position), outcomes)


def _not_begun(heading: str, today: date) -> Refused:
    return Refused(quoted(heading), f"une période commencée, au plus tard le {today:%d/%m/%Y}")
