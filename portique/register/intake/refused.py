"""The refused lines as a workbook to be mended and imported again: the reason stands beside each refused cell."""

import io
from collections import defaultdict
from collections.abc import Iterator

import xlsxwriter

from portique.register.intake import fields
from portique.register.intake.checked import Checked, Refusal
from portique.register.intake.mapping import hidden

ROWS_PER_SHEET = 200_000
_BESIDE = f"{fields.REASON} : "
_INSTRUCTIONS = (
    "Ces lignes ont été refusées. Corrigez les cellules en couleur, enregistrez, puis importez ce fichier.",
    "À droite de chaque cellule refusée, sa raison. Les colonnes « motif_refus » et « ligne_d_origine » sont ignorées.",
    "Les données personnelles ont été retirées : elles ne sont jamais enregistrées.",
)


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
            columns = [_texts_of(checked, name, part, reasons) for name in headings]
            kinds = [formats["reason" if name.startswith(_BESIDE) else "plain"] for name in headings]
            for row, (line, *texts) in enumerate(zip(part, *columns, strict=True), start=1):
                for place, text in enumerate(texts):
                    faulty = headings[place] in reasons[line]
                    sheet.write_string(row, place, text, formats["refused"] if faulty else kinds[place])
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
    every = checked.lines.headings if checked.lines else ()
    kept = [name for name in every if name not in left_out and not fields.added(name)]
    kept += [name for name in _unfolded(checked) if name not in kept]
    kept += [name for name in sorted(faulty) if name not in kept]
    spread = [name for each in kept for name in ([each, f"{_BESIDE}{each}"] if each in faulty else [each])]
    return [*spread, fields.ORIGIN]


def _unfolded(checked: Checked) -> tuple[str, ...]:
    known = fields.by_code()
    return () if checked.origin is None else (known["found_on"].heading, known["quantity"].heading)


def _texts_of(checked: Checked, name: str, lines: list[int], reasons: dict[int, dict[str, str]]) -> list[str]:
    """The texts of one column for some lines; one with personal data is emptied, since a mask would be stored."""
    table = checked.lines
    if table is None:
        return [""] * len(lines)
    if name.startswith(_BESIDE):
        return [reasons[line].get(name.removeprefix(_BESIDE), "") for line in lines]
    rows = lines if checked.origin is None else checked.origin[lines]
    if name == fields.ORIGIN:
        return [str(row) for row in table.rows[rows]]
    unfolded = {column.heading: column for column in checked.unfolded}
    column = unfolded.get(name) or table.column(name)
    if column is None:
        return [""] * len(lines)
    codes = column.codes[lines if name in unfolded else rows]
    shown = {code: text if hidden(text := column.texts[code]) == text else "" for code in set(codes.tolist())}
    return [shown[code] for code in codes.tolist()]


def _write_headings(sheet: xlsxwriter.worksheet.Worksheet, headings: list[str], bold: xlsxwriter.format.Format) -> None:
    sheet.freeze_panes(1, 0)
    for place, name in enumerate(headings):
        sheet.write_string(0, place, name, bold)
        sheet.set_column(place, place, 45 if name.startswith(fields.REASON) else 20)
