"""What a folder remembers of its registers, so that a loss is seen as a loss, not as a first start."""

import json
from pathlib import Path

from portique.errors import RegisterDamaged

MEMORY = "portique.json"


def created_here(folder: Path) -> dict[str, str]:
    """Provenance → identity of the registers that were created in a folder, from its own memory of it."""
    memory = folder / MEMORY
    if not memory.exists():
        return {}
    try:
        return dict(json.loads(memory.read_text(encoding="utf-8"))["registers"])
    except (ValueError, KeyError, TypeError) as error:
        raise RegisterDamaged(
            f"{memory} est illisible ; restaurez-le ou supprimez-le s’il n’y a jamais eu de registre ici."
        ) from error


def remember(folder: Path, provenance: str, identity: str) -> None:
    """Write down that a register was created."""
    memory, registers = folder / MEMORY, created_here(folder) | {provenance: identity}
    draft = memory.with_suffix(".json.new")
    draft.write_text(json.dumps({"registers": registers}, indent=2) + "\n", encoding="utf-8")
    draft.replace(memory)
