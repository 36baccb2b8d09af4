"""Putting marks right: see what a regrade would change, make it, undo it. Every changed mark is in the record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import mean
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from courses.models import Cohort, Deed
from courses.models.bulk import update_rows
from courses.services.audit import record_in_classes
from quizzes.errors import MarksMoved, ReasonNeeded
from quizzes.models import Attempt, AttemptEvent, ItemResponse, Quiz, Regrade
from quizzes.models.attempts import AttemptQuerySet
from quizzes.models.reach import reached_in
from quizzes.models.switching import TOTALS
from quizzes.services.attempts import MARKED_FIELDS
from quizzes.services.differences import Remarked, mark_question_again
from quizzes.services.marking import MARKS, Papers, load_papers, mark_attempt
from quizzes.services.notices import tell_regraded
from quizzes.services.record import Cause, Event, event
from quizzes.services.self_grading import add_up_again
from quizzes.services.standing import follow_attempts

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Change:
    """What a regrade does to one attempt: its points and what they are out of, before and after."""

    attempt: Attempt
    score_before: Decimal
    score_after: Decimal
    possible_before: Decimal
    possible_after: Decimal

    @property
    def direction(self) -> str:
        """Return `up`, `down` or `same`, by share of what was possible, then by points."""
        before = (_share(self.score_before, self.possible_before), self.score_before)
        after = (_share(self.score_after, self.possible_after), self.score_after)
        return "same" if after == before else "up" if after > before else "down"


@dataclass(frozen=True)
class Preview:
    """What a regrade would do: each attempt it touches, the counts and the mean before and after."""

    changes: Sequence[Change]

    def count(self, direction: str) -> int:
        """Return how many attempts go that way."""
        return sum(change.direction == direction for change in self.changes)

    @property
    def changed(self) -> list[Change]:
        """Return the attempts whose result would be another."""
        return [change for change in self.changes if change.direction != "same"]

    @property
    def fingerprint(self) -> str:
        """Return a name for exactly these changes: confirming a preview does what it showed, or is refused."""
        rows = sorted(
            f"{change.attempt.pk} {change.score_before}/{change.possible_before} "
            f"{change.score_after}/{change.possible_after}"
            for change in self.changes
        )
        return hashlib.sha256("\n".join(rows).encode()).hexdigest()

    @property
    def mean_before(self) -> Decimal | None:
        """Return the mean score before, in points; None without attempts."""
        return _mean([change.score_before for change in self.changes])

    @property
    def mean_after(self) -> Decimal | None:
        """Return the mean score after, in points; None without attempts."""
        return _mean([change.score_after for change in self.changes])


def preview_regrade(regrade: Regrade, *, cohorts: Sequence[Cohort] | None = None) -> Preview:
    """Return what a regrade that is not saved yet would do, in these classes or (None) in all. Nothing is written."""
    submitted = holders(regrade, cohorts).submitted().select_related("student__name_order")
    attempts = with_quizzes(submitted.order_by("student", "number"))
    return _preview_of(attempts, mark_question_again(attempts, regrade))


def _preview_of(attempts: Sequence[Attempt], done: Sequence[Remarked]) -> Preview:
    """Return what was done to papers, in the order in which they were asked for."""
    by_key = {each.attempt.pk: each for each in done}
    listed = [by_key[attempt.pk] for attempt in attempts]
    return Preview([change_of(each.attempt, each.score, each.possible) for each in listed])


def with_quizzes(rows: AttemptQuerySet) -> list[Attempt]:
    """Return attempts, those at one quiz with the same quiz: its settings are read once and not for every paper."""
    attempts = list(rows)
    quizzes = Quiz.objects.in_bulk({attempt.quiz_id for attempt in attempts})
    for attempt in attempts:
        attempt.quiz = quizzes[attempt.quiz_id]
    return attempts


@transaction.atomic
def make_regrade(
    *, regrade: Regrade, now: datetime, expected: str | None = None, cohorts: Sequence[Cohort] | None = None
) -> Preview:
    """Save a regrade and mark the papers that hold its revision again: those of these classes, or (None) all.

    `expected` is the fingerprint of the preview that was confirmed. Raises ReasonNeeded, and MarksMoved when it would
    now do something else than the preview showed; then nothing is changed.
    """
    if not regrade.reason.strip():
        raise ReasonNeeded
    regrade.made_at, regrade.is_for_all = now, cohorts is None
    regrade.save()
    regrade.cohorts.set(cohorts or ())
    done = _remark(regrade, Cause(regrade.actor, now, regrade.reason, regrade), Event.REGRADED, cohorts)
    if expected is not None and done.fingerprint != expected:
        raise MarksMoved
    record_regrade(Deed.REGRADED, regrade.actor, regrade, cohorts, changed=len(done.changed), now=now)
    tell_regraded([change.attempt for change in done.changed], at=now)
    return done


@transaction.atomic
def undo_regrade(*, regrade: Regrade, actor: User, reason: str, now: datetime) -> Preview:
    """Take a regrade back: marks become what they are without it, bit for bit. Undone before, it stays undone."""
    if not reason.strip():
        raise ReasonNeeded
    locked = Regrade.objects.select_for_update(of=("self",)).select_related("revision__item").get(pk=regrade.pk)
    if locked.undone_at is not None:
        return Preview([])
    locked.undone_at, locked.undone_by = now, actor
    locked.save(update_fields=["undone_at", "undone_by"])
    cohorts = None if locked.is_for_all else list(locked.cohorts.all())
    done = _remark(locked, Cause(actor, now, reason, locked), Event.UNDONE, cohorts)
    record_regrade(Deed.REGRADE_UNDONE, actor, locked, cohorts, changed=len(done.changed), now=now)
    tell_regraded([change.attempt for change in done.changed], at=now)
    return done


def record_regrade(
    deed: Deed, actor: User, regrade: Regrade, cohorts: Sequence[Cohort] | None, *, changed: int, now: datetime
) -> None:
    """Put into the audit that a regrade was made or undone, and how many results it changed."""
    about = {"course": regrade.revision.item.course_id, "revision": regrade.revision_id, "fix": regrade.fix}
    record_in_classes(actor, deed, regrade, cohorts, at=now, **about, changed=changed)


def _remark(regrade: Regrade, cause: Cause, kind: AttemptEvent.Kind, cohorts: Sequence[Cohort] | None) -> Preview:
    """Mark the papers again that hold the revision and that the regrade reaches.

    Those that are open are locked too: one that is being submitted is waited for, and one that is submitted next knows
    the regrade.
    """
    rows = holders(regrade, cohorts).select_for_update(of=("self",)).order_by("pk")
    attempts = [each for each in with_quizzes(rows) if each.state == Attempt.State.SUBMITTED]
    done = mark_question_again(attempts, regrade)
    save_remarked([each for each in done if each.is_changed], cause, kind)
    return _preview_of(attempts, done)


def save_remarked(done: Sequence[Remarked], cause: Cause, kind: AttemptEvent.Kind) -> None:
    """Save papers of which one question was marked again, and record each mark that changed."""
    update_rows([each.response for each in done], MARKS)
    update_rows([each.attempt for each in done], TOTALS)
    events = []
    for each in done:
        attempt, response = each.attempt, each.response
        if response.points != each.points:
            points = (each.points, response.points)
            events.append(event(attempt, kind, cause, points=points, response=response))
        if attempt.score != each.score:
            events.append(event(attempt, kind, cause, points=(each.score, attempt.score)))
    AttemptEvent.objects.bulk_create(events, batch_size=500)
    follow_attempts(each.attempt for each in done)


def remark_attempts(attempts: list[Attempt], cause: Cause, kind: AttemptEvent.Kind) -> Preview:
    """Mark submitted attempts again and record each mark that changed; an open one is marked when it is submitted."""
    return remark_each(attempts, {attempt.pk: cause for attempt in attempts}, kind)


def remark_each(attempts: list[Attempt], causes: Mapping[UUID, Cause], kind: AttemptEvent.Kind) -> Preview:
    """Mark submitted attempts again, each for a cause of its own."""
    submitted = [attempt for attempt in attempts if attempt.state == Attempt.State.SUBMITTED]
    before = {attempt.pk: (attempt.score, attempt.max_score) for attempt in submitted}
    papers = load_papers(submitted)
    points = {basis.response.pk: basis.response.points for bases in papers.bases.values() for basis in bases}
    events = [each for attempt in submitted for each in _remarked(attempt, papers, points, causes[attempt.pk], kind)]
    responses = [basis.response for attempt in submitted for basis in papers.bases.get(attempt.pk, ())]
    update_rows(responses, MARKS)
    update_rows(submitted, MARKED_FIELDS)
    AttemptEvent.objects.bulk_create(events)
    follow_attempts(submitted)
    add_up_again(submitted)
    return Preview([change_of(attempt, *before[attempt.pk]) for attempt in submitted])


def _remarked(
    attempt: Attempt,
    papers: Papers,
    points: dict[int, Decimal | None],
    cause: Cause,
    kind: AttemptEvent.Kind,
) -> list[AttemptEvent]:
    score = attempt.score
    responses = mark_attempt(attempt, papers.bases.get(attempt.pk, ()))
    changed = [response for response in responses if response.points != points[response.pk]]
    events = [
        event(attempt, kind, cause, points=(points[response.pk], response.points), response=response)
        for response in changed
    ]
    if attempt.score != score:
        events.append(event(attempt, kind, cause, points=(score, attempt.score)))
    return events


def holders(regrade: Regrade, cohorts: Sequence[Cohort] | None) -> AttemptQuerySet:
    """Return the attempts whose papers hold the question of a regrade, in these classes or (None) in all."""
    holders = ItemResponse.objects.filter(revision=regrade.revision_id).values("attempt")
    made_at = regrade.made_at or timezone.now()
    reached = Attempt.objects.all() if cohorts is None else reached_in(cohorts, made_at=made_at)
    return reached.filter(pk__in=holders)


def change_of(attempt: Attempt, score: Decimal | None, possible: Decimal) -> Change:
    """Return what became of an attempt that had a score, out of what was possible, before it was marked again."""
    nothing = Decimal(0)
    return Change(attempt, score or nothing, attempt.score or nothing, possible, attempt.max_score)


def _share(score: Decimal, possible: Decimal) -> Decimal:
    return score / possible if possible else Decimal(0)


def _mean(scores: Sequence[Decimal]) -> Decimal | None:
    return mean(scores) if scores else None
