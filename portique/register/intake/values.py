"""What a cell can turn out to be: a value, with the words to show when it was changed, or a refusal."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Refused:
    """Why a text is not a value: what was found, what was expected."""

    found: str
    expected: str


@dataclass(frozen=True)
class Value:
    """An understood text; `became` says into what, when the text is not the usual way to write it.

    `mark` sets apart what is said in the preview: a word left unclassified, a name not seen before, personal data.
    """

    content: Hashable
    became: str = ""
    mark: Literal["", "unclassified", "new", "personal"] = ""
    rest: str = ""  # of a mixed cell: the words left unclassified


def quoted(text: str) -> str:
    """The text between French quotes, shortened when long."""
    return f"« {text if len(text) <= 80 else text[:79] + '…'} »"
