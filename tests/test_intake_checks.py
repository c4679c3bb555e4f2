"""Whole files checked: what is accepted, converted, refused, asked; answers worked out by hand."""

import json
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from intake_files import checked, usual, xlsx
from worlds import Rows

from portique.errors import DecisionsRefused
from portique.register import schema
from portique.register.intake import checks, establishments
from portique.register.intake.checked import Checked
from portique.register.intake.decisions import Decisions
from portique.register.intake.prepared import SEARCHES, SEIZURES, ExtraEstablishment, Prepared
from portique.register.lake import Lake

EXTRA = {
    "establishment_id": "x",
    "name": "X",
    "commune": "Troyes",
    "department_code": "10",
    "region_code": "44",
    "disp": "strasbourg",
    "kind": "MA",
}
NICE = "20/05/2025;Maison d’arrêt de Nice;Provence-Alpes-Côte d’Azur;smartphone;;2;;;;;"


def prepared(held: Checked) -> Prepared:
    assert held.prepared is not None
    return held.prepared


def seizures(held: Checked, *columns: str) -> list[tuple[Any, ...]]:
    table = prepared(held).seizures.select(list(columns))
    return [tuple(row.values()) for row in table.to_pylist()]


def reasons(held: Checked) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.value) for each in held.reasons()]


def test_the_usual_headings_are_understood_out_of_the_box() -> None:
    held = checked(
        usual(
            "20/05/2025;CP Fresnes;Île-de-France;puce;L8STAR BM70;> 20;projection;Oportik;site oportik;Prison Break;RAS"
        )
    )
    assert (held.verdict, held.read, held.accepted, held.refused, held.quantity_sum) == ("convert", 1, 1, 0, 21)
    (row,) = prepared(held).seizures.to_pylist()
    assert row | {"line_key": "", "find_ref": ""} == {
        "line_key": "",
        "find_ref": "",
        "search_ref": None,
        "period_start": date(2025, 5, 20),
        "period_end": date(2025, 5, 21),
        "establishment_id": "cp-fresnes",
        "item_type": "sim_card",
        "model": "L8STAR BM70",
        "quantity_min": 21,
        "quantity_qualifier": "at_least",
        "place": "unknown",
        "route": "projection",
        "supplier": "oportik",
        "channel": "oportik_site",
        "attribution_confidence": "low",
        "operation": "prison_break",
        "review_state": "to_check",
        "source_reference": "",
    }
    assert [match.heading for match in held.matches if not match.field] == ["commentaire"]


def test_a_file_that_needs_no_conversion_is_accepted_as_it_is() -> None:
    held = checked(usual(NICE))
    assert (held.verdict, held.sums) == ("accept", {"smartphone": 2})


def test_five_kinds_of_fault_are_each_named() -> None:
    held = checked(
        usual(
            NICE,
            "31/02/2025;Maison d’arrêt de Nice;;smartphone;;2;;;;;",
            "20/05/2025;Alcatraz;;smartphone;;2;;;;;",
            "20/05/2025;Maison d’arrêt de Nice;;ocarina;;2;;;;;",
            "20/05/2025;Maison d’arrêt de Nice;;smartphone;;2,5;;;;;",
            "20/05/2025;Maison d’arrêt de Nice;Bretagne;smartphone;;2;;;;;",
        )
    )
    assert (held.verdict, held.read, held.accepted, held.refused) == ("partial", 6, 1, 5)
    assert reasons(held) == [
        (3, "date_saisie", "31/02/2025"),
        (4, "etablissement", "Alcatraz"),
        (5, "type_objet", "ocarina"),
        (6, "quantite", "2,5"),
        (7, "region", "Bretagne"),
    ]


def test_every_faulty_cell_of_a_line_is_said_at_once() -> None:
    held = checked(usual("31/02/2025;Alcatraz;;ocarina;;;;;;;"))
    assert {column for _, column, _ in reasons(held)} == {"date_saisie", "etablissement", "type_objet"}
    assert held.verdict == "reject_file"


def test_an_unknown_context_does_not_refuse_the_line() -> None:
    held = checked(usual(NICE.replace("2;;;;;", "2;bidule;;;;"), NICE.replace("2;;;;;", "2;bidule;;;;")))
    assert (held.accepted, [(word.word, word.lines) for word in held.unclassified]) == (2, [("bidule", 2)])
    mapped = checked(
        usual(NICE.replace("2;;;;;", "2;bidule;;;;")), Decisions(words={"context": {"bidule": "routes.drone_delivery"}})
    )
    assert (mapped.unclassified, seizures(mapped, "route")) == ((), [("drone_delivery",)])


@pytest.mark.parametrize(
    ("text", "place", "route", "kind"),
    [
        ("projection", "unknown", "projection", None),
        ("parloir", "visit_room", "unknown", None),
        ("cour de promenade / drone", "exercise_yard", "drone_delivery", None),
        ("fouille de cellule", "unknown", "unknown", "cell_search"),
        ("Perquisition - cellule", "cell", "unknown", "judicial_search"),
    ],
)
def test_a_mixed_context_says_where_how_or_by_which_search(text: str, place: str, route: str, kind: str | None) -> None:
    held = checked(usual(NICE.replace("2;;;;;", f"2;{text};;;;")))
    assert seizures(held, "place", "route") == [(place, route)]
    assert prepared(held).searches["search_kind"].to_pylist() == ([kind] if kind else [])


def test_new_suppliers_and_models_are_accepted_and_shown() -> None:
    held = checked(usual(NICE.replace("2;;;;;", "2;;Minitel SARL;Telegram @x;;")))
    assert [(word.list_name, word.word) for word in held.new_names] == [
        ("suppliers", "Minitel SARL"),
        ("channels", "Telegram @x"),
    ]
    assert seizures(held, "supplier", "channel") == [("Minitel SARL", "Telegram @x")]


@pytest.mark.parametrize("name", ["Op\u043ertik", "abc\u202etxt.exe", "Opor\u200btik"])
def test_a_name_with_look_alike_or_hidden_letters_is_refused(name: str) -> None:
    held = checked(usual(NICE, NICE.replace("2;;;;;", f"2;;{name};;;")))
    assert [reason[1] for reason in reasons(held)] == ["fournisseur"]


def test_personal_data_is_masked_and_kept_out_of_an_accepted_line() -> None:
    line = "20/05/2025;Maison d’arrêt de Nice;;smartphone;iPhone du détenu DUPONT;2;;;;;M. Martin, 06 12 34 56 78"
    held = checked(usual(line))
    assert seizures(held, "model", "quantity_min") == [(None, 2)]
    assert {(each.column, each.kind) for each in held.personal} == {
        ("modele", "nom de personne"),
        ("commentaire", "nom de personne"),
        ("commentaire", "numéro de téléphone"),
    }
    written = repr((held.personal, held.conversions, held.matches, prepared(held)))
    assert not {"DUPONT", "Martin", "06 12"} & {word for word in ("DUPONT", "Martin", "06 12") if word in written}


def test_a_column_of_names_is_never_stored() -> None:
    content = "date;établissement;objet;nombre;nom du détenu;IMEI\n20/05/2025;MA Nice;puce;1;Dupont;490154203237518\n"
    held = checked(content)
    assert [(each.column, each.kind) for each in held.personal] == [
        ("nom du détenu", "colonne entière"),
        ("IMEI", "colonne entière"),
    ]
    assert all("Dupont" not in text for match in held.matches for text in match.samples)


def test_near_names_and_homonyms_are_asked_once_and_for_all() -> None:
    content = usual(NICE.replace("Nice", "Nisse"), NICE.replace("Nice", "Nisse"), "20/05/2025;Melun;;puce;;1;;;;;")
    held = checked(content)
    asked = {each.found: (each.kind, each.lines, [one.code for one in each.candidates]) for each in held.questions}
    assert asked["Melun"] == ("homonym", 1, ["cd-melun", "csl-melun"])
    assert asked["Maison d’arrêt de Nisse"][:2] == ("near", 2)
    chosen = {"Melun": "cd-melun", "Maison d’arrêt de Nisse": "ma-nice"}
    answered = checked(content, Decisions(establishments=chosen))
    assert (answered.questions, answered.refused) == ((), 0)
    assert {row[0] for row in seizures(answered, "establishment_id")} == {"cd-melun", "ma-nice"}


def test_an_establishment_is_never_created_but_by_the_user() -> None:
    content = usual("20/05/2022;Maison d’arrêt de Troyes;Grand Est;puce;;1;;;;;")
    assert checked(content).accepted == 0
    troyes = ExtraEstablishment("x-ma-troyes", "Maison d’arrêt de Troyes", "Troyes", "10", "44", "strasbourg", "MA")
    held = checked(content, Decisions(extra_establishments=(troyes,)))
    assert seizures(held, "establishment_id") == [("x-ma-troyes",)]
    assert prepared(held).extra_establishments == (troyes,)


def test_an_establishment_that_the_source_does_not_name_is_no_error() -> None:
    held = checked(usual("20/05/2025;non précisé;;puce;;1;;;;;"))
    assert seizures(held, "establishment_id") == [(None,)]


def test_titles_notes_and_totals_are_no_lines_and_the_total_is_compared() -> None:
    content = "\n".join(
        [
            "Saisies 2025;;;",
            ";;;",
            "date;établissement;objet;nombre",
            "20/05/2025;MA Nice;puce;2",
            ";;;",
            "21/05/2025;MA Nice;puce;3",
            "Total;;;6",
            "Source : DISP;;;",
        ]
    )
    held = checked(content)
    assert (held.read, held.accepted, held.quantity_sum) == (2, 2, 5)
    assert [(each.row, each.stated, each.counted, each.agrees) for each in held.totals] == [(7, 6, 5, False)]
    assert held.table is not None
    assert (held.table.titles, held.table.notes) == (("Saisies 2025",), ((8, "Source : DISP"),))
    assert [reason.row for reason in checked(content.replace("puce;3", "puce;x")).reasons()] == [6]


WIDE = "\n".join(
    [
        "Établissement;Objet;2023;2024;Total",
        "MA Nice;puce;12;1 234;1246",
        "CP Béziers;puce;0;> 20;",
        "Total;;12;1255;1267",
    ]
)


def test_a_wide_table_is_unfolded_into_periods() -> None:
    held = checked(WIDE)
    assert seizures(held, "establishment_id", "period_start", "period_end", "quantity_min", "quantity_qualifier") == [
        ("ma-nice", date(2023, 1, 1), date(2024, 1, 1), 12, "exact"),
        ("ma-nice", date(2024, 1, 1), date(2025, 1, 1), 1234, "exact"),
        ("cp-beziers", date(2024, 1, 1), date(2025, 1, 1), 21, "at_least"),
    ]
    assert [(each.column, each.stated, each.counted) for each in held.totals] == [
        ("2023", 12, 12),
        ("2024", 1255, 1255),
    ]
    assert [key.rsplit("@")[1] for (key,) in seizures(held, "line_key")] == [
        "20230101-20240101",
        "20240101-20250101",
        "20240101-20250101",
    ]
    assert checked(WIDE, Decisions(unfold=False)).verdict == "reject_file"


def test_a_month_added_to_a_wide_table_leaves_the_other_lines_what_they_are() -> None:
    before = "Établissement;Objet;janvier 2025;février 2025\nMA Nice;puce;3;4\n"
    after = "Établissement;Objet;janvier 2025;février 2025;mars 2025\nMA Nice;puce;3;4;5\n"
    keys = {key for (key,) in seizures(checked(before), "line_key")}
    assert keys < {key for (key,) in seizures(checked(after), "line_key")}


def test_a_period_that_has_not_begun_refuses_its_cells() -> None:
    held = checked("Établissement;Objet;2025;2027\nMA Nice;puce;3;4\n")
    assert (held.accepted, [(each.row, each.column) for each in held.reasons()]) == (1, [(2, "2027")])


BOTH = (
    "numero_ligne;date;etablissement;type_objet;quantite;nature_fouille;cellules_fouillees;numero_fouille;numero_saisie"
)


def test_lines_of_searches_and_seizures_give_a_row_in_each_table() -> None:
    held = checked(
        "\n".join(
            [
                BOTH,
                "1;20/05/2025;MA Nice;puce;2;fouille sectorielle;12;7;3",
                "2;20/05/2025;MA Nice;smartphone;1;fouille sectorielle;;7;3",
                "3;21/05/2025;MA Nice;;;fouille de cellule;4;8;",
                "4;21/05/2025;MA Nice;néant;0;fouille de cellule;1;9;",
            ]
        )
    )
    searches = prepared(held).searches.to_pylist()
    assert [(row["line_key"], row["search_ref"], row["cells_searched"]) for row in searches] == [
        ("n:1", "s:7|ma-nice|2025-05-20", 12),
        ("n:2", "s:7|ma-nice|2025-05-20", 12),
        ("n:3", "s:8|ma-nice|2025-05-21", 4),
        ("n:4", "s:9|ma-nice|2025-05-21", 1),
    ]
    assert seizures(held, "line_key", "find_ref") == [
        ("n:1", "f:3|ma-nice|2025-05-20"),
        ("n:2", "f:3|ma-nice|2025-05-20"),
    ]
    assert (held.searches, held.accepted) == (3, 4)


def test_lines_of_one_search_that_disagree_are_refused() -> None:
    content = "\n".join(
        [BOTH, "1;20/05/2025;MA Nice;;;;12;7;", "2;20/05/2025;MA Nice;;;;13;7;", "3;20/05/2025;MA Nice;;;;1;8;"]
    )
    assert [(row, column) for row, column, _ in reasons(checked(content))] == [
        (2, "cellules_fouillees"),
        (3, "cellules_fouillees"),
    ]


def test_without_a_number_equal_searches_of_a_day_are_one_unless_the_user_says_otherwise() -> None:
    content = (
        "date;etablissement;objet;nombre;nature_fouille;cellules\n"
        + "20/05/2025;MA Nice;puce;2;fouille sectorielle;12\n" * 2
    )
    assert checked(content).searches == 1
    assert checked(content, Decisions(one_search_per_line=True)).searches == 2


def test_a_search_without_a_day_is_refused_but_a_mere_kind_is_dropped() -> None:
    head = "date;etablissement;objet;nombre;nature_fouille;cellules\n"
    assert reasons(checked(f"{head}mai 2025;MA Nice;puce;2;fouille sectorielle;12\n")) == [(2, "date", "mai 2025")]
    held = checked(f"{head}mai 2025;MA Nice;puce;2;fouille sectorielle;\n")
    assert (held.accepted, held.searches, seizures(held, "period_end")) == (1, 0, [(date(2025, 6, 1),)])


def test_a_file_of_searches_alone_needs_no_item() -> None:
    held = checked("date fouille;établissement;cellules fouillées\n20/05/2025;MA Nice;0\n20/05/2025;MA Nice;inconnu\n")
    assert prepared(held).searches["cells_searched"].to_pylist() == [0, None]
    assert prepared(held).seizures.num_rows == 0


def test_a_period_ends_on_its_last_day_included() -> None:
    held = checked("date_saisie;date_fin;etablissement;objet;nombre\n01/05/2025;15/05/2025;MA Nice;puce;2\n")
    assert seizures(held, "period_start", "period_end") == [(date(2025, 5, 1), date(2025, 5, 16))]
    back = checked("date_saisie;date_fin;etablissement;objet;nombre\n15/05/2025;01/05/2025;MA Nice;puce;2\n")
    assert reasons(back) == [(2, "date_fin", "01/05/2025")]


def test_a_missing_column_refuses_the_file_and_a_constant_fills_it() -> None:
    content = "date;objet;nombre\n20/05/2025;puce;2\n"
    held = checked(content)
    assert (held.verdict, held.read) == ("reject_file", 0)
    assert "« etablissement »" in held.obstacles[0]
    assert checked(content, Decisions(constants={"establishment": "MA Nice"})).accepted == 1


def test_columns_are_matched_by_near_heading_contents_or_the_user() -> None:
    content = "Jours;Etablisement;Machin;Nbr objets;x\n20/05/2025;MA Nice;puce;2;MA Nice\n"
    found = {match.heading: (match.field, match.how) for match in checked(content).matches}
    assert found["Etablisement"] == ("establishment", "near")
    assert found["Machin"] == ("item_type", "content")
    assert found["x"] == ("", "unknown")
    chosen = checked(content, Decisions(columns={"Etablisement": "", "x": "establishment"}))
    assert {match.heading: match.field for match in chosen.matches}["x"] == "establishment"


def test_a_month_and_a_year_in_two_columns_are_one_period() -> None:
    for month in ("mars", "3", "03", "mars 2024", "03/2024"):
        held = checked(f"Année;Mois;etablissement;objet;nombre\n2024;{month};MA Nice;puce;2\n")
        assert seizures(held, "period_start", "period_end") == [(date(2024, 3, 1), date(2024, 4, 1))], month
    alone = checked("Année;etablissement;objet;nombre\n2024;MA Nice;puce;2\n")
    assert seizures(alone, "period_start", "period_end") == [(date(2024, 1, 1), date(2025, 1, 1))]


def test_a_column_of_names_of_prisons_is_no_personal_data() -> None:
    held = checked("Nom;date;objet;nombre\nMA Nice;20/05/2025;puce;2\n")
    assert (held.accepted, held.personal) == (1, ())


def test_a_column_of_too_many_texts_is_not_what_it_is_taken_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "MOST_TEXTS", 2)
    lines = "".join(f"20/05/2025;MA Nice;puce;2;récit {rank}\n" for rank in range(3))
    held = checked("date;etablissement;objet;nombre;circonstances\n" + lines)
    assert (held.verdict, "circonstances" in held.obstacles[0]) == ("reject_file", True)


def test_unknown_names_by_the_thousand_cost_a_bounded_number_of_comparisons(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(establishments, "MOST_COMPARED", 2)
    names = ["Nicce", "Melum", "Fressnes", "Bézierss"]
    held = checked(
        usual(*(NICE.replace("Maison d’arrêt de Nice", name).replace(";Prov", ";;Prov", 0) for name in names))
    )
    assert [bool(each.candidates) for each in held.questions] == [True, True, False, False]


def test_a_line_number_identifies_only_when_unique() -> None:
    head = "numero_ligne;date;etablissement;objet;nombre\n"
    lines = "1;20/05/2025;MA Nice;puce;2\n2;20/05/2025;MA Nice;puce;2\n"
    assert [key for (key,) in seizures(checked(head + lines), "line_key")] == ["n:1", "n:2"]
    repeated = checked(head + lines.replace("2;20/05", "1;20/05"))
    assert all(key.startswith("h:") for (key,) in seizures(repeated, "line_key"))
    assert any("numéro unique" in note for note in repeated.notes)


def test_an_exported_identity_comes_back_as_it_was() -> None:
    keys = ["n:12", f"h:{'0af' * 10}00:3", f"h:{'0af' * 10}00:0@20240101-20250101"]
    lines = "".join(f"{key};20/05/2025;MA Nice;puce;2\n" for key in keys)
    held = checked("numero_ligne;date;etablissement;objet;nombre\n" + lines)
    assert [key for (key,) in seizures(held, "line_key")] == keys


def test_exported_references_of_searches_and_finds_come_back_as_they_were() -> None:
    first = prepared(checked("\n".join([BOTH, "1;20/05/2025;MA Nice;puce;2;fouille sectorielle;12;7;3"])))
    (search,), (find,) = first.searches["search_ref"].to_pylist(), first.seizures["find_ref"].to_pylist()
    again = prepared(checked("\n".join([BOTH, f"1;20/05/2025;MA Nice;puce;2;fouille sectorielle;12;{search};{find}"])))
    assert (again.searches, again.seizures) == (first.searches, first.seizures)


def test_equal_lines_are_lines_of_their_own_and_are_counted() -> None:
    held = checked(usual(NICE, NICE, NICE))
    keys = [key for (key,) in seizures(held, "line_key")]
    assert (held.accepted, held.duplicates, len(set(keys))) == (3, 2, 3)
    assert [key.rsplit(":", 1)[1] for key in keys] == ["0", "1", "2"]


def test_the_order_and_the_blank_columns_do_not_change_what_a_line_is() -> None:
    one = checked("date;etablissement;objet;nombre\n20/05/2025;MA Nice;puce;2\n")
    other = checked("nombre;vide;objet;etablissement;date\n2;;puce;MA Nice;20/05/2025\n")
    assert seizures(one, "line_key") == seizures(other, "line_key")


def test_the_sheet_with_our_fields_is_taken_and_the_others_said() -> None:
    book = xlsx([["date", "etablissement", "objet", "nombre"], [date(2025, 5, 20), "MA Nice", "puce", 2]])
    held = checked(book)
    assert seizures(held, "period_start", "quantity_min") == [(date(2025, 5, 20), 2)]
    assert held.verdict == "convert"


def test_a_shifted_line_of_a_text_file_is_refused() -> None:
    held = checked("date;etablissement;objet;nombre\n20/05/2025;MA Nice;puce;2\n20/05/2025;MA Nice;puce;2;3\n")
    assert [row for row, _, _ in reasons(held)] == [3]


def test_decisions_survive_json() -> None:
    troyes = ExtraEstablishment("x", "X", "Troyes", "10", "44", "strasbourg", "MA", None, date(2023, 11, 1))
    held = Decisions(columns={"a": "route"}, establishments={"Melun": "cd-melun"}, extra_establishments=(troyes,))
    assert Decisions.from_json(held.to_json()) == held
    assert json.loads(json.dumps(held.to_json())) == held.to_json()


@pytest.mark.parametrize(
    ("decided", "word"),
    [
        (Decisions(columns={"modele": "couleur"}), "couleur"),
        (Decisions(columns={"modele": "place", "canal": "place"}), "2 fois"),
        (Decisions(constants={"weight": "3"}), "weight"),
        (Decisions(words={"item_types": {"truc": "gadget"}}), "gadget"),
        (Decisions(words={"colours": {"truc": "red"}}), "colours"),
        (Decisions(words={"context": {"bidule": "places.moon"}}), "places.moon"),
        (Decisions(extra_establishments=(ExtraEstablishment(**EXTRA | {"establishment_id": "ma-nice"}),)), "ma-nice"),
        (Decisions(extra_establishments=(ExtraEstablishment(**EXTRA | {"region_code": "999"}),)), "999"),
        (Decisions(establishments={"Alcatraz": "us-alcatraz"}), "us-alcatraz"),
    ],
)
def test_decisions_that_name_the_unknown_are_told(decided: Decisions, word: str) -> None:
    held = checked(usual(NICE), decided)
    assert held.verdict == "reject_file"
    assert word in held.obstacles[0]


@pytest.mark.parametrize(
    "held",
    [
        {"columns": ["a"]},
        {"columns": {"a": 1}},
        {"words": {"places": "x"}},
        {"day_first": "oui"},
        {"extra_establishments": [{"name": "X"}]},
        {"extra_establishments": [EXTRA | {"closed_on": "hier"}]},
    ],
)
def test_decisions_of_another_form_are_refused(held: dict[str, Any]) -> None:
    assert Decisions.from_json({"extra_establishments": [EXTRA], "added_later": 1}).extra_establishments[0].name == "X"
    with pytest.raises(DecisionsRefused, match="n’a pas la forme attendue"):
        Decisions.from_json(held)


def test_the_tables_are_those_of_the_border() -> None:
    held = prepared(checked(usual(NICE)))
    assert (held.searches.schema, held.seizures.schema) == (SEARCHES, SEIZURES)
    assert held.mapping["headings"] == prepared(checked(usual(NICE, NICE))).mapping["headings"]


CELLS = {
    "date": ["20/05/2025", "mai 2025", "2024", "31/02/2025", ""],
    "etablissement": ["MA Nice", "CP Fresnes", "non précisé", "Alcatraz"],
    "region": ["", "PACA", "Bretagne"],
    "objet": ["puce", "smartphone", "néant", "", "ocarina"],
    "nombre": ["1", "trois", "> 20", "inconnu", "0", "2,5", ""],
    "nature_fouille": ["", "fouille sectorielle", "bidule"],
    "cellules": ["", "0", "12", "x"],
    "numero_fouille": ["", "1", "2"],
    "numero_saisie": ["", "1"],
    "lieu": ["", "cellule"],
    "fournisseur": ["", "Oportik", "Zzz"],
}
LINES = st.lists(st.tuples(*(st.sampled_from(values) for values in CELLS.values())), min_size=1, max_size=12)


PLAIN = {name: values for name, values in CELLS.items() if not name.startswith("numero")}


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(*(st.sampled_from(values) for values in PLAIN.values())), min_size=2, max_size=10), st.data())
def test_any_split_of_a_file_gives_the_same_lines(lines: list[tuple[str, ...]], data: st.DataObject) -> None:
    """Equal lines kept together, the parts hold the keys and rows of the whole."""
    side = {line: data.draw(st.booleans()) for line in lines}
    whole, *parts = (
        checked("\n".join(";".join(row) for row in [tuple(PLAIN), *kept]))
        for kept in (lines, [line for line in lines if side[line]], [line for line in lines if not side[line]])
    )
    assert rows_of(whole) == rows_of(*parts)


def rows_of(*held: Checked) -> list[str]:
    tables = [table for each in held if each.prepared for table in (each.prepared.searches, each.prepared.seizures)]
    return sorted(repr(row) for table in tables for row in table.to_pylist())


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_read_is_accepted_and_refused_and_every_refusal_has_a_reason(lines: list[tuple[str, ...]]) -> None:
    held = checked("\n".join(";".join(row) for row in [tuple(CELLS), *lines]))
    assert held.read == held.accepted + held.refused
    assert len({each.row for each in held.reasons()}) == held.refused
    if held.prepared is not None:
        kept = {*held.prepared.searches["line_key"].to_pylist(), *held.prepared.seizures["line_key"].to_pylist()}
        assert len(kept) == held.accepted
        assert held.quantity_sum == sum(held.prepared.seizures["quantity_min"].to_pylist())


@settings(max_examples=6, deadline=None)
@given(LINES)
def test_the_register_accepts_what_the_intake_accepts(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[str, ...]]
) -> None:
    """The rules of `queries/violations.sql` refuse none of the accepted lines."""
    held = checked("\n".join(";".join(row) for row in [tuple(CELLS), *lines]))
    if held.prepared is None:
        return
    lake = Lake(tmp_path_factory.mktemp("register"), "registered")
    lake.create("Essai")
    lake.append([as_rows(held.prepared)], author="test", message="essai")


def as_rows(held: Prepared) -> Any:
    """The rows of the register, with numbers in place of references."""
    searches, lines = held.searches.to_pandas().drop_duplicates("search_ref"), held.seizures.to_pandas()
    numbers = {ref: rank for rank, ref in enumerate(searches["search_ref"])}
    finds = {ref: rank for rank, ref in enumerate(lines["find_ref"].unique())}
    searches = searches.assign(search_id=searches["search_ref"].map(numbers), provenance="registered")
    lines = lines.assign(
        seizure_id=range(len(lines)),
        find_id=lines["find_ref"].map(finds),
        search_id=lines["search_ref"].map(numbers).astype("Int64"),
        provenance="registered",
    )
    tables = []
    for name, frame in (("search", searches), ("seizure", lines)):
        wanted = schema.arrow_schema(name)
        tables.append(pa.Table.from_pandas(pd.DataFrame(frame)[wanted.names], schema=wanted, preserve_index=False))
    return Rows(*tables)


def test_a_verdict_follows_from_what_was_found() -> None:
    held = checked(usual(NICE))
    assert replace(held, refused=1).verdict == "partial"
    assert replace(held, obstacles=("x",)).verdict == "reject_file"
