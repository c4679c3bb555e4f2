"""Exhibits of method: what is counted, what is refused, what is not public, where each file comes from, its limits."""

from collections.abc import Sequence
from datetime import date, timedelta

import pandas as pd

from portique.reading import definitions, geography, labels, meanings
from portique.reading.definitions import measures
from portique.reading.exhibits.exhibit import Column, Exhibit
from portique.reading.labels import typeset
from portique.reading.view import View
from portique.register import reference


def measures_in_words(view: View) -> Exhibit:
    """One row per measure: code, anchor, label, definition, what it holds, exposure, cautions (one a line), source."""
    rows = [meanings.row(wanted) for wanted in measures().values()]
    return _method(
        view,
        "mesures",
        title=f"Ce que comptent les {labels.number(len(rows))} mesures de Portique",
        scope="les définitions que le calcul applique",
        table=pd.DataFrame(rows),
        columns=(
            Column("label", "Mesure"),
            Column("definition", "Définition"),
            Column("contents", "Objets comptés"),
            Column("exposure", "Calcul du taux"),
            Column("cautions", "Ne pas confondre, ajouter, comparer"),
            Column("source", "Source de la définition"),
            Column("url", "Lien", "link"),
        ),
    )


def refusals(view: View) -> Exhibit:
    """One row per thing that Portique refuses to add or compare: what, why, and what it answers when it is tried."""
    rows = [[typeset(text) for text in row] for row in (*meanings.rules(), *_kept_rules())]
    return _method(
        view,
        "refus",
        title="Ce qui ne s’additionne pas et ne se compare pas",
        scope="les réponses sont celles du calcul, à qui on le demande",
        table=pd.DataFrame(rows, columns=["what", "why", "answer"]),
        columns=(
            Column("what", "Ce qui n’est pas fait"),
            Column("why", "Pourquoi"),
            Column("answer", "Ce que Portique répond"),
        ),
    )


def _kept_rules() -> list[tuple[str, str, str]]:
    """What no call refuses but the exhibits keep to: what, why, and what stands instead."""
    least = [
        f"{labels.number(definitions.LEAST_INMATE_YEARS)} détenus-années",
        f"{labels.number(definitions.LEAST_CELLS_SEARCHED)} cellules fouillées",
    ]
    return [
        (
            "Additionner des chiffres publiés",
            "Des bilans sont cumulés, des sources se répètent.",
            definitions.EACH_ITS_OWN.definition,
        ),
        (
            f"Comparer l’avant et l’après du {labels.day(definitions.COUNTING_BREAK)}",
            "Le ministère a changé ce jour-là sa façon de compter les incidents.",
            meanings.BREAK,
        ),
        (
            "Calculer un taux sur trop peu",
            "Un téléphone de plus ou de moins le changerait du tout au tout.",
            f"Sous {' ou '.join(least)} : « trop peu pour conclure ».",
        ),
        (
            "Classer des territoires ou des établissements",
            "Sur peu de téléphones, l’ordre est du hasard.",
            "Ordre alphabétique ; un taux s’accompagne de son intervalle.",
        ),
    ]


def not_public(view: View) -> Exhibit:
    """One row per thing that is not public: what is known of it, and what Portique does instead."""
    return _method(
        view,
        "non-public",
        title="Ce qui n’est pas public",
        scope="à la connaissance de Portique",
        table=_typeset(reference.table("not_public")),
        columns=(
            Column("subject", "Quoi"),
            Column("what_is_known", "Ce qui en est su"),
            Column("instead", "Ce que Portique montre"),
        ),
    )


def sources(view: View) -> Exhibit:
    """One row per file of `data/`: what it holds, source, licence, what day it speaks of."""
    rows = reference.table("sources")
    return _method(
        view,
        "sources",
        title=f"D’où viennent les {labels.number(len(rows))} fichiers de référence",
        scope="fichiers du dossier data/",
        table=_typeset(rows),
        columns=(
            Column("file", "Fichier"),
            Column("content", "Contenu"),
            Column("source", "Source"),
            Column("link", "Lien", "link"),
            Column("licence", "Licence"),
            Column("as_of", "Date"),
        ),
    )


def limits(view: View) -> Exhibit:
    """One row per known limit of a file of `data/`."""
    rows = reference.table("limits")
    return _method(
        view,
        "limites",
        title="Limites connues de ces fichiers",
        scope="fichiers du dossier data/",
        table=_typeset(rows),
        columns=(Column("file", "Fichier"), Column("limit", "Limite")),
    )


def coverage(view: View) -> Exhibit:
    """One row per gap that can be counted in `data/`: what, how many, and which."""
    places, months = reference.table("establishments"), reference.table("occupancy")["month"].drop_duplicates()
    total = labels.number(len(places))
    imprecise = places[places["coordinate_precision"] == "commune"]
    secret, empty = places[places["inmates"].isna()], places[places["operational_capacity"] == 0]
    missing = pd.date_range(months.min(), months.max(), freq="MS").difference(pd.DatetimeIndex(months))
    usable, unusable = (reference.table(name) for name in ("published_figures", "published_figures_unusable"))
    rows = [
        ("Positions à la précision de la commune", f"{labels.number(len(imprecise))} sur {total}", ""),
        ("Effectifs non communiqués", f"{labels.number(len(secret))} sur {total}", _names(secret)),
        ("Capacité publiée de 0 place", labels.number(len(empty)), _names(empty)),
        ("Mois dont les effectifs sont observés", labels.number(len(months)), _span(months)),
        (
            "Mois qui manquent dans l’intervalle",
            labels.number(len(missing)),
            ", ".join(labels.month(month) for month in missing),
        ),
        ("Chiffres publiés montrés", labels.number(len(usable)), ""),
        ("Chiffres publiés écartés", labels.number(len(unusable)), ", ".join(unusable["figure_id"])),
    ]
    return _method(
        view,
        "lacunes",
        title=typeset(
            f"Ce qui manque aux données de référence : {labels.number(len(secret))} effectifs, "
            f"{labels.number(len(missing))} mois, {labels.number(len(empty))} capacités"
        ),
        scope="compté dans les fichiers du dossier data/",
        table=pd.DataFrame(rows, columns=["what", "many", "which"]),
        columns=(Column("what", "Quoi"), Column("many", "Combien"), Column("which", "Lesquels")),
    )


def insets(view: View) -> Exhibit:
    """One row per frame of the map: its scale, how it moves a point, its establishments, and those held at its edge."""
    places = reference.table("establishments")
    on_map = geography.placed(places)
    rows = []
    for code, inset in geography.overseas().items():
        here = places["department_code"] == code
        outside = on_map[here & ((on_map["map_longitude"] - inset.kx * on_map["longitude"] - inset.dx).abs() > 1e-6)]
        rows.append(_frame(inset, int(here.sum()), f"placé au bord : {_names(outside)}" if len(outside) else ""))
    paris = geography.paris()
    rows.append(_frame(paris, len(geography.enlarged(places)), "seconde copie, agrandie"))
    return _method(
        view,
        "cadres",
        title=f"Comment la carte place l’outre-mer : {labels.number(len(rows) - 1)} cadres à côté de l’hexagone",
        scope="les positions vraies restent dans les fichiers et les infobulles",
        table=pd.DataFrame(rows),
        columns=(
            Column("label", "Cadre"),
            Column("scale", "Échelle (hexagone : 1)", "decimal"),
            Column("establishments", "Établissements", "count"),
            *(Column(name, name, "decimal") for name in ("kx", "ky", "dx", "dy")),
            Column("remark", "Remarque"),
        ),
        notes=["Longitude sur la carte = kx × longitude + dx ; latitude = ky × latitude + dy, en degrés."],
    )


def _frame(inset: geography.Inset, establishments: int, remark: str) -> dict[str, object]:
    moves = {name: getattr(inset, name) for name in ("kx", "ky", "dx", "dy")}
    partial = "montre une partie du territoire" if inset.clip else ""
    said = " ; ".join(part for part in (partial, remark) if part)
    return (
        {"label": inset.label, "scale": inset.scale, "establishments": establishments}
        | moves
        | {"remark": typeset(said)}
    )


def compiled_on() -> date:
    """The day on which the reference data were compiled."""
    return pd.Timestamp(reference.table("sources")["compiled_on"].max()).date()


def _method(
    view: View,
    key: str,
    *,
    title: str,
    scope: str,
    table: pd.DataFrame,
    columns: Sequence[Column],
    notes: Sequence[str] = (),
) -> Exhibit:
    return Exhibit(
        key=key,
        title=typeset(title),
        sentence=typeset(f"{title}."),
        measure=definitions.METHOD,
        status="method",
        period=(compiled_on(), compiled_on() + timedelta(days=1)),
        scope=scope,
        source="Portique, définitions et données de référence",
        register=None,
        link=view.link,
        table=table.reset_index(drop=True),
        columns=tuple(columns),
        notes=tuple(typeset(note) for note in notes),
    )


def _typeset(rows: pd.DataFrame) -> pd.DataFrame:
    texts = [name for name in rows.columns if rows[name].map(lambda value: isinstance(value, str)).any()]
    return rows.assign(**{name: rows[name].map(typeset, na_action="ignore") for name in texts if name != "link"})


def _names(rows: pd.DataFrame) -> str:
    return ", ".join(sorted(rows["short_name"], key=labels.collation))


def _span(months: "pd.Series[pd.Timestamp]") -> str:
    return f"de {labels.month(months.min())} à {labels.month(months.max())}"
