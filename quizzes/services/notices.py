"""What students are told of: grades, regrades, answers to reports, time and dates. One call beside each deed.

No notice tells a mark, or which way it went: its link leads to the page that shows what may be shown by then.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from courses.models import InboxEntry
from courses.services.notices import Note, notify, with_accounts
from quizzes.models import Accommodation, Assignment, Attempt, QuestionReport, QuizOverride, WorkStanding

_KINDS = InboxEntry.Kind


def tell_graded(attempts: Iterable[Attempt], *, at: datetime) -> None:
    """Tell students that a person graded an answer of theirs. Wants the quiz of each."""
    notify(_KINDS.GRADED, [_about(attempt) for attempt in attempts], at=at)


def tell_regraded(attempts: Iterable[Attempt], *, at: datetime) -> None:
    """Tell the students of attempts that were marked again, with another result. Wants the quiz of each.

    A regrade may also reach readers without an account, who have no inbox.
    """
    listed = list(attempts)
    known = with_accounts(attempt.student_id for attempt in listed)
    notify(_KINDS.REGRADED, [_about(attempt) for attempt in listed if attempt.student_id in known], at=at)


def tell_time(attempt: Attempt, *, at: datetime) -> None:
    """Tell a student that a running attempt has more time."""
    notify(_KINDS.TIME, [_about(attempt)], at=at)


def tell_answered(report: QuestionReport, *, at: datetime) -> None:
    """Tell a student that their report of a question was answered."""
    attempt = report.response.attempt
    note = Note(report.student_id, report, attempt.quiz.title, attempt.get_absolute_url())
    notify(_KINDS.REPORT_ANSWERED, [note], at=at)


def tell_granted(grant: Accommodation | QuizOverride, *, at: datetime) -> None:
    """Tell a student that other dates or limits hold for them. The reason stays unsaid."""
    if isinstance(grant, QuizOverride):
        title, link = grant.quiz.title, grant.quiz.get_absolute_url()
    elif grant.course is not None:
        title, link = grant.course.title, grant.course.get_absolute_url()
    else:
        title, link = _("every course"), ""
    notify(_KINDS.DATES, [Note(grant.student_id, grant, title, link)], at=at)


def tell_dates(assignments: Iterable[Assignment], *, at: datetime) -> None:
    """Tell the students who have such work, and have not finished it, that it has other dates or limits."""
    rows = WorkStanding.objects.left_of_active().filter(assignment__in=[each.pk for each in assignments])
    notes = [Note(row.place.user_id, row, row.title, row.address) for row in rows.for_list()]
    notify(_KINDS.DATES, notes, at=at)


def _about(attempt: Attempt) -> Note:
    return Note(attempt.student_id, attempt, attempt.quiz.title, attempt.get_absolute_url())
