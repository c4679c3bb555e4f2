"""A delimited text file: its encoding, its separator, its rows; nothing is held but one block of it."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from portique.errors import FileRefused
from portique.register.intake import limits

_SAMPLE = 65_536
SEPARATORS = {";": "point-virgule", "\t": "tabulation", "|": "barre verticale", ",": "virgule"}
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_NAMES = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 avec BOM", "cp1252": "Windows-1252"}
_ACCENT_IN_UTF8 = re.compile(rb"\xc3[\x80-\xbf]|\xe2\x80[\x80-\xbf]")


@dataclass(frozen=True)
class Dialect:
    """How a text file is written."""

    encoding: str
    separator: str

    def said(self) -> str:
        """The dialect in words."""
        name = _NAMES.get(self.encoding, "UTF-16")
        return f"Texte {name}, séparateur : {SEPARATORS[self.separator]}."


def rows(path: Path, dialect: Dialect) -> Iterator[list[str]]:
    """The rows in order; raises FileRefused at one that cannot be told apart."""
    csv.field_size_limit(limits.MOST_CELL_CHARACTERS)
    with path.open(encoding=dialect.encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=dialect.separator)
        try:
            for row in reader:
                yield [] if reader.line_num == 1 and row and row[0].startswith("sep=") else row
        except csv.Error as error:
            raise FileRefused(
                f"ligne {reader.line_num} : une cellule dépasse {limits.MOST_CELL_CHARACTERS} caractères "
                "ou un guillemet n’est jamais refermé ; corrigez cette ligne"
            ) from error


def dialect(path: Path) -> Dialect:
    """How the whole file is written; raises FileRefused when it cannot be text."""
    encoding = _encoding(path)
    with path.open(encoding=encoding, newline="") as stream:
        sample = stream.read(_SAMPLE)
    return Dialect(encoding, _separator(sample))


def _encoding(path: Path) -> str:
    """The encoding in which the whole file can be read; raises FileRefused when there is none."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    for mark, encoding in _BOMS.items():
        if start.startswith(mark):
            return _checked(path, encoding)
    if start[1::2].count(0) > len(start) * 0.2:
        return _checked(path, "utf-16-le")
    if start[0::2].count(0) > len(start) * 0.2:
        return _checked(path, "utf-16-be")
    return _checked(path, "utf-8") if _valid_utf8(path) else _checked(path, "cp1252")


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(limits.MOST_LINE_BYTES):
            yield block


def _valid_utf8(path: Path) -> bool:
    """Whether the file is UTF-8; raises FileRefused when parts of it are and parts are not."""
    decoder, accents = codecs.getincrementaldecoder("utf-8")(), 0
    valid = True
    for block in _blocks(path):
        accents += len(_ACCENT_IN_UTF8.findall(block))
        try:
            if valid:
                decoder.decode(block)
        except UnicodeDecodeError:
            valid = False
    if not valid and accents:
        raise FileRefused(
            "le fichier mélange deux encodages (UTF-8 et Windows-1252) : ses accents ne peuvent pas être lus sans "
            "deviner ; enregistrez-le à nouveau en UTF-8"
        )
    return valid


def _checked(path: Path, encoding: str) -> str:
    """The encoding, if every byte of the file has a meaning in it and no line is endless."""
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    for block in chain(_blocks(path), [b""]):
        text = _decoded(decoder, block, line)
        if "\0" in text:
            raise FileRefused(
                f"ligne {line + text[: text.index(chr(0))].count(chr(10))} : un caractère nul (octet 0), "
                "qu’aucun tableau de texte ne contient ; exportez le fichier à nouveau"
            )
        breaks = text.count("\n") or text.count("\r")
        if not breaks and len(block) == limits.MOST_LINE_BYTES:
            raise FileRefused(
                f"la ligne {line} dépasse {limits.MOST_LINE_BYTES // limits.MEGABYTE} Mo : ce n’est pas un tableau, "
                "ou ses fins de ligne manquent ; exportez-le à nouveau"
            )
        line += breaks
    return encoding


def _decoded(decoder: codecs.IncrementalDecoder, block: bytes, line: int) -> str:
    """A block as text; an empty block ends the file."""
    try:
        return decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        raise FileRefused(
            f"vers la ligne {line}, l’octet {error.object[error.start]:#04x} ne se lit dans aucun encodage connu "
            "(UTF-8, Windows-1252, UTF-16) ; enregistrez le fichier en UTF-8"
        ) from error


def _separator(sample: str) -> str:
    """The separator that cuts most rows into the same number of cells, most cells first."""
    return max(SEPARATORS, key=lambda separator: _regularity(sample, separator))


def _regularity(sample: str, separator: str) -> int:
    whole = sample[: sample.rfind("\n") + 1] or sample
    try:
        found = list(csv.reader(io.StringIO(whole, newline=""), delimiter=separator))
    except csv.Error:
        return 0
    widths = Counter(len(row) for row in found if len(row) > 1)
    return max((times * (width - 1) for width, times in widths.items()), default=0)
