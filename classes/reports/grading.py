"""What waits for people to mark: question by question, and one answer at a time with names hidden."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, Min, Q, Sum

from courses.models import Cohort, Enrolment
from quizzes.models import Attempt, HumanMark, ItemResponse, ItemRevision
from quizzes.models.attempts import ItemResponseQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_WAITS = Q(human_mark=None)


@dataclass(frozen=True)
class QueuedQuestion:
    """A question that people mark, with how many answers wait (and since when) and how many are marked."""

    revision: ItemRevision
    waiting: int
    marked: int
    oldest: datetime | None


@dataclass(frozen=True)
class Place:
    """One answer in the order of marking: its number there, and whether it still waits."""

    number: int
    pk: int
    waits: bool


@dataclass(frozen=True)
class Marking:
    """One answer to be marked, among all of its question. The response is loaded without its student."""

    response: ItemResponse
    human: HumanMark | None
    places: Sequence[Place]
    current: Place

    @property
    def waiting(self) -> int:
        """Return how many answers wait."""
        return sum(place.waits for place in self.places)

    @property
    def following(self) -> Place | None:
        """Return the next answer that waits after this one, round the end; None when no other does."""
        at = self.current.number
        return next((place for place in (*self.places[at:], *self.places[: at - 1]) if place.waits), None)


def marking_queue(cohort: Cohort) -> list[QueuedQuestion]:
    """Return the questions of a class that people mark, those that wait longest first, in two queries."""
    counted = _answers(cohort).order_by().values("revision").annotate(
        waiting=Count("pk", filter=_WAITS),
        marked=Count("pk", filter=~_WAITS),
        oldest=Min("attempt__submitted_at", filter=_WAITS),
    )  # fmt: skip
    rows = list(counted)
    revisions = ItemRevision.objects.select_related("item__quiz").in_bulk([row["revision"] for row in rows])
    found = [QueuedQuestion(revisions[row["revision"]], row["waiting"], row["marked"], row["oldest"]) for row in rows]
    return sorted(found, key=_by_wait)


def waiting_count(cohort: Cohort) -> int:
    """Return how many answers of a class wait for a person: each attempt knows how many of its own do."""
    waiting = Attempt.objects.of_class(cohort).submitted().filter(unmarked_count__gt=0)
    return int(waiting.aggregate(n=Sum("unmarked_count"))["n"] or 0)


def marking_of(cohort: Cohort, revision_id: int, *, marker: User, chosen: int | None = None) -> Marking | None:
    """Return the answer chosen (by its primary key), else where the marker should begin; None if there is none.

    Everybody has the same order, by a hash of question and response, which says nothing of who wrote what or when. Each
    instructor of the class begins at another place of it, so that two who mark at once meet as late as can be.
    """
    rows = _answers(cohort).filter(revision=revision_id).values_list("pk", "human_mark")
    ordered = sorted(rows, key=lambda row: _hash(revision_id, row[0]))
    places = [Place(number, pk, mark is None) for number, (pk, mark) in enumerate(ordered, start=1)]
    current = _chosen(places, chosen) if chosen is not None else _begin(places, cohort, marker)
    if current is None:
        return None
    fetched = ItemResponse.objects.select_related("revision__item", "human_mark__marker__name_order")
    response = fetched.get(pk=current.pk)
    return Marking(response, getattr(response, "human_mark", None), places, current)


def _answers(cohort: Cohort) -> ItemResponseQuerySet:
    return ItemResponse.objects.for_people().filter(attempt__in=Attempt.objects.of_class(cohort))


def _hash(revision_id: int, response_id: int) -> str:
    return hashlib.sha256(f"{revision_id}/{response_id}".encode()).hexdigest()


def _chosen(places: Sequence[Place], pk: int) -> Place | None:
    return next((place for place in places if place.pk == pk), None)


def _begin(places: Sequence[Place], cohort: Cohort, marker: User) -> Place | None:
    if not places:
        return None
    staff = cohort.enrolments.active().filter(role__in=Enrolment.STAFF)
    people = list(staff.order_by("user").values_list("user", flat=True))
    turn = people.index(marker.pk) if marker.pk in people else 0
    start = turn * len(places) // max(1, len(people))
    in_turn = [*places[start:], *places[:start]]
    return next((place for place in in_turn if place.waits), in_turn[0])


def _by_wait(question: QueuedQuestion) -> tuple[bool, float, int]:
    waited = question.oldest.timestamp() if question.oldest else 0.0
    return (not question.waiting, waited, question.revision.pk)
