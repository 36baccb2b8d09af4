"""Deadlines that move: what is granted while attempts are open takes effect at once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from quizzes.models import Attempt, AttemptEvent, Quiz
from quizzes.models.access import grants_of_many
from quizzes.models.attempts import AttemptQuerySet
from quizzes.services.record import Cause, Event, event


@transaction.atomic
def refresh_deadlines(attempts: AttemptQuerySet, *, now: datetime) -> int:
    """Reckon the deadlines of open attempts anew after something was granted or a quiz changed; return how many moved.

    An attempt that staff opened again keeps the moment they gave when it is the later one, and has no deadline when
    they gave none. One whose time was up takes answers again when it now has more.
    """
    by_course: dict[int, list[Attempt]] = {}
    reopened = AttemptEvent.objects.filter(attempt=OuterRef("pk"), kind=Event.REOPENED)
    found = attempts.open().annotate(was_reopened=Exists(reopened)).exclude(was_reopened=True, extended_to=None)
    for attempt in found.select_related("quiz").select_for_update(of=("self",)):
        by_course.setdefault(attempt.quiz.course_id, []).append(attempt)
    moved = [attempt for course, listed in by_course.items() for attempt in _moved(listed, course, now)]
    for attempt in moved:
        if attempt.deadline is None or attempt.deadline > now:
            attempt.state = Attempt.State.OPEN
    Attempt.objects.bulk_update(moved, ["deadline", "state"])
    for attempt in moved:
        event(attempt, Event.EXTENDED, Cause(None, now)).save()
    return len(moved)


def refresh_quiz(quiz: Quiz, *, now: datetime) -> int:
    """Reckon the deadlines of a quiz's open attempts anew."""
    return refresh_deadlines(Attempt.objects.filter(quiz=quiz), now=now)


def _moved(attempts: list[Attempt], course_id: int, now: datetime) -> list[Attempt]:
    grants = grants_of_many({attempt.student_id for attempt in attempts}, course_id=course_id, now=now)
    moved = []
    for attempt in attempts:
        deadline = grants[attempt.student_id].window(attempt.quiz).deadline(attempt.started_at)
        if deadline is not None and attempt.extended_to is not None:
            deadline = max(deadline, attempt.extended_to)
        if deadline != attempt.deadline:
            attempt.deadline = deadline
            moved.append(attempt)
    return moved
