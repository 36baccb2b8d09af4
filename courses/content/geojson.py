"""Outlines of a map → GeoJSON, as a file beside the map's own."""

from __future__ import annotations

import json
from typing import Any


def geojson_of(outlines: list[Any]) -> str:
    """Return a FeatureCollection with a polygon in each line."""
    shapes = [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": polygon}}
        for polygon in outlines
    ]
    lines = ",\n".join(json.dumps(shape, separators=(",", ":")) for shape in shapes)
    return f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
