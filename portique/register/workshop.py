"""A folder to make things in, beside the place where they will stand once whole."""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = ".atelier-"
_ABANDONED = 24 * 3600  # seconds: nothing takes a day to make, so its maker was killed


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """An empty folder in another one, gone when the block ends; those that a kill left behind go too."""
    for left in folder.glob(f"{_PREFIX}*"):
        if time.time() - left.stat().st_mtime > _ABANDONED:
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=folder) as made:
        yield Path(made)
