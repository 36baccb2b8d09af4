"""Marking one question of many papers again, and their totals by difference: the rest of a paper is not marked again.

What the other questions earn is added up by the database, in whole numbers: shares are stored to the millionth, points
to the hundredth. A share may be longer than that (a third), so a total is known to within half a millionth of what the
paper is worth. Where that could tip its rounding, the paper is marked in full; so totals are always those that marking
in full would give.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Count, Expression, F, Q, Sum
from django.db.models.functions import Cast, Round

from quizzes.domain.base import ZERO, Answer, points_earned
from quizzes.domain.regrading import Adjustment, Marked, rounded_surely, totals_of
from quizzes.models import Attempt, ItemResponse, Regrade
from quizzes.models.reach import Reach, reach_of
from quizzes.services.marking import (
    Basis,
    Judgement,
    judge,
    load_papers,
    mark_attempt,
    put_share,
    tries_of,
)

_SHARES, _POINTS = 10**6, 10**2
_HALF_A_STEP = Decimal("0.0000005")


@dataclass(frozen=True)
class Remarked:
    """A paper of which one question was marked again (nothing is saved), with what it had before."""

    attempt: Attempt
    response: ItemResponse
    score: Decimal | None
    possible: Decimal
    share: Decimal | None
    points: Decimal | None
    is_for_people: bool

    @property
    def is_changed(self) -> bool:
        """Say whether anything about the paper is another than before."""
        attempt, response = self.attempt, self.response
        was = (self.score, self.possible, self.share, self.points, self.is_for_people)
        return was != (attempt.score, attempt.max_score, response.share, response.points, response.is_for_people)


@dataclass(frozen=True)
class Rest:
    """What the other questions of a paper add up to, in whole numbers of the smallest step."""

    gained: int = 0
    lost: int = 0
    worth: int = 0
    points: int = 0


@dataclass(frozen=True)
class _Twice:
    """What one response rests on without a regrade and with it."""

    before: Basis
    after: Basis


def mark_question_again(attempts: Sequence[Attempt], regrade: Regrade) -> list[Remarked]:
    """Mark the question of a regrade again on submitted papers that hold it, and add up their totals.

    A regrade that was not saved yet counts as made last, one that was undone as gone. Put into the attempts and
    responses; nothing is saved. In five queries, and five more where a paper has to be marked in full.
    """
    keys = [attempt.pk for attempt in attempts]
    by_key = {attempt.pk: attempt for attempt in attempts}
    responses = list(_responses(keys, regrade).select_related("human_mark"))
    tries = tries_of(keys, regrade.revision_id) if any(each.quiz.is_checked_at_once for each in attempts) else {}
    reach = reach_of(Q(revision=regrade.revision_id), [attempt.student_id for attempt in attempts])
    rests = _rests(keys, regrade)
    done, unsure = [], []
    for response in responses:
        response.attempt, response.revision = by_key[response.attempt_id], regrade.revision
        attempt = response.attempt
        was = (attempt.score, attempt.max_score, response.share, response.points, response.is_for_people)
        basis = _twice(response, tries.get(response.pk, ()), reach, regrade)
        if not _put(attempt, response, basis, rests.get(attempt.pk, Rest())):
            unsure.append(attempt)
        done.append(Remarked(attempt, response, *was))
    _mark_in_full(unsure, {each.attempt.pk: each.response for each in done}, regrade)
    return done


def _responses(keys: Sequence[UUID], regrade: Regrade) -> Any:
    return ItemResponse.objects.filter(revision=regrade.revision_id, attempt__in=keys).order_by("attempt")


def _twice(response: ItemResponse, tries: Sequence[Answer], reach: Reach, regrade: Regrade) -> _Twice:
    before, after = _around(reach.on(response.revision_id, response.attempt), regrade)
    human = getattr(response, "human_mark", None)
    return _Twice(Basis(response, tries, before, human), Basis(response, tries, after, human))


def _around(in_force: Sequence[Regrade], regrade: Regrade) -> tuple[list[Adjustment], list[Adjustment]]:
    """Return what a question is marked by without a regrade, and with it; where it was undone, the other way round."""
    others = [each for each in in_force if each.pk != regrade.pk]
    whole = [*others, regrade]
    if regrade.pk is not None:
        whole.sort(key=lambda each: (each.made_at, each.pk))
    without, with_it = ([each.adjustment for each in listed] for listed in (others, whole))
    return (without, with_it) if regrade.undone_at is None else (with_it, without)


def _put(attempt: Attempt, response: ItemResponse, basis: _Twice, rest: Rest) -> bool:
    """Put what a response earns now into it and its attempt; say whether the total is sure."""
    worth, before, now = response.revision.points, _judged_before(response, basis), judge(basis.after, attempt.quiz)
    put_share(response, now)
    attempt.max_score += worth * (_counts(now) - _counts(before))
    attempt.unmarked_points += worth * (now.waits - before.waits)
    attempt.unmarked_count += now.waits - before.waits
    own = Marked(worth, now.share, now.waits)
    if attempt.rules == 1:
        points = Decimal(rest.points) / _POINTS + own.points
        attempt.raw_score, attempt.score = points, points_earned(Decimal(attempt.credit_percent) / 100, worth=points)
        return True
    earned = (now.share or ZERO) * worth
    gained, lost = (Decimal(part) / (_SHARES * _POINTS) for part in (rest.gained, rest.lost))
    totals = totals_of(gained + max(earned, ZERO), lost + min(earned, ZERO), credit_percent=attempt.credit_percent)
    error = Decimal(rest.worth) / _POINTS * _HALF_A_STEP
    raw, score = (rounded_surely(total, error=error) for total in totals)
    if raw is None or score is None:
        return False
    attempt.raw_score, attempt.score = raw, score
    return True


def _judged_before(response: ItemResponse, basis: _Twice) -> Judgement:
    """Return how a response stood; where it has no share, whether it waited for a person or did not count."""
    return judge(basis.before, response.attempt.quiz) if response.share is None else Judgement(response.share)


def _counts(judgement: Judgement) -> bool:
    return judgement.share is not None


def _mark_in_full(attempts: Sequence[Attempt], responses: dict[UUID, ItemResponse], regrade: Regrade) -> None:
    """Mark papers in full whose totals could round either way; what was put into them so far is overwritten."""
    if not attempts:
        return
    extra: dict[int, list[Adjustment]] = {regrade.revision_id: [regrade.adjustment]} if regrade.pk is None else {}
    papers = load_papers(attempts, extra=extra)
    for attempt in attempts:
        for response in mark_attempt(attempt, papers.bases.get(attempt.pk, ())):
            if response.revision_id == regrade.revision_id:
                own = responses[attempt.pk]
                own.share, own.points, own.is_for_people = response.share, response.points, response.is_for_people


def _rests(keys: Sequence[UUID], regrade: Regrade) -> dict[UUID, Rest]:
    """Return, for each paper, what its other questions add up to, in one query."""
    others = ItemResponse.objects.filter(attempt__in=keys, share__isnull=False).order_by()
    others = others.exclude(revision=regrade.revision_id)
    share, worth = _whole("share", _SHARES), _whole("revision__points", _POINTS)
    summed = others.values("attempt").annotate(
        gained=Sum(share * worth, filter=Q(share__gt=0)),
        lost=Sum(share * worth, filter=Q(share__lt=0)),
        worth=Sum(worth),
        earned=Sum(_whole("points", _POINTS)),
        n=Count("pk"),
    )
    rows = summed.values_list("attempt", "gained", "lost", "worth", "earned")
    return {key: Rest(gained or 0, lost or 0, worth or 0, points or 0) for key, gained, lost, worth, points in rows}


def _whole(name: str, steps: int) -> Expression:
    """Return a decimal column as a whole number of its smallest step, which databases add up exactly."""
    return Cast(Round(F(name) * steps), BigIntegerField())
