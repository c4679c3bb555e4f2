"""Which column is which of our fields: by its heading, by a heading close to a known one, by what its cells hold."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Literal

from rapidfuzz import fuzz, process

from portique.register.intake import codes, dates, fields, personal, quantities
from portique.register.intake.columns import Column
from portique.register.intake.decisions import Decisions, Kind
from portique.register.intake.establishments import Directory
from portique.register.intake.layout import Table, is_total_heading
from portique.register.intake.names import key
from portique.register.intake.values import Refused

_LEAST_HEADING_LIKENESS = 86
_LEAST_SHARE = 0.6  # of a column's first distinct texts that a field must understand
_SAMPLES = 60
# Only these are guessed from contents; a number or a free text could be anything.
_BY_CONTENT = ("found_on", "establishment", "item_type", "search_kind", "route", "place")

_TELLS_OF_OTHERS: dict[Kind, frozenset[str]] = {
    "both": frozenset(),
    "seizures": frozenset({"search_kind", "cells_searched", "search_number"}),
    "searches": frozenset(
        ("item_type", "model", "quantity", "place", "route", "supplier", "channel", "confidence", "find_number")
    ),
}

How = Literal["chosen", "heading", "near", "content", "period", "left_out", "personal", "unknown"]


@dataclass(frozen=True)
class Match:
    """A column, the field that it fills (empty: none, it is not stored), how that was found, three sample values."""

    heading: str
    field: str
    how: How
    samples: tuple[str, ...]
    likeness: int = 100


def match(
    table: Table, decided: Decisions, directory: Directory, periods: dict[str, dates.Period]
) -> tuple[Match, ...]:
    """One match per column, in the order of the file; a field is filled by one column at most."""
    found: dict[str, tuple[str, How, int]] = {}
    taken: set[str] = set()
    for step in (
        _chosen(decided),
        _by_period(periods),
        _by_heading(directory),
        _by_near_heading,
        _by_content(directory),
    ):
        for column in table.columns:
            answer = None if column.heading in found else step(column)
            if answer is not None and (answer[0] not in taken or answer[0] == ""):
                found[column.heading] = answer
                taken |= {answer[0]} - {""}
    return tuple(_match(column, *found.get(column.heading, ("", "unknown", 0))) for column in table.columns)


Step = Callable[[Column], tuple[str, How, int] | None]


def _match(column: Column, field: str, how: How, likeness: int) -> Match:
    samples = column.samples(3)
    shown = ("•••",) * len(samples) if how == "personal" else tuple(hidden(text) for text in samples)
    return Match(column.heading, field, how, shown, likeness)


@lru_cache(maxsize=20_000)
def hidden(text: str) -> str:
    """The text with any personal data masked."""
    found = personal.findings(text)
    return found[0][1] if found else text


def _chosen(decided: Decisions) -> Step:
    def step(column: Column) -> tuple[str, How, int] | None:
        chosen = decided.columns.get(column.heading)
        return None if chosen is None else (chosen, "chosen", 100)

    return step


def _by_period(periods: dict[str, dates.Period]) -> Step:
    def step(column: Column) -> tuple[str, How, int] | None:
        if periods and (column.heading in periods or is_total_heading(column.heading)):
            return "", "period", 100
        return None

    return step


def _by_heading(directory: Directory) -> Step:
    def step(column: Column) -> tuple[str, How, int] | None:
        field = "never_stored" if fields.added(column.heading) else fields.headings().get(key(column.heading))
        if field is None:
            return None
        if field == "personal" and _share(column, directory) >= _LEAST_SHARE:
            return "establishment", "content", 100  # « Nom » is then the name of a prison
        if field in ("never_stored", "personal"):
            return "", "personal" if field == "personal" else "left_out", 100
        return field, "heading", 100

    return step


def _share(column: Column, directory: Directory) -> float:
    """How much of a column's first texts are names of establishments."""
    samples = column.samples(_SAMPLES)
    return sum(directory.find(text).sure for text in samples) / max(len(samples), 1)


def _by_near_heading(column: Column) -> tuple[str, How, int] | None:
    nearest = process.extractOne(
        key(column.heading), fields.headings().keys(), scorer=fuzz.ratio, score_cutoff=_LEAST_HEADING_LIKENESS
    )
    field = fields.headings()[nearest[0]] if nearest else None
    if nearest is None or field in (None, "never_stored", "personal"):
        return None
    return str(field), "near", round(nearest[1])


def _by_content(directory: Directory) -> Step:
    tests: dict[str, Callable[[str], bool]] = {
        "found_on": lambda text: (
            not isinstance(dates.parser(dates.Reading(True, "none"), date.max)(text), Refused)
            and quantities.whole(text) is None
        ),
        "establishment": lambda text: directory.find(text).sure and not quantities.whole(text),
    }
    for name in _BY_CONTENT[2:]:
        known = codes.words(fields.by_code()[name].list_name)
        tests[name] = lambda text, known=known: key(text) in known  # type: ignore[misc]

    def step(column: Column) -> tuple[str, How, int] | None:
        samples = column.samples(_SAMPLES)
        shares = {name: sum(map(test, samples)) / max(len(samples), 1) for name, test in tests.items()}
        best = max(shares, key=lambda name: shares[name])
        return (best, "content", round(100 * shares[best])) if samples and shares[best] >= _LEAST_SHARE else None

    return step


def of_kind(matches: tuple[Match, ...], kind: Kind) -> tuple[Match, ...]:
    """The matches without the columns that tell of what is not to be taken."""
    fields_out = _TELLS_OF_OTHERS[kind]
    return tuple(
        replace(each, field="", how="left_out") if each.field and each.field in fields_out else each for each in matches
    )


def missing(filled: set[str], unfolded: bool, kind: Kind = "both") -> list[str]:
    """The headings of the fields without which no line can be accepted."""
    filled = filled | ({"found_on"} if "found_year" in filled else set())
    needed = ["establishment"] if unfolded else ["found_on", "establishment"]
    tells_of_a_search = kind == "searches" or filled & {"search_kind", "cells_searched", "search_number"}
    if not tells_of_a_search or filled & {"item_type", "quantity"}:
        needed += ["item_type"] if unfolded else ["item_type", "quantity"]
    return [fields.by_code()[name].heading for name in needed if name not in filled]
