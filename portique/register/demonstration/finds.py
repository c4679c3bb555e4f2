"""The finds of a year and their lines: how many units, where and when; exact by construction."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from portique.register.demonstration import attributes, calibration, days
from portique.register.demonstration.attributes import CONTEXTS, ITEM_TYPES, SEARCH_KINDS, SETTINGS
from portique.register.demonstration.days import Year
from portique.register.demonstration.lots import Lot
from portique.register.demonstration.operations import PRISON_BREAK
from portique.register.demonstration.prisons import Prisons
from portique.register.demonstration.sampling import (
    Column,
    at_days,
    chance,
    choose,
    line_quantities,
    pick,
)
from portique.register.demonstration.searches import Searches

_SETTING_OF_SEARCH = np.array(
    [SETTINGS.index(kind if kind in SETTINGS else "search") for kind in SEARCH_KINDS], np.int8
)


@dataclass(frozen=True)
class Finds:
    """One element per find: days [start, end), positions of the rest; no search and no operation are -1."""

    start: Column
    end: Column
    establishment: Column
    search: Column
    setting: Column
    operation: Column

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True)
class Lines:
    """One element per item line: the find it belongs to, position of its item type, quantity."""

    find: Column
    item: Column
    quantity: Column

    def __len__(self) -> int:
        return len(self.find)


def found(prisons: Prisons, searches: Searches, year: Year, rng: np.random.Generator, lot: Lot) -> tuple[Finds, Lines]:
    """The finds and lines that hold exactly the units of a lot."""
    phones, accessories = _quantities(rng, lot)
    other_devices = np.ones(lot.quota.other_devices, np.int32)
    find, count = _grouped(rng, len(phones), len(accessories) + len(other_devices))
    finds = _placed(prisons, searches, year, lot, rng.permutation(pick(rng, lot.weights, count)))
    items = [
        _phone_types(rng, lot, finds.start[find[: len(phones)]]),
        ITEM_TYPES.index("sim_card") + choose(rng, attributes.ACCESSORIES, len(accessories)),
        np.full(len(other_devices), ITEM_TYPES.index("multimedia_device")),
    ]
    quantity = np.concatenate([phones, accessories, other_devices])
    return finds, Lines(find, np.concatenate(items).astype(np.int8), quantity)


def _quantities(rng: np.random.Generator, lot: Lot) -> tuple[Column, Column]:
    """Quantities of the phone lines and of the accessory lines; in Prison Break a line is one phone."""
    sizes = CONTEXTS[lot.context]
    phones = {1: 1.0} if lot.operation == PRISON_BREAK else sizes.phones
    return (
        line_quantities(rng, lot.quota.phones, phones),
        line_quantities(rng, lot.quota.accessories, sizes.accessories),
    )


def _grouped(rng: np.random.Generator, phones: int, others: int) -> tuple[Column, int]:
    """The find of each line, phone lines first, and the number of finds.

    A phone line opens a find or joins one; any other line joins a phone's find or is a find of its own.
    """
    opens = ~chance(rng, attributes.JOINED_PHONES, phones)
    opens[:1] = True
    with_phone = int(opens.sum())
    phone_find = np.where(opens, np.cumsum(opens) - 1, rng.integers(0, max(with_phone, 1), phones))
    alone = ~chance(rng, attributes.JOINED_ACCESSORIES, others) if with_phone else np.ones(others, bool)
    other_find = np.where(alone, with_phone + np.cumsum(alone) - 1, rng.integers(0, max(with_phone, 1), others))
    return np.concatenate([phone_find, other_find]), with_phone + int(alone.sum())


def _placed(prisons: Prisons, searches: Searches, year: Year, lot: Lot, place: Column) -> Finds:
    """Finds at the positions of a lot's weights."""
    if lot.context == "search":
        day, establishment, search = searches.day[place], searches.establishment[place], place
        setting = _SETTING_OF_SEARCH[searches.kind[place]]
    else:
        day, establishment = np.divmod(place, prisons.count)
        day, search = day + year.first, np.full(len(place), -1)
        semi_liberty = (prisons.regime[establishment] == "CSL") & (lot.context == "entry")
        setting = np.where(semi_liberty, SETTINGS.index("semi_liberty"), SETTINGS.index(lot.context))
    operation = np.full(len(place), lot.operation, np.int8)
    return Finds(
        day.astype(np.int16),
        (day + 1).astype(np.int16),
        establishment.astype(np.int16),
        search,
        setting.astype(np.int8),
        operation,
    )


def _phone_types(rng: np.random.Generator, lot: Lot, day: Column) -> Column:
    """Types of the phones found on given days: as published for Prison Break, else ever more mini-phones."""
    if lot.operation == PRISON_BREAK:
        exact = calibration.PRISON_BREAK_PHONES
        return rng.permutation(np.repeat([ITEM_TYPES.index(item) for item in exact], list(exact.values())))
    mini = chance(rng, at_days(attributes.MINI_SHARE)[day], len(day))
    full_size = ITEM_TYPES.index("smartphone") + choose(rng, attributes.FULL_SIZE_PHONES, len(day))
    return np.where(mini, ITEM_TYPES.index("mini_phone"), full_size)


def gathered(prisons: Prisons, parts: Sequence[tuple[Finds, Lines]]) -> tuple[Finds, Lines]:
    """The lots of a year as one: finds in order of time, one line per find and item type, in that order."""
    finds = Finds(*(np.concatenate([getattr(part, name) for part, _ in parts]) for name in Finds.__dataclass_fields__))
    offsets = np.cumsum([0, *(len(part) for part, _ in parts)])
    find = np.concatenate([lines.find + offset for (_, lines), offset in zip(parts, offsets[:-1], strict=True)])
    item, quantity = (np.concatenate([getattr(lines, name) for _, lines in parts]) for name in ("item", "quantity"))
    finds = _dated(prisons, finds)
    order = np.argsort(finds.start, kind="stable")
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return _taken(finds, order), _merged(rank[find], item, quantity)


def _taken(finds: Finds, order: Column) -> Finds:
    return Finds(*(getattr(finds, name)[order] for name in Finds.__dataclass_fields__))


def _dated(prisons: Prisons, finds: Finds) -> Finds:
    """The same finds, those outside searches with the period that their prison reports."""
    precision = np.where(finds.search < 0, prisons.reporting[finds.establishment], 0)
    start, end = days.STARTS[finds.start, precision], days.ENDS[finds.start, precision]
    return Finds(
        start.astype(np.int16),
        end.astype(np.int16),
        finds.establishment,
        finds.search,
        finds.setting,
        finds.operation,
    )


def _merged(find: Column, item: Column, quantity: Column) -> Lines:
    """Lines in order of find and item type, the quantities of a same find and type added up."""
    key = find * len(ITEM_TYPES) + item
    order = np.argsort(key, kind="stable")
    key = key[order]
    first = np.flatnonzero(np.diff(key, prepend=-1))
    return Lines(*np.divmod(key[first], len(ITEM_TYPES)), np.add.reduceat(quantity[order], first))
