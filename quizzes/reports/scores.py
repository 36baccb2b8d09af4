"""Totals that are not marked in full, in words: they are never set against the pass mark."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.template.defaultfilters import floatformat
from django.utils.translation import gettext as _

from quizzes.domain.results import passes
from quizzes.models import Attempt


@dataclass(frozen=True)
class SoFar:
    """What is known of a total: points earned, points marked, and points that a person has yet to mark.

    `is_graded` is false where nobody will: outside a class of the course that has an instructor.
    """

    score: Decimal
    marked: Decimal
    unmarked: Decimal
    is_graded: bool = True

    def __str__(self) -> str:
        values = {name: floatformat(getattr(self, name), "-2") for name in ("score", "marked", "unmarked")}
        return (self._words if self.marked else self._words_of_nothing) % values

    def is_passed(self, pass_percent: int) -> bool | None:
        """Say whether what is marked passes, where nobody will mark the rest; None where that has to be waited for."""
        if self.is_graded or not self.marked:
            return None
        return passes(self.score / self.marked, pass_percent)

    @property
    def _words(self) -> str:
        if self.is_graded:
            return _("%(score)s of the %(marked)s points marked so far; %(unmarked)s still to be graded")
        return _("%(score)s of the %(marked)s points that are marked here; %(unmarked)s not graded")

    @property
    def _words_of_nothing(self) -> str:
        return _("%(unmarked)s points still to be graded") if self.is_graded else _("%(unmarked)s points not graded")


def so_far(attempt: Attempt, *, is_graded: bool = True) -> SoFar | None:
    """Return what is known of the total of an attempt; None where all of it is, or nothing yet."""
    if attempt.score is None or not attempt.unmarked_count:
        return None
    return SoFar(attempt.score, attempt.marked_points, attempt.unmarked_points, is_graded)
