"""What a measure means in words: what it holds, what it divides by, what it may not be added to or compared with."""

from collections.abc import Callable

from portique.errors import MeasureError
from portique.reading import definitions, labels
from portique.reading.definitions import Measure, measure, measures
from portique.reading.labels import typeset
from portique.register import reference

EXPOSURES = {"inmate_years": "détenus-années (détenus × jours ÷ 365,25)", "cells_searched": "cellules fouillées"}


def anchor(wanted: Measure) -> str:
    """The place of a measure's definition on the page « Méthode »."""
    return f"mesure-{wanted.code}"


def row(wanted: Measure) -> dict[str, str]:
    """All that is said of a measure, by name; its cautions stand one a line."""
    return {
        "code": wanted.code,
        "anchor": anchor(wanted),
        "label": labels.sentence(wanted.label),
        "definition": typeset(wanted.definition),
        "contents": contents(wanted),
        "exposure": typeset(exposure(wanted)),
        "cautions": "\n".join(cautions(wanted)),
        "source": typeset(wanted.source),
        "url": wanted.source_url,
    }


def contents(wanted: Measure) -> str:
    """The item types that a measure adds up, in the order of display; empty for one that counts none."""
    names = reference.labels("item_types", "item_type", "label_plural")
    return ", ".join(label for code, label in names.items() if code in wanted.item_types)


def exposure(wanted: Measure) -> str:
    """What a rate divides by, and from how much on it is shown; empty for a count."""
    if not wanted.is_rate:
        return ""
    least = labels.number(wanted.least_exposure)
    per = f"{labels.number(wanted.per)} × " if wanted.per != 1 else ""
    unit = "détenus-années" if wanted.exposure == "inmate_years" else "cellules"
    return f"{per}{wanted.counted.label} ÷ {EXPOSURES[wanted.exposure]} ; montré à partir de {least} {unit}"


def within(wanted: Measure) -> list[Measure]:
    """The measures that count all that this one counts, and more."""
    if wanted.is_rate or not wanted.item_types:
        return []
    return [other for other in _counts() if set(wanted.item_types) < set(other.item_types)]


def includes(wanted: Measure) -> list[Measure]:
    """The measures whose items this one counts too."""
    if wanted.is_rate:
        return []
    return [other for other in _counts() if set(other.item_types) < set(wanted.item_types)]


def cautions(wanted: Measure) -> list[str]:
    """What a measure may not be taken for, added to or compared with, as the definitions refuse it."""
    said = [f"N’est pas « {other.label} », qui compte aussi : {_more(other, wanted)}." for other in within(wanted)]
    said += [f"Comprend déjà les {other.label} : ils ne s’y ajoutent pas." for other in includes(wanted)]
    if wanted.is_rate:
        said.append(refused(lambda: definitions.add([(wanted, "registered", 1)])))
    if not wanted.item_types:
        said.append("Ne se répartit pas par type d’objet.")
    said.append(refused(lambda: definitions.add([(wanted, "published", 1), (wanted, "registered", 1)])))
    return [typeset(text) for text in [*said, BREAK]]


BREAK = (
    f"Le comptage a changé le {labels.day(definitions.COUNTING_BREAK)} : "
    "ce qui précède et ce qui suit ne se comparent pas."
)


def refused(act: Callable[[], object]) -> str:
    """The sentence with which the definitions refuse an act; empty if they allow it."""
    try:
        act()
    except MeasureError as error:
        return str(error)
    return ""


def _counts() -> list[Measure]:
    return [other for other in measures().values() if other.item_types and not other.is_rate]


def _more(larger: Measure, smaller: Measure) -> str:
    names = reference.labels("item_types", "item_type", "label_plural")
    return ", ".join(names[code] for code in names if code in set(larger.item_types) - set(smaller.item_types))


def rules() -> list[tuple[str, str, str]]:
    """What is refused, why, and the answer of the definitions when it is tried."""
    phones, both, mini = measure("phones"), measure("phones_and_accessories"), measure("mini_phones")
    rate = measure("phones_per_100_inmates_year")
    tried: list[tuple[str, str, Callable[[], object]]] = [
        (
            "Additionner deux mesures",
            "Une carte SIM n’est pas un téléphone ; un mini-téléphone serait compté deux fois.",
            lambda: definitions.add([(phones, "registered", 1), (both, "registered", 1)]),
        ),
        (
            "Additionner deux statuts",
            "Un chiffre publié contient peut-être ce que le registre contient ; la démonstration est inventée.",
            lambda: definitions.add([(phones, "published", 1), (phones, "registered", 1)]),
        ),
        (
            "Additionner ou moyenner des taux",
            "Le taux d’un ensemble se fait des totaux de ses parties, pas de leurs taux.",
            lambda: definitions.add([(rate, "registered", 1)]),
        ),
        (
            "Appeler « téléphones » des téléphones et accessoires",
            "C’est le décompte officiel habituel, et la presse l’appelle souvent « téléphones ».",
            lambda: definitions.require_honest("Téléphones saisis", both),
        ),
        (
            "Appeler « téléphones » des mini-téléphones",
            "Ils n’en sont qu’une partie.",
            lambda: definitions.require_honest("Téléphones saisis", mini),
        ),
    ]
    return [(what, why, refused(act)) for what, why, act in tried]
