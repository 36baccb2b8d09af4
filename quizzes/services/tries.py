"""Questions marked while the attempt is open: checking an answer, asking for a hint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from quizzes.domain.base import ONE, ZERO, points_earned
from quizzes.domain.behaviour import Behaviour, Standing, is_new_try, standing
from quizzes.domain.standing import STUCK_TRIES
from quizzes.errors import AttemptClosed, HintAfterTry, NoHintLeft, NothingToCheck, QuestionClosed
from quizzes.models import Attempt, ItemResponse, Quiz, Try
from quizzes.services.attempts import takes_answers
from quizzes.services.marking import Basis, basis_of, earned_by, raw_shares
from quizzes.services.standing import follow_attempts

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Checked:
    """Where a question stands after an answer was checked; `is_new` is false when the same had been tried before."""

    response: ItemResponse
    standing: Standing
    is_new: bool


@transaction.atomic
def check_answer(*, attempt_id: UUID, position: int, student: User, now: datetime) -> Checked:
    """Mark the answer a question holds now, as one more try.

    An answer equal to an earlier try costs nothing and changes nothing. Raises NothingToCheck, QuestionClosed,
    AttemptClosed and ItemResponse.DoesNotExist.
    """
    basis = _lock(attempt_id, position, student, now)
    response, quiz = basis.response, basis.response.attempt.quiz
    if response.answer is None:
        raise NothingToCheck
    if not is_new_try(basis.spec, response.answer, basis.tries):
        return Checked(response, standing_of(basis, quiz), is_new=False)
    Try.objects.create(
        response=response,
        number=len(basis.tries) + 1,
        answer=response.answer,
        hints_shown=response.hints_shown,
        tried_at=now,
    )
    after = Basis(response, [*basis.tries, response.answer], basis.adjustments)
    stands = _store(after, quiz)
    if len(after.tries) >= STUCK_TRIES:
        follow_attempts([response.attempt])
    return Checked(response, stands, is_new=True)


@transaction.atomic
def show_hint(*, attempt_id: UUID, position: int, student: User, now: datetime) -> ItemResponse:
    """Show the next hint of a question; it is remembered, and may cost what the quiz says.

    Raises HintAfterTry where each wrong try gives one, NoHintLeft, QuestionClosed, AttemptClosed and
    ItemResponse.DoesNotExist.
    """
    basis = _lock(attempt_id, position, student, now)
    response = basis.response
    if response.attempt.quiz.behaviour == Behaviour.INTERACTIVE:
        raise HintAfterTry
    if response.hints_shown >= len(basis.spec.hints):
        raise NoHintLeft
    response.hints_shown += 1
    response.save(update_fields=["hints_shown"])
    _store(basis, response.attempt.quiz)
    return response


def standing_of(basis: Basis, quiz: Quiz) -> Standing:
    """Return where a question stands after its tries so far."""
    raws = [ZERO if share is None else share for share in raw_shares(basis, basis.tries)]
    found = standing(quiz.try_rules, raws, hints=len(basis.spec.hints), hints_shown=basis.response.hints_shown)
    return Standing(earned_by(basis, quiz, basis.tries) or ZERO, found.tries_left, found.is_over)


def visible_hints(basis: Basis, quiz: Quiz) -> tuple[str, ...]:
    """Return the hints a student may read now: under interactive, one for each wrong try; else those asked for."""
    hints = basis.spec.hints
    if quiz.behaviour == Behaviour.INTERACTIVE:
        return hints[: len(basis.tries)] if ONE not in raw_shares(basis, basis.tries) else ()
    return hints[: basis.response.hints_shown]


def _store(basis: Basis, quiz: Quiz) -> Standing:
    response, found = basis.response, standing_of(basis, quiz)
    response.share, response.is_over = found.share, found.is_over
    response.points = points_earned(found.share, worth=response.revision.points)
    response.save(update_fields=["share", "points", "is_over"])
    return found


def _lock(attempt_id: UUID, position: int, student: User, now: datetime) -> Basis:
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=attempt_id, student=student)
    if not takes_answers(attempt, now):
        raise AttemptClosed
    responses = ItemResponse.objects.at_hand().select_related("revision__item").select_for_update(of=("self",))
    response = responses.get(attempt=attempt, position=position)
    if response.is_over or not attempt.quiz.is_checked_at_once or not response.revision.spec.is_machine_marked:
        raise QuestionClosed
    response.attempt = attempt
    return basis_of(response)
