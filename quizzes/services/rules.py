"""Adding attempts up by other rules than those of the day they were submitted: on purpose, previewed, and undone."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.models import Deed
from courses.services.audit import record
from quizzes.domain.base import RULES
from quizzes.errors import MarksMoved, ReasonNeeded
from quizzes.models import Attempt
from quizzes.models.attempts import AttemptQuerySet
from quizzes.services.marking import load_papers, mark_attempt
from quizzes.services.notices import tell_regraded
from quizzes.services.record import Cause, Event
from quizzes.services.regrading import Preview, change_of, remark_attempts

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def preview_rules(attempts: AttemptQuerySet) -> Preview:
    """Return what the newest rules would do to attempts added up by older ones. Nothing is written."""
    listed = list(attempts.of_older_rules().select_related("quiz", "student__name_order").order_by("student", "number"))
    before = {attempt.pk: (attempt.score, attempt.max_score) for attempt in listed}
    papers = load_papers(listed)
    for attempt in listed:
        attempt.rules = RULES
        mark_attempt(attempt, papers.bases.get(attempt.pk, ()))
    return Preview([change_of(attempt, *before[attempt.pk]) for attempt in listed])


@transaction.atomic
def adopt_rules(*, attempts: AttemptQuerySet, actor: User, reason: str, now: datetime, expected: str) -> Preview:
    """Add attempts of older rules up by the newest; each changed mark is in the record.

    `expected` is the fingerprint of the preview that was confirmed. Raises ReasonNeeded, and MarksMoved when something
    else would happen than the preview showed; then nothing is changed.
    """
    locked = _locked(attempts.of_older_rules())
    for attempt in locked:
        attempt.rules = RULES
    done = _remark(locked, Cause(actor, now, reason))
    if done.fingerprint != expected:
        raise MarksMoved
    _record(Deed.RULES_ADOPTED, actor, locked, done, now)
    tell_regraded([change.attempt for change in done.changed], at=now)
    return done


@transaction.atomic
def restore_rules(*, attempts: AttemptQuerySet, actor: User, reason: str, now: datetime) -> Preview:
    """Add attempts up by the rules they were submitted under again, which undoes `adopt_rules`. Raises ReasonNeeded."""
    locked = _locked(attempts.of_changed_rules())
    for attempt in locked:
        attempt.rules = attempt.submitted_rules
    done = _remark(locked, Cause(actor, now, reason))
    _record(Deed.RULES_RESTORED, actor, locked, done, now)
    tell_regraded([change.attempt for change in done.changed], at=now)
    return done


def _record(deed: Deed, actor: User, attempts: list[Attempt], done: Preview, now: datetime) -> None:
    """Record it once for each quiz whose attempts were concerned."""
    changed = [change.attempt.quiz_id for change in done.changed]
    for quiz in {attempt.quiz_id: attempt.quiz for attempt in attempts}.values():
        record(actor, deed, quiz, at=now, course=quiz.course_id, changed=changed.count(quiz.pk))


def _locked(attempts: AttemptQuerySet) -> list[Attempt]:
    rows = Attempt.objects.filter(pk__in=attempts.order_by().values("pk")).select_related("quiz")
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _remark(attempts: list[Attempt], cause: Cause) -> Preview:
    if not cause.reason.strip():
        raise ReasonNeeded
    return remark_attempts(attempts, cause, Event.RULES)
