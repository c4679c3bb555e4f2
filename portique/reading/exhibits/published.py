"""Exhibits of published figures: never added to, nor drawn with, what a register holds."""

from datetime import date, timedelta
from typing import Any

import pandas as pd

from portique.reading import labels
from portique.reading.definitions import EACH_ITS_OWN
from portique.reading.exhibits.exhibit import Column, Exhibit, each
from portique.reading.view import View
from portique.register import reference

QUALIFIERS = {"exact": "", "about": "environ ", "more_than": "plus de ", "at_least": "au moins "}
UNITS = {  # the units of data/published_figures.csv: singular, plural
    "phones": ("téléphone", "téléphones"),
    "items": ("objet", "objets"),
    "persons": ("personne", "personnes"),
    "cells": ("cellule", "cellules"),
    "grams": ("gramme", "grammes"),
    "finds": ("découverte", "découvertes"),
    "establishments": ("établissement", "établissements"),
    "incidents": ("incident", "incidents"),
    "devices": ("appareil", "appareils"),
    "EUR": ("euro", "euros"),
    "deliveries": ("livraison", "livraisons"),
    "percent": ("%", "%"),
    "mm": ("mm", "mm"),
    "parcels": ("colis", "colis"),
    "objects": ("objet", "objets"),
    "offices": ("parquet", "parquets"),
    "premises": ("local", "locaux"),
    "phones/day": ("téléphone par jour", "téléphones par jour"),
    "incidents/month": ("incident par mois", "incidents par mois"),
    "items/month": ("objet par mois", "objets par mois"),
    "phones/month": ("téléphone par mois", "téléphones par mois"),
}
CLAIMS = ("phones_estimated_in_circulation", "phones_sold", "mini_phones_seized", "phones_seized_in_storage")
# What sources say of an establishment in the operation; a picture's caption (« illustrative ») says nothing of it.
SAID = {"named": "cité par une source", "not_concerned": "non concerné, selon une source"}
NOT_SAID = "non cité par les sources"
OCCUPANCY_DAY = date(2026, 7, 1)  # the day of the capacities and inmates of data/establishments.csv
CLAIM_WORDS = {
    "phones_estimated_in_circulation": "En circulation (estimation)",
    "phones_sold": "Vendus (affirmation de presse)",
    "mini_phones_seized": "Mini-téléphones saisis en détention",
    "phones_seized_in_storage": "Saisis dans un local de stockage",
}


def claims(view: View) -> Exhibit:
    """One row per published figure on what Oportik sold, what circulates, and what was seized on 20 May 2025."""
    figures = reference.table("published_figures")
    about = figures["scope"].isin(["Opération Prison Break", "Oportik"]) & figures["measure"].isin(CLAIMS)
    rows = (
        figures[about]
        .assign(position=lambda held: held["measure"].map(CLAIMS.index))
        .sort_values(["position", "preferred", "figure_id"], ascending=[True, False, True])
    )
    title = "« Environ 5 000 » : vendus ou en circulation selon les sources, jamais saisis"
    return _published(
        view,
        "affirmations-publiees",
        title=title,
        sentence="Environ 5 000 mini-téléphones sont dits vendus ou en circulation ; 88 ont été saisis le 20 mai 2025.",
        rows=rows.assign(what=rows["measure"].map(CLAIM_WORDS)),
    )


def about_establishment(view: View, establishment: str) -> Exhibit:
    """One row per published figure or mention of one establishment, in the order of time."""
    figures = reference.table("published_figures")
    rows = figures[figures["establishment_id"] == establishment].sort_values("period_start")
    name = view.place_label("establishment", establishment)
    title = f"Ce que les sources publient sur {name}"
    return _published(
        view,
        f"publie-{establishment}",
        title=title,
        sentence=title + ".",
        rows=rows.assign(what=rows["definition_note"]),
    )


def identity(view: View, establishment: str) -> Exhibit:
    """One row per fact of an establishment: kind, place, capacity, inmates, occupancy, and whether sources name it."""
    row = view.establishments.loc[establishment]
    facts = reference.table("establishments").set_index("establishment_id").loc[establishment]
    return Exhibit(
        key=f"fiche-{establishment}",
        title=str(row["name"]),
        sentence=f"{row['name']}, {row['commune']}.",
        measure=EACH_ITS_OWN,
        status="published",
        period=(OCCUPANCY_DAY, OCCUPANCY_DAY + timedelta(days=1)),
        scope=f"{row['commune']} ({row['department_code']})",
        source="ministère de la Justice, statistique mensuelle du 1er juillet 2026",
        register=None,
        link=view.link,
        table=pd.DataFrame(_identity(row), columns=["what", "words"]),
        columns=(Column("what", "Ce qui est dit"), Column("words", "Valeur")),
        notes=() if facts["coordinate_precision"] == "site" else ("Placé sur la carte à la commune ou à la rue près.",),
    )


def _identity(row: Any) -> list[tuple[str, str]]:
    capacity, inmates = row["operational_capacity"], row["inmates"]
    known = not pd.isna(inmates)
    facts = [
        ("Type", labels.sentence(reference.labels("establishment_kinds", "kind")[row["kind"]])),
        ("Capacité", labels.counted(capacity, "place", "places") if capacity else "non publiée"),
        ("Détenus", labels.number(inmates) if known else "non publiés (secret statistique)"),
    ]
    if known and capacity:
        facts.append(("Occupation", labels.percent(inmates / capacity)))
    said = mentions(str(row.name))
    operation = said.loc[said["operation"] == "prison_break", "mention"]
    return [*facts, ("Prison Break", SAID.get(operation.iloc[0], NOT_SAID) if len(operation) else NOT_SAID)]


def mentions(establishment: str) -> pd.DataFrame:
    """What sources say of an establishment in an operation: rows of `data/operation_establishments.csv`."""
    rows = reference.table("operation_establishments")
    return rows[rows["establishment_id"] == establishment]


def value_in_words(value: float, unit: str, qualifier: str) -> str:
    """« environ 5 000 téléphones », « 88 téléphones », « plus de 70 000 EUR »."""
    one, many = UNITS[unit]
    decimals = 0 if float(value).is_integer() else 1
    return f"{QUALIFIERS[qualifier]}{labels.number(value, decimals)}{labels.WIDE}{labels.plural(value, one, many)}"


def _published(view: View, key: str, *, title: str, sentence: str, rows: pd.DataFrame) -> Exhibit:
    table = pd.DataFrame(
        {
            "what": rows["what"],
            "words": [value_in_words(row.value, row.unit, row.qualifier) for row in each(rows)],
            "when": [_when(row.period_start, row.period_end) for row in each(rows)],
            "definition": rows["definition_note"],
            "publisher": rows["source_publisher"],
            "url": rows["source_url"],
        }
    )
    return Exhibit(
        key=key,
        title=title,
        sentence=sentence,
        measure=EACH_ITS_OWN,
        status="published",
        period=_span(view, rows),
        scope="chacun avec sa définition et sa source",
        source="voir chaque ligne",
        register=None,
        link=view.link,
        table=table.reset_index(drop=True),
        columns=(
            Column("what", "Ce qui est compté"),
            Column("words", "Chiffre publié"),
            Column("when", "Période"),
            Column("definition", "Définition"),
            Column("publisher", "Éditeur"),
            Column("url", "Source", "link"),
        ),
    )


def _span(view: View, rows: pd.DataFrame) -> tuple[date, date]:
    """From the first day that a row speaks of to the last; the selection's where no row says."""
    starts, ends = rows["period_start"].dropna(), rows["period_end"].dropna()
    if starts.empty or ends.empty:
        return view.selection.period_start, view.selection.period_end
    return starts.min().date(), ends.max().date()


def _when(start: pd.Timestamp, end: pd.Timestamp) -> str:
    if pd.isna(start) or pd.isna(end):
        return "non précisée"
    return labels.period(start.date(), end.date())
