"""Noting that a result may have earned a certificate."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from courses.services.certificates import look_again
from quizzes.models import Attempt, Quiz


def note_finished(attempts: Iterable[Attempt]) -> None:
    """Have the certificates of students looked at whose attempts ended or were marked.

    It costs a query, and one more where a course has a certificate.
    """
    done = {(each.student_id, each.quiz_id) for each in attempts if each.is_finished}
    if not done:
        return
    quizzes = Quiz.objects.filter(pk__in={quiz for _student, quiz in done}, course__certificate__isnull=False)
    courses = dict(quizzes.order_by().values_list("pk", "course"))
    look_again([(student, courses[quiz]) for student, quiz in done if quiz in courses], now=timezone.now())
