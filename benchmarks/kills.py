"""Imports ended by kill -9 at a random moment: how many are torn, how many that were acknowledged are lost.

    .venv/bin/python -m benchmarks.kills --rounds 200

A round imports a file in a process of its own and kills it, and another process opens the register: it must find all of
the file or nothing of it. In half of the rounds the folder is empty (a first import), and the file is then imported
again: the register must end with all of it, once. In the others it holds what the rounds before left.
"""

import argparse
import os
import random
import select
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa

from portique.register import imports
from portique.register.intake.prepared import SEARCHES, SEIZURES, Prepared
from portique.register.lake import Lake

LINES = 400
SLOWEST = 5.0  # seconds, for the next start


@dataclass
class Tally:
    """What came of the rounds; `slowest` in seconds, opening the register after a kill."""

    rounds: int = 0
    killed: int = 0
    acknowledged: int = 0
    found_whole: int = 0
    torn: int = 0
    lost: int = 0
    doubled: int = 0
    slowest: float = 0.0


def run(rounds: int, folder: Path, seed: int = 1) -> Tally:
    """Run the rounds in folders under `folder`; the moments of the kills are drawn from the seed."""
    chance, tally = random.Random(seed), Tally()
    grown = Lake(folder / "grown", "registered")
    _forked(lambda out: _import(grown, 0, out))
    longest, held = _duration(folder / "measured"), LINES
    for number in range(1, rounds + 1):
        fresh = number % 2 == 1
        lake = Lake(folder / f"fresh-{number}", "registered") if fresh else grown
        delay = chance.uniform(0.0, longest * 1.1)
        if fresh:
            _round(lake, number, 0, delay, tally)
            tally.doubled += _again(lake, number) != LINES
            shutil.rmtree(lake.folder, ignore_errors=True)
        else:
            held = _round(lake, number, held, delay, tally)
    return tally


def _round(lake: Lake, number: int, before: int, delay: float, tally: Tally) -> int:
    """Kill one import; returns the lines found afterwards."""
    killed, said = _killed(lambda out: _import(lake, number, out), delay)
    found, seconds = (float(word) for word in _forked(lambda out: _look(lake, out)).split())
    tally.rounds += 1
    tally.killed += killed
    tally.acknowledged += said == "done"
    tally.found_whole += found == before + LINES
    tally.torn += found not in (before, before + LINES)
    tally.lost += said == "done" and found != before + LINES
    tally.slowest = max(tally.slowest, seconds)
    return int(found)


def _file(number: int) -> Prepared:
    """A file of its own for each round."""
    first = date(2025, 1, 1)
    rows = [
        {
            "line_key": f"n:{number}-{rank}", "find_ref": f"n:{number}-{rank}", "search_ref": None,
            "period_start": first, "period_end": first + timedelta(days=1), "establishment_id": "ma-nice",
            "item_type": "smartphone", "model": None, "quantity_min": 1, "quantity_qualifier": "exact",
            "place": "cell", "route": "unknown", "supplier": "unknown", "channel": "unknown",
            "attribution_confidence": "none", "operation": None, "review_state": "to_check",
            "source_reference": "essai",
        }
        for rank in range(LINES)
    ]  # fmt: skip
    seizures = pa.Table.from_pylist(rows, SEIZURES)
    return Prepared(f"{number}.csv", f"{number:064d}", SEARCHES.empty_table(), seizures, 0, LINES, (), {})


def _import(lake: Lake, number: int, out: int) -> None:
    imports.commit(lake, _file(number), author="essai")
    os.write(out, b"done")


def _look(lake: Lake, out: int) -> None:
    """Report the lines found, and the seconds that it took to find them."""
    started = time.perf_counter()
    found = _standing(lake)
    os.write(out, f"{found} {time.perf_counter() - started}".encode())


def _again(lake: Lake, number: int) -> int:
    """The lines of the register once the file of a round is imported again."""
    _forked(lambda out: _import(lake, number, out))
    return int(_forked(lambda out: os.write(out, str(_standing(lake)).encode())))


def _standing(lake: Lake) -> int:
    """Lines of the register; -1 when its tables do not agree with each other."""
    if not lake.exists():
        return 0
    asked = """
        SELECT (SELECT count(DISTINCT seizure_id) FROM lake.seizure), (SELECT count(*) FROM lake.seizure),
               (SELECT count(*) FROM lake.claim), (SELECT coalesce(sum(lines_new), 0) FROM lake.import)
    """
    with lake.attached() as connection:
        counts = set(connection.execute(asked).fetchall()[0])
    return int(counts.pop()) if len(counts) == 1 else -1


def _duration(folder: Path) -> float:
    """Seconds that a first import takes here."""
    started = time.perf_counter()
    _forked(lambda out: _import(Lake(folder, "registered"), 0, out))
    return time.perf_counter() - started


def _forked(work: Callable[[int], object]) -> str:
    """What a process of its own writes, having done the work."""
    return _killed(work, None)[1]


def _killed(work: Callable[[int], object], delay: float | None) -> tuple[bool, str]:
    """Whether the kill came before the end of the work, and what the process had written by then."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        status = 1
        try:
            work(writing)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    ended = select.select([reading], [], [], delay)[0]
    if not ended:
        os.kill(child, signal.SIGKILL)
    said = b"".join(iter(lambda: os.read(reading, 4096), b"")).decode()
    os.close(reading)
    _, status = os.waitpid(child, 0)
    if delay is None and status != 0:
        raise RuntimeError("a process that was not killed failed")
    return os.WIFSIGNALED(status), said


def main() -> int:
    """Run the rounds and print what came of them; exit status 1 if anything was torn, lost, doubled or slow."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        tally = run(chosen.rounds, Path(folder), chosen.seed)
    print(tally)
    return int(bool(tally.torn or tally.lost or tally.doubled) or tally.slowest > SLOWEST)


if __name__ == "__main__":
    sys.exit(main())
