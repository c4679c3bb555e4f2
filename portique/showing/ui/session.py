"""The reader's session: which register is open, what is selected, and the address that says so."""

import gc
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from portique.config import settings
from portique.errors import RegisterError
from portique.reading import labels, selection, view
from portique.reading.questions import Reader, unrestricted
from portique.reading.selection import Selection
from portique.register import registers, served
from portique.register.lake import Lake
from portique.showing.ui import past
from portique.showing.ui.text import as_text


def lake() -> Lake | None:
    """The register to show; None before the first start."""
    return registers.active(settings().register_folder)


def reader() -> Reader:
    """The reader of the register to show, at its newest version or the one that is looked back at.

    Makes the demonstration on a first start.
    """
    held = lake()
    if held is None:
        _first_start()
        held = lake()
    assert held is not None  # the first start made one, or raised
    newest = held.version_number()
    _tell_new_version(held, newest)
    return _reader(held, str(held.home), held.identity, past.version(newest) or newest)


@st.cache_resource(max_entries=served.KEPT_COPIES, show_spinner="Portique prépare cette version du registre…")
def _reader(_lake: Lake, home: str, identity: str, version: int) -> Reader:
    opened = unrestricted(served.serve(_lake, version))
    gc.freeze()  # what is loaded by now stays: walking through it in each full collection would hold a run up by 0.1 s
    return opened


@st.cache_resource(max_entries=served.KEPT_COPIES, show_spinner=False)
def _choices(_reader: Reader, identity: str, version: int) -> dict[str, dict[str, str]]:
    return view.choices(_reader.served)


def choices(for_reader: Reader) -> dict[str, dict[str, str]]:
    """Field → code → label of what may be chosen, made once per version."""
    register = for_reader.register
    return _choices(for_reader, f"{register.provenance} {register.committed_at}", register.version)


@st.cache_resource(show_spinner=False)
def _workshop() -> threading.Lock:
    """One demonstration is made at a time, whatever the number of sessions that wait for it."""
    return threading.Lock()


def _first_start() -> None:
    st.html("<h1>Première ouverture</h1>")
    st.write(
        "Portique fabrique son registre de démonstration : de vrais établissements, des saisies inventées, "
        "calibrées sur les totaux publiés. Cela prend quelques secondes, une seule fois."
    )
    bar = st.progress(0.0, text="Fabrication du registre de démonstration")

    def progress(share: float) -> None:
        bar.progress(share, text=f"Saisies écrites : {labels.percent(share)}")

    with _workshop():
        if registers.active(settings().register_folder) is None:
            registers.install_demonstration(settings().register_folder, progress=progress)
    bar.progress(1.0, text="Préparation des réponses")
    reader()
    st.rerun()


def _tell_new_version(held: Lake, newest: int) -> None:
    """Say once that the register changed under the reader."""
    seen, before = (held.identity, newest), st.session_state.get("version")
    st.session_state["version"] = seen
    if before is None or before == seen:
        return
    if before[0] != held.identity:  # another register: its versions, its period and its establishments are others
        past.leave()
        _forget_selection()
    if past.version(newest) is None:
        st.toast(as_text(f"Le registre a changé : vous voyez maintenant la version {labels.number(newest)}."))


def changed() -> bool:
    """Whether the register to show has another version than this session's last run saw; False while it cannot tell.

    A register that does not answer is said by the reader's next action, not in the midst of what they read.
    """
    try:
        held = lake()
        return held is not None and (held.identity, held.version_number()) != st.session_state.get("version")
    except RegisterError:
        return False


def _forget_selection() -> None:
    """Let the default selection of the register hold, on this page and the others."""
    for key in ("selection", "address"):
        st.session_state.pop(key, None)
    st.query_params.clear()


def address() -> dict[str, list[str]]:
    """The parameters of the page's address, as the browser shows them."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def arrived(page: str) -> bool:
    """Whether the reader came by another address than the one written last: a link, back, an edit."""
    asked, state = address(), st.session_state
    moved = state.get("page") != page
    names_nothing = not set(asked) & (selection.known_parameters() | {past.PARAMETER})
    state["page"] = page
    came = "selection" not in state or (asked != state.get("address") and not (moved and names_nothing))
    if came:
        past.read(asked)
    return came


def current(came: bool, for_choices: selection.Choices, default: Selection) -> Selection:
    """What is selected: the session's own, unless the reader came by another address."""
    state = st.session_state
    if came or "selection" not in state:
        _forget_options()
        read = selection.from_query(address(), for_choices, default)
        state["selection"] = read.selection
        for notice in read.notices:
            st.warning(as_text(notice))
    held: Selection = state["selection"]
    # The default follows the register: what was imported since is shown too. Of another selection, an undo or an older
    # version takes names away that only some rows of the register had.
    held = default if held == state.get("default") else held.within(for_choices)
    state["selection"], state["default"] = held, default
    return held


def _forget_options() -> None:
    """Let the options of pages be read from the address again."""
    for key in [str(key) for key in st.session_state if str(key).startswith("option-")]:
        del st.session_state[key]


def open_page(file: str, **options: str) -> None:
    """Open another page in the run that follows, with some of its options; the selection stays."""
    st.session_state["page to open"] = file
    for name, value in options.items():
        st.session_state[f"option-{name}"] = value


def follow() -> None:
    """Go to the page that was to be opened; does not return then."""
    if "page to open" in st.session_state:
        st.switch_page(st.session_state.pop("page to open"))


def select(changed: Selection) -> None:
    """Put another selection in force for the run that follows."""
    st.session_state["selection"] = changed


def selected() -> Selection:
    """The selection in force."""
    held: Selection = st.session_state["selection"]
    return held


def write_address(wanted: Mapping[str, Sequence[str]]) -> None:
    """Let the address say what is on the screen, if it does not already."""
    query: dict[str, Any] = {name: list(values) for name, values in wanted.items()}
    if query != address():
        st.query_params.from_dict(query)
    st.session_state["address"] = query
