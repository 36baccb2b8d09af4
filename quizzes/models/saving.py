"""What saving an answer asks of the database: one statement that locks a response, one that counts its paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.models.prepared import Given, Prepared
from quizzes.models.attempts import AT_HAND, Attempt, ItemResponse, SavedAnswer
from quizzes.models.authoring import ItemRevision, Quiz

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_READ: tuple[tuple[type[models.Model], str, set[str]], ...] = (
    (
        ItemResponse, "",
        {
            "id", "attempt_id", "revision_id", "position", "order", "answer", "sequence", "client_key", "is_complete",
            "is_flagged", "confidence", "is_over",
        },
    ),
    (Attempt, "attempt__", {"id", "quiz_id", "student_id", "started_at", "state", "deadline", "place"}),
    (Quiz, "attempt__quiz__", {"id", "navigation", "confidence_rule", "behaviour", "layout"}),
    (ItemRevision, "revision__", {"id", "content_hash", "rules"}),
)  # fmt: skip
"""The columns that saving reads and its replies show, by model. Any other is fetched when it is asked for."""
_PARTS = [
    (model, prefix, [field.attname for field in model._meta.concrete_fields if field.attname in names])  # noqa: SLF001
    for model, prefix, names in _READ
]
"""The same in the order of the models' columns, as `from_db` wants them."""


def _locked() -> QuerySet[ItemResponse, tuple[Any, ...]]:
    attempt, key = Given("attempt", models.UUIDField()), Given("client_key", models.UUIDField())
    saves = SavedAnswer.objects.filter(response=OuterRef("pk"), client_key=key)
    responses = ItemResponse.objects.filter(
        attempt=attempt,
        attempt__student=Given("student", models.BigIntegerField()),
        position=Given("position", models.IntegerField()),
    )
    names = [prefix + name for _model, prefix, columns in _PARTS for name in columns]
    found = responses.annotate(has_that_save=Exists(saves)).filter(AT_HAND | Q(has_that_save=True))
    return found.values_list(*names, "has_that_save")


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
    *columns, has_that_save = row
    values = iter(columns)
    response, attempt, quiz, revision = (
        model.from_db(DEFAULT_DB_ALIAS, names, [next(values) for _name in names]) for model, _prefix, names in _PARTS
    )
    response.attempt, response.revision, attempt.quiz = attempt, revision, quiz
    return response, has_that_save or response.client_key == client_key
