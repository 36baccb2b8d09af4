"""The maps that ship: outlines of land for two regions. README.md says where they come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MapName = Literal["northeast-asia", "korea"]


@dataclass(frozen=True)
class Region:
    """The box of a map in degrees, east and north."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float) -> bool:
        """Say whether a place lies on the map."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


REGIONS: dict[str, Region] = {
    "northeast-asia": Region(119, 38, 143, 56),
    "korea": Region(123.5, 33, 132, 43.5),
}
