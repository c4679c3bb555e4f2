"""What the user confirmed of a file: plain data, remembered for files with the same headings."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any, Literal

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
        """The decisions that `to_json` gave; what a newer Portique may have added is left aside."""
        known = {name: held[name] for name in cls.__dataclass_fields__ if name in held}
        extra = tuple(_extra_from_json(each) for each in known.pop("extra_establishments", ()))
        return replace(cls(**known), extra_establishments=extra)


def _extra_to_json(each: ExtraEstablishment) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(each).items()}


def _extra_from_json(held: Mapping[str, Any]) -> ExtraEstablishment:
    days = {name: date.fromisoformat(held[name]) for name in ("opened_on", "closed_on") if held.get(name)}
    return ExtraEstablishment(**{**held, "opened_on": None, "closed_on": None, **days})
