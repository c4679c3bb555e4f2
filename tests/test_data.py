"""What data/ promises: identifiers, codes, places, sources, its README, and the map layers drawn from it."""

import io
import json
import re
from datetime import date
from pathlib import Path
from urllib.parse import urlparse

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from PIL import Image

from portique.config import DATA, STATIC
from portique.reading import geography, labels
from portique.showing import basemap

IDENTIFIERS = {
    "establishments": ["establishment_id"],
    "establishment_kinds": ["kind"],
    "disps": ["disp"],
    "regions": ["region_code"],
    "departments": ["department_code"],
    "occupancy": ["establishment_id", "month"],
    "item_types": ["item_type"],
    "routes": ["route"],
    "places": ["place"],
    "search_kinds": ["search_kind"],
    "synonyms": ["list", "word"],
    "suppliers": ["supplier"],
    "channels": ["channel"],
    "channel_statuses": ["channel", "valid_from"],
    "operations": ["operation"],
    "operation_establishments": ["operation", "establishment_id"],
    "events": ["event_id"],
    "published_figures": ["figure_id"],
    "published_figures_unusable": ["figure_id"],
    "published_measures": ["measure"],
    "published_units": ["unit"],
    "operation_steps": ["step"],
    "contradictions": ["contradiction", "rank"],
    "sources": ["file"],
    "limits": ["file", "limit"],
    "not_public": ["subject"],
}
REFERENCES = [
    ("establishments", "kind", "establishment_kinds"),
    ("establishments", "disp", "disps"),
    ("establishments", "region_code", "regions"),
    ("establishments", "department_code", "departments"),
    ("departments", "region_code", "regions"),
    ("occupancy", "establishment_id", "establishments"),
    ("channels", "supplier", "suppliers"),
    ("channel_statuses", "channel", "channels"),
    ("operation_establishments", "operation", "operations"),
    ("operation_establishments", "establishment_id", "establishments"),
    ("published_figures", "establishment_id", "establishments"),
    ("published_figures_unusable", "establishment_id", "establishments"),
    ("published_figures", "measure", "published_measures"),
    ("published_figures", "unit", "published_units"),
    ("published_figures_unusable", "measure", "published_measures"),
    ("published_figures_unusable", "unit", "published_units"),
]
CLOSED_LISTS = [
    ("establishments", "status", {"open", "temporarily_closed"}),
    ("establishments", "coordinate_precision", {"site", "commune"}),
    ("departments", "zone", {"metro", "drom", "com"}),
    ("regions", "zone", {"metro", "drom", "com"}),
    ("occupancy", "completeness", {"full", "partial"}),
    ("item_types", "family", {"phone", "accessory", "other_device"}),
    ("search_kinds", "authority", {"prison_service", "judicial", "unknown"}),
    ("channel_statuses", "status", {"active", "seized", "unknown"}),
    ("operations", "authority", {"prison_service", "judicial"}),
    ("operation_establishments", "mention", {"named", "not_concerned", "illustrative"}),
    ("events", "kind", {"method", "operation", "justice", "equipment", "publication"}),
    ("events", "always_shown", {"true", "false"}),
    ("published_figures", "qualifier", {"exact", "about", "more_than", "at_least"}),
    ("published_figures", "confidence", {"official", "press_citing_official", "press"}),
    ("operation_steps", "kind", {"inquiry", "operation", "justice"}),
    ("contradictions", "standing", {"retained", "contradicted", "unsettled"}),
]
# Operational capacity by DISP on 1 July 2026, as published (tab 8 of the ministry's workbook).
CAPACITY_BY_DISP = {
    "bordeaux": 5_447,
    "dijon": 4_190,
    "lille": 5_978,
    "lyon": 6_012,
    "marseille": 7_860,
    "outre_mer": 4_712,
    "paris": 10_250,
    "rennes": 7_877,
    "strasbourg": 6_197,
    "toulouse": 4_766,
}
OWN = "classement propre à Portique"
NOT_WORDS = {"source_url", "source_list", "source_coordinates", "source_capacity"}


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(DATA / f"{name}.csv", dtype=str, keep_default_na=False)


@pytest.fixture(scope="module")
def establishments() -> pd.DataFrame:
    return read("establishments").astype({"latitude": float, "longitude": float, "operational_capacity": int})


def test_every_file_is_listed_here() -> None:
    assert {path.stem for path in DATA.glob("*.csv")} == set(IDENTIFIERS)


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_identifiers_are_unique_and_given(name: str) -> None:
    identifiers = read(name)[IDENTIFIERS[name]]
    assert not identifiers.duplicated().any()
    assert (identifiers.iloc[:, 0] != "").all()


@pytest.mark.parametrize(("name", "column", "list_name"), REFERENCES)
def test_codes_are_known(name: str, column: str, list_name: str) -> None:
    used = set(read(name)[column]) - {""}
    assert used
    assert used <= set(read(list_name)[IDENTIFIERS[list_name][0]])


@pytest.mark.parametrize(("name", "column", "codes"), CLOSED_LISTS)
def test_closed_lists_hold_their_codes_only(name: str, column: str, codes: set[str]) -> None:
    assert set(read(name)[column]) <= codes


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_positions_number_the_rows(name: str) -> None:
    rows = read(name)
    if "position" in rows:
        assert list(rows["position"]) == [str(number) for number in range(1, len(rows) + 1)]
    if "position" in rows and "unknown" in set(rows.iloc[:, 0]):
        assert rows.iloc[-1, 0] == "unknown"


@pytest.mark.parametrize("name", IDENTIFIERS)
def test_words_use_the_typographic_apostrophe(name: str) -> None:
    rows = read(name)
    words = rows[[column for column in rows if column not in NOT_WORDS]]
    if "source" in rows:
        words = words.assign(source=words["source"].str.replace(r"https?://\S+", "", regex=True))
    assert not words.apply(lambda column: column.str.contains("'")).to_numpy().any()


def test_establishments_are_those_of_the_ministry(establishments: pd.DataFrame) -> None:
    assert len(establishments) == 187
    assert establishments["operational_capacity"].sum() == 63_289
    assert establishments.groupby("disp")["operational_capacity"].sum().to_dict() == CAPACITY_BY_DISP
    assert pd.to_numeric(establishments["inmates"]).sum() == 89_151
    assert (establishments["inmates"] == "").sum() == 6


def test_establishments_can_be_told_apart_on_a_map(establishments: pd.DataFrame) -> None:
    assert not establishments["short_name"].duplicated().any()
    assert not establishments["name"].duplicated().any()
    assert establishments["short_name"].str.len().max() <= 28


def test_establishments_agree_with_the_lists(establishments: pd.DataFrame) -> None:
    known = establishments.merge(read("departments"), on="department_code", suffixes=("", "_listed"))
    assert (known["region_code"] == known["region_code_listed"]).all()
    assert (known["department"] == known["label"]).all()
    assert all(row.commune_code.startswith(row.department_code) for row in establishments.itertuples())
    assert set(establishments["parent_id"]) - {""} <= set(establishments["establishment_id"])


def test_each_region_lies_in_one_disp(establishments: pd.DataFrame) -> None:
    disps = establishments.groupby("region_code")["disp"].nunique()
    assert set(disps.index) == set(read("regions")["region_code"])
    assert (disps == 1).all()


def test_establishments_stand_within_2_km_of_their_department(establishments: pd.DataFrame) -> None:
    departments = gpd.read_file(DATA / "geography" / "departments.geojson").set_index("code")
    points = gpd.points_from_xy(establishments["longitude"], establishments["latitude"], crs=4326)
    placed = gpd.GeoDataFrame(establishments, geometry=points)
    for code, here in placed.groupby("department_code"):
        metres = f"+proj=aeqd +lat_0={here['latitude'].mean()} +lon_0={here['longitude'].mean()}"
        outline = departments.loc[[code]].to_crs(metres).geometry.iloc[0]
        assert here.to_crs(metres).distance(outline).max() <= 2_000, code


def test_occupancy_has_14_months() -> None:
    months = sorted(set(read("occupancy")["month"]))
    assert (len(months), months[0], months[-1]) == (14, "2025-01-01", "2026-07-01")
    assert all(month.endswith("-01") for month in months)
    assert "2025-05-01" not in months


@pytest.mark.parametrize("name", [name for name in IDENTIFIERS if "source_url" in read(name)])
def test_rows_have_their_source(name: str) -> None:
    rows = read(name)
    assert (rows["source_publisher"] != "").all()
    sourced = rows[rows["source_publisher"] != OWN]
    assert all(_is_address(url) for url in sourced["source_url"])
    assert (rows.loc[rows["source_publisher"] == OWN, "source_url"] == "").all()


@pytest.mark.parametrize("name", ["item_types", "routes", "places", "search_kinds"])
def test_code_lists_have_their_source(name: str) -> None:
    for source in read(name)["source"]:
        assert source.startswith(OWN) or _is_address(source.split(", ")[-1]), source


def test_published_figures_say_what_and_when_they_count() -> None:
    figures = read("published_figures")
    assert len(figures) == 386
    assert (figures[["definition_note", "measure", "unit", "scope", "source_title"]] != "").all(axis=None)
    assert pd.to_numeric(figures["value"]).notna().all()
    undated = figures[(figures["period_start"] == "") | (figures["period_end"] == "")]
    assert (undated["note"] != "").all()


def test_published_periods_are_half_open() -> None:
    figures = read("published_figures").set_index("figure_id")
    dated = figures[(figures["period_start"] != "") & (figures["period_end"] != "")]
    assert (dated["period_start"] < dated["period_end"]).all()
    assert tuple(figures.loc["NAT-079", ["period_start", "period_end", "value"]]) == (
        "2024-01-01",
        "2025-01-01",
        "79526",
    )
    assert tuple(figures.loc["OPE-001", ["period_start", "period_end", "value"]]) == (
        "2025-05-20",
        "2025-05-21",
        "66",
    )


def test_one_published_figure_is_preferred() -> None:
    figures = read("published_figures")
    key = ["scope", "establishment_id", "period_start", "period_end", "measure"]
    assert not figures[figures["preferred"] == "true"].duplicated(key).any()


def test_errors_of_sources_stay_apart() -> None:
    usable, errors = read("published_figures"), read("published_figures_unusable")
    assert len(errors) == 10
    assert list(usable) == list(errors)
    assert not set(usable["figure_id"]) & set(errors["figure_id"])
    assert not set(usable["checked"]) & {"not_found", "contradicted"}
    assert (errors["preferred"] == "false").all()
    assert (errors["note"] != "").all()


def test_prison_break_is_what_the_sources_say() -> None:
    operation = read("operations").set_index("operation").loc["prison_break"]
    assert (operation["period_start"], operation["period_end"]) == ("2025-05-20", "2025-05-21")
    mentions = read("operation_establishments").query("operation == 'prison_break'")
    assert mentions["mention"].value_counts().to_dict() == {"named": 5, "illustrative": 2, "not_concerned": 1}
    assert list(mentions.query("mention == 'not_concerned'")["establishment_id"]) == ["cp-valence"]


def test_contradictions_oppose_sourced_statements() -> None:
    rows = read("contradictions")
    known = set(read("published_figures")["figure_id"]) | set(read("published_figures_unusable")["figure_id"])
    assert set(rows["figure_id"]) - {""} <= known
    assert rows["contradiction"].nunique() == 8
    for code, statements in rows.groupby("contradiction"):
        assert list(statements["rank"]) == [str(rank) for rank in range(1, len(statements) + 1)], code
        assert len(statements) >= 2, code
        assert statements["subject"].nunique() == 1, code
        assert list(statements["reading"] != "") == [True] + [False] * (len(statements) - 1), code
    assert (rows["source_url"] != "").all()


def test_a_contradicted_figure_is_not_the_one_to_quote() -> None:
    rows = read("contradictions")
    preferred = set(read("published_figures").query("preferred == 'true'")["figure_id"])
    contradicted = set(rows.query("standing == 'contradicted'")["figure_id"]) - {""}
    assert contradicted
    assert not contradicted & preferred


def test_steps_of_the_operation_are_in_the_order_of_time() -> None:
    rows = read("operation_steps")
    dated = [day for day in rows["happened_on"] if len(day) == 10]
    assert dated == sorted(dated)
    assert (rows.loc[rows["happened_on"] == "", "dating"] != "").all()
    assert rows["happened_on"].iloc[1] == "2024-10"
    assert rows["happened_on"].iloc[-1].startswith("2026")


def test_channels_have_one_status_at_any_time() -> None:
    for channel, periods in read("channel_statuses").groupby("channel"):
        in_order = periods.sort_values("valid_from")
        assert in_order["valid_from"].iloc[0] == "", channel
        assert in_order["valid_to"].iloc[-1] == "", channel
        assert list(in_order["valid_to"][:-1]) == list(in_order["valid_from"][1:]), channel


def test_the_counting_change_is_always_shown() -> None:
    events = read("events").set_index("event_date")
    assert events.loc["2022-01-01", "always_shown"] == "true"
    assert {"2025-05-20", "2025-05-22", "2025-11-21", "2025-11-25"} <= set(events.index)


def test_readme_documents_every_file_and_column() -> None:
    sections = dict(_sections((DATA / "README.md").read_text(encoding="utf-8")))
    for path in DATA.rglob("*"):
        if path.is_file() and path.name != "README.md":
            assert path.name in sections or f"`{path.name}`" in sections["geography/"], path.name
    for name in IDENTIFIERS:
        columns = [line.split("`")[1] for line in sections[f"{name}.csv"].splitlines() if line.startswith("| `")]
        assert columns == list(read(name)), name


def test_the_readme_has_the_sources_that_the_screen_has() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    rows = read("sources")
    lines = [
        f"| {row.file} | {row.content} | {row.source} | {row.licence} | {row.as_of} |"
        for row in rows.itertuples(index=False)
    ]
    table = dict(_sections(readme))["sources.csv"].split("|---|---|---|---|---|\n")[1].split("\n\n")[0]
    assert table.splitlines() == lines
    assert all(_is_address(link) for link in rows["link"] if link)
    (compiled,) = set(rows["compiled_on"])
    assert f"Compilation : {labels.day(date.fromisoformat(compiled))}".replace("\u00a0", " ") in readme


def test_every_file_has_its_source_and_licence() -> None:
    listed = read("sources")
    files = {path.name for path in DATA.iterdir() if path.is_file()} - {"README.md"}
    folders = {f"{path.name}/" for path in DATA.iterdir() if path.is_dir()}
    assert set(listed["file"]) == files | folders
    assert (listed[["content", "source", "licence", "as_of"]] != "").all(axis=None)


def test_the_limits_on_the_screen_are_those_of_the_readme() -> None:
    sections = dict(_sections((DATA / "README.md").read_text(encoding="utf-8")))
    listed = read("limits")
    for file, limit in listed.itertuples(index=False):
        assert limit[1:] in " ".join(sections[file].replace("`", "").replace("\n- ", " ").split()), limit
    with_limits = [name for name, text in sections.items() if re.search("^Limites", text, flags=re.MULTILINE)]
    assert sorted(set(listed["file"])) == sorted(with_limits)
    for name in ("establishments.csv", "geography/"):
        bullets = re.findall("^- ", sections[name].split("Limites")[1], flags=re.MULTILINE)
        assert len(bullets) == (listed["file"] == name).sum()


@pytest.mark.parametrize("path", sorted((DATA / "geography").glob("*.geojson")), ids=lambda path: path.stem)
def test_readme_documents_the_properties_of_boundaries(path: Path) -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    (line,) = [line for line in readme.splitlines() if line.startswith(f"| `{path.name}`")]
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    assert all(f"`{name}`" in line for feature in features for name in feature["properties"])


def test_overseas_establishments_stand_in_their_frames(establishments: pd.DataFrame) -> None:
    frames = geography.overseas()
    on_map = geography.placed(establishments)
    overseas = on_map[on_map["department_code"].isin(frames)]
    assert len(overseas) == 16
    for row in overseas.itertuples():
        west, south, east, north = frames[row.department_code].frame
        assert west < row.map_longitude < east
        assert south < row.map_latitude < north
    hexagon = on_map[~on_map["department_code"].isin(frames)]
    assert (hexagon["map_longitude"] == hexagon["longitude"]).all()
    assert (hexagon["map_latitude"] == hexagon["latitude"]).all()


def test_a_place_outside_its_frame_is_clamped_into_it(establishments: pd.DataFrame) -> None:
    taiohae = geography.placed(establishments).set_index("establishment_id").loc["cp-taiohae"]
    assert (taiohae["map_longitude"], taiohae["map_latitude"]) == pytest.approx((-9.0 - 0.15, 48.05 - 0.15))
    assert (taiohae["longitude"], taiohae["latitude"]) == pytest.approx((-140.1, -8.9), abs=0.1)


def test_a_moved_point_follows_the_published_transform() -> None:
    point = pd.DataFrame({"department_code": ["974"], "longitude": [55.5], "latitude": [-21.1]})
    on_map = geography.placed(point).iloc[0]
    assert on_map["map_longitude"] == pytest.approx(2.67828 * 55.5 - 156.41578)
    assert on_map["map_latitude"] == pytest.approx(2.0 * -21.1 + 88.1108)


def test_greater_paris_is_drawn_a_second_time(establishments: pd.DataFrame) -> None:
    again = geography.enlarged(establishments)
    west, south, east, north = geography.paris().frame
    assert len(again) == 18
    assert set(again["region_code"]) == {"11"}
    assert again["map_longitude"].between(west, east).all()
    assert again["map_latitude"].between(south, north).all()


@pytest.mark.parametrize("level", ["region", "department", "disp"])
def test_outlines_are_what_the_boundaries_give(level: str) -> None:
    text = (STATIC / f"{level}.geojson").read_text(encoding="utf-8")
    assert text == basemap.outlines(level)
    assert len(text) <= 120_000


@pytest.mark.parametrize(
    ("level", "column"), [("region", "region_code"), ("department", "department_code"), ("disp", "disp")]
)
def test_outlines_number_the_codes_in_order(level: str, column: str) -> None:
    features = json.loads((STATIC / f"{level}.geojson").read_text(encoding="utf-8"))["features"]
    numbered = {(feature["properties"]["index"], feature["properties"]["code"]) for feature in features}
    assert all(set(feature["properties"]) == {"code", "index"} for feature in features)
    assert sorted(numbered) == list(enumerate(sorted(read(f"{level}s")[column])))


@pytest.mark.parametrize("level", ["region", "department", "disp"])
def test_outlines_are_valid_and_on_the_map(level: str) -> None:
    shapes = gpd.read_file(STATIC / f"{level}.geojson").geometry
    assert shapes.is_valid.all()
    assert shapely.box(*geography.MAP_BOUNDS).contains(shapely.box(*shapes.total_bounds))
    assert all(part.exterior.is_ccw for part in shapes.explode())


def test_the_base_map_is_what_the_boundaries_give() -> None:
    path = STATIC / "base.png"
    kept = np.asarray(Image.open(path).convert("RGB"), dtype=int)
    drawn = np.asarray(Image.open(io.BytesIO(basemap.picture())).convert("RGB"), dtype=int)
    assert path.stat().st_size <= 250_000
    assert kept.shape == drawn.shape == (1644, 2400, 3)
    assert (np.abs(kept - drawn).max(axis=2) > 24).mean() < 0.002


def _is_address(text: str) -> bool:
    address = urlparse(text)
    return address.scheme in {"http", "https"} and "." in address.netloc and " " not in text


def _sections(readme: str) -> list[tuple[str, str]]:
    """Title and text of each « ## » section."""
    parts = readme.split("\n## ")[1:]
    return [(title, text) for title, _, text in (part.partition("\n") for part in parts)]
