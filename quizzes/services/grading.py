"""Grading by people: a response gets levels of its rubric, and its attempt is marked again."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.models import Deed
from courses.reports.people import display_name
from courses.services.audit import record
from quizzes.domain.rubric import HumanMarked
from quizzes.errors import MarkedMeanwhile
from quizzes.models import Attempt, HumanMark, ItemResponse
from quizzes.services.notices import tell_graded
from quizzes.services.record import Cause, Event
from quizzes.services.regrading import remark_attempts

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def mark_by_hand(
    *, response: ItemResponse, levels: dict[str, int], comment: str, marker: User, now: datetime
) -> HumanMark:
    """Give a response the levels of its rubric; mark its attempt again. Raises ValueError for levels it does not have.

    Marked before, the new mark takes its place, and both are in the record.
    """
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=response.attempt_id)
    spec = response.revision.spec
    if not isinstance(spec, HumanMarked):
        raise TypeError(f"{response.revision} is not marked by people")
    share = spec.rubric.share(levels)
    mark, _is_new = HumanMark.objects.update_or_create(
        response=response,
        defaults={"share": share, "levels": levels, "comment": comment.strip(), "marker": marker, "marked_at": now},
    )
    done = remark_attempts([attempt], Cause(marker, now, comment), Event.MARKED)
    scores = [(each.score_before, each.score_after) for each in done.changes]
    course, person = attempt.quiz.course_id, attempt.student_id
    record(marker, Deed.GRADED, response, at=now, person=person, course=course, attempt=attempt.pk, score=scores)
    tell_graded(attempt, at=now)
    return mark


@transaction.atomic
def mark_in_turn(
    *,
    response: ItemResponse,
    levels: dict[str, int],
    comment: str,
    marker: User,
    now: datetime,
    seen: datetime | None,
) -> HumanMark:
    """Mark by hand, unless another mark was given since the one this marker saw (of that time; None: there was none).

    Raises MarkedMeanwhile, and what `mark_by_hand` raises.
    """
    Attempt.objects.select_for_update(of=("self",)).get(pk=response.attempt_id)
    standing = HumanMark.objects.filter(response=response).select_related("marker__name_order").first()
    if standing is not None and standing.marked_at != seen:
        raise MarkedMeanwhile(name=display_name(standing.marker))
    return mark_by_hand(response=response, levels=levels, comment=comment, marker=marker, now=now)
