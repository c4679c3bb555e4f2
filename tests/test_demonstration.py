"""The demonstration register: what it must reach exactly, and what makes it believable."""

import hashlib
import inspect
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portique.config import PROJECT
from portique.errors import PortiqueError
from portique.register import reference, schema
from portique.register.demonstration import (
    DEFAULT_ITEMS,
    Chunk,
    demonstration_establishments,
    generate,
)
from portique.register.demonstration.calibration import PILOTS
from portique.register.demonstration.operations import named_establishments
from portique.register.demonstration.sampling import line_quantities, proportional, stream

SMALL = 2_000
TAKEDOWN = pd.Timestamp("2025-05-20")


@dataclass(frozen=True)
class Register:
    """Both tables as frames; `counted` holds the counted lines with `family`, `year` and `first_day`."""

    searches: pd.DataFrame
    seizures: pd.DataFrame
    counted: pd.DataFrame


def read(chunks: Iterable[Chunk]) -> Register:
    held = list(chunks)
    searches = pa.concat_tables([chunk.searches for chunk in held]).to_pandas(strings_to_categorical=True)
    seizures = pa.concat_tables([chunk.seizures for chunk in held]).to_pandas(strings_to_categorical=True)
    day = pd.to_datetime(seizures["period_start"])
    family = seizures["item_type"].map(reference.labels("item_types", "item_type", "family"))
    described = seizures.assign(family=family.astype(str), first_day=day, year=day.dt.year)
    return Register(searches, seizures, described[seizures["review_state"].isin(schema.COUNTED_STATES)])


@pytest.fixture(scope="module")
def demo() -> Register:
    return read(generate())


@pytest.fixture(scope="module")
def small() -> Register:
    return read(generate(SMALL))


@pytest.fixture(scope="module")
def other_seed() -> Register:
    return read(generate(SMALL, seed=7))


@pytest.fixture(params=["demo", "small", "other_seed"])
def any_register(request: pytest.FixtureRequest) -> Register:
    """The default register, a small one, a small one of another seed."""
    found: Register = request.getfixturevalue(request.param)
    return found


def units(lines: pd.DataFrame) -> int:
    return int(lines["quantity_min"].sum())


def phones(lines: pd.DataFrame) -> pd.DataFrame:
    return lines[lines["family"] == "phone"]


def minis(register: Register) -> pd.DataFrame:
    return register.counted[register.counted["item_type"] == "mini_phone"]


# What must be exact at the default size


@pytest.mark.parametrize(
    ("year", "phones_and_accessories"), [(2022, 45_000), (2023, 53_000), (2024, 79_526), (2025, 87_500)]
)
def test_a_year_holds_its_phones_and_accessories(demo: Register, year: int, phones_and_accessories: int) -> None:
    held = demo.counted[(demo.counted["year"] == year) & demo.counted["family"].isin(["phone", "accessory"])]
    assert units(held) == phones_and_accessories
    assert (pd.to_datetime(held["period_end"]) <= pd.Timestamp(year + 1, 1, 1)).all()


def test_phones_alone_of_2024_and_those_of_the_six_pilots(demo: Register) -> None:
    held = phones(demo.counted[demo.counted["year"] == 2024])
    assert units(held) == 40_212
    assert units(held[held["establishment_id"].isin(PILOTS)]) == 5_545


def test_a_few_hundred_other_devices_come_on_top(demo: Register) -> None:
    assert units(demo.counted[demo.counted["family"] == "other_device"]) == 420
    assert units(demo.counted) == DEFAULT_ITEMS + 420


def test_the_years_follow_the_size_asked_for() -> None:
    doubled = read(generate(2 * DEFAULT_ITEMS)).counted
    by_year = doubled[doubled["family"] != "other_device"].groupby("year")["quantity_min"].sum()
    assert by_year.tolist() == [90_000, 106_000, 159_052, 175_000]


# The two operations, exact at every size and seed


def test_prison_break(any_register: Register) -> None:
    searched = any_register.searches[any_register.searches["operation"] == "prison_break"]
    assert len(searched) == 367
    assert searched["establishment_id"].nunique() == 66
    assert set(searched["search_kind"]) == {"judicial_search"}
    assert set(searched["cells_searched"]) == {1}
    assert set(pd.to_datetime(searched["searched_on"])) == {TAKEDOWN}
    seized = any_register.seizures[any_register.seizures["operation"] == "prison_break"]
    assert seized["search_id"].isin(searched["search_id"]).all()
    counted = phones(any_register.counted[any_register.counted["operation"] == "prison_break"])
    assert units(counted) == 164
    assert units(counted[counted["item_type"] == "mini_phone"]) == 88


def test_fouilles_xxl(any_register: Register) -> None:
    searched = any_register.searches[any_register.searches["operation"] == "fouilles_xxl"]
    days = pd.to_datetime(searched["searched_on"])
    assert days.between("2025-11-25", "2025-12-31").all()
    assert set(searched["search_kind"]) == {"sector_search"}
    assert 45 <= searched["cells_searched"].mean() <= 55
    kinds = searched["establishment_id"].map(reference.labels("establishments", "establishment_id", "kind"))
    assert set(kinds) == {"MA", "CP"}
    seized = any_register.counted[any_register.counted["operation"] == "fouilles_xxl"]
    assert units(phones(seized)) == 1_789
    assert seized["search_id"].isin(searched["search_id"]).all()


def test_nothing_else_is_found_in_the_searches_of_an_operation(any_register: Register) -> None:
    operation_of_search = any_register.searches.set_index("search_id")["operation"].astype(object)
    searched = any_register.seizures.dropna(subset="search_id")
    expected = searched["search_id"].map(operation_of_search)
    assert searched["operation"].astype(object).fillna("").eq(expected.fillna("")).all()


def test_the_66_hold_the_named_and_none_that_sources_rule_out(any_register: Register) -> None:
    listed = demonstration_establishments()
    searched = any_register.searches[any_register.searches["operation"] == "prison_break"]
    assert set(searched["establishment_id"]) == set(listed)
    assert len(listed) == len(set(listed)) == 66
    assert len(named_establishments("prison_break")) == 5
    assert set(named_establishments("prison_break")) < set(listed)
    assert not {"cp-valence", "cp-alencon-conde-sur-sarthe", "ma-limoges", "cp-fresnes-villejuif"} & set(listed)
    kinds = reference.labels("establishments", "establishment_id", "kind")
    assert {kinds[establishment] for establishment in listed} <= {"MA", "CP", "CD", "MC"}


def test_rows_of_an_operation_say_whether_a_source_names_the_establishment(small: Register) -> None:
    for table in (small.searches, small.seizures):
        assert table["source_reference"].str.startswith("Portique, registre de démonstration").all()
        rows = table[table["operation"] == "prison_break"]
        named = rows["establishment_id"].isin(named_establishments("prison_break"))
        assert rows.loc[named, "source_reference"].str.contains("nommé par une source").all()
        assert rows.loc[~named, "source_reference"].str.contains("tiré au sort à titre d’illustration").all()


def test_the_two_establishments_with_a_published_number_of_cells_have_it(small: Register) -> None:
    searched = small.searches[small.searches["operation"] == "prison_break"]
    together = searched["establishment_id"].isin(["cd-neuvic-sur-l-isle", "cd-mauzac"])
    assert together.sum() == 20


# Form


def test_columns_are_those_of_the_register() -> None:
    for chunk in generate(SMALL):
        for name, table in (("search", chunk.searches), ("seizure", chunk.seizures)):
            plain = [field.value_type if pa.types.is_dictionary(field) else field for field in table.schema.types]
            assert table.column_names == schema.arrow_schema(name).names
            assert plain == schema.arrow_schema(name).types


def test_only_nullable_columns_hold_nulls(demo: Register) -> None:
    for table in (demo.searches, demo.seizures):
        assert set(table.columns[table.isna().any()]) <= schema.NULLABLE


def test_identifiers_are_dense_and_in_order_of_time(any_register: Register) -> None:
    searches, seizures = any_register.searches, any_register.seizures
    assert searches["search_id"].tolist() == list(range(1, len(searches) + 1))
    assert seizures["seizure_id"].tolist() == list(range(1, len(seizures) + 1))
    assert sorted(seizures["find_id"].unique()) == list(range(1, seizures["find_id"].max() + 1))
    assert searches["searched_on"].is_monotonic_increasing
    assert seizures["period_start"].is_monotonic_increasing


@pytest.mark.parametrize(
    ("table", "column", "codes"),
    [
        ("searches", "establishment_id", "establishments"),
        ("searches", "search_kind", "search_kinds"),
        ("searches", "operation", "operations"),
        ("seizures", "establishment_id", "establishments"),
        ("seizures", "item_type", "item_types"),
        ("seizures", "place", "places"),
        ("seizures", "route", "routes"),
        ("seizures", "supplier", "suppliers"),
        ("seizures", "channel", "channels"),
        ("seizures", "operation", "operations"),
    ],
)
def test_every_code_is_in_its_list_and_used(demo: Register, table: str, column: str, codes: str) -> None:
    used = set(getattr(demo, table)[column].dropna().unique())
    listed = set(reference.codes(codes, column))
    assert used == listed if codes != "establishments" else used <= listed


def test_a_search_is_in_the_same_establishment_on_the_same_day(any_register: Register) -> None:
    found = any_register.seizures.dropna(subset="search_id").merge(
        any_register.searches, on="search_id", suffixes=("", "_of_search"), validate="many_to_one"
    )
    assert len(found) == any_register.seizures["search_id"].notna().sum()
    assert found["establishment_id"].astype(str).eq(found["establishment_id_of_search"].astype(str)).all()
    assert found["period_start"].eq(found["searched_on"]).all()
    assert (pd.to_datetime(found["period_end"]) - pd.to_datetime(found["searched_on"])).dt.days.eq(1).all()


def test_the_lines_of_a_find_share_all_but_the_item(any_register: Register) -> None:
    shared = ["period_start", "period_end", "establishment_id", "place", "route", "search_id", "operation"]
    variants = any_register.seizures.drop_duplicates(["find_id", *shared])
    assert variants["find_id"].is_unique
    entered_once = any_register.counted
    assert not entered_once.duplicated(["find_id", "item_type"]).any()


def test_quantities_and_their_qualifiers(demo: Register) -> None:
    quantity, qualifier = demo.seizures["quantity_min"], demo.seizures["quantity_qualifier"]
    assert quantity.min() == 1
    assert set(quantity[qualifier == "unknown"]) == {1}
    assert quantity[qualifier == "at_least"].min() == 2
    assert (qualifier == "exact").mean() > 0.9


def test_a_few_periods_are_a_month_or_a_year(demo: Register) -> None:
    length = (pd.to_datetime(demo.seizures["period_end"]) - pd.to_datetime(demo.seizures["period_start"])).dt.days
    assert set(length) <= {1, 28, 29, 30, 31, 365, 366}
    assert 0.01 < (length > 1).mean() < 0.05
    assert 0 < (length > 31).sum() < 100
    assert demo.seizures.loc[length > 1, "search_id"].isna().all()


def test_second_entries_are_never_counted_and_never_in_an_operation(demo: Register) -> None:
    uncounted = demo.seizures[~demo.seizures["review_state"].isin(schema.COUNTED_STATES)]
    assert set(uncounted["review_state"]) == {"duplicate", "not_counted"}
    assert uncounted["operation"].isna().all()
    assert uncounted["find_id"].isin(demo.counted["find_id"]).all()


# The same rows for the same arguments


def digest(chunks: Iterable[Chunk]) -> str:
    """A digest of every row, in order."""
    summed = hashlib.sha256()
    for chunk in chunks:
        for table in (chunk.searches, chunk.seizures):
            for column in table.columns:
                plain = column.cast(pa.string())
                summed.update("\x1f".join(text or "\x00" for text in plain.to_pylist()).encode())
    return summed.hexdigest()


def test_two_processes_make_the_same_rows() -> None:
    imports = "import hashlib, pyarrow as pa\nfrom portique.register.demonstration import generate\n"
    source = inspect.getsource(digest).replace("Iterable[Chunk]", "object")
    code = f"{imports}{source}print(digest(generate({SMALL})))"
    environment = {**os.environ, "PYTHONHASHSEED": "12345", "PYTHONPATH": str(PROJECT)}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, env=environment, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == digest(generate(SMALL))


def test_another_seed_makes_other_rows() -> None:
    assert digest(generate(SMALL)) != digest(generate(SMALL, seed=7))


@pytest.mark.parametrize(
    ("arguments", "named"),
    [({"items": 0}, "0 objets"), ({"seed": -1}, "graine -1"), ({"takedown_effect": 1.5}, "effet 1.5")],
)
def test_impossible_arguments_are_refused_at_once(arguments: dict[str, float], named: str) -> None:
    with pytest.raises(PortiqueError, match=named):
        generate(**arguments)  # type: ignore[arg-type]


@given(units_wanted=st.integers(0, 3_000), seed=st.integers(0, 50))
def test_lines_hold_their_units_exactly(units_wanted: int, seed: int) -> None:
    lines = line_quantities(stream(seed, "test"), units_wanted, {1: 0.5, 3: 0.3, 45: 0.2})
    assert lines.sum() == units_wanted
    assert (lines >= 1).all()


@given(total=st.integers(0, 100_000), weights=st.lists(st.floats(0.01, 1e6), min_size=1, max_size=30))
def test_proportional_parts_add_up(total: int, weights: list[float]) -> None:
    parts = proportional(total, weights)
    assert parts.sum() == total
    assert (np.abs(parts - total * np.array(weights) / sum(weights)) < 1 + 1e-6).all()


# What makes it believable


def test_most_searches_find_nothing(demo: Register) -> None:
    nothing = ~demo.searches["search_id"].isin(demo.seizures["search_id"])
    assert 0.60 < nothing.mean() < 0.75
    assert demo.searches["cells_searched"].isna().mean() == pytest.approx(0.06, abs=0.015)


def test_most_seizures_come_from_a_search(demo: Register) -> None:
    assert 0.6 < demo.counted["search_id"].notna().mean() < 0.9


def test_most_seizures_have_no_known_supplier(demo: Register) -> None:
    unknown = demo.seizures["supplier"] == "unknown"
    assert 0.80 < unknown.mean() < 0.93
    assert ((demo.seizures["attribution_confidence"] == "none") == unknown).all()
    oportik = demo.counted[demo.counted["supplier"] == "oportik"]
    assert (oportik["item_type"] == "mini_phone").mean() > 0.8


def test_a_channel_belongs_to_its_supplier(demo: Register) -> None:
    pairs = set(demo.seizures[["supplier", "channel"]].astype(str).itertuples(index=False, name=None))
    owners = reference.labels("channels", "channel", "supplier")
    for supplier, channel in pairs:
        assert pd.isna(owners[channel]) or owners[channel] == supplier
    assert ("unknown", "other_channels") not in pairs


def test_the_share_of_mini_phones_grows_every_year(demo: Register) -> None:
    all_phones = phones(demo.counted).groupby("year")["quantity_min"].sum()
    share = minis(demo).groupby("year")["quantity_min"].sum() / all_phones
    assert share.is_monotonic_increasing
    assert share.loc[2025] > 1.8 * share.loc[2022]


def test_deliveries_by_drone_grow_as_published(demo: Register) -> None:
    drone = demo.counted[demo.counted["route"] == "drone_delivery"]
    finds = drone.groupby("year")["find_id"].nunique()
    assert 15 <= finds.loc[2022] <= 45
    assert 300 <= finds.loc[2024] <= 550
    assert 1_600 <= finds.loc[2025] <= 2_600


def supplier_shares(register: Register, supplier: str) -> tuple[float, float]:
    """Its share of mini-phones outside operations: half a year before 20 May 2025, then from September."""
    lines = minis(register)
    lines = lines[lines["operation"].isna()]
    held = lines["supplier"] == supplier
    before = lines["first_day"].between(TAKEDOWN - pd.Timedelta(days=180), TAKEDOWN)
    after = lines["first_day"] >= "2025-09-01"
    return float(held[before].mean()), float(held[after].mean())


def test_after_the_takedown_oportik_falls_and_others_gain_less(demo: Register) -> None:
    before, after = supplier_shares(demo, "oportik")
    others_before, others_after = supplier_shares(demo, "other_suppliers")
    assert after == pytest.approx(0.4 * before, rel=0.15)  # 1 - OPORTIK_TAKEDOWN_EFFECT
    assert 0 < others_after - others_before < 0.5 * (before - after)


def test_without_the_effect_oportik_does_not_fall() -> None:
    before, after = supplier_shares(read(generate(takedown_effect=0.0)), "oportik")
    assert after > 0.9 * before


def test_counts_vary_more_than_chance_across_comparable_prisons(demo: Register) -> None:
    rows = reference.table("establishments").set_index("establishment_id")
    alike = rows[(rows["kind"] == "MA") & rows["inmates"].between(250, 400) & ~rows.index.isin(PILOTS)].index
    lines = phones(demo.counted)
    lines = lines[lines["establishment_id"].isin(alike)]
    finds = lines.assign(month=lines["first_day"].dt.to_period("M")).drop_duplicates("find_id")
    monthly = finds.groupby(["establishment_id", "month"], observed=True).size().unstack(fill_value=0)
    assert len(monthly) > 10
    assert (monthly.var() / monthly.mean()).median() > 2  # 1 would be chance alone


def test_phones_per_inmate_follow_the_kind_of_prison(demo: Register) -> None:
    rows = reference.table("establishments").set_index("establishment_id")
    found = phones(demo.counted).groupby("establishment_id", observed=True)["quantity_min"].sum()
    by_kind = rows.assign(found=found).groupby("kind")[["found", "inmates"]].sum()
    rate = by_kind["found"] / by_kind["inmates"].astype(float)
    assert min(rate["MA"], rate["CP"]) > rate["CD"] > max(rate["CSL"], rate["EPM"], rate["EPSNF"])
    assert rate["MA"] > 1.5 * rate["MC"]


def test_searches_rest_on_week_ends_and_projections_peak_in_summer(demo: Register) -> None:
    weekday = pd.to_datetime(demo.searches["searched_on"]).dt.day_of_week
    assert (weekday >= 5).mean() < 0.2
    assert 0.6 * (weekday == 2).sum() > (weekday == 6).sum()
    thrown = demo.counted[demo.counted["route"] == "projection"].drop_duplicates("find_id")
    month = thrown["first_day"].dt.month
    assert month.isin([7, 8]).sum() > 1.3 * month.isin([1, 2]).sum()


def test_overseas_and_closed_prisons(demo: Register) -> None:
    zones = reference.labels("regions", "region_code", "zone")
    region = demo.counted["establishment_id"].map(reference.labels("establishments", "establishment_id", "region_code"))
    assert set(region.map(zones)) == {"metro", "drom", "com"}
    for table, day in ((demo.searches, "searched_on"), (demo.seizures, "period_start")):
        days = pd.to_datetime(table[day]).groupby(table["establishment_id"], observed=True).agg(["min", "max"])
        assert days.loc["ma-belfort", "max"] < pd.Timestamp("2025-12-15")
        assert days.loc["cp-mata-utu", "min"] >= pd.Timestamp("2025-08-01")
        assert days.loc["cp-caen-ifs", "min"] >= pd.Timestamp("2023-12-03")
        assert days.loc["cp-troyes-lavau", "min"] >= pd.Timestamp("2023-12-13")


def test_tiny_prisons_have_months_without_any_find(demo: Register) -> None:
    found = demo.counted.drop_duplicates("find_id")
    months = found["first_day"].dt.to_period("M").groupby(found["establishment_id"], observed=True).nunique()
    assert months["ma-gap"] < 48
    assert months["cp-fleury-merogis"] == 48
