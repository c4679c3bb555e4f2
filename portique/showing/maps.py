"""Exhibits of places as a deck.gl map: a picture of the ground, symbols or filled territories above it."""

import json
import math
from functools import cache, lru_cache
from typing import Any

import pandas as pd
import pydeck

from portique.config import STATIC
from portique.reading import geography, labels
from portique.reading.exhibits.exhibit import Exhibit, each
from portique.reading.questions import Reader
from portique.reading.view import View
from portique.showing import theme

HEIGHT = 480  # pixels
PLACES = "places"  # the layer of what can be clicked
SMALLEST, LARGEST = 3.5, 19.0  # radius of a symbol, in pixels
FRAMES = {
    "tout": ("Tout", (-0.9, 46.5, 4.44)),
    "metropole": ("Hexagone", (2.6, 46.4, 4.95)),
    "ile-de-france": ("Île-de-France", (2.4, 48.72, 7.6)),
    "outre-mer": ("Outre-mer", (-8.9, 47.4, 5.5)),
}

# How a symbol is drawn, by what is known of the place: fill, outline, outline's width in pixels.
_MARKS: dict[str, tuple[list[int], list[int], float]] = {
    "chosen": (theme.rgba(theme.ACCENT, 220), theme.rgba(theme.INK), 2.0),
    "named": (theme.rgba(theme.AMOUNT, 190), theme.rgba(theme.INK), 2.5),
    "illustrative": (theme.rgba(theme.AMOUNT, 190), theme.rgba("#FFFFFF"), 1.0),
    "registered": (theme.rgba(theme.AMOUNT, 190), theme.rgba("#FFFFFF"), 1.0),
    "": (theme.rgba("#7FA8C9", 150), theme.rgba("#FFFFFF"), 1.0),
    "zero": (theme.rgba("#FFFFFF"), theme.rgba(theme.AMOUNT), 1.5),
    "too_little": (theme.rgba(theme.UNKNOWN, 200), theme.rgba("#FFFFFF"), 1.0),
    "not_reported": (theme.rgba("#FFFFFF", 120), theme.rgba(theme.UNKNOWN), 1.5),
    "not_concerned": (theme.rgba("#FFFFFF"), theme.rgba(theme.INK), 2.0),
}
_KINDS = list(_MARKS)


class Map:
    """What Streamlit reads of a pydeck map: a specification whose unchanging part was made once by pydeck."""

    layers = ()
    mapbox_key = None

    def __init__(self, specification: dict[str, Any]) -> None:
        self._specification = specification
        self._tooltip = {"html": "<b>{n}</b><br>{v}<br>{d}"}

    def recentred(self, times: int) -> "Map":
        """The same map, its first view off by a hair for each time: the browser moves only to a view that is new."""
        view = self._specification["initialViewState"]
        moved = {name: view[name] + times * 1e-7 for name in ("longitude", "latitude", "zoom")}
        return Map(self._specification | {"initialViewState": view | moved})

    def to_json(self) -> str:
        """The specification as deck.gl's JSON, without the indentation that would triple it."""
        return json.dumps(self._specification, separators=(",", ":"), ensure_ascii=False)


# Where the stamp lies: west, south, east, north, over the pale north of Spain.
_STAMP_BOUNDS = [-6.2, 41.35, 2.2, 41.95]


def symbols(view: View, exhibit: Exhibit, frame: str = "tout", layer: str = PLACES) -> Map:
    """Establishments as symbols whose area is the value; those near Paris stand in its enlargement too."""
    return _map(exhibit, frame, [_points(_symbols(view, exhibit), layer)])


def territories(view: View, exhibit: Exhibit, level: str, frame: str = "tout", layer: str = PLACES) -> Map:
    """Departments, regions or DISPs filled by class of value; a handle in each takes the click."""
    return _map(exhibit, frame, [_filled(exhibit, level), _points(_handles(view, exhibit, level), layer)])


def mentioned(view: View, exhibit: Exhibit, frame: str = "tout", layer: str = PLACES) -> Map:
    """Establishments that sources speak of, as symbols of one size; `mention` says how, `said` what of each."""
    positions = _positions(view.reader)
    data = [
        {"p": position, "r": 6.0, "c": _KINDS.index(_MENTIONS[row.mention][0]), "i": row.place, "n": row.label}
        | {"v": row.said, "d": row.department}
        for row in each(exhibit.table)
        if row.mention in _MENTIONS
        for position in positions.get(row.place, ())
    ]
    return _map(exhibit, frame, [_points(data, layer)])


def mention_legend(exhibit: Exhibit) -> list[tuple[str, str]]:
    """The marks of a map of mentions as (inline style, words)."""
    held = set(exhibit.table["mention"])
    return [(style, words) for mention, (_, style, words) in _MENTIONS.items() if mention in held]


def steps(exhibit: Exhibit) -> list[float]:
    """The upper bounds of the classes of a filled map: equal shares of the largest value, rounded to read well."""
    top = exhibit.table["value"].max()
    if not top > 0:
        return []
    step = _rounded_up(top / len(theme.CLASSES))
    return [step * rank for rank in range(1, len(theme.CLASSES) + 1)]


def legend(exhibit: Exhibit, level: str) -> list[tuple[str, str]]:
    """The marks of the map as (inline style, words): sizes or classes first, then what is not a value."""
    decimals = 2 if exhibit.measure.is_rate else 0
    states = set(exhibit.table["state"])
    if level != "establishment":
        bounds = [0.0, *steps(exhibit)]
        marks = [
            (
                f"background:{colour};border-radius:2px",
                f"{labels.number(low, decimals)} à {labels.number(high, decimals)}",
            )
            for colour, low, high in zip(theme.CLASSES, bounds, bounds[1:], strict=False)
        ]
    else:
        top = exhibit.table["value"].max()
        least = 0.0 if decimals else 1.0  # there is no part of a phone
        sizes = dict.fromkeys(_rounded_up(max(top / part, least)) for part in (10, 2)) if top > 0 else {}
        marks = [(_circle(_radius(size, top), theme.AMOUNT), labels.number(size, decimals)) for size in sizes]
        marks += _mention_marks(exhibit)
    return marks + [(style, words) for state, (style, words) in _STATE_MARKS.items() if state in states]


def clicked(event: Any, layer: str = PLACES) -> str | None:
    """The code of the place that a map's selection event holds in its layer of places, if any."""
    objects = event.get("selection", {}).get("objects", {}) if event else {}
    held = objects.get(layer) or []
    return str(held[0]["i"]) if held else None


def _map(exhibit: Exhibit, frame: str, layers: list[dict[str, Any]]) -> Map:
    """Layers between the ground and, for a demonstration, the stamp that is part of the picture."""
    ground = _ground(frame)
    return Map(ground | {"layers": [*ground["layers"], *layers, *([_STAMP] if exhibit.is_demonstration else [])]})


@cache
def _ground(frame: str) -> dict[str, Any]:
    """The unchanging part of the map, as pydeck writes it: view, controller, picture of the ground."""
    longitude, latitude, zoom = FRAMES[frame][1]
    deck = pydeck.Deck(
        map_provider=None,
        initial_view_state=pydeck.ViewState(
            longitude=longitude, latitude=latitude, zoom=zoom, min_zoom=3.5, max_zoom=9
        ),
        views=[pydeck.View("MapView", repeat=False, controller=True)],
        layers=[
            pydeck.Layer(
                "BitmapLayer",
                id="ground",
                image=pydeck.types.String("/app/static/base.png"),
                bounds=list(geography.MAP_BOUNDS),
                pickable=False,
            )
        ],
    )
    written: dict[str, Any] = json.loads(deck.to_json())
    return written


_STAMP = {
    "@@type": "BitmapLayer",
    "id": "stamp",
    "image": "/app/static/stamp.png",
    "bounds": _STAMP_BOUNDS,
    "pickable": False,
}


def _points(data: list[dict[str, Any]], layer: str) -> dict[str, Any]:
    """The layer of symbols that can be clicked."""
    fills, lines, widths = zip(*_MARKS.values(), strict=True)
    return {
        "@@type": "ScatterplotLayer",
        "id": layer,
        "data": data,
        "pickable": True,
        "stroked": True,
        "radiusUnits": "pixels",
        "lineWidthUnits": "pixels",
        "getPosition": "@@=p",
        "getRadius": "@@=r",
        "getFillColor": f"@@=({json.dumps(fills)})[c]",
        "getLineColor": f"@@=({json.dumps(lines)})[c]",
        "getLineWidth": f"@@=({json.dumps(widths)})[c]",
    }


def _symbols(view: View, exhibit: Exhibit) -> list[dict[str, Any]]:
    """A symbol per place and position, the largest first so that small ones stay in reach."""
    positions, top = _positions(view.reader), exhibit.table["value"].max()
    symbols = [
        _symbol(exhibit, row, position, _radius(row.value, top), _mark(row), _detail(row))
        for row in each(exhibit.table)
        for position in positions.get(row.place, ())
    ]
    return sorted(symbols, key=lambda symbol: -symbol["r"])


def _symbol(
    exhibit: Exhibit, row: Any, position: tuple[float, float], radius: float, mark: str, detail: str
) -> dict[str, Any]:
    place = {"p": position, "r": round(radius, 1), "c": _KINDS.index(mark), "i": row.place}
    return place | {"n": row.label, "v": _words(exhibit, row), "d": detail}


@lru_cache(maxsize=4)
def _positions(reader: Reader) -> dict[str, list[tuple[float, float]]]:
    """Where each establishment stands on the map, and again in the enlargement of Paris if it does; placed once."""
    rows = reader.served.establishments.dropna(subset=["longitude"])
    placed: dict[str, list[tuple[float, float]]] = {}
    for row in each(pd.concat([geography.placed(rows), geography.enlarged(rows)])):
        placed.setdefault(row.establishment_id, []).append((round(row.map_longitude, 3), round(row.map_latitude, 3)))
    return placed


@lru_cache(maxsize=16)
def _middles(reader: Reader, level: str) -> dict[str, tuple[float, float]]:
    """The middle of the establishments of each department, region or DISP, on the map."""
    column = {"department": "department_code", "region": "region_code", "disp": "disp"}[level]
    prisons = geography.placed(reader.served.establishments.dropna(subset=["longitude"]))
    middles = prisons.groupby(column)[["map_longitude", "map_latitude"]].median().round(3)
    return dict(zip(middles.index, middles.itertuples(index=False, name=None), strict=True))


def _handles(view: View, exhibit: Exhibit, level: str) -> list[dict[str, Any]]:
    """One small handle per territory, at the middle of its establishments: filled shapes lose clicks without a GPU."""
    middles, radius = _middles(view.reader, level), 4.0 if level == "department" else 7.0
    return [
        _symbol(
            exhibit,
            row,
            middles[row.place],
            radius,
            "chosen" if row.highlighted else "zero",
            labels.counted(row.establishments, "établissement", "établissements"),
        )
        for row in each(exhibit.table)
        if row.place in middles
    ]


def _filled(exhibit: Exhibit, level: str) -> dict[str, Any]:
    """The outlines coloured by class, by the index that each carries, so that their file never changes."""
    held = {row.place: row for row in each(exhibit.table)}
    colours = [_class_colour(exhibit, held.get(code)) for code in _outline_codes(level)]
    return {
        "@@type": "GeoJsonLayer",
        "id": f"outlines-{level}",
        "data": f"/app/static/{level}.geojson",
        "pickable": False,
        "stroked": True,
        "lineWidthUnits": "pixels",
        "getLineWidth": 0.8,
        "getLineColor": theme.rgba("#FFFFFF"),
        "getFillColor": f"@@=({json.dumps(colours)})[properties.index]",
        "updateTriggers": {"getFillColor": json.dumps(colours)},
    }


@cache
def _outline_codes(level: str) -> tuple[str, ...]:
    """The codes of the outlines of `static/<level>.geojson`, by index."""
    features = json.loads((STATIC / f"{level}.geojson").read_text(encoding="utf-8"))["features"]
    codes = {feature["properties"]["index"]: str(feature["properties"]["code"]) for feature in features}
    return tuple(codes[index] for index in sorted(codes))


def _class_colour(exhibit: Exhibit, row: Any | None) -> list[int]:
    if row is None:
        return [0, 0, 0, 0]
    if row.state in ("too_little", "not_reported"):
        return theme.rgba(theme.UNKNOWN, 150)
    if row.state == "zero":
        return theme.rgba("#FFFFFF", 230)
    rank = next(rank for rank, bound in enumerate(steps(exhibit)) if row.value <= bound)
    return theme.rgba(theme.CLASSES[rank], 235)


def _mark(row: Any) -> str:
    if row.highlighted:
        return "chosen"
    return row.state if row.state != "value" else str(row.mention)


def _words(exhibit: Exhibit, row: Any) -> str:
    """The value with its unit, or what stands in its place."""
    if row.state in ("too_little", "not_reported"):
        return labels.sentence(row.reading)
    value, measure = row.value, exhibit.measure
    return (
        f"{labels.number(value, 2 if measure.is_rate else 0)} {labels.plural(value, measure.singular, measure.label)}"
    )


def _detail(row: Any) -> str:
    cells = labels.counted(row.cells_searched, "cellule fouillée", "cellules fouillées")
    return f"{cells} · {row.belongs}" if row.belongs != "—" else cells


def _radius(value: float, top: float) -> float:
    """A radius whose square grows with the value: areas compare as amounts do."""
    if not value > 0:
        return SMALLEST
    return SMALLEST + (LARGEST - SMALLEST) * math.sqrt(value / top)


def _rounded_up(value: float) -> float:
    """The next 1, 2, 2.5 or 5 times a power of ten; whole numbers from 1 on."""
    power = 10 ** math.floor(math.log10(value))
    return float(next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= value * (1 - 1e-9)))


def _circle(radius: float, colour: str) -> str:
    return f"width:{2 * radius:.0f}px;height:{2 * radius:.0f}px;background:{colour};border-radius:50%"


def _mention_marks(exhibit: Exhibit) -> list[tuple[str, str]]:
    held = set(exhibit.table["mention"])
    dot = f"background:{theme.AMOUNT};border-radius:50%;"
    marks = {
        "named": (f"{dot}border:2.5px solid {theme.INK}", "de l’opération, nommé par une source"),
        "illustrative": (dot, "de l’opération, à titre d’illustration"),
        "registered": (dot, "de l’opération, d’après le registre"),
        "": ("background:#7FA8C9;border-radius:50%", "hors de l’opération"),
    }
    return [mark for mention, mark in marks.items() if mention in held]


_STATE_MARKS = {
    "zero": (f"background:#fff;border:1.5px solid {theme.AMOUNT};border-radius:50%", "zéro"),
    "too_little": (f"background:{theme.UNKNOWN};border-radius:50%", "trop peu pour conclure"),
    "not_reported": (
        f"background:#fff;border:1.5px dashed {theme.UNKNOWN};border-radius:50%",
        "non renseigné",
    ),
}

# What a map of mentions draws: the mark of each, its style in the legend, and its words. A picture's caption
# (« illustrative ») proves nothing, and is not drawn.
_DISC = "border-radius:50%;background:"
_MENTIONS = {
    "named": ("named", f"{_DISC}{theme.AMOUNT};border:2.5px solid {theme.INK}", "nommé par une source"),
    "not_concerned": ("not_concerned", f"{_DISC}#fff;border:2px solid {theme.INK}", "dit non concerné"),
    "figure": ("registered", f"{_DISC}{theme.AMOUNT}", "au moins un chiffre publié"),
    "chosen": ("chosen", f"{_DISC}{theme.ACCENT};border:2px solid {theme.INK}", "choisi"),
}
