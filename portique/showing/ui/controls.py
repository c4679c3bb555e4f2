"""The selection bar and the controls of a page: every widget reads the selection and writes it back."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, partial

import pandas as pd
import streamlit as st

from portique.reading import definitions, labels
from portique.reading.questions import Reader
from portique.reading.selection import FACETS, Choices, Facet, Selection
from portique.reading.view import View, default_selection, whole_register
from portique.register.served import Register
from portique.showing import html
from portique.showing.ui import session
from portique.showing.ui.blocks import block
from portique.showing.ui.layout import put

FREE = "libre"
ALWAYS_SHOWN = ("regions",)
SCOPES = {"operation": "Prison Break", "all": "Tous"}
GROUPS = {
    "Territoire": "Territoire",
    "Quoi": "Objets",
    "Comment": "Voie et fouille",
    "Qui": "Fournisseur, canal, opération",
}


@dataclass(frozen=True)
class Option:
    """A choice of one page that is not a filter (a grain, a series…): its name in the address and its values."""

    name: str
    label: str
    values: Mapping[str, str]

    @property
    def default(self) -> str:
        return next(iter(self.values))

    @property
    def value(self) -> str:
        """The value in force: the session's, else the address's, else the first; unknown ones are ignored."""
        key = f"option-{self.name}"
        asked = session.address().get(self.name, [""])[-1]
        if key not in st.session_state or st.session_state[key] not in self.values:
            st.session_state[key] = asked if asked in self.values else self.default
        return str(st.session_state[key])

    def hold(self, value: str) -> None:
        """Put a value in force for the run that follows; unknown ones are ignored."""
        if value in self.values:
            st.session_state[f"option-{self.name}"] = value


def choose(*options: Option, recentre: Callable[[], None] | None = None) -> None:
    """Draw the choices of a page in one row, and a button that centres a picture again if there is one."""
    drawn = [html.choice(option.name, option.label, option.values, option.value) for option in options]
    presses: dict[str, Callable[[str], None]] = {option.name: option.hold for option in options}
    if recentre:
        presses[html.RECENTRE] = lambda _: recentre()
    key = f"options-{'-'.join(option.name for option in options)}"
    block(html.choices(drawn, recentre=recentre is not None), key, dispatch(presses))


def dispatch(presses: Mapping[str, Callable[[str], None]]) -> Callable[[str], None]:
    """What a block calls with « name=value » or « name » when a part of it is pressed; other names do nothing."""

    def press(code: str) -> None:
        name, _, value = code.partition("=")
        if name in presses:
            presses[name](value)

    return press


def selection_bar(view: View, said: str) -> None:
    """The filters and what they select, in words; rare filters stand in a group that costs nothing while closed."""
    selection = view.selection
    presses = dispatch(
        {
            "periode": partial(_period_chosen, view.register),
            "champ": lambda code: _choose("scope", code, SCOPES),
            "mesure": lambda code: _choose("measure", code, definitions.measures()),
        }
    )
    block(_period(view.register, selection) + _scope(view.reader, selection) + _measure(selection), "bar", presses)
    if _free(view.register, selection):
        _free_dates(selection)
    for facet in FACETS:
        if facet.field in ALWAYS_SHOWN:
            _several(facet, view.choices, selection)
    _end(view, said)


def _choose(field: str, code: str, known: Container[str]) -> None:
    if code in known:
        session.select(session.selected().with_(**{field: code}))


@lru_cache(maxsize=4)
def presets(register: Register) -> dict[str, tuple[str, date, date]]:
    """The periods offered by name: code → (French label, start, end); the usual ones first, then each month."""
    first, end = whole_register(register)
    usual = default_selection(register)
    offered = {"tout": ("Tout le registre", first, end)}
    if (usual.period_start, usual.period_end) != (first, end):  # a register of some weeks has no twelve months
        offered = {"usuelle": ("12 derniers mois", usual.period_start, usual.period_end)} | offered
    for year in range(end.year - (end == date(end.year, 1, 1)), first.year - 1, -1):
        offered[str(year)] = (f"Année {year}", date(year, 1, 1), date(year + 1, 1, 1))
    for start in pd.date_range(first.replace(day=1), end - timedelta(days=1), freq="MS")[::-1]:
        after = (start + pd.DateOffset(months=1)).date()
        offered[f"{start:%Y-%m}"] = (labels.sentence(labels.month(start)), start.date(), after)
    return offered


def _fitting(register: Register, selection: Selection) -> str:
    """The code of the period that is offered by name and selected; FREE if there is none."""
    period = (selection.period_start, selection.period_end)
    return next((code for code, (_, *days) in presets(register).items() if tuple(days) == period), FREE)


def _free(register: Register, selection: Selection) -> bool:
    """Whether the reader chooses the days: they asked to, or their period has no name."""
    return bool(st.session_state.get("free")) or _fitting(register, selection) == FREE


def _period(register: Register, selection: Selection) -> str:
    offered = {code: words for code, (words, *_) in presets(register).items()} | {FREE: "Dates libres…"}
    chosen = FREE if _free(register, selection) else _fitting(register, selection)
    return html.listed("periode", "Période", offered, chosen)


def _period_chosen(register: Register, code: str) -> None:
    st.session_state["free"] = code == FREE
    if code in presets(register):
        _, start, end = presets(register)[code]
        session.select(session.selected().with_(period_start=start, period_end=end))


def _free_dates(selection: Selection) -> None:
    for key, label, value in (
        ("from", "Du", selection.period_start),
        ("to", "Au (inclus)", selection.last_day),
    ):
        st.session_state[key] = value
        ends = {"min_value": date(2000, 1, 1), "max_value": date(2099, 12, 31)}
        put(partial(st.date_input, label, key=key, format="DD/MM/YYYY", on_change=_dates_chosen, **ends))


def _dates_chosen() -> None:
    start, last = st.session_state["from"], st.session_state["to"]
    if start is None or last is None:
        return
    start, last = min(start, last), max(start, last)  # the two days in either order mean the same period
    session.select(session.selected().with_(period_start=start, period_end=last + timedelta(days=1)))


def _scope(reader: Reader, selection: Selection) -> str:
    rows = reader.served.establishments
    counts = {"operation": int(rows["in_operation"].sum()), "all": len(rows) - 1}
    names = {code: f"{words} ({labels.number(counts[code])})" for code, words in SCOPES.items()}
    said = "« Prison Break » : les établissements de l’opération du 20 mai 2025. La liste n’est pas publique."
    return html.choices([html.choice("champ", "Champ", names, selection.scope)], said)


def _measure(selection: Selection) -> str:
    known = {code: labels.sentence(measure.label) for code, measure in definitions.measures().items()}
    return html.listed("mesure", "Mesure", known, selection.measure)


def _several(facet: Facet, choices: Choices, selection: Selection) -> None:
    key, known = f"facet-{facet.field}", choices[facet.field]
    st.session_state[key] = list(selection.chosen(facet))
    put(
        lambda: st.multiselect(
            facet.label,
            list(known),
            format_func=lambda code: labels.sentence(known.get(code, code)),
            key=key,
            placeholder="Tous" if facet.label != "Région" else "Toutes",
            on_change=lambda: session.select(session.selected().with_(**{facet.field: tuple(st.session_state[key])})),
        )
    )


def _end(view: View, said: str) -> None:
    """The rare filters, if they are open, and what is selected."""
    ends = dispatch({html.MORE: _more_or_less, html.RESET: lambda _: session.select(view.default)})
    held = [facet for facet in FACETS if facet.field not in ALWAYS_SHOWN]
    active = sum(bool(view.selection.chosen(facet)) for facet in held)
    is_open = bool(st.session_state.get("more"))
    opener = html.opener(f"Plus de filtres · {active}" if active else "Plus de filtres", is_open=is_open)
    if is_open:
        block(opener, "ends", ends)
        _rare(held, view)
    block(said if is_open else opener + said, "ends", ends)


def _more_or_less(_: str) -> None:
    st.session_state["more"] = not st.session_state.get("more")


def _rare(held: Sequence[Facet], view: View) -> None:
    for group, words in GROUPS.items():
        put(html.group(words))
        for facet in held:
            if facet.group == group:
                _several(facet, view.choices, view.selection)
