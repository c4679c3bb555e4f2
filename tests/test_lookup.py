"""The look-up: what a few words lead to, in which order, and what choosing it selects."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import hostile
import pytest
from files import prepared
from test_imports import TROYES
from worlds import World, during, world

from portique.reading import labels, lookup
from portique.reading.exhibits import figures
from portique.reading.lookup import Entry, Matches
from portique.reading.questions import unrestricted
from portique.reading.selection import from_query
from portique.reading.view import View, choices, default_selection
from portique.register import imports, reference
from portique.register.lake import Lake
from portique.register.served import serve
from portique.showing import matches

ESTABLISHMENTS = reference.table("establishments")


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> World:
    return world(tmp_path_factory.mktemp("own"), "when place qty\n2025-05-10 sante 6\n")


@pytest.fixture(scope="module")
def view(own: World) -> View:
    return own.view(during("2025", "2025"), "operation")


@pytest.fixture(scope="module")
def entries(view: View) -> list[Entry]:
    return lookup.everything(view)


@pytest.fixture(scope="module")
def codes(entries: list[Entry]) -> Callable[..., list[str]]:
    """The codes that words lead to in a group, the best first: `codes("brest", "establishments")`."""
    return lambda words, group: [entry.code for entry in lookup.look_up(entries, words).entries.get(group, [])]


def listed(answer: Matches) -> list[Entry]:
    return [entry for entries in answer.entries.values() for entry in entries]


@pytest.mark.parametrize(
    ("words", "group", "first"),
    [
        ("Brest", "establishments", "ma-brest"),
        ("maison d'arrêt de brest", "establishments", "ma-brest"),
        ("FLEURY", "establishments", "cp-fleury-merogis"),
        ("fleurymérogis", "establishments", "cp-fleury-merogis"),
        ("fleury merogi", "establishments", "cp-fleury-merogis"),
        ("ploemeur", "establishments", "cp-lorient"),
        ("la sante", "establishments", "cp-paris-la-sante"),
        ("bretagne", "territories", "53"),
        ("ile de fr", "territories", "11"),
        ("Île-de-France", "territories", "11"),
        ("cote d’azur", "territories", "93"),
        ("val d'oise", "territories", "95"),
        ("974", "territories", "974"),
        ("disp lyon", "territories", "lyon"),
        ("outre mer", "territories", "outre_mer"),
        ("NAT-079", "figures", "NAT-079"),
        ("79526", "figures", "NAT-079"),
        ("79 526", "figures", "NAT-079"),
        (f"79{labels.THIN}526 objets", "figures", "NAT-079"),
    ],
)
def test_words_lead_to_what_they_name(codes: Callable[..., list[str]], words: str, group: str, first: str) -> None:
    assert codes(words, group)[0] == first


def test_every_establishment_territory_and_figure_is_found_by_its_name(entries: list[Entry]) -> None:
    assert {entry.code for entry in entries if entry.group == "establishments"} == set(
        ESTABLISHMENTS["establishment_id"]
    )
    assert {entry.code for entry in entries if entry.group == "figures"} == set(figures.identifiers())
    for entry in entries:
        by = entry.code if entry.group == "figures" else entry.name
        best = lookup.look_up(entries, by).entries[entry.group]
        assert entry in best[: lookup.MOST], by


@pytest.mark.parametrize("commune", sorted(set(ESTABLISHMENTS["commune"])))
def test_every_commune_leads_to_its_establishments(codes: Callable[..., list[str]], commune: str) -> None:
    there = set(ESTABLISHMENTS.loc[ESTABLISHMENTS["commune"] == commune, "establishment_id"])
    assert there <= set(codes(commune, "establishments"))


def test_a_department_or_a_region_leads_to_its_establishments_after_itself(entries: list[Entry]) -> None:
    answer = lookup.look_up(entries, "Finistère")
    assert list(answer.entries) == ["territories", "establishments"]
    assert [entry.code for entry in answer.entries["establishments"]] == ["ma-brest"]


def test_a_near_spelling_is_understood_and_said(view: View, entries: list[Entry]) -> None:
    answer = lookup.look_up(entries, "Fleuri Merogi")
    assert answer.instead == "fleury merogis"
    drawn = matches.results(view, answer)
    assert f"Rien ne s’écrit «{labels.WIDE}Fleuri Merogi{labels.WIDE}»" in drawn
    assert lookup.look_up(entries, "Fleury").instead == ""


@pytest.mark.parametrize("words", ["zzzz", "brest zzzz", "99999999"])
def test_what_is_nowhere_says_so(view: View, entries: list[Entry], words: str) -> None:
    answer = lookup.look_up(entries, words)
    assert answer.count == 0
    assert f"Rien ne répond à «{labels.WIDE}{words}{labels.WIDE}»" in matches.results(view, answer)


@pytest.mark.parametrize("words", ["", " ", "a", "’", "!?", "-"])
def test_less_than_two_letters_look_up_nothing_and_say_what_there_is(entries: list[Entry], words: str) -> None:
    assert lookup.too_short(words)
    assert lookup.look_up(entries, words).count == 0
    drawn = matches.hint(lookup.counts(entries))
    assert f"{len(ESTABLISHMENTS)} établissements" in drawn
    assert f"{len(figures.identifiers())} chiffres publiés" in drawn


def test_the_same_words_give_the_same_answers_however_they_are_written(entries: list[Entry]) -> None:
    plain = lookup.look_up(entries, "ile de france").entries
    for words in ("ÎLE DE FRANCE", "île-de-france", "  Ile  de  France ", "I\u0302le de France"):
        assert lookup.look_up(entries, words).entries == plain


def test_a_text_of_any_length_is_cut(entries: list[Entry]) -> None:
    assert len(lookup.look_up(entries, "brest " * 10_000).words) <= lookup.MOST_LETTERS


# What choosing does


def test_a_chosen_place_is_selected_alone_as_by_a_click_on_the_map(own: World) -> None:
    elsewhere = replace(during("2025", "2025"), regions=("93",), kinds=("CD",), measure="finds", suppliers=("oportik",))
    chosen = lookup.selected(own.view(elsewhere), "establishments", "ma-brest")
    assert chosen == during("2025", "2025").with_(
        establishments=("ma-brest",), measure="finds", suppliers=("oportik",), scope=chosen.scope
    )


def test_the_scope_opens_only_where_the_operation_holds_nothing(own: World) -> None:
    held = own.reader.served.establishments.set_index("establishment_id")["in_operation"]
    for scope in ("operation", "all"):
        view = own.view(during("2025", "2025").with_(scope=scope))
        for code in view.choices["establishments"]:
            inside = scope == "operation" and bool(held[code])
            assert lookup.selected(view, "establishments", code).scope == ("operation" if inside else "all")


def test_the_address_of_an_answer_opens_what_choosing_it_selects(view: View, entries: list[Entry]) -> None:
    for entry in listed(lookup.look_up(entries, "réunion")):
        parts = urlsplit(lookup.link(view, entry))
        if entry.field == lookup.FIGURE:
            assert (parts.path, parts.query) == ("/chiffres-publies", f"chiffre={entry.code}")
        else:
            read = from_query(parse_qs(parts.query), view.choices, view.default)
            assert read.notices == ()
            assert (parts.path, read.selection) == ("/", lookup.selected(view, entry.field, entry.code))


@pytest.mark.parametrize("words", ["bretagne", "Fleury", "téléphones saisis", "ile de france", "essonne", "2018"])
def test_the_page_of_figures_holds_all_the_figures_that_words_lead_to(
    view: View, entries: list[Entry], words: str
) -> None:
    led = {entry.code for entry in lookup.look_up(entries, words).entries["figures"]}
    unused = set(figures.unusable_rows()["figure_id"])
    assert led - unused <= set(figures.catalogue(view, words=words).table["figure_id"])


# What is written


def test_answers_are_grouped_counted_and_the_rest_is_said(view: View, entries: list[Entry]) -> None:
    answer = lookup.look_up(entries, "maison d’arrêt")
    held = answer.entries["establishments"]
    drawn = matches.results(view, answer)
    assert f"<h3>Établissements <small>{len(held)}</small></h3>" in drawn
    assert len(re.findall(r'data-code="establishments', drawn)) == lookup.MOST
    assert f"et {len(held) - lookup.MOST}{labels.WIDE}autres" in drawn
    many = lookup.look_up(entries, "téléphones saisis")
    assert "/chiffres-publies?mots=t%C3%A9l%C3%A9phones+saisis" in matches.results(view, many)


def test_the_longest_and_the_unusable_are_written_whole(entries: list[Entry]) -> None:
    for entry in entries:
        assert entry.name == labels.typeset(entry.name)
        assert not re.search(r" [;:!?%»]|« ", entry.detail)
    (unused,) = lookup.look_up(entries, str(figures.unusable_rows()["figure_id"].iloc[0])).entries["figures"]
    assert unused.detail.startswith("inutilisable")


def test_hostile_words_are_shown_and_never_run(view: View, entries: list[Entry], tmp_path: Path) -> None:
    for words in (hostile.SCRIPT, hostile.BREAKOUT):
        drawn = matches.results(view, lookup.look_up(entries, words))
        assert "<script" not in drawn
        assert "<svg" not in drawn
    entry = entries[0]
    bad = replace(entry, name=hostile.SCRIPT, detail=hostile.BREAKOUT, code=hostile.BREAKOUT)
    drawn = matches.results(view, Matches("brest", {"establishments": [bad]}))
    assert "<script" not in drawn
    assert "<svg" not in drawn


def test_an_establishment_that_a_register_adds_is_found_like_the_others(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "register", "registered")
    told = "key when place qty\nn:1 2025-01-01 ma-troyes-ancienne 5"
    imports.commit(lake, prepared(told, extra=(TROYES,)), author="moi")
    reader = unrestricted(serve(lake))
    own = View(reader, during("2025", "2025"), default_selection(reader.register), choices(reader.served))
    found = listed(lookup.look_up(lookup.everything(own), "ancienne maison troyes"))
    assert [(entry.code, entry.detail) for entry in found] == [(TROYES.establishment_id, "Troyes, Aube (10)")]
    assert listed(lookup.look_up(lookup.everything(own), "brest"))[0].code == "ma-brest"
