"""What a cell is understood as: dates, numbers, words, establishments, personal data; examples worked out by hand."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from intake_files import TODAY, USUAL

from portique.register import reference
from portique.register.intake import codes, dates, fields, personal, quantities
from portique.register.intake.establishments import Directory, area
from portique.register.intake.names import fold, key
from portique.register.intake.prepared import ExtraEstablishment
from portique.register.intake.quantities import Quantity
from portique.register.intake.values import Refused, Value


@pytest.mark.parametrize(
    ("text", "least", "qualifier"),
    [
        ("3", 3, "exact"),
        ("1 234", 1234, "exact"),
        ("1\u202f234", 1234, "exact"),
        ("1\u00a0234", 1234, "exact"),
        ("12,0", 12, "exact"),
        ("12.00", 12, "exact"),
        ("trois", 3, "exact"),
        ("Une", 1, "exact"),
        ("vingt et un", 21, "exact"),
        ("soixante-dix-sept", 77, "exact"),
        ("quatre-vingts", 80, "exact"),
        ("quatre-vingt-dix-neuf", 99, "exact"),
        ("3 pièces", 3, "exact"),
        ("> 20", 21, "at_least"),
        (">20", 21, "at_least"),
        ("plus de 20", 21, "at_least"),
        ("≥ 20", 20, "at_least"),
        (">= 20", 20, "at_least"),
        ("au moins vingt", 20, "at_least"),
        ("20 et plus", 20, "at_least"),
        ("20+", 20, "at_least"),
        ("inconnu", 1, "unknown"),
        ("Non précisé", 1, "unknown"),
        ("?", 1, "unknown"),
        ("NC", 1, "unknown"),
    ],
)
def test_a_quantity_is_understood(text: str, least: int, qualifier: str) -> None:
    outcome = quantities.quantity(text)
    assert isinstance(outcome, Value)
    assert outcome.content == Quantity(least, qualifier)


@pytest.mark.parametrize(
    "text",
    [
        "2,5",
        "2.5",
        "-3",
        "0",
        "",
        "1.234",
        "1 23",
        "12 34",
        "environ 20",
        "~20",
        "une vingtaine",
        "1e3",
        "0x10",
        "1_000",
        "٣",
        "½",
        "3²",
        "NaN",
        "inf",
        "999999999999",
        "< 5",
        "moins de 5",
        "2/3",
        "3 ou 4",
        "oui",
        "=1+1",
    ],
)
def test_a_quantity_is_never_rounded_nor_guessed(text: str) -> None:
    assert isinstance(quantities.quantity(text), Refused)


@given(st.integers(1, quantities.MOST))
def test_a_number_is_itself_with_or_without_thousands(number: int) -> None:
    for text in (str(number), f"{number:,}".replace(",", " "), f"{number:,}".replace(",", "\u202f"), f"{number},0"):
        outcome = quantities.quantity(text)
        assert isinstance(outcome, Value)
        assert outcome.content == Quantity(number, "exact")


@pytest.mark.parametrize("text", ["1" * 30_000, "> " + "9" * 30_000, "1 " * 15_000, "un " * 10_000])
def test_an_endless_number_is_refused_at_once(text: str) -> None:
    assert isinstance(quantities.quantity(text), Refused)
    assert isinstance(quantities.cells(text), Refused)
    assert isinstance(FRENCH(text), Refused)


@given(st.text(max_size=12))
def test_any_text_is_a_positive_quantity_or_refused(text: str) -> None:
    outcome = quantities.quantity(text)
    assert isinstance(outcome, Refused) or getattr(outcome.content, "least", 0) >= 1


@pytest.mark.parametrize(("text", "cells"), [("12", 12), ("0", 0), ("", None), ("inconnu", "unknown"), ("douze", 12)])
def test_cells_searched_may_be_none_or_unknown(text: str, cells: object) -> None:
    outcome = quantities.cells(text)
    assert isinstance(outcome, Value)
    assert outcome.content == cells


@pytest.mark.parametrize("text", ["> 20", "2,5", "-1", "beaucoup"])
def test_cells_searched_are_counted_or_refused(text: str) -> None:
    assert isinstance(quantities.cells(text), Refused)


FRENCH = dates.parser(dates.Reading(True, "none"), TODAY)


def period(start: str, end: str) -> dates.Period:
    return dates.Period(date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("20/05/2025", "2025-05-20", "2025-05-21"),
        ("03/04/2025", "2025-04-03", "2025-04-04"),
        ("3-4-25", "2025-04-03", "2025-04-04"),
        ("20.05.2025", "2025-05-20", "2025-05-21"),
        ("2025-05-20", "2025-05-20", "2025-05-21"),
        ("2025-05-20T14:30:00Z", "2025-05-20", "2025-05-21"),
        ("20/05/2025 à 14h30", "2025-05-20", "2025-05-21"),
        ("20250520", "2025-05-20", "2025-05-21"),
        ("45797", "2025-05-20", "2025-05-21"),  # the serial that Excel shows for it
        ("mardi 20 mai 2025", "2025-05-20", "2025-05-21"),
        ("1er août 2025", "2025-08-01", "2025-08-02"),
        ("May 20, 2025", "2025-05-20", "2025-05-21"),
        ("29/02/2024", "2024-02-29", "2024-03-01"),
        ("mai 2025", "2025-05-01", "2025-06-01"),
        ("déc. 2024", "2024-12-01", "2025-01-01"),
        ("05/2025", "2025-05-01", "2025-06-01"),
        ("2025", "2025-01-01", "2026-01-01"),
        ("T2 2025", "2025-04-01", "2025-07-01"),
        ("2025-T2", "2025-04-01", "2025-07-01"),
        ("1er semestre 2024", "2024-01-01", "2024-07-01"),
        ("semaine 21 2025", "2025-05-19", "2025-05-26"),
        ("du 3 au 20 mai 2025", "2025-05-03", "2025-05-21"),
        ("01/03/2025 - 15/03/2025", "2025-03-01", "2025-03-16"),
        ("janvier à mars 2025", "2025-01-01", "2025-04-01"),
        ("2023 à 2025", "2023-01-01", "2026-01-01"),
    ],
)
def test_a_date_is_a_day_or_stays_a_period(text: str, start: str, end: str) -> None:
    outcome = FRENCH(text)
    assert isinstance(outcome, Value)
    assert outcome.content == period(start, end)


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2025",
        "29/02/2023",
        "00/05/2025",
        "20/13/2025",
        "31/12/1999",
        "26/11/2026",
        "2027",
        "hier",
        "",
        "12",
        "1234",
        "20/05",
        "mai",
        "20/05/2025 ou 21/05/2025",
        "13/2025",
        "semaine 54 2025",
        "du 20 au 3 mai 2025",
        "1" * 500,
    ],
)
def test_an_impossible_future_or_old_date_is_refused(text: str) -> None:
    assert isinstance(FRENCH(text), Refused)


@pytest.mark.parametrize(
    ("column", "day_first", "evidence"),
    [
        (["03/04/2025", "20/05/2025"], True, "day_first"),
        (["03/04/2025", "05/20/2025"], False, "month_first"),
        (["03/04/2025", "04/05/2025"], True, "none"),
        (["20/05/2025", "05/20/2025"], True, "both"),
        (["2025-05-20", "mai 2025"], True, "typed"),
    ],
)
def test_day_or_month_first_is_decided_for_the_column(column: list[str], day_first: bool, evidence: str) -> None:
    assert dates.decide(column) == dates.Reading(day_first, evidence)  # type: ignore[arg-type]
    assert dates.decide(column, not day_first).day_first is not day_first


def test_month_first_reads_the_same_text_otherwise() -> None:
    american = dates.parser(dates.Reading(False, "month_first"), TODAY)("03/04/2025")
    assert isinstance(american, Value)
    assert american.content == period("2025-03-04", "2025-03-05")
    assert american.became == "04/03/2025"


@given(st.dates(date(2000, 1, 1), TODAY))
def test_every_day_is_read_back_from_every_usual_writing(day: date) -> None:
    serial = str((day - date(1899, 12, 30)).days)
    for text in (
        f"{day:%d/%m/%Y}",
        day.isoformat(),
        f"{day:%d.%m.%y}",
        f"{day:%Y%m%d}",
        f"{day:%d-%m-%Y} 23:59",
        serial,
    ):
        outcome = FRENCH(text)
        assert isinstance(outcome, Value), text
        assert getattr(outcome.content, "start", None) == day, text


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_refused(text: str) -> None:
    outcome = FRENCH(text)
    assert isinstance(outcome, Refused) or outcome.content.start < outcome.content.end  # type: ignore[union-attr]


WORDS = [
    ("item_types", "puce", "sim_card"),
    ("item_types", "Puces", "sim_card"),
    ("item_types", "MINI-TÉLÉPHONES", "mini_phone"),
    ("item_types", "tél", "phone_unspecified"),
    ("item_types", "smartphone", "smartphone"),
    ("item_types", "mini_phone", "mini_phone"),
    ("item_types", "trousseau", None),
    ("routes", "jet", "projection"),
    ("routes", "Drones", "drone_delivery"),
    ("places", "En cellule", "cell"),
    ("search_kinds", "Fouilles sectorielles", "sector_search"),
    ("review_states", "doublon", "duplicate"),
    ("confidences", "élevée", "high"),
    ("operations", "Prison Break", "prison_break"),
]


@pytest.mark.parametrize(("list_name", "word", "code"), WORDS)
def test_words_of_the_lists(list_name: str, word: str, code: str | None) -> None:
    assert codes.words(list_name).get(key(word)) == code


def test_near_words_are_offered_the_nearest_first() -> None:
    assert codes.near("item_types", "smartfone")[0][0] == "smartphone"
    assert codes.near("item_types", "xylophone à coulisse") == []


def test_every_synonym_names_a_code_and_means_one_thing() -> None:
    rows = list(reference.table("synonyms").itertuples(index=False, name=None))
    known = {name: set(codes.labels(name)) for name in {row[0] for row in rows} - {"headings", "establishments"}}
    known["headings"] = {*fields.by_code(), "found_year", "never_stored", "personal"}
    known["establishments"] = {*Directory().places, "unspecified"}
    assert [row for row in rows if row[1] not in known[row[0]]] == []
    meanings = {(row[0], fold(row[2])) for row in rows}
    assert len(meanings) == len(rows)


def test_the_usual_headings_are_known() -> None:
    found = [fields.headings().get(key(heading)) for heading in USUAL.split(";")]
    assert found[:6] == ["found_on", "establishment", "region", "item_type", "model", "quantity"]
    assert found[6:] == ["context", "supplier", "channel", "operation", "never_stored"]


DIRECTORY = Directory()


def test_every_establishment_answers_to_its_name_and_identifier() -> None:
    rows = reference.table("establishments")[["establishment_id", "name"]].itertuples(index=False, name=None)
    wrong = [pair for pair in rows for text in pair if DIRECTORY.find(text).establishment_id != pair[0]]
    assert wrong == []


def test_a_short_name_is_enough_unless_two_prisons_share_it() -> None:
    rows = reference.table("establishments")[["establishment_id", "short_name"]].itertuples(index=False, name=None)
    asked = {short for identifier, short in rows if DIRECTORY.find(short).establishment_id != identifier}
    assert asked == {"Caen", "Fresnes", "Rennes"}
    assert {DIRECTORY.find(short).how for short in asked} == {"homonym"}


@pytest.mark.parametrize(
    ("text", "how", "found"),
    [
        ("CP Fresnes", "exact", "cp-fresnes"),
        ("fleury merogis", "alias", "cp-fleury-merogis"),
        ("Les Baumettes", "alias", "cp-marseille"),
        ("CD de Melun", "exact", "cd-melun"),
        ("non précisé", "exact", None),
        ("Fleury-Mérogi", "near", ["cp-fleury-merogis"]),
        ("MA Fleury-Mérogis", "near", ["cp-fleury-merogis"]),
        ("Melun", "homonym", ["cd-melun", "csl-melun"]),
        ("Marseille", "homonym", ["cp-marseille", "epm-marseille"]),
        ("Alcatraz", "unknown", []),
        ("Fleury-M\u0435rogis", "unknown", []),  # a Cyrillic е
        ("Fres\u200bnes", "unknown", []),  # an unseen space
    ],
)
def test_establishments_are_found_or_asked(text: str, how: str, found: object) -> None:
    match = DIRECTORY.find(text)
    candidates = [each.establishment_id for each in match.candidates]
    assert (match.how, match.establishment_id if match.sure else candidates) == (how, found)


def test_what_the_user_confirmed_holds_for_every_spelling_of_it() -> None:
    confirmed = Directory(confirmed={"Fleury-Mérogi": "cp-fleury-merogis", "Inconnue": "unspecified"})
    assert confirmed.find("FLEURY MEROGI").establishment_id == "cp-fleury-merogis"
    assert confirmed.find("inconnue").sure


TROYES = ExtraEstablishment(
    "x-ma-troyes", "Maison d’arrêt de Troyes", "Troyes", "10", "44", "strasbourg", "MA", None, date(2023, 11, 1)
)


def test_a_closed_prison_is_known_once_the_user_added_it() -> None:
    assert DIRECTORY.find("Maison d’arrêt de Troyes").how == "near"
    assert Directory((TROYES,)).find("MA Troyes").establishment_id == "x-ma-troyes"
    assert Directory((TROYES,)).find("Troyes").how == "homonym"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PACA", ("region", "93")),
        ("ile de france", ("region", "11")),
        ("Picardie", ("region", "32")),
        ("DISP de Dijon", ("disp", "dijon")),
        ("Outre-mer", ("disp", "outre_mer")),
        ("Bourgone", None),
    ],
)
def test_regions_and_disps(text: str, found: object) -> None:
    assert area(text) == found


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("cellule du détenu DUPONT", "nom de personne"),
        ("M. Martin", "nom de personne"),
        ("écrou n° 12345", "numéro d’écrou"),
        ("06 12 34 56 78", "numéro de téléphone"),
        ("+33 6 12 34 56 78", "numéro de téléphone"),
        ("jean.dupont@exemple.fr", "adresse électronique"),
        ("IMEI 490154203237518", "IMEI"),
        ("49-015420-323751-8", "IMEI"),
    ],
)
def test_personal_data_is_found_and_masked(text: str, kind: str) -> None:
    ((found, shown),) = personal.findings(text)
    assert found == kind
    assert "•" in shown
    assert shown != text
    assert personal.suspects(pa.array([text])).to_pylist() == [True]


@pytest.mark.parametrize(
    "text",
    ["RAS", "3 détenus impliqués", "490154203237519", "Samsung A10", "n° 1234", "20/05/2025", "1 234 567 890", ""],
)
def test_what_is_not_personal_is_left_alone(text: str) -> None:
    assert personal.findings(text) == []
