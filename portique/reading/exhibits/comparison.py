"""Exhibits of a comparison: two territories, or two periods of one, and whether the data allow to conclude."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from portique.reading import definitions, labels, statistics
from portique.reading.definitions import measure
from portique.reading.exhibits import places, territories
from portique.reading.exhibits.exhibit import BREAK_NOTE, Column, Exhibit, make
from portique.reading.exhibits.territories import CHANCE, EFFORT, RATES, Rate, typeset_all
from portique.reading.labels import typeset
from portique.reading.questions import Answer
from portique.reading.selection import Selection
from portique.reading.view import View, whole_register
from portique.register import reference

# What a territory may be compared with, other than another one.
TIMES = {"an": "Même territoire, un an plus tôt", "avant": "Même territoire, période précédente"}
_FIGURES = ["place", *(column.name for column in territories.columns()), *(f"{rate}_state" for rate in RATES)]
_LISTS = {"region": "regions", "disp": "disps", "department": "departments"}
_CODES = {"region": "region_code", "disp": "disp", "department": "department_code"}


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its name, its period, and its row with both rates (none: not in the selection)."""

    label: str
    place: str
    selection: Selection
    row: dict[Any, Any] | None
    answer: Answer


class Following(Mapping[str, str]):
    """Choices that follow another one, made when they are looked at: the territories of the level in force."""

    def __init__(self, now: Callable[[], Mapping[str, str]]) -> None:
        self._now = now

    def __getitem__(self, code: str) -> str:
        return self._now()[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._now())

    def __len__(self) -> int:
        return len(self._now())


@cache
def choices(level: str) -> dict[str, str]:
    """The territories of a level that hold an establishment: code → name, in alphabetical order."""
    names, used = reference.labels(_LISTS[level], _CODES[level]), set(reference.table("establishments")[_CODES[level]])
    return dict(sorted(((c, n) for c, n in names.items() if c in used), key=lambda item: labels.collation(item[1])))


@lru_cache(maxsize=64)
def offered(level: str, selection: Selection) -> dict[str, str]:
    """The territories that a selection leaves to compare, those that it names first; all where it leaves none.

    As in the tables of a level, a filter on that level itself only chooses among them.
    """
    rows, names = reference.table("establishments"), choices(level)
    for facet in selection.active:
        if facet.column and facet.field != _LISTS[level]:
            rows = rows[rows[facet.column].isin(selection.chosen(facet))]
    held = set(rows[_CODES[level]]) or set(names)
    named = [code for code in names if code in getattr(selection, _LISTS[level])]
    return {code: names[code] for code in dict.fromkeys([*named, *names]) if code in held}


def others(level: str, selection: Selection) -> dict[str, str]:
    """What the first may be compared with: its own past, or another territory."""
    return TIMES | offered(level, selection)


def sides(view: View, level: str, first: str, second: str) -> tuple[Side, Side]:
    """The two sides of a comparison; `second` is a territory or one of TIMES."""
    if second not in TIMES:
        return _side(view, level, first), _side(view, level, second)
    earlier = view.selection.year_before() if second == "an" else view.selection.previous()
    past = _side(replace(view, selection=earlier), level, first)
    return tuple(_dated(side) for side in (_side(view, level, first), past))  # type: ignore[return-value]


def side_by_side(view: View, level: str, pair: tuple[Side, Side]) -> Exhibit:
    """One row per side: territory, period, establishments, inmates, cells searched, phones, both rates."""
    rows = [side.row for side in pair if side.row is not None]
    names = " et ".join(f"« {side.label} »" for side in pair)
    return make(
        view,
        "face-a-face",
        title=typeset(f"Téléphones, détenus et fouilles : {names}"),
        sentence=typeset(f"Téléphones, détenus et fouilles : {names}."),
        measure=measure("phones"),
        period=_span(pair),
        table=pd.DataFrame(rows, columns=["label", "when", *_FIGURES]),
        columns=[Column("label", places.ONE_PLACE[level]), Column("when", "Période"), *territories.columns()],
        answers=[side.answer for side in pair],
        left_open=places.CHOOSES[level],
        notes=typeset_all(territories.cut_notes(level)[0], *territories.measure_notes(view), CHANCE),
    )


def differences(view: View, level: str, pair: tuple[Side, Side]) -> Exhibit:
    """One row per rate: both values, their ratio and difference with intervals, and `reading`, what may be concluded.

    No row where the two sides may not be compared; the title then says why.
    """
    obstacle, columns = _obstacle(view, pair), _columns(pair)
    rows = [] if obstacle else [_compared(pair, rate) for rate in RATES]
    names = " et ".join(f"« {side.label} »" for side in pair)
    verdicts = " ; ".join(f"{row['short']}, {row['verdict']}" for row in rows)
    title = obstacle or f"{names} : {verdicts}"
    return make(
        view,
        "comparaison",
        title=typeset(title),
        sentence=" ".join(row["reading"] for row in rows) or typeset(title),
        measure=measure("phones"),
        period=_span(pair),
        table=pd.DataFrame(rows, columns=["short", "verdict", *(column.name for column in columns)]),
        columns=columns,
        answers=[side.answer for side in pair],
        left_open=places.CHOOSES[level],
        notes=typeset_all(
            *territories.cut_notes(level), CHANCE, EFFORT, *([] if obstacle else _effort_notes(pair)), METHOD
        ),
    )


METHOD = (
    "Rapport : intervalle exact de Clopper et Pearson sur la part du premier (doi 10.1093/biomet/26.4.404). "
    "Différence : les deux intervalles exacts réunis selon Zou et Donner (doi 10.1002/sim.3095). On ne conclut "
    "que si les deux intervalles, celui du rapport et celui de la différence, écartent l’égalité. "
    "Une différence ne dit pas sa cause."
)


def _columns(pair: tuple[Side, Side]) -> list[Column]:
    return [
        Column("rate", "Taux"),
        Column("first", typeset(f"Premier : {pair[0].label}"), "decimal"),
        Column("second", typeset(f"Second : {pair[1].label}"), "decimal"),
        Column("ratio", "Rapport", "decimal"),
        Column("ratio_low", typeset("Rapport : au moins (95 %)"), "decimal"),
        Column("ratio_high", typeset("Rapport : au plus (95 %)"), "decimal"),
        Column("difference", "Différence", "decimal"),
        Column("difference_low", typeset("Différence : au moins (95 %)"), "decimal"),
        Column("difference_high", typeset("Différence : au plus (95 %)"), "decimal"),
        Column("reading", "Lecture"),
    ]


def _side(view: View, level: str, place: str) -> Side:
    answer = territories.ask(view, level)
    when = labels.period(view.selection.period_start, view.selection.period_end)
    found = answer.table[answer.table["place"] == place].assign(when=when).to_dict("records")
    return Side(view.place_label(level, place), place, view.selection, found[0] if found else None, answer)


def _dated(side: Side) -> Side:
    """The side named with its period, where both sides are the same territory."""
    when = labels.period(side.selection.period_start, side.selection.period_end)
    return replace(side, label=f"{side.label}, {when}")


def _span(pair: tuple[Side, Side]) -> tuple[date, date]:
    starts, ends = zip(*((side.selection.period_start, side.selection.period_end) for side in pair), strict=True)
    return min(starts), max(ends)


def _obstacle(view: View, pair: tuple[Side, Side]) -> str:
    """Why the two sides may not be compared, in a sentence; empty when they may."""
    first, second = pair
    if (first.place, first.selection) == (second.place, second.selection):
        return "Choisissez deux territoires différents, ou deux périodes du même"
    if first.selection != second.selection and first.selection.period_start < second.selection.period_end:
        return "Pas de comparaison : les deux périodes se recouvrent, choisissez-en une d’un an au plus"
    if second.selection != first.selection and definitions.crosses_counting_break(*_span(pair)):
        return f"Pas de comparaison. {BREAK_NOTE.removesuffix('.')}"
    if second.selection.period_start < whole_register(view.register)[0] and second.selection != first.selection:
        return f"Pas de comparaison : le registre ne couvre pas toute la période de « {second.label} »"
    for side in pair:
        if side.row is None:
            return f"Pas de comparaison : la sélection n’a aucun établissement pour « {side.label} »"
    return ""


def _compared(pair: tuple[Side, Side], rate: str) -> dict[str, Any]:
    """One row of `differences`; without ratio and difference where one side has too little to say."""
    wanted, counted, short = RATES[rate].measure, RATES[rate].counted, RATES[rate].short
    first, second = (side.row for side in pair)
    assert first is not None  # `_obstacle` has seen to it
    assert second is not None
    row: dict[str, Any] = {"rate": labels.sentence(wanted.label), "short": short}
    row |= {"first": first[f"{rate}_value"], "second": second[f"{rate}_value"]}
    for side, held in zip(pair, (first, second), strict=True):
        state = held[f"{rate}_state"]
        if state in ("too_little", "not_reported"):
            said = f"{places.STATES[state]} pour « {side.label} »"
            return row | {"verdict": said, "reading": typeset(f"{row['rate']} : {said}.")}
    rates = [float(held[name]) for held in (first, second) for name in (counted, wanted.exposure)]
    ratio, difference = statistics.rate_ratio(*rates), statistics.rate_difference(*rates)
    difference = (difference[0] * wanted.per, difference[1] * wanted.per, difference[2] * wanted.per)
    verdict = _verdict(pair, ratio, difference)
    names = ("ratio", "ratio_low", "ratio_high", "difference", "difference_low", "difference_high")
    row |= {name: _finite(value) for name, value in zip(names, (*ratio, *difference), strict=True)}
    return row | {"verdict": verdict, "reading": typeset(_reading(pair, row, verdict, RATES[rate]))}


def _finite(value: float) -> float:
    return value if np.isfinite(value) else np.nan


def _verdict(pair: tuple[Side, Side], ratio: tuple[float, float, float], difference: tuple[float, float, float]) -> str:
    """Which rate is higher, where both intervals leave equality out; else that nothing allows to conclude."""
    if ratio[1] > 1 and difference[1] > 0:
        return f"taux plus élevé pour « {pair[0].label} »"
    if ratio[2] < 1 and difference[2] < 0:
        return f"taux plus élevé pour « {pair[1].label} »"
    return "rien ne permet de conclure"


def _reading(pair: tuple[Side, Side], row: dict[str, Any], verdict: str, rate: Rate) -> str:
    """Both rates, ratio and difference with their intervals, and what may be concluded."""
    both = ", ".join(
        f"{rate.text(row[name])} pour « {side.label} »" for name, side in zip(("first", "second"), pair, strict=True)
    )
    apart = rate.interval(row["difference_low"], row["difference_high"])
    parts = [f"rapport {_ratio_in_words(row)}", f"différence {rate.text(row['difference'])} ({apart})"]
    concluded = (
        "rien ne permet de conclure à une différence : le hasard seul peut expliquer cet écart"
        if verdict == "rien ne permet de conclure"
        else f"le taux est {verdict.removeprefix('taux ')}, au-delà de ce que le hasard seul explique"
    )
    return f"{row['rate']} : {both} ; {' ; '.join(parts)}. {labels.sentence(concluded)}."


def _ratio_in_words(row: dict[str, Any]) -> str:
    if np.isnan(row["ratio"]):
        return "incalculable, rien n’ayant été trouvé d’un côté"
    ratio, low, high = (labels.number(row[name], 2) for name in ("ratio", "ratio_low", "ratio_high"))
    return f"{ratio} (de {low} à {high})"


def _effort_notes(pair: tuple[Side, Side]) -> list[str]:
    """How much was searched on each side, the first thing that a difference of rates may come from."""
    said = [f"{_effort(side.row)} pour « {side.label} »" for side in pair if side.row is not None]
    return [f"Effort : {' ; '.join(said)}."]


def _effort(row: dict[Any, Any]) -> str:
    cells, lived = float(row["cells_searched"]), float(row["inmate_years"])
    if np.isnan(cells):
        return places.STATES["not_reported"]
    counted = labels.counted(cells, "cellule fouillée", "cellules fouillées")
    enough = lived >= definitions.LEAST_INMATE_YEARS
    return f"{counted}, soit {labels.number(cells * 100 / lived, 1)} pour 100 détenus et par an" if enough else counted
