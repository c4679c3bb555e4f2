"""French words, numbers, dates and order: the one place where a value becomes text."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

THIN = "\u202f"  # narrow no-break space: thousands, and before ; ? ! %
WIDE = "\u00a0"  # no-break space: before : and inside « »
MINUS = "\u2212"
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
SHORT_MONTHS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)

_THOUSANDS = re.compile(
    r"(?<=(?<!\d)\d) (?=\d{3}(?!\d))|(?<=(?<!\d)\d\d) (?=\d{3}(?!\d))|(?<=(?<!\d)\d{3}) (?=\d{3}(?!\d))"
)
_DAY = re.compile(rf"\b(\d\d?|1er) ({'|'.join(MONTHS)})\b")

STATUS = {
    "published": "chiffre publié",
    "derived": "calculé par Portique",
    "registered": "registre",
    "demonstration": "données de démonstration",
    "method": "méthode",
}
BASIS_UNKNOWN = "effectifs inconnus"


def number(value: float, decimals: int = 0) -> str:
    """« 79 526 », « 0,45 », « −12 »: thousands by a narrow no-break space, a decimal comma."""
    text = f"{abs(value):,.{decimals}f}".replace(",", THIN).replace(".", ",")
    negative = value < 0 and text.strip("0,") != ""
    return f"{MINUS}{text}" if negative else text


def signed(change: float) -> str:
    """« +12 », « −4 », « 0 »."""
    return f"{'+' if change > 0 else ''}{number(change)}"


def compact(value: float) -> str:
    """A number for an axis or a tile: three significant digits below 10, whole above."""
    if value == round(value) or abs(value) >= 10:
        return number(value)
    return number(value, 1) if abs(value) >= 1 else number(value, 2)


def percent(share: float, decimals: int = 0) -> str:
    """« 54 % » from 0.54; « < 1 % » rather than « 0 % » for what is not nothing."""
    if decimals == 0 and 0 < share < 0.005:
        return f"<{WIDE}1{THIN}%"
    return f"{number(share * 100, decimals)}{THIN}%"


def signed_percent(change: float) -> str:
    """« +31 % », « −4 % », « ±0 % »."""
    rounded = round(change * 100)
    sign = "±" if rounded == 0 else "+" if rounded > 0 else ""
    return f"{sign}{number(rounded)}{THIN}%"


def plural(count: float, singular: str, many: str) -> str:
    """The word that agrees with a count: French takes the plural from 2 on."""
    return singular if abs(count) < 2 else many


def counted(count: float, singular: str, many: str, *, at_least: bool = False) -> str:
    """« 1 téléphone », « au moins 27 005 téléphones »."""
    start = "au moins " if at_least else ""
    return f"{start}{number(count)}{WIDE}{plural(count, singular, many)}"


def day(value: date) -> str:
    """« 20 mai 2025 », « 1er janvier 2022 »."""
    return f"{_ordinal(value.day)} {MONTHS[value.month - 1]} {value.year}".replace(" ", WIDE, 1)


def moment(value: datetime) -> str:
    """« 20 mai 2025 à 14 h 05 », where the server stands; a time without a zone is of Greenwich."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    here = datetime.fromtimestamp(aware.timestamp(), UTC).astimezone()  # pandas has an astimezone of its own
    return f"{day(here)} à {here.hour}{WIDE}h{WIDE}{here.minute:02d}"


def short_day(value: date) -> str:
    """« 20 mai 25 », for small tables."""
    return f"{value.day}{WIDE}{short_month(value)}"


def month(value: date) -> str:
    """« mai 2025 »."""
    return f"{MONTHS[value.month - 1]}{WIDE}{value.year}"


def short_month(value: date) -> str:
    """« mai 25 », for axes and small tables."""
    return f"{SHORT_MONTHS[value.month - 1]}{WIDE}{value.year % 100:02d}"


def bin_label(value: date, bin_: str) -> str:
    """The name of a day, week, month, quarter or year by its first day."""
    match bin_:
        case "year":
            return str(value.year)
        case "quarter":
            return f"{_ordinal_quarter(value)}{WIDE}trim.{WIDE}{value.year}"
        case "month":
            return month(value)
        case "week":
            return f"semaine du {day(value)}"
        case _:
            return day(value)


def period(start: date, end: date) -> str:
    """A half-open period in words: « 2025 », « janvier à mars 2025 », « 3 au 20 mai 2025 », « 20 mai 2025 »."""
    last = end - timedelta(days=1)
    if start == last:
        return day(start)
    if _whole_years(start, end):
        return str(start.year) if start.year == last.year else f"{start.year} à {last.year}"
    if start.day == 1 and end.day == 1:
        if (start.year, start.month) == (last.year, last.month):
            return month(start)
        first = MONTHS[start.month - 1] if start.year == last.year else month(start)
        return f"{first} à {month(last)}"
    if (start.year, start.month) == (last.year, last.month):
        return f"{_ordinal(start.day)} au {day(last)}"
    return f"{day(start)} au {day(last)}"


def during(start: date, end: date) -> str:
    """The same as a complement: « en 2025 », « de janvier à mars 2025 », « le 20 mai 2025 »."""
    last = end - timedelta(days=1)
    text = period(start, end)
    if start == last:
        return f"le {text}"
    if " à " in text:
        return f"{'d’' if text[0] in 'ao' else 'de '}{text}"
    return f"en {text}" if start.day == 1 and end.day == 1 else f"du {text}"


def listed(words: Sequence[str], most: int = 3) -> str:
    """« a, b et c »; beyond `most`, « a, b et 4 autres »."""
    if len(words) > most:
        words = [*words[: most - 1], f"{number(len(words) - most + 1)} autres"]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} et {words[-1]}"


def sentence(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def typeset(text: str) -> str:
    """The text with the no-break spaces that French wants.

    Narrow before ; ! ? % and between thousands, wide before :, inside « » and between a day and its month.
    """
    for mark in ";!?%":
        text = text.replace(f" {mark}", f"{THIN}{mark}")
    text = _THOUSANDS.sub(THIN, _DAY.sub(rf"\1{WIDE}\2", text))
    return text.replace(" :", f"{WIDE}:").replace("« ", f"«{WIDE}").replace(" »", f"{WIDE}»")


def partial_date(text: str) -> str:
    """A date as precise as it is given: « 2025 », « mai 2025 », « 20 mai 2025 »."""
    match len(text):
        case 10:
            return day(date.fromisoformat(text))
        case 7:
            return month(date.fromisoformat(f"{text}-01"))
        case _:
            return text


def collation(text: str) -> tuple[str, str]:
    """A sort key in the French order: « Île » among the i, apostrophes and hyphens ignored, accents decide last."""
    folded = _folded(text)
    return "".join(letter for letter in folded if letter.isalnum()), folded


def folded_words(text: str) -> list[str]:
    """The words of a text without capitals and accents, to be compared: « L’Île-Rousse » gives l, ile, rousse."""
    kept = (letter for letter in _folded(text) if not unicodedata.combining(letter))
    return "".join(letter if letter.isalnum() else " " for letter in kept).split()


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "Oe")).casefold()


def _ordinal(day_of_month: int) -> str:
    return "1er" if day_of_month == 1 else str(day_of_month)


def _ordinal_quarter(value: date) -> str:
    quarter = (value.month + 2) // 3
    return "1er" if quarter == 1 else f"{quarter}e"


def _whole_years(start: date, end: date) -> bool:
    return (start.month, start.day, end.month, end.day) == (1, 1, 1, 1)
