"""Regrading many papers: worked out in chunks that hold nobody up, then put into force all at once.

Each chunk is read and marked outside any transaction, and what it gives is staged in a short one. Only the last, short
transaction shows anything: it makes the regrade, copies what was staged and records it. What happened meanwhile (papers
handed in, marks given by people, classes joined) is seen there, and those papers are marked again in it or, where there
are many, in chunks once more. A run whose worker was killed goes on where it stopped with the next one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from courses.models import Cohort, Deed
from quizzes.domain.base import ZERO
from quizzes.errors import MarksMoved, NotUnderWay, ReasonNeeded, RegradeUnderWay
from quizzes.models import Attempt, Regrade, RegradeRun, StagedMark
from quizzes.models.attempts import AttemptQuerySet
from quizzes.models.runs import decision_of
from quizzes.models.switching import put_into_force
from quizzes.services.differences import Remarked, mark_question_again
from quizzes.services.notices import tell_regraded
from quizzes.services.record import Cause, Event
from quizzes.services.regrading import change_of, holders, preview_regrade, record_regrade, save_remarked, with_quizzes
from quizzes.services.self_grading import add_up_again
from quizzes.services.standing import follow_attempts

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 200
"""A regrade of more papers than this is worked out apart; so many papers are a chunk."""
State = RegradeRun.State


def is_large(regrade: Regrade, cohorts: Sequence[Cohort] | None) -> bool:
    """Say whether a regrade concerns so many papers that it is worked out apart."""
    return holders(regrade, cohorts).submitted()[: MOST_AT_ONCE + 1].count() > MOST_AT_ONCE


def begin_regrade(
    *, regrade: Regrade, now: datetime, expected: str | None = None, cohorts: Sequence[Cohort] | None = None
) -> RegradeRun:
    """Ask for a regrade to be worked out. Nothing shows before it is done.

    `expected` is the fingerprint of the preview that was confirmed. Raises ReasonNeeded, MarksMoved when it would now
    do something else, and RegradeUnderWay when another regrade of the question is being worked out.
    """
    if not regrade.reason.strip():
        raise ReasonNeeded
    if expected is not None and preview_regrade(regrade, cohorts=cohorts).fingerprint != expected:
        raise MarksMoved
    reach = None if cohorts is None else [cohort.pk for cohort in cohorts]
    run = RegradeRun(revision=regrade.revision, decision=decision_of(regrade), reach=reach, actor=regrade.actor)
    return _begin(run, regrade.reason, cohorts, now)


def begin_undo(*, regrade: Regrade, actor: User, reason: str, now: datetime) -> RegradeRun:
    """Ask for a regrade to be taken back. Nothing shows before that is done. Raises as `begin_regrade`."""
    if not reason.strip():
        raise ReasonNeeded
    cohorts = None if regrade.is_for_all else list(regrade.cohorts.all())
    reach = None if cohorts is None else [cohort.pk for cohort in cohorts]
    run = RegradeRun(revision=regrade.revision, undone=regrade, reach=reach, actor=actor)
    return _begin(run, reason, cohorts, now)


def _begin(run: RegradeRun, reason: str, cohorts: Sequence[Cohort] | None, now: datetime) -> RegradeRun:
    run.reason, run.asked_at, run.beat_at = reason, now, now
    run.based_on = _in_force(run)
    run.paper_count = holders(run.regrade_at(now), cohorts).submitted().count()
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:
        raise RegradeUnderWay from None
    return run


@transaction.atomic
def cancel_run(*, run: RegradeRun, now: datetime) -> None:
    """Stop a run; nothing of it ever shows. Raises NotUnderWay when it is over."""
    locked = _locked(run.pk)
    if locked is None:
        raise NotUnderWay
    _end(locked, State.CANCELLED, now)


def work_on_runs() -> int:
    """Work out every regrade that was asked for, until it is done or was cancelled; return how many were ended."""
    return sum(_work(run) for run in RegradeRun.objects.to_work_on())


def forget_runs(*, before: datetime) -> int:
    """Delete what is known of runs that were over before a moment; the regrades stay. Return how many rows."""
    return RegradeRun.objects.ended_before(before).delete()[0]


def _work(run: RegradeRun) -> bool:
    try:
        while step(run.pk, now=timezone.now()):
            pass
    except (InterfaceError, OperationalError):  # the database is away, or busy: the next round goes on
        raise
    except Exception:
        logger.exception("Regrade %s could not be worked out.", run.pk)
        with transaction.atomic():
            locked = _locked(run.pk)
            if locked is not None:
                _end(locked, State.FAILED, timezone.now())
    return True


def step(run_id: int, *, now: datetime) -> bool:
    """Work out one more chunk, or put all into force when there is none; say whether something is left to do.

    Once the results are in force, classes follow chunk by chunk, so that no step holds the database for long.
    """
    run = RegradeRun.objects.working().select_related("revision__item", "undone", "actor").filter(pk=run_id).first()
    if run is None:
        return _follow(run_id)
    staged = StagedMark.objects.filter(run=run, attempt=OuterRef("pk"))
    left = holders(run.regrade_at(now), run.cohorts()).submitted().exclude(Exists(staged))
    attempts = with_quizzes(left.order_by("pk")[:MOST_AT_ONCE])
    if not attempts:
        return _switch(run_id, now)
    rows = [_staged(run, each) for each in mark_question_again(attempts, run.regrade_at(now))]
    with transaction.atomic():
        locked = _locked(run_id)
        if locked is None:
            return False
        StagedMark.objects.bulk_create(rows, ignore_conflicts=True)
        locked.done_count = StagedMark.objects.filter(run=locked).count()
        locked.paper_count = max(locked.paper_count, locked.done_count)
        locked.beat_at = now
        locked.save(update_fields=["done_count", "paper_count", "beat_at"])
    return True


@transaction.atomic
def _switch(run_id: int, now: datetime) -> bool:
    """Put what was staged into force, unless too much has moved; say whether something is left to do."""
    run = _locked(run_id)
    if run is None:
        return False
    if run.undone is not None and run.undone.undone_at is not None:  # undone already, in another way
        _end(run, State.CANCELLED, now)
        return False
    if _in_force(run) != run.based_on:  # another regrade of the question was made or undone: what was staged is void
        StagedMark.objects.filter(run=run).delete()
        run.based_on, run.done_count, run.beat_at = _in_force(run), 0, now
        run.save(update_fields=["based_on", "done_count", "beat_at"])
        return True
    regrade, cohorts = run.regrade_at(now), run.cohorts()
    moved = _moved(run, holders(regrade, cohorts))
    StagedMark.objects.filter(run=run, attempt__in=moved).delete()
    left = [key for key in moved if moved[key]]
    if len(left) > MOST_AT_ONCE:
        return True
    _decide(run, regrade, cohorts)
    kind = Event.REGRADED if run.undone is None else Event.UNDONE
    late = with_quizzes(Attempt.objects.filter(pk__in=left).order_by("pk"))
    remarked = mark_question_again(late, regrade)
    cause = Cause(run.actor, now, run.reason, regrade)
    save_remarked([each for each in remarked if each.is_changed], cause, kind)
    put_into_force(run, regrade, kind, now=now)
    staged = Attempt.objects.filter(pk__in=run.staged.filter(has_other_result=True).values("attempt"))
    others = [*with_quizzes(staged), *(each.attempt for each in remarked if _change(each).direction != "same")]
    tell_regraded(others, at=now)
    run.changed_count = len(others)
    deed = Deed.REGRADED if run.undone is None else Deed.REGRADE_UNDONE
    record_regrade(deed, run.actor, regrade, cohorts, changed=run.changed_count, now=now)
    _end(run, State.DONE, now)
    return True


@transaction.atomic
def _follow(run_id: int) -> bool:
    """Bring the standings of a chunk of what a finished run changed up to date; say whether there was one."""
    rows = list(StagedMark.objects.filter(run=run_id, run__state=State.DONE).order_by("pk")[:MOST_AT_ONCE])
    changed = list(Attempt.objects.filter(pk__in=[row.attempt_id for row in rows]).order_by("pk"))
    follow_attempts(changed)
    add_up_again(changed)
    StagedMark.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return bool(rows)


def _moved(run: RegradeRun, reached: AttemptQuerySet) -> dict[UUID, bool]:
    """Return the papers that are not as they were staged, each with whether it has to be marked now.

    All that the regrade reaches are locked, those that are open too: one that is being submitted is waited for.
    """
    states = dict(reached.select_for_update().order_by("pk").values_list("pk", "state"))
    names = ("attempt__score", "attempt__max_score", "response__share", "response__points")
    before = ("score_before", "possible_before", "share_before", "points_before")
    staged = {row[0]: row[1:] for row in StagedMark.objects.filter(run=run).values_list("attempt", *names, *before)}
    submitted = {key for key, state in states.items() if state == Attempt.State.SUBMITTED}
    moved = {key: True for key in submitted if key not in staged or staged[key][:4] != staged[key][4:]}
    return moved | {key: False for key in staged if key not in submitted}


def _decide(run: RegradeRun, regrade: Regrade, cohorts: Sequence[Cohort] | None) -> None:
    if run.undone is not None:
        regrade.save(update_fields=["undone_at", "undone_by"])
        return
    regrade.save()
    regrade.cohorts.set(cohorts or ())


def _in_force(run: RegradeRun) -> list[int]:
    """Return the regrades in force of the question, but for the one that is to be undone."""
    found = Regrade.objects.in_force().filter(revision=run.revision_id).values_list("pk", flat=True)
    return [pk for pk in found if pk != run.undone_id]


def _locked(run_id: int) -> RegradeRun | None:
    rows = RegradeRun.objects.working().select_for_update(of=("self",))
    return rows.select_related("revision__item", "undone", "actor").filter(pk=run_id).first()


def _end(run: RegradeRun, state: RegradeRun.State, now: datetime) -> None:
    """End a run. What a finished one changed stays listed until classes have followed it."""
    staged = StagedMark.objects.filter(run=run)
    (staged.filter(has_other_result=False) if state is State.DONE else staged).delete()
    run.state, run.ended_at, run.beat_at = state, now, now
    run.save(update_fields=["state", "ended_at", "beat_at", "changed_count"])


def _change(each: Remarked) -> Any:
    return change_of(each.attempt, each.score, each.possible)


def _staged(run: RegradeRun, each: Remarked) -> StagedMark:
    attempt, response = each.attempt, each.response
    return StagedMark(
        run=run,
        attempt=attempt,
        response=response,
        score_before=each.score or ZERO,
        possible_before=each.possible,
        share_before=each.share,
        points_before=each.points,
        raw_score=attempt.raw_score or ZERO,
        score=attempt.score or ZERO,
        max_score=attempt.max_score,
        unmarked_count=attempt.unmarked_count,
        unmarked_points=attempt.unmarked_points,
        share=response.share,
        points=response.points,
        is_for_people=response.is_for_people,
        is_changed=each.is_changed,
        has_other_points=response.points != each.points,
        has_other_score=attempt.score != each.score,
        has_other_result=_change(each).direction != "same",
    )
