"""What a cell can turn out to be: a value, with the words to show when it was changed, or a refusal."""

from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True)
class Refused:
    """Why a text is not a value: what was found, what was expected."""

    found: str
    expected: str


@dataclass(frozen=True)
class Value:
    """An understood text; `became` says into what, when the text is not the usual way to write it."""

    content: Hashable
    became: str = ""


def quoted(text: str) -> str:
    """The text between French quotes, shortened when long."""
    return f"« {text if len(text) <= 80 else text[:79] + '…'} »"
