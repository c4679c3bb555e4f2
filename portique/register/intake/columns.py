"""A column as its distinct texts and where each stands: every text is looked at once, however many lines repeat it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from portique.register.intake.names import tidy

_TIME = r"[ T]+(à |a )?[0-9]{1,2}[:hH][0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(Z|[+-][0-9]{2}:?[0-9]{2})?\s*$"

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Column:
    """A heading, its distinct texts, and per line the position of its text among them."""

    heading: str
    distinct: pa.Array
    codes: Codes

    @cached_property
    def texts(self) -> list[str]:
        """The distinct texts, tidied."""
        return [tidy(text) for text in self.distinct.to_pylist()]

    @cached_property
    def blank(self) -> Mask:
        """Per distinct text: whether it says nothing."""
        return np.asarray(
            pc.equal(pc.utf8_trim_whitespace(self.distinct), "").to_numpy(zero_copy_only=False), dtype=bool
        )

    @property
    def blank_lines(self) -> Mask:
        """Per line: whether its cell says nothing."""
        return self.blank[self.codes]

    def named(self, heading: str, start: int) -> "Column":
        """The column under a heading, from a line on, with the texts that are left in it."""
        codes = self.codes[start:]
        used = np.flatnonzero(np.bincount(codes, minlength=len(self.distinct)))
        place = np.zeros(len(self.distinct), dtype=np.int32)
        place[used] = np.arange(len(used), dtype=np.int32)
        return Column(heading, self.distinct.take(pa.array(used)), place[codes])

    def take(self, lines: npt.NDArray[np.intp]) -> "Column":
        """The column of some lines, in the order given."""
        return Column(self.heading, self.distinct, self.codes[lines])

    def samples(self, most: int) -> list[str]:
        """The first distinct texts that say something."""
        first = self.distinct.slice(0, most * 4 + 8).to_pylist()
        return [tidy(text) for text in first if text.strip()][:most]

    def lines_per_text(self, among: Mask) -> npt.NDArray[np.int64]:
        """How many lines of a mask have each distinct text."""
        return np.bincount(self.codes[among], minlength=len(self.distinct)).astype(np.int64)


def encoded(heading: str, chunks: pa.ChunkedArray) -> Column:
    """The column of a sheet's texts."""
    held = chunks.dictionary_encode().combine_chunks()
    if isinstance(held, pa.ChunkedArray):
        held = (
            held.unify_dictionaries().combine_chunks()
            if held.num_chunks
            else pa.array([], pa.string()).dictionary_encode()
        )
    return Column(heading, held.dictionary, np.asarray(held.indices.to_numpy(zero_copy_only=False), dtype=np.int32))


def constant(heading: str, text: str, lines: int) -> Column:
    """A column that says the same on every line."""
    return Column(heading, pa.array([text]), np.zeros(lines, dtype=np.int32))


def without_times(column: Column) -> Column:
    """A column of days without the hours that stand after them: a timestamp a line is a day like any other."""
    days = pc.replace_substring_regex(column.distinct, _TIME, "").dictionary_encode()
    places = np.asarray(days.indices.to_numpy(zero_copy_only=False), dtype=np.int32)
    return Column(column.heading, days.dictionary, places[column.codes])


def with_year(column: Column, year: Column) -> Column:
    """A column of months with the year of another: « mars » and « 2024 »; a text that has a year is kept."""
    width = len(year.distinct)
    pairs, codes = np.unique(column.codes.astype(np.int64) * width + year.codes, return_inverse=True)
    joined = [_dated(column.texts[pair // width], year.texts[pair % width]) for pair in pairs]
    return Column(column.heading, pa.array(joined, pa.string()), codes.astype(np.int32))


def _dated(text: str, year: str) -> str:
    if not text or re.search(r"\d{4}|\d[/.-]\d", text):
        return text or year
    return f"{text}/{year}" if text.isdecimal() else f"{text} {year}"


def stacked(heading: str, parts: Sequence[Column]) -> Column:
    """Columns one after the other, their distinct texts side by side and not merged."""
    starts = np.cumsum([0, *(len(part.distinct) for part in parts)])
    codes = [part.codes + np.int32(start) for part, start in zip(parts, starts, strict=False)]
    return Column(heading, pa.concat_arrays([part.distinct for part in parts]), np.concatenate(codes).astype(np.int32))
