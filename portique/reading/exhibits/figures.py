"""Exhibits of all published figures: the usable ones by fact, one of them by its name, and the unusable ones apart."""

from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from portique.errors import ReferenceDataError
from portique.reading import labels
from portique.reading.exhibits.exhibit import Column, Exhibit, each
from portique.reading.exhibits.published import COMPILED, publish, span, value_in_words, when
from portique.reading.view import View
from portique.register import reference

PAGE = "chiffres-publies"
# The columns that make two figures two values of one fact.
FACT = ["scope_kind", "scope", "establishment_id", "period_start", "period_end", "measure", "unit"]
SCOPES = ("national", "operation", "supplier", "disp", "region", "establishment")  # in the order of display
CONFIDENCE = {  # from the most direct source on
    "official": "source officielle",
    "press_citing_official": "presse citant une source officielle",
    "press": "presse",
}
CHECKED = {  # from the best verified on
    "confirmed": "retrouvé à la seconde lecture",
    "added_2026_11_23": "ajouté à la seconde lecture",
    "period_or_definition_corrected": "retrouvé à la seconde lecture, période ou définition corrigée",
    "confirmed_elsewhere": "page non retrouvée, fait retrouvé dans une autre source",
    "not_checked": "lu une seule fois",
    "not_found": "non retrouvé à la seconde lecture",
    "contradicted": "démenti à la seconde lecture",
}
EXACTNESS = {  # from the most precise on
    "exact": "nombre exact",
    "about": "nombre arrondi",
    "more_than": "borne, pas un nombre",
    "at_least": "borne, pas un nombre",
}
# What tells two values of a fact apart: column, its codes from best to worst, the words for worse and for better.
CRITERIA: tuple[tuple[str, dict[str, int], str, str], ...] = (
    ("qualifier", {"exact": 0, "about": 1, "more_than": 2, "at_least": 2}, "moins précise", "plus précise"),
    ("confidence", {code: rank for rank, code in enumerate(CONFIDENCE)}, "source moins directe", "source plus directe"),
    ("checked", {code: rank for rank, code in enumerate(CHECKED)}, "moins bien vérifiée", "mieux vérifiée"),
)
UNUSABLE = "inutilisable"
STANDINGS = {
    "only": "seule valeur trouvée",
    "preferred": "valeur à citer",
    "other": "autre valeur du même fait",
    "unadvised": "à ne citer qu’avec réserve",
}
COLUMNS = (
    Column("figure_id", "Identifiant"),
    Column("where", "Lieu ou champ"),
    Column("what", "Mesure"),
    Column("words", "Chiffre publié"),
    Column("amount", "Valeur", "decimal"),
    Column("qualified", "Précision"),
    Column("when", "Période"),
    Column("definition_note", "Ce que la source dit compter"),
    Column("standing_words", "À citer ?"),
    Column("reason", "Pourquoi"),
    Column("trust", "Confiance"),
    Column("verified", "Seconde lecture"),
    Column("note", "Réserve"),
    Column("source_title", "Titre de la source"),
    Column("source_publisher", "Éditeur"),
    Column("published", "Publié"),
    Column("source_url", "Source", "link"),
    Column("permalink", "Lien permanent"),
)


@cache
def usable() -> pd.DataFrame:
    """One row per usable figure, the values of one fact together, the one to quote first; do not modify it.

    Adds to `data/published_figures.csv` the words of each code, `place` and `where`, the number of its `fact`, `among`
    how many values of it the row is, its `standing` there and the `reason`.
    """
    rows = _worded(reference.table("published_figures"))
    facts = rows.groupby(FACT, dropna=False, sort=False)["figure_id"]
    rows = rows.assign(fact=facts.ngroup(), among=facts.transform("size"))
    rows["standing"] = [_standing(row) for row in each(rows)]
    rows["standing_words"] = rows["standing"].map(STANDINGS)
    best = {row.fact: row for row in each(rows) if row.standing == "preferred"}
    rows["reason"] = [_reason(row, best.get(row.fact)) for row in each(rows)]
    order = rows.assign(
        kind=rows["scope_kind"].map(SCOPES.index),
        name=[labels.collation(name)[0] for name in rows["where"]],
        rank=rows["measure"].map(list(measures()).index),
        later=~rows["preferred"].astype(bool),
    )
    return rows.loc[order.sort_values(["kind", "name", "rank", "period_start", "fact", "later", "figure_id"]).index]


@cache
def measures() -> dict[str, str]:
    """What published figures count: code → French name, in the order of display."""
    return reference.labels("published_measures", "measure")


def places() -> dict[str, str]:
    """The places and scopes that have a usable figure: code → name, in the order of display."""
    rows = usable()
    return dict(zip(rows["place"], rows["where"], strict=True))


def identifiers() -> dict[str, str]:
    """The figures that a link may name, usable or not: identifier → itself."""
    return {code: code for rows in (usable(), unusable_rows()) for code in rows["figure_id"]}


def measures_used() -> dict[str, str]:
    """The measures that have a usable figure: code → name, in the order of display."""
    used = set(usable()["measure"])
    return {code: label for code, label in measures().items() if code in used}


def catalogue(view: View, *, measure: str = "", place: str = "", words: str = "") -> Exhibit:
    """One row per usable figure of the facts that a measure, a place and searched words leave; none leaves all.

    A fact stays whole: where one of its values is found, the others are shown with it.
    """
    held = usable()
    kept = held[held["fact"].isin(held.loc[_matches(held, measure, place, words), "fact"])]
    chosen = [measures().get(measure, ""), places().get(place, ""), f"« {words} »" if words.strip() else ""]
    total, shown = len(reference.table("published_figures")), len(kept)
    filtered = len(held) - shown
    return publish(
        view,
        "chiffres",
        title=_title(shown, total, [part for part in chosen if part]),
        table=kept,
        columns=COLUMNS,
        period=span(kept, span(held)),
        notes=(
            f"{labels.number(total)} chiffres utilisables dans les données = {labels.number(shown)} retenus ici "
            f"+ {labels.number(filtered)} hors du filtre + {labels.number(total - len(held))} laissé de côté.",
            "Les lignes ne s’additionnent pas : bilans cumulés, périodes emboîtées, sources qui se répètent.",
        ),
    )


def one(view: View, figure_id: str) -> Exhibit:
    """One row per thing to know of a figure, usable or not, by its identifier; raises ReferenceDataError without it."""
    rows = pd.concat([usable(), unusable_rows()])
    found = rows[rows["figure_id"] == figure_id]
    if found.empty:
        raise ReferenceDataError(f"« {figure_id} » n’est pas un chiffre publié ; cherchez-le dans le tableau.")
    (row,) = each(found)
    dated = not found[["period_start", "period_end"]].isna().any(axis=None)
    same = rows[rows["fact"].eq(row.fact) & rows["figure_id"].ne(figure_id)]
    others = [f"{other.words} ({other.figure_id}, {other.source_publisher})" for other in each(same)]
    pairs = [(column.label, getattr(row, column.name)) for column in COLUMNS if column.kind != "decimal"]
    name = row.what[:1].lower() + row.what[1:]
    said = row.when if dated else "période non précisée"
    pairs.append(("Autres valeurs du même fait", " ; ".join(others)))
    return publish(
        view,
        f"chiffre-{figure_id}",
        title=f"{figure_id} : {name}, {row.words}, {row.where}, {said}",
        table=pd.DataFrame(
            [(label, text) for label, text in pairs if isinstance(text, str) and text], columns=["what", "words"]
        ),
        columns=(Column("what", "Ce qui est dit"), Column("words", "Valeur")),
        period=span(found, _publication(row.published_on)),
        scope=row.where if dated else f"{row.where}, période non précisée : celle de la publication",
    )


def unusable(view: View) -> Exhibit:
    """One row per figure that Portique does not use, with why."""
    rows = unusable_rows()
    count = labels.counted(len(rows), "chiffre lu n’est pas utilisé", "chiffres lus ne sont pas utilisés")
    return publish(
        view,
        "chiffres-inutilisables",
        title=f"{count} : erreurs des sources, ou pages non retrouvées",
        table=rows,
        columns=(
            Column("figure_id", "Identifiant"),
            Column("where", "Lieu ou champ"),
            Column("what", "Mesure"),
            Column("words", "Chiffre lu"),
            Column("when", "Période"),
            Column("reason", "Pourquoi il est écarté"),
            Column("definition_note", "Ce que la source dit compter"),
            Column("source_publisher", "Éditeur"),
            Column("source_url", "Source", "link"),
        ),
        period=span(rows),
    )


def by_establishment(view: View, chosen: str = "") -> Exhibit:
    """One row per establishment with a usable figure: how many, and the latest count of phones; one may be chosen."""
    rows = usable().dropna(subset=["establishment_id"])
    known = reference.table("establishments").set_index("establishment_id")
    counts = rows.groupby("establishment_id", sort=False).size()
    phones = rows[rows["measure"].eq("phones_seized") & rows["preferred"].astype(bool)].sort_values("period_end")
    latest = phones.groupby("establishment_id").last()
    said = (latest["words"] + ", " + latest["when"]).reindex(counts.index)
    table = pd.DataFrame(
        {
            "place": counts.index,
            "label": known["short_name"].reindex(counts.index),
            "department": known["department"].reindex(counts.index),
            "figures": counts,
            "said": said.fillna("aucun nombre de téléphones"),
            "mention": ["chosen" if place == chosen else "figure" for place in counts.index],
        }
    )
    return publish(
        view,
        "chiffres-etablissements",
        title=(
            f"{labels.counted(len(table), 'établissement a', 'établissements ont')} au moins un chiffre publié ; "
            f"pour les {labels.number(len(known) - len(table))} autres, aucun n’a été trouvé"
        ),
        table=table,
        columns=(
            Column("label", "Établissement"),
            Column("department", "Département"),
            Column("figures", "Chiffres publiés", "count"),
            Column("said", "Téléphones saisis : le plus récent"),
        ),
        period=span(rows),
        notes=(
            "Un établissement sans chiffre n’est pas un établissement sans téléphone : la presse n’écrit pas sur tous. "
            "Les symboles ont tous la même taille : ces chiffres ne se comparent pas d’un établissement à l’autre.",
        ),
    )


@cache
def unusable_rows() -> pd.DataFrame:
    """One row per line of `data/published_figures_unusable.csv` with its words, and why it is not used."""
    rows = _worded(reference.table("published_figures_unusable"))
    doubtful = rows["checked"].isin(["not_found", "contradicted"])
    why = [
        " ; ".join([*([row.verified] if doubt else []), *([row.note] if isinstance(row.note, str) else [])])
        for row, doubt in zip(each(rows), doubtful, strict=True)
    ]
    return rows.assign(reason=[labels.sentence(text) for text in why], standing_words=UNUSABLE)


def _worded(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of figures with the words of their codes."""
    names = reference.labels("establishments", "establishment_id", "short_name")
    where = rows["establishment_id"].map(names).fillna(rows["scope"])
    return rows.assign(
        place=rows["establishment_id"].fillna(rows["scope"]),
        where=where,
        what=rows["measure"].map(measures()),
        words=[value_in_words(row.value, row.unit, row.qualifier) for row in each(rows)],
        amount=rows["value"],
        qualified=rows["qualifier"].map(EXACTNESS),
        when=[when(row.period_start, row.period_end) for row in each(rows)],
        trust=rows["confidence"].map(CONFIDENCE),
        verified=rows["checked"].map(CHECKED),
        published=[
            labels.partial_date(day) if isinstance(day, str) else "page non datée" for day in rows["published_on"]
        ],
        permalink=f"/{PAGE}?chiffre=" + rows["figure_id"],
    )


def _standing(row: Any) -> str:
    if row.among == 1:
        return "only" if row.preferred else "unadvised"
    return "preferred" if row.preferred else "other"


def _reason(row: Any, best: Any | None) -> str:
    """Why a value is the one to quote among several, or why it is not; empty where nothing is to be said."""
    if row.standing == "preferred":
        return f"retenue parmi {labels.number(row.among)} valeurs : {row.qualified}, {row.trust}, {row.verified}"
    if row.standing == "unadvised":
        return f"une seule source : {row.trust}, {row.verified}"
    if best is None:
        return ""
    apart = [(ranks[getattr(row, name)] - ranks[getattr(best, name)], low, high) for name, ranks, low, high in CRITERIA]
    worse = [words for gap, words, _ in apart if gap > 0]
    better = [words for gap, _, words in apart if gap < 0]
    number = "même nombre" if row.value == best.value else "valeur différente"
    start = "même valeur" if row.words == best.words else number
    if not worse and not better:
        return f"{start}, de même rang que celle à citer"
    return f"{start}, " + ", mais ".join(labels.listed(words) for words in (better, worse) if words)


def _matches(rows: pd.DataFrame, measure: str, place: str, words: str) -> "pd.Series[bool]":
    """Which rows have a measure, a place and every searched word; accents, capitals and spaces do not matter."""
    kept = pd.Series(True, index=rows.index)
    if measure:
        kept &= rows["measure"] == measure
    if place:
        kept &= rows["place"] == place
    for word in words.split():
        kept &= _text().loc[rows.index].str.contains(labels.collation(word)[0], regex=False)
    return kept


@cache
def _text() -> "pd.Series[str]":
    """All the words of each usable figure, folded for searching, and where its establishment stands."""
    names = [column.name for column in COLUMNS if column.kind == "text"]
    held = usable()
    known = reference.table("establishments").set_index("establishment_id")[["commune", "department", "region"]]
    around = known.reindex(held["establishment_id"]).set_index(held.index)
    joined = held[[*names, "scope"]].join(around).fillna("").agg(" ".join, axis=1)
    return joined.map(lambda text: labels.collation(text)[0])


def _title(shown: int, total: int, chosen: list[str]) -> str:
    if not chosen:
        return f"{labels.number(total)} chiffres publiés, chacun avec sa définition et sa source"
    if not shown:
        return f"Aucun chiffre publié sur {labels.number(total)} ne répond à : {' · '.join(chosen)}"
    counted = labels.counted(shown, "chiffre publié", "chiffres publiés")
    return f"{counted} sur {labels.number(total)} : {' · '.join(chosen)}"


def _publication(text: Any) -> tuple[date, date]:
    """The day, month or year of publication as a period; the day of compilation for a page without date."""
    if not isinstance(text, str):
        return COMPILED
    period = pd.Period(text)
    return period.start_time.date(), (period + 1).start_time.date()
