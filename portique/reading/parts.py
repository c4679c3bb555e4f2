"""A long table in parts: what a page sends at once, so that the first of it is soon there."""

from collections.abc import Sequence
from typing import Any

MOST = 40  # rows of a part, unless what must stay together takes more


def split(together: Sequence[Any], most: int = MOST) -> list[tuple[int, int]]:
    """The half-open row numbers of each part; neighbours with the same value of `together` stay in one part."""
    bounds, start = [], 0
    while start < len(together):
        end = min(start + most, len(together))
        while end < len(together) and together[end] == together[end - 1]:
            end += 1
        bounds.append((start, end))
        start = end
    return bounds


def names(rows: int) -> dict[str, str]:
    """The parts that an address may ask for: none in particular, then the second and those after it."""
    return {"": "Première partie"} | {str(rank): f"Partie {rank}" for rank in range(1, -(-rows // MOST) + 1)}


def chosen(bounds: Sequence[tuple[int, int]], asked: str, row: int | None = None) -> int:
    """The rank of the part to show, from 0: the one asked for, else the one that holds a row, else the first.

    A number past the end leads to the last part.
    """
    if asked:
        return max(0, min(int(asked), len(bounds)) - 1)
    return next((rank for rank, (start, end) in enumerate(bounds) if row is not None and start <= row < end), 0)
