"""A synthetic register over the real establishments: calibrated on published totals, invented row by row."""

from portique.register.demonstration.attributes import OPORTIK_TAKEDOWN_EFFECT
from portique.register.demonstration.calibration import DEFAULT_ITEMS, DEFAULT_SEED
from portique.register.demonstration.generation import Chunk, DemonstrationSettings, generate
from portique.register.demonstration.operations import demonstration_establishments

__all__ = [
    "DEFAULT_ITEMS",
    "DEFAULT_SEED",
    "OPORTIK_TAKEDOWN_EFFECT",
    "Chunk",
    "DemonstrationSettings",
    "demonstration_establishments",
    "generate",
]
