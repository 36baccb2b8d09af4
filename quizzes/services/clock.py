"""Deadlines that move: what is granted while attempts are open takes effect at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef

from courses.models import Enrolment
from quizzes.errors import AttemptClosed, NoDeadline, ReasonNeeded
from quizzes.models import Accommodation, Attempt, AttemptEvent, Quiz, QuizOverride
from quizzes.models.access import grants_of_many
from quizzes.models.attempts import AttemptQuerySet
from quizzes.services.attempts import settled
from quizzes.services.record import Cause, Event, event

if TYPE_CHECKING:
    from django.contrib.auth.models import User

STATES = Attempt.State


@transaction.atomic
def refresh_deadlines(attempts: AttemptQuerySet, *, now: datetime, actor: User | None = None) -> int:
    """Reckon the deadlines of open attempts anew after something was granted or a quiz changed; return how many moved.

    An attempt that staff keep open until a moment keeps that moment when it is the later one; one that they opened
    again until it is handed in stays without a deadline. One whose time was up is open again when it has time now.
    """
    reopened = AttemptEvent.objects.filter(attempt=OuterRef("pk"), kind=Event.REOPENED)
    bounded = attempts.open().exclude(Exists(reopened), extended_to=None)
    by_course: dict[int, list[Attempt]] = {}
    for attempt in bounded.select_related("quiz").select_for_update(of=("self",)):
        by_course.setdefault(attempt.quiz.course_id, []).append(attempt)
    moved = [attempt for course, listed in by_course.items() for attempt in _moved(listed, course, now)]
    Attempt.objects.bulk_update(moved, ["deadline", "state"])
    for attempt in moved:
        event(attempt, Event.EXTENDED, Cause(actor, now)).save()
    return len(moved)


def refresh_quiz(quiz: Quiz, *, now: datetime, actor: User | None = None) -> int:
    """Reckon the deadlines of a quiz's open attempts anew."""
    return refresh_deadlines(Attempt.objects.filter(quiz=quiz), now=now, actor=actor)


def refresh_granted(grant: Accommodation | QuizOverride, *, now: datetime, actor: User) -> int:
    """Reckon anew the deadlines that an accommodation or an override has to do with, once it was saved or deleted."""
    return refresh_deadlines(_concerned(grant), now=now, actor=actor)


@transaction.atomic
def extend_attempt(*, attempt: Attempt, actor: User, minutes: int, reason: str, now: datetime) -> Attempt:
    """Give one running attempt more minutes, from its deadline or, when that is past, from now.

    Raises ReasonNeeded, AttemptClosed when it ended, and NoDeadline when it has all the time there is.
    """
    if not reason.strip():
        raise ReasonNeeded
    settled(attempt, now=now)
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=attempt.pk)
    if attempt.is_finished:
        raise AttemptClosed
    if attempt.deadline is None:
        raise NoDeadline
    attempt.deadline = attempt.extended_to = max(attempt.deadline, now) + timedelta(minutes=minutes)
    attempt.state = STATES.OPEN
    attempt.save(update_fields=["deadline", "extended_to", "state"])
    event(attempt, Event.EXTENDED, Cause(actor, now, reason)).save()
    return attempt


def _concerned(grant: Accommodation | QuizOverride) -> AttemptQuerySet:
    if isinstance(grant, Accommodation):
        attempts = Attempt.objects.filter(student=grant.student_id)
        return attempts if grant.course_id is None else attempts.filter(quiz__course=grant.course_id)
    attempts = Attempt.objects.filter(quiz=grant.quiz_id)
    if grant.student_id is not None:
        return attempts.filter(student=grant.student_id)
    students = Enrolment.objects.active().filter(cohort=grant.cohort_id, role=Enrolment.Role.STUDENT)
    return attempts.filter(student__in=students.values("user"))


def _moved(attempts: list[Attempt], course_id: int, now: datetime) -> list[Attempt]:
    grants = grants_of_many({attempt.student_id for attempt in attempts}, course_id=course_id, now=now)
    moved = []
    for attempt in attempts:
        deadline = grants[attempt.student_id].window(attempt.quiz).deadline(attempt.started_at)
        if deadline is not None and attempt.extended_to is not None:
            deadline = max(deadline, attempt.extended_to)
        if deadline == attempt.deadline:
            continue
        attempt.deadline = deadline
        if attempt.state == STATES.OVERDUE and (deadline is None or deadline > now):
            attempt.state = STATES.OPEN
        moved.append(attempt)
    return moved
