"""The words of the code lists: what « puce » is in item_types, what « jet » is in routes."""

from collections.abc import Iterable
from functools import cache

from rapidfuzz import fuzz, process

from portique.register import reference, schema
from portique.register.intake.names import fold, key

# list → (file of data/, its code column); the two lists without a file belong to the register's own schema.
_FILES = {
    "item_types": "item_type",
    "routes": "route",
    "places": "place",
    "search_kinds": "search_kind",
    "regions": "region_code",
    "disps": "disp",
    "suppliers": "supplier",
    "channels": "channel",
    "operations": "operation",
}
_OWN = {"confidences": schema.CONFIDENCES, "review_states": schema.REVIEW_STATES}
_MOST_CHARACTERS = 60
LEAST_LIKENESS = 82  # of 100: « mini-telefone » is near « mini-téléphone », « chargeur » is not near « charrue »


LISTS = (*_FILES, *_OWN)


@cache
def labels(name: str) -> dict[str, str]:
    """Code → the French word for it, in the order of display."""
    if name in _FILES:
        return reference.labels(name, _FILES[name])
    first = {code: word for listed, code, word in reversed(_synonyms()) if listed == name}
    return {code: first[code] for code in _OWN[name]}


@cache
def words(name: str) -> dict[str, str]:
    """Folded word → code: codes, labels, plurals, then synonyms; the first meaning of a word holds."""
    known: dict[str, str] = {}
    for code, word in _spellings(name):
        known.setdefault(key(word), code)
    return known


@cache
def usual(name: str) -> frozenset[str]:
    """The folded codes and labels of a list: to write one of them is no conversion."""
    return frozenset(fold(word) for pair in labels(name).items() for word in pair)


def near(name: str, text: str, most: int = 3) -> list[tuple[str, str, int]]:
    """The codes whose words look like a text: code, the word, likeness of 100; the most alike first."""
    if len(text) > _MOST_CHARACTERS:
        return []
    found = process.extract(
        key(text), words(name).keys(), scorer=fuzz.ratio, score_cutoff=LEAST_LIKENESS, limit=most * 2
    )
    best: dict[str, tuple[str, str, int]] = {}
    for word, likeness, _ in found:
        code = words(name)[word]
        best.setdefault(code, (code, labels(name).get(code, word), round(likeness)))
    return list(best.values())[:most]


def _spellings(name: str) -> Iterable[tuple[str, str]]:
    if name in _FILES:
        table = reference.table(name)
        for column in (_FILES[name], "label", "label_plural"):
            if column in table:
                yield from zip(table[_FILES[name]], table[column], strict=True)
    else:
        yield from ((code, code) for code in _OWN[name])
    yield from ((code, word) for listed, code, word in _synonyms() if listed == name)


@cache
def synonyms_of(name: str) -> tuple[tuple[str, str], ...]:
    """(code, word) of one list of `data/synonyms.csv`."""
    return tuple((code, word) for listed, code, word in _synonyms() if listed == name)


@cache
def _synonyms() -> tuple[tuple[str, str, str], ...]:
    return tuple(reference.table("synonyms").itertuples(index=False, name=None))
