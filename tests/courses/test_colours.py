"""Colours by name: what files may write, the stylesheets hold, readable on every ground of both schemes."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
from django.conf import settings

from courses.rendering.colours import IN_CHARTS, UnitColour, check_colours

STYLES = Path(settings.BASE_DIR) / "static" / "css"
SHEET = (STYLES / "tumen.css").read_text(encoding="utf-8")
PAIRS = dict(re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", SHEET))
GROUNDS = ("paper", "surface", "sunk")


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("colour", "ground", "scheme"), list(product(UnitColour.values, GROUNDS, (0, 1))))
def test_a_unit_colour_can_be_read_on_every_ground(colour, ground, scheme):
    one, other = (luminance(PAIRS[name].split(", ")[scheme]) for name in (colour, ground))

    assert (max(one, other) + 0.05) / (min(one, other) + 0.05) >= 4.5


@pytest.mark.parametrize("colour", UnitColour.values)
def test_a_unit_wears_its_colour(colour):
    assert f"[data-colour={colour}] {{ --phase: var(--{colour}) }}" in SHEET


@pytest.mark.parametrize("sheet", ["tumen.css", "workshop.css"])
def test_every_colour_a_chart_may_use_is_one_of_the_page_and_of_the_preview(sheet):
    declared = set(re.findall(r"--([a-z-]+):", (STYLES / sheet).read_text(encoding="utf-8")))

    assert declared >= IN_CHARTS


@pytest.mark.parametrize(
    ("chart", "said"),
    [
        ({"mark": {"color": "var(--prple)"}}, "did you mean `var(--purple)`?"),
        ({"layer": [{"mark": {"fill": "var( --x )"}}]}, "there are: accent"),
        ({"encoding": {"color": {"scale": {"range": ["var(--ink)", "var(--inkk)"]}}}}, "did you mean `var(--ink)`?"),
    ],
)
def test_a_colour_that_is_not_there_is_refused(chart, said):
    with pytest.raises(ValueError, match="which there is not") as refusal:
        check_colours(chart)

    assert said in str(refusal.value)


@pytest.mark.parametrize("name", sorted(IN_CHARTS))
def test_a_chart_may_use_each_colour_by_its_name(name):
    check_colours({"layer": [{"mark": {"type": "bar", "color": f"var(--{name})"}}], "width": 3})
