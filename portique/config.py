"""The settings of Portique, read from the environment once per call, with sensible defaults."""

import os
from dataclasses import dataclass
from pathlib import Path

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
        memory_limit_mb=int(os.environ.get("PORTIQUE_MEMORY_MB", "250")),
        threads=int(os.environ.get("PORTIQUE_THREADS", "2")),
        question_seconds=float(os.environ.get("PORTIQUE_QUESTION_SECONDS", "5")),
    )
