"""Who is said to have sold what: supplier, channel, confidence of each line; all invented, most unknown."""

from dataclasses import dataclass

import numpy as np

from portique.register.demonstration import attributes, calibration, days
from portique.register.demonstration.attributes import CHANNEL_SHARES, CONFIDENCE_SHARES, ITEM_TYPES, PHONES
from portique.register.demonstration.finds import Finds, Lines
from portique.register.demonstration.operations import PRISON_BREAK
from portique.register.demonstration.prisons import Prisons
from portique.register.demonstration.sampling import Column, at_days, choose_in, share_table

SUPPLIERS = ("oportik", "other_suppliers", "unknown")
CHANNELS = ("oportik_site", "oportik_instagram", "other_channels", "unknown")
CONFIDENCES = ("none", "low", "medium", "high")
OPORTIK, UNKNOWN = SUPPLIERS.index("oportik"), SUPPLIERS.index("unknown")
_MINI = ITEM_TYPES.index("mini_phone")
_CLASSES = ("mini_phone", "phone", "other")
_CLASS_OF_ITEM = np.array([0 if item == "mini_phone" else 1 if item in PHONES else 2 for item in ITEM_TYPES])
_TAKEDOWN = days.day_of(calibration.PRISON_BREAK_DAY)


@dataclass(frozen=True)
class Attribution:
    """One element per line: positions in SUPPLIERS, CHANNELS and CONFIDENCES."""

    supplier: Column
    channel: Column
    confidence: Column


def attributed(prisons: Prisons, rng: np.random.Generator, finds: Finds, lines: Lines, effect: float) -> Attribution:
    """The attribution of each line; `effect`: share of Oportik's seizures that vanish after 20 May 2025."""
    day, in_prison_break = finds.start[lines.find], finds.operation[lines.find] == PRISON_BREAK
    reach = prisons.oportik_reach[finds.establishment][lines.find]
    oportik, others = _supplier_shares(day, _CLASS_OF_ITEM[lines.item], reach, effect)
    oportik[in_prison_break & (lines.item == _MINI)] = attributes.PRISON_BREAK_OPORTIK_SHARE
    draw = rng.random(len(lines))
    supplier = np.select([draw < oportik, draw < oportik + others], [0, 1], UNKNOWN).astype(np.int8)
    source = np.where((supplier == OPORTIK) & (day > _TAKEDOWN), 1, np.array([0, 2, 3])[supplier])
    certainty = np.where(supplier == UNKNOWN, 0, np.where(in_prison_break, 2, 1))
    return Attribution(
        supplier=supplier,
        channel=choose_in(rng, share_table(list(CHANNEL_SHARES.values()), CHANNELS), source),
        confidence=choose_in(rng, share_table(list(CONFIDENCE_SHARES.values()), CONFIDENCES), certainty),
    )


def _supplier_shares(day: Column, item_class: Column, reach: Column, effect: float) -> tuple[Column, Column]:
    """Shares of Oportik and of the other suppliers for each line, before and after the takedown."""
    base, others = (
        np.array([shares[name] for name in _CLASSES])
        for shares in (attributes.OPORTIK_SHARES, attributes.OTHER_SUPPLIERS_SHARES)
    )
    before = np.minimum(0.8, base[item_class] * at_days(attributes.OPORTIK_REACH)[day] * reach)
    vanished = before * effect * np.clip((day.astype(float) - _TAKEDOWN) / attributes.TAKEDOWN_DAYS, 0.0, 1.0)
    return before - vanished, others[item_class] + vanished * attributes.OPORTIK_DISPLACEMENT
