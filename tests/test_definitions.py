"""A measure is what it says: never another one, never added to another, never across a break unsaid."""

from datetime import date

import pytest

from portique.errors import MeasureError
from portique.reading.definitions import add, crosses_counting_break, measure, measures, require_honest
from portique.register import reference

FAMILY = reference.labels("item_types", "item_type", "family")


def families(code: str) -> set[str]:
    return {FAMILY[item] for item in measure(code).item_types}


def test_phones_is_not_phones_and_accessories() -> None:
    assert families("phones") == {"phone"}
    assert families("phones_and_accessories") == {"phone", "accessory"}
    assert set(measure("phones").item_types) < set(measure("phones_and_accessories").item_types)
    assert measure("mini_phones").item_types == ("mini_phone",)
    assert "multimedia_device" not in measure("phones_and_accessories").item_types


def test_every_measure_says_what_it_counts() -> None:
    for known in measures().values():
        assert known.label != known.singular
        assert len(known.definition) > 30
        assert known.source
        assert known.is_rate == bool(known.exposure)
        assert known.counted.column == "quantity" or not known.is_rate
        require_honest(known.label, known)


def test_an_unknown_measure_is_named() -> None:
    with pytest.raises(MeasureError, match="« guns » n’est pas une mesure ; les mesures sont : phones, mini_phones"):
        measure("guns")


def test_parts_of_one_measure_and_status_are_added() -> None:
    assert add([(measure("phones"), "registered", 2), (measure("phones"), "registered", 3)]) == 5
    assert add([]) == 0


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (("phones", "registered"), ("phones_and_accessories", "registered"), "mesures ne s’additionnent pas"),
        (("phones", "registered"), ("mini_phones", "registered"), "mesures ne s’additionnent pas"),
        (("phones", "published"), ("phones", "registered"), "statuts ne s’additionnent pas : chiffre publié, registre"),
        (("phones", "demonstration"), ("phones", "registered"), "statuts ne s’additionnent pas"),
        (("phones_per_cell_searched", "registered"),) * 2 + ("Un taux ne s’additionne pas",),
    ],
)
def test_what_may_not_be_added(first: tuple[str, str], second: tuple[str, str], said: str) -> None:
    with pytest.raises(MeasureError, match=said):
        add([(measure(code), status, 1) for code, status in (first, second)])  # type: ignore[misc]


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("79 526 téléphones en 2024", "phones_and_accessories"),
        ("Téléphones saisis", "phones_and_accessories"),
        ("Téléphones saisis", "mini_phones"),
        ("Téléphones et mini-téléphones", "phones_and_accessories"),
    ],
)
def test_a_title_that_lies_is_refused(title: str, code: str) -> None:
    with pytest.raises(MeasureError, match="parle de téléphones"):
        require_honest(title, measure(code))


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Téléphones et accessoires saisis", "phones_and_accessories"),
        ("Mini-téléphones saisis", "mini_phones"),
        ("Téléphones saisis", "phones"),
        ("Objets saisis", "phones_and_accessories"),
    ],
)
def test_an_honest_title_stands(title: str, code: str) -> None:
    require_honest(title, measure(code))


@pytest.mark.parametrize(
    ("start", "end", "crosses"),
    [
        (date(2021, 1, 1), date(2022, 1, 1), False),
        (date(2021, 12, 31), date(2022, 1, 2), True),
        (date(2022, 1, 1), date(2023, 1, 1), False),
        (date(2020, 1, 1), date(2026, 1, 1), True),
    ],
)
def test_the_counting_break(start: date, end: date, crosses: bool) -> None:
    assert crosses_counting_break(start, end) is crosses
