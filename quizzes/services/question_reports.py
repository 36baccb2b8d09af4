"""Reports of questions: a student says something is wrong, an instructor answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from courses.models import Enrolment
from quizzes.errors import AnsweredBefore, AttemptStillOpen, ClassNeeded, ReasonNeeded, ReportedBefore
from quizzes.models import Attempt, ItemResponse, QuestionReport, Regrade
from quizzes.services.notices import tell_answered

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Verdict:
    """What an instructor says to a report: where it ends, in what words, and by which regrade if there was one."""

    state: QuestionReport.State
    text: str
    regrade: Regrade | None = None


def may_report(attempt: Attempt) -> bool:
    """Say whether a report would be read: a class of the course sees the attempt. Guests are in none."""
    places = Enrolment.objects.active().filter(user=attempt.student_id, role=Enrolment.Role.STUDENT)
    return places.filter(cohort__course=attempt.quiz.course_id).showing(attempt.started_at).exists()


def report_question(
    *, attempt_id: UUID, position: int, student: User, text: str, wants_regrade: bool, now: datetime
) -> QuestionReport:
    """Report a question of one's own finished attempt to the instructors of one's class.

    Raises AttemptStillOpen, ClassNeeded, ReasonNeeded without words, ReportedBefore while an earlier report of the same
    question waits, and ItemResponse.DoesNotExist, also for a question that a quiz which goes one way is not at.
    """
    own = ItemResponse.objects.select_related("attempt__quiz", "revision")
    response = own.get(attempt=attempt_id, attempt__student=student, position=position)
    if not response.attempt.is_finished:
        raise AttemptStillOpen if response.attempt.is_at_hand(position) else ItemResponse.DoesNotExist
    if not may_report(response.attempt):
        raise ClassNeeded
    if not text.strip():
        raise ReasonNeeded
    report = QuestionReport(revision=response.revision, response=response, student=student, reported_at=now)
    report.text, report.wants_regrade = text.strip(), wants_regrade
    try:
        with transaction.atomic():
            report.save()
    except IntegrityError:
        raise ReportedBefore from None
    return report


@transaction.atomic
def answer_report(*, report: QuestionReport, actor: User, verdict: Verdict, now: datetime) -> QuestionReport:
    """Answer a report, once. Raises AnsweredBefore, ReasonNeeded without words, ValueError for what is no answer."""
    reports = QuestionReport.objects.select_for_update(of=("self",)).select_related("response__attempt__quiz")
    locked = reports.get(pk=report.pk)
    if locked.state != QuestionReport.State.OPEN:
        raise AnsweredBefore
    if not verdict.text.strip():
        raise ReasonNeeded
    if verdict.state == QuestionReport.State.OPEN:
        raise ValueError("an answer closes a report")
    if verdict.regrade is not None and verdict.regrade.revision_id != locked.revision_id:
        raise ValueError("the regrade is of another question")
    locked.state, locked.answer, locked.regrade = verdict.state, verdict.text.strip(), verdict.regrade
    locked.answered_at, locked.answered_by = now, actor
    locked.save(update_fields=["state", "answer", "regrade", "answered_at", "answered_by"])
    tell_answered(locked, at=now)
    return locked
