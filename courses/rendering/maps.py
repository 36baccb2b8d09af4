"""Maps as a course declares them: a box of the world in a projection, and where a place lies in it. Pure arithmetic."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from hashlib import sha256
from math import asinh, radians, tan
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

PATH_WIDTH = 320
"""How wide the path of a map's outlines is drawn, in the units of the drawing."""
FARTHEST_NORTH = 85
"""Mercator's projection has no room for the poles: nothing farther north or south than this is drawn by it."""

Position = Sequence[float]
Outlines = list[list[list[list[float]]]]
"""Polygons, each of them rings (the first is its edge, the others are holes) of positions east and north."""


class Projection(TextChoices):
    """How the round world is laid flat; the words are those of d3-geo, which draws charts over maps."""

    MERCATOR = "mercator", _("Mercator: shapes are true, north is up")
    EQUIRECTANGULAR = "equirectangular", _("equirectangular: a degree is as long everywhere, for maps of the world")

    def across(self, longitude: float) -> float:
        """Return how far east a meridian lies, in radians of longitude."""
        return radians(longitude)

    def up(self, latitude: float) -> float:
        """Return how far north a parallel lies, in radians of longitude (Snyder 1987, formulas 7-2 and 12-2)."""
        if self is Projection.EQUIRECTANGULAR:
            return radians(latitude)
        return asinh(tan(radians(min(max(latitude, -FARTHEST_NORTH), FARTHEST_NORTH))))


@dataclass(frozen=True)
class Region:
    """The box of a map in degrees."""

    west: float
    south: float
    east: float
    north: float
    projection: Projection = Projection.MERCATOR

    def holds(self, longitude: float, latitude: float) -> bool:
        """Say whether a place lies on the map."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north

    def shows(self, outlines: Outlines) -> bool:
        """Say whether any of the outlines may be seen: whether the box around one meets the map."""
        return any(self._meets(polygon[0]) for polygon in outlines)

    def _meets(self, ring: Sequence[Position]) -> bool:
        east, north = [at[0] for at in ring], [at[1] for at in ring]
        beside = min(east) > self.east or max(east) < self.west
        return not beside and min(north) <= self.north and max(north) >= self.south

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
        scale, projection = self.scale(width), self.projection
        down = projection.up(self.north) - projection.up(latitude)
        return (projection.across(longitude) - projection.across(self.west)) * scale, down * scale


@dataclass(frozen=True)
class Land:
    """A map as a chart is drawn over it. `credit` is what must stand below whatever shows it."""

    region: Region
    outlines: Outlines
    credit: str = ""

    @cached_property
    def mark(self) -> str:
        """Return what tells drawings over this map from drawings over what it was before."""
        text = json.dumps([asdict(self.region), self.outlines, self.credit])
        # A database may give 33.0 back for 33, which draws the same.
        alike = json.dumps(json.loads(text, parse_int=float))
        return sha256(alike.encode()).hexdigest()

    @property
    def features(self) -> dict[str, Any]:
        """Return the outlines as GeoJSON, in one feature: it is drawn as one path."""
        shape = {"type": "MultiPolygon", "coordinates": self.outlines}
        return {
            "type": "FeatureCollection",
            "features": [{"type": "Feature", "properties": {}, "geometry": shape}],
        }


def wound(polygon: Iterable[Sequence[Position]]) -> list[list[list[float]]]:
    """Return a polygon whose edge runs clockwise and whose holes do not, as d3-geo wants them.

    GeoJSON asks for the opposite (RFC 7946, 3.1.6) and files have either; wound the other way a small island would be
    drawn as the whole world without it.
    """
    rings = [[[float(at[0]), float(at[1])] for at in ring] for ring in polygon]
    return [ring if (_turn(ring) > 0) == (which > 0) else ring[::-1] for which, ring in enumerate(rings)]


def _turn(ring: Sequence[Position]) -> float:
    """Return twice the area of a ring, less than nothing when it runs clockwise."""
    return sum(x * v - u * y for (x, y), (u, v) in zip(ring, [*ring[1:], ring[0]], strict=True))


def outline_path(region: Region, outlines: Outlines, width: int = PATH_WIDTH) -> str:
    """Return the outlines of a map as the data of one SVG path, to a tenth of a unit."""

    def spell(at: Position) -> str:
        x, y = region.place(at[0], at[1], width)
        return f"{x:.1f},{y:.1f}"

    return "".join(f"M{'L'.join(map(spell, ring[:-1]))}Z" for polygon in outlines for ring in polygon)
