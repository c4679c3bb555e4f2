"""A file of a user from its bytes to a version: seconds (elapsed and of processor) of each step, memory, bare DuckDB.

    .venv/bin/python -m benchmarks.files

A CSV of a million lines is read, checked and committed in one process, as « portique import » does it, and a workbook
of 50 000 lines likewise. The processor's seconds count the child that parses.
"""

import argparse
import multiprocessing
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter

HEADINGS = (
    "date_saisie", "etablissement", "region", "type_objet", "modele", "quantite", "contexte_decouverte",
    "fournisseur", "canal", "operation", "commentaire",
)  # fmt: skip
SPREADSHEET_LINES = 50_000


def lines(count: int, seed: int = 1) -> list[tuple[str, ...]]:
    """So many lines over three years in all establishments, two in a hundred refused."""
    from portique.register import reference

    chance = random.Random(seed)
    regions = reference.labels("regions", "region_code")
    rows = reference.table("establishments")[["name", "region_code"]].itertuples(index=False, name=None)
    where = [(name, regions[code]) for name, code in rows]
    what = [*["mini-téléphone", "smartphone", "téléphone", "chargeur", "carte SIM", "clé USB"] * 20, "bidule"]
    days = [f"{date(2022, 6, 1) + timedelta(days):%d/%m/%Y}" for days in range(1_100)]
    many = [*["1", "1", "1", "2", "2", "3", "trois", "> 20", "inconnu", "1 234"] * 10, "1,5"]
    ways = ["cellule", "parloir", "projection", "cour de promenade", ""]
    named = [("Oportik", "site internet"), ("", ""), ("", ""), ("inconnu", "")]
    drawn = chance.choice
    return [
        (drawn(days), *drawn(where), drawn(what), drawn(["", "L8STAR BM70", "K33"]), drawn(many), drawn(ways),
         *drawn(named), "", f"note {chance.randrange(200_000)}")
        for _ in range(count)
    ]  # fmt: skip


def write_csv(path: Path, count: int) -> None:
    """The lines as a French spreadsheet exports them."""
    with path.open("w", encoding="utf-8") as stream:
        for row in (HEADINGS, *lines(count)):
            stream.write(";".join(row) + "\n")


def write_xlsx(path: Path, count: int) -> None:
    """The lines as a workbook."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("Saisies")
        for at, row in enumerate((HEADINGS, *lines(count))):
            sheet.write_row(at, 0, row)


def measure(path: Path, folder: Path) -> None:
    """Read, check and commit the file as one process does, saying what each step took."""
    from portique.register import importing
    from portique.register.intake import reading
    from portique.register.lake import Lake

    lake = Lake(folder, "registered")
    steps: list[tuple[float, float]] = []
    print(f"\n{path.name} ({path.stat().st_size / 1e6:.0f} MB); at the start {_peak()} MB")
    source = _measured("read", lambda: reading.read(path), steps)
    checked = _measured("check", lambda: importing.checks(lake, source), steps)
    told, _ = _measured("commit", lambda: importing.commit(lake, checked, author="mesure"), steps)
    print(f"{'in all':10} {sum(wall for wall, _ in steps):6.1f} s, {sum(cpu for _, cpu in steps):6.1f} s of processor")
    counts = told.counts
    print(f"{counts.read} read = {counts.new} new + {counts.refused} refused + {counts.already_there} already there")


def bare(path: Path) -> None:
    """Only read the same file, in DuckDB alone."""
    import duckdb

    steps: list[tuple[float, float]] = []
    asked = "CREATE TABLE held AS FROM read_csv(?, all_varchar = true, delim = ';')"
    with duckdb.connect(config={"threads": 2}) as connection:
        _measured("DuckDB", lambda: connection.execute(asked, [str(path)]), steps)


def _measured(what: str, work: Callable[[], Any], steps: list[tuple[float, float]]) -> Any:
    elapsed, processor = time.perf_counter(), _processor()
    result = work()
    elapsed, processor = time.perf_counter() - elapsed, _processor() - processor
    steps.append((elapsed, processor))
    print(f"{what:10} {elapsed:6.1f} s, {processor:6.1f} s of processor, {_peak()} MB at most", flush=True)
    return result


def _processor() -> float:
    """Processor seconds of this process and of the children that ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak() -> int:
    """The most memory of this process so far, in megabytes; `getrusage` would begin with the parent's."""
    return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) // 1024


def _alone(work: Callable[..., None], *given: Path) -> None:
    """Do the work in a process of its own, whose memory is its own."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=given)
    process.start()
    process.join()
    if process.exitcode:
        sys.exit(process.exitcode)


def main() -> int:
    """Measure both files, each step in turn, and what DuckDB alone needs to read the first."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    chosen = parser.parse_args()
    run(chosen.lines, chosen.rounds)
    return 0


def run(count: int, rounds: int = 1) -> None:
    """Write a CSV of so many lines and a workbook of at most SPREADSHEET_LINES, and measure them."""
    with tempfile.TemporaryDirectory(prefix="files-") as folder:
        held = Path(folder)
        write_csv(held / "saisies.csv", count)
        write_xlsx(held / "saisies.xlsx", min(count, SPREADSHEET_LINES))
        for number in range(rounds):
            _alone(measure, held / "saisies.csv", held / f"csv-{number}")
            _alone(bare, held / "saisies.csv")
            _alone(measure, held / "saisies.xlsx", held / f"xlsx-{number}")


if __name__ == "__main__":
    sys.exit(main())
