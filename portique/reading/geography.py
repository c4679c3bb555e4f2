"""Where a place stands on the map: overseas beside the hexagon, greater Paris a second time, enlarged."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from portique.config import DATA

Bounds = tuple[float, float, float, float]

# West, south, east, north in degrees: the whole map, frames included (data/geography/insets.json).
MAP_BOUNDS: Bounds = (-11.6, 41.2, 9.8, 51.3)

# A point outside its frame is drawn this many degrees inside it: its symbol must not straddle the edge.
CLAMP_MARGIN = 0.15


@dataclass(frozen=True)
class Inset:
    """A framed part of the map: lon' = kx·lon + dx, lat' = ky·lat + dy; `clip` bounds the ground shown.

    `scale` is how large it is drawn: 2 is twice the scale of the hexagon.
    """

    label: str
    kx: float
    ky: float
    dx: float
    dy: float
    frame: Bounds
    clip: Bounds | None
    scale: float

    def moved(self, longitude: pd.Series, latitude: pd.Series) -> tuple[pd.Series, pd.Series]:
        """Map longitude and latitude in degrees; a point that the frame does not hold is clamped into it."""
        west, south, east, north = self.frame
        on_map = self.kx * longitude + self.dx, self.ky * latitude + self.dy
        return _clamped(on_map[0], west, east), _clamped(on_map[1], south, north)

    @property
    def seen(self) -> Bounds:
        """The ground that the frame covers."""
        west, south, east, north = self.frame
        longitudes = [(edge - self.dx) / self.kx for edge in (west, east)]
        latitudes = [(edge - self.dy) / self.ky for edge in (south, north)]
        return longitudes[0], latitudes[0], longitudes[1], latitudes[1]


@cache
def overseas() -> dict[str, Inset]:
    """The frame of each overseas territory, by department code."""
    return {code: _inset(entry) for code, entry in _insets_file()["transforms"].items()}


@cache
def paris() -> Inset:
    """The enlarged second copy of Paris and the petite couronne, which fills its frame."""
    return _inset(_insets_file()["zoom_paris"])


def placed(points: pd.DataFrame) -> pd.DataFrame:
    """The same rows with `map_longitude` and `map_latitude`, from department_code, longitude, latitude."""
    on_map = points.assign(map_longitude=points["longitude"], map_latitude=points["latitude"])
    for code, inset in overseas().items():
        here = points["department_code"] == code
        longitude, latitude = inset.moved(points.loc[here, "longitude"], points.loc[here, "latitude"])
        on_map.loc[here, "map_longitude"] = longitude
        on_map.loc[here, "map_latitude"] = latitude
    return on_map


def enlarged(points: pd.DataFrame) -> pd.DataFrame:
    """The rows that also stand in the Paris enlargement, with `map_longitude` and `map_latitude` there."""
    inset = paris()
    west, south, east, north = inset.seen
    shown = points[points["longitude"].between(west, east) & points["latitude"].between(south, north)]
    longitude, latitude = inset.moved(shown["longitude"], shown["latitude"])
    return shown.assign(map_longitude=longitude, map_latitude=latitude)


def _clamped(degrees: pd.Series, low: float, high: float) -> pd.Series:
    return degrees.where(degrees.between(low, high), degrees.clip(low + CLAMP_MARGIN, high - CLAMP_MARGIN))


def _insets_file() -> dict[str, Any]:
    insets: dict[str, Any] = json.loads((DATA / "geography" / "insets.json").read_text(encoding="utf-8"))
    return insets


def _inset(entry: dict[str, Any]) -> Inset:
    return Inset(
        label=entry["label"],
        kx=entry["kx"],
        ky=entry["ky"],
        dx=entry["dx"],
        dy=entry["dy"],
        frame=tuple(entry["frame"]),
        clip=tuple(entry["clip"]) if entry["clip"] else None,
        scale=entry["scale_vs_metropole"],
    )
