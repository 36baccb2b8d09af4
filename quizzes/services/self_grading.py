"""Students who grade their own texts, where nobody else will. It is kept apart from every score."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from quizzes.domain.rubric import HumanMarked
from quizzes.errors import LevelsMissing, NotSelfGraded
from quizzes.models import Attempt, ItemResponse, SelfMark
from quizzes.models.accommodations import places_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_CENT = Decimal("0.01")


def may_grade_self(attempt: Attempt, student: User, *, is_graded: bool | None = None) -> bool:
    """Say whether a student may grade texts of an own attempt: practice, or self-study without an instructor.

    Work that was taken for a class is the instructor's to grade. `is_graded` is whether a class of the student's has
    one for this course, where that is known already.
    """
    if attempt.student_id != student.pk or attempt.state != Attempt.State.SUBMITTED:
        return False
    if attempt.quiz.is_for_practice:
        return True
    if attempt.assignment_id is not None:
        return False
    return not (any(places_of(student, course_id=attempt.quiz.course_id)) if is_graded is None else is_graded)


@transaction.atomic
def grade_self(*, response: ItemResponse, student: User, levels: dict[str, int], now: datetime) -> SelfMark:
    """Keep the levels that a student chose for an own text. The score of the attempt stays as it is.

    Raises NotSelfGraded, LevelsMissing for a criterion without a level, and ValueError for levels the rubric lacks. The
    caller has made sure that a good answer is shown.
    """
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=response.attempt_id)
    spec = response.revision.spec
    is_open = isinstance(spec, HumanMarked) and response.answer is not None and not hasattr(response, "human_mark")
    if not (is_open and may_grade_self(attempt, student)):
        raise NotSelfGraded
    assert isinstance(spec, HumanMarked)  # noqa: S101 (it is open)
    missing = [criterion.title for key, criterion in spec.rubric.root.items() if key not in levels]
    if missing:
        raise LevelsMissing(criteria=", ".join(missing))
    values = {"share": spec.rubric.share(levels), "levels": levels, "marked_at": now}
    mark, _is_new = SelfMark.objects.update_or_create(response=response, defaults=values)
    add_up(attempt)
    return mark


def add_up(attempt: Attempt) -> None:
    """Add up what a student gave the texts of an attempt that still wait for a person; None unless it gave all."""
    waiting = attempt.responses.filter(human_mark=None, share=None, answer__isnull=False, self_mark__isnull=False)
    own = list(waiting.select_related("revision", "self_mark"))
    points = [(each.self_mark.share * each.revision.points).quantize(_CENT) for each in own]
    is_whole = bool(own) and len(own) == attempt.unmarked_count
    attempt.self_points = sum(points, Decimal(0)) * attempt.credit_percent / 100 if is_whole else None
    Attempt.objects.filter(pk=attempt.pk).update(self_points=attempt.self_points)


def add_up_again(attempts: Iterable[Attempt]) -> None:
    """Add up again what students gave their own texts, in attempts whose marks have changed; one query where none did.

    A text that was graded since counts by that grade alone.
    """
    by_pk = {attempt.pk: attempt for attempt in attempts}
    for pk in (
        SelfMark.objects.filter(response__attempt__in=by_pk).values_list("response__attempt", flat=True).distinct()
    ):
        add_up(by_pk[pk])
