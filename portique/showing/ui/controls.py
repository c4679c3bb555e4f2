"""The selection bar and the controls of a page: every widget reads the selection and writes it back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

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

FREE = "libre"
ALWAYS_SHOWN = ("regions",)
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


def choose(*options: Option, recentre: Callable[[], None] | None = None) -> None:
    """Draw the choices of a page in one row, and a button that centres a picture again if there is one."""
    named = {option.name: option for option in options}

    def press(code: str) -> None:
        name, _, value = code.partition("=")
        if name in named and value in named[name].values:
            st.session_state[f"option-{name}"] = value
        elif recentre and code == html.RECENTRE:
            recentre()

    drawn = [html.choice(option.name, option.label, option.values, option.value) for option in options]
    block(html.choices(drawn, recentre=recentre is not None), f"options-{'-'.join(named)}", press)


def selection_bar(view: View) -> None:
    """The filters; rare ones stand in a group that costs nothing while closed."""
    _period(view.register, view.selection)
    _scope(view.reader, view.selection)
    for facet in FACETS:
        if facet.field in ALWAYS_SHOWN:
            _several(facet, view.choices, view.selection)
    _measure(view.selection)
    _more(view.choices, view.selection)


@lru_cache(maxsize=4)
def presets(register: Register) -> dict[str, tuple[str, date, date]]:
    """The periods offered by name: code → (French label, start, end); the usual ones first, then each month."""
    first, end = whole_register(register)
    usual = default_selection(register)
    offered = {
        "usuelle": ("12 derniers mois", usual.period_start, usual.period_end),
        "tout": ("Tout le registre", first, end),
    }
    for year in range(end.year - (end == date(end.year, 1, 1)), first.year - 1, -1):
        offered[str(year)] = (f"Année {year}", date(year, 1, 1), date(year + 1, 1, 1))
    for start in pd.date_range(first.replace(day=1), end - timedelta(days=1), freq="MS")[::-1]:
        after = (start + pd.DateOffset(months=1)).date()
        offered[f"{start:%Y-%m}"] = (labels.sentence(labels.month(start)), start.date(), after)
    return offered


def _period(register: Register, selection: Selection) -> None:
    offered = presets(register)
    period = (selection.period_start, selection.period_end)
    fitting = (code for code, (_, start, end) in offered.items() if (start, end) == period)
    st.session_state["period"] = FREE if st.session_state.get("free") else next(fitting, FREE)
    st.selectbox(
        "Période",
        [*offered, FREE],
        format_func=lambda code: "Dates libres…" if code == FREE else offered[code][0],
        key="period",
        on_change=_period_chosen,
        args=(offered,),
    )
    if st.session_state["period"] == FREE:
        _free_dates(selection)


def _period_chosen(offered: Mapping[str, tuple[str, date, date]]) -> None:
    code = st.session_state["period"]
    st.session_state["free"] = code == FREE
    if code != FREE:
        _, start, end = offered[code]
        session.select(session.selected().with_(period_start=start, period_end=end))


def _free_dates(selection: Selection) -> None:
    for key, label, value in (
        ("from", "Du", selection.period_start),
        ("to", "Au (inclus)", selection.last_day),
    ):
        st.session_state[key] = value
        st.date_input(
            label,
            key=key,
            format="DD/MM/YYYY",
            min_value=date(2000, 1, 1),
            max_value=date(2099, 12, 31),
            on_change=_dates_chosen,
        )


def _dates_chosen() -> None:
    start, last = st.session_state["from"], st.session_state["to"]
    if start is None or last is None:
        return
    start, last = min(start, last), max(start, last)  # the two days in either order mean the same period
    session.select(session.selected().with_(period_start=start, period_end=last + timedelta(days=1)))


def _scope(reader: Reader, selection: Selection) -> None:
    rows = reader.served.establishments
    names = {
        "operation": f"Prison Break ({labels.number(rows['in_operation'].sum())})",
        "all": f"Tous ({labels.number(len(rows) - 1)})",
    }

    def press(code: str) -> None:
        if code.removeprefix("champ=") in names:
            session.select(session.selected().with_(scope=code.removeprefix("champ=")))

    said = "« Prison Break » : les établissements de l’opération du 20 mai 2025. La liste n’est pas publique."
    block(html.choices([html.choice("champ", "Champ", names, selection.scope)], said), "scope", press)


def _measure(selection: Selection) -> None:
    known = definitions.measures()
    st.session_state["measure"] = selection.measure
    st.selectbox(
        "Mesure",
        list(known),
        format_func=lambda code: labels.sentence(known[code].label),
        key="measure",
        help=known[selection.measure].definition,
        on_change=lambda: session.select(session.selected().with_(measure=st.session_state["measure"])),
    )


def _several(facet: Facet, choices: Choices, selection: Selection) -> None:
    key, known = f"facet-{facet.field}", choices[facet.field]
    st.session_state[key] = list(selection.chosen(facet))
    st.multiselect(
        facet.label,
        list(known),
        format_func=lambda code: labels.sentence(known.get(code, code)),
        key=key,
        placeholder="Tous" if facet.label != "Région" else "Toutes",
        on_change=lambda: session.select(session.selected().with_(**{facet.field: tuple(st.session_state[key])})),
    )


def _more(choices: Choices, selection: Selection) -> None:
    """The rare filters, by group; the title says how many of them are in force."""
    held = [facet for facet in FACETS if facet.field not in ALWAYS_SHOWN]
    active = sum(bool(selection.chosen(facet)) for facet in held)
    title = "Plus de filtres"
    box = st.expander(f"{title} · {active}" if active else title, key="more-filters", on_change="rerun")
    if not box.open:
        return
    with box:
        for group, words in GROUPS.items():
            st.html(html.group(words))
            for facet in held:
                if facet.group == group:
                    _several(facet, choices, selection)
