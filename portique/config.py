"""The settings of Portique, read from the environment once per call, with sensible defaults."""

import os
from dataclasses import dataclass
from pathlib import Path

from portique.errors import SettingError

PROJECT = Path(__file__).resolve().parent.parent
DATA = PROJECT / "data"
QUERIES = PROJECT / "queries"
STATIC = PROJECT / "static"


@dataclass(frozen=True)
class Settings:
    """Where the register lives and what a question may use (megabytes, threads, seconds)."""

    register_folder: Path
    memory_limit_mb: int
    threads: int
    question_seconds: float


def settings() -> Settings:
    """The settings in force, from `PORTIQUE_REGISTER`, `_MEMORY_MB`, `_THREADS` and `_QUESTION_SECONDS`."""
    return Settings(
        register_folder=Path(os.environ.get("PORTIQUE_REGISTER") or PROJECT / ".portique").expanduser().resolve(),
        memory_limit_mb=int(_positive("PORTIQUE_MEMORY_MB", 250)),
        threads=int(_positive("PORTIQUE_THREADS", 2)),
        question_seconds=_positive("PORTIQUE_QUESTION_SECONDS", 5),
    )


def _positive(name: str, default: float) -> float:
    """A setting that must be a number of at least 1; raises SettingError otherwise."""
    text = os.environ.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 1 <= value < 1e9:
        raise SettingError(f"{name} : « {text} » n’est pas un nombre d’au moins 1 ; par exemple {name}={default:g}.")
    return value
