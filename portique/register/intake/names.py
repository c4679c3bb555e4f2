"""Texts of unknown origin made safe to keep and to compare: file names, headings, values."""

import re
import unicodedata
from functools import lru_cache

MOST_NAME_CHARACTERS = 120
_ARTICLES = frozenset(
    ["de", "d", "du", "des", "la", "le", "les", "l", "a", "au", "aux", "et", "en", "un", "une", "the", "of"]
)
_SPACES = re.compile(r"\s+")
_NOT_ALPHANUMERIC = re.compile(r"[^0-9a-z]+")


def file_name(given: str) -> str:
    """The base name of a file without folders, control characters, text-direction marks or reserved signs."""
    base = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in base if not hidden(letter) and letter not in '<>:"|?*')
    kept = _SPACES.sub(" ", kept).strip(" .")
    stem, dot, extension = kept.rpartition(".")
    if dot and len(kept) > MOST_NAME_CHARACTERS:
        kept = stem[: MOST_NAME_CHARACTERS - len(extension) - 1] + "." + extension[:20]
    return kept[:MOST_NAME_CHARACTERS] or "fichier sans nom"


def hidden(letter: str) -> bool:
    """Whether a character is unseen or turns the text around it: controls, formats, lone surrogates, private use."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def tidy(text: str) -> str:
    """The text in NFC, with single plain spaces and none around it."""
    return _SPACES.sub(" ", unicodedata.normalize("NFC", text)).strip()


@lru_cache(maxsize=20_000)
def fold(text: str) -> str:
    """What two spellings of a name share: no accents, case, punctuation or plural; words apart by one space."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "OE").replace("æ", "ae")).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    if not letters.isascii():
        # A letter of another alphabet stays, so that a look-alike never folds onto the Latin one.
        return _SPACES.sub(" ", "".join(each if each.isalnum() else " " for each in letters)).strip()
    return _NOT_ALPHANUMERIC.sub(" ", letters).strip()


@lru_cache(maxsize=20_000)
def key(text: str) -> str:
    """`bare` without the plural of each word."""
    return " ".join(_singular(word) for word in bare(text).split())


@lru_cache(maxsize=20_000)
def bare(text: str) -> str:
    """`fold` without articles; the fold itself when nothing else is left."""
    folded = fold(text)
    return " ".join(word for word in folded.split() if word not in _ARTICLES) or folded


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word[-1] in "sx" else word


def odd_letters(text: str) -> str:
    """The characters of a name that a French keyboard does not give: hidden ones, other alphabets; empty if none."""
    found = [letter for letter in text if hidden(letter) or (letter.isalpha() and not _latin(letter))]
    return " ".join(dict.fromkeys(_described(letter) for letter in found))


def _latin(letter: str) -> bool:
    return letter.isascii() or unicodedata.name(letter, "").startswith(("LATIN", "MODIFIER", "FEMININE", "MASCULINE"))


def _described(letter: str) -> str:
    code = f"U+{ord(letter):04X}"
    return code if hidden(letter) else f"{letter} ({code})"
