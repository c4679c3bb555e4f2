"""French numbers, dates, plurals and order, to the space."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portique.reading import labels

THIN, WIDE = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (79526, 0, f"79{THIN}526"),
        (1234567.891, 2, f"1{THIN}234{THIN}567,89"),
        (0.45, 2, "0,45"),
        (-12, 0, "−12"),
        (-0.2, 0, "0"),
        (999, 0, "999"),
    ],
)
def test_numbers(value: float, decimals: int, text: str) -> None:
    assert labels.number(value, decimals) == text


@given(st.integers(-(10**12), 10**12))
def test_a_number_reads_back(value: int) -> None:
    assert int(labels.number(value).replace(THIN, "").replace("−", "-")) == value


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1, "1"), (0.123, "0,12"), (4.56, "4,6"), (27005, f"27{THIN}005")]
)
def test_compact_numbers(value: float, text: str) -> None:
    assert labels.compact(value) == text


@pytest.mark.parametrize(("share", "text"), [(0.54, "54"), (0, "0"), (0.004, f"<{WIDE}1"), (1, "100")])
def test_percents(share: float, text: str) -> None:
    assert labels.percent(share) == f"{text}{THIN}%"


@pytest.mark.parametrize(("change", "text"), [(0.31, "+31"), (-0.04, "−4"), (0.001, "±0"), (12.5, f"+1{THIN}250")])
def test_changes(change: float, text: str) -> None:
    assert labels.signed_percent(change) == f"{text}{THIN}%"


@pytest.mark.parametrize(("count", "word"), [(0, "saisie"), (1, "saisie"), (1.99, "saisie"), (2, "saisies")])
def test_the_plural_begins_at_two(count: float, word: str) -> None:
    assert labels.plural(count, "saisie", "saisies") == word


@pytest.mark.parametrize(
    ("text", "typeset"),
    [
        ("79 526 objets", f"79{THIN}526 objets"),
        ("plus de 70 000 EUR", f"plus de 70{THIN}000 EUR"),
        ("1 234 567", f"1{THIN}234{THIN}567"),
        ("en 2024 160 téléphones", "en 2024 160 téléphones"),
        ("8 26 000", f"8 26{THIN}000"),
        ("le 20 mai 2025", f"le 20{WIDE}mai 2025"),
        ("le 1er janvier", f"le 1er{WIDE}janvier"),
        ("« oui » : 12 % ; fin !", f"«{WIDE}oui{WIDE}»{WIDE}: 12{THIN}%{THIN}; fin{THIN}!"),
    ],
)
def test_a_text_is_typeset(text: str, typeset: str) -> None:
    assert labels.typeset(text) == typeset
    assert labels.typeset(typeset) == typeset


def test_counted() -> None:
    assert labels.counted(1, "téléphone", "téléphones") == f"1{WIDE}téléphone"
    assert labels.counted(27005, "téléphone", "téléphones", at_least=True) == f"au moins 27{THIN}005{WIDE}téléphones"


@pytest.mark.parametrize(
    ("start", "end", "period", "during"),
    [
        ("2025-05-20", "2025-05-21", "20 mai 2025", "le 20 mai 2025"),
        ("2022-01-01", "2022-01-02", "1er janvier 2022", "le 1er janvier 2022"),
        ("2025-01-01", "2026-01-01", "2025", "en 2025"),
        ("2022-01-01", "2026-01-01", "2022 à 2025", "de 2022 à 2025"),
        ("2025-05-01", "2025-06-01", "mai 2025", "en mai 2025"),
        ("2025-01-01", "2025-04-01", "janvier à mars 2025", "de janvier à mars 2025"),
        ("2025-04-01", "2025-07-01", "avril à juin 2025", "d’avril à juin 2025"),
        ("2025-08-01", "2025-10-01", "août à septembre 2025", "d’août à septembre 2025"),
        ("2024-10-01", "2025-02-01", "octobre 2024 à janvier 2025", "d’octobre 2024 à janvier 2025"),
        ("2025-05-03", "2025-05-21", "3 au 20 mai 2025", "du 3 au 20 mai 2025"),
        ("2025-05-01", "2025-05-16", "1er au 15 mai 2025", "du 1er au 15 mai 2025"),
        ("2025-11-25", "2026-01-01", "25 novembre 2025 au 31 décembre 2025", "du 25 novembre 2025 au 31 décembre 2025"),
    ],
)
def test_periods(start: str, end: str, period: str, during: str) -> None:
    days = date.fromisoformat(start), date.fromisoformat(end)
    assert labels.period(*days).replace(WIDE, " ") == period
    assert labels.during(*days).replace(WIDE, " ") == during


@pytest.mark.parametrize(
    ("bin_", "text"),
    [
        ("year", "2025"),
        ("quarter", "4e trim. 2025"),
        ("month", "octobre 2025"),
        ("week", "semaine du 1er octobre 2025"),
        ("day", "1er octobre 2025"),
    ],
)
def test_bins(bin_: str, text: str) -> None:
    assert labels.bin_label(date(2025, 10, 1), bin_).replace(WIDE, " ") == text


def test_months() -> None:
    assert [labels.short_month(date(2025, month, 1)).split(WIDE)[0] for month in (2, 5, 8, 12)] == [
        "févr.",
        "mai",
        "août",
        "déc.",
    ]
    assert labels.bin_label(date(2025, 1, 1), "quarter").startswith("1er")


def test_lists() -> None:
    assert labels.listed(["a"]) == "a"
    assert labels.listed(["a", "b", "c"]) == "a, b et c"
    assert labels.listed(["a", "b", "c", "d", "e", "f"]) == "a, b et 4 autres"
    assert labels.sentence("île") == "Île"
    assert labels.sentence("") == ""


def test_the_french_order() -> None:
    names = ["Occitanie", "Île-de-France", "Hauts-de-France", "La Réunion", "Écrouves", "Œting", "Eysses", "Joux"]
    names += ["Évreux", "Val-d’Oise", "Val de Briey", "Oermingen"]
    assert sorted(names, key=labels.collation) == [
        "Écrouves",
        "Évreux",
        "Eysses",
        "Hauts-de-France",
        "Île-de-France",
        "Joux",
        "La Réunion",
        "Occitanie",
        "Oermingen",
        "Œting",
        "Val de Briey",
        "Val-d’Oise",
    ]


def test_accents_decide_last() -> None:
    words = ["côté", "coté", "cote", "cotes", "côte"]
    assert sorted(words, key=labels.collation)[-1] == "cotes"
    assert sorted(words, key=labels.collation)[0] == "cote"


def test_a_text_is_set_as_french_prints_it() -> None:
    text = "Lecture : « oui » ; 95 % ? https://exemple.fr"
    assert labels.typeset(text) == ("Lecture\u00a0: «\u00a0oui\u00a0»\u202f; 95\u202f%\u202f? https://exemple.fr")
    assert labels.typeset(labels.typeset(text)) == labels.typeset(text)
