"""What must be found in a year, cut into lots: so many units of a context, in a set of prisons."""

from collections.abc import Iterator
from dataclasses import dataclass

from portique.register.demonstration import calibration
from portique.register.demonstration.attributes import CONTEXTS
from portique.register.demonstration.calibration import DEFAULT_ITEMS, TARGETS, Rhythm
from portique.register.demonstration.days import Year
from portique.register.demonstration.operations import FOUILLES_XXL, NO_OPERATION, PRISON_BREAK
from portique.register.demonstration.prisons import Prisons
from portique.register.demonstration.sampling import Column, at_days, proportional
from portique.register.demonstration.searches import Searches

_RHYTHMS = {
    "yard": calibration.YARD_RHYTHM,
    "visit": calibration.VISIT_RHYTHM,
    "entry": calibration.ENTRY_RHYTHM,
}
_PILOT_SHARE = calibration.PILOT_PHONES_2024 / TARGETS[2024].phones


@dataclass(frozen=True)
class Quota:
    """Units to find, by family."""

    phones: int
    accessories: int
    other_devices: int


@dataclass(frozen=True)
class Lot:
    """Units to place together; `weights` runs over the searches of the year, or its days × establishments."""

    name: str
    context: str
    quota: Quota
    weights: Column
    operation: int = NO_OPERATION


_OPERATION_QUOTAS = {
    PRISON_BREAK: Quota(sum(calibration.PRISON_BREAK_PHONES.values()), calibration.PRISON_BREAK_ACCESSORIES, 0),
    FOUILLES_XXL: Quota(calibration.XXL_PHONES, calibration.XXL_ACCESSORIES, 0),
}


def lots(prisons: Prisons, searches: Searches, year: Year, items: int) -> Iterator[Lot]:
    """The lots of a year: one per context for the pilots, for the others, then those of the operations."""
    yield from _ordinary_lots(prisons, searches, year, items)
    for operation in (PRISON_BREAK, FOUILLES_XXL):
        held = searches.operation == operation
        if held.any():
            weights = held * (1.0 if operation == PRISON_BREAK else _search_weights(prisons, searches))
            yield Lot(f"operation {operation}", "search", _OPERATION_QUOTAS[operation], weights, operation)


def _ordinary_lots(prisons: Prisons, searches: Searches, year: Year, items: int) -> Iterator[Lot]:
    quota = ordinary_quota(year, items)
    pilot_phones = round(quota.phones * _PILOT_SHARE)
    by_group = {"pilot": pilot_phones, "others": quota.phones - pilot_phones}
    accessories = proportional(quota.accessories, list(by_group.values()))
    other_devices = proportional(quota.other_devices, list(by_group.values()))
    for group, (name, phones) in enumerate(by_group.items()):
        inside = prisons.pilot if name == "pilot" else ~prisons.pilot
        units = [_by_context(total) for total in (phones, int(accessories[group]), int(other_devices[group]))]
        for position, context in enumerate(CONTEXTS):
            share = Quota(*(int(parts[position]) for parts in units))
            yield Lot(f"{name} {context}", context, share, _weights(prisons, searches, year, context, inside))


def ordinary_quota(year: Year, items: int) -> Quota:
    """What a year must hold outside the two operations.

    The year's target in proportion to `items`, less what the operations hold; where they would fill a small
    register, the rest of the year in proportion.
    """
    target, scale = TARGETS[year.number], items / DEFAULT_ITEMS
    held = _OPERATION_QUOTAS.values() if calibration.PRISON_BREAK_DAY in year else ()
    totals = (target.phones, target.phones_and_accessories - target.phones, target.other_devices)
    exact = (sum(quota.phones for quota in held), sum(quota.accessories for quota in held), 0)
    pairs = zip(totals, exact, strict=True)
    return Quota(*(max(round(total * scale) - part, round((total - part) * scale)) for total, part in pairs))


def _by_context(units: int) -> Column:
    return proportional(units, [context.share for context in CONTEXTS.values()])


def _weights(prisons: Prisons, searches: Searches, year: Year, context: str, inside: Column) -> Column:
    """Relative number of finds of each search, or of each establishment day by day."""
    if context == "search":
        ordinary = (searches.operation == NO_OPERATION) & inside[searches.establishment]
        by_search: Column = ordinary * _search_weights(prisons, searches)
        return by_search
    rhythm: Rhythm = _RHYTHMS[context]
    weights: Column = prisons.find_weights(context, rhythm) * inside[:, None]
    by_day: Column = weights[:, year.days].T
    return by_day.ravel()


def _search_weights(prisons: Prisons, searches: Searches) -> Column:
    """Relative number of finds of each search: by kind, size, prison, month, and the growth of seizures."""
    growth = at_days(calibration.SEIZURE_PACE) / at_days(calibration.SEARCH_PACE)
    by_day = prisons.prevalence[:, None] * prisons.month_prevalence * growth
    return searches.expected_finds() * by_day[searches.establishment, searches.day]
