"""A file that was read, checked whole before anything is written: what is accepted, converted, refused, to confirm."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pyarrow as pa

from portique.register.intake import dates, fields, identity, layout, mapping, template, validity, wide
from portique.register.intake.assembly import Assembled, assemble
from portique.register.intake.checked import Checked, OtherSheet
from portique.register.intake.columns import Column, constant, with_year, without_times
from portique.register.intake.decisions import Decisions
from portique.register.intake.establishments import Directory
from portique.register.intake.findings import Found, personal_data, tell
from portique.register.intake.layout import Table, TotalRow
from portique.register.intake.lines import Lines
from portique.register.intake.mapping import Match
from portique.register.intake.names import key
from portique.register.intake.parsing import Parsers
from portique.register.intake.prepared import ExtraEstablishment, Prepared
from portique.register.intake.reading import Source

# Each text of a column is understood by itself, in the process that serves other readers too.
MOST_TEXTS = 100_000
_NUMBERS = ("line_number", "find_number", "search_number", "reference")


def check(
    source: Source,
    decisions: Decisions | None = None,
    today: date | None = None,
    known: Sequence[ExtraEstablishment] = (),
) -> Checked:
    """What an import of the file would do; `known` are the extra establishments that the register already has."""
    decided, now = decisions or Decisions(), today or date.today()
    directory = Directory((*known, *decided.extra_establishments), decided.establishments)
    if wrong := validity.problems(decided, directory):
        return Checked(source, None, decided, obstacles=wrong)
    sheets = [held for sheet in source.sheets if (held := layout.table(sheet)) is not None]
    # The example and the lists of our own template are no data, unless the user says so.
    sheets = [each for each in sheets if each.sheet not in template.NOT_DATA or each.sheet == decided.sheet]
    if not sheets:
        return Checked(source, None, decided, obstacles=("Aucun tableau : pas de ligne d’en-têtes suivie de lignes.",))
    chosen = _chosen(sheets, decided, directory)
    others = tuple(OtherSheet(each.sheet, len(each.rows)) for each in sheets if each is not chosen and len(each.rows))
    result = _check_table(_Task(source, decided, now, directory, chosen, others))
    # Of a million lines, 150 MB that Arrow would keep for itself while the lake is written.
    pa.default_memory_pool().release_unused()
    return result


def _chosen(sheets: list[Table], decided: Decisions, directory: Directory) -> Table:
    """The sheet that the user chose, else the one with most of our fields, then most lines."""
    for each in sheets:
        if each.sheet == decided.sheet:
            return each

    def worth(each: Table) -> tuple[int, int]:
        matches = mapping.match(each, decided, directory, layout.periods(each))
        return (min(len(each.rows), 1) and sum(bool(match.field) for match in matches), len(each.rows))

    return max(sheets, key=worth)


@dataclass(frozen=True)
class _Task:
    source: Source
    decided: Decisions
    today: date
    directory: Directory
    table: Table
    others: tuple[OtherSheet, ...]


def _check_table(task: _Task) -> Checked:
    table, decided = task.table, task.decided
    periods = layout.periods(table) if decided.unfold is not False else {}
    matches = mapping.match(table, decided, task.directory, periods)
    if decided.unfold is None and any(match.field in ("found_on", "quantity") for match in matches):
        periods = {}  # the lines have their own date or quantity: columns named after years are something else
        matches = mapping.match(table, decided, task.directory, periods)
    matches = mapping.of_kind(matches, decided.kind)
    filled = {match.field for match in matches if match.field} | set(decided.constants)
    bare = Checked(task.source, table, decided, matches, other_sheets=task.others)
    lacking = mapping.missing(filled, bool(periods), decided.kind)
    if obstacles := (*_obstacles(lacking, table), *_too_varied(table, matches)):
        return replace(bare, obstacles=obstacles)
    totals, lines = _without_totals(table, matches)
    return _check_lines(task, bare, lines, periods, totals)


def _obstacles(lacking: list[str], table: Table) -> tuple[str, ...]:
    if lacking:
        names = ", ".join(f"« {name} »" for name in lacking)
        found = ", ".join(f"« {name} »" for name in table.headings)
        return (
            f"Colonne(s) introuvable(s) : {names}. En-têtes lus : {found}. "
            "Dites quelle colonne les donne, ou la valeur qui vaut pour toutes les lignes.",
        )
    return () if len(table.rows) else ("Le tableau n’a que des en-têtes : aucune ligne à importer.",)


def _too_varied(table: Table, matches: Iterable[Match]) -> tuple[str, ...]:
    """The columns of too many different texts to be what they are taken for: a free text, say."""
    said = []
    for match in matches:
        column = _typed(match.field, table.column(match.heading))
        if match.field and match.field not in _NUMBERS and column and len(column.distinct) > MOST_TEXTS:
            said.append(
                f"« {match.heading} » contient {len(column.distinct)} textes différents, plus de {MOST_TEXTS} : "
                f"ce n’est pas une colonne « {_heading(match.field)} ». Dites ce qu’elle est, ou laissez-la de côté."
            )
    return tuple(said)


def _heading(field: str) -> str:
    known = fields.by_code()
    return known[field].heading if field in known else "année"


def _typed(field: str, column: Column | None) -> Column | None:
    return without_times(column) if column is not None and field in ("found_on", "found_until") else column


def _without_totals(table: Table, matches: Iterable[Match]) -> tuple[list[TotalRow], Table]:
    """The Total rows, and the table without them."""
    by_field = {match.field: match.heading for match in matches if match.field}
    required = [by_field[code] for code in ("found_on", "establishment", "item_type") if code in by_field]
    telling = [match.heading for match in matches if match.how not in ("left_out", "personal", "period")]
    rows = layout.totals(table, telling, required)
    kept = np.setdiff1d(np.arange(len(table.rows)), [row.line for row in rows])
    return rows, table.take(kept)


def _check_lines(
    task: _Task, bare: Checked, table: Table, periods: dict[str, dates.Period], totals: list[TotalRow]
) -> Checked:
    columns = _field_columns(task, table, bare.matches)
    notes = _line_number_note(columns)
    unfolded = wide.unfold(table, columns, periods) if periods else None
    if unfolded is None:
        line_keys, duplicates = identity.keys(table.columns, columns.get("line_number"))
    else:
        columns, line_keys, duplicates = unfolded.columns, unfolded.keys, unfolded.duplicates
    reading = _reading(task.decided, columns)
    parsers = Parsers(task.decided, task.directory, reading, task.today)
    parsed = {code: parsers.parse(code, column) for code, column in columns.items() if code not in _NUMBERS}
    numbers = {code: identity.texts_of(column) for code, column in columns.items() if code in _NUMBERS}
    if unfolded is not None:
        parsed["found_on"] = wide.parsed_periods(unfolded, task.today)
    one_each, searches = task.decided.one_search_per_line, task.decided.kind != "seizures"
    lines = Lines(len(line_keys), parsed, numbers, line_keys, task.directory, one_each, searches)
    _refuse_stray(lines, table, task.source.format, unfolded)
    assembled = assemble(lines)
    found = Found(bare, table, unfolded, lines, assembled, totals, duplicates)
    said = replace(
        tell(found),
        notes=(*task.source.notes, *_date_note(columns, reading, unfolded), *notes, *_wide_note(unfolded)),
        personal=personal_data(table, bare.matches),
    )
    return replace(said, prepared=_prepared(task, said, assembled))


def _field_columns(task: _Task, table: Table, matches: Iterable[Match]) -> dict[str, Column]:
    """The column of each filled field, the constants of the user included."""
    columns = {
        code: constant(fields.by_code()[code].heading, text, len(table.rows))
        for code, text in task.decided.constants.items()
    }
    for match in matches:
        column = _typed(match.field, table.column(match.heading))
        if match.field and column is not None:
            columns[match.field] = column
    year = columns.pop("found_year", None)
    if year is not None:
        columns["found_on"] = with_year(columns["found_on"], year) if "found_on" in columns else year
    return columns


def _line_number_note(columns: dict[str, Column]) -> list[str]:
    """Leave out a line number that does not identify lines, and say so."""
    number = columns.get("line_number")
    if number is None or identity.is_unique(number):
        return []
    del columns["line_number"]
    return [f"« {number.heading} » n’est pas un numéro unique : les lignes sont reconnues à leur contenu."]


def _reading(decided: Decisions, columns: dict[str, Column]) -> dates.Reading:
    held = [columns[code].texts for code in ("found_on", "found_until") if code in columns]
    return dates.decide((text for texts in held for text in texts), decided.day_first)


def _date_note(columns: dict[str, Column], reading: dates.Reading, unfolded: object) -> list[str]:
    return [reading.said()] if unfolded is None and "found_on" in columns else []


def _wide_note(unfolded: wide.Unfolded | None) -> list[str]:
    if unfolded is None:
        return []
    return [
        f"Tableau large : {len(unfolded.periods)} colonnes de périodes dépliées ; chaque nombre garde sa période. "
        f"{unfolded.empty} case(s) vide(s) ou à zéro ne sont pas des saisies."
    ]


def _refuse_stray(lines: Lines, table: Table, kind: str, unfolded: wide.Unfolded | None) -> None:
    """In a text file, a cell beyond the last heading shows a separator within a text: the line is shifted."""
    if kind == "csv" and table.stray.any():
        stray = table.stray if unfolded is None else table.stray[unfolded.origin]
        lines.refuse(
            "found_on", stray, "autant de cellules que d’en-têtes ; un séparateur est sans doute dans un texte"
        )


def _prepared(task: _Task, said: Checked, assembled: Assembled) -> Prepared | None:
    if not said.accepted:
        return None
    headings = sorted(key(name) for name in task.table.headings)
    return Prepared(
        file_name=task.source.file_name,
        file_hash=task.source.file_hash,
        searches=assembled.searches,
        seizures=assembled.seizures,
        refused=said.refused,
        read=said.read,
        extra_establishments=task.decided.extra_establishments,
        mapping={"headings": headings_hash(headings), "decisions": task.decided.to_json()},
    )


def headings_hash(headings: Iterable[str]) -> str:
    """What files with the same headings share, whatever the order of their columns."""
    return hashlib.sha256("\0".join(sorted(key(name) for name in headings)).encode()).hexdigest()
