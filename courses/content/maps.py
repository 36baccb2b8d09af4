"""Maps of a course: what a file says of one, and GeoJSON → its outlines within bounds, each mistake at its line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn, cast

from django.utils.translation import gettext as _
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from courses.content.files import read_text
from courses.content.problems import Document, Place, Problems, field_names
from courses.content.schema import FileModel, Key, Title, hash_of
from courses.rendering.maps import FARTHEST_NORTH, Land, Outlines, Projection, Region, outline_path, wound

MAX_BYTES = 500_000
MOST_POINTS = 5_000
"""Points of all outlines together: each of them travels with every page that asks where something lies."""

_SLIMMEST = 3
_LOCATED = 50
"""Mistakes whose line is looked for, each from the start of the file; the others are told with what is around them."""


def _number(value: object) -> object:
    if isinstance(value, bool | str):
        raise ValueError("write the degrees as a number")  # noqa: TRY004 (pydantic collects these)
    return value


def _flat(value: object) -> object:
    """Leave out the height that a position may have."""
    if not isinstance(value, list) or len(value) not in (2, 3):
        raise ValueError("a position is [degrees east, degrees north]")
    return value[:2]


def _closed(ring: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    if ring[0] != ring[-1]:
        raise ValueError("this ring is not closed: its last position must be its first")
    return ring


_East = Annotated[float, BeforeValidator(_number), Field(ge=-180, le=180)]
_North = Annotated[float, BeforeValidator(_number), Field(ge=-90, le=90)]
_Position = Annotated[tuple[_East, _North], BeforeValidator(_flat)]
_Ring = Annotated[tuple[_Position, ...], Field(min_length=4), AfterValidator(_closed)]
_Rings = Annotated[tuple[_Ring, ...], Field(min_length=1)]


class Extent(FileModel):
    """The box of a map in degrees."""

    west: _East
    south: _North
    east: _East
    north: _North

    @model_validator(mode="after")
    def _is_a_box(self) -> Extent:
        if self.west >= self.east or self.south >= self.north:
            raise ValueError("`west` lies west of `east`, and `south` lies south of `north`")
        return self


class MapFile(FileModel):
    """A map, whose outlines lie in the file beside it."""

    map: Key
    title: Title
    projection: Projection = Projection.MERCATOR
    extent: Extent
    credit: Title
    licence: Annotated[Title, StringConstraints(max_length=100)]

    @model_validator(mode="after")
    def _can_be_drawn(self) -> MapFile:
        if self.projection is Projection.MERCATOR and max(-self.extent.south, self.extent.north) > FARTHEST_NORTH:
            raise ValueError(f"a map in Mercator's projection ends at {FARTHEST_NORTH} degrees north and south")
        if not 1 / _SLIMMEST <= self.region.height(1) <= _SLIMMEST:
            raise ValueError(f"the map would be more than {_SLIMMEST} times as long one way as the other")
        return self

    @property
    def region(self) -> Region:
        """Return the box in its projection."""
        box = self.extent
        return Region(box.west, box.south, box.east, box.north, self.projection)


@dataclass(frozen=True)
class ReadMap:
    """A map with its outlines."""

    file: MapFile
    outlines: Outlines

    @property
    def values(self) -> dict[str, Any]:
        """Return what its row holds."""
        file, region = self.file, self.file.region
        return {
            **{name: getattr(file, name) for name in ("title", "projection", "credit", "licence")},
            **{side: getattr(region, side) for side in ("west", "south", "east", "north")},
            "outlines": self.outlines,
            "path": outline_path(region, self.outlines),
        }

    @property
    def hash(self) -> str:
        """Return a hash of both its files."""
        return hash_of(self.file, Land(self.file.region, self.outlines).mark)


class _Shape(BaseModel):
    """What GeoJSON allows beside what is read here, such as names and boxes, is left out."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Polygon(_Shape):
    """One outline, perhaps with holes."""

    type: Literal["Polygon"]
    coordinates: _Rings


class MultiPolygon(_Shape):
    """Several outlines."""

    type: Literal["MultiPolygon"]
    coordinates: Annotated[tuple[_Rings, ...], Field(min_length=1)]


class Feature(_Shape):
    """A country, an island, a lake."""

    type: Literal["Feature"]
    geometry: Annotated[Polygon | MultiPolygon, Field(discriminator="type")]

    @property
    def polygons(self) -> Sequence[_Rings]:
        """Return the outlines."""
        return (self.geometry.coordinates,) if isinstance(self.geometry, Polygon) else self.geometry.coordinates


class FeatureCollection(_Shape):
    """A whole file."""

    type: Literal["FeatureCollection"]
    features: Annotated[tuple[Feature, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _is_light(self) -> FeatureCollection:
        count = sum(len(ring) for feature in self.features for rings in feature.polygons for ring in rings)
        if count > MOST_POINTS:
            raise ValueError(
                f"the outlines have {count} points and may have {MOST_POINTS}: simplify them, and cut them to the map"
            )
        return self


def read_outlines(path: Path, *, root: Path, problems: Problems) -> Outlines | None:
    """Read a file of outlines; note every mistake of its shape at its line, and return None."""
    file = str(path.relative_to(root))
    text = read_text(path, file=file, problems=problems, most=MAX_BYTES)
    if text is None:
        return None
    try:
        data = json.loads(text, parse_int=float, parse_constant=_refuse)
    except RecursionError:
        problems.add_at(file, 1, _("The lists in this file stand too deep inside each other."), _HOW())
        return None
    except ValueError as error:
        line = getattr(error, "lineno", 1)
        what = getattr(error, "msg", str(error))
        problems.add_at(file, line, _("This is not JSON: %(what)s.") % {"what": what}, _HOW())
        return None
    try:
        read = FeatureCollection.model_validate(data)
    except ValidationError as error:
        first = error.errors()[:_LOCATED]
        places = {place: line for found in first for place, line in _places(text, data, found["loc"])}
        problems.add_invalid(Document(file, data, places), error, field_names(FeatureCollection))
        return None
    return [wound(polygon) for feature in read.features for polygon in feature.polygons]


def _HOW() -> str:  # noqa: N802 (a text that waits for the language)
    return _("Export the outlines as GeoJSON: a FeatureCollection of polygons, in degrees east and north.")


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")


def _places(text: str, data: Any, loc: Sequence[str | int]) -> list[tuple[Place, int]]:
    """Return the line of each place on the way to where something is wrong; what is no place in the file is left out.

    The text is known to be JSON, so the decoder can step over each value before the one that is looked for.
    """
    decoder, at, place = json.JSONDecoder(parse_int=float), _next(text, 0), cast("Place", ())
    found: list[tuple[Place, int]] = [(place, text.count("\n", 0, at) + 1)]
    for part in loc:
        if isinstance(data, dict) and part in data:
            key, at = decoder.raw_decode(text, _next(text, at + 1))
            while key != part:
                at = decoder.raw_decode(text, _next(text, _next(text, at) + 1))[1]
                key, at = decoder.raw_decode(text, _next(text, _next(text, at) + 1))
            at = _next(text, _next(text, at) + 1)
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            at = _next(text, at + 1)
            for _step in range(part):
                at = _next(text, _next(text, decoder.raw_decode(text, at)[1]) + 1)
        else:
            continue
        data, place = data[part], (*place, part)
        found.append((place, text.count("\n", 0, at) + 1))
    return found


def _next(text: str, at: int) -> int:
    """Return where the next sign stands that is no space."""
    while text[at] in " \t\r\n":
        at += 1
    return at
