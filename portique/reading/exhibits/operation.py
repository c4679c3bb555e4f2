"""Exhibits of the operation Prison Break: published facts, what we derive, where sources disagree."""

from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd

from portique.reading import labels, statistics
from portique.reading.definitions import EACH_ITS_OWN
from portique.reading.exhibits.exhibit import Column, Exhibit, each
from portique.reading.exhibits.figures import usable
from portique.reading.exhibits.published import FIGURE_COLUMNS, SOURCE_COLUMNS, publish, span
from portique.reading.view import View
from portique.register import reference

OPERATION = "prison_break"
# Which figure of data/published_figures.csv stands at which stage, in the order of display.
STAGES = {
    "announced": ("Annoncé", ("OPE-001", "OPE-003", "OPE-036")),
    "executed": ("Exécuté", ("OPE-002", "OPE-011", "OPE-033", "OPE-034")),
    "confirmed": (
        "Confirmé au bilan",
        ("OPE-004", "OPE-005", "OPE-008", "OPE-009", "OPE-010", "OPE-006", "OPE-007"),
    ),
    "justice": ("Suites judiciaires", ("OPE-012", "OPE-013", "OPE-039")),
}
PHONES, MINI_PHONES, SEARCHES, AUTHORISED = "OPE-004", "OPE-005", "OPE-002", "OPE-003"
WORKED_OUT = replace(
    EACH_ITS_OWN,
    label="calculs sur des chiffres publiés",
    definition="Calculs de Portique sur les chiffres publiés que chaque ligne nomme ; aucune source ne les publie.",
)
PRESUMPTION = (
    "L’affaire est devant un juge : les sociétés et les personnes visées par l’enquête sont présumées innocentes. "
    "Portique ne dit d’elles que ce que disent les sources citées, et ne nomme personne."
)
CHOSEN = (
    "Ne s’extrapole jamais à d’autres cellules ni à d’autres prisons : les cellules ont été choisies sur renseignement."
)
OF_THESE = "Vaut pour ces saisies, pas pour les téléphones qui circulent."
MENTIONS = {
    "named": "nommé par une source",
    "not_concerned": "non concerné, selon une source",
    "illustrative": "en photographie seulement : ne prouve rien",
}
STANDINGS = {
    "retained": "retenu",
    "contradicted": "démenti",
    "unsettled": f"non{labels.WIDE}tranché",
}
NOT_PUBLIC = (
    ("La liste des 66 établissements", "Cinq sont nommés par des sources, un est dit non concerné."),
    ("Les téléphones saisis par établissement", "Aucun nombre local n’a été publié pour cette opération."),
    ("Les cellules fouillées par établissement", "Sauf une vingtaine pour Neuvic et Mauzac ensemble."),
    ("Comment les cellules ont été choisies", "Les sources parlent de renseignement, sans en dire la méthode."),
    ("Les noms des trois fournisseurs interpellés, et le rôle de chacun", "Ni nom ni lieu publiés."),
    ("Les quatre établissements soupçonnés de revendre", "Ni nom, ni adresse, ni genre de commerce publiés."),
    ("Le fabricant", "Une ou des sociétés chinoises, selon un magistrat ; aucun nom."),
    ("Le nombre de téléphones vendus", "« 5 000 » est une estimation, jamais un décompte."),
    ("Le début des ventes", "Aucune date officielle."),
    ("Le modèle exact vendu par Oportik", "Une marque est citée, aucun modèle."),
    ("Un procès ou un jugement", "Rien trouvé dans les sources lues ; cela ne dit pas qu’il n’y en a pas."),
)


def stages(view: View) -> Exhibit:
    """One row per published figure of the operation, by stage: announced, executed, confirmed, before the courts."""
    rows = usable().set_index("figure_id")
    order = [(label, figure) for label, figures in STAGES.values() for figure in figures]
    held = rows.loc[[figure for _, figure in order]].reset_index().assign(stage=[label for label, _ in order])
    words = held.set_index("figure_id")["words"]
    mini = labels.number(_value(MINI_PHONES))
    return publish(
        view,
        "operation-etapes",
        title=(
            f"{labels.sentence(words[AUTHORISED])} autorisées à la perquisition, "
            f"{labels.number(_value(SEARCHES))} perquisitions faites ; "
            f"{words[PHONES]} saisis, dont {mini} miniatures"
        ),
        table=held,
        columns=(
            Column("stage", "Étape"),
            Column("words", "Chiffre publié"),
            Column("what", "Mesure"),
            Column("definition_note", "Ce que la source dit compter"),
            Column("trust", "Confiance"),
            *FIGURE_COLUMNS,
        ),
        period=span(held),
        scope=_name(),
        notes=("Annoncé n’est pas exécuté : les cellules autorisées ne sont pas les cellules fouillées.", PRESUMPTION),
    )


def derived(view: View) -> Exhibit:
    """One row per number that we work out from published figures: value, exact interval, formula, and its limit."""
    table = _worked_out()
    rate, interval = table.loc[0, ["words", "interval"]]
    return publish(
        view,
        "operation-calcule",
        title=f"Calculé par Portique : {rate} téléphone par perquisition ({interval} si le hasard seul jouait)",
        status="derived",
        table=table,
        measure=WORKED_OUT,
        columns=(
            Column("what", "Ce qui est calculé"),
            Column("words", "Résultat"),
            Column("interval", "Intervalle exact à 95 %"),
            Column("sum", "Calcul"),
            Column("formula", "Chiffres publiés"),
            Column("limit", "Limite"),
        ),
        period=_days(),
        scope=_name(),
        source="calculs de Portique sur les chiffres publiés nommés à chaque ligne",
        notes=(CHOSEN, "Intervalle exact de Poisson : ce que le hasard seul laisserait varier, rien d’autre."),
    )


def _worked_out() -> pd.DataFrame:
    """One row per division of a figure by another; the interval is that of a count over its exposure."""
    low, high = statistics.poisson_interval(_value(PHONES), _value(SEARCHES))
    interval = f"{labels.number(low, 2)} à {labels.number(high, 2)}"
    rate = labels.number(_value(PHONES) / _value(SEARCHES), 2)
    mini, done = _value(MINI_PHONES) / _value(PHONES), _value(SEARCHES) / _value(AUTHORISED)
    rows = [
        ("Téléphones par perquisition", rate, interval, PHONES, SEARCHES, CHOSEN),
        ("Part des miniatures parmi les téléphones saisis", labels.percent(mini), "", MINI_PHONES, PHONES, OF_THESE),
        (
            "Part des cellules autorisées qui ont été perquisitionnées",
            f"environ {labels.percent(done)}",
            "",
            SEARCHES,
            AUTHORISED,
            "Le nombre de cellules autorisées est un arrondi.",
        ),
    ]
    table = pd.DataFrame(rows, columns=["what", "words", "interval", "part", "whole", "limit"])
    values = [f"{labels.number(_value(row.part))} ÷ {labels.number(_value(row.whole))}" for row in each(table)]
    return table.assign(formula=table["part"] + " ÷ " + table["whole"], sum=values)


def timeline(view: View) -> Exhibit:
    """One row per step of the case, from the first inquiry to the latest news found, in the order of time."""
    rows = reference.table("operation_steps")
    when = [row.dating if isinstance(row.dating, str) else labels.partial_date(row.happened_on) for row in each(rows)]
    last = rows.iloc[-1]
    return publish(
        view,
        "operation-chronologie",
        title=f"De l’enquête aux dernières nouvelles : {len(rows)} étapes ; {last['label'].lower()}",
        table=rows.assign(when=when),
        columns=(
            Column("when", "Quand"),
            Column("label", "Étape"),
            Column("description", "Ce que disent les sources"),
            *SOURCE_COLUMNS,
        ),
        period=_case(),
        scope=_name(),
        notes=(PRESUMPTION,),
    )


def actors(view: View) -> Exhibit:
    """One row per supplier that sources speak of, then per dated status of its channels."""
    suppliers, channels = reference.table("suppliers"), reference.labels("channels", "channel")
    named = suppliers[suppliers["supplier"].ne("unknown")]
    statuses = reference.table("channel_statuses")
    dated = statuses[statuses["source_url"].notna()]  # in the order of channels, then of time
    rows = [
        *(("Fournisseur", row.label, "", row.status_note, row.source_publisher, row.source_url) for row in each(named)),
        *(
            ("Canal de vente", channels[row.channel], _validity(row), row.label, row.source_publisher, row.source_url)
            for row in each(dated)
        ),
    ]
    names = ["kind", "label", "when", "said", "source_publisher", "source_url"]
    return publish(
        view,
        "operation-fournisseurs",
        title="Fournisseurs visés par l’enquête, et état daté de leurs canaux ; tous sont présumés innocents",
        table=pd.DataFrame(rows, columns=names),
        columns=(
            Column("kind", "Genre"),
            Column("label", "Nom"),
            Column("when", "Quand"),
            Column("said", "Ce que disent les sources"),
            *SOURCE_COLUMNS,
        ),
        period=_case(),
        scope=_name(),
        notes=(PRESUMPTION,),
    )


def establishments(view: View) -> Exhibit:
    """One row per establishment that sources speak of: named, said not to be concerned, or only in a picture."""
    mentions = reference.table("operation_establishments")
    known = reference.table("establishments").set_index("establishment_id")
    held = mentions[mentions["operation"] == OPERATION]
    order = held["mention"].map(list(MENTIONS).index).sort_values(kind="stable").index
    rows = held.loc[order].rename(columns={"establishment_id": "place"})
    rows = rows.assign(
        label=rows["place"].map(known["short_name"]),
        department=rows["place"].map(known["department"]),
        said=rows["mention"].map(MENTIONS),
    )
    counts = rows["mention"].value_counts()
    named = labels.counted(counts["named"], "établissement nommé", "établissements nommés")
    total = labels.number(_value("OPE-001"))
    return publish(
        view,
        "operation-etablissements",
        title=f"{named} sur {total}, {counts['not_concerned']} dit non concerné ; la liste n’est pas publique",
        table=rows,
        columns=(
            Column("label", "Établissement"),
            Column("department", "Département"),
            Column("said", "Mention"),
            Column("what_is_said", "Ce que dit la source"),
            Column("note", "Réserve"),
            *SOURCE_COLUMNS,
        ),
        period=_days(),
        scope=_name(),
        notes=("Être nommé ne dit ni combien ni quoi : aucun chiffre par établissement n’a été publié.",),
    )


def contradictions(view: View) -> Exhibit:
    """One row per statement on which sources differ, by subject, with what Portique retains."""
    rows = reference.table("contradictions")
    subjects = rows["contradiction"].nunique()
    table = rows.assign(
        standing_words=rows["standing"].map(STANDINGS),
        reading=rows.groupby("contradiction")["reading"].transform("first"),
    )
    return publish(
        view,
        "operation-contradictions",
        title=f"{subjects} points sur lesquels les sources se contredisent, et ce que Portique retient",
        table=table,
        columns=(
            Column("subject", "Sujet"),
            Column("statement", "Ce que dit la source"),
            Column("standing_words", "Retenu ?"),
            *FIGURE_COLUMNS,
            Column("reading", "Comment Portique le lit"),
        ),
        period=_case(),
        scope=_name(),
        notes=(PRESUMPTION,),
    )


def not_public(view: View) -> Exhibit:
    """One row per thing that no source read makes public."""
    return publish(
        view,
        "operation-non-public",
        title=f"{len(NOT_PUBLIC)} choses que rien de public ne dit",
        table=pd.DataFrame(NOT_PUBLIC, columns=["what", "said"]),
        columns=(Column("what", "Ce qui n’est pas public"), Column("said", "Ce qui l’est")),
        period=_case(),
        scope=_name(),
        source="lecture des sources citées sur cette page, novembre 2026",
    )


def _name() -> str:
    return reference.labels("operations", "operation")[OPERATION]


def _days() -> tuple[date, date]:
    """The half-open days of the operation."""
    operations = reference.table("operations")
    return span(operations[operations["operation"] == OPERATION])


def _case() -> tuple[date, date]:
    """The half-open months from the first dated step of the case to the last."""
    steps = reference.table("operation_steps")["happened_on"].dropna()
    months = pd.PeriodIndex([steps.iloc[0], steps.iloc[-1]], freq="M")
    return months[0].start_time.date(), (months[1] + 1).start_time.date()


def _value(figure_id: str) -> float:
    """The value of a usable figure."""
    rows = usable()
    (value,) = rows.loc[rows["figure_id"] == figure_id, "value"]
    return float(value)


def _validity(row: Any) -> str:
    """When a status held: « jusqu’au 19 mai 2025 », « depuis le 20 mai 2025 », « le 20 mai 2025 »."""
    start, end = row.valid_from, row.valid_to
    if pd.isna(start):
        return f"jusqu’au {labels.day((end - pd.Timedelta(days=1)).date())}"
    if pd.isna(end):
        return f"depuis le {labels.day(start.date())}"
    return labels.during(start.date(), end.date())
