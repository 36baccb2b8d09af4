"""What an attempt earned, question by question and objective by objective."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from courses.models import LearningObjective, Section
from quizzes.domain.base import ReviewRow
from quizzes.domain.kinds import AnySpec
from quizzes.models import Attempt, ItemResponse


@dataclass(frozen=True)
class QuestionResult:
    """One question of a result. `rows` hold the key, so they are empty until solutions are released."""

    response: ItemResponse
    spec: AnySpec
    rows: Sequence[ReviewRow]
    given: str

    @property
    def state(self) -> str:
        """Return unmarked, blank, right, partly or wrong."""
        if self.response.share is None:
            return "unmarked"
        if self.response.answer is None:
            return "blank"
        if self.response.share == 1:
            return "right"
        return "partly" if self.response.share > 0 else "wrong"


@dataclass(frozen=True)
class ObjectiveResult:
    """What an attempt earned on one objective, and the sections that teach what was lost on it."""

    objective: LearningObjective
    points: Decimal
    possible: Decimal
    sections: tuple[Section, ...] = ()

    @property
    def percent(self) -> int:
        """Return the points in per cent, rounded for display."""
        return round(100 * self.points / self.possible)


@dataclass(frozen=True)
class Result:
    """A whole result page."""

    questions: Sequence[QuestionResult]
    objectives: Sequence[ObjectiveResult]
    with_solutions: bool


def result_of(attempt: Attempt, *, with_solutions: bool) -> Result:
    """Return the result of an attempt in one query; keys are left out unless solutions may be shown."""
    responses = list(attempt.responses.for_page())
    questions = [_question(response, with_solutions) for response in responses]
    totals: dict[int, ObjectiveResult] = {}
    for response in responses:
        objective = response.revision.item.objective
        before = totals.get(objective.pk) or ObjectiveResult(objective, Decimal(0), Decimal(0))
        points, possible = response.points or Decimal(0), response.revision.points
        lost = (response.revision.item.section,) if points < possible else ()
        totals[objective.pk] = ObjectiveResult(
            objective,
            before.points + points,
            before.possible + possible,
            tuple(dict.fromkeys(before.sections + lost)),
        )
    return Result(questions, sorted(totals.values(), key=_by_loss), with_solutions)


def _question(response: ItemResponse, with_solutions: bool) -> QuestionResult:
    spec = response.revision.spec
    rows = spec.review(response.answer) if with_solutions else ()
    given = spec.describe(response.answer) if response.answer is not None else ""
    return QuestionResult(response, spec, rows, given)


def _by_loss(result: ObjectiveResult) -> tuple[Decimal, int]:
    """Order objectives by the points lost on them, most first: what to look at again."""
    return (result.points - result.possible, result.objective.position)
