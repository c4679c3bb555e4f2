"""What the reader filtered: plain data, to and from a readable address and to the parameters of a question."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Literal

import pandas as pd

from portique.reading import definitions

Scope = Literal["operation", "all"]
SCOPES: dict[str, str] = {"operation": "Les établissements de Prison Break", "all": "Tous les établissements"}

# The earliest and latest days that an address may ask for; beyond them it is a slip.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)


@dataclass(frozen=True)
class Facet:
    """One filter of several values: its field, its name in an address, its French label and the group it stands in."""

    field: str
    parameter: str
    label: str
    group: Literal["Territoire", "Quoi", "Comment", "Qui"]
    fine: bool = False  # its codes are kept only at the finer levels of detail of a served copy
    column: str = ""  # for a territory: the column of the table of establishments that it filters


FACETS = (
    Facet("regions", "region", "Région", "Territoire", column="region_code"),
    Facet("disps", "disp", "DISP", "Territoire", column="disp"),
    Facet("departments", "departement", "Département", "Territoire", column="department_code"),
    Facet("kinds", "type", "Type d’établissement", "Territoire", column="kind"),
    Facet("establishments", "etablissement", "Établissement", "Territoire", column="establishment_id"),
    Facet("item_types", "objet", "Type d’objet", "Quoi"),
    Facet("routes", "voie", "Voie d’introduction", "Comment", fine=True),
    Facet("search_kinds", "fouille", "Nature de la fouille", "Comment", fine=True),
    Facet("suppliers", "fournisseur", "Fournisseur", "Qui"),
    Facet("channels", "canal", "Canal de vente", "Qui", fine=True),
    Facet("operations", "operation", "Opération", "Qui", fine=True),
)

# Field → (code → French label): the values that may be chosen.
Choices = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Selection:
    """A half-open period, a scope, a measure and, for each facet, the chosen codes (none: no filter)."""

    period_start: date
    period_end: date
    scope: str = "operation"
    measure: str = "phones"
    regions: tuple[str, ...] = ()
    disps: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    establishments: tuple[str, ...] = ()
    item_types: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    search_kinds: tuple[str, ...] = ()
    suppliers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()

    def chosen(self, facet: Facet) -> tuple[str, ...]:
        """The codes chosen for a facet."""
        codes: tuple[str, ...] = getattr(self, facet.field)
        return codes

    def with_(self, **changes: Any) -> "Selection":
        """This selection with some fields replaced."""
        return replace(self, **changes)

    def toggled(self, name: str, code: str) -> "Selection":
        """This selection with one code of a facet added, or released if it was chosen."""
        codes: tuple[str, ...] = getattr(self, name)
        kept = tuple(other for other in codes if other != code)
        return self.with_(**{name: kept if code in codes else (*codes, code)})

    def without(self, *names: str) -> "Selection":
        """This selection with some facets left open."""
        return self.with_(**dict.fromkeys(names, ()))

    @property
    def active(self) -> tuple[Facet, ...]:
        """The facets that filter something."""
        return tuple(facet for facet in FACETS if self.chosen(facet))

    @property
    def territory(self) -> "Selection":
        """What of this selection chooses establishments, over no period in particular."""
        kept = {facet.field: self.chosen(facet) for facet in FACETS if facet.column}
        return Selection(EARLIEST, LATEST, self.scope).with_(**kept)

    def within(self, choices: Choices) -> "Selection":
        """This selection without the codes that cannot be chosen."""
        kept = {
            facet.field: tuple(code for code in self.chosen(facet) if code in choices[facet.field])
            for facet in self.active
        }
        return self.with_(**kept) if kept else self

    @property
    def everywhere(self) -> "Selection":
        """This selection over all establishments."""
        return self.with_(scope="all", **{facet.field: () for facet in FACETS if facet.column})

    @property
    def of_what(self) -> dict[str, tuple[str, ...]]:
        """The chosen codes of what a find may hold: item types, suppliers and channels."""
        held = {name: getattr(self, name) for name in ("item_types", "suppliers", "channels")}
        return {name: codes for name, codes in held.items() if codes}

    @property
    def last_day(self) -> date:
        return self.period_end - timedelta(days=1)

    @property
    def whole_months(self) -> bool:
        return self.period_start.day == 1 and self.period_end.day == 1

    def previous(self) -> "Selection":
        """The equal period just before: as many months if the period is whole months, else as many days."""
        if self.whole_months:
            months = _months_between(self.period_start, self.period_end)
            start = (pd.Timestamp(self.period_start) - pd.DateOffset(months=months)).date()
        else:
            start = self.period_start - (self.period_end - self.period_start)
        return replace(self, period_start=start, period_end=self.period_start)

    def year_before(self) -> "Selection":
        """The same days of the year before."""
        start, end, last = (_year_earlier(day) for day in (self.period_start, self.period_end, self.last_day))
        return replace(self, period_start=start, period_end=max(end, last + timedelta(days=1)))


@dataclass(frozen=True)
class Read:
    """A selection read from an address, and a French sentence for each value that was dropped."""

    selection: Selection
    notices: tuple[str, ...] = field(default=())


def to_query(selection: Selection, default: Selection) -> dict[str, list[str]]:
    """The parameters of the address, without what is as by default; the last day is written, not the day after."""
    query: dict[str, list[str]] = {}
    if (selection.period_start, selection.period_end) != (default.period_start, default.period_end):
        query["debut"] = [selection.period_start.isoformat()]
        query["fin"] = [selection.last_day.isoformat()]
    if selection.scope != default.scope:
        query["champ"] = [selection.scope]
    if selection.measure != default.measure:
        query["mesure"] = [selection.measure]
    for facet in selection.active:
        query[facet.parameter] = list(selection.chosen(facet))
    return query


def from_query(query: Mapping[str, Sequence[str]], choices: Choices, default: Selection) -> Read:
    """The selection that an address asks for; what is unknown or impossible is dropped and said."""
    notices: list[str] = []
    start, end = _read_period(query, default, notices)
    changes: dict[str, Any] = {"period_start": start, "period_end": end}
    changes |= _read_one(query, "champ", "scope", SCOPES, notices)
    changes |= _read_one(query, "mesure", "measure", definitions.measures(), notices)
    for facet in FACETS:
        changes[facet.field] = _read_several(query, facet, choices[facet.field], notices)
    return Read(replace(default, **changes), tuple(notices))


def known_parameters() -> set[str]:
    """The names that a selection uses in an address."""
    return {"debut", "fin", "champ", "mesure"} | {facet.parameter for facet in FACETS}


def to_sql(selection: Selection, rollup: int) -> dict[str, Any]:
    """The structure that questions bind as `$selection`; `rollup` is the level of detail to read.

    Filters on territory and scope are not in it: they choose establishments, which questions receive as `$perimeter`.
    """
    codes = {facet.field: list(selection.chosen(facet)) or None for facet in FACETS if facet.group != "Territoire"}
    period = {"period_start": selection.period_start, "period_end": selection.period_end}
    return {"rollup": rollup} | period | codes


def _read_period(query: Mapping[str, Sequence[str]], default: Selection, notices: list[str]) -> tuple[date, date]:
    start = _read_day(query, "debut", default.period_start, notices)
    last = _read_day(query, "fin", default.last_day, notices)
    if start > last:
        notices.append(f"La période du {start} au {last} finit avant de commencer ; elle est ignorée.")
        return default.period_start, default.period_end
    return start, last + timedelta(days=1)


def _read_day(query: Mapping[str, Sequence[str]], name: str, default: date, notices: list[str]) -> date:
    if not query.get(name):
        return default
    text = query[name][-1]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        notices.append(f"« {_short(text)} » n’est pas une date (attendu : 2025-05-20) ; elle est ignorée.")
        return default
    if not EARLIEST <= day < LATEST:
        notices.append(f"La date {day.isoformat()} est hors de portée (2000 à 2099) ; elle est ignorée.")
        return default
    return day


def _read_one(
    query: Mapping[str, Sequence[str]], name: str, target: str, known: Iterable[str], notices: list[str]
) -> dict[str, str]:
    if not query.get(name):
        return {}
    if query[name][-1] in known:
        return {target: query[name][-1]}
    notices.append(_unknown(name, query[name][-1]))
    return {}


def _read_several(
    query: Mapping[str, Sequence[str]], facet: Facet, known: Mapping[str, str], notices: list[str]
) -> tuple[str, ...]:
    asked = list(dict.fromkeys(query.get(facet.parameter, ())))
    notices.extend(_unknown(facet.parameter, code) for code in asked if code not in known)
    return tuple(code for code in asked if code in known)


def _unknown(parameter: str, text: str) -> str:
    return f"Le lien demandait « {parameter} = {_short(text)} », qui n’existe pas ici ; ce filtre est ignoré."


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"


def _months_between(start: date, end: date) -> int:
    return (end.year - start.year) * 12 + end.month - start.month


def _year_earlier(day: date) -> date:
    return (pd.Timestamp(day) - pd.DateOffset(years=1)).date()
