"""The way to what needs NumPy and SciPy: loaded when first asked for, so that a process that never is stays small."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from classes.statistics.sample import Chosen, Sample
    from classes.statistics.shapes import FittedFigures, QuizFigures

Told = Callable[[int], None]


def _unheard(_count: int) -> None:
    """Tell nobody."""


def work_out(sample: Sample, chosen: Chosen, told: Told = _unheard) -> QuizFigures:
    """Return the figures of a sample; `told` hears how many attempts have been read."""
    return cast("QuizFigures", import_string("classes.statistics.working.work_out")(sample, chosen, told))


def fit(sample: Sample, chosen: Chosen, told: Told = _unheard) -> FittedFigures:
    """Return the models that fit a sample, and differences between groups of its class."""
    return cast("FittedFigures", import_string("classes.statistics.fitting.fit")(sample, chosen, told))
