"""What saving an answer asks of the database: one statement that locks a response, one that counts its paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.models.prepared import Given, Prepared, names_of, part, rows_of
from quizzes.models.attempts import AT_HAND, Attempt, ItemResponse, SavedAnswer
from quizzes.models.authoring import ItemRevision, Quiz

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_PARTS = (
    part(
        ItemResponse,
        only={
            "id", "attempt_id", "revision_id", "position", "order", "answer", "sequence", "client_key", "is_complete",
            "is_flagged", "confidence", "is_over",
        },
    ),
    part(Attempt, "attempt__", only={"id", "quiz_id", "student_id", "started_at", "state", "deadline", "place"}),
    part(Quiz, "attempt__quiz__", only={"id", "navigation", "confidence_rule", "behaviour", "layout"}),
    part(ItemRevision, "revision__", only={"id", "content_hash", "rules"}),
)  # fmt: skip
"""What saving reads, and what its replies show."""


def _locked() -> QuerySet[ItemResponse, tuple[Any, ...]]:
    attempt, key = Given("attempt", models.UUIDField()), Given("client_key", models.UUIDField())
    saves = SavedAnswer.objects.filter(response=OuterRef("pk"), client_key=key)
    responses = ItemResponse.objects.filter(
        attempt=attempt,
        attempt__student=Given("student", models.BigIntegerField()),
        position=Given("position", models.IntegerField()),
    )
    found = responses.annotate(has_that_save=Exists(saves)).filter(AT_HAND | Q(has_that_save=True))
    return found.values_list(*names_of(_PARTS), "has_that_save")


def _counted() -> QuerySet[ItemResponse, tuple[Any, ...]]:
    paper = ItemResponse.objects.filter(attempt=Given("attempt", models.UUIDField())).order_by().values("attempt")
    return paper.annotate(
        count=Count("pk"),
        answered=Count("pk", filter=Q(is_complete=True)),
        flagged=Count("pk", filter=Q(is_flagged=True)),
    ).values_list("count", "answered", "flagged")


_LOCKED = Prepared(_locked, locks=(Attempt, ItemResponse))
_COUNTED = Prepared(_counted)


@dataclass(frozen=True)
class Tally:
    """How far a paper is: its questions, those answered in full, those flagged."""

    count: int
    answered_count: int
    flagged_count: int


def tally_of(attempt_id: UUID) -> Tally:
    """Count the paper of an attempt, in one query."""
    return Tally(*(_COUNTED.one(attempt=attempt_id) or (0, 0, 0)))


def lock_response(attempt_id: UUID, position: int, student: User, client_key: UUID) -> tuple[ItemResponse, bool]:
    """Lock a response and its attempt; return it with all that saving needs, and whether it knows a save by that name.

    The attempt is locked first, as submitting does, so that the two cannot wait for each other. PostgreSQL reads only
    rows locked by name again after waiting, so the response is named besides its attempt; saves are not, so one that
    came in meanwhile is known by the response. A question that a quiz has left is found only by a save that is known
    already: a button pressed twice sends the same once more.

    Raises ItemResponse.DoesNotExist.
    """
    row = _LOCKED.one(attempt=attempt_id, student=student.pk, position=position, client_key=client_key)
    if row is None:
        raise ItemResponse.DoesNotExist
    *values, has_that_save = row
    response, attempt, quiz, revision = rows_of(_PARTS, values)
    response.attempt, response.revision, attempt.quiz = attempt, revision, quiz
    return response, has_that_save or response.client_key == client_key
