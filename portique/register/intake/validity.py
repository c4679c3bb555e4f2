"""Decisions that do not fit: unknown fields, codes or establishments, as a mapping from elsewhere may hold."""

from collections import Counter
from collections.abc import Iterator

from portique.register import reference
from portique.register.intake import codes, fields
from portique.register.intake.decisions import Decisions
from portique.register.intake.establishments import UNSPECIFIED, Directory
from portique.register.intake.parsing import CONTEXT_LISTS

# A name of these lists may be new.
_OPEN = ("suppliers", "channels", "operations")


def problems(decided: Decisions, directory: Directory) -> tuple[str, ...]:
    """Why the decisions cannot be followed, as sentences; none when they can."""
    return (
        *_unknown_fields(decided),
        *_unknown_codes(decided),
        *_unknown_establishments(decided, directory),
        *_wrong_extra(decided),
    )


def _unknown_fields(decided: Decisions) -> Iterator[str]:
    known = {"", "found_year", *fields.by_code()}
    for code in (*decided.columns.values(), *decided.constants):
        if code not in known:
            yield f"« {code} » n’est pas un champ ; les champs sont : {', '.join(fields.by_code())}."
    filled = Counter((*filter(None, decided.columns.values()), *decided.constants))
    for code, times in filled.items():
        if times > 1:
            yield f"Le champ « {code} » est donné {times} fois ; choisissez une seule colonne ou valeur."


def _unknown_codes(decided: Decisions) -> Iterator[str]:
    for name, words in decided.words.items():
        if name != "context" and name not in codes.LISTS:
            yield f"« {name} » n’est pas une liste de codes ; les listes sont : {', '.join(codes.LISTS)}, context."
            continue
        for word, code in words.items():
            if not _is_code(name, code):
                yield f"« {code} », donné pour « {word} », n’est pas un code de la liste {name}."


def _is_code(name: str, code: str) -> bool:
    if name == "context":
        list_name, _, code = code.partition(".")
        return list_name in CONTEXT_LISTS and code in codes.labels(list_name)
    return bool(code) if name in _OPEN else code in codes.labels(name)


def _unknown_establishments(decided: Decisions, directory: Directory) -> Iterator[str]:
    for text, identifier in decided.establishments.items():
        if identifier != UNSPECIFIED and identifier not in directory.places:
            yield f"« {identifier} », donné pour « {text} », n’est pas un établissement connu ; ajoutez-le d’abord."


def _wrong_extra(decided: Decisions) -> Iterator[str]:
    """An extra establishment stands where one of `data/` does not, under its codes."""
    taken = set(reference.codes("establishments", "establishment_id"))
    lists = {
        "kind": reference.codes("establishment_kinds", "kind"),
        "department_code": reference.codes("departments", "department_code"),
        "region_code": tuple(codes.labels("regions")),
        "disp": tuple(codes.labels("disps")),
    }
    for each in decided.extra_establishments:
        if each.establishment_id in taken:
            yield f"« {each.establishment_id} » est déjà un établissement de Portique ; donnez un autre identifiant."
        for name, known in lists.items():
            if getattr(each, name) not in known:
                yield f"{each.name} : « {getattr(each, name)} » n’est pas un code connu pour {name}."
        if each.opened_on and each.closed_on and each.closed_on <= each.opened_on:
            yield f"{each.name} : la fermeture ne suit pas l’ouverture."
