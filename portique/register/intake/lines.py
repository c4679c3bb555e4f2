"""The lines of a file under assembly: what each column says of each line, and which lines are refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from portique.register.intake.columns import Mask
from portique.register.intake.establishments import Directory
from portique.register.intake.parsing import Parsed

Objects = npt.NDArray[np.object_]


@dataclass
class Lines:
    """Lines of a file under assembly: their parsed columns, texts of numbers, keys, and who refuses which lines."""

    size: int
    parsed: Mapping[str, Parsed]
    numbers: Mapping[str, pa.Array]
    keys: pa.Array
    directory: Directory
    one_search_per_line: bool
    searches: bool = True  # whether lines may tell of a search
    refused: Mask = field(init=False)
    refusals: list[tuple[str, Mask, str]] = field(default_factory=list)  # field code, lines, what was expected

    def __post_init__(self) -> None:
        self.refused = np.zeros(self.size, dtype=bool)
        for each in self.parsed.values():
            self.refused |= each.refused[each.column.codes]

    def refuse(self, code: str, lines: Mask, expected: str) -> None:
        """Refuse the lines of a mask that are not refused yet, for one reason."""
        fresh = lines & ~self.refused
        if fresh.any():
            self.refusals.append((code, fresh, expected))
            self.refused |= fresh

    def of(self, code: str, default: object = None, pick: Callable[[Any], Any] = lambda content: content) -> Objects:
        """Per line: what a field says, the default where it says nothing or is not in the file."""
        if code not in self.parsed:
            return _filled(self.size, default)
        held: Objects = self.parsed[code].contents(pick)
        if default is not None:
            held = held.copy()
            held[blank(held)] = default
        return held

    def number(self, code: str) -> pa.Array:
        """Per line: the text of a number or reference, null where there is none."""
        return self.numbers.get(code, pa.nulls(self.size, pa.string()))


def _filled(size: int, value: object) -> Objects:
    held = np.empty(size, dtype=object)
    held[:] = value
    return held


def blank(held: Objects) -> Mask:
    """Where there is no value."""
    return np.asarray(pd.isna(held), dtype=bool)


def strings(values: Any) -> pa.Array:
    """Values as texts, an absence as an empty one: for joining."""
    held = pa.array(values, from_pandas=True)
    return pc.fill_null(held.cast(pa.string()), "")
