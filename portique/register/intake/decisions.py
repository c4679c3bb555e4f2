"""What the user confirmed of a file: plain data, remembered for files with the same headings."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import date
from typing import Any, Literal, get_args

from portique.errors import DecisionsRefused
from portique.register.intake.prepared import ExtraEstablishment

Kind = Literal["both", "seizures", "searches"]


@dataclass(frozen=True)
class Decisions:
    """The user's answers; what is left out follows Portique's own reading of the file.

    columns: heading → field code, empty to leave the column out. constants: field code → the text that every line has.
    words: list → word → code; « context » takes `list.code`. establishments: text → identifier, or `unspecified`.
    """

    sheet: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    establishments: Mapping[str, str] = field(default_factory=dict)
    extra_establishments: tuple[ExtraEstablishment, ...] = ()
    unfold: bool | None = None
    day_first: bool | None = None
    # Without a search number, lines of one day, place, kind and number of cells tell of one search, or each of its own.
    one_search_per_line: bool = False
    kind: Kind = "both"  # what the lines are taken for; columns that tell of the other are left out

    def with_kind(self, kind: Kind) -> "Decisions":
        """The same decisions, the lines taken for something else."""
        return replace(self, kind=kind)

    def to_json(self) -> dict[str, Any]:
        """The decisions as JSON values."""
        held = asdict(self)
        held["extra_establishments"] = [_extra_to_json(each) for each in self.extra_establishments]
        return held

    @classmethod
    def from_json(cls, held: Mapping[str, Any]) -> "Decisions":
        """The decisions that `to_json` gave; what a newer Portique may have added is left aside.

        Raises DecisionsRefused for anything else: the JSON may have been written by hand.
        """
        known = {name: held[name] for name in cls.__dataclass_fields__ if name in held}
        for name, value in known.items():
            if not _SHAPES[name](value):
                raise DecisionsRefused(f"Correspondance : « {name} » n’a pas la forme attendue ; {_EXPECTED[name]}.")
        extra = tuple(_extra_from_json(each) for each in known.pop("extra_establishments", ()))
        return replace(cls(**known), extra_establishments=extra)


def _is_text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_flag(value: object) -> bool:
    return value is None or isinstance(value, bool)


def _is_words(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(text, str) for pair in value.items() for text in pair)


def _is_lists(value: object) -> bool:
    return isinstance(value, Mapping) and all(isinstance(name, str) and _is_words(held) for name, held in value.items())


def _is_extra(value: object) -> bool:
    """Whether a list of extra establishments has every text of each, and days as ISO texts."""
    wanted = {each.name for each in fields(ExtraEstablishment)}
    return isinstance(value, list | tuple) and all(
        isinstance(each, Mapping)
        and set(each) <= wanted
        and wanted - set(each) <= {"opened_on", "closed_on"}
        and all(_is_day(each.get(name)) for name in ("opened_on", "closed_on"))
        and all(isinstance(each[name], str) and each[name] for name in wanted - {"opened_on", "closed_on"})
        for each in value
    )


def _is_day(value: object) -> bool:
    if value is None or not isinstance(value, str):
        return value is None
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


_SHAPES: dict[str, Callable[[object], bool]] = {
    "sheet": _is_text_or_none,
    "columns": _is_words,
    "constants": _is_words,
    "words": _is_lists,
    "establishments": _is_words,
    "extra_establishments": _is_extra,
    "unfold": _is_flag,
    "day_first": _is_flag,
    "one_search_per_line": lambda value: isinstance(value, bool),
    "kind": lambda value: value in get_args(Kind),
}
_EXPECTED = {
    "sheet": "le nom d’une feuille, ou rien",
    "columns": "des en-têtes et leurs champs",
    "constants": "des champs et leurs valeurs",
    "words": "des listes, avec des mots et leurs codes",
    "establishments": "des textes et leurs identifiants",
    "extra_establishments": "une liste d’établissements complets, aux dates AAAA-MM-JJ",
    "unfold": "true, false ou null",
    "day_first": "true, false ou null",
    "one_search_per_line": "true ou false",
    "kind": "searches, seizures ou both",
}


def _extra_to_json(each: ExtraEstablishment) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(each).items()}


def _extra_from_json(held: Mapping[str, Any]) -> ExtraEstablishment:
    days = {name: date.fromisoformat(held[name]) for name in ("opened_on", "closed_on") if held.get(name)}
    return ExtraEstablishment(**{**held, "opened_on": None, "closed_on": None, **days})
