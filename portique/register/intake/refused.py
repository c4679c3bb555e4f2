"""The refused lines as a workbook to be mended and imported again: the reason stands beside each refused cell."""

import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import xlsxwriter

from portique.register.intake import fields
from portique.register.intake.checked import Checked, Refusal
from portique.register.intake.columns import Column
from portique.register.intake.mapping import hidden

ROWS_PER_SHEET = 200_000
_INSTRUCTIONS = (
    "Ces lignes ont été refusées. Corrigez les cellules en couleur, enregistrez, puis importez ce fichier.",
    "À droite de chaque cellule refusée, sa raison. Les colonnes « motif_refus » et « ligne_d_origine » sont ignorées.",
    "Les données personnelles ont été retirées : elles ne sont jamais enregistrées.",
)


@dataclass(frozen=True)
class _Cell:
    text: str
    kind: Literal["plain", "refused", "reason"] = "plain"


def workbook(checked: Checked) -> bytes:
    """The XLSX of the refused lines; of a wide table, one line per refused cell, with its period."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"constant_memory": True}) as book:
        formats = {
            "plain": None,
            "refused": book.add_format({"bg_color": "#FFE0B2"}),
            "reason": book.add_format({"font_color": "#7A3E00", "italic": True}),
        }
        lines, reasons = _refused(checked)
        headings = _headings(checked, {refusal.column for refusal in checked.refusals})
        for start in range(0, len(lines), ROWS_PER_SHEET):
            part = lines[start : start + ROWS_PER_SHEET]
            sheet = book.add_worksheet(f"Lignes refusées {1 + start // ROWS_PER_SHEET}")
            _write_headings(sheet, headings, book.add_format({"bold": True, "bottom": 1}))
            for row, line in enumerate(part, start=1):
                for place, cell in enumerate(_cells(checked, headings, int(line), reasons[int(line)])):
                    sheet.write_string(row, place, cell.text, formats[cell.kind])
        notes = book.add_worksheet("À lire")
        for row, text in enumerate(_INSTRUCTIONS):
            notes.write_string(row, 0, text)
    return held.getvalue()


def _refused(checked: Checked) -> tuple[list[int], dict[int, dict[str, str]]]:
    """The refused lines in order, and per line: column → its reasons."""
    reasons: dict[int, dict[str, str]] = defaultdict(dict)
    for refusal in checked.refusals:
        for line, text in _texts(refusal):
            held = reasons[line].get(refusal.column)
            reasons[line][refusal.column] = f"{held} ; {text}" if held else text
    return sorted(reasons), reasons


def _texts(refusal: Refusal) -> Iterator[tuple[int, str]]:
    for line, code in zip(refusal.lines, refusal.codes, strict=True):
        _, found, expected = refusal.reasons[int(code)]
        yield int(line), f"trouvé : {found} ; attendu : {expected}"


def _headings(checked: Checked, faulty: set[str]) -> list[str]:
    """The columns: those of the file, those that a wide table unfolds to, a reason beside each faulty one."""
    left_out = {match.heading for match in checked.matches if match.how in ("personal", "period")}
    kept = [name for name in (checked.lines.headings if checked.lines else ()) if name not in left_out]
    kept += [name for name in _unfolded(checked) if name not in kept]
    kept += [name for name in sorted(faulty) if name not in kept]
    spread = [name for each in kept for name in ([each, f"{fields.REASON} : {each}"] if each in faulty else [each])]
    return [*spread, fields.ORIGIN]


def _unfolded(checked: Checked) -> tuple[str, ...]:
    known = fields.by_code()
    return () if checked.origin is None else (known["found_on"].heading, known["quantity"].heading)


def _cells(checked: Checked, headings: list[str], line: int, reasons: dict[str, str]) -> Iterator[_Cell]:
    table = checked.lines
    if table is None:
        return
    row = line if checked.origin is None else int(checked.origin[line])
    for name in headings:
        if name == fields.ORIGIN:
            yield _Cell(str(table.rows[row]))
        elif name.startswith(f"{fields.REASON} : "):
            text = reasons.get(name.removeprefix(f"{fields.REASON} : "), "")
            yield _Cell(text, "reason")
        else:
            yield _Cell(_text(checked, name, row, line), "refused" if name in reasons else "plain")


def _text(checked: Checked, name: str, row: int, line: int) -> str:
    """The text of a cell; emptied when it holds personal data, which a mask would not make storable."""
    column: Column | None = checked.lines.column(name) if checked.lines else None
    if checked.origin is not None and name in _unfolded(checked):
        unfolded = checked.unfolded[_unfolded(checked).index(name)]
        return str(unfolded.texts[unfolded.codes[line]])
    if column is None:
        return ""
    text = column.texts[column.codes[row]]
    return text if hidden(text) == text else ""


def _write_headings(sheet: xlsxwriter.worksheet.Worksheet, headings: list[str], bold: xlsxwriter.format.Format) -> None:
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(headings):
        sheet.write_string(0, place, name, bold)
        sheet.set_column(place, place, 45 if name.startswith(fields.REASON) else 20)
