"""The demonstration register, a year at a time."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from portique.errors import PortiqueError
from portique.register.demonstration import attribution, calibration, finds, operations, seizures, tables
from portique.register.demonstration.attributes import OPORTIK_TAKEDOWN_EFFECT
from portique.register.demonstration.calibration import DEFAULT_ITEMS, DEFAULT_SEED, TARGETS, YEARS
from portique.register.demonstration.days import Year
from portique.register.demonstration.lots import lots
from portique.register.demonstration.prisons import Prisons, load
from portique.register.demonstration.sampling import stream
from portique.register.demonstration.searches import Searches, ordinary_searches
from portique.register.demonstration.tables import First

SMALLEST = 1_000  # items; in a smaller register the two operations would be all there is


@dataclass(frozen=True)
class DemonstrationSettings:
    """What a demonstration register is made from; raises PortiqueError when it cannot be.

    items: counted phones and accessories (units), operations included; seed: any whole number from 0;
    takedown_effect: share (0 to 1) of Oportik's seizures that vanish after 20 May 2025.
    """

    items: int = DEFAULT_ITEMS
    seed: int = DEFAULT_SEED
    takedown_effect: float = OPORTIK_TAKEDOWN_EFFECT

    def __post_init__(self) -> None:
        if self.items < SMALLEST:
            raise PortiqueError(
                f"registre de démonstration : {self.items} objets demandés ; demandez-en au moins {SMALLEST}."
            )
        if self.seed < 0:
            raise PortiqueError(
                f"registre de démonstration : graine {self.seed} ; choisissez un nombre entier positif."
            )
        if not 0 <= self.takedown_effect <= 1:
            raise PortiqueError(
                f"registre de démonstration : effet {self.takedown_effect} ; choisissez une part de 0 à 1."
            )


@dataclass(frozen=True)
class Chunk:
    """The rows of one year (`period`, such as « 2024 »), in the register's column order."""

    period: str
    searches: pa.Table
    seizures: pa.Table


def generate(
    items: int = DEFAULT_ITEMS, seed: int = DEFAULT_SEED, takedown_effect: float = OPORTIK_TAKEDOWN_EFFECT
) -> Iterator[Chunk]:
    """The demonstration register from 1 January 2022 to 31 December 2025, one chunk a year, in order of time.

    The same rows for the same arguments. Raises PortiqueError at once for arguments out of range.
    """
    return _chunks(DemonstrationSettings(items, seed, takedown_effect))


def _chunks(settings: DemonstrationSettings) -> Iterator[Chunk]:
    prisons, first = load(settings.seed), First(search=1, find=1, seizure=1)
    for number in YEARS:
        chunk, finds_made = _chunk(prisons, settings, Year(number), first)
        yield chunk
        first = First(
            first.search + chunk.searches.num_rows,
            first.find + finds_made,
            first.seizure + chunk.seizures.num_rows,
        )


def _chunk(prisons: Prisons, settings: DemonstrationSettings, year: Year, first: First) -> tuple[Chunk, int]:
    """The rows of a year, and how many finds they hold."""
    searches = _searches(prisons, settings, year)
    made = _seizures(prisons, settings, searches, year)
    searched = tables.search_table(prisons, settings.seed, searches, first)
    seized = tables.seizure_table(prisons, settings.seed, made, first)
    return Chunk(str(year.number), searched, seized), len(made.finds)


def _searches(prisons: Prisons, settings: DemonstrationSettings, year: Year) -> Searches:
    """All the searches of a year, in order of day."""
    count = round(TARGETS[year.number].searches * settings.items / DEFAULT_ITEMS)
    parts = [ordinary_searches(prisons, settings.seed, year, count)]
    if calibration.PRISON_BREAK_DAY in year:
        parts += [operations.prison_break_searches(prisons), operations.xxl_searches(prisons, settings.seed)]
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in Searches.__dataclass_fields__}
    order = np.argsort(columns["day"], kind="stable")
    return Searches(**{name: column[order] for name, column in columns.items()})


def _seizures(prisons: Prisons, settings: DemonstrationSettings, searches: Searches, year: Year) -> tables.Seizures:
    """What is found in a year, in order of time."""
    parts = [
        finds.found(prisons, searches, year, stream(settings.seed, "lot", year.number, lot.name), lot)
        for lot in lots(prisons, searches, year, settings.items)
    ]
    made, lines = finds.gathered(prisons, parts)
    rng = stream(settings.seed, "description", year.number)
    seen = seizures.circumstances(rng, made)
    sold = attribution.attributed(prisons, rng, made, lines, settings.takedown_effect)
    model, qualifier = seizures.models(rng, lines.item, sold.supplier), seizures.qualifiers(rng, made, lines)
    return tables.Seizures(made, lines, seen, sold, model, qualifier, *seizures.reviewed(rng, made, lines))
