"""Exhibits of territories: a line each with both rates, how surely they are known, and the months; never a ranking."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from portique.reading import labels, statistics
from portique.reading.definitions import Measure, measure
from portique.reading.exhibits import over_time, places
from portique.reading.exhibits.exhibit import Column, Exhibit, counting_notes, make
from portique.reading.labels import typeset
from portique.reading.questions import Answer
from portique.reading.selection import Selection
from portique.reading.view import UNNAMED_PLACE, View
from portique.register import reference

LEVELS = {level: places.LEVELS[level] for level in ("region", "disp", "department")}


@dataclass(frozen=True)
class Rate:
    """A rate of a territory: its measure, the column it counts, its exposure in short, the decimals worth reading."""

    code: str
    counted: str
    short: str
    decimals: int

    @property
    def measure(self) -> Measure:
        return measure(self.code)

    def text(self, value: float) -> str:
        """A value of the rate, or of a difference of two, in French."""
        return labels.number(value, self.decimals)

    def interval(self, low: float, high: float) -> str:
        """« de 54,7 à 56,1 »."""
        return f"de {self.text(low)} à {self.text(high)}"


RATES = {
    "detenus": Rate("phones_per_100_inmates_year", "phones", "pour 100 détenus et par an", 1),
    "cellules": Rate("phones_per_cell_searched", "searched_phones", "par cellule fouillée", 3),
}
_OF_A_RATE = ("value", "low", "high", "state")
RATE_OF_MEASURE = {rate.code: rate for rate in RATES.values()}
RATE_CHOICES = {code: labels.sentence(rate.short) for code, rate in RATES.items()}
BY = {"region": "par région", "disp": "par direction interrégionale", "department": "par département"}
DAYS_A_YEAR = 365.25

ORDER = "Ordre alphabétique, pas un classement : deux lignes dont les intervalles se recouvrent ne se départagent pas."
CHANCE = (
    "Intervalles exacts à 95 %, hasard seul : ce qui varierait si les téléphones étaient trouvés un à un et "
    "indépendamment. Ils ne le sont pas, et la vraie incertitude est plus grande."
)
EFFORT = (
    "On ne trouve que là où l’on cherche : les cellules fouillées diffèrent d’un territoire à l’autre, et le taux "
    "pour 100 détenus en dépend."
)


def ask(view: View, level: str) -> Answer:
    """The phones, searches, inmates and rates of each territory, in alphabetical order, whatever measure is chosen.

    Columns beyond those of the question: label, chosen, highlighted, in_selection, inmates (mean present),
    and for each rate value, low, high, state. Rows: the territories that have a name, or hold something.
    """
    answer = places.by_place(of_phones(view), level)
    return replace(answer, table=_with_rates(_in_order(view, answer.table, level), view.selection))


def of_phones(view: View) -> View:
    """The same view, measured in phones: what both rates are made from."""
    return replace(view, selection=view.selection.with_(measure="phones"))


def territories(view: View, answer: Answer, level: str) -> Exhibit:
    """One row per territory of the selection, in alphabetical order: counts, effort, both rates with their intervals.

    Columns beyond the displayed ones: `place`, `months` (phones of each month of the trend; nan: nothing reported).
    """
    months, monthly = _months(view, level), view.trend_months
    rows = answer.table.copy()
    rows["months"] = [months.get(place, []) for place in rows["place"]]
    rows["monthly"] = [" ; ".join(_month_in_words(value) for value in values) for values in rows["months"]]
    totals = places.totals_of(answer)
    title = f"{places.headline(of_phones(view), totals)}, {BY[level]}"
    return make(
        view,
        f"territoires-{level}",
        title=typeset(title),
        sentence=typeset(f"{title}. {_whole_in_words(answer)}"),
        measure=measure("phones"),
        table=rows,
        columns=[
            Column("label", places.ONE_PLACE[level]),
            *columns(),
            Column("monthly", f"Téléphones par mois, {_span(monthly)}"),
            *([] if rows["chosen"].all() else [Column("in_selection", "Sélectionné")]),
        ],
        answers=[answer, _ask_months(view, level)],
        left_open=places.CHOOSES[level],
        notes=[
            *typeset_all(*cut_notes(level), ORDER, *measure_notes(view), CHANCE),
            *counting_notes(totals, measure("phones")),
            *places.rate_notes(measure("phones_per_100_inmates_year"), totals),
        ],
    )


def intervals(view: View, answer: Answer, level: str, rate: str) -> Exhibit:
    """One row per territory, in alphabetical order: a rate, its interval, its state; `whole`: that of all of them."""
    wanted, short = RATES[rate].measure, RATES[rate].short
    rows = answer.table
    rows = rows.assign(**{name: rows[f"{rate}_{name}"] for name in _OF_A_RATE})
    rows["reading"] = rows["state"].map(places.STATES)
    whole, _, _, state = rate_of(whole_of(answer), rate)
    rows["whole"] = whole
    said = places.STATES[state] if np.isnan(whole) else RATES[rate].text(whole)
    title = f"{labels.sentence(wanted.label)}, {BY[level]} : {said} pour l’ensemble"
    return make(
        view,
        f"intervalles-{level}-{rate}",
        title=typeset(title),
        sentence=typeset(f"{title}. {_beyond_chance(rows, level, whole)}"),
        measure=wanted,
        table=rows,
        columns=[
            Column("label", places.ONE_PLACE[level]),
            *_rate_columns(rate),
            Column("whole", f"Ensemble, {short}", "decimal"),
            *([Column("reading", "Lecture")] if (rows["state"] != "value").any() else []),
        ],
        answers=[answer],
        left_open=places.CHOOSES[level],
        notes=typeset_all(*cut_notes(level), ORDER, CHANCE, EFFORT),
    )


def rate_of(row: dict[Any, Any], rate: str) -> tuple[float, float, float, str]:
    """A rate, the two ends of its exact interval, and its state (`places.STATES`); nan where there is none."""
    wanted, counted = RATES[rate].measure, RATES[rate].counted
    value = places.value_of(row, wanted)
    if not row["reported"]:
        return np.nan, np.nan, np.nan, "not_reported"
    if value is None:
        return np.nan, np.nan, np.nan, "too_little"
    low, high = statistics.poisson_interval(float(row[counted]), float(row[wanted.exposure]))
    return value, low * wanted.per, high * wanted.per, "value" if value else "zero"


def whole_of(answer: Answer) -> dict[Any, Any]:
    """All territories of an answer added up, chosen or not: what each of them stands beside."""
    summed = places.totals_of(replace(answer, table=answer.table.assign(chosen=True))).to_dict()
    return summed | {"reported": bool(answer.table["reported"].any())}


def typeset_all(*texts: str) -> list[str]:
    """Notes, set as French prints them."""
    return [typeset(text) for text in texts]


def columns() -> list[Column]:
    """The columns of a territory's figures, each rate with its interval beside it."""
    return [
        Column("establishments", "Établissements", "count"),
        Column("inmates", "Détenus présents (moyenne)", "count"),
        Column("cells_searched", "Cellules fouillées", "count"),
        Column("phones", "Téléphones", "count"),
        *(column for rate in RATES for column in _rate_columns(rate, rate)),
    ]


def cut_notes(level: str) -> list[str]:
    """Which cut of the country is shown, and what it must not be taken for."""
    disps, regions = (len(reference.table(name)) for name in ("disps", "regions"))
    return [
        {
            "region": "Découpage montré : les régions administratives, collectivités d’outre-mer comprises "
            f"({labels.number(regions)} dans la liste de l’INSEE).",
            "disp": "Découpage montré : les directions interrégionales de l’administration pénitentiaire, ou DISP "
            f"({labels.number(disps)}, Mission outre-mer comprise) ; chacune réunit des régions entières.",
            "department": "Découpage montré : les départements, collectivités d’outre-mer comprises.",
        }[level],
        "Régions et DISP sont deux découpages du pays : une ligne de l’un ne se compare pas à une ligne de l’autre.",
    ]


def measure_notes(view: View) -> list[str]:
    """That both rates are of phones, where another measure is chosen."""
    if view.measure.code in ("phones", *RATE_OF_MEASURE):
        return []
    return [f"Les deux taux comptent des téléphones ; la mesure choisie ({view.measure.label}) n’y change rien."]


def _rate_columns(rate: str, prefix: str = "") -> list[Column]:
    wanted, short = RATES[rate].measure, labels.sentence(RATES[rate].short)
    start = f"{prefix}_" if prefix else ""
    return [
        Column(f"{start}value", labels.sentence(wanted.label), "decimal"),
        Column(f"{start}low", typeset(f"{short} : au moins (95 %)"), "decimal"),
        Column(f"{start}high", typeset(f"{short} : au plus (95 %)"), "decimal"),
    ]


def _in_order(view: View, rows: pd.DataFrame, level: str) -> pd.DataFrame:
    held = rows[["quantity", "finds", "searches", "unallocated", "lines_left_out"]].sum(axis=1) > 0
    rows = rows[~rows["place"].isin(list(UNNAMED_PLACE)) | held]
    rows = rows.assign(
        label=[view.place_label(level, place) for place in rows["place"]],
        highlighted=rows["chosen"] & (not rows["chosen"].all()),
        in_selection=rows["chosen"].map({True: "oui", False: "non"}),
    )
    order = sorted(range(len(rows)), key=lambda i: labels.collation(rows["label"].iloc[i]))
    return rows.iloc[order].reset_index(drop=True)


def _with_rates(rows: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    years = (selection.period_end - selection.period_start).days / DAYS_A_YEAR
    rows, records = rows.assign(inmates=rows["inmate_years"].astype(float) / years), rows.to_dict("records")
    for rate in RATES:
        held = pd.DataFrame([rate_of(row, rate) for row in records], columns=list(_OF_A_RATE), index=rows.index)
        rows = rows.join(held.add_prefix(f"{rate}_"))
    return rows.assign(**{name: rows[name].where(rows["reported"]) for name in ("phones", "cells_searched")})


def _ask_months(view: View, level: str) -> Answer:
    wide = view.trend_months.without(places.CHOOSES[level]).with_(measure="phones")
    return view.ask(
        "over_time", wide, items=list(measure("phones").item_types), bin="month", series="total", level=level
    )


def _months(view: View, level: str) -> dict[str, list[float]]:
    """Territory → its phones in each month of the trend; nan where neither a find nor a search is reported."""
    rows = _ask_months(view, level).table.dropna(subset=["bin"])
    rows = rows[rows[["finds", "searches"]].notna().any(axis=1)]
    months = over_time.bins(view.trend_months, "month")
    held = rows.assign(quantity=rows["quantity"].fillna(0)).set_index(pd.DatetimeIndex(rows["bin"]))
    return {
        str(place): values["quantity"].reindex(months).astype(float).tolist() for place, values in held.groupby("place")
    }


def _month_in_words(value: float) -> str:
    return "—" if np.isnan(value) else labels.number(value)


def _span(selection: Selection) -> str:
    return labels.during(selection.period_start, selection.period_end)


def _whole_in_words(answer: Answer) -> str:
    """« Ensemble : 12,30 téléphones pour 100 détenus et par an (de 12,10 à 12,50) ; 0,45 … »."""
    whole = whole_of(answer)
    return f"Ensemble : {' ; '.join(_in_words(rate_of(whole, code), rate) for code, rate in RATES.items())}."


def _in_words(held: tuple[float, float, float, str], rate: Rate) -> str:
    value, low, high, state = held
    if state in ("too_little", "not_reported"):
        return f"{places.STATES[state]} ({rate.measure.label})"
    unit = labels.plural(value, rate.measure.singular, rate.measure.label)
    return f"{rate.text(value)} {unit} ({rate.interval(low, high)})"


def _beyond_chance(rows: pd.DataFrame, level: str, whole: float) -> str:
    """How many intervals do not hold the rate of the whole; none of it is a ranking."""
    known = rows[rows["value"].notna()]
    if known.empty or np.isnan(whole):
        return "Aucun taux ne peut être calculé."
    apart = int(((known["low"] > whole) | (known["high"] < whole)).sum())
    return (
        f"{labels.sentence(BY[level])}, {labels.number(apart)} {labels.plural(apart, 'intervalle', 'intervalles')} "
        f"sur {labels.number(len(known))} {labels.plural(apart, 'ne contient', 'ne contiennent')} pas "
        "le taux d’ensemble."
    )
