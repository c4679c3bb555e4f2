"""Adding a published figure to `data/`: whole and sourced, or refused with every reason; never half written."""

import csv
import io
import math
import os
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from portique.config import DATA
from portique.errors import FigureRefused, ReferenceDataError

# The columns of data/published_figures.csv with what each is, as the command line explains it.
COLUMNS = {
    "figure_id": "identifiant, par exemple NAT-122 ; trois ou quatre capitales, un trait d’union, trois chiffres",
    "scope_kind": "champ : national, disp, region, establishment, operation ou supplier",
    "scope": "champ en toutes lettres, par exemple France",
    "establishment_id": "établissement, tel que dans data/establishments.csv ; obligatoire si le champ en est un",
    "period_start": "premier jour, AAAA-MM-JJ",
    "period_end": "lendemain du dernier jour, AAAA-MM-JJ",
    "measure": "ce qui est compté, tel que dans data/published_measures.csv",
    "value": "nombre, avec un point décimal et sans espace",
    "unit": "unité, telle que dans data/published_units.csv",
    "qualifier": "exact, about, more_than ou at_least",
    "definition_note": "ce que la source dit compter",
    "source_title": "titre de la source",
    "source_publisher": "éditeur ; une copie le dit",
    "source_url": "adresse, en https://",
    "published_on": "publication : AAAA, AAAA-MM ou AAAA-MM-JJ ; vide si la page n’est pas datée",
    "confidence": "official, press_citing_official ou press",
    "note": "réserve ou contradiction",
    "preferred": "true si c’est la valeur à citer pour ce champ, cette période et cette mesure, sinon false",
    "checked": "seconde lecture : not_checked, confirmed ou confirmed_elsewhere",
}
DEFAULTS = {"preferred": "true", "checked": "not_checked"}
CODES = {
    "scope_kind": ("national", "disp", "region", "establishment", "operation", "supplier"),
    "qualifier": ("exact", "about", "more_than", "at_least"),
    "confidence": ("official", "press_citing_official", "press"),
    "preferred": ("true", "false"),
    "checked": ("not_checked", "confirmed", "confirmed_elsewhere"),
}
LISTS = {"measure": "published_measures", "unit": "published_units", "establishment_id": "establishments"}
FACT = ("scope", "establishment_id", "period_start", "period_end", "measure")
OPTIONAL = ("establishment_id", "published_on", "note")

Row = Mapping[str, str]


def add(given: Row, folder: Path = DATA) -> dict[str, str]:
    """Append a figure to `published_figures.csv` of a folder, or raise FigureRefused with every rule that it breaks.

    `given` maps columns to texts; what it leaves out takes its default, or is missing. Returns the row as written.
    """
    row = {column: given.get(column, "").strip() or DEFAULTS.get(column, "") for column in COLUMNS}
    refusals = list(_refusals(row, folder))
    if refusals:
        raise FigureRefused("Chiffre refusé, rien n’a été écrit.\n- " + "\n- ".join(refusals))
    _append(folder / "published_figures.csv", row)
    return row


def _refusals(row: Row, folder: Path) -> Iterable[str]:
    """Every rule that a row breaks, as a sentence that names the column, what was found and what to do."""
    yield from _missing(row)
    yield from _misspelt(row)
    yield from _unknown_codes(row, folder)
    yield from _bad_shapes(row)
    yield from _bad_period(row)
    yield from _conflicts(row, _read(folder, "published_figures"), _read(folder, "published_figures_unusable"))


def _missing(row: Row) -> Iterable[str]:
    for column, meaning in COLUMNS.items():
        if not row[column] and column not in OPTIONAL:
            yield f"{_option(column)} manque : donnez {meaning}."
    if row["scope_kind"] == "establishment" and not row["establishment_id"]:
        yield f"{_option('establishment_id')} manque : donnez {COLUMNS['establishment_id']}."


def _misspelt(row: Row) -> Iterable[str]:
    """Texts must fit on a line and be typeset as French is."""
    for column in ("scope", "definition_note", "source_title", "source_publisher", "note"):
        if "'" in row[column]:
            yield f"{_option(column)} : écrivez l’apostrophe ’ au lieu de '."
        if re.search(r"[\r\n\t]", row[column]):
            yield f"{_option(column)} : le texte doit tenir sur une ligne, sans tabulation."


def _unknown_codes(row: Row, folder: Path) -> Iterable[str]:
    for column, codes in CODES.items():
        if row[column] and row[column] not in codes:
            yield f"{_option(column)} : « {row[column]} » est inconnu ; écrivez {', '.join(codes)}."
    for column, name in LISTS.items():
        known = {line[column] for line in _read(folder, name)}
        if row[column] and row[column] not in known:
            yield f"{_option(column)} : « {row[column]} » n’est pas dans data/{name}.csv."


def _bad_shapes(row: Row) -> Iterable[str]:
    fits: dict[str, Callable[[str], bool]] = {
        "figure_id": lambda text: bool(re.fullmatch(r"[A-Z]{3,4}-\d{3}", text)),
        "value": _is_number,
        "source_url": _is_link,
        "published_on": lambda text: _day(text + "-01-01"[len(text) - 4 :]) is not None,
    }
    for column, fit in fits.items():
        if row[column] and not fit(row[column]):
            yield f"{_option(column)} : « {row[column]} » ne convient pas ; donnez {COLUMNS[column]}."


def _bad_period(row: Row) -> Iterable[str]:
    days = {}
    for column in ("period_start", "period_end"):
        days[column] = _day(row[column])
        if row[column] and not days[column]:
            yield f"{_option(column)} : « {row[column]} » n’est pas un jour ; donnez {COLUMNS[column]}."
    start, end = days.get("period_start"), days.get("period_end")
    if start and end and end <= start:
        yield (
            f"La période du {start} au {end} est vide : --period-end est le lendemain du dernier jour, "
            f"donc au moins le lendemain de {start}."
        )


def _conflicts(row: Row, usable: Iterable[Row], unusable: Iterable[Row]) -> Iterable[str]:
    """What the figures already there forbid: a second figure of one name, a second value to quote for one fact."""
    usable = list(usable)
    if row["figure_id"] in {held["figure_id"] for held in (*usable, *unusable)}:
        yield f"{_option('figure_id')} : « {row['figure_id']} » existe déjà ; prenez un autre numéro."
    same = [held["figure_id"] for held in usable if held["preferred"] == "true" and _fact(held) == _fact(row)]
    if row["preferred"] == "true" and same:
        yield (
            f"{_option('preferred')} : {same[0]} est déjà la valeur à citer pour ce champ, cette période et cette "
            "mesure ; écrivez --preferred false, ou corrigez d’abord l’autre ligne."
        )


def _fact(row: Row) -> tuple[str, ...]:
    return tuple(row[column] for column in FACT)


def _option(column: str) -> str:
    return f"--{column.replace('_', '-')}"


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d+(\.\d+)?", text)) and math.isfinite(float(text))


def _day(text: str) -> date | None:
    """The day of « AAAA-MM-JJ », written so and no other way."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _is_link(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme == "https" and "." in parts.netloc and not re.search(r"\s", text)


def _read(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / f"{name}.csv"
    if not path.is_file():
        raise ReferenceDataError(f"{path} est introuvable ; reprenez le fichier depuis le dépôt du projet.")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _append(path: Path, row: Row) -> None:
    """Put a row after those of a file, in one move: a reader finds the old file or the new one, never a part."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(row[column] for column in COLUMNS)
    held = path.read_bytes()
    written = path.with_suffix(".new")
    with written.open("wb") as file:
        file.write(held + (b"" if held.endswith(b"\n") else b"\n") + line.getvalue().encode("utf-8"))
        file.flush()
        os.fsync(file.fileno())
    os.replace(written, path)
