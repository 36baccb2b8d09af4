"""The colours that files call by name; the stylesheet says how each looks in the light and in the dark scheme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class UnitColour(TextChoices):
    """The colour of a unit, wherever the unit appears. Each can be read on every ground of both schemes."""

    GREY = "grey", _("grey")
    BRICK = "brick", _("brick")
    SLATE = "slate", _("slate")
    GREEN = "green", _("green")
    BLUE = "blue", _("blue")
    OCHRE = "ochre", _("ochre")
    PURPLE = "purple", _("purple")
    TEAL = "teal", _("teal")
    UMBER = "umber", _("umber")


_OF_THE_PAGE = (
    *("phase", "ink", "ink-soft", "paper", "surface", "sunk", "rule", "edge"),
    *("accent", "right", "wrong", "wait", "sans", "serif"),
)
IN_CHARTS = frozenset(_OF_THE_PAGE) | frozenset(UnitColour.values)
"""What may stand in `var(--…)` of a chart: `phase` is the colour of the unit around it, the last two are fonts."""
_VARIABLE = re.compile(r"var\(\s*--([\w-]+)")


def check_colours(value: Any) -> None:
    """Raise ValueError where a chart uses a colour by a name that no stylesheet knows, which would draw nothing."""
    for name in _names_in(value):
        if name not in IN_CHARTS:
            near = get_close_matches(name, sorted(IN_CHARTS), n=1)
            hint = f"did you mean `var(--{near[0]})`?" if near else f"there are: {', '.join(sorted(IN_CHARTS))}"
            raise ValueError(f"the chart uses the colour `var(--{name})`, which there is not; {hint}")


def _names_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from _VARIABLE.findall(value)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _names_in(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _names_in(inner)
