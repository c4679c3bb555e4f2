"""How each line is described: route, place, model, certainty of the quantity, state of review."""

from dataclasses import dataclass

import numpy as np

from portique.register.demonstration import attributes
from portique.register.demonstration.attributes import (
    MODEL_SHARES,
    PHONES,
    PLACE_SHARES,
    ROUTE_SHARES,
    SETTINGS,
)
from portique.register.demonstration.attribution import OPORTIK
from portique.register.demonstration.finds import Finds, Lines
from portique.register.demonstration.operations import NO_OPERATION
from portique.register.demonstration.sampling import Column, at_days, chance, choose, choose_in, share_table

ROUTES = (
    "projection",
    "visit",
    "drone_delivery",
    "staff",
    "delivery",
    "belongings_transfer",
    "day_release",
    "unknown",
)
PLACES = (
    "cell", "exercise_yard", "perimeter_path", "neutral_zone", "visit_room", "toilets", "common_room",
    "disciplinary_unit", "isolation_unit", "kitchen", "outside", "unknown",
)  # fmt: skip
QUALIFIERS = ("exact", "at_least", "unknown")
REVIEW_STATES = ("checked", "to_check", *attributes.UNCOUNTED_STATES)
MODELS = tuple(sorted({model for shares in MODEL_SHARES.values() for model in shares if model}))
NO_MODEL = -1


@dataclass(frozen=True)
class Circumstances:
    """One element per find: positions in ROUTES and PLACES."""

    route: Column
    place: Column


def circumstances(rng: np.random.Generator, finds: Finds) -> Circumstances:
    """Route and place of each find; what a source dates by the month or the year has no place."""
    route = choose_in(rng, share_table([ROUTE_SHARES[setting] for setting in SETTINGS], ROUTES), finds.setting)
    flown = (finds.setting == SETTINGS.index("yard")) & (route == ROUTES.index("projection"))
    flown &= chance(rng, at_days(attributes.DRONE_SHARE)[finds.start], len(finds))
    place = choose_in(rng, share_table([PLACE_SHARES[setting] for setting in SETTINGS], PLACES), finds.setting)
    coarse = finds.end - finds.start > 1
    return Circumstances(
        np.where(flown, ROUTES.index("drone_delivery"), route),
        np.where(coarse, PLACES.index("unknown"), place),
    )


def models(rng: np.random.Generator, item: Column, supplier: Column) -> Column:
    """Position in MODELS of each line's model, NO_MODEL where it is not given."""
    rows = list(MODEL_SHARES)
    row_of_item = np.array([rows.index(phone if phone in rows else "other") for phone in PHONES])
    row = np.full(len(item), rows.index("other"))
    row[item < len(PHONES)] = row_of_item[item[item < len(PHONES)]]
    row[(item == PHONES.index("mini_phone")) & (supplier == OPORTIK)] = rows.index("oportik_mini_phone")
    chosen = choose_in(rng, share_table(list(MODEL_SHARES.values()), (*MODELS, "")), row)
    return np.where(chosen == len(MODELS), NO_MODEL, chosen).astype(np.int8)


def qualifiers(rng: np.random.Generator, finds: Finds, lines: Lines) -> Column:
    """Position in QUALIFIERS: « at least » from two units, unknown only where it counts one."""
    ordinary, draw = finds.operation[lines.find] == NO_OPERATION, rng.random(len(lines))
    at_least = ordinary & (lines.quantity > 1) & (draw < attributes.AT_LEAST_SHARE)
    unknown = ordinary & (lines.quantity == 1) & (draw < attributes.UNKNOWN_QUANTITY_SHARE)
    return np.where(at_least, 1, np.where(unknown, 2, 0)).astype(np.int8)


def reviewed(rng: np.random.Generator, finds: Finds, lines: Lines) -> tuple[Column, Column]:
    """Which lines the register holds, some of them twice, and the position in REVIEW_STATES of each.

    The second entry of a line is never counted; the lines of an operation are all checked and entered once.
    """
    ordinary = finds.operation[lines.find] == NO_OPERATION
    pending = ordinary & chance(rng, at_days(attributes.TO_CHECK_SHARE)[finds.start[lines.find]], len(lines))
    twice = ordinary & chance(rng, attributes.UNCOUNTED_SHARE, len(lines))
    entered = np.repeat(np.arange(len(lines)), 1 + twice)
    state = pending[entered].astype(np.int8)
    second = np.flatnonzero(np.diff(entered, prepend=-1) == 0)
    state[second] = 2 + choose(rng, attributes.UNCOUNTED_STATES, len(second))
    return entered, state
