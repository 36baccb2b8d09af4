"""The pages of practice: what can be practised, and how far each question has come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from courses.models import Course, LearningObjective
from quizzes.domain.practice import TWICE, Missed
from quizzes.models import Attempt
from quizzes.services.practice import Misses, Scope, misses_of, open_practice

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class ObjectiveLine:
    """An objective with the questions missed on it that are not finished."""

    objective: LearningObjective
    count: int


@dataclass(frozen=True)
class PracticePage:
    """What a student can practise in a course; `result` is the attempt one came from, or the last with something left.

    `scope` is what the address asks for.
    """

    course: Course
    scope: Scope
    misses: Misses
    objectives: Sequence[ObjectiveLine]
    under_way: Attempt | None
    result: Attempt | None

    @property
    def count(self) -> int:
        """Return how many questions are left in all."""
        return len(self.misses.left)

    @property
    def result_count(self) -> int:
        """Return how many are left of the attempt."""
        return 0 if self.result is None else sum(not each.is_finished for each in self.misses.on(self.result.pk))

    @property
    def finished_count(self) -> int:
        """Return how many questions have been right twice since they were missed."""
        return sum(each.is_finished for each in self.misses.missed.values())

    @property
    def chosen(self) -> str:
        """Return the value of the choice that is made in advance."""
        wanted = self.scope
        if wanted.objective and any(line.objective.key == wanted.objective for line in self.objectives):
            return f"objective:{wanted.objective}"
        if wanted.lesson and any(line.objective.lesson.key == wanted.lesson for line in self.objectives):
            return f"lesson:{wanted.lesson}"
        return "result" if self.result is not None and wanted == Scope(result=wanted.result) else "all"

    @property
    def lesson_line(self) -> tuple[LearningObjective, int] | None:
        """Return an objective of the lesson asked for, which names it, with the questions left in the lesson."""
        lines = [line for line in self.objectives if line.objective.lesson.key == self.scope.lesson]
        return (lines[0].objective, sum(line.count for line in lines)) if lines else None

    @cached_property
    def first(self) -> Sequence[ObjectiveLine]:
        """Return the objectives that stand on the page; the others are folded."""
        return self.objectives[:4]

    @property
    def others(self) -> Sequence[ObjectiveLine]:
        """Return the objectives that are folded."""
        return self.objectives[4:]


def practice_page(course: Course, student: User | None, scope: Scope, *, now: datetime) -> PracticePage:
    """Return what a student can practise in a course, in six queries, and more only where a close decides."""
    if student is None:
        return PracticePage(course, scope, Misses({}, frozenset(), {}, frozenset()), [], None, None)
    misses = misses_of(student, course.pk, now=now)
    counts = Counter(each.objective for each in misses.left)
    rows = LearningObjective.objects.filter(pk__in=counts).select_related("lesson__unit")
    lines = sorted(
        (ObjectiveLine(row, counts[row.pk]) for row in rows),
        key=lambda line: (-line.count, line.objective.lesson.number, line.objective.position),
    )
    result = scope.result if scope.result in misses.papers else _last_with_misses(misses)
    attempt = None
    if result is not None:
        attempt = Attempt.objects.of(student).filter(pk=result).select_related("quiz__course").first()
    return PracticePage(course, scope, misses, lines, open_practice(student, course.pk), attempt)


def _last_with_misses(misses: Misses) -> UUID | None:
    left = {each.item for each in misses.left}
    return next((pk for pk, items in reversed(list(misses.papers.items())) if items & left), None)


@dataclass(frozen=True)
class Round:
    """How far the questions of a round of practice have come: how often each was right, 0 to 2, by objective."""

    lines: Sequence[tuple[LearningObjective, Sequence[int]]]
    here: int | None = None
    """How often the question shown was right so far; None: it was not missed, and is asked for the objective."""
    here_at: datetime | None = None

    @property
    def count(self) -> int:
        """Return how many questions are practised."""
        return sum(len(rights) for _objective, rights in self.lines)

    @property
    def finished_count(self) -> int:
        """Return how many are finished."""
        return sum(each >= TWICE for _objective, rights in self.lines for each in rights)

    @property
    def is_done(self) -> bool:
        """Say whether nothing of the round is left to practise."""
        return self.finished_count == self.count


def round_of(attempt: Attempt, *, now: datetime, position: int | None = None) -> Round:
    """Return how far the questions of a round have come, in five queries; an open round counts once it ends."""
    misses = misses_of(attempt.student, attempt.quiz.course_id, now=now)
    rows = list(attempt.responses.select_related("revision__item__objective__lesson__unit").order_by("position"))
    found: dict[LearningObjective, list[int]] = {}
    here: Missed | None = None
    for response in rows:
        item = response.revision.item
        missed = misses.missed.get(item.pk)
        if missed is not None:
            found.setdefault(item.objective, []).append(missed.rights)
        if response.position == position:
            here = missed
    return Round(list(found.items()), None if here is None else here.rights, None if here is None else here.at)
