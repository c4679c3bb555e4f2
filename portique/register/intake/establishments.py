"""Which establishment a text names: exactly, by an alias, nearly (to be confirmed), one of several, or none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Levenshtein

from portique.register import reference
from portique.register.intake import codes
from portique.register.intake.names import bare, fold, key, odd_letters
from portique.register.intake.prepared import ExtraEstablishment

UNSPECIFIED = "unspecified"
MOST_CANDIDATES = 4
# Comparing a text with every name costs a third of a millisecond: a column of other things must not cost minutes.
MOST_COMPARED = 1_000
_MOST_CHARACTERS = 120
_LEAST_LIKENESS = 65  # of 100: two letters wrong in « Melun »

_KIND_WORDS = {
    "MA": ("ma", "m a", "maison arret"),
    "CP": ("cp", "c p", "centre penitentiaire"),
    "CD": ("cd", "c d", "centre detention"),
    "CSL": ("csl", "centre semi liberte"),
    "EPM": ("epm", "etablissement penitentiaire specialise pour mineurs", "etablissement penitentiaire pour mineurs"),
    "MC": ("mc", "m c", "maison centrale"),
    "EPSNF": ("epsnf", "etablissement public sante national", "etablissement public sante nationale"),
}
# Words that say that it is a prison, not which.
_ANY_KIND = ("prison", "etablissement", "centre", "maison", "etablissement penitentiaire")

How = Literal["exact", "alias", "confirmed", "near", "homonym", "unknown"]


@dataclass(frozen=True)
class Candidate:
    """An establishment that a text may mean, and by how many letters they differ."""

    establishment_id: str
    name: str
    distance: int


@dataclass(frozen=True)
class Match:
    """What a text names: an identifier when that is sure (null for « non précisé »), else whom to ask about."""

    how: How
    establishment_id: str | None = None
    candidates: tuple[Candidate, ...] = ()
    odd: str = ""

    @property
    def sure(self) -> bool:
        return self.how in ("exact", "alias", "confirmed")


@dataclass(frozen=True)
class Place:
    """What the checks need to know of an establishment."""

    name: str
    kind: str
    region_code: str
    disp: str


@dataclass
class Directory:
    """The establishments of `data/`, those that the user added, and what the user confirmed (folded text → id)."""

    extra: tuple[ExtraEstablishment, ...] = ()
    confirmed: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places: dict[str, Place] = {}
        self._exact: dict[str, str] = {}
        self._aliases: dict[str, set[str]] = {}
        for identifier, name, kind, region_code, disp, short, commune in _reference():
            self._add(identifier, name, kind, region_code, disp)
            self._name(identifier, kind, _spellings(short, commune))
        for each in self.extra:
            self._add(each.establishment_id, each.name, each.kind, each.region_code, each.disp)
            self._name(each.establishment_id, each.kind, _spellings(each.name, each.commune))
        for code, word in codes.synonyms_of("establishments"):
            self._aliases.setdefault(bare(word), set()).add(code)
        self._compared: dict[str, Match] = {}
        self._confirmed = {bare(text): chosen for text, chosen in self.confirmed.items()}

    def find(self, text: str) -> Match:
        """What the text names; near matches and homonyms come as candidates, the nearest first."""
        asked = bare(text)
        if chosen := self._confirmed.get(asked):
            return Match("confirmed", None if chosen == UNSPECIFIED else chosen)
        if odd := odd_letters(text):
            return Match("unknown", odd=odd)
        if found := self._exact.get(asked):
            return Match("exact", found)
        named = self._aliases.get(asked, set())
        if named == {UNSPECIFIED}:
            return Match("exact", None)
        if len(named) == 1:
            return Match("alias", next(iter(named)))
        if named:
            return Match("homonym", candidates=self._candidates((each, 0) for each in sorted(named)))
        if asked not in self._compared and len(self._compared) < MOST_COMPARED and len(asked) <= _MOST_CHARACTERS:
            self._compared[asked] = self._near(asked)
        return self._compared.get(asked, Match("unknown"))

    def _near(self, asked: str) -> Match:
        """The same place under another kind (« MA » for a « CP »), else names that look alike."""
        plain = _without_kind(asked)
        known = {**{each: {found} for each, found in self._exact.items()}, **self._aliases}
        if plain != asked and plain in known:
            return Match("near", candidates=self._candidates((each, 0) for each in sorted(known[plain])))
        nearest = process.extract(plain, known.keys(), scorer=fuzz.ratio, score_cutoff=_LEAST_LIKENESS, limit=8)
        found = {each: Levenshtein.distance(plain, word) for word, _, _ in reversed(nearest) for each in known[word]}
        found = {each: distance for each, distance in found.items() if distance <= max(2, len(plain) // 4)}
        found.pop(UNSPECIFIED, None)
        ordered = sorted(found.items(), key=lambda pair: (pair[1], pair[0]))[:MOST_CANDIDATES]
        return Match("near", candidates=self._candidates(ordered)) if ordered else Match("unknown")

    def _candidates(self, found: Iterable[tuple[str, int]]) -> tuple[Candidate, ...]:
        return tuple(
            Candidate(each, self.places[each].name, distance) for each, distance in found if each in self.places
        )

    def _add(self, identifier: str, name: str, kind: str, region_code: str, disp: str) -> None:
        self.places[identifier] = Place(name, kind, region_code, disp)
        self._exact[bare(name)] = self._exact[bare(identifier)] = identifier

    def _name(self, identifier: str, kind: str, spellings: Iterable[str]) -> None:
        for spelling in spellings:
            self._aliases.setdefault(spelling, set()).add(identifier)
            for word in _KIND_WORDS.get(kind, ()):
                self._aliases.setdefault(f"{word} {spelling}", set()).add(identifier)


def _reference() -> Iterable[tuple[str, ...]]:
    columns = ["establishment_id", "name", "kind", "region_code", "disp", "short_name", "commune"]
    rows: Iterable[tuple[str, ...]] = reference.table("establishments")[columns].itertuples(index=False, name=None)
    return rows


def _spellings(short: str, commune: str) -> set[str]:
    """The folded ways to name a place: its short name, each of its parts, its commune."""
    place = short.split(" (")[0]
    parts = (
        {place, commune, *(part for part in place.split("-") if len(bare(part)) > 3)}
        if _paired(place)
        else {place, commune}
    )
    return {bare(short), *(bare(part) for part in parts)}


def _paired(place: str) -> bool:
    """Whether a short name joins two places (« Lille-Annœullin »), and is not one (« Bar-le-Duc »)."""
    words = fold(place).split()
    return (
        "-" in place
        and words[0] not in ("saint", "sainte", "basse", "fort", "mont", "villeneuve", "villefranche")
        and not {"le", "la", "les", "de", "du", "en", "sur", "i"} & set(words[1:-1])
    )


def _without_kind(asked: str) -> str:
    """The text without the words of a kind in front."""
    every = sorted({word for group in _KIND_WORDS.values() for word in group} | set(_ANY_KIND), key=len, reverse=True)
    for word in every:
        if asked.startswith(f"{word} "):
            return asked.removeprefix(f"{word} ")
    return asked


def area(text: str) -> tuple[str, str] | None:
    """("region", code) or ("disp", code) that a text names; None when it is neither."""
    asked = key(text)
    for name, list_name in (("region", "regions"), ("disp", "disps")):
        if found := codes.words(list_name).get(asked):
            return name, found
    plain = asked.removeprefix("disp ").removeprefix("direction interregionale ")
    return ("disp", plain) if plain in codes.labels("disps") else None
