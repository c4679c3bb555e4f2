"""Which register is shown: the user's own if there ever was one, else the demonstration."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from portique.errors import RegisterError
from portique.register import demonstration
from portique.register.lake import Lake
from portique.register.memory import remember

DEMONSTRATION_NAME = "Registre de démonstration"


def active(folder: Path) -> Lake | None:
    """The register to show; None on a first start, when neither was ever created.

    A user's register that is missing or damaged is still the active one: the demonstration never stands in for it.
    """
    for lake in (own(folder), Lake(folder, "demonstration")):
        if lake.exists():
            lake.recall()
            return lake
    return None


def own(folder: Path) -> Lake:
    """The user's own register, whether it was made yet or not: its first import makes it."""
    return Lake(folder, "registered")


def install_demonstration(
    folder: Path,
    items: int = demonstration.DEFAULT_ITEMS,
    seed: int = demonstration.DEFAULT_SEED,
    progress: Callable[[float], None] = lambda share: None,
) -> Lake:
    """Generate the demonstration register beside its place and put it there when whole, instead of an earlier one.

    `progress` receives the share done, 0 to 1. Raises RegisterError when the folder cannot be written.
    """
    lake = Lake(folder, "demonstration")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="demonstration-", dir=folder) as workshop:
            draft = Lake(Path(workshop), "demonstration")
            draft.create(DEMONSTRATION_NAME)
            draft.append(
                demonstration.generate(items, seed),
                author="Portique",
                message=f"Démonstration : {items} objets, graine {seed}",
                progress=lambda lines: progress(min(lines / items, 1.0)),
            )
            shutil.rmtree(lake.home, ignore_errors=True)
            draft.home.replace(lake.home)
            remember(folder, "demonstration", draft.identity)
    except OSError as error:
        raise RegisterError(
            f"{folder} : impossible d’y écrire ({error.strerror}) ; vérifiez les droits et la place sur le disque, "
            "ou choisissez un autre dossier avec PORTIQUE_REGISTER."
        ) from error
    return lake
