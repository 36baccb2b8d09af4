"""What a class answered where nothing is marked: counts for each option, and comments, never with a name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from courses.models import Cohort
from quizzes.domain.base import Answer
from quizzes.domain.kinds import UNSCORED_KINDS
from quizzes.domain.unscored import Unscored
from quizzes.models import Attempt, ItemResponse, ItemRevision

if TYPE_CHECKING:
    from quizzes.domain.kinds import AnySpec

FEWEST = 5
"""So many students of a class answer an anonymous survey before anything of it is shown: fewer could be guessed."""

_PLACE = ("item__quiz__unit", "item__quiz__lesson")


@dataclass(frozen=True)
class OptionCount:
    """One option: its words, how many students chose it, and their share of all who answered, in per cent."""

    text: str
    count: int
    percent: int


@dataclass(frozen=True)
class SurveySummary:
    """One version of a survey with what a class answered to it. `is_held_back`: too few have; nothing else is set."""

    revision: ItemRevision
    spec: AnySpec
    answered: int
    options: Sequence[OptionCount] = ()
    comments: Sequence[str] = ()
    is_held_back: bool = False


def surveys_of(cohort: Cohort) -> list[SurveySummary]:
    """Return the surveys of the course a class takes, in its order, in two queries.

    Each student counts once a survey, by the answer submitted last. An older version is shown where it has answers.
    """
    answers = _answers(cohort)
    current = ItemRevision.objects.surveys().current().filter(item__course=cohort.course_id, item__is_retired=False)
    revisions = {revision.pk: revision for revision in current.select_related(*_PLACE)}
    revisions |= {response.revision_id: response.revision for response in answers}
    given: dict[int, list[Answer]] = {pk: [] for pk in revisions}
    for response in answers:
        given[response.revision_id].append(response.answer)
    return [_summary(revision, given[revision.pk]) for revision in sorted(revisions.values(), key=_place)]


def _answers(cohort: Cohort) -> list[ItemResponse]:
    """Return the answer of each student to each survey that was submitted last."""
    attempts = Attempt.objects.of_class(cohort).filter(state=Attempt.State.SUBMITTED)
    rows = ItemResponse.objects.filter(attempt__in=attempts, answer__isnull=False, revision__kind__in=UNSCORED_KINDS)
    rows = rows.select_related("attempt", *(f"revision__{name}" for name in _PLACE)).order_by(
        "attempt__submitted_at", "pk"
    )
    return list({(row.attempt.student_id, row.revision.item_id): row for row in rows}.values())


def _summary(revision: ItemRevision, answers: Sequence[Answer]) -> SurveySummary:
    spec = revision.spec
    answers = [answer for answer in answers if not isinstance(answer, str)]  # erased with its person
    assert isinstance(spec, Unscored)  # noqa: S101 (`surveys` fetches no others)
    if spec.is_anonymous and len(answers) < FEWEST:
        return SurveySummary(revision, spec, len(answers), is_held_back=True)
    counts = Counter(key for answer in answers for key in spec.chosen_in(answer))
    options = [_count(text, counts[key], len(answers)) for key, text in spec.offered.items()]
    comments = sorted(filter(None, map(spec.comment_in, answers)))  # in no order that tells who wrote when
    return SurveySummary(revision, spec, len(answers), options, comments)


def _count(text: str, count: int, of: int) -> OptionCount:
    return OptionCount(text, count, round(100 * count / of) if of else 0)


def _place(revision: ItemRevision) -> tuple[int, int, str, int, int]:
    """Order by quiz as the course does, by place in it, and by version, the newest first."""
    item, quiz = revision.item, revision.item.quiz
    lesson = quiz.lesson.position if quiz.lesson else 0
    return (quiz.unit.position, lesson, quiz.key, item.position, -revision.number)
