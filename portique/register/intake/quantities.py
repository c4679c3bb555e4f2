"""Numbers of objects and of cells, as people write them: « 1 234 », « trois », « plus de 20 », « inconnu »."""

import re
from dataclasses import dataclass

from portique.register.intake.names import fold
from portique.register.intake.values import Refused, Value, quoted

# More than any published yearly total of the whole country: a typing error, or another kind of number.
MOST = 100_000
_MOST_CHARACTERS = 60

EXPECTED = "un nombre entier d’objets (2), « plus de 20 », « au moins 20 » ou « inconnu »"
EXPECTED_CELLS = "un nombre entier de cellules (0 s’il n’y en a pas), ou rien s’il est inconnu"

UNKNOWN = frozenset(
    [
        "inconnu",
        "inconnue",
        "quantite inconnue",
        "nombre inconnu",
        "non precise",
        "non renseigne",
        "indetermine",
        "nc",
        "nr",
        "nd",
        "n c",
        "n d",
        "n r",
        "n a",
        "unknown",
    ]
)
_UNITS = [
    "zero",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre vingt"}
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_WHOLE = re.compile(r"\d+|\d{1,3}(?: \d{3})+")
_ZERO_DECIMALS = re.compile(r"(\d+)[.,]0+")
_MORE_THAN = re.compile(r"(?:>|plus de|more than|superieur a|sup a)\s*(.+)")
_AT_LEAST = re.compile(
    r"(?:>=|≥|=>|au moins|at least|minimum|min\.?)\s*(.+)|(.+?)\s*(?:\+|et plus|ou plus|au moins|minimum)"
)
_UNIT_WORDS = re.compile(r"\s*(?:pieces?|pcs?|unites?|u\.?|objets?|ex\.?)$")


@dataclass(frozen=True)
class Quantity:
    """At least how many, and how exactly that is known."""

    least: int
    qualifier: str


def _words() -> dict[str, int]:
    """Folded French number words from 0 to 99, and 100."""
    spoken = {fold(word): number for number, word in enumerate(_UNITS)} | {
        "une": 1,
        "cent": 100,
        "aucun": 0,
        "aucune": 0,
    }
    for ten, word in _TENS.items():
        for more in range(20 if ten in (60, 80) else 10):
            joined = " et " if more in (1, 11) and ten != 80 else " "
            spoken[fold(f"{word}{joined}{_UNITS[more]}" if more else word)] = ten + more
            if more == 1:
                spoken[fold(f"{word}{joined}une")] = ten + more
    return spoken | {"quatre vingts": 80, "soixante et dix": 70}


WORDS = _words()


def quantity(text: str) -> Value | Refused:
    """A `Quantity` of at least 1; what is not whole is refused, never rounded."""
    plain = _plain(text)
    if fold(plain) in UNKNOWN or plain == "?":
        return Value(Quantity(1, "unknown"), "quantité inconnue, comptée 1")
    if fold(plain) == "plusieurs":
        return Value(Quantity(2, "at_least"), "au moins 2")
    bounded = _bounded(plain)
    if bounded is not None:
        return bounded
    number = whole(plain)
    if number is None:
        return Refused(quoted(text) if text else "cellule vide", EXPECTED)
    if not 1 <= number <= MOST:
        return Refused(quoted(text), f"un nombre de 1 à {MOST} ; une ligne qui ne compte rien n’est pas une saisie")
    return Value(Quantity(number, "exact"), "" if plain == str(number) else str(number))


def cells(text: str) -> Value | Refused:
    """The number of cells searched, « unknown » when the text says so, None when it says nothing."""
    plain = _plain(text)
    if not plain:
        return Value(None)
    if fold(plain) in UNKNOWN or plain == "?":
        return Value("unknown", "nombre de cellules inconnu")
    number = whole(plain)
    if number is None or number > MOST:
        return Refused(quoted(text), EXPECTED_CELLS)
    return Value(number, "" if plain == str(number) else str(number))


def whole(plain: str) -> int | None:
    """The whole number that a text says in digits or French words; None when it says none."""
    if len(plain) > _MOST_CHARACTERS:
        return None
    counted = _UNIT_WORDS.sub("", plain)
    if not plain.isascii() and any(letter.isdigit() and not letter.isascii() for letter in plain):
        return None
    if _WHOLE.fullmatch(counted):
        return int(counted.replace(" ", ""))
    if match := _ZERO_DECIMALS.fullmatch(counted):
        return int(match[1])
    return WORDS.get(fold(counted))


def _plain(text: str) -> str:
    return (
        _SPACES.sub(" ", text).strip().lower().replace("é", "e").replace("è", "e").replace("à", "a").replace("ô", "o")
    )


def _bounded(plain: str) -> Value | None:
    """« plus de n » counts n + 1, « au moins n » counts n."""
    if len(plain) > _MOST_CHARACTERS:
        return None
    for pattern, step in ((_AT_LEAST, 0), (_MORE_THAN, 1)):
        match = pattern.fullmatch(plain)
        number = whole(next(group for group in match.groups() if group).strip()) if match else None
        if number is not None and 1 <= number + step <= MOST:
            return Value(Quantity(number + step, "at_least"), f"au moins {number + step}")
    return None
