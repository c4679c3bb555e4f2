"""Exhibits of published series: what the country counts year by year, drones, and running totals of campaigns."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from portique.reading import labels
from portique.reading.definitions import COUNTING_BREAK, measure
from portique.reading.exhibits.exhibit import Column, Exhibit, each
from portique.reading.exhibits.figures import usable
from portique.reading.exhibits.published import FIGURE_COLUMNS, QUALIFIERS, publish, span
from portique.reading.view import View
from portique.register import reference

COUNTRY = "France"
YEARS = range(2007, 2026)  # from the first published year to the last that was over when data/ was compiled
DRONES = {"drone_deliveries": "livraisons", "drone_overflights": "survols"}
SERIES_COLUMNS = (
    Column("name", "Année"),
    Column("amount", "Valeur", "count"),
    Column("words", "Chiffre publié"),
    Column("qualified", "Précision"),
    Column("side", "Comptage"),
    Column("note", "Réserve"),
    Column("others", "Autres valeurs publiées"),
    Column("partial", "Publié pour une partie de l’année"),
    Column("definition_note", "Ce que la source dit compter"),
    *FIGURE_COLUMNS,
)
KEPT = ("amount", "qualifier", "qualified", "definition_note", "note", "figure_id", "source_publisher", "source_url")


def series(view: View) -> Exhibit:
    """One row per year from 2007: phones and accessories of the country; `amount` is missing where none is known."""
    counted = measure("phones_and_accessories")
    table = _yearly("phones_and_accessories_seized", YEARS)
    known = table.dropna(subset=["amount"])
    before, after = known[known["before"]].iloc[-1], known[~known["before"]].iloc[-1]
    missing = table.loc[table["amount"].isna(), "name"].tolist()
    return publish(
        view,
        "serie-nationale",
        title=(
            f"Téléphones et accessoires : {before['words']} en {before['name']}, {after['words']} en {after['name']} "
            f"sous un autre comptage ; {len(missing)} années sur {len(table)} sans chiffre publié"
        ),
        table=table,
        columns=SERIES_COLUMNS,
        period=(date(YEARS.start, 1, 1), date(YEARS.stop, 1, 1)),
        scope=COUNTRY,
        measure=counted,
        notes=(
            f"Aucun total annuel trouvé pour {labels.listed(missing, most=len(missing))} : la place reste vide. "
            "Un trimestre ou un semestre publié n’est pas dessiné comme une année.",
            *_partial(table),
            "Ce ne sont pas des téléphones seuls : chargeurs, cartes SIM et câbles sont comptés avec eux.",
        ),
    )


def phones_alone(view: View) -> Exhibit:
    """One row per national figure of phones without accessories: too few, and too different, for a series."""
    rows = usable()
    held = rows[rows["measure"].eq("phones_seized") & rows["scope"].eq(COUNTRY)]
    count = labels.counted(len(held), "chiffre", "chiffres")
    return publish(
        view,
        "telephones-seuls",
        title=f"Téléphones seuls : {count} pour toute la France, qui ne forment pas une série",
        table=held,
        columns=(
            Column("words", "Chiffre publié"),
            Column("when", "Période"),
            Column("definition_note", "Ce que la source dit compter"),
            Column("note", "Réserve"),
            *FIGURE_COLUMNS,
        ),
        period=span(held),
        scope=COUNTRY,
        measure=measure("phones"),
        notes=("Ces chiffres ne se placent pas sur la courbe des téléphones et accessoires.",),
    )


def drones(view: View) -> Exhibit:
    """One row per year and per thing: deliveries by drone, then overflights, which are not deliveries."""
    rows = usable()
    held = rows[rows["measure"].isin(DRONES) & rows["scope"].eq(COUNTRY)]
    years = range(int(held["period_start"].dt.year.min()), YEARS.stop)
    parts = [
        _yearly(code, years, name).assign(series=code, thing=labels.sentence(name)) for code, name in DRONES.items()
    ]
    table = pd.concat(parts, ignore_index=True)
    known = table.dropna(subset=["amount"])
    both = [str(name) for name, rows_of in known.groupby("name") if len(rows_of) == len(DRONES)]
    said = ", ".join(known.loc[known["name"] == both[-1], "words"])
    return publish(
        view,
        "drones",
        title=f"Drones en {both[-1]} : {said} ; voir un drone n’est pas recevoir une livraison",
        table=table,
        columns=(Column("thing", "Ce qui est compté"), *SERIES_COLUMNS),
        period=(date(years.start, 1, 1), date(years.stop, 1, 1)),
        scope=COUNTRY,
        notes=(
            "Livraisons et survols sont deux décomptes : ils ne s’additionnent pas et n’ont pas la même échelle.",
            *_partial(table),
        ),
    )


def running_totals(view: View) -> Exhibit:
    """One row per published state of the Fouilles XXL, in the order of time: each holds those before it."""
    rows = usable()
    held = rows[
        rows["scope"].eq(_name("fouilles_xxl")) & rows["measure"].eq("phones_seized") & rows["preferred"].astype(bool)
    ]
    held = held.sort_values("period_end")
    table = held.assign(
        last_day=held["period_end"] - pd.Timedelta(days=1),
        until=[f"au {labels.day((end - pd.Timedelta(days=1)).date())}" for end in held["period_end"]],
    )
    last = table.iloc[-1]
    return publish(
        view,
        "bilans-fouilles-xxl",
        title=f"{_name('fouilles_xxl')} : {last['words']} {last['until']} ; chaque bilan contient les précédents",
        table=table,
        columns=(
            Column("until", "Bilan"),
            Column("amount", "Valeur", "count"),
            Column("words", "Téléphones depuis le début"),
            Column("qualified", "Précision"),
            Column("definition_note", "Ce que la source dit compter"),
            *FIGURE_COLUMNS,
        ),
        period=span(held),
        scope=_name("fouilles_xxl"),
        measure=measure("phones"),
        notes=("Ces bilans sont cumulés depuis le premier jour : ils ne s’additionnent jamais.",),
    )


def campaigns(view: View) -> Exhibit:
    """One row per other figure of a campaign: Fouilles XXL, « Cellule nette », the pilots of « zéro portable »."""
    rows = usable()
    campaign = rows["scope_kind"].eq("operation") | (rows["scope_kind"].eq("national") & rows["scope"].ne(COUNTRY))
    told = rows["figure_id"].isin(running_totals(view).table["figure_id"])
    held = rows[campaign & rows["preferred"].astype(bool) & ~told & ~rows["scope"].eq(_name("prison_break"))]
    names = list(dict.fromkeys(held["scope"]))
    return publish(
        view,
        "campagnes",
        title=f"{labels.counted(len(held), 'autre chiffre', 'autres chiffres')} sur {len(names)} campagnes",
        table=held,
        columns=(
            Column("scope", "Campagne"),
            Column("what", "Mesure"),
            Column("words", "Chiffre publié"),
            Column("when", "Période"),
            Column("definition_note", "Ce que la source dit compter"),
            *FIGURE_COLUMNS,
        ),
        period=span(held),
        scope=" · ".join(names),
        notes=("Plusieurs bilans d’une même campagne sont cumulés : le plus récent contient les autres.",),
    )


def _name(operation: str) -> str:
    return reference.labels("operations", "operation")[operation]


@cache
def _yearly(code: str, years: range, noun: str = "") -> pd.DataFrame:
    """One row per year: the value to quote for the whole year, the others in words, and what a part of it had.

    `bin` is its first day, `amount` missing without a figure, `before` whether it ended before the counting change,
    `short` its words without the `noun`. Do not modify it.
    """
    rows = usable()
    held = rows[rows["measure"].eq(code) & rows["scope"].eq(COUNTRY)]
    return pd.DataFrame([_year(held, year, noun) for year in years])


def _year(held: pd.DataFrame, year: int, noun: str) -> dict[str, Any]:
    start, end = pd.Timestamp(year, 1, 1), pd.Timestamp(year + 1, 1, 1)
    whole = held[held["period_start"].eq(start) & held["period_end"].eq(end)]
    parts = held[held["period_start"].dt.year.eq(year) & ~held["figure_id"].isin(whole["figure_id"])]
    quoted, others = whole[whole["preferred"].astype(bool)], whole[~whole["preferred"].astype(bool)]
    row: dict[str, Any] = {"bin": start, "name": str(year), "before": end.date() <= COUNTING_BREAK}
    row["side"] = f"{'avant' if row['before'] else 'depuis'} le {labels.day(COUNTING_BREAK)}"
    row["others"] = _said(f"{other.words} ({other.figure_id})" for other in each(others))
    row["partial"] = _said(f"{part.words} ({part.when}, {part.figure_id})" for part in each(parts) if part.preferred)
    if quoted.empty:
        return row | dict.fromkeys(KEPT) | {"amount": float("nan"), "short": "", "words": "non publié"}
    first = quoted.iloc[0]
    short = f"{QUALIFIERS[first['qualifier']]}{labels.number(first['amount'])}"
    return row | {name: first[name] for name in KEPT} | {"short": short, "words": f"{short} {noun}".strip()}


def _partial(table: pd.DataFrame) -> list[str]:
    """What is published for a part of a year, as a note; none when nothing is."""
    held = table["partial"].dropna().tolist()
    return [f"Pour une partie de l’année, non dessiné : {' ; '.join(held)}."] if held else []


def _said(texts: Iterable[str]) -> str | None:
    return " ; ".join(texts) or None
