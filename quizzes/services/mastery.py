"""What is kept so that mastery can be worked out from a student's own answers, at any time and whatever was edited."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.db.models import Count

from courses.models import Course
from courses.services.kept import kept
from quizzes.domain.base import Answer
from quizzes.domain.kinds import HUMAN_KINDS, UNSCORED_KINDS
from quizzes.models import CheckAnswer, Item, ItemRevision

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def sizes_of(course: Course) -> Mapping[int, int]:
    """Return how many questions that mark themselves a course asks on each objective, checks in its text included.

    It is counted once for each edition of the course.
    """
    return kept(course, "sizes of objectives", lambda: _sizes_of(course.pk))


def _sizes_of(course_id: int) -> dict[int, int]:
    asked = ItemRevision.objects.current().filter(
        item__course=course_id,
        item__is_retired=False,
        item__quiz__is_retired=False,
        item__purpose__in=(Item.Purpose.QUESTION, Item.Purpose.CHECK),
    )
    marked = asked.exclude(body__kind__in=[*HUMAN_KINDS, *UNSCORED_KINDS]).order_by()
    return dict(marked.values("item__objective").annotate(n=Count("pk")).values_list("item__objective", "n"))


def keep_check_answer(*, student: User, revision: ItemRevision, answer: Answer, now: datetime) -> None:
    """Keep a student's answer to a check, unless there is one of that day already: only the first says what was known.

    What a person would have to mark is not kept. `revision` is fetched with its item and course.
    """
    spec = revision.spec
    if answer is None or not spec.is_machine_marked:
        return
    item = revision.item
    row = CheckAnswer(
        student=student,
        revision=revision,
        objective_id=item.objective_id,
        objective_size=sizes_of(item.section.lesson.course).get(item.objective_id, 1),
        answer=answer,
        share=spec.share_of(answer),
        day=now.astimezone(UTC).date(),
        answered_at=now,
    )
    CheckAnswer.objects.bulk_create([row], ignore_conflicts=True)


def adopt_check_answers(*, guest: User, user: User) -> None:
    """Give a user the checks a guest answered; where both answered one on the same day, the user's own row stays."""
    own = {(row.revision_id, row.day) for row in CheckAnswer.objects.filter(student=user)}
    rows = CheckAnswer.objects.filter(student=guest)
    new = [row.pk for row in rows if (row.revision_id, row.day) not in own]
    CheckAnswer.objects.filter(pk__in=new).update(student=user)
    rows.delete()
