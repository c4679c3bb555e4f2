"""One way from a file to the register, behind the screen and the command: read, check, compare, commit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from portique.errors import FileRefused
from portique.register import imports
from portique.register.claims import Counts
from portique.register.imports import Outcome
from portique.register.intake import layout, report
from portique.register.intake.checked import Checked, Refusal
from portique.register.intake.checks import check, headings_hash
from portique.register.intake.decisions import Decisions
from portique.register.intake.reading import Source
from portique.register.lake import Lake

# A line that the register contradicts is refused as a whole: its reason stands beside this column of the returned file.
WHOLE_LINE = "ligne entière"
WHAT_TO_DO = "la même chose partout ; corrigez la ligne, ou annulez l’import qui dit autre chose"
STATUSES = {"accept": 0, "convert": 0, "partial": 1, "reject_file": 2}


@dataclass(frozen=True)
class Examined:
    """A checked file beside the register: its counts, the lines that contradict it, and what an import would add.

    contradicted and effect are those of `imports.Preview`; `effect` is empty once the import is written.
    """

    file: Checked
    counts: Counts
    contradicted: pd.DataFrame
    effect: pd.DataFrame

    @cached_property
    def checked(self) -> Checked:
        """The file's checks with the contradicted lines among the refused ones."""
        return _contradict(self.file, dict(self.contradicted.itertuples(index=False, name=None)))

    @property
    def verdict(self) -> str:
        """accept, convert, partial or reject_file."""
        return self.checked.verdict

    @property
    def status(self) -> int:
        """The exit status of the command: 0 whole, 1 in part, 2 refused."""
        return STATUSES[self.verdict]

    def report(self, seconds: float) -> dict[str, Any]:
        """What `--report` writes, as JSON values."""
        return report.report(self.checked, seconds, self.counts.already_there)


def examine(lake: Lake, source: Source, decisions: Decisions | None = None, *, today: date | None = None) -> Examined:
    """What an import of the file would do now; without decisions, those taken for the same headings hold."""
    return compare(lake, checks(lake, source, decisions, today=today))


def checks(lake: Lake, source: Source, decisions: Decisions | None = None, *, today: date | None = None) -> Checked:
    """The file's own checks, before it is compared with the register."""
    decided = remembered(lake, source) if decisions is None else decisions
    return check(source, decided, today, imports.extra_establishments(lake))


def compare(lake: Lake, checked: Checked) -> Examined:
    """A checked file beside the register, without writing."""
    if checked.prepared is None:
        return _alone(checked)
    seen = imports.preview(lake, checked.prepared)
    return Examined(checked, seen.counts, seen.contradicted, seen.effect)


def remembered(lake: Lake, source: Source) -> Decisions:
    """How a file with the headings of one of its sheets was understood last; plain decisions if there never was one."""
    if lake.exists():
        for sheet in source.sheets:
            held = layout.table(sheet)
            known = held and imports.mapping(lake, headings_hash(held.headings))
            if known:
                return replace(Decisions.from_json(known["decisions"]), extra_establishments=())
    return Decisions()


def commit(
    lake: Lake,
    checked: Checked,
    *,
    author: str,
    message: str = "",
    progress: Callable[[float], None] = lambda share: None,
) -> tuple[Examined, Outcome]:
    """Write the accepted lines as one version; says what became of each line then.

    Raises FileRefused when no line can be written, and what `imports.commit` raises.
    """
    if checked.prepared is None:
        raise FileRefused(refusal(_alone(checked)))
    outcome = imports.commit(lake, checked.prepared, author=author, message=message, progress=progress)
    told = Examined(checked, outcome.counts, outcome.contradicted, pd.DataFrame())
    if told.verdict == "reject_file":
        raise FileRefused(refusal(told))
    return told, outcome


def refusal(examined: Examined) -> str:
    """Why no line of a file can be imported."""
    name, checked = examined.checked.source.file_name, examined.checked
    if checked.obstacles:
        return f"{name} : {' '.join(checked.obstacles)} Rien n’a été importé."
    return (
        f"{name} : aucune des {checked.read} lignes lues ne peut être importée ; leurs raisons sont dans le fichier "
        "des lignes refusées. Rien n’a été importé."
    )


def _alone(checked: Checked) -> Examined:
    nothing = pd.DataFrame({"line_key": [], "reason": []})
    return Examined(checked, Counts(checked.read, 0, 0, checked.refused), nothing, pd.DataFrame())


def _contradict(file: Checked, reasons: Mapping[str, str]) -> Checked:
    """The checks of a file whose lines of some keys (key → reason) are refused too."""
    prepared = file.prepared
    if not reasons or prepared is None or file.seized is None or file.searched is None:
        return file
    keys = pa.array(list(reasons), pa.string())
    places: dict[int, str] = {}
    for table, held in ((prepared.searches, file.searched), (prepared.seizures, file.seized)):
        found = np.flatnonzero(np.asarray(pc.is_in(table["line_key"], keys)))
        named = table["line_key"].take(pa.array(found)).to_pylist()
        places |= dict(zip(np.flatnonzero(held)[found].tolist(), named, strict=True))
    kept = prepared.seizures.filter(pc.invert(pc.is_in(prepared.seizures["line_key"], keys)))
    sums = kept.group_by("item_type").aggregate([("quantity_min", "sum")]).to_pylist()
    return replace(
        file,
        accepted=file.accepted - len(places),
        refused=file.refused + len(places),
        refusals=(*file.refusals, _refusal(places, reasons)),
        quantity_sum=pc.sum(kept["quantity_min"]).as_py() or 0,
        sums={row["item_type"]: row["quantity_min_sum"] for row in sums},
    )


def _refusal(places: Mapping[int, str], reasons: Mapping[str, str]) -> Refusal:
    """The refusal of whole lines (line → key)."""
    lines = np.array(sorted(places), dtype=np.intp)
    texts = sorted(set(reasons.values()))
    codes = np.array([texts.index(reasons[places[line]]) for line in lines.tolist()], dtype=np.int32)
    return Refusal(WHOLE_LINE, lines, codes, {at: ("", text, WHAT_TO_DO) for at, text in enumerate(texts)})
