"""What a student has to do before a quiz of a class can be started: to read a lesson, to reach a score in another quiz.

That it opens at a date is the rule of its window. Rules of one class that go round in a circle are refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from django.db.models import Q
from django.utils.translation import gettext as _

from courses.models import Cohort, Lesson, LessonCompletion
from quizzes.domain.results import passes
from quizzes.errors import DoFirst, RulesInACircle
from quizzes.models import Assignment, Attempt, Quiz


@dataclass(frozen=True)
class Missing:
    """Something a student has yet to do, in words, and where it is done."""

    words: str
    link: str


def missing_for(assignment: Assignment | None, student_id: int) -> list[Missing]:
    """Return what a student has yet to do before an attempt for an assignment; no query where it has no rules.

    Of another quiz any attempt counts that the class sees: for it, or in self-study.
    """
    if assignment is None or not assignment.has_rules:
        return []
    found = []
    if assignment.after_lesson_id is not None and not _has_read(assignment.after_lesson_id, student_id):
        lesson = (
            Lesson.objects.select_related("course")
            .only("title", "key", "course__key")
            .get(pk=assignment.after_lesson_id)
        )
        found.append(Missing(_("Read “%(title)s” to the end.") % {"title": lesson.title}, lesson.get_absolute_url()))
    if assignment.after_quiz_id is not None and not _has_reached(assignment, student_id):
        quiz = Quiz.objects.select_related("course").get(pk=assignment.after_quiz_id)
        words = (
            _("Reach at least %(percent)d%% in “%(title)s”.") if assignment.after_percent else _("Submit “%(title)s”.")
        )
        said = words % {"percent": assignment.after_percent, "title": quiz.title}
        found.append(Missing(said, quiz.get_absolute_url()))
    return found


def check_rules(assignment: Assignment | None, student_id: int) -> None:
    """Refuse a start while something is missing. Raises DoFirst, which names it."""
    missing = missing_for(assignment, student_id)
    if missing:
        raise DoFirst(what=" ".join(each.words for each in missing))


def check_circles(cohort: Cohort) -> None:
    """Refuse rules of a class by which quizzes wait for each other. Raises RulesInACircle, which names them."""
    rows = (
        Assignment.objects.live().filter(cohort=cohort, after_quiz__isnull=False).select_related("quiz", "after_quiz")
    )
    waits: dict[int, set[int]] = {}
    titles: dict[int, str] = {}
    for row in rows:
        for quiz in filter(None, (row.quiz, row.after_quiz)):
            titles[quiz.pk] = quiz.title
        waits.setdefault(row.quiz_id or 0, set()).add(row.after_quiz_id or 0)
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        raise RulesInACircle(titles=", ".join(f"“{titles[pk]}”" for pk in error.args[1][:-1])) from None


def _has_read(lesson_id: int, student_id: int) -> bool:
    return LessonCompletion.objects.filter(lesson=lesson_id, student=student_id).exists()


def _has_reached(assignment: Assignment, student_id: int) -> bool:
    seen = Q(assignment=None) | Q(assignment__cohort=assignment.cohort_id)
    sat = Attempt.objects.filter(seen, student=student_id, quiz=assignment.after_quiz_id).submitted()
    return any(
        not assignment.after_percent or (each.share is not None and passes(each.share, assignment.after_percent))
        for each in sat.only("score", "max_score", "state")
    )
