"""Exhibits of places: the map, its table, and the key figures that are its totals."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from portique.reading import definitions, labels, statistics
from portique.reading.definitions import Measure, measure
from portique.reading.exhibits.exhibit import BREAK_NOTE, Column, Exhibit, counting_notes, make
from portique.reading.questions import Answer
from portique.reading.view import UNNAMED_PLACE, View, whole_register

LEVELS = {
    "establishment": "Établissements",
    "department": "Départements",
    "region": "Régions",
    "disp": "DISP",
}
ONE_PLACE = {
    "establishment": "Établissement",
    "department": "Département",
    "region": "Région",
    "disp": "Direction interrégionale",
}

# What a place's value is: a number, a true zero, a rate on too small an exposure, or nothing reported at all.
STATES = {
    "value": "",
    "zero": "zéro",
    "too_little": "trop peu pour conclure",
    "not_reported": "non renseigné",
}

MENTIONS = {
    "named": "nommé par une source",
    "illustrative": "illustratif (démonstration)",
    "registered": "d’après le registre",
}
LEAST_FOR_PERCENT = 20
SPARKLINE_MONTHS = 24

_COUNTS = [
    "quantity",
    "open_lines",
    "unallocated",
    "lines_left_out",
    "phones",
    "mini_phones",
    "searched_phones",
    "finds",
]
_EFFORT = ["searches", "searches_with_find", "cells_searched", "unknown_searches", "establishments"]
_EXPOSURE = ["inmate_years", "observed_inmate_years"]


# The facet that chooses places of a level; a map leaves it open, so that what is chosen stands among its neighbours.
CHOOSES = {
    "establishment": "establishments",
    "department": "departments",
    "region": "regions",
    "disp": "disps",
}


def by_place(view: View, level: str = "establishment") -> Answer:
    """The one question behind the map, its table and the key figures; `chosen` marks the places of the selection."""
    asked = view.selection.without(CHOOSES[level])
    answer = view.ask("by_place", asked, level=level, within_months=view.months, **view.items)
    codes = set(getattr(view.selection, CHOOSES[level]))
    chosen = [not codes or place in codes for place in answer.table["place"]]
    return replace(answer, table=answer.table.assign(chosen=np.array(chosen, dtype=bool)))


def map_of_places(view: View, answer: Answer, level: str = "establishment") -> Exhibit:
    """One row per place of the selection that is on the map or counted: value, state, and what they rest on.

    Columns beyond the displayed ones: `place`, `state` (STATES), `mention`, `known` (named place), `highlighted`.
    """
    rows = _placed(view, answer.table, level)
    totals, title = totals_of(answer), f"{labels.sentence(view.measure.label)} par {ONE_PLACE[level].lower()}"
    return make(
        view,
        f"carte-{level}",
        title=title,
        sentence=f"{headline(view, totals)}. {_states_in_words(rows)}",
        table=rows,
        columns=[
            *_columns(view.measure, level, rows),
            *([] if rows["chosen"].all() else [Column("in_selection", "Sélectionné")]),
        ],
        answers=[answer],
        left_open=CHOOSES[level],
        notes=[*counting_notes(totals, view.measure), *rate_notes(view.measure, totals)],
    )


def _placed(view: View, table: pd.DataFrame, level: str) -> pd.DataFrame:
    """The table with what a map and a reader want of each place, in alphabetical order; made in one go, to be quick."""
    places, chosen = table["place"].tolist(), table["chosen"].to_numpy(dtype=bool)
    names = [view.place_label(level, code) for code in places]
    known = [code not in UNNAMED_PLACE for code in places]
    mentions = [view.mentions.get(code, "") if level == "establishment" else "" for code in places]
    valued = _valued(table, view.measure)
    counted = (table["quantity"] + table["finds"]).to_numpy() > 0
    kept = [rank for rank in range(len(places)) if known[rank] or counted[rank]]
    kept.sort(key=lambda rank: labels.collation(names[rank]))
    columns = valued | {
        "label": np.array(names, dtype=object),
        "known": np.array(known),
        "mention": np.array(mentions, dtype=object),
        "belongs": np.array([MENTIONS.get(mention, "—") for mention in mentions], dtype=object),
        "reading": np.array([STATES[state] for state in valued["state"]], dtype=object),
        "highlighted": chosen & (not chosen.all()),
        "in_selection": np.where(chosen, "oui", "non"),
    }
    told = pd.DataFrame({name: column[kept] for name, column in columns.items()})
    return pd.concat([table.take(kept).reset_index(drop=True), told], axis="columns")


def _states_in_words(rows: pd.DataFrame) -> str:
    """« 60 avec une valeur, 4 à zéro, 2 non renseignés. »: how many places are in each state."""
    words = {
        "value": "avec une valeur",
        "zero": "à zéro",
        "too_little": "avec trop peu pour conclure",
        "not_reported": "non renseignés",
    }
    held = rows["state"].value_counts()
    return ", ".join(f"{labels.number(held[state])} {text}" for state, text in words.items() if state in held) + "."


def recent_searches(view: View, rows: int) -> Exhibit:
    """One row per search of the selection, the latest first, at most `rows`: day, kind, cells, phones, items."""
    answer = view.ask("recent_searches", rows=rows)
    held = answer.table.assign(
        day=[labels.short_day(day) for day in answer.table["searched_on"]],
        kind=[labels.sentence(view.label("search_kinds", code)) for code in answer.table["search_kind"]],
        cells=answer.table["cells_searched"].astype(float),
    )
    title = "Dernières fouilles de la sélection"
    return make(
        view,
        "dernieres-fouilles",
        title=title,
        sentence=f"{title} : {labels.counted(len(held), 'fouille montrée', 'fouilles montrées')}.",
        measure=measure("cells_searched"),
        table=held,
        columns=(
            Column("day", "Jour"),
            Column("kind", "Nature"),
            Column("cells", "Cellules", "count"),
            Column("phones", "Téléphones", "count"),
        ),
        answers=[answer],
    )


def totals_of(answer: Answer) -> "pd.Series[float]":
    """The chosen places added up: counts, search effort and exposures of the whole selection."""
    added, chosen = [*_COUNTS, *_EFFORT, *_EXPOSURE], answer.table["chosen"].to_numpy(dtype=bool)
    values = answer.table[added].to_numpy(dtype=float, na_value=np.nan)[chosen]
    return pd.Series(np.nansum(values, axis=0), index=added)


def headline(view: View, totals: "pd.Series[float]") -> str:
    """« En 2025, au moins 27 005 téléphones saisis dans 66 établissements »."""
    value, selection = value_of(totals, view.measure), view.selection
    when = labels.sentence(labels.during(selection.period_start, selection.period_end))
    establishments = int(totals["establishments"])
    where = f"dans {labels.counted(establishments, 'établissement', 'établissements')}"
    if not _reported(totals):
        return f"{when}, rien n’est renseigné {where}"
    if view.measure.is_rate:
        shown = "trop peu pour calculer" if value is None else labels.number(value, 2)
        unit = view.measure.label if value is None or value >= 2 else view.measure.singular
        return f"{when}, {shown}{labels.WIDE}{unit} {where}"
    amount = labels.counted(
        value or 0,
        view.measure.singular,
        view.measure.label,
        at_least=bool(_open_ended(totals, view.measure)),
    )
    return f"{when}, {amount} {_participle(view.measure, value or 0)}{where}"


def value_of(totals: "pd.Series[float] | dict[Any, Any]", wanted: Measure) -> float | None:
    """The value of a measure from totals; None for a rate whose exposure is too small."""
    if not wanted.is_rate:
        return float(totals[wanted.column])
    exposure = float(totals[wanted.exposure])
    return float(totals[_numerator(wanted)]) * wanted.per / exposure if exposure >= wanted.least_exposure else None


def key_figures(view: View, answer: Answer, trend: Exhibit) -> Exhibit:
    """Four rows: the measure, mini-phones (or phones), cells searched, phones per cell searched.

    Columns: value, its text, the previous equal period's value, the change in words; `months`: the values of the
    trend's months for a sparkline, empty where the trend does not hold that measure.
    """
    previous, totals = earlier_totals(view), totals_of(answer)
    rows = [_key_figure(view, code, totals, previous, trend) for code in _key_measures(view.measure)]
    text = " ; ".join(f"{row['label']} : {row['text']}" for row in rows)
    answers = [answer] if previous is None else [answer, previous[1]]
    return make(
        view,
        "chiffres-cles",
        title=headline(view, totals),
        sentence=f"{headline(view, totals)}. {text}.",
        table=pd.DataFrame(rows),
        columns=(
            Column("label", "Mesure"),
            Column("value", "Valeur", "decimal"),
            Column("previous", "Période précédente", "decimal"),
            Column("evolution", "Évolution", "percent"),
            Column("detail", "Précision"),
        ),
        answers=answers,
        notes=[
            *counting_notes(totals, view.measure),
            f"Comparaison : {_comparison(view, previous is not None)}.",
            *([BREAK_NOTE] if previous is not None and _crosses(view) else []),
        ],
    )


def _key_measures(chosen: Measure) -> list[str]:
    first = chosen.code if chosen.column in ("quantity", "finds") and not chosen.is_rate else "phones"
    second = "phones" if first == "mini_phones" else "mini_phones"
    return [first, second, "cells_searched", "phones_per_cell_searched"]


def _key_figure(
    view: View,
    code: str,
    totals: "pd.Series[float]",
    previous: "tuple[pd.Series[float], Answer] | None",
    trend: Exhibit,
) -> dict[str, object]:
    shown = measure(code)
    value = _figure(totals, shown)
    old = None if previous is None else _figure(previous[0], shown)
    return {
        "label": shown.label,
        "value": value,
        "text": "—" if value is None else labels.number(value, 2 if shown.is_rate else 0),
        "previous": old,
        "evolution": evolution(value, old, least=0 if shown.is_rate else LEAST_FOR_PERCENT),
        "change": change_in_words(value, old, decimals=2 if shown.is_rate else 0),
        "detail": _detail(shown, totals),
        "at_least": code == view.measure.code and bool(_open_ended(totals, shown)),
        "months": _months(trend, code),
    }


def _months(trend: Exhibit, code: str) -> list[float]:
    column = "value" if code == trend.measure.code else "quantity" if code == trend.measure.counted.code else code
    if column not in trend.table:
        return []
    return trend.table[column].tail(SPARKLINE_MONTHS).to_numpy(dtype=float, na_value=np.nan).tolist()


def _reported(totals: "pd.Series[float]") -> bool:
    """Whether the register holds a search or a find at all: without one, nothing is known and nothing is zero."""
    return bool(totals["searches"] or totals["finds"])


def _figure(totals: "pd.Series[float]", shown: Measure) -> float | None:
    """A key figure, None where nothing is reported; phones and mini-phones stand in every answer."""
    if not _reported(totals):
        return None
    return float(totals[shown.code]) if shown.code in ("phones", "mini_phones") else value_of(totals, shown)


def _detail(shown: Measure, totals: "pd.Series[float]") -> str:
    if not _reported(totals):
        return "non renseigné"
    if shown.code == "cells_searched":
        unknown = labels.number(totals["unknown_searches"])
        searches = labels.counted(totals["searches"], "fouille", "fouilles")
        return f"{searches}, dont {unknown} au nombre de cellules inconnu"
    if shown.code == "phones_per_cell_searched" and totals["cells_searched"] >= shown.least_exposure:
        low, high = statistics.poisson_interval(totals["searched_phones"], totals["cells_searched"])
        return f"intervalle à 95 % : {labels.number(low, 2)} à {labels.number(high, 2)} (hasard seul)"
    return ""


def evolution(value: float | None, old: float | None, least: float) -> float | None:
    """The change as a share of the earlier value; None without one, or below the least that a percentage needs."""
    return value / old - 1 if value is not None and old and old >= least else None


def change_in_words(value: float | None, old: float | None, decimals: int = 0) -> str:
    """« +31 % », or « contre 3 » where the earlier count is too small for a percentage; empty without comparison."""
    if value is None or old is None:
        return ""
    change = evolution(value, old, least=0 if decimals else LEAST_FOR_PERCENT)
    if change is not None:
        return labels.signed_percent(change)
    return "" if decimals else f"contre {labels.number(old)}"


def earlier_totals(view: View) -> "tuple[pd.Series[float], Answer] | None":
    """The totals of the previous equal period, if the register covers it whole."""
    earlier = view.selection.previous()
    if earlier.period_start < whole_register(view.register)[0]:
        return None
    answer = view.ask("by_place", earlier, level="all", within_months=view.months, **view.items)
    return answer.table.iloc[0], answer


def _crosses(view: View) -> bool:
    earlier = view.selection.previous()
    return definitions.crosses_counting_break(earlier.period_start, view.selection.period_end)


def _comparison(view: View, comparable: bool) -> str:
    earlier = view.selection.previous()
    words = labels.period(earlier.period_start, earlier.period_end)
    if comparable:
        return f"avec la période précédente de même durée ({words})"
    return f"aucune, le registre ne couvre pas toute la période précédente ({words})"


def _numerator(wanted: Measure) -> str:
    return "searched_phones" if wanted.column == "searched_quantity" else wanted.column


def _valued(table: pd.DataFrame, wanted: Measure) -> dict[str, Any]:
    """`value`, `state` and `rate_per_cell`: zero, too little exposure and nothing reported are three things."""
    reported, per_cell = table["reported"].to_numpy(dtype=bool), measure("phones_per_cell_searched")
    if wanted.is_rate:
        values = _rate(table, _numerator(wanted), wanted)
        enough = ~np.isnan(values)
    else:
        values, enough = table[wanted.column].to_numpy(dtype=float), np.full(len(table), True)
    values = np.where(reported, values, np.nan)
    states = np.select([~reported, ~enough, values == 0], ["not_reported", "too_little", "zero"], "value")
    return {"value": values, "state": states.astype(object), "rate_per_cell": _rate(table, "searched_phones", per_cell)}


def _rate(table: pd.DataFrame, numerator: str, wanted: Measure) -> "np.ndarray[Any, Any]":
    """A rate per place, null where the exposure is too small."""
    exposure = table[wanted.exposure].to_numpy(dtype=float, na_value=0.0)
    exposure = np.where(exposure >= wanted.least_exposure, exposure, np.nan)
    rates: np.ndarray[Any, Any] = table[numerator].to_numpy(dtype=float) * wanted.per / exposure
    return rates


def _columns(wanted: Measure, level: str, rows: pd.DataFrame) -> Sequence[Column]:
    value = Column("value", labels.sentence(wanted.label), "decimal" if wanted.is_rate else "count")
    reading = [Column("reading", "Lecture")] if (rows["state"] != "value").any() else []
    belongs = [Column("belongs", "Prison Break")] if level == "establishment" else []
    grouped = [] if level == "establishment" else [Column("establishments", "Établissements", "count")]
    others = [
        Column("mini_phones", "Mini-téléphones", "count"),
        Column("finds", "Saisies", "count"),
        Column("searches", "Fouilles", "count"),
        Column("cells_searched", "Cellules fouillées", "count"),
        Column("rate_per_cell", "Téléphones par cellule fouillée", "decimal"),
    ]
    distinct = [column for column in others if column.label != value.label]
    return [Column("label", ONE_PLACE[level]), *grouped, value, *reading, *distinct, *belongs]


def rate_notes(wanted: Measure, totals: "pd.Series[float]") -> list[str]:
    """What the inmates of a rate rest on; nothing for a measure that does not divide by them."""
    if wanted.exposure != "inmate_years":
        return []
    lived = totals["inmate_years"]
    if not lived:
        return [f"Exposition : {labels.BASIS_UNKNOWN}."]
    observed = labels.percent(totals["observed_inmate_years"] / lived)
    return [f"Exposition : {observed} d’effectifs mensuels observés, le reste interpolé ou reporté."]


def _open_ended(totals: "pd.Series[float]", wanted: Measure) -> float:
    return float(totals["open_lines"]) if wanted.column == "quantity" else 0.0


def _participle(wanted: Measure, count: float) -> str:
    """« saisis », agreeing; nothing where the measure's own word says it."""
    if wanted.column != "quantity":
        return ""
    return "saisi " if abs(count) < 2 else "saisis "
