"""Each column's distinct texts turned into values, refusals or words left unclassified."""

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from portique.register.intake import codes, dates, fields, personal, quantities
from portique.register.intake.columns import Column, Mask
from portique.register.intake.decisions import Decisions
from portique.register.intake.establishments import MOST_COMPARED, Directory, Match, area
from portique.register.intake.fields import Field
from portique.register.intake.names import fold, key, odd_letters
from portique.register.intake.values import Refused, Value, quoted

# What a line of a search says when it found nothing.
NOTHING = "nothing"
_NOTHING_WORDS = frozenset(["aucun", "aucune", "neant", "rien", "ras", "0", "zero", "nothing", "none", "neant trouve"])
MOST_NAME_CHARACTERS = 200
_PARTS = re.compile(r"\s*[;,/+|]\s*|\s+[-–—]\s+")
# Where a word of a mixed column is looked for, in this order: « parloir » says where, before it says by which way.
CONTEXT_LISTS = ("search_kinds", "places", "routes")

Outcome = Value | Refused
Parser = Callable[[str], Outcome]


@dataclass(frozen=True)
class Parsed:
    """A column with what each of its distinct texts turned out to be."""

    field: Field
    column: Column
    outcomes: list[Outcome]

    @cached_property
    def refused(self) -> Mask:
        """Per distinct text: whether it refuses its lines."""
        return np.array([isinstance(outcome, Refused) for outcome in self.outcomes], dtype=bool)

    def contents(self, pick: Callable[[Any], Hashable] = lambda content: content) -> Any:
        """Per line: the content, or a part of it; None where there is none."""
        held = np.empty(len(self.outcomes), dtype=object)
        for position, outcome in enumerate(self.outcomes):
            known = isinstance(outcome, Value) and outcome.content is not None
            held[position] = pick(outcome.content) if known else None  # type: ignore[union-attr]
        return held[self.column.codes]

    def marked(self, mark: str) -> Iterable[int]:
        """The distinct texts that carry a mark."""
        return (at for at, outcome in enumerate(self.outcomes) if isinstance(outcome, Value) and outcome.mark == mark)


@dataclass(frozen=True)
class Parsers:
    """The parser of every field, with what was decided of this file."""

    decided: Decisions
    directory: Directory
    reading: dates.Reading
    today: date
    compared: list[str] = field(default_factory=list)  # unknown item types that were compared with the list

    def parse(self, code: str, column: Column) -> Parsed:
        """The column as the field that it fills."""
        held = fields.by_code()[code]
        parser = self._parser(held)
        return Parsed(held, column, [parser(text) for text in column.texts])

    def _parser(self, field: Field) -> Parser:
        match field.kind:
            case "date":
                return self._date(field)
            case "establishment":
                return self._establishment
            case "area":
                return _area
            case "quantity":
                return _quantity
            case "cells":
                return quantities.cells
            case "context":
                return self._context
            case "open":
                return lambda text: self._open(field, text)
            case _:
                return lambda text: self._code(field, text)

    def _date(self, field: Field) -> Parser:
        parser = dates.parser(self.reading, self.today)
        return parser if field.required else lambda text: parser(text) if text else Value(None)

    def _establishment(self, text: str) -> Outcome:
        if not text:
            return Refused("cellule vide", "un établissement, ou « non précisé »")
        found = self.directory.find(text)
        if not found.sure:
            return Refused(quoted(text), _expected_establishment(found))
        name = self.directory.places[found.establishment_id].name if found.establishment_id else "non précisé"
        return Value(found.establishment_id, "" if found.how == "exact" or fold(name) == fold(text) else name)

    def _code(self, field: Field, text: str) -> Outcome:
        if not text:
            return Value(None)
        found = self._word(field.list_name, text)
        if found is not None:
            label = codes.labels(field.list_name).get(found, found)
            return Value(found, "" if fold(text) in codes.usual(field.list_name) else label)
        if field.code == "item_type":
            return (
                Value(NOTHING) if fold(text) in _NOTHING_WORDS else Refused(quoted(text), self._expected(field, text))
            )
        if field.code in ("confidence", "review_state"):
            return Refused(quoted(text), f"un de ces mots : {', '.join(codes.labels(field.list_name).values())}")
        return Value("unknown", "non classé", "unclassified")

    def _expected(self, field: Field, text: str) -> str:
        near = codes.near(field.list_name, text) if len(self.compared) < MOST_COMPARED else []
        self.compared.append(text)
        words = ", ".join(label for _, label, _ in near)
        return f"un mot de la liste ; proche : {words}" if words else "un mot de la liste des types d’objet"

    def _word(self, list_name: str, text: str) -> str | None:
        """The code that a word has in a list, the user's own answers first."""
        for word, code in self.decided.words.get(list_name, {}).items():
            if key(word) == key(text):
                return code
        return codes.words(list_name).get(key(text))

    def _context(self, text: str) -> Outcome:
        """(kind of search, place, route) of a mixed cell; what is not understood of it is left unclassified."""
        if not text:
            return Value(None)
        found: dict[str, str] = {}
        parts = [text] if self._in_context(text) else [part for part in _PARTS.split(text) if part]
        unknown = [part for part in parts if not self._take(part, found)]
        content = tuple(found.get(name) for name in CONTEXT_LISTS)
        became = " ; ".join(codes.labels(name)[code] for name, code in found.items())
        if unknown:
            return Value(content, became or "non classé", "unclassified", " ; ".join(unknown))
        return Value(content, "" if fold(became) == fold(text) else became)

    def _take(self, part: str, found: dict[str, str]) -> bool:
        place = self._in_context(part)
        if place is None or found.get(place[0], place[1]) != place[1]:
            return False
        found[place[0]] = place[1]
        return True

    def _in_context(self, text: str) -> tuple[str, str] | None:
        chosen = {key(word): code for word, code in self.decided.words.get("context", {}).items()}.get(key(text))
        if chosen:
            list_name, _, code = chosen.partition(".")
            return list_name, code
        for name in CONTEXT_LISTS:
            if found := self._word(name, text):
                return name, found
        return None

    def _open(self, field: Field, text: str) -> Outcome:
        """A name of an open list: known, or new; personal data in it leaves the field empty."""
        empty = "unknown" if field.code in ("supplier", "channel") else None
        if not text:
            return Value(empty)
        if personal.findings(text):
            return Value(empty, "donnée personnelle, non reprise", "personal")
        if odd := odd_letters(text):
            return Refused(quoted(text), f"un nom en lettres latines, sans caractère caché : {odd} est à retaper")
        if len(text) > MOST_NAME_CHARACTERS:
            return Refused(quoted(text), f"un nom de {MOST_NAME_CHARACTERS} caractères au plus")
        found = self._word(field.list_name, text) if field.list_name else None
        if found is None:
            return Value(text, mark="new" if field.list_name else "")
        label = codes.labels(field.list_name).get(found, found)
        return Value(found, "" if fold(text) in codes.usual(field.list_name) else label)


def _area(text: str) -> Outcome:
    found = area(text) if text else None
    return Value(found) if found or not text else Refused(quoted(text), "une région ou une DISP, ou rien")


def _quantity(text: str) -> Outcome:
    if not text:
        return Value(None)
    return Value(NOTHING) if fold(text) in _NOTHING_WORDS else quantities.quantity(text)


def _expected_establishment(found: Match) -> str:
    if found.odd:
        return f"un nom en lettres latines : {found.odd} ressemble à une lettre latine sans en être une, à retaper"
    listed = " ; ".join(
        f"{each.name} ({each.distance} lettre(s) d’écart)" if each.distance else each.name for each in found.candidates
    )
    if found.how == "homonym":
        return f"un seul établissement ; à choisir : {listed}"
    return f"un établissement connu ; proche, à confirmer : {listed}" if listed else "un établissement connu"
