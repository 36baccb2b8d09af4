"""Answers that came too late, and that staff accept after all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.models import Deed
from courses.services.audit import record
from quizzes.errors import NotLate, QuestionClosed, ReasonNeeded
from quizzes.models import Attempt, HeldMark, HumanMark, ItemResponse, SavedAnswer
from quizzes.services.answers import Outcome, take
from quizzes.services.record import Cause, Event, event
from quizzes.services.regrading import remark_attempts

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def accept_late_answer(*, saved: SavedAnswer, actor: User, reason: str, now: datetime) -> ItemResponse:
    """Make a late answer the one that counts, as of when it came, and mark its attempt again.

    It counts as the answer of the question from now on; a mark that a person gave the former answer goes, so that the
    new one waits for them. The credit for when the work came in stands. Raises ReasonNeeded, NotLate when it was
    accepted before or never late, and QuestionClosed when the tries of the question were used.
    """
    if not reason.strip():
        raise ReasonNeeded
    attempts = Attempt.objects.select_for_update(of=("self",)).select_related("quiz")
    attempt = attempts.get(responses=saved.response_id)
    kept = SavedAnswer.objects.select_related("response__revision").get(pk=saved.pk)
    if kept.outcome != Outcome.LATE:
        raise NotLate
    response = kept.response
    response.attempt = attempt
    if response.is_over:
        raise QuestionClosed
    kept.outcome = Outcome.ACCEPTED
    kept.save(update_fields=["outcome"])
    before = response.points
    take(response, kept)
    HumanMark.objects.filter(response=response).delete()
    HeldMark.objects.filter(response=response).delete()
    cause = Cause(actor, now, reason)
    remark_attempts([attempt], cause, Event.ACCEPTED)
    response.refresh_from_db(fields=["share", "points"])
    if response.points == before:
        event(attempt, Event.ACCEPTED, cause, points=(before, before), response=response).save()
    course, person = attempt.quiz.course_id, attempt.student_id
    points = [before, response.points]
    record(actor, Deed.LATE_ACCEPTED, saved, at=now, person=person, course=course, attempt=attempt.pk, points=points)
    return response
