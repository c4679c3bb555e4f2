"""What a few words may mean on any page: an establishment, a territory or a published figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from typing import Any
from urllib.parse import urlencode

from portique.reading import labels
from portique.reading.exhibits import figures
from portique.reading.exhibits.exhibit import each
from portique.reading.questions import within
from portique.reading.selection import FACETS, Selection
from portique.reading.view import View
from portique.register import reference

GROUPS = {"establishments": "Établissements", "territories": "Territoires", "figures": "Chiffres publiés"}
FIGURE, WORDS = "figure", "words"  # stand where the others name a facet of the selection
TERRITORIES = {"regions": "région", "departments": "département", "disps": "direction interrégionale"}
MOST = 8  # shown of a group; the number of the others is said
LEAST_LETTERS = 2
MOST_LETTERS = 80
NEAR = 0.75  # how alike two spellings must be, from 0 to 1


@dataclass(frozen=True)
class Entry:
    """Something that can be found: what choosing it does, how it reads, and the folded words that lead to it."""

    group: str
    field: str
    code: str
    name: str
    detail: str
    whole: tuple[str, ...]
    named: frozenset[str]
    told: frozenset[str]


@dataclass(frozen=True)
class Matches:
    """The entries that answer some words, by group and best first; `instead` are the words that were understood."""

    words: str
    entries: dict[str, list[Entry]]
    instead: str = ""

    @property
    def count(self) -> int:
        return sum(map(len, self.entries.values()))


def everything(view: View) -> list[Entry]:
    """All that can be found: the places that the view offers, in alphabetical order, then every published figure."""
    return [*_places(view), *_figures()]


def look_up(entries: Sequence[Entry], words: str) -> Matches:
    """What answers some words: by how they begin; if nothing does, written as one; if nothing does, spelt nearly so."""
    words = words.strip()[:MOST_LETTERS]
    sought = labels.folded_words(words)
    if too_short(words):
        return Matches(words, {})
    held = _ranked(entries, sought) or _joined(entries, sought)
    if held:
        return Matches(words, _grouped(held))
    nearly = _nearly(entries, sought)
    return Matches(words, _grouped(_ranked(entries, nearly)), " ".join(nearly)) if nearly else Matches(words, {})


def too_short(words: str) -> bool:
    """Whether words hold too few letters to be looked up."""
    return sum(map(len, labels.folded_words(words))) < LEAST_LETTERS


def counts(entries: Iterable[Entry]) -> dict[str, int]:
    """How many things can be found, by group."""
    groups = [entry.group for entry in entries]
    return {group: groups.count(group) for group in GROUPS}


def selected(view: View, field: str, code: str) -> Selection:
    """The view's selection with one place alone, as a click on the map chooses it.

    The scope opens to all establishments where the operation's would leave none.
    """
    open_ = view.selection.without(*(facet.field for facet in FACETS if facet.column))
    alone = open_.with_(**{field: (code,)})
    return alone if any(within(view.reader, alone.territory)) else alone.with_(scope="all")


def opens_scope(view: View, entry: Entry) -> bool:
    """Whether choosing an entry opens the scope."""
    return entry.field != FIGURE and selected(view, entry.field, entry.code).scope != view.selection.scope


def link(view: View, entry: Entry) -> str:
    """The address that shows an entry, relative to the site."""
    if entry.field == FIGURE:
        return f"/{figures.PAGE}?chiffre={entry.code}"
    return replace(view, selection=selected(view, entry.field, entry.code), page="", options=()).link


def figures_link(words: str) -> str:
    """The address of the published figures that hold some words, relative to the site."""
    return f"/{figures.PAGE}?{urlencode({'mots': words})}"


def _places(view: View) -> Iterable[Entry]:
    known = {row["establishment_id"]: row for row in view.reader.served.places}  # those that a register adds, too
    for code, name in view.choices["establishments"].items():
        yield _establishment(view, name, known[code])
    for field, kind in TERRITORIES.items():
        for code, name in view.choices[field].items():
            number = f"{kind}{labels.WIDE}{code}" if field == "departments" else kind
            yield _entry("territories", field, code, name, number, [name], [code, kind])


def _establishment(view: View, name: str, row: dict[Any, Any]) -> Entry:
    department, region = view.label("departments", row["department_code"]), view.label("regions", row["region_code"])
    detail = f"{row['commune']}, {department} ({row['department_code']})"
    names = [name, row["short_name"], row["commune"]]
    told = [department, row["department_code"], region]
    return _entry("establishments", "establishments", row["establishment_id"], name, detail, names, told)


@cache
def _figures() -> list[Entry]:
    """Every published figure, the unusable ones after the others."""
    places = each(reference.table("establishments"))
    around = {row.establishment_id: [row.commune, row.department, row.region] for row in places}
    usable, unusable = figures.usable(), figures.unusable_rows()
    return [_figure(row, around.get(row.place, [])) for rows in (usable, unusable) for row in each(rows)]


def _figure(row: Any, around: Sequence[str]) -> Entry:
    doubt = f"{row.standing_words} · " if row.standing_words == figures.UNUSABLE else ""
    detail = f"{doubt}{row.where} · {row.when} · {row.figure_id}"
    names = [row.figure_id, row.what, row.words, row.where, f"{row.value:.0f}"]
    told = [row.when, row.definition_note, row.scope, *around]
    return _entry("figures", FIGURE, row.figure_id, f"{row.what}{labels.WIDE}: {row.words}", detail, names, told)


def _entry(
    group: str, field: str, code: str, name: str, detail: str, names: Sequence[str], told: Sequence[object]
) -> Entry:
    whole = tuple("".join(labels.folded_words(text)) for text in names)
    named = frozenset(word for text in names for word in labels.folded_words(text))
    others = frozenset(word for text in told if isinstance(text, str) for word in labels.folded_words(text))
    return Entry(group, field, code, name, labels.typeset(detail), whole, named, others)


def _ranked(entries: Iterable[Entry], sought: Sequence[str]) -> list[Entry]:
    """The entries in which every word begins one of theirs, the best first, in their order where they are as good."""
    ranks = [(rank, entry) for entry in entries if (rank := _rank(entry, sought)) is not None]
    return [entry for _, entry in sorted(ranks, key=lambda held: held[0])]


def _rank(entry: Entry, sought: Sequence[str]) -> int | None:
    """0 for the very name, then its words, how they begin, and last what is told beside the name; None: no answer."""
    if "".join(sought) in entry.whole:
        return 0
    if entry.named.issuperset(sought):
        return 1
    if _begin(entry.named, sought):
        return 2
    return 3 if _begin(entry.named | entry.told, sought) else None


def _begin(words: Iterable[str], sought: Sequence[str]) -> bool:
    held = tuple(words)
    return all(any(word.startswith(part) for word in held) for part in sought)


def _joined(entries: Iterable[Entry], sought: Sequence[str]) -> list[Entry]:
    """The entries whose name holds the words written as one: « fleurymérogis », « 79526 »."""
    joined = "".join(sought)
    return [entry for entry in entries if any(joined in text for text in entry.whole)]


def _nearly(entries: Sequence[Entry], sought: Sequence[str]) -> list[str]:
    """The words of names that are spelt nearly as those sought; empty if one of them is like none."""
    spellings = sorted({word for entry in entries for word in entry.named if not word.isdigit()})
    near = [[word] if word in spellings else get_close_matches(word, spellings, 1, NEAR) for word in sought]
    return [words[0] for words in near] if all(near) else []


def _grouped(held: Iterable[Entry]) -> dict[str, list[Entry]]:
    """By group, the one of the best entry first."""
    groups: dict[str, list[Entry]] = {}
    for entry in held:
        groups.setdefault(entry.group, []).append(entry)
    return groups
