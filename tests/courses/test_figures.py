"""Charts drawn when content loads: twice, without styles, in the page's own colours."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from courses.rendering.figures import WIDTHS, draw

BAR = {
    "height": 200,
    "mark": "bar",
    "encoding": {"x": {"field": "year", "type": "ordinal"}, "y": {"field": "value", "type": "quantitative"}},
}
ROWS = [{"year": 1990, "value": Decimal("2200.5")}, {"year": 1995, "value": Decimal(83)}]


@pytest.fixture(scope="module")
def drawings():
    """The same chart, wide and narrow."""
    drawn = draw(BAR, ROWS)
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


def test_a_chart_that_cannot_be_drawn_is_refused():
    with pytest.raises(ValueError, match="conversion failed"):
        draw({"mark": {"type": "nonsense"}, "encoding": {}}, ROWS)
