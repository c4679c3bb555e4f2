"""Draws what the browser fetches for the maps, into static/: `python -m portique.showing.basemap`.

The picture under the symbols (base.png), the stamp above them (stamp.png), and the outlines of the
choropleths (region, department, disp.geojson).
"""

import io
import json
from functools import cache
from importlib import resources

import geopandas as gpd
import matplotlib.patheffects
import pandas as pd
import shapely
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from PIL import Image

from portique.config import DATA, STATIC
from portique.reading import geography, labels
from portique.reading.geography import MAP_BOUNDS, Inset
from portique.register import reference
from portique.showing import theme

SEA, LAND, NEIGHBOUR = "#f4f7f9", "#e7e4dc", "#f0eee9"
COAST, DEPARTMENT_BORDER, REGION_BORDER = "#c9c4b8", "#ffffff", "#b3ad9f"
FRAME, BOX, WORDS = "#c4c1b8", "#97917f", "#5f5c55"
WEB_MERCATOR = 3857
WIDTH_PIXELS = 2400
# The size at which the widths and letters below are given: what the map measures on a page.
WIDTH_ON_PAGE = 700
COLOURS = 48
# The face of the screens, so that the picture reads as one with them.
FONT = resources.files("font_source_sans_pro") / "files" / "SourceSansPro-Semibold.ttf"

# Degrees: at national zoom a pixel is about 0.024 degree wide.
TOLERANCE_DEGREES = {"region": 0.018, "department": 0.022, "disp": 0.018}
DECIMALS = 3

# The window of data/geography/neighbours.geojson seen in the frame of a territory.
NEIGHBOURS_IN_FRAME = {
    "971": "antilles",
    "972": "antilles",
    "973": "guyane",
    "975": "spm",
    "976": "ocean_indien",
    "988": "nouvelle_caledonie",
}
# Where a name does not fit its frame on one line.
LINES = {"975": "Saint-Pierre-\net-Miquelon", "987": "Polynésie\nfrançaise"}


def main() -> None:
    """Write the five files of static/ again."""
    STATIC.mkdir(exist_ok=True)
    (STATIC / "stamp.png").write_bytes(stamp())
    (STATIC / "base.png").write_bytes(picture())
    for level in TOLERANCE_DEGREES:
        (STATIC / f"{level}.geojson").write_text(outlines(level), encoding="utf-8")


def outlines(level: str) -> str:
    """GeoJSON (RFC 7946) of a level on the map: a feature per code, one more for the Paris frame.

    Each feature has a `code` and its `index`: 0 to n - 1 in the order of the codes.
    """
    shapes = _by_code(level, _departments_on_map(), _departments_in_paris())
    index = {code: number for number, code in enumerate(sorted(set(shapes["code"])))}
    simple = shapely.coverage_simplify(shapes.geometry.to_numpy(), TOLERANCE_DEGREES[level])
    tidy = shapely.orient_polygons(shapely.set_precision(simple, 10**-DECIMALS))
    features = [_feature(code, index[code], shape) for code, shape in zip(shapes["code"], tidy, strict=True)]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def picture() -> bytes:
    """The base map as a PNG in Web Mercator, within MAP_BOUNDS."""
    page = _blank_page()
    (axes,) = page.axes
    _draw_metropole(axes)
    for code, inset in geography.overseas().items():
        _draw_frame(axes, code, inset)
    _draw_paris(axes, geography.paris())
    return _png(page)


def stamp() -> bytes:
    """The words that mark a map of the demonstration, framed, as a PNG with transparent surroundings."""
    page = Figure(figsize=(8.4, 0.8), dpi=100, facecolor=(1, 1, 1, 0.75), edgecolor=theme.STAMP, linewidth=6)
    font = FontProperties(fname=str(FONT), size=34)
    words = labels.STATUS["demonstration"].upper()
    page.text(0.5, 0.46, words, ha="center", va="center", color=theme.STAMP, fontproperties=font)
    file = io.BytesIO()
    page.savefig(file, format="png", facecolor=page.get_facecolor(), edgecolor=page.get_edgecolor())
    return file.getvalue()


@cache
def _layer(name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(DATA / "geography" / f"{name}.geojson")


def _in_frame(shapes: gpd.GeoDataFrame, inset: Inset) -> gpd.GeoDataFrame:
    """The shapes that an inset shows, moved there and cut at its frame."""
    seen = shapes.clip(shapely.box(*(inset.clip or inset.seen)))
    return seen.set_geometry(seen.affine_transform([inset.kx, 0, 0, inset.ky, inset.dx, inset.dy]))


def _departments_on_map() -> gpd.GeoDataFrame:
    """One row per department, at its place on the map."""
    departments, frames = _layer("departments"), geography.overseas()
    hexagon = departments[~departments["code"].isin(frames)]
    moved = [_in_frame(departments[departments["code"] == code], inset) for code, inset in frames.items()]
    return pd.concat([hexagon, *moved], ignore_index=True)


def _departments_in_paris() -> gpd.GeoDataFrame:
    """One row per department that the Paris enlargement shows."""
    return _in_frame(_layer("departments"), geography.paris())


def _by_code(level: str, *copies: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Each copy merged by the codes of a level, one below the other."""
    merged = [copy.assign(code=_codes(level, copy)).dissolve("code").reset_index() for copy in copies]
    return pd.concat(merged, ignore_index=True)[["code", "geometry"]]


def _codes(level: str, departments: gpd.GeoDataFrame) -> pd.Series:
    """The code of each department at a level; each region lies in one DISP, so its departments do too."""
    own: pd.Series = departments["code"]
    regions: pd.Series = departments["region_code"]
    disps = reference.table("establishments").groupby("region_code")["disp"].first()
    return {"department": own, "region": regions, "disp": regions.map(disps)}[level]


def _feature(code: str, index: int, shape: shapely.Geometry) -> str:
    geometry = json.loads(shapely.to_geojson(shape))
    feature = {"type": "Feature", "properties": {"code": code, "index": index}, "geometry": geometry}
    return json.dumps(feature, separators=(",", ":"))


def _blank_page() -> Figure:
    """A page of sea, WIDTH_PIXELS wide, filled by its axes in Web Mercator metres."""
    bounds = gpd.GeoSeries([shapely.box(*MAP_BOUNDS)], crs=4326).to_crs(WEB_MERCATOR)
    west, south, east, north = bounds.total_bounds
    dpi = 72 * WIDTH_PIXELS / WIDTH_ON_PAGE
    width = WIDTH_PIXELS / dpi
    size = width, width * (north - south) / (east - west)
    page = Figure(figsize=size, dpi=dpi, facecolor=SEA)
    axes = page.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set(xlim=(west, east), ylim=(south, north), autoscale_on=False)
    return page


def _draw(axes: Axes, shapes: gpd.GeoDataFrame, **style: object) -> None:
    shapes.set_crs(4326, allow_override=True).to_crs(WEB_MERCATOR).plot(ax=axes, aspect=None, **style)


def _draw_land(axes: Axes, departments: gpd.GeoDataFrame, level: int) -> None:
    """Departments with white borders, regions with grey ones, above what was drawn at lower levels."""
    _draw(axes, departments, facecolor=LAND, edgecolor=DEPARTMENT_BORDER, linewidth=0.45, zorder=level)
    regions = departments.dissolve("region_code")
    _draw(axes, regions, facecolor="none", edgecolor=REGION_BORDER, linewidth=0.55, zorder=level + 1)


def _draw_metropole(axes: Axes) -> None:
    neighbours, departments = _layer("neighbours"), _departments_on_map()
    around = neighbours[neighbours["window"] == "metro"]
    _draw(axes, around, facecolor=NEIGHBOUR, edgecolor=COAST, linewidth=0.3, zorder=1)
    _draw_land(axes, departments[~departments["code"].isin(geography.overseas())], level=2)


def _draw_frame(axes: Axes, code: str, inset: Inset) -> None:
    """A framed overseas territory with its name and what is seen of its neighbours."""
    neighbours, departments = _layer("neighbours"), _layer("departments")
    around = _in_frame(neighbours[neighbours["window"] == NEIGHBOURS_IN_FRAME.get(code)], inset)
    _draw_box(axes, inset, facecolor=SEA, edgecolor="none", zorder=4)
    if not around.empty:
        _draw(axes, around, facecolor=NEIGHBOUR, edgecolor=COAST, linewidth=0.3, zorder=5)
    _draw_land(axes, _in_frame(departments[departments["code"] == code], inset), level=6)
    _draw_box(axes, inset, facecolor="none", edgecolor=FRAME, zorder=8)
    west, _, _, north = inset.frame
    _write(axes, LINES.get(code, inset.label), west + 0.08, north - 0.05)


def _draw_paris(axes: Axes, inset: Inset) -> None:
    """The framed enlargement, its name below, and a box around the same land on the map."""
    _draw_box(axes, inset, facecolor=LAND, edgecolor="none", zorder=4)
    _draw_land(axes, _departments_in_paris(), level=6)
    _draw_box(axes, inset, facecolor="none", edgecolor=FRAME, zorder=8)
    outline = gpd.GeoDataFrame(geometry=[shapely.box(*inset.seen)])
    _draw(axes, outline, facecolor="none", edgecolor=BOX, linewidth=0.6, zorder=8)
    west, south, _, _ = inset.frame
    _write(axes, inset.label, west, south - 0.07)


def _draw_box(axes: Axes, inset: Inset, **style: object) -> None:
    _draw(axes, gpd.GeoDataFrame(geometry=[shapely.box(*inset.frame)]), linewidth=0.7, **style)


def _write(axes: Axes, words: str, longitude: float, latitude: float) -> None:
    """Words whose top left corner is at a place of the map (degrees)."""
    (corner,) = gpd.GeoSeries([shapely.Point(longitude, latitude)], crs=4326).to_crs(WEB_MERCATOR)
    font = FontProperties(fname=str(FONT), size=8.6)
    halo = matplotlib.patheffects.withStroke(linewidth=1.6, foreground=SEA)
    axes.text(corner.x, corner.y, words, va="top", color=WORDS, fontproperties=font, linespacing=1.0,
              path_effects=[halo], zorder=9)  # fmt: skip


def _png(page: Figure) -> bytes:
    """The page as a PNG of few colours: a third of the size, the same to the eye."""
    full, small = io.BytesIO(), io.BytesIO()
    page.savefig(full, format="png")
    picture = Image.open(full).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    picture.save(small, "png", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    main()
