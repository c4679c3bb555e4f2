"""What is to be said of the checked lines: sums, conversions, refusals, words, questions, totals, personal data."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from portique.register.intake import codes, fields, personal
from portique.register.intake.assembly import Assembled
from portique.register.intake.checked import (
    Candidate,
    Checked,
    Conversion,
    PersonalData,
    Question,
    Refusal,
    StatedTotal,
    Word,
)
from portique.register.intake.columns import Column, Mask
from portique.register.intake.layout import Table, TotalRow
from portique.register.intake.lines import Lines
from portique.register.intake.mapping import Match, hidden
from portique.register.intake.parsing import Parsed
from portique.register.intake.quantities import Quantity, quantity, whole
from portique.register.intake.values import Refused, Value, quoted
from portique.register.intake.wide import Unfolded

Counts = npt.NDArray[np.int64]
_MOST_NEAR = 200  # words, the most frequent, for which near codes are looked up
_MOST_QUESTIONS = 1_000  # a column with more unknown names is another column


@dataclass(frozen=True)
class Found:
    """The checked lines of a file, and what they came from."""

    bare: Checked
    table: Table
    unfolded: Unfolded | None
    lines: Lines
    assembled: Assembled
    totals: list[TotalRow]
    duplicates: int


def tell(found: Found) -> Checked:
    """The result of the checks, without its notes, personal data and tables."""
    lines, refused = found.lines, found.assembled.refused
    accepted = ~refused
    seizures, refusals = found.assembled.seizures, tuple(_refusals(found))
    sums = seizures.group_by("item_type").aggregate([("quantity_min", "sum")]).to_pylist()
    return replace(
        found.bare,
        read=lines.size,
        accepted=int(accepted.sum()),
        refused=int(refused.sum()),
        quantity_sum=pc.sum(seizures["quantity_min"]).as_py() or 0,
        sums={row["item_type"]: row["quantity_min_sum"] for row in sums},
        searches=pc.count_distinct(found.assembled.searches["search_ref"]).as_py(),
        conversions=tuple(_conversions(lines.parsed.values(), accepted)),
        refusals=refusals,
        unclassified=tuple(_words(lines.parsed.values(), accepted, "unclassified")),
        new_names=tuple(_words(lines.parsed.values(), accepted, "new")),
        questions=tuple(_questions(found)),
        totals=tuple(_stated_totals(found)),
        duplicates=found.duplicates,
        searched=found.assembled.searched,
        seized=found.assembled.seized,
        lines=found.table,
        origin=None if found.unfolded is None else found.unfolded.origin,
        unfolded=tuple(lines.parsed[code].column for code in ("found_on", "quantity")) if found.unfolded else (),
    )


def _conversions(parsed: Iterable[Parsed], accepted: Mask) -> Iterator[Conversion]:
    """What was understood as something else; dates are many, so they are told by one example."""
    for each in parsed:
        counts = each.column.lines_per_text(accepted)
        became = [
            (at, outcome.became)
            for at, outcome in enumerate(each.outcomes)
            if isinstance(outcome, Value) and outcome.became and outcome.mark == "" and counts[at]
        ]
        if each.field.kind == "date" and len(became) > 3:
            at, example = became[0]
            rest = f"{hidden(each.column.texts[at])} (et {len(became) - 1} autres écritures)"
            yield Conversion(each.column.heading, rest, example, int(sum(counts[each] for each, _ in became)))
            continue
        for at, result in became:
            yield Conversion(each.column.heading, hidden(each.column.texts[at]), result, int(counts[at]))


def _words(parsed: Iterable[Parsed], accepted: Mask, mark: str) -> Iterator[Word]:
    """The words with a mark, the most frequent first."""
    for each in parsed:
        counts = each.column.lines_per_text(accepted)
        name = "context" if each.field.kind == "context" else each.field.list_name
        for rank, at in enumerate(sorted(each.marked(mark), key=lambda at: -counts[at])):
            if counts[at]:
                text = getattr(each.outcomes[at], "rest", "") or each.column.texts[at]
                near = _near(name, text) if rank < _MOST_NEAR else []
                yield Word(each.column.heading, name, hidden(text), int(counts[at]), tuple(near))


def _near(name: str, text: str) -> list[tuple[str, str, int]]:
    if name != "context":
        return codes.near(name, text)
    found = [
        (f"{name}.{code}", label, likeness)
        for name in ("search_kinds", "places", "routes")
        for code, label, likeness in codes.near(name, text)
    ]
    return sorted(found, key=lambda each: -each[2])[:3]


def _refusals(found: Found) -> Iterator[Refusal]:
    """The refusals of cells, then those that a whole line shows."""
    for each in found.lines.parsed.values():
        lines = np.flatnonzero(each.refused[each.column.codes])
        if len(lines):
            yield _refusal_of_cells(found, each, lines)
    for code, mask, expected in found.lines.refusals:
        yield _refusal_of_lines(found, code, np.flatnonzero(mask), expected)


def _refusal_of_cells(found: Found, parsed: Parsed, lines: npt.NDArray[np.intp]) -> Refusal:
    reasons = {}
    for at, outcome in enumerate(parsed.outcomes):
        if isinstance(outcome, Refused):
            text = parsed.column.texts[at]
            shown = hidden(text)
            reasons[at] = (shown, outcome.found if shown == text else quoted(shown), outcome.expected)
    return Refusal(parsed.column.heading, lines, parsed.column.codes[lines], reasons)


def _refusal_of_lines(found: Found, code: str, lines: npt.NDArray[np.intp], expected: str) -> Refusal:
    parsed = found.lines.parsed.get(code)
    if parsed is None:
        return Refusal(
            fields.by_code()[code].heading, lines, np.zeros(len(lines), np.int32), {0: ("", "rien", expected)}
        )
    at_lines = parsed.column.codes[lines]
    reasons = {}
    for at in np.unique(at_lines):
        shown = hidden(parsed.column.texts[at])
        reasons[int(at)] = (shown, quoted(shown) if shown else "cellule vide", expected)
    return Refusal(parsed.column.heading, lines, at_lines, reasons)


def _questions(found: Found) -> Iterator[Question]:
    """What the user must settle: establishments that are near, several or unknown; item types that are unknown."""
    every = np.ones(found.lines.size, dtype=bool)
    for code in ("establishment", "item_type"):
        parsed = found.lines.parsed.get(code)
        if parsed is None:
            continue
        counts = parsed.column.lines_per_text(every)
        for at in sorted(np.flatnonzero(parsed.refused), key=lambda at: -counts[at])[:_MOST_QUESTIONS]:
            text = parsed.column.texts[at]
            if text and counts[at]:
                yield _question(found, parsed, text, int(counts[at]))


def _question(found: Found, parsed: Parsed, text: str, lines: int) -> Question:
    if parsed.field.code == "establishment":
        match = found.lines.directory.find(text)
        candidates = tuple(Candidate(each.establishment_id, each.name, each.distance) for each in match.candidates)
        return Question(parsed.column.heading, "establishments", match.how, hidden(text), lines, candidates)
    near = codes.near("item_types", text)
    candidates = tuple(Candidate(code, label, 0) for code, label, _ in near)
    return Question(parsed.column.heading, "item_types", "near" if near else "unknown", hidden(text), lines, candidates)


def _stated_totals(found: Found) -> Iterator[StatedTotal]:
    """Each total that the file states beside the sum of the lines above it, refused ones included."""
    table = found.bare.table
    if table is None or not found.totals:
        return
    headings = [match.heading for match in found.bare.matches if match.field == "quantity"]
    headings += list(found.unfolded.periods) if found.unfolded else []
    places = np.array([row.line for row in found.totals])
    for heading in headings:
        column = table.column(heading)
        if column is not None:
            yield from _totals_of(column, table, found.totals, places)


def _totals_of(
    column: Column, table: Table, rows: list[TotalRow], places: npt.NDArray[np.int64]
) -> Iterator[StatedTotal]:
    counted = np.array([_least(text) for text in column.texts], dtype=np.int64)[column.codes]
    counted[places] = 0
    since = 0
    for row in rows:
        stated = whole(column.texts[column.codes[row.line]].lower())
        start = since if row.partial else 0
        since = row.line + 1 if row.partial else since
        if stated is not None:
            yield StatedTotal(int(table.rows[row.line]), column.heading, stated, int(counted[start : row.line].sum()))


def _least(text: str) -> int:
    outcome = quantity(text) if text else None
    content = outcome.content if isinstance(outcome, Value) else None
    return content.least if isinstance(content, Quantity) else 0


def personal_data(table: Table, matches: Iterable[Match]) -> tuple[PersonalData, ...]:
    """The personal data of every column, stored or not; a column whose heading says so is personal as a whole."""
    said = []
    for match in matches:
        column = table.column(match.heading)
        if column is None:
            continue
        every = np.ones(len(column.codes), dtype=bool)
        if match.how == "personal":
            said.append(PersonalData(match.heading, "colonne entière", "•••", int((~column.blank_lines).sum())))
        else:
            said += _personal_cells(match.heading, column, column.lines_per_text(every))
    return tuple(said)


def _personal_cells(heading: str, column: Column, counts: Counts) -> list[PersonalData]:
    suspected = np.flatnonzero(
        np.asarray(personal.suspects(column.distinct).to_numpy(zero_copy_only=False), dtype=bool)
    )
    lines: dict[str, int] = defaultdict(int)
    shown: dict[str, str] = {}
    for at in suspected:
        for kind, text in personal.findings(column.distinct[at].as_py()) if counts[at] else ():
            lines[kind] += int(counts[at])
            shown.setdefault(kind, text)
    return [PersonalData(heading, kind, shown[kind], lines[kind]) for kind in lines]
