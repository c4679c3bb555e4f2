"""What the page « Versions » tells of the register: asked once per version, whatever the reader does meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from portique.reading import labels
from portique.reading.exhibits.exhibit import records
from portique.reading.exhibits.history import what
from portique.register import corrections, history, imports, reference
from portique.register.history import By
from portique.register.lake import Lake, Version
from portique.showing.ui import session

MOST_LINES = 500
ALL = "tous"


@dataclass(frozen=True)
class Told:
    """A register and its history; nothing of it is to be modified. `states`: how many lines are in each state."""

    lake: Lake
    versions: list[Version]
    imports: pd.DataFrame
    states: dict[str, int]
    edits: pd.DataFrame
    notes: pd.DataFrame
    places: dict[str, str]

    @property
    def newest(self) -> Version:
        return self.versions[0]

    @property
    def own(self) -> bool:
        """Whether it is a user's register, which alone is corrected."""
        return self.lake.provenance == "registered"


def told() -> Told:
    """The history of the register to show."""
    lake = session.lake()
    assert lake is not None  # a page has opened it
    return _told(lake, str(lake.home), *st.session_state["version"])


@st.cache_resource(max_entries=2, show_spinner=False)
def _told(_lake: Lake, home: str, identity: str, version: int) -> Told:
    return Told(
        lake=_lake,
        versions=[version for version in _lake.versions() if version.number],  # 0 is before there are tables
        imports=imports.imports(_lake),
        states=corrections.states(_lake),
        edits=corrections.edits(_lake),
        notes=corrections.notes(_lake),
        places=_places(_lake),
    )


def _places(lake: Lake) -> dict[str, str]:
    """Every establishment that a line may name, in alphabetical order: identifier → name."""
    own = {each.establishment_id: each.name for each in imports.extra_establishments(lake)}
    names = reference.labels("establishments", "establishment_id", "name") | own
    return dict(sorted(names.items(), key=lambda item: labels.collation(item[1])))


def compared(before: int, after: int, by: By) -> pd.DataFrame:
    """What differs between two versions (`register.history.compare`)."""
    held = told()
    return _compared(held.lake, str(held.lake.home), held.lake.identity, before, after, by)


@st.cache_resource(max_entries=16, show_spinner="Comparaison des deux versions…")
def _compared(_lake: Lake, home: str, identity: str, before: int, after: int, by: By) -> pd.DataFrame:
    return history.compare(_lake, before, after, by)


def lines(state: str, establishment: str, import_id: str) -> pd.DataFrame:
    """The lines to review, at most MOST_LINES of them; ALL states, an empty place or import leave all."""
    held, (identity, version) = told(), st.session_state["version"]
    return _lines(held.lake, str(held.lake.home), identity, version, state, establishment, import_id)


@st.cache_resource(max_entries=8, show_spinner=False)
def _lines(
    _lake: Lake, home: str, identity: str, version: int, state: str, establishment: str, import_id: str
) -> pd.DataFrame:
    return corrections.lines(
        _lake,
        review_state=None if state == ALL else state,
        establishment_id=establishment or None,
        import_id=int(import_id) if import_id else None,
        most=MOST_LINES,
    )


def earlier() -> Mapping[str, str]:
    """The versions to compare from: the last but one unless another is chosen."""
    return {"": "l’avant-dernière"} | _named(told().versions)


def later() -> Mapping[str, str]:
    """The versions to compare to: the newest unless another is chosen."""
    return {"": "la plus récente"} | _named(told().versions)


def ends(before: str, after: str) -> tuple[int, int]:
    """The two versions that two choices mean."""
    newest = told().newest.number
    return int(before) if before else max(newest - 1, 1), int(after) if after else newest


def _named(versions: list[Version]) -> dict[str, str]:
    return {
        str(version.number): f"{labels.number(version.number)} · {what(version)}, {labels.day(version.committed_at)}"
        for version in versions
    }


def places() -> Mapping[str, str]:
    """The establishments to choose from, all by default."""
    return {"": "Tous"} | told().places


def files() -> Mapping[str, str]:
    """The imports that are not undone, to choose from; all by default."""
    rows = records(told().imports)
    return {"": "Tous"} | {
        str(row["import_id"]): f"{row['import_id']} · {row['file_name']}" for row in rows if row["undone_at"] is pd.NaT
    }
