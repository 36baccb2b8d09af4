"""A map as radio buttons, beside the map with their letters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from math import cos, dist, radians, sin
from string import ascii_uppercase

from courses.models import Map
from courses.rendering.maps import PATH_WIDTH
from quizzes.domain.base import name_on_paper
from quizzes.forms.base import AnswerForm, Choice

_RADIUS = 13
_AROUND = [(reach, angle) for reach in (20, 34, 48) for angle in (0, 180, 270, 90, 315, 225, 45, 135)]


@dataclass(frozen=True)
class Spot:
    """A place on the map: its point, and its letter close by, where it covers no other."""

    letter: str
    place: str
    id: str
    x: str
    y: str
    letter_x: str
    letter_y: str
    is_right: bool
    is_chosen: bool


class Form(AnswerForm):
    """One of the places."""

    width, radius, size = PATH_WIDTH, _RADIUS, 2 * _RADIUS

    @property
    def drawing(self) -> str:
        """Return the template of the map; without the map, the list of places says enough to choose by."""
        return "quizzes/_map.html" if self.spec.map in self.maps else ""

    @property
    def map(self) -> Map:
        """Return the map."""
        return self.maps[self.spec.map]

    @property
    def options(self) -> list[Choice]:
        """Return the places by their letters, in the order of the paper."""
        texts = {key: f"**{self._letter(key)}** {place.text}" for key, place in self.spec.places.items()}
        return self.choices(texts, self.chosen)

    @property
    def signs(self) -> list[str]:
        """Return the letters of the places, in their author's order."""
        return [self._letter(key) for key in self.spec.places]

    @property
    def height(self) -> int:
        """Return how high the map is."""
        return round(self.map.region.height(PATH_WIDTH))

    @cached_property
    def spots(self) -> list[Spot]:
        """Return the places on the map, in the order of the paper. Which is right is for results only."""
        points = {key: self._point(key) for key in self.order}
        letters = dict(zip(points, _letters_by(list(points.values()), self.height), strict=True))
        return [self._spot(key, points[key], letters[key]) for key in self.order]

    def _point(self, key: str) -> tuple[float, float]:
        longitude, latitude = self.spec.places[key].at
        x, y = self.map.region.place(longitude, latitude, PATH_WIDTH)
        # A paper may be older than the map; what has come to lie off it stands at its edge.
        return min(max(x, 0), PATH_WIDTH), min(max(y, 0), self.height)

    def _spot(self, key: str, point: tuple[float, float], letter: tuple[float, float]) -> Spot:
        name = name_on_paper(key, self.order)
        (x, y), (letter_x, letter_y) = ([f"{along:.1f}" for along in at] for at in (point, letter))
        is_right, is_chosen = self.spec.places[key].correct, key == self.shown
        return Spot(self._letter(key), name, f"{self.prefix}-{name}", x, y, letter_x, letter_y, is_right, is_chosen)

    def _letter(self, key: str) -> str:
        return ascii_uppercase[self.order.index(key)]


def _letters_by(points: list[tuple[float, float]], height: float) -> Iterator[tuple[float, float]]:
    """Find room for a letter beside each point: inside the frame, on no point and on no letter."""
    taken: list[tuple[float, float]] = []
    for point in points:
        around = [(point[0] + reach * cos(radians(a)), point[1] + reach * sin(radians(a))) for reach, a in _AROUND]
        inside = [at for at in around if _is_inside(at, height)]
        free = (at for at in inside if _is_free(at, points, _RADIUS + 4) and _is_free(at, taken, 2 * _RADIUS))
        taken.append(next(free, inside[0]))
        yield taken[-1]


def _is_inside(at: tuple[float, float], height: float) -> bool:
    return _RADIUS <= at[0] <= PATH_WIDTH - _RADIUS and _RADIUS <= at[1] <= height - _RADIUS


def _is_free(at: tuple[float, float], others: Iterable[tuple[float, float]], least: float) -> bool:
    return all(dist(at, other) >= least for other in others)
