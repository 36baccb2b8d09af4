"""Where places lie on a map, by its projection, and which way round outlines are drawn."""

from __future__ import annotations

from itertools import pairwise
from math import cos, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rendering.maps import Projection, Region, outline_path, wound

KOREA = Region(123.5, 33, 132, 43.5)
WORLD = Region(-180, -90, 180, 90, Projection.EQUIRECTANGULAR)
SQUARE = [[0, 0], [0, 10], [10, 10], [10, 0], [0, 0]]
HOLE = [[4, 4], [6, 4], [6, 6], [4, 6], [4, 4]]


@pytest.mark.parametrize(
    ("region", "longitude", "latitude", "right", "down"),
    [
        (KOREA, 123.5, 43.5, 0, 0),
        (KOREA, 132, 43.5, 850, 0),
        (Region(119, 38, 143, 56), 131, 56, 425, 0),
        (WORLD, 0, 0, 425, 212.5),
        (WORLD, 90, 45, 637.5, 106.25),
        (Region(-10, 0, 10, 10, Projection.EQUIRECTANGULAR), 10, 0, 850, 425),
    ],
)
def test_a_place_is_found_from_the_upper_left_corner(region, longitude, latitude, right, down):
    assert region.place(longitude, latitude, 850) == pytest.approx((right, down))


def test_the_scale_of_mercator_is_the_same_along_both_axes():
    """A small step north is longer than one east by the secant of the latitude, as the ground is."""
    x, y = KOREA.place(127, 38, 1000)

    east, north = KOREA.place(127.01, 38, 1000)[0] - x, y - KOREA.place(127, 38.01, 1000)[1]

    assert north / east == pytest.approx(1 / cos(radians(38)), rel=1e-3)


@pytest.mark.parametrize("projection", Projection)
@given(st.lists(st.floats(-90, 90), min_size=2, max_size=5).map(sorted))
def test_what_lies_farther_north_is_never_drawn_lower(projection, latitudes):
    heights = [projection.up(latitude) for latitude in latitudes]

    assert all(one <= other for one, other in pairwise(heights))
    assert all(abs(height) < 4 for height in heights)


@pytest.mark.parametrize(("longitude", "latitude", "is_on"), [(127, 38, True), (123.5, 33, True), (127, 44, False)])
def test_a_place_lies_on_the_map_or_off_it(longitude, latitude, is_on):
    assert KOREA.holds(longitude, latitude) is is_on


@pytest.mark.parametrize("edge", [SQUARE, SQUARE[::-1]])
@pytest.mark.parametrize("hole", [HOLE, HOLE[::-1]])
def test_an_edge_runs_clockwise_and_a_hole_does_not(edge, hole):
    assert wound([edge, hole]) == [SQUARE, HOLE]


def test_outlines_are_one_path_to_a_tenth():
    region = Region(0, 0, 10, 10, Projection.EQUIRECTANGULAR)

    assert outline_path(region, [[SQUARE], [HOLE]], 100) == (
        "M0.0,100.0L0.0,0.0L100.0,0.0L100.0,100.0ZM40.0,60.0L60.0,60.0L60.0,40.0L40.0,40.0Z"
    )


@pytest.mark.parametrize(
    ("shape", "is_seen"),
    [
        ([[126, 35], [126, 36], [127, 36], [126, 35]], True),
        ([[0, 0], [0, 80], [180, 80], [180, 0], [0, 0]], True),
        ([[35, 126], [36, 126], [36, 127], [35, 126]], False),
    ],
)
def test_outlines_off_the_map_are_noticed(shape, is_seen):
    assert KOREA.shows([[shape]]) is is_seen
