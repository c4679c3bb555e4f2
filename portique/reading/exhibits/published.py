"""Exhibits of published figures: never added to, nor drawn with, what a register holds."""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

import pandas as pd

from portique.reading import labels
from portique.reading.definitions import EACH_ITS_OWN, Measure, Status, crosses_counting_break
from portique.reading.exhibits.exhibit import BREAK_NOTE, Column, Exhibit, each
from portique.reading.view import View
from portique.register import reference

# The columns that lead a row to its source, and, for a figure, to its permanent link.
SOURCE_COLUMNS = (Column("source_publisher", "Éditeur"), Column("source_url", "Source", "link"))
FIGURE_COLUMNS = (Column("figure_id", "Identifiant"), *SOURCE_COLUMNS)

QUALIFIERS = {"exact": "", "about": "environ ", "more_than": "plus de ", "at_least": "au moins "}
CLAIMS = ("phones_estimated_in_circulation", "phones_sold", "mini_phones_seized", "phones_seized_in_storage")
# What sources say of an establishment in the operation; a picture's caption (« illustrative ») says nothing of it.
SAID = {"named": "cité par une source", "not_concerned": "non concerné, selon une source"}
NOT_SAID = "non cité par les sources"
COMPILED = (date(2026, 11, 23), date(2026, 11, 24))  # the day when the published figures of data/ were compiled
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
    known = reference.table("establishments").set_index("establishment_id")
    if establishment not in known.index:
        return _added(view, row)
    facts = known.loc[establishment]
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


def _added(view: View, row: Any) -> Exhibit:
    """The same of an establishment that only the register has: nothing is published of it."""
    register = view.reader.register
    kind = reference.labels("establishment_kinds", "kind")[row["kind"]]
    told = [("Type", labels.sentence(kind)), ("Capacité", "non connue"), ("Détenus", "non connus")]
    return Exhibit(
        key=f"fiche-{row.name}",
        title=str(row["name"]),
        sentence=f"{row['name']}, {row['commune']}.",
        measure=EACH_ITS_OWN,
        status="registered",
        period=(view.selection.period_start, view.selection.period_end),
        scope=f"{row['commune']} ({row['department_code']})",
        source="registre",
        register=register,
        link=view.link,
        table=pd.DataFrame(told, columns=["what", "words"]),
        columns=(Column("what", "Ce qui est dit"), Column("words", "Valeur")),
        notes=("Établissement ajouté par un import : compté, mais sans place sur la carte.",),
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
    one, many = units()[unit]
    decimals = 0 if float(value).is_integer() else 1
    space = labels.THIN if one == "%" else labels.WIDE
    return f"{QUALIFIERS[qualifier]}{labels.number(value, decimals)}{space}{labels.plural(value, one, many)}"


@cache
def units() -> dict[str, tuple[str, str]]:
    """The units of published figures: code → singular and plural."""
    rows = reference.table("published_units")
    return {row.unit: (row.singular, row.plural) for row in each(rows)}


def publish(
    view: View,
    key: str,
    *,
    title: str,
    table: pd.DataFrame,
    columns: tuple[Column, ...],
    period: tuple[date, date],
    scope: str = "chacun avec sa définition et sa source",
    source: str = "voir chaque ligne",
    measure: Measure = EACH_ITS_OWN,
    status: Status = "published",
    notes: tuple[str, ...] = (),
) -> Exhibit:
    """An exhibit of published facts, its words typeset; its texts say the counting change where it crosses it."""
    if crosses_counting_break(*period):
        notes = (*notes, BREAK_NOTE)
    texts = [column.name for column in columns if column.kind == "text"]
    title = labels.typeset(title)
    return Exhibit(
        key=key,
        title=title,
        sentence=f"{title}.",
        measure=measure,
        status=status,
        period=period,
        scope=labels.typeset(scope),
        source=labels.typeset(source),
        register=None,
        link=view.link,
        table=table.assign(**{name: table[name].map(_typeset) for name in texts}).reset_index(drop=True),
        columns=tuple(replace(column, label=labels.typeset(column.label)) for column in columns),
        notes=tuple(labels.typeset(note) for note in notes),
    )


def _typeset(value: Any) -> Any:
    return labels.typeset(value) if isinstance(value, str) else value


def _published(view: View, key: str, *, title: str, sentence: str, rows: pd.DataFrame) -> Exhibit:
    table = pd.DataFrame(
        {
            "what": rows["what"],
            "words": [value_in_words(row.value, row.unit, row.qualifier) for row in each(rows)],
            "when": [when(row.period_start, row.period_end) for row in each(rows)],
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
        period=span(rows, (view.selection.period_start, view.selection.period_end)),
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


def span(rows: pd.DataFrame, otherwise: tuple[date, date] = COMPILED) -> tuple[date, date]:
    """From the first day that a row speaks of to the last; another period where no row says."""
    starts, ends = rows["period_start"].dropna(), rows["period_end"].dropna()
    if starts.empty or ends.empty:
        return otherwise
    return starts.min().date(), ends.max().date()


def when(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """The half-open period of a figure in words."""
    if pd.isna(start) or pd.isna(end):
        return "non précisée"
    return labels.period(start.date(), end.date())
