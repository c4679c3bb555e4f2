"""The lake's part of a large import: seconds (elapsed and of processor) and memory, from checked lines to a version.

.venv/bin/python -m benchmarks.imports --lines 1000000
"""

import argparse
import hashlib
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from portique.register import imports, reference
from portique.register.intake.prepared import SEARCHES, SEIZURES, Prepared
from portique.register.lake import Lake
from portique.register.served import serve


def lines(count: int, seed: int = 1) -> Prepared:
    """A file of so many lines, each a find of its own without a number, over three years in all establishments."""
    chance = np.random.default_rng(seed)
    keys = pa.array([f"h:{hashlib.md5(str(rank).encode()).hexdigest()}:1" for rank in range(count)])
    days = chance.integers(19_000, 20_095, count).astype(np.int32)

    def drawn(*texts: str | None) -> pa.Array:
        places = pa.array(chance.integers(0, len(texts), count).astype(np.int32))
        return pa.DictionaryArray.from_arrays(places, pa.array(texts, pa.string())).cast(pa.string())

    columns = {
        "line_key": keys,
        "find_ref": pc.binary_join_element_wise("l:", keys, ""),
        "search_ref": pa.nulls(count, pa.string()),
        "period_start": pa.array(days).view(pa.date32()),
        "period_end": pa.array(days + 1).view(pa.date32()),
        "establishment_id": drawn(*_codes("establishments", "establishment_id")),
        "item_type": drawn(*_codes("item_types", "item_type")),
        "model": drawn(None, "L8 Star", "K33"),
        "quantity_min": pa.array(chance.integers(1, 5, count).astype(np.int32)),
        "quantity_qualifier": drawn("exact"),
        "place": drawn("cell", "unknown"),
        "route": drawn("projection", "visit", "unknown"),
        "supplier": drawn("oportik", "unknown"),
        "channel": drawn("oportik_site", "unknown"),
        "attribution_confidence": drawn("none", "low"),
        "operation": pa.nulls(count, pa.string()),
        "review_state": drawn("to_check"),
        "source_reference": drawn("saisies.csv"),
    }
    seizures = pa.table([columns[name] for name in SEIZURES.names], schema=SEIZURES)
    return Prepared("saisies.csv", "0" * 64, SEARCHES.empty_table(), seizures, 0, count, (), {})


def _codes(name: str, column: str) -> Sequence[str]:
    return reference.codes(name, column)


def _measured(what: str, work: Callable[[], Any]) -> None:
    elapsed, processor = time.perf_counter(), time.process_time()
    work()
    elapsed, processor = time.perf_counter() - elapsed, time.process_time() - processor
    print(f"{what:30} {elapsed:6.1f} s, {processor:6.1f} s of processor, {_peak()} MB at most", flush=True)


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    """Measure a first import, the same file again, undo, redo and the served copy."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, default=1_000_000)
    file = lines(parser.parse_args().lines)
    print(f"before: {_peak()} MB, the checked lines included")
    with tempfile.TemporaryDirectory(prefix="imports-") as folder:
        lake = Lake(Path(folder), "registered")
        _measured("first import", lambda: imports.commit(lake, file, author="mesure"))
        _measured("the same file again", lambda: imports.commit(lake, file, author="mesure"))
        _measured("undo", lambda: imports.undo(lake, 1, author="mesure"))
        _measured("redo", lambda: imports.redo(lake, 1, author="mesure"))
        _measured("served copy", lambda: serve(lake).close())
    return 0


if __name__ == "__main__":
    sys.exit(main())
