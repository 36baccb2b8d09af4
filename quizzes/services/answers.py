"""Answers that arrive: kept whatever becomes of them, counted once, never overwritten silently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction

from quizzes.domain.base import Answer, InvalidAnswer
from quizzes.domain.certainty import needs_level
from quizzes.errors import AttemptClosed, QuestionClosed
from quizzes.models import Attempt, ItemResponse, Quiz, SavedAnswer
from quizzes.models.saving import lock_response
from quizzes.services.attempts import takes_answers

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Outcome = SavedAnswer.Outcome
MOST_KEPT = 10
"""How many answers of one question are kept that do not count: late ones, those kept aside, those to a closed question;
so many of each."""


@dataclass(frozen=True)
class Sent:
    """An answer as it arrived, in the names of its paper; the number its page started from, the name of the save.

    `confidence` is None where it was not asked or not given.
    """

    raw: Answer
    sequence: int
    client_key: UUID
    confidence: int | None = None


@dataclass(frozen=True)
class Saved:
    """What became of an answer. When kept aside, `aside` is the row that holds it.

    `error` names the fields that could not be read, if there were any.
    """

    outcome: SavedAnswer.Outcome
    response: ItemResponse
    aside: SavedAnswer | None = None
    error: InvalidAnswer | None = None


class AnswerUnread(Exception):
    """An answer cannot be read, or not all of it. What can be is saved; `saved` says what counts now."""

    def __init__(self, saved: Saved, error: InvalidAnswer) -> None:
        super().__init__(str(error))
        self.saved, self.error = saved, error


def save_answer(*, attempt_id: UUID, position: int, student: User, sent: Sent, now: datetime) -> Saved:
    """Store an answer in an open attempt; every answer that arrives is kept, whatever becomes of it.

    Sent again, it changes nothing. Sent from a page that is behind, it is kept aside and the newer answer stays. Sent
    after the end, or to a question that is closed, it is kept and does not count; of those, the newest MOST_KEPT.

    Raises AnswerUnread, once what can be read is saved: a field that cannot be keeps the value it had. Raises
    ItemResponse.DoesNotExist when the student has no such question, or a quiz that goes one way is not at it.
    """
    saved = _save(attempt_id, position, student, sent, now)
    if saved.error is not None and saved.outcome == Outcome.TAKEN:
        raise AnswerUnread(saved, saved.error)
    return saved


@transaction.atomic
def _save(attempt_id: UUID, position: int, student: User, sent: Sent, now: datetime) -> Saved:
    response, has_that_save = lock_response(attempt_id, position, student, sent.client_key)
    if not (response.attempt.quiz.asks_confidence and response.revision.spec.is_scored):
        sent = replace(sent, confidence=None)
    answer, error = _read(response, sent)
    is_whole = error is not None and error.readable is None
    sends_nothing = response.is_over and sent.raw is None  # the fields of a closed question are disabled
    if is_whole or sends_nothing or (response.answer == answer and sent.confidence in (None, response.confidence)):
        return Saved(Outcome.TAKEN, response, error=error)
    if not response.attempt.is_at_hand(position):  # a save known from before, with another answer
        raise ItemResponse.DoesNotExist
    refused = _refusal(response, sent, now)
    if refused is not None:
        aside = _keep(response, answer, sent, refused, now, error)
        return Saved(Outcome(aside.outcome), response, aside, error)
    if has_that_save:
        sent = replace(sent, client_key=uuid4())
    take(response, _log(response, answer, sent, Outcome.TAKEN, now))
    return Saved(Outcome.TAKEN, response, error=error)


def _read(response: ItemResponse, sent: Sent) -> tuple[Answer, InvalidAnswer | None]:
    """Return the answer that would count, and what of the one that was sent cannot be read."""
    spec = response.revision.spec
    try:
        return spec.clean(spec.from_paper(sent.raw, response.order)), None
    except InvalidAnswer as error:
        return error.beside(response.answer), error


@transaction.atomic
def take_kept_answer(
    *, attempt_id: UUID, saved_id: int, student: User, client_key: UUID, now: datetime
) -> ItemResponse:
    """Make an answer that was kept aside the one that counts.

    Raises AttemptClosed, QuestionClosed and SavedAnswer.DoesNotExist.
    """
    attempt = _lock_open(attempt_id, student, now)
    kept = SavedAnswer.objects.select_related("response__revision").get(
        pk=saved_id, response__attempt=attempt_id, outcome=Outcome.ASIDE
    )
    response = kept.response
    response.attempt = attempt
    if not attempt.is_at_hand(response.position):
        raise SavedAnswer.DoesNotExist
    if response.is_over:
        raise QuestionClosed
    if response.client_key != client_key:
        if response.saved_answers.filter(client_key=client_key).exists():
            client_key = uuid4()  # chosen before, from a page that is shown again
        sent = Sent(kept.answer, response.sequence, client_key, kept.confidence)
        take(response, _log(response, kept.answer, sent, Outcome.TAKEN, now))
    return response


@transaction.atomic
def flag_response(*, attempt_id: UUID, position: int, student: User, is_flagged: bool, now: datetime) -> None:
    """Flag a question for a second look, or take the flag away.

    Raises AttemptClosed, and ItemResponse.DoesNotExist where no second look is to come: in a quiz that goes one way.
    """
    _lock_open(attempt_id, student, now)
    free = ItemResponse.objects.filter(attempt__quiz__navigation=Quiz.Navigation.FREE)
    if not free.filter(attempt=attempt_id, position=position).update(is_flagged=is_flagged):
        raise ItemResponse.DoesNotExist


@transaction.atomic
def move_on(*, attempt_id: UUID, student: User, past: int, now: datetime) -> int:
    """Leave a question of a one-way quiz for good; return the place the attempt has come to. Raises AttemptClosed."""
    attempt = _lock_open(attempt_id, student, now)
    if attempt.place == past and attempt.responses.filter(position__gt=past).exists():
        attempt.place = past + 1
        attempt.save(update_fields=["place"])
    return attempt.place


def _refusal(response: ItemResponse, sent: Sent, now: datetime) -> SavedAnswer.Outcome | None:
    """Return why an answer does not count, if it does not."""
    attempt = response.attempt
    if not takes_answers(attempt, now):
        return Outcome.LATE
    if response.is_over:
        return Outcome.OVER
    return Outcome.ASIDE if sent.sequence < response.sequence else None


def _lock_open(attempt_id: UUID, student: User, now: datetime) -> Attempt:
    """Lock an open attempt's row, so that answering and submitting take turns."""
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id, student=student)
    if not takes_answers(attempt, now):
        raise AttemptClosed
    return attempt


def _keep(
    response: ItemResponse,
    answer: Answer,
    sent: Sent,
    outcome: SavedAnswer.Outcome,
    now: datetime,
    error: InvalidAnswer | None,
) -> SavedAnswer:
    """Keep an answer that does not count now; the same save sent again finds the row it made before.

    A browser may go back to an old page and send another answer under the old name: that is a new save, so it gets a
    name of its own. Where as many are kept as may be, the oldest makes room.
    """
    before = response.saved_answers.filter(client_key=sent.client_key).first()
    if before is not None:
        is_same = before.answer == answer if error is None else error.matches(before.answer)
        if is_same and before.confidence == sent.confidence:
            return before
        sent = replace(sent, client_key=uuid4())
    alike = response.saved_answers.filter(outcome=outcome).order_by("-pk")
    if surplus := list(alike.values_list("pk", flat=True)[MOST_KEPT - 1 :]):
        response.saved_answers.filter(pk__in=surplus).delete()
    return _log(response, answer, sent, outcome, now)


def _log(
    response: ItemResponse, answer: Answer, sent: Sent, outcome: SavedAnswer.Outcome, now: datetime
) -> SavedAnswer:
    return SavedAnswer.objects.create(
        response=response,
        client_key=sent.client_key,
        sequence=sent.sequence,
        answer=answer,
        confidence=sent.confidence,
        outcome=outcome,
        saved_at=now,
    )


def take(response: ItemResponse, saved: SavedAnswer) -> None:
    """Make a saved answer the one that counts, as of when it came. The caller holds the row's lock."""
    response.answer, response.client_key, response.answered_at = saved.answer, saved.client_key, saved.saved_at
    response.sequence += 1
    fields = ["answer", "client_key", "answered_at", "is_complete", "sequence"]
    if saved.confidence is not None:
        response.confidence = saved.confidence
        fields.append("confidence")
    spec = response.revision.spec
    has_level = response.confidence is not None or not needs_level(response.attempt.quiz.confidence_rule, spec)
    response.is_complete = has_level and spec.is_complete(saved.answer)
    response.save(update_fields=fields)
