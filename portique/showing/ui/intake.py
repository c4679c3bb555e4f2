"""The file that a reader brought: kept in the session, understood as they correct it, written when they say so."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from portique.config import settings
from portique.errors import FileRefused, PortiqueError
from portique.reading import labels
from portique.register import importing, imports, registers
from portique.register.importing import Examined
from portique.register.intake import reading
from portique.register.intake.decisions import Decisions
from portique.register.intake.prepared import ExtraEstablishment
from portique.register.intake.reading import Source
from portique.register.lake import Lake

_HELD, _DONE, _TURN = "intake", "intake-done", "intake-turn"


@dataclass
class Brought:
    """The file of a session: as it was read, the reader's answers, and what an import would do in a version."""

    upload: str
    source: Source
    decisions: Decisions
    examined: Examined | None = None
    version: int = 0
    failure: str = ""


@dataclass(frozen=True)
class Done:
    """What was last done to the register here: in words, and the import that can be undone or done again."""

    words: str
    import_id: int | None
    author: str
    undone: bool = False
    failure: str = ""
    examined: Examined | None = None


def register() -> Lake:
    """The user's register, made by its first import."""
    return registers.own(settings().register_folder)


def upload_key() -> str:
    """The name of the upload field; another one empties it."""
    return f"upload-{st.session_state.setdefault('uploads', 0)}"


def brought() -> Brought | None:
    """The file in the upload field, read and examined; raises FileRefused when it cannot be read."""
    upload = st.session_state.get(upload_key())
    if upload is None:
        st.session_state.pop(_HELD, None)
        return None
    held: Brought | None = st.session_state.get(_HELD)
    if held is None or held.upload != upload.file_id:
        st.session_state.pop(_HELD, None)
        st.session_state.pop(_DONE, None)
        held = st.session_state[_HELD] = _read(upload)
    lake = register()
    version = lake.version_number() if lake.exists() else 0
    if held.examined is None or held.version != version:
        with st.spinner("Vérification de chaque ligne…"):
            held.examined, held.version = importing.examine(lake, held.source, held.decisions), version
    return held


def _read(upload: Any) -> Brought:
    with st.spinner("Lecture du fichier…"), tempfile.TemporaryDirectory(prefix="portique-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(upload.getbuffer())
        source = reading.read(path, upload.name)
        return Brought(upload.file_id, source, importing.remembered(register(), source))


def decide(**changes: Any) -> None:
    """Change the answers about the file, for the run that follows."""
    held: Brought | None = st.session_state.get(_HELD)
    if held is not None:
        held.decisions, held.examined = replace(held.decisions, **changes), None


def answer(name: str, word: str, code: str, under: str = "") -> None:
    """Add one answer to a mapping of the decisions (`words` has one per list); an empty code takes it back."""
    held: Brought | None = st.session_state.get(_HELD)
    if held is None:
        return
    every = dict(getattr(held.decisions, name))
    inner = dict(every.get(under, {})) if under else every
    if code or name == "columns":
        inner[word] = code
    else:
        inner.pop(word, None)
    decide(**{name: every | {under: inner} if under else inner})


def add_establishment(found: str, added: ExtraEstablishment) -> None:
    """Confirm an establishment that `data/` lacks, as what a text of the file names."""
    held: Brought | None = st.session_state.get(_HELD)
    if held is not None:
        others = [
            each for each in held.decisions.extra_establishments if each.establishment_id != added.establishment_id
        ]
        decide(extra_establishments=(*others, added))
        answer("establishments", found, added.establishment_id)


def forget_answers() -> None:
    """Go back to what Portique understands by itself."""
    held: Brought | None = st.session_state.get(_HELD)
    if held is not None:
        held.decisions, held.examined = Decisions(), None


def ask_commit() -> None:
    """Write the file in the run that follows."""
    st.session_state[_TURN] = "commit"


def ask_turn(word: str) -> None:
    """Undo or redo the last import of this session, in the run that follows."""
    st.session_state[_TURN] = word


def settle() -> None:
    """Do what was asked in the run before, before the page looks at the register."""
    turn = st.session_state.pop(_TURN, None)
    if turn == "commit" and _HELD in st.session_state:
        _commit(st.session_state[_HELD])
    elif turn in ("undo", "redo") and done() is not None:
        _turn(turn)


def done() -> Done | None:
    """What was last done, until another file is brought."""
    held: Done | None = st.session_state.get(_DONE)
    return held


def _commit(held: Brought) -> None:
    author = str(st.session_state.get("author") or "").strip()
    held.failure = (
        "" if author else "Écrivez votre nom ou celui de votre service : l’historique dit qui a importé quoi."
    )
    if not author or held.examined is None:
        return
    bar = st.progress(0.0, text="Écriture dans le registre")

    def progress(share: float) -> None:
        bar.progress(share, text=f"Écriture dans le registre{labels.WIDE}: {labels.percent(share)}")

    try:
        examined, outcome = importing.commit(
            register(),
            held.examined.file,
            author=author,
            message=str(st.session_state.get("message") or "").strip(),
            progress=progress,
        )
    except PortiqueError as error:
        held.failure, held.examined = str(error), None
        return
    finally:
        bar.empty()
    st.session_state[_DONE] = Done(_told(examined, outcome), outcome.import_id, author, examined=examined)
    st.session_state["uploads"] += 1  # the field is emptied: what it held is in the register


def _told(examined: Examined, outcome: imports.Outcome) -> str:
    counts, name = examined.counts, examined.checked.source.file_name
    if outcome.version is None:
        return f"{name} : {outcome}"
    parts = [
        labels.counted(counts.new, "ligne importée", "lignes importées"),
        labels.counted(counts.refused, "refusée", "refusées"),
        labels.counted(counts.already_there, "déjà présente", "déjà présentes"),
    ]
    return f"{name} : {', '.join(parts)}. {outcome}"


def _turn(word: str) -> None:
    last, lake = done(), register()
    if last is None or last.import_id is None:
        return
    run, said = (imports.undo, "annulé") if word == "undo" else (imports.redo, "rétabli")
    try:
        version = run(lake, last.import_id, author=last.author)
    except PortiqueError as error:
        st.session_state[_DONE] = replace(last, failure=str(error))
        return
    words = f"Import {last.import_id} {said} : version {labels.number(version)} du registre."
    st.session_state[_DONE] = replace(last, words=words, undone=word == "undo", failure="")


def refusal() -> str:
    """Why the file of the upload field cannot be read; empty when it can, or there is none."""
    try:
        brought()
    except FileRefused as error:
        return str(error)
    return ""
