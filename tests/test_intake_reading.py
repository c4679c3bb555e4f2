"""Reading files of users: any usual way to write a table gives the same texts; what is hostile gives a sentence."""

import codecs
import contextlib
import csv
import io
import os
import signal
import subprocess
import time
import zipfile
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from intake_files import grid, ods, ods_row, read, tampered, xlsx

from portique.errors import FileRefused
from portique.register.intake import archive, child, limits, names, reading, regular

TABLE = [["date", "lieu", "quantité"], ["20/05/2025", "Béziers – n° 2", "1"], ["21/05/2025", "à l’Île", "2"]]


def written(separator: str, encoding: str) -> bytes:
    text = "".join(separator.join(row) + "\r\n" for row in TABLE)
    marks = {"utf-16-le-bom": codecs.BOM_UTF16_LE, "utf-16-be-bom": codecs.BOM_UTF16_BE}
    return marks.get(encoding, b"") + text.encode(encoding.removesuffix("-bom"))


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16-le-bom", "utf-16-be-bom", "utf-16-le", "utf-16-be"]
)
def test_any_usual_text_gives_the_same_table(separator: str, encoding: str) -> None:
    assert grid(read(written(separator, encoding))) == TABLE


def test_quotes_hold_separators_line_breaks_and_quotes() -> None:
    held = read('a;b;c\n"x;y";"deux\nlignes";"dit ""oui"""\n1;2;3\n')
    assert grid(held) == [["a", "b", "c"], ["x;y", "deux lignes", 'dit "oui"'], ["1", "2", "3"]]


def test_the_line_that_excel_adds_is_no_row() -> None:
    assert grid(read("sep=;\na;b\n1;2\n"))[1:] == [["a", "b"], ["1", "2"]]


def test_rows_of_unequal_width_keep_every_cell() -> None:
    assert grid(read("Titre\na;b;c\n1;2\n1;2;3;4;5\n"))[2:] == [["1", "2", "", "", ""], ["1", "2", "3", "4", "5"]]


def test_the_fast_way_and_the_slow_one_agree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = 'a;b;c\n"x;y";"deux\nlignes";é\n;;\n1;"dit ""oui""";3\n'
    fast = grid(read(content))
    monkeypatch.setattr(regular, "write", lambda *_: None)
    assert grid(read(content)) == fast


def test_xlsx_types_become_plain_texts() -> None:
    held = read(
        xlsx([["jour", "n", "x", "b"], [date(2025, 5, 20), 12, 2.5, True], [date(2025, 1, 2), 1234, 0.5, False]])
    )
    assert grid(held)[1:] == [["2025-05-20", "12", "2.5", "oui"], ["2025-01-02", "1234", "0.5", "non"]]


def test_ods_rows_that_repeat_are_each_a_row() -> None:
    held = read(ods(ods_row("a", "b") + ods_row("x", "y", repeated=3)))
    assert grid(held) == [["a", "b"], *[["x", "y"]] * 3]


def test_an_ods_that_ends_in_a_million_empty_rows_is_small() -> None:
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    assert grid(read(ods(ods_row("a", "b") + ods_row("x", "y") + empty))) == [["a", "b"], ["x", "y"]]


def test_parquet_gives_texts_too() -> None:
    held = io.BytesIO()
    pq.write_table(pa.table({"jour": [date(2025, 5, 20), None], "n": [3, 4], "mot": ["é", None]}), held)
    assert grid(read(held.getvalue())) == [["jour", "n", "mot"], ["2025-05-20", "3", "é"], ["", "4", ""]]


def test_the_row_number_is_that_of_the_file() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.add_worksheet().write(6, 2, "x")
    assert read(held.getvalue()).sheets[0].top == 6


REFUSED = {
    "empty": (b"", "vide"),
    "pdf": (b"%PDF-1.7\n...", "PDF"),
    "old excel or password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "ancien fichier .xls"),
    "html": (b"<html><table><tr><td>1</td></tr></table></html>", "HTML"),
    "nul byte": (b"a;b\n1;2\n3;\x004\n", "ligne 3"),
    "two encodings": ("é;b\n".encode() + "é;c\n".encode("cp1252"), "deux encodages"),
    "no encoding": (b"a;b\n\x81;c\n", "0x81"),
    "quote never closed": (b'a;b\n1;"' + b"x;y\n" * 20_000, "guillemet"),
    "a zip that is no workbook": (b"PK\x03\x04" + bytes(200), "zip"),
    "parquet cut short": (b"PAR1" + bytes(200), "Parquet"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_a_table_is_refused_with_its_reason(case: str) -> None:
    content, reason = REFUSED[case]
    with pytest.raises(FileRefused, match=reason):
        read(content)


def test_a_word_document_is_not_a_workbook() -> None:
    with pytest.raises(FileRefused, match="ni un classeur"):
        read(tampered(ods(""), "mimetype", b"spreadsheet", b"text"))


def test_one_endless_line_is_refused_at_its_first_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "ligne.csv"
    with path.open("wb") as file:
        for _ in range(40):
            file.write(b"x" * limits.MEGABYTE)
    with pytest.raises(FileRefused, match=r"la ligne 1 dépasse 1 Mo"):
        reading.read(path)


def test_a_stray_cell_at_the_end_of_the_sheet_is_named() -> None:
    with pytest.raises(FileRefused, match="XFD1048576"):
        read(stray())


def stray() -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write("A1", "x")
        sheet.write("XFD1048576", "y")
    return held.getvalue()


def test_a_row_repeated_a_million_times_is_refused() -> None:
    with pytest.raises(FileRefused, match="répétée 1048575 fois"):
        read(ods(ods_row("a", "b") + ods_row("x", "y", repeated=1_048_575)))


def test_a_zip_bomb_is_refused_by_its_directory() -> None:
    held = io.BytesIO(xlsx([["a", "b"], ["1", "2"]]))
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/media/zeros.bin", bytes(limits.MOST_UNPACKED_BYTES + 1))
    assert len(held.getvalue()) < limits.MEGABYTE
    with pytest.raises(FileRefused, match="décompressé"):
        read(held.getvalue())


ENTITY = '<!DOCTYPE x [<!ENTITY xxe SYSTEM "file:///etc/passwd">]>'


def test_external_entities_are_refused() -> None:
    with pytest.raises(FileRefused, match="entités externes"):
        read(ods(ods_row("a", "&xxe;"), ENTITY).replace(b"&amp;", b"&"))
    book = tampered(xlsx([["a", "b"]]), "xl/worksheets/sheet1.xml", b"<worksheet", f"{ENTITY}<worksheet".encode())
    with pytest.raises(FileRefused, match="entités externes"):
        read(book)


def test_macros_and_formulas_are_said_and_only_values_read() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["a", "b"])
        sheet.write_formula(1, 0, '=HYPERLINK("http://attacker.example","x")', value="clic")
        sheet.write(1, 1, 2)
    source = read(tampered(held.getvalue(), "xl/vbaProject.bin", b"", b"macro"))
    assert grid(source)[1] == ["clic", "2"]
    assert [word in " ".join(source.notes) for word in ("macros", "1 cellule(s) contiennent une formule")] == [
        True,
        True,
    ]


def test_a_formula_that_was_never_calculated_is_refused() -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as book:
        book.add_worksheet().write_formula(0, 0, "=1+1", value=7)
    book = tampered(held.getvalue(), "xl/worksheets/sheet1.xml", b"<v>7</v>", b"")
    with pytest.raises(FileRefused, match="jamais été calculées"):
        read(book)


def test_a_cell_cut_by_the_end_of_a_block_is_still_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_BLOCK", 37)
    with pytest.raises(FileRefused, match="XFD1048576"):
        read(stray())
    assert grid(read(xlsx([["a", "b"], ["1", "2"]]))) == [["a", "b"], ["1", "2"]]


def test_the_wrong_extension_is_said(tmp_path: Path) -> None:
    path = tmp_path / "saisies.xlsx"
    path.write_text("a;b\n1;2\n", encoding="utf-8")
    source = reading.read(path)
    assert grid(source) == [["a", "b"], ["1", "2"]]
    assert any("« .xlsx »" in note for note in source.notes)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(FileRefused, match=r"absent\.csv : lecture impossible"):
        reading.read(tmp_path / "absent.csv")


def test_a_child_that_needs_too_much_memory_dies_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook that slips past the look-through: the child's own limit ends it, and the parent says why."""
    monkeypatch.setattr(child, "__name__", "intake_greedy")
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    path = tmp_path / "lourd.xlsx"
    path.write_bytes(xlsx([["a", "b"]]))
    run, started = subprocess.run, time.monotonic()
    monkeypatch.setattr(
        subprocess, "run", lambda *a, **k: run(*a, **{**k, "env": {**k["env"], "PYTHONPATH": os.environ["PYTHONPATH"]}})
    )
    with pytest.raises(FileRefused, match="500 Mo de mémoire"):
        reading.read(path)
    assert time.monotonic() - started < 30


def test_a_child_that_takes_too_long_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object, **given: object) -> None:
        raise subprocess.TimeoutExpired("child", 30)

    monkeypatch.setattr(subprocess, "run", late)
    path = tmp_path / "long.csv"
    path.write_text("a;b\n", encoding="utf-8")
    with pytest.raises(FileRefused, match="plus de 10 secondes"):
        reading.read(path)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\saisies.csv", "saisies.csv"),
        ("saisies\u202excslx.exe", "saisiesxcslx.exe"),
        ("a\0b\n.csv", "ab.csv"),
        ("  .. ", "fichier sans nom"),
        ("été 2025.xlsx", "été 2025.xlsx"),
    ],
)
def test_a_file_name_is_made_safe(given: str, kept: str) -> None:
    assert names.file_name(given) == kept


@given(st.text(max_size=300))
def test_a_safe_name_has_no_folder_nor_hidden_letter(given: str) -> None:
    name = names.file_name(given)
    assert name
    assert "/" not in name
    assert not any(names.hidden(letter) for letter in name)
    assert len(name) <= names.MOST_NAME_CHARACTERS


FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@FUZZ
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    with contextlib.suppress(FileRefused):  # any other error fails
        assert read(content).sheets[0].rows >= 0


@FUZZ
@given(st.integers(0, 5_000), st.binary(min_size=1, max_size=40))
def test_a_damaged_workbook_is_read_or_refused(place: int, noise: bytes) -> None:
    book = bytearray(BOOK)
    book[place % len(book) : place % len(book) + len(noise)] = noise
    with contextlib.suppress(FileRefused):
        assert read(bytes(book)).format == "xlsx"


BOOK = xlsx([["a", "b"], *[[str(row), row] for row in range(30)]])

CELLS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=12)


@FUZZ
@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), min_size=2, max_size=8), st.sampled_from(";\t|,"))
def test_a_table_that_is_written_is_read_back(rows: list[list[str]], separator: str) -> None:
    held = io.StringIO()
    csv.writer(held, delimiter=separator, quoting=csv.QUOTE_ALL).writerows([["aa", "bb", "cc"], *rows])
    found = read(held.getvalue().encode("utf-8-sig"))
    wide = zip(*([column.texts[code] for code in column.codes] for column in found.sheets[0].columns[:3]), strict=True)
    assert [list(row) for row in wide][1:] == [[names.tidy(text) for text in row] for row in rows]


@pytest.mark.parametrize(
    ("status", "trace", "reason"),
    [
        (-signal.SIGXCPU, b"", "plus de 10 secondes"),
        (-signal.SIGKILL, b"", "plus de 10 secondes"),
        (-signal.SIGABRT, b"memory allocation of 5 bytes failed", "500 Mo de mémoire"),
        (1, b"MemoryError", "500 Mo de mémoire"),
        (1, b"OSError: [Errno 28] No space left on device", "la place manque"),
        (-signal.SIGXFSZ, b"", "la place manque"),
        (1, b"PanicException", "abîmé"),
        (-signal.SIGSEGV, b"", "abîmé"),
    ],
)
def test_whatever_ends_the_child_is_a_sentence(status: int, trace: bytes, reason: str) -> None:
    assert reason in reading._died(status, trace, 10)
