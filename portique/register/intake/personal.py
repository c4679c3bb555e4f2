"""Personal data in a cell: found by its pattern, shown masked, never kept."""

import re
from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

_NAME = r"[A-ZÀ-ÖØ-Þ][\wÀ-ÿ’'-]{2,}"
_PATTERNS = {
    "adresse électronique": re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
    "numéro de téléphone": re.compile(
        r"(?<![\d.])(?:(?:\+|00)33[ .-]?(?:\(0\)[ .-]?)?|0)[1-9](?:[ .-]?\d{2}){4}(?!\d)"
    ),
    "numéro d’écrou": re.compile(
        r"(?i:\b[ée]crous?\b\s*(?:n[°ºo]\.?|num[ée]ro)?\s*:?\s*)\d[\d .]{2,9}|(?i:\bn[°º]\s*d[’']?[ée]crou\s*:?\s*)\d+"
    ),
    "nom de personne": re.compile(
        r"(?i:\b(?:d[ée]tenue?s?|pr[ée]venue?|condamn[ée]e?|nomm[ée]e?|surveillante?|agente?|visiteu(?:r|se)))"
        rf"\s+(?:(?i:m\.|mr|mme|monsieur|madame)\s+)?{_NAME}(?:\s+{_NAME})*"
        rf"|(?:\bM\.|\bMr|\bMme|\bMonsieur|\bMadame|\bMlle)\s+{_NAME}(?:\s+{_NAME})*"
    ),
}
_FIFTEEN = re.compile(r"(?<!\d)\d(?:[ ./-]?\d){14}(?!\d)")
# The same, wider, for the engine that looks through a million texts at once.
_ANY = (
    r"@|[ée]crou|\d([ ./-]?\d){8}"
    r"|\b(d[ée]tenu|pr[ée]venu|condamn|nomm[ée]|surveillant|agent|visiteu|(mme|mlle|mr?|monsieur|madame)\b)"
)


def suspects(texts: pa.Array) -> pa.Array:
    """A mask of the texts that may hold personal data, to be looked at one by one."""
    return pc.match_substring_regex(texts, _ANY, ignore_case=True)


def findings(text: str) -> list[tuple[str, str]]:
    """What personal data a text holds: its kind, and the text with it masked."""
    found = [(kind, match.span()) for kind, pattern in _PATTERNS.items() for match in pattern.finditer(text)]
    found += [("IMEI", match.span()) for match in _FIFTEEN.finditer(text) if _luhn(re.sub(r"\D", "", match[0]))]
    if not found:
        return []
    hidden = masked(text, (span for _, span in found))
    return [(kind, hidden) for kind in dict.fromkeys(kind for kind, _ in found)]


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with letters and digits of the spans hidden, all but the first of each."""
    letters = list(text)
    for start, end in spans:
        first = True
        for position in range(start, end):
            if letters[position].isalnum():
                letters[position] = letters[position] if first else "•"
                first = False
    return "".join(letters)


def _luhn(digits: str) -> bool:
    """The check digit of an IMEI (GSMA TS.06)."""
    total = 0
    for position, digit in enumerate(map(int, reversed(digits))):
        doubled = digit * 2 if position % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0 and len(set(digits)) > 1
