"""What students may use of their own answers: those whose correctness and key they may see by now.

Practice, review and exports of cards rest on these alone, so that none of them tells what an exam keeps back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from courses.models.content import Viewer
from quizzes.domain.kinds import HUMAN_KINDS
from quizzes.domain.practice import Answered, share_alone
from quizzes.domain.review import Shown, When
from quizzes.models import Attempt, Item, ItemResponse, Quiz
from quizzes.models.accommodations import Grants, grants_of
from quizzes.models.attempts import ItemResponseQuerySet

TOLD = frozenset({Shown.CORRECTNESS, Shown.RIGHT_ANSWER})
"""What has to be shown of an attempt before its answers are practised."""
_READ = (
    "pk", "attempt", "revision__item", "revision__item__objective", "kind", "own_share", "try_count", "hints_shown",
    "confidence", "answered_at", "answer",
)  # fmt: skip


@dataclass(frozen=True)
class Released:
    """The attempts of a student whose keys are told by now, and those that keep theirs back."""

    told: dict[UUID, Attempt]
    kept: frozenset[UUID]

    def withheld(self) -> ItemResponseQuerySet:
        """Return the questions on papers that keep their keys back, as responses."""
        return ItemResponse.objects.filter(attempt__in=self.kept).order_by()


@dataclass(frozen=True)
class OwnAnswer:
    """An answer whose key its student may see, and the response that holds it."""

    response: int
    attempt: Attempt
    answered: Answered
    is_blank: bool = False


def tells_at_once(quiz: Quiz) -> bool:
    """Say whether the keys of a quiz are shown from its submission on, whatever its close."""
    return all(quiz.matrix.at(when) >= TOLD for when in (When.LATER, When.CLOSED))


def released_to(student: Viewer | None, *, now: datetime, course_id: int | None = None) -> Released:
    """Return which attempts of a student tell their keys: in one query, and more only where a close decides."""
    attempts = Attempt.objects.of(student).select_related("quiz", "assignment__cohort").defer("bank")
    if course_id is not None:
        attempts = attempts.filter(quiz__course=course_id)
    told: dict[UUID, Attempt] = {}
    kept: set[UUID] = set()
    grants: dict[int, Grants] = {}
    for attempt in attempts:
        if attempt.quiz.is_for_practice and not attempt.is_finished:
            continue  # its questions are released already
        if attempt.state in Attempt.UNFINISHED or not _tells(attempt, student, grants, now):
            kept.add(attempt.pk)
        elif attempt.state == Attempt.State.SUBMITTED:
            told[attempt.pk] = attempt
    return Released(told, frozenset(kept))


def _tells(attempt: Attempt, student: Viewer | None, grants: dict[int, Grants], now: datetime) -> bool:
    quiz = attempt.quiz
    if tells_at_once(quiz):
        return True
    if quiz.course_id not in grants:
        grants[quiz.course_id] = grants_of(student, course_id=quiz.course_id, now=now)
    window = grants[quiz.course_id].window_for(quiz, attempt.assignment)
    return quiz.matrix.at(When.CLOSED if window.is_closed(now) else When.LATER) >= TOLD


def answers_of(released: Released) -> list[OwnAnswer]:
    """Return the answers of attempts that tell their keys, to questions that quizzes still ask; in one query."""
    asked = Q(
        revision__item__purpose=Item.Purpose.QUESTION,
        revision__item__pool="",
        revision__item__is_retired=False,
        revision__item__quiz__is_retired=False,
    )
    rows = ItemResponse.objects.filter(asked, attempt__in=released.told).annotate(
        kind=KeyTextTransform("kind", "revision__body"),
        own_share=Coalesce(F("share"), F("self_mark__share")),
        try_count=Count("tries"),
    )
    return list(_read(rows.filter(own_share__isnull=False).order_by("pk").values_list(*_READ), released.told))


def _read(rows: Iterable[tuple[object, ...]], told: dict[UUID, Attempt]) -> Iterable[OwnAnswer]:
    for pk, attempt_id, item, objective, kind, share, tries, hints, confidence, at, answer in rows:
        attempt = told[attempt_id]  # type: ignore[index]  # columns as named in _READ
        is_certain = attempt.quiz.is_certainty_marked and kind not in HUMAN_KINDS
        answered = Answered(
            item,  # type: ignore[arg-type]
            objective,  # type: ignore[arg-type]
            at or attempt.submitted_at,  # type: ignore[arg-type]
            share_alone(share, confidence) if is_certain else share,  # type: ignore[arg-type]
            tries,  # type: ignore[arg-type]
            hints,  # type: ignore[arg-type]
            confidence,  # type: ignore[arg-type]
            is_written=kind in HUMAN_KINDS,
            is_practice=attempt.quiz.is_for_practice,
        )
        yield OwnAnswer(pk, attempt, answered, is_blank=answer is None)  # type: ignore[arg-type]
