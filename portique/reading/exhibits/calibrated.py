"""Exhibit of the demonstration: what it was made to reach, where that comes from, and what its register holds."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd

from portique.reading import labels
from portique.reading.definitions import METHOD, Status, measure
from portique.reading.exhibits.exhibit import Column, Exhibit, make
from portique.reading.exhibits.published import value_in_words
from portique.reading.labels import typeset
from portique.reading.questions import Answer
from portique.reading.selection import Selection
from portique.reading.view import View
from portique.register import reference
from portique.register.demonstration import calibration

OPERATIONS = ("prison_break", "fouilles_xxl")
# The published figures (data/published_figures.csv) that targets rest on; the other targets are invented.
FIGURES = {
    ("phones_and_accessories", 2023): "NAT-107",
    ("phones_and_accessories", 2024): "NAT-079",
    ("phones", 2024): "NAT-084",
    ("phones", 2025): "NAT-085",
}


@dataclass(frozen=True)
class Target:
    """A number that the demonstration must reach: of what, when, how many, its published figure, how to ask for it."""

    what: str
    when: str
    aim: int
    figure: str
    selection: Selection
    column: str
    items: tuple[str, ...] = ()
    less: tuple[Selection, ...] = ()  # what is taken off: the searches of the operations


def targets() -> list[Target]:
    """Every target, the years first, then the operations."""
    return [*(target for year in calibration.YEARS for target in _of_year(year)), *_of_operations()]


def calibration_table(view: View) -> Exhibit:
    """One row per target: what, when, aim, what the register holds, the published figure it rests on, with its link.

    The register is asked only where it is the demonstration.
    """
    asked = view.status == "demonstration"
    rows, answers = _compared(view, asked)
    title = _title(rows) if asked else "Ce que la démonstration vise"
    first, last = min(calibration.YEARS), max(calibration.YEARS)
    made = make(
        view,
        "calibrage",
        title=typeset(title),
        sentence=typeset(f"{title}."),
        measure=METHOD,
        period=(_year(first).period_start, _year(last).period_end),
        table=rows,
        columns=(
            Column("what", "Quoi"),
            Column("when", "Quand"),
            Column("aim", "Visé", "count"),
            *([Column("held", "Ce que le registre contient", "count")] if asked else []),
            Column("origin", "D’où vient la cible"),
            Column("url", "Lien", "link"),
        ),
        answers=answers[:1],
        notes=_notes(asked),
    )
    status: Status = view.status if asked else "method"
    return replace(made, scope="tous les établissements", status=status)  # whatever is selected


def _compared(view: View, asked: bool) -> tuple[pd.DataFrame, list[Answer]]:
    listed, figures = targets(), reference.table("published_figures").set_index("figure_id")
    rows = pd.DataFrame(
        [
            {"what": typeset(target.what), "when": target.when, "aim": target.aim} | _origin(target.figure, figures)
            for target in listed
        ]
    )
    if not asked:
        return rows, []
    answers = [_ask(view, target.selection, target.items) for target in listed]
    less = [sum(_sum(_ask(view, taken), target) for taken in target.less) for target in listed]
    held = [_sum(answer, target) - off for answer, target, off in zip(answers, listed, less, strict=True)]
    return rows.assign(held=held), answers


def _notes(asked: bool) -> list[str]:
    notes = [
        f"Les cibles valent pour la taille d’origine ({labels.number(calibration.DEFAULT_ITEMS)} téléphones et "
        "accessoires) ; à une autre taille, celles des années suivent en proportion, celles des opérations restent.",
        "Fouilles : chaque établissement ouvert en reçoit une au-delà de la cible, pour qu’aucun n’en soit privé.",
        "Une cible « inventée » n’est la valeur d’aucune source.",
    ]
    if not asked:
        notes.append("Le registre ouvert est le vôtre : la démonstration n’est pas interrogée.")
    return [typeset(note) for note in notes]


def _title(rows: pd.DataFrame) -> str:
    reached = int((rows["aim"] == rows["held"]).sum())
    return (
        f"La démonstration atteint {labels.number(reached)} de ses {labels.number(len(rows))} cibles, "
        f"dont {labels.number((rows['url'] != '').sum())} sont publiées"
    )


def _origin(figure: str, figures: pd.DataFrame) -> dict[str, str]:
    if not figure:
        return {"origin": "inventée", "url": ""}
    row = figures.loc[figure].to_dict()
    said = value_in_words(row["value"], row["unit"], row["qualifier"])
    return {
        "origin": typeset(f"publiée ({figure}) : {said}, {row['definition_note']}"),
        "url": str(row["source_url"]),
    }


def _of_year(year: int) -> list[Target]:
    aims, whole = calibration.TARGETS[year], _year(year)
    items = reference.table("item_types")
    others = tuple(items.loc[items["family"] == "other_device", "item_type"])
    operations = tuple(whole.with_(operations=(operation,)) for operation in OPERATIONS)
    counted = [
        Target(
            labels.sentence(measure(code).label),
            str(year),
            getattr(aims, code),
            FIGURES.get((code, year), ""),
            whole,
            "quantity",
            measure(code).item_types,
        )
        for code in ("phones_and_accessories", "phones")
    ]
    return [
        *counted,
        Target("Appareils multimédias", str(year), aims.other_devices, "", whole, "quantity", others),
        Target("Fouilles, hors des deux opérations", str(year), aims.searches, "", whole, "searches", less=operations),
    ]


def _of_operations() -> list[Target]:
    day = calibration.PRISON_BREAK_DAY
    pilots = _year(2024).with_(establishments=calibration.PILOTS)
    prison_break = Selection(day, day + timedelta(days=1), scope="all").with_(operations=("prison_break",))
    xxl = Selection(calibration.XXL_FIRST_DAY, calibration.XXL_LAST_DAY + timedelta(days=1), scope="all")
    xxl, phones = xxl.with_(operations=("fouilles_xxl",)), measure("phones").item_types
    when = {
        name: labels.period(held.period_start, held.period_end) for name, held in (("pb", prison_break), ("xxl", xxl))
    }
    found, mini = sum(calibration.PRISON_BREAK_PHONES.values()), calibration.PRISON_BREAK_PHONES["mini_phone"]
    named = ("Prison Break", when["pb"])
    return [
        Target(
            "Téléphones des établissements pilotes",
            "2024",
            calibration.PILOT_PHONES_2024,
            "NAT-091",
            pilots,
            "quantity",
            phones,
        ),
        Target(
            f"{named[0]} : établissements",
            named[1],
            calibration.PRISON_BREAK_ESTABLISHMENTS,
            "OPE-001",
            prison_break,
            "reported",
        ),
        Target(
            f"{named[0]} : fouilles", named[1], calibration.PRISON_BREAK_SEARCHES, "OPE-002", prison_break, "searches"
        ),
        Target(f"{named[0]} : téléphones", named[1], found, "OPE-004", prison_break, "quantity", phones),
        Target(f"{named[0]} : mini-téléphones", named[1], mini, "OPE-005", prison_break, "mini_phones"),
        Target("Fouilles XXL : téléphones", when["xxl"], calibration.XXL_PHONES, "OPE-026", xxl, "quantity", phones),
        Target("Fouilles XXL : établissements", when["xxl"], calibration.XXL_ESTABLISHMENTS, "", xxl, "reported"),
    ]


def _year(year: int) -> Selection:
    return Selection(pd.Timestamp(year, 1, 1).date(), pd.Timestamp(year + 1, 1, 1).date(), scope="all")


def _ask(view: View, selection: Selection, items: tuple[str, ...] = ()) -> Answer:
    phones = list(measure("phones").item_types)
    return view.ask("by_place", selection, items=list(items) or phones, phones=phones, level="establishment")


def _sum(answer: Answer, target: Target) -> int:
    return int(answer.table[target.column].sum())
