"""What pages of attempts show of practice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django import template
from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.translation import gettext

from courses.models import Course
from courses.rendering.languages import name_of
from quizzes.domain.base import points_earned
from quizzes.domain.certainty import Certainty
from quizzes.domain.review import Shown
from quizzes.domain.spaced_review import Face
from quizzes.models import Attempt, ItemResponse
from quizzes.reports.practice import Round, round_of
from quizzes.reports.results import QuestionResult, Result

register = template.Library()


@register.simple_tag
def missed_on(result: Result) -> int:
    """Count the questions of a result that can be practised; none while it does not show the right answers."""
    if not {Shown.CORRECTNESS, Shown.RIGHT_ANSWER} <= result.shown:
        return 0
    return sum(_is_missed(question) for question in result.questions)


def _is_missed(question: QuestionResult) -> bool:
    response = question.response
    if question.state in ("wrong", "partly", "blank"):
        return not question.is_known
    return question.state == "right" and (response.hints_shown > 0 or response.confidence == Certainty.LOW)


@register.simple_tag
def practice_round(attempt: Attempt, position: int | None = None) -> Round:
    """Return how far the questions of a round of practice have come."""
    return round_of(attempt, now=timezone.now(), position=position)


@register.filter
def pips(rights: int) -> list[bool]:
    """Return the two circles of a question, filled by right answers."""
    return [rights > 0, rights > 1]


@register.filter
def own_points(share: Decimal, response: ItemResponse) -> str:
    """Return the points that a share of a question makes."""
    return floatformat(points_earned(share, worth=response.revision.points), "-2")


@register.filter
def sides_of(languages: Sequence[tuple[str, str]], course: Course) -> list[tuple[str, str]]:
    """Return the sides of a course's terms that can be asked, each with its words."""
    found = []
    for tag, _name in languages:
        language = name_of(tag or course.language)
        for face in Face:
            values = {"language": language, "side": gettext(face.words)}
            found.append((f"{face.value}:{tag}", gettext("%(language)s: %(side)s") % values))
    return found


@register.filter
def has_side(sides: Mapping[str, Sequence[str]], course_key: str) -> Sequence[str]:
    """Return the sides chosen for a course."""
    return sides.get(course_key, ())


@register.filter
def has(values: Sequence[str], value: str) -> bool:
    """Say whether a value is among others."""
    return value in values


@register.filter
def language_name(tag: str) -> str:
    """Return what a language is called."""
    return name_of(tag)
