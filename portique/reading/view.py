"""What a reader looks at: who asks, what is selected, and the words for its codes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import pandas as pd

from portique.reading import definitions, labels
from portique.reading.answers import Array
from portique.reading.questions import Answer, Reader, ask, ask_months
from portique.reading.selection import Choices, Selection, to_query
from portique.register import reference
from portique.register.served import Register, Served

# A short selection is shown with the months before it, so that a reader sees what is usual.
LEAST_MONTHS, MOST_MONTHS = 24, 48
UNNAMED_PLACE = {"": "Établissement non précisé", "unspecified": "Établissement non précisé"}


@dataclass(frozen=True)
class View:
    """One reader's view: a selection over a register, on a page; every exhibit is made from one."""

    reader: Reader
    selection: Selection
    default: Selection
    choices: Choices
    page: str = ""
    options: tuple[tuple[str, str], ...] = ()
    title: str = ""

    @property
    def register(self) -> Register:
        return self.reader.register

    @property
    def status(self) -> definitions.Status:
        return "demonstration" if self.register.provenance == "demonstration" else "registered"

    @property
    def measure(self) -> definitions.Measure:
        return definitions.measure(self.selection.measure)

    @property
    def items(self) -> dict[str, list[str]]:
        """What `queries/by_place.sql` adds up: the item types of the measure, and phones whatever it is."""
        return {"items": self.measure.items, "phones": definitions.measure("phones").items}

    @property
    def link(self) -> str:
        """The address that opens this view again, relative to the site."""
        query = to_query(self.selection, self.default) | {name: [value] for name, value in self.options}
        return f"/{self.page}" + (f"?{urlencode(query, doseq=True)}" if query else "")

    def ask(self, name: str, selection: Selection | None = None, **extra: Any) -> Answer:
        """The answer to a question for this view's selection, or for a neighbouring one; do not modify its table."""
        return ask(self.reader, name, selection or self.selection, **extra)

    def ask_months(
        self, name: str, months: Selection, **extra: Any
    ) -> tuple[Answer, dict[str, Array], dict[str, float]]:
        """A question by cell of time, answered for each of some months (`questions.ask_months`)."""
        return ask_months(self.reader, name, months, within_months=self.months, **extra)

    @cached_property
    def trend_months(self) -> Selection:
        """The selection widened to whole months, at least LEAST_MONTHS of them where the register has them."""
        end = _month_after(self.selection.last_day)
        first = self.selection.period_start.replace(day=1)
        earliest = max(whole_register(self.register)[0].replace(day=1), _months_before(end, MOST_MONTHS))
        start = max(earliest, min(_months_before(end, LEAST_MONTHS), first))
        return self.selection.with_(period_start=min(start, first), period_end=end)

    @cached_property
    def months(self) -> tuple[date, date]:
        """The whole months of the register: asked for at once, they answer any period made of them."""
        first, end = whole_register(self.register)
        return first.replace(day=1), _month_after(end - timedelta(days=1))

    def label(self, field: str, code: str) -> str:
        """The French label of a code; a name that only the register knows stands for itself."""
        return self.choices[field].get(code, code)

    @cached_property
    def establishments(self) -> pd.DataFrame:
        """One row per establishment of the served copy, by identifier."""
        return self.reader.served.establishments.set_index("establishment_id")

    @cached_property
    def mentions(self) -> dict[str, str]:
        """By establishment of the operation, how it is known: named, illustrative or registered."""
        return {
            row["establishment_id"]: row["mention"]
            for row in self.reader.served.places
            if isinstance(row["mention"], str)
        }

    def place_label(self, level: str, code: str) -> str:
        """The name of a place of `queries/by_place.sql`."""
        if code in UNNAMED_PLACE:
            return UNNAMED_PLACE[code]
        if level == "establishment":
            return str(self._short_names[code])
        return self.label({"department": "departments", "region": "regions", "disp": "disps"}[level], code)

    @cached_property
    def _short_names(self) -> dict[str, str]:
        return {row["establishment_id"]: row["short_name"] for row in self.reader.served.places}

    @property
    def territory(self) -> str:
        """The selected territory in words: « Île-de-France », « DISP de Lyon et maisons d’arrêt », « France »."""
        parts = [
            labels.listed([self.label(facet.field, code) for code in self.selection.chosen(facet)])
            for facet in self.selection.active
            if facet.group == "Territoire"
        ]
        return " · ".join(parts) or "France entière"

    @property
    def filters(self) -> str:
        """The filters other than territory, in words; empty if there are none."""
        parts = [
            f"{facet.label.lower()}{labels.WIDE}: "
            + labels.listed([self.label(facet.field, code) for code in self.selection.chosen(facet)])
            for facet in self.selection.active
            if facet.group != "Territoire"
        ]
        return " · ".join(parts)


def together(*makers: Callable[[], Any]) -> list[Any]:
    """What each maker returns, made at the same time: most of it is waiting for the register's answers."""
    return [made.result() for made in [_MAKERS.submit(maker) for maker in makers]]


_MAKERS = ThreadPoolExecutor(max_workers=8, thread_name_prefix="exhibits")


def _month_after(day: date) -> date:
    return (pd.Timestamp(day).replace(day=1) + pd.DateOffset(months=1)).date()


def _months_before(day: date, months: int) -> date:
    return (pd.Timestamp(day) - pd.DateOffset(months=months)).date()


def default_selection(register: Register) -> Selection:
    """The last twelve whole months of a register, over the establishments of the operation; of a user's, over all."""
    first, last = register.first_day.date(), register.last_day.date()
    end = (last + timedelta(days=1)).replace(day=1)
    start = max((pd.Timestamp(end) - pd.DateOffset(months=12)).date(), first.replace(day=1))
    scope = "operation" if register.provenance == "demonstration" else "all"
    return Selection(start, end, scope) if start < end else Selection(first, last + timedelta(days=1), scope)


def choices(served: Served) -> dict[str, dict[str, str]]:
    """Field → code → French label, for each facet: places in alphabetical order, code lists in the order of display."""
    rows = served.establishments[served.establishments["establishment_key"] > 0]
    names = dict(zip(rows["establishment_id"], rows["name"], strict=True))
    return {
        "regions": _alphabetical(_used("regions", "region_code", rows["region_code"])),
        "disps": _used("disps", "disp", rows["disp"]),
        "departments": _alphabetical(_used("departments", "department_code", rows["department_code"])),
        "kinds": reference.labels("establishment_kinds", "kind", "label_plural"),
        "establishments": _alphabetical(names),
        "item_types": reference.labels("item_types", "item_type", "label_plural"),
        "routes": reference.labels("routes", "route"),
        "search_kinds": reference.labels("search_kinds", "search_kind"),
        "suppliers": _open_list(served, "supplier", reference.labels("suppliers", "supplier")),
        "channels": _open_list(served, "channel", reference.labels("channels", "channel")),
        "operations": _open_list(served, "operation", reference.labels("operations", "operation")),
    }


def whole_register(register: Register) -> tuple[date, date]:
    """The half-open period that a register speaks of."""
    return register.first_day.date(), register.last_day.date() + timedelta(days=1)


def _used(name: str, code: str, used: "pd.Series[str]") -> dict[str, str]:
    known, held = reference.labels(name, code), set(used)
    return {item: label for item, label in known.items() if item in held}


def _alphabetical(names: dict[str, str]) -> dict[str, str]:
    return dict(sorted(names.items(), key=lambda item: labels.collation(item[1])))


def _open_list(served: Served, code: str, known: dict[str, str]) -> dict[str, str]:
    """The codes of an open list in the order of display: those of `data/`, and the register's own."""
    held = served.ask(f"SELECT unnest(enum_range(NULL::{code}))::VARCHAR AS code", {})["code"]
    return {item: known.get(item, item) for item in held}
