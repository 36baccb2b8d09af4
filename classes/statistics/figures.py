"""The figures of a sample: worked out at once, or, of a large one, as a background task left them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from classes.statistics.door import work_out
from classes.statistics.runs import What, run_of
from classes.statistics.sample import Sample, choose, response_count
from classes.statistics.shapes import QuizFigures, quiz_from_json
from quizzes.models import StatisticsRun

LARGE = 100_000
"""Responses from which figures are worked out in the background."""


@dataclass(frozen=True)
class Found:
    """The figures, if there are any yet; of a large sample with the run that makes them, None before it is asked."""

    figures: QuizFigures | None
    is_large: bool = False
    run: StatisticsRun | None = None

    @property
    def is_quiet(self) -> bool:
        """Say whether nothing has worked on the run for a while."""
        return self.run is not None and self.run.is_quiet(timezone.now())


def find(sample: Sample) -> Found:
    """Return the figures of a sample, in six queries where it is not large."""
    chosen = choose(sample)
    if response_count(chosen) <= LARGE:
        return Found(work_out(sample, chosen))
    run = run_of(sample, What.FIGURES)
    kept = quiz_from_json(run.result) if run is not None and run.result else None
    return Found(kept, is_large=True, run=run or StatisticsRun(state=StatisticsRun.State.NEW))
