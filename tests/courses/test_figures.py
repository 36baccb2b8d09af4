"""Charts drawn when content loads: twice, without styles, in the page's own colours."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest

from courses.content.schema import FigureFile
from courses.rendering.engine import Engine
from courses.rendering.figures import MADE_BY, WIDTHS, draw, is_drawn
from courses.rendering.maps import Land, Projection, Region, wound

BAR = {
    "height": 200,
    "mark": "bar",
    "encoding": {"x": {"field": "year", "type": "ordinal"}, "y": {"field": "value", "type": "quantitative"}},
}
ROWS = [{"year": 1990, "value": Decimal("2200.5")}, {"year": 1995, "value": Decimal(83)}]


@pytest.fixture(scope="module")
def engine():
    """One engine for all drawings here."""
    with Engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def drawings(engine):
    """The same chart, wide and narrow."""
    drawn = draw(BAR, ROWS, engine=engine)
    return {name: drawn[name] for name in WIDTHS}


def test_a_chart_is_drawn_at_two_widths(drawings):
    widths = {name: int(re.search(r'width="(\d+)"', svg)[1]) for name, svg in drawings.items()}

    assert list(widths) == ["wide", "narrow"]
    assert widths["narrow"] <= 320 < widths["wide"]


def test_a_drawing_keeps_to_the_content_security_policy(drawings):
    for svg in drawings.values():
        assert svg.startswith('<svg aria-hidden="true" focusable="false" ')
        assert "style=" not in svg
        assert "<script" not in svg
        assert "http" not in svg.replace("http://www.w3.org/", "")


def test_a_drawing_takes_its_colours_from_the_page(drawings):
    for svg in drawings.values():
        assert "var(--phase)" in svg
        assert not re.search(r'(?:fill|stroke)="#[0-9a-f]{3,6}"', svg)


def test_a_drawing_has_one_text_alternative_and_that_is_not_in_it(drawings):
    for svg in drawings.values():
        assert 'role="' not in svg
        assert "aria-label" not in svg


@pytest.mark.parametrize(
    ("chart", "reason"),
    [
        ({"mark": {"type": "nonsense"}, "encoding": {}}, "Cannot read properties"),
        ({"mark": "bar", "encoding": {"x": {"field": "year", "type": "nonsense"}}}, "Invalid field type"),
        ({"mark": "bar", "config": {"mark": {"href": "http://example.org"}}}, "would hold an address"),
    ],
)
def test_a_chart_that_cannot_be_drawn_says_why_and_spoils_no_other(engine, drawings, chart, reason):
    with pytest.raises(ValueError, match=reason):
        draw(chart, ROWS, engine=engine)

    assert draw(BAR, ROWS, engine=engine)["wide"] == drawings["wide"]


def test_a_chart_that_kills_the_engine_is_refused_and_spoils_no_other(engine, drawings):
    draw(BAR, ROWS, engine=engine)
    engine._child.kill()
    with pytest.raises(ValueError, match="needs too much memory"):
        draw(BAR, ROWS, engine=engine)

    assert draw(BAR, ROWS, engine=engine)["wide"] == drawings["wide"]


def test_a_drawing_that_takes_too_long_is_stopped(engine, drawings, monkeypatch):
    monkeypatch.setattr("courses.rendering.engine.SECONDS", 0.05)
    with pytest.raises(ValueError, match="takes longer"):
        draw({**BAR, "transform": [{"calculate": "length(sequence(3e7))", "as": "a"}]}, ROWS, engine=engine)
    monkeypatch.undo()

    assert draw(BAR, ROWS, engine=engine)["wide"] == drawings["wide"]


# Charts over a map.

STOPS = [{"stop": "Khasan", "lon": Decimal("130.64"), "lat": Decimal("42.43")}]
PLACED = {
    "mark": "point",
    "encoding": {
        "longitude": {"field": "lon", "type": "quantitative"},
        "latitude": {"field": "lat", "type": "quantitative"},
    },
}


def spot_on(svg):
    """Return where the one point of a drawing stands."""
    [(x, y)] = re.findall(r'transform="translate\(([\d.]+),([\d.]+)\)"[^>]*fill="var\(--phase\)"', svg)
    return float(x), float(y)


SHORE = wound([[[126, 35], [126, 42], [131, 42], [131, 35], [126, 35]]])
LANDS = [
    Land(Region(123.5, 33, 132, 43.5), [SHORE]),
    Land(Region(119, 38, 143, 56), [SHORE]),
    Land(Region(-180, -60, 180, 84, Projection.EQUIRECTANGULAR), [SHORE]),
]


@pytest.mark.parametrize("land", LANDS)
@pytest.mark.parametrize("form", [PLACED, {"layer": [PLACED]}])
def test_a_chart_over_a_map_stands_where_the_map_has_its_places(engine, land, form):
    drawn = draw(form, STOPS, over=land, engine=engine)

    for which in WIDTHS:
        width, height = (float(re.search(rf'{side}="([\d.]+)"', drawn[which])[1]) for side in ("width", "height"))
        assert spot_on(drawn[which]) == pytest.approx(land.region.place(130.64, 42.43, width), abs=0.1)
        assert height == pytest.approx(land.region.height(width), abs=0.1)
        assert height <= 680
        assert width <= WIDTHS[which]
        assert 'fill="var(--sunk)"' in drawn[which]
        assert not re.search(r'(?:fill|stroke)="#[0-9a-f]{3,6}"', drawn[which])


@pytest.mark.parametrize(
    ("kept", "over", "is_kept"),
    [
        (LANDS[0], LANDS[0], True),
        (LANDS[0], replace(LANDS[0], region=Region(123.5, 33.0, 132.0, 43.5)), True),
        (LANDS[0], LANDS[1], False),
        (LANDS[0], replace(LANDS[0], outlines=[]), False),
        (LANDS[0], replace(LANDS[0], credit="Someone"), False),
        (LANDS[0], None, False),
        (None, LANDS[0], False),
        (None, None, True),
    ],
)
def test_a_drawing_is_kept_while_its_map_is_what_it_was(kept, over, is_kept):
    drawings = {"made_by": MADE_BY, **({"map": kept.mark} if kept else {})}

    assert is_drawn(drawings, over=over) is is_kept


@pytest.mark.parametrize("chart", [None, {"hconcat": [PLACED]}])
def test_over_a_map_goes_a_chart_of_one_view(chart):
    figure = {"figure": "rails", "title": "Rails", "caption": "Where.", "alt": "A line.", "columns": {"stop": "Stop"}}

    with pytest.raises(ValueError, match="over a `map` goes a `chart`"):
        FigureFile.model_validate({**figure, "rows": [{"stop": "Khasan"}], "map": "korea", "chart": chart})
