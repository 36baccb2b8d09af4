"""The maps that ship: outlines of land for two regions, and where a place lies on them. README.md has their source."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from math import asinh, radians, tan
from pathlib import Path
from typing import Any, Literal

MapName = Literal["northeast-asia", "korea"]
_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Region:
    """The box of a map in degrees, drawn by Mercator's projection: shapes are true, and north is up."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float) -> bool:
        """Say whether a place lies on the map."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north

    def scale(self, width: float) -> float:
        """Return the lengths that one radian of longitude takes on a map of some width."""
        return width / radians(self.east - self.west)

    def height(self, width: float) -> float:
        """Return how high a map of some width is."""
        return self.place(self.west, self.south, width)[1]

    def width(self, height: float) -> int:
        """Return how wide a map may be that is no higher than this."""
        return int(height / self.height(1))

    def place(self, longitude: float, latitude: float, width: float) -> tuple[float, float]:
        """Return how far a place lies from the left and from the top."""
        scale = self.scale(width)
        down = asinh(tan(radians(self.north))) - asinh(tan(radians(latitude)))
        return radians(longitude - self.west) * scale, down * scale


REGIONS: dict[MapName, Region] = {
    "northeast-asia": Region(119, 38, 143, 56),
    "korea": Region(123.5, 33, 132, 43.5),
}


def outline_text(name: MapName) -> str:
    """Return the outlines of a map as its file has them."""
    return (_HERE / f"{name}.json").read_text(encoding="utf-8")


@cache
def outlines(name: MapName) -> dict[str, Any]:
    """Return the outlines of a map as GeoJSON: a feature for each country."""
    read: dict[str, Any] = json.loads(outline_text(name))
    return read


@cache
def outline_path(name: MapName, width: int) -> str:
    """Return the land of a map as the data of one SVG path, to a tenth of a unit."""
    region = REGIONS[name]

    def spell(at: tuple[float, float]) -> str:
        x, y = region.place(at[0], at[1], width)
        return f"{x:.1f},{y:.1f}"

    return "".join(
        f"M{'L'.join(map(spell, ring[:-1]))}Z"
        for country in outlines(name)["features"]
        for polygon in country["geometry"]["coordinates"]
        for ring in polygon
    )
