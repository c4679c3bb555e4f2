"""A dossier: what its officer asked for (`Spec`), and the figures made from it (`Dossier`), drawn by every output."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from portique.reading.exhibits.exhibit import Exhibit

Audience = Literal["internal", "press"]


@dataclass(frozen=True)
class Entry:
    """One figure as asked for: an exhibit of a view's page, by its name and the view's link, and the officer's words.

    An empty `title` stands for the exhibit's own.
    """

    exhibit: str
    link: str
    title: str = ""
    comment: str = ""


@dataclass(frozen=True)
class Spec:
    """A dossier as asked for: its title, who will read it, who answers for it, its entries in their order."""

    title: str
    entries: tuple[Entry, ...]
    audience: Audience = "internal"
    author: str = ""


@dataclass(frozen=True)
class Figure:
    """One figure of a dossier: a protected exhibit, the words beside it, and the caveats that its picture carries."""

    exhibit: Exhibit
    title: str
    sentence: str
    comment: str = ""
    caveats: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dossier:
    """Figures in their order with what stands on every page; `number` and `embargo_until` belong to a release."""

    title: str
    figures: tuple[Figure, ...]
    audience: Audience
    author: str
    made_on: date
    number: str = ""
    embargo_until: datetime | None = None

    @property
    def is_demonstration(self) -> bool:
        """Whether any figure draws on invented rows: the stamp then stands on every page."""
        return any(figure.exhibit.is_demonstration for figure in self.figures)
