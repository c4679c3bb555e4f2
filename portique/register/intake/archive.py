"""A workbook looked through before it is parsed: what its zip promises, and how far its cells reach."""

import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from portique.errors import FileRefused
from portique.register.intake import limits

# What zipfile raises on an archive that is not what its directory says (RuntimeError: an encrypted entry).
DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, NotImplementedError, RuntimeError)
DAMAGED = "le classeur est abîmé (archive zip illisible) ; enregistrez-le à nouveau"
_BLOCK = 1 << 20
_CELL = re.compile(rb'<(?:\w+:)?c(?=[\s/>])(?:[^>]*?\br="([A-Z]{1,3})(\d{1,7})")?[^>]*?(/?)>')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_UNCALCULATED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f[^>]*/>)\s*(?:<(?:\w+:)?v\s*/>\s*|<(?:\w+:)?v>\s*</(?:\w+:)?v>\s*)?</(?:\w+:)?c>"
)
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


@dataclass
class Reach:
    """The used cells of one sheet: the first and the last row and column (from 1), and how many formulas."""

    top: int = 0
    left: int = 0
    bottom: int = 0
    right: int = 0
    cells: int = 0
    formulas: int = 0
    uncalculated: int = 0

    def add(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Take a block of used cells in; raises FileRefused as soon as the sheet is too large."""
        self.top = min(self.top or row, row)
        self.left = min(self.left or column, column)
        self.bottom, self.right = max(self.bottom, row + rows - 1), max(self.right, column + columns - 1)
        self.cells += rows * columns

    def require_bounded(self) -> None:
        """Raise FileRefused when the rectangle of the used cells is larger than a table can be."""
        area = (self.bottom - self.top + 1) * (self.right - self.left + 1) if self.bottom else 0
        if max(area, self.cells) > limits.MOST_CELLS or self.right > limits.MOST_COLUMNS:
            raise FileRefused(
                f"la feuille va jusqu’à la cellule {column_letters(self.right)}{self.bottom}, soit {area} cellules "
                f"au lieu de {limits.MOST_CELLS} au plus ; effacez les cellules isolées loin du tableau, "
                "ou exportez la feuille en CSV"
            )


def column_letters(column: int) -> str:
    """« A » for 1, « XFD » for 16384."""
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters or "A"


def opened(path: Path) -> zipfile.ZipFile:
    """The zip of a workbook whose directory promises a bearable size; raises FileRefused otherwise."""
    try:
        archive = zipfile.ZipFile(path)
    except DAMAGE as error:
        raise FileRefused(DAMAGED) from error
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.MOST_ENTRIES or unpacked > limits.MOST_UNPACKED_BYTES:
        raise FileRefused(
            f"une fois décompressé, le classeur pèserait {unpacked // limits.MEGABYTE} Mo en {len(entries)} fichiers, "
            f"au lieu de {limits.MOST_UNPACKED_BYTES // limits.MEGABYTE} Mo au plus ; exportez la feuille utile en CSV"
        )
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileRefused("le classeur est protégé par un mot de passe ; enregistrez-le sans mot de passe")
    return archive


def says_spreadsheet(archive: zipfile.ZipFile) -> bool:
    """Whether an OpenDocument archive is a spreadsheet, by its own word."""
    try:
        return archive.read("mimetype")[:60].endswith(b"spreadsheet")
    except DAMAGE:
        return False


def look_through_xlsx(archive: zipfile.ZipFile) -> list[str]:
    """What must be said of an XLSX that is small enough to parse (macros, formulas); raises FileRefused otherwise."""
    names = archive.namelist()
    reaches = []
    for name in names:
        if not name.endswith((".xml", ".rels")):
            continue
        reach = Reach()
        _scan(archive, name, reach if name.startswith("xl/worksheets/") else None)
        reaches.append(reach)
    macros = any(name.endswith("vbaProject.bin") for name in names)
    return _said(macros, sum(each.formulas for each in reaches), sum(each.uncalculated for each in reaches))


def _scan(archive: zipfile.ZipFile, name: str, reach: Reach | None) -> None:
    """Follow one XML file block by block; a tag cut by the end of a block is seen with the next one."""
    rest, total = b"", 0
    try:
        with archive.open(name) as stream:
            while block := stream.read(_BLOCK):
                total += len(block)
                if total > limits.MOST_UNPACKED_BYTES:
                    raise FileRefused(
                        "le classeur se décompresse au-delà de ce qu’il annonce ; enregistrez-le à nouveau"
                    )
                text = rest + block
                cut = _last_start(text)
                _scan_block(text[:cut], reach)
                rest = text[cut:]
            _scan_block(rest, reach)
    except DAMAGE as error:
        raise FileRefused(DAMAGED) from error


def _last_start(text: bytes) -> int:
    """Where the last cell begins, or else the last tag: what stands before is whole."""
    cell = text.rfind(b"<c ")
    return cell if cell > 0 else max(text.rfind(b"<"), 0)


def _scan_block(text: bytes, reach: Reach | None) -> None:
    if _DOCTYPE.search(text):
        raise FileRefused(
            "le classeur déclare des entités externes (DOCTYPE), ce qu’aucun tableur n’écrit ; "
            "ouvrez-le dans un tableur et enregistrez-le à nouveau"
        )
    if reach is None:
        return
    for letters, digits, closed in _CELL.findall(text):
        if not closed:
            reach.add(int(digits) if digits else max(reach.bottom, 1), _column(letters) if letters else 1)
    reach.formulas += len(_FORMULA.findall(text))
    reach.uncalculated += len(_UNCALCULATED.findall(text))
    reach.require_bounded()


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _said(macros: bool, formulas: int, uncalculated: int) -> list[str]:
    """The notes on what is not read; raises FileRefused when a formula has no value to read."""
    if uncalculated:
        raise FileRefused(
            f"{uncalculated} formule(s) n’ont jamais été calculées, leur valeur est inconnue ; "
            "ouvrez le classeur dans un tableur, enregistrez-le, puis recommencez"
        )
    said = []
    if macros:
        said.append("Le classeur contient des macros : elles ne sont ni lues ni exécutées.")
    if formulas:
        said.append(f"{formulas} cellule(s) contiennent une formule : seule leur valeur enregistrée est lue.")
    return said


def look_through_ods(archive: zipfile.ZipFile) -> list[str]:
    """The same for an ODS, whose rows and cells may say that they are repeated."""
    follower = _OdsFollower()
    try:
        with archive.open("content.xml") as stream:
            while block := stream.read(_BLOCK):
                follower.feed(block)
    except (*DAMAGE, expat.ExpatError) as error:
        raise FileRefused(DAMAGED) from error
    macros = any(name.startswith("Basic/") for name in archive.namelist())
    return _said(macros, follower.formulas, 0)


class _OdsFollower:
    """Follows content.xml: how far each table's used cells reach, once its repetitions are unfolded."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype
        self.formulas = 0
        self._reach, self._row, self._column, self._repeats = Reach(), 1, 1, 1
        self._used: list[tuple[int, int]] = []

    def feed(self, block: bytes) -> None:
        self._parser.Parse(block, False)

    def _doctype(self, *_: object) -> None:
        raise FileRefused("le classeur déclare des entités externes (DOCTYPE), ce qu’aucun tableur n’écrit")

    def _start(self, name: str, given: dict[str, str]) -> None:
        if name == f"{_TABLE} table":
            self._reach, self._row = Reach(), 1
        elif name == f"{_TABLE} table-row":
            self._repeats, self._column, self._used = _repeated(given, "rows"), 1, []
        elif name in (f"{_TABLE} table-cell", f"{_TABLE} covered-table-cell"):
            times = _repeated(given, "columns")
            self.formulas += f"{_TABLE} formula" in given
            if f"{_OFFICE} value-type" in given:
                self._used.append((self._column, times))
            self._column += times

    def _end(self, name: str) -> None:
        if name != f"{_TABLE} table-row":
            return
        if self._used and self._repeats > limits.MOST_EQUAL_ROWS:
            raise FileRefused(
                f"la ligne {self._row} du classeur est répétée {self._repeats} fois à l’identique ; "
                f"{limits.MOST_EQUAL_ROWS} au plus : supprimez ces lignes et enregistrez à nouveau"
            )
        for column, times in self._used:
            self._reach.add(self._row, column, self._repeats, times)
        self._row += self._repeats
        self._reach.require_bounded()


def _repeated(given: dict[str, str], what: str) -> int:
    text = given.get(f"{_TABLE} number-{what}-repeated", "1")
    return min(int(text[:9]), 1 << 30) if text.isdecimal() else 1
