"""What is held about a person's work, marks included as far as each quiz shows them by now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from courses.reports.personal import Tables, held_about
from quizzes.domain.review import Shown
from quizzes.models import Attempt
from quizzes.reports.results import shown_to_student

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def everything_about(user: User, *, now: datetime) -> Tables:
    """Return all tables that hold something about a person, and the marks their quizzes show them."""
    tables = held_about(user)
    marks = list(_marks(user, now))
    return {**tables, _("marks"): marks} if marks else tables


def _marks(user: User, now: datetime) -> Iterator[dict[str, Any]]:
    for attempt in Attempt.objects.of(user).submitted().select_related("quiz", "student").order_by("submitted_at"):
        shown = shown_to_student(attempt, now=now)
        if Shown.OVERALL in shown:
            yield _total(attempt)
        if Shown.MARKS in shown:
            responses = attempt.responses.select_related("revision__item", "human_mark").order_by("position")
            yield from (_points(attempt, response) for response in responses)


def _total(attempt: Attempt) -> dict[str, Any]:
    return _row(attempt, None, attempt.score, attempt.max_score)


def _points(attempt: Attempt, response: Any) -> dict[str, Any]:
    human = getattr(response, "human_mark", None)
    comment = human.comment if human is not None else ""
    return _row(attempt, response.position, response.points, response.revision.points, comment)


def _row(attempt: Attempt, position: int | None, points: Any, possible: Any, comment: str = "") -> dict[str, Any]:
    """Return one line of the table of marks; without a position it is the total."""
    return {
        "attempt": attempt.pk,
        "quiz_title": attempt.quiz.title,
        "position": position,
        "points": points,
        "out_of": possible,
        "comment": comment,
    }
