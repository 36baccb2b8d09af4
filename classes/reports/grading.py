"""What waits for people to grade: question by question, and one answer at a time with names hidden."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Count, F, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from courses.models import Cohort, Enrolment
from courses.reports.people import display_name
from quizzes.models import AnswerClaim, Attempt, HeldMark, HumanMark, ItemResponse, ItemRevision, Round
from quizzes.models.attempts import ItemResponseQuerySet
from quizzes.models.grading import MARKS, held_marks, is_free, is_held
from quizzes.services.grading import mark_in_force, may_see

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_WAITS = Q(human_mark=None) & is_free("first_mark")
_HELD = is_held("first_mark")
_AROUND = 20
"""How many answers before and after the one shown are listed beside it."""


@dataclass(frozen=True)
class QueuedQuestion:
    """A question that people mark: how many answers wait (and since when), are held, are posted, are graded twice."""

    revision: ItemRevision
    waiting: int
    held: int
    posted: int
    twice: int
    oldest: datetime | None


@dataclass(frozen=True)
class Place:
    """One answer in the order of grading: its number there, how far it is, and who is at it now.

    `state` is `waits`, `held` or `posted`; of the second round `waits`, `held`, or `closed` where there is no first
    mark to compare with, or it is one's own. `by` is who gave the mark in force.
    """

    number: int
    pk: int
    state: str
    by: int | None = None
    claimed_by: str = ""
    until: datetime | None = None
    is_mine: bool = False

    @property
    def is_free(self) -> bool:
        """Say whether it waits and nobody else is at it."""
        return self.state == "waits" and not self.claimed_by


@dataclass(frozen=True)
class Marking:
    """One answer to be marked, among all of its question. The response is loaded without its student."""

    response: ItemResponse
    round: Round
    human: HeldMark | HumanMark | None
    """The mark in force, where this marker may see it."""
    is_hidden: bool
    """Whether there is a mark that this marker may not see: a second grade is given without knowing the first."""
    places: Sequence[Place]
    current: Place

    @property
    def counts(self) -> Counter[str]:
        """Return how many answers are how far."""
        return Counter(place.state for place in self.places)

    @property
    def waiting(self) -> int:
        """Return how many answers wait."""
        return self.counts["waits"]

    @property
    def around(self) -> Sequence[Place]:
        """Return the answers near this one, in order."""
        at = self.current.number - 1
        return self.places[max(0, at - _AROUND) : at + _AROUND + 1]

    @property
    def is_second(self) -> bool:
        """Say whether it is graded for comparison."""
        return self.round == Round.SECOND

    @property
    def is_posted(self) -> bool:
        """Say whether the mark in force is what students see."""
        return isinstance(self.human, HumanMark)


def marking_queue(cohort: Cohort) -> list[QueuedQuestion]:
    """Return the questions of a class that people mark, those that wait longest first, in two queries."""
    twice = is_held("second_mark") & (Q(human_mark__isnull=False) | is_held("first_mark"))
    counted = _answers(cohort).annotate(**held_marks()).order_by().values("revision").annotate(
        waiting=Count("pk", filter=_WAITS),
        held=Count("pk", filter=_HELD),
        posted=Count("pk", filter=Q(human_mark__isnull=False) & is_free("first_mark")),
        twice=Count("pk", filter=twice),
        oldest=Min("answered_at", filter=_WAITS),
    )  # fmt: skip
    rows = list(counted)
    revisions = ItemRevision.objects.select_related("item__quiz").in_bulk([row["revision"] for row in rows])
    found = [
        QueuedQuestion(
            revisions[row["revision"]], row["waiting"], row["held"], row["posted"], row["twice"], row["oldest"]
        )
        for row in rows
    ]
    return sorted(found, key=_by_wait)


def waiting_count(cohort: Cohort) -> int:
    """Return how many answers of a class wait for a person: each attempt knows how many of its own have no mark.

    Those whose mark waits to be posted are not among them.
    """
    held = HeldMark.objects.fresh().filter(round=Round.FIRST, response__human_mark=None)
    of_attempt = held.filter(response__attempt=OuterRef("pk")).order_by().values("response__attempt")
    count = Coalesce(Subquery(of_attempt.annotate(n=Count("pk")).values("n")), 0)
    waiting = Attempt.objects.of_class(cohort).submitted().filter(unmarked_count__gt=0)
    return int(waiting.aggregate(n=Sum(F("unmarked_count") - count))["n"] or 0)


def places_of(cohort: Cohort, revision_id: int, *, round_: Round, marker: User) -> list[Place]:
    """Return every answer to a question in the order of grading, in two queries.

    Everybody has the same order, by a hash of question and response, which says nothing of who wrote what or when.
    """
    rows = _answers(cohort).filter(revision=revision_id).annotate(**held_marks()).order_by()
    told = rows.values_list(
        "pk", "answered_at", "human_mark__marker",
        *(f"{mark}__{name}" for mark in MARKS for name in ("marker", "marked_at")),
    )  # fmt: skip
    ordered = sorted(told, key=lambda row: _hash(revision_id, row[0]))
    claims = {each.response_id: each for each in _claims(round_)}
    return [_place(number, row, round_, claims.get(row[0]), marker) for number, row in enumerate(ordered, start=1)]


def _claims(round_: Round) -> Iterator[AnswerClaim]:
    """Yield the claims that hold now, of any question: as many as people grade, and found by when they end."""
    live = AnswerClaim.objects.filter(round=round_, until__gt=timezone.now())
    yield from live.select_related("marker__name_order")


def _place(number: int, row: Sequence[object], round_: Round, claim: AnswerClaim | None, marker: User) -> Place:
    pk, answered_at, posted, first, first_at, second, second_at = row
    first = first if _is_fresh(answered_at, first_at) else None
    second = second if _is_fresh(answered_at, second_at) else None
    if round_ == Round.SECOND:
        state = "held" if second else "waits" if first and first != marker.pk else "closed"
        by = second
    else:
        state, by = ("held", first) if first else ("posted", posted) if posted else ("waits", None)
    is_mine = claim is not None and claim.marker_id == marker.pk
    name = display_name(claim.marker) if claim is not None and not is_mine else ""
    return Place(number, pk, state, by, name, claim.until if claim is not None else None, is_mine)  # type: ignore[arg-type]


def _is_fresh(answered_at: object, marked_at: object) -> bool:
    return marked_at is not None and (answered_at is None or answered_at <= marked_at)  # type: ignore[operator]


def turn_of(places: Sequence[Place], cohort: Cohort, *, marker: User, after: int | None = None) -> list[int]:
    """Return the answers a marker may be given next, in turn: the one they are at, then the free ones.

    After one answer come those that follow it, round the end. Without one, each instructor of the class begins at
    another place, so that two who grade at once meet as late as can be.
    """
    mine = [place.pk for place in places if place.is_mine and place.state == "waits" and place.pk != after]
    start = next((place.number for place in places if place.pk == after), None)
    if start is None:
        start = _start(cohort, marker, len(places))
    in_turn = [*places[start:], *places[:start]]
    return mine + [place.pk for place in in_turn if place.is_free and place.pk not in mine and place.pk != after]


def _start(cohort: Cohort, marker: User, count: int) -> int:
    staff = cohort.enrolments.active().filter(role__in=Enrolment.STAFF)
    people = list(staff.order_by("user").values_list("user", flat=True))
    turn = people.index(marker.pk) if marker.pk in people else 0
    return turn * count // max(1, len(people))


def graded_twice(cohort: Cohort, revision_id: int) -> list[tuple[int, int, dict[str, int], dict[str, int]]] | None:
    """Return the answers with two marks: number in the order of grading, key, levels of the first and of the second.

    None where the class has no answer to the question. Only marks with a level of every criterion can be compared.
    """
    rows = _answers(cohort).filter(revision=revision_id).annotate(**held_marks()).order_by()
    names = ("levels", "marked_at")
    told = rows.values_list(
        "pk", "answered_at", "human_mark__levels", *(f"{mark}__{name}" for mark in MARKS for name in names)
    )
    ordered = sorted(told, key=lambda row: _hash(revision_id, row[0]))
    found = []
    for number, (pk, answered_at, posted, first, first_at, second, second_at) in enumerate(ordered, start=1):
        levels = first if _is_fresh(answered_at, first_at) else posted
        if levels and _is_fresh(answered_at, second_at) and set(levels) == set(second):
            found.append((number, pk, levels, second))
    return found if ordered else None


def marking_of(cohort: Cohort, revision_id: int, chosen: int, *, round_: Round, marker: User) -> Marking | None:
    """Return an answer as its marker may see it; None where the class has no such answer to the question."""
    places = places_of(cohort, revision_id, round_=round_, marker=marker)
    current = next((place for place in places if place.pk == chosen), None)
    if current is None or current.state == "closed":
        return None
    response = ItemResponse.objects.select_related("revision__item").get(pk=current.pk)
    mark = mark_in_force(response, round_)
    is_hidden = mark is not None and not may_see(mark, response, marker)
    return Marking(response, round_, None if is_hidden else mark, is_hidden, places, current)


def _answers(cohort: Cohort) -> ItemResponseQuerySet:
    return ItemResponse.objects.for_people(Attempt.objects.of_class(cohort))


def _hash(revision_id: int, response_id: int) -> str:
    return hashlib.sha256(f"{revision_id}/{response_id}".encode()).hexdigest()


def _by_wait(question: QueuedQuestion) -> tuple[bool, float, int]:
    waited = question.oldest.timestamp() if question.oldest else 0.0
    return (not question.waiting, waited, question.revision.pk)
