"""A long table in parts: nothing is lost between them, and what belongs together stays together."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portique.reading import parts


@given(st.lists(st.integers(0, 30)).map(sorted), st.integers(1, 7))
def test_parts_hold_every_row_once_in_order(together: list[int], most: int) -> None:
    bounds = parts.split(together, most)
    assert [row for start, end in bounds for row in range(start, end)] == list(range(len(together)))


@given(st.lists(st.integers(0, 30)).map(sorted), st.integers(1, 7))
def test_what_stays_together_is_in_one_part_and_parts_are_no_longer_than_needed(together: list[int], most: int) -> None:
    bounds = parts.split(together, most)
    for (_, end), (start, _) in pairwise(bounds):
        assert together[end - 1] != together[start]
    for start, end in bounds:
        assert end - start <= most or together[start + most - 1] == together[end - 1]


@pytest.mark.parametrize(
    ("asked", "row", "rank"),
    [("", None, 0), ("", 45, 1), ("1", 45, 0), ("3", None, 2), ("9", None, 2), ("0", None, 0), ("", 99, 0)],
)
def test_the_part_asked_for_or_the_one_of_a_row_is_shown(asked: str, row: int | None, rank: int) -> None:
    assert parts.chosen([(0, 40), (40, 80), (80, 90)], asked, row) == rank


def test_an_address_may_name_every_part() -> None:
    assert list(parts.names(90)) == ["", "1", "2", "3"]
    assert list(parts.names(0)) == [""]
