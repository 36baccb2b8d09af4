"""The quizzes of a class with what can be told of each."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from classes.statistics.shapes import CORRELATIONS, COUNTS_ONLY, FEW, ONE_PARAMETER
from courses.models import Cohort
from quizzes.models import Attempt, Quiz


@dataclass(frozen=True)
class Line:
    """A quiz, how many students have finished it, and how many have an answer that waits for grading."""

    quiz: Quiz
    students: int
    waiting: int

    @property
    def words(self) -> str:
        """Say what so many students allow to be told."""
        graded = self.students - self.waiting
        if graded < COUNTS_ONLY:
            return _("Counts only; figures from %(n)d students on") % {"n": COUNTS_ONLY}
        if graded < FEW:
            return _("First figures, not judged yet")
        if graded < CORRELATIONS:
            return _("Difficulty and key")
        return _("Everything, and models") if graded >= ONE_PARAMETER else _("Everything but models")


def lines_of(cohort: Cohort) -> list[Line]:
    """Return the quizzes that students of a class have finished, in the order of the course; in two queries."""
    counted = Attempt.objects.of_class(cohort).submitted().order_by().values("quiz").annotate(
        students=Count("student", distinct=True),
        waiting=Count("student", distinct=True, filter=Q(unmarked_count__gt=0)),
    )  # fmt: skip
    found = {row["quiz"]: row for row in counted}
    quizzes = Quiz.objects.filter(pk__in=found).order_by("unit__position", "lesson__position", "key")
    return [Line(each, found[each.pk]["students"], found[each.pk]["waiting"]) for each in quizzes]
