"""Answers that arrive: kept whatever becomes of them, counted once, never overwritten silently."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery

from quizzes.domain.base import Answer
from quizzes.domain.certainty import needs_level
from quizzes.domain.kinds import AnySpec
from quizzes.errors import AttemptClosed, QuestionClosed
from quizzes.models import Attempt, ItemResponse, Quiz, SavedAnswer
from quizzes.services.attempts import takes_answers

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Outcome = SavedAnswer.Outcome


@dataclass(frozen=True)
class Sent:
    """An answer as it arrived: how to read it, the number its page started from, the browser's name for the save.

    `confidence` is None where it was not asked or not given.
    """

    read: Callable[[AnySpec, list[str]], Answer]
    sequence: int
    client_key: UUID
    confidence: int | None = None


@dataclass(frozen=True)
class Tally:
    """How far a paper is: its questions, those answered in full, those flagged."""

    count: int
    answered_count: int
    flagged_count: int


@dataclass(frozen=True)
class Saved:
    """What became of an answer, and how far the paper is now. When kept aside, `aside` is the row that holds it."""

    outcome: SavedAnswer.Outcome
    response: ItemResponse
    tally: Tally
    aside: SavedAnswer | None = None


@transaction.atomic
def save_answer(*, attempt_id: UUID, position: int, student: User, sent: Sent, now: datetime) -> Saved:
    """Store an answer in an open attempt; every answer that arrives is kept, whatever becomes of it.

    Sent again, it changes nothing. Sent from a page that is behind, it is kept aside and the newer answer stays. Sent
    after the end, or to a question that is closed, it is kept and does not count. Raises InvalidAnswer (nothing is
    stored, the page keeps what was typed) and ItemResponse.DoesNotExist when the student has no such question.
    """
    response = _lock_response(attempt_id, position, student, sent.client_key)
    if not response.attempt.quiz.asks_confidence:
        sent = replace(sent, confidence=None)
    tally = Tally(response.paper_count, response.answered_count, response.flagged_count)  # type: ignore[attr-defined]
    answer = sent.read(response.revision.spec, response.order)
    if response.answer == answer and sent.confidence in (None, response.confidence):
        return Saved(Outcome.TAKEN, response, tally)
    refused = _refusal(response, sent, now)
    if refused is not None:
        return _keep(response, tally, answer, sent, refused, now)
    if response.has_that_save:  # type: ignore[attr-defined]  # annotated
        sent = replace(sent, client_key=uuid4())
    _log(response, answer, sent, Outcome.TAKEN, now)
    was_complete = response.is_complete
    take(response, answer, sent, now)
    answered = tally.answered_count + response.is_complete - was_complete
    return Saved(Outcome.TAKEN, response, replace(tally, answered_count=answered))


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
    response, answer = kept.response, kept.answer
    response.attempt = attempt
    if response.is_over or _is_passed(attempt, response.position):
        raise QuestionClosed
    if response.client_key != client_key:
        if response.saved_answers.filter(client_key=client_key).exists():
            client_key = uuid4()  # chosen before, from a page that is shown again
        sent = Sent(lambda _spec, _order: answer, response.sequence, client_key, kept.confidence)
        _log(response, answer, sent, Outcome.TAKEN, now)
        take(response, answer, sent, now)
    return response


@transaction.atomic
def flag_response(*, attempt_id: UUID, position: int, student: User, is_flagged: bool, now: datetime) -> None:
    """Flag a question for a second look, or take the flag away. Raises AttemptClosed."""
    _lock_open(attempt_id, student, now)
    ItemResponse.objects.filter(attempt=attempt_id, position=position).update(is_flagged=is_flagged)


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
    if response.is_over or _is_passed(attempt, response.position):
        return Outcome.OVER
    return Outcome.ASIDE if sent.sequence < response.sequence else None


def _is_passed(attempt: Attempt, position: int) -> bool:
    """Say whether a one-way quiz has not come to a question, or has left it."""
    return attempt.quiz.navigation == Quiz.Navigation.ONE_WAY and position != attempt.place


def _lock_open(attempt_id: UUID, student: User, now: datetime) -> Attempt:
    """Lock an open attempt's row, so that answering and submitting take turns."""
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id, student=student)
    if not takes_answers(attempt, now):
        raise AttemptClosed
    return attempt


def _lock_response(attempt_id: UUID, position: int, student: User, client_key: UUID) -> ItemResponse:
    """Lock a response and its attempt, in one query with all that saving needs to know.

    The attempt is locked first, as submitting does, so that the two cannot wait for each other. PostgreSQL reads only
    rows locked by name anew after waiting, so the response is named besides its attempt.
    """
    saves = SavedAnswer.objects.filter(response=OuterRef("pk"), client_key=client_key)
    paper = ItemResponse.objects.filter(attempt=attempt_id).order_by().values("attempt")
    responses = ItemResponse.objects.filter(attempt=attempt_id, attempt__student=student, position=position)
    responses = responses.select_for_update(of=("attempt", "self")).select_related("attempt__quiz", "revision")
    return responses.annotate(
        has_that_save=Exists(saves),
        paper_count=Subquery(paper.annotate(n=Count("pk")).values("n")),
        answered_count=Subquery(paper.annotate(n=Count("pk", filter=Q(is_complete=True))).values("n")),
        flagged_count=Subquery(paper.annotate(n=Count("pk", filter=Q(is_flagged=True))).values("n")),
    ).get()


def _keep(
    response: ItemResponse,
    tally: Tally,
    answer: Answer,
    sent: Sent,
    outcome: SavedAnswer.Outcome,
    now: datetime,
) -> Saved:
    """Keep an answer that does not count now; the same save sent again finds the row it made before.

    A browser may go back to an old page and send another answer under the old name: that is a new save, so it gets a
    name of its own.
    """
    before = response.saved_answers.filter(client_key=sent.client_key).first()
    if before is not None and (before.answer, before.confidence) == (answer, sent.confidence):
        return Saved(Outcome(before.outcome), response, tally, aside=before)
    if before is not None:
        sent = replace(sent, client_key=uuid4())
    return Saved(outcome, response, tally, aside=_log(response, answer, sent, outcome, now))


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


def take(response: ItemResponse, answer: Answer, sent: Sent, now: datetime) -> None:
    """Make an answer the one that counts, as given at a moment. The caller holds the row's lock."""
    response.answer, response.client_key, response.answered_at = answer, sent.client_key, now
    response.sequence += 1
    fields = ["answer", "client_key", "answered_at", "is_complete", "sequence"]
    if sent.confidence is not None:
        response.confidence = sent.confidence
        fields.append("confidence")
    spec = response.revision.spec
    has_level = response.confidence is not None or not needs_level(response.attempt.quiz.confidence_rule, spec)
    response.is_complete = has_level and spec.is_complete(answer)
    response.save(update_fields=fields)
