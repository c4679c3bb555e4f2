"""What each measure counts, what it may be called, and what may not be added or compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from portique.errors import MeasureError
from portique.reading import labels
from portique.register import reference

Status = Literal["published", "derived", "registered", "demonstration", "method"]

# The ministry changed how incidents are counted on that day; no series may cross it unmarked.
# https://questions.assemblee-nationale.fr/q16/16-8659QE.htm
COUNTING_BREAK = date(2022, 1, 1)

# Below these exposures a rate says nothing: it is shown as « trop peu pour conclure », not as a value.
LEAST_INMATE_YEARS = 20.0
LEAST_CELLS_SEARCHED = 10


@dataclass(frozen=True)
class Measure:
    """A measure: its words, the item types it adds up (none: all), and its exposure if it is a rate."""

    code: str
    label: str
    singular: str
    column: str
    item_types: tuple[str, ...]
    definition: str
    source: str
    source_url: str
    exposure: Literal["", "inmate_years", "cells_searched"] = ""
    per: int = 1

    @property
    def is_rate(self) -> bool:
        return bool(self.exposure)

    @property
    def counted(self) -> "Measure":
        """The count that a rate is made from; a count is its own."""
        return measure("phones") if self.is_rate else self

    @property
    def items(self) -> list[str]:
        """The item types that a question adds up: the measure's own, or phones for one that counts no items."""
        return list(self.item_types or measure("phones").item_types)

    @property
    def least_exposure(self) -> float:
        """The exposure under which the rate is not shown (inmate-years or cells)."""
        return LEAST_INMATE_YEARS if self.exposure == "inmate_years" else LEAST_CELLS_SEARCHED


# The measure of a table whose rows each count something of their own, as sources define it.
EACH_ITS_OWN = Measure(
    code="",
    label="chiffres publiés",
    singular="chiffre publié",
    column="",
    item_types=(),
    definition="Chaque ligne porte sa propre définition et sa source ; les lignes ne s’additionnent pas.",
    source="",
    source_url="",
)


# The measure of a table that counts nothing: what words mean, where files come from.
METHOD = Measure(
    code="",
    label="méthode",
    singular="méthode",
    column="",
    item_types=(),
    definition="Ce tableau dit comment Portique compte ; il ne compte rien.",
    source="",
    source_url="",
)


@cache
def measures() -> dict[str, Measure]:
    """Every measure by its code, in the order of `data/measures.toml`."""
    return {code: _measure(code, entry) for code, entry in reference.measures().items()}


def measure(code: str) -> Measure:
    """The measure of that code; raises MeasureError if there is none."""
    try:
        return measures()[code]
    except KeyError:
        known = ", ".join(measures())
        raise MeasureError(f"« {code} » n’est pas une mesure ; les mesures sont : {known}.") from None


def add(parts: Iterable[tuple[Measure, Status, int]]) -> int:
    """The sum of parts of one measure and one status; raises MeasureError for anything else.

    Phones and « phones and accessories » are two measures; a published figure and registered rows are two statuses;
    a rate is never added.
    """
    listed = list(parts)
    names, statuses = {part[0].label for part in listed}, {labels.STATUS[part[1]] for part in listed}
    if len(names) > 1:
        raise MeasureError(f"Ces mesures ne s’additionnent pas : {', '.join(sorted(names))}.")
    if len(statuses) > 1:
        raise MeasureError(f"Ces statuts ne s’additionnent pas : {', '.join(sorted(statuses))}.")
    if any(part[0].is_rate for part in listed):
        raise MeasureError(f"Un taux ne s’additionne pas : {listed[0][0].label}.")
    return sum(part[2] for part in listed)


def require_honest(title: str, counted: Measure) -> None:
    """Refuse a title that calls a measure what it is not (a count with accessories called « téléphones »)."""
    text = title.casefold()
    speaks_of_phones = "téléphone" in text.replace("mini-téléphone", "")
    if speaks_of_phones and "accessory" in _families(counted) and "accessoire" not in text:
        raise MeasureError(
            f"« {title} » parle de téléphones, mais la mesure compte des {counted.label} ; "
            "dites « téléphones et accessoires »."
        )
    if speaks_of_phones and counted.code == "mini_phones":
        raise MeasureError(f"« {title} » parle de téléphones, mais la mesure ne compte que des mini-téléphones.")


def crosses_counting_break(start: date, end: date) -> bool:
    """Whether a half-open period holds days on both sides of the counting change of 1 January 2022."""
    return start < COUNTING_BREAK < end


def _measure(code: str, entry: dict[str, object]) -> Measure:
    kept = {key: value for key, value in entry.items() if key not in ("families", "item_types")}
    return Measure(code=code, item_types=_item_types(entry), **kept)  # type: ignore[arg-type]


def _item_types(entry: dict[str, object]) -> tuple[str, ...]:
    if "item_types" in entry:
        return tuple(entry["item_types"])  # type: ignore[arg-type]
    families: Any = entry.get("families", ())
    rows = reference.table("item_types")
    return tuple(rows[rows["family"].isin(families)]["item_type"])


@cache
def _families(counted: Measure) -> set[str]:
    rows = reference.table("item_types")
    return set(rows[rows["item_type"].isin(counted.item_types)]["family"])
