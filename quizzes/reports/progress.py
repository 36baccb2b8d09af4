"""Where a reader stands in a course: what is read, taken and mastered, and what comes next.

It is worked out from the reader's own rows alone, in a fixed number of queries; no other reader is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from courses.models import Course, Enrolment, Unit
from courses.models.content import Viewer
from courses.models.progress import SectionRead
from courses.reports.reading import CourseOutline, LessonLine, outline_of
from quizzes.domain.keeping import in_order
from quizzes.domain.mastery import State
from quizzes.models import Attempt, ReviewCard
from quizzes.models.accommodations import graded_places
from quizzes.reports.mastery import STACKED, ObjectiveLine, Week, evidence_of, lines_of, weeks_of
from quizzes.reports.releases import Releases
from quizzes.reports.scores import SoFar, so_far
from quizzes.reports.steps import Step, next_steps
from quizzes.reports.work import QuizLine, Work, kept_quizzes, line_of, own_attempts

RESULTS = 5


@dataclass(frozen=True)
class ResultLine:
    """A submitted attempt, with its total as far as the reader may see it."""

    attempt: Attempt
    is_shown: bool
    so_far: SoFar | None = None

    @property
    def is_passed(self) -> bool | None:
        """Say whether it passes; where nobody will grade the rest, by what is marked. None: not known, or not shown."""
        if not self.is_shown:
            return None
        if self.so_far is not None:
            return self.so_far.is_passed(self.attempt.quiz.pass_percent)
        return self.attempt.is_passed if self.attempt.share is not None else None


@dataclass(frozen=True)
class Station:
    """A lesson with the reader's result at its quiz, where it has one."""

    line: LessonLine
    quiz: QuizLine | None


@dataclass(frozen=True)
class UnitLine:
    """A unit with its lessons, and the quizzes on the unit as a whole."""

    unit: Unit
    stations: Sequence[Station]
    quizzes: Sequence[QuizLine]


@dataclass(frozen=True)
class Group:
    """Objectives in one state."""

    state: State
    lines: Sequence[ObjectiveLine]


@dataclass(frozen=True)
class ProgressPage:
    """Everything My progress says of one course."""

    course: Course
    courses: Sequence[Course]
    outline: CourseOutline
    quizzes: Sequence[QuizLine]
    objectives: Sequence[ObjectiveLine]
    weeks: Sequence[Week]
    results: Sequence[ResultLine]
    result_count: int
    steps: Sequence[Step]
    now: datetime

    @property
    def passed_count(self) -> int:
        """Return how many quizzes are passed; where nobody grades what was written, by what is marked."""
        return sum(line.is_passed_so_far is True for line in self.quizzes)

    @property
    def groups(self) -> list[Group]:
        """Return the objectives by state, weakest first; states without any are left out."""
        found = [Group(state, [line for line in self.objectives if line.mastery.state == state]) for state in State]
        return [group for group in found if group.lines]

    @property
    def mastered_count(self) -> int:
        """Return how many objectives are mastered."""
        return sum(line.mastery.state == State.MASTERED for line in self.objectives)

    @property
    def lesson_lines(self) -> list[LessonLine]:
        """Return the lessons of the course in order, with how far the reader is in each."""
        return [line for block in self.outline.units for line in block.lessons]

    @property
    def states(self) -> list[tuple[State, list[int]]]:
        """Return how many objectives were in each state, week by week, as a drawing stacks them from the top down."""
        return [(state, [week.counts[state] for week in self.weeks]) for state in reversed(STACKED)]

    @property
    def has_begun(self) -> bool:
        """Say whether there is anything to tell."""
        return self.outline.has_begun or bool(self.objectives) or any(line.attempt_count for line in self.quizzes)

    @property
    def units(self) -> list[UnitLine]:
        """Return the course as lines with a station for each lesson."""
        by_lesson: dict[int, QuizLine] = {}
        for line in self.quizzes:
            if line.quiz.lesson_id is not None:
                by_lesson.setdefault(line.quiz.lesson_id, line)
        return [
            UnitLine(
                block.unit,
                [Station(line, by_lesson.get(line.lesson.pk)) for line in block.lessons],
                [line for line in self.quizzes if line.quiz.lesson_id is None and line.quiz.unit_id == block.unit.pk],
            )
            for block in self.outline.units
        ]


def courses_of(learner: Viewer | None, visible: Any, *, today: date) -> list[Any]:
    """Return the courses a reader has begun or has a place in, the one worked on last first; in one query.

    Each says how many review cards wait in all (`cards`), of whatever course.
    """
    if learner is None or learner.pk is None:
        return []
    reads = SectionRead.objects.filter(student=learner.pk, section__lesson__course=OuterRef("pk")).order_by()
    read_at = reads.values("section__lesson__course").annotate(at=Max("read_at")).values("at")
    taken = Attempt.objects.of(learner).filter(quiz__course=OuterRef("pk")).order_by()
    taken_at = taken.values("quiz__course").annotate(at=Max("started_at")).values("at")
    places = Enrolment.objects.active().filter(user=learner.pk, cohort__course=OuterRef("pk"))
    waiting = ReviewCard.objects.of(learner).due(today).order_by().values("student").annotate(n=Count("pk")).values("n")
    rows = visible.annotate(
        read_at=Subquery(read_at), taken_at=Subquery(taken_at), has_place=Exists(places),
        cards=Coalesce(Subquery(waiting), 0),
    )  # fmt: skip
    begun = rows.filter(Q(read_at__isnull=False) | Q(taken_at__isnull=False) | Q(has_place=True))
    return sorted(begun, key=_last_worked_on, reverse=True)


def _last_worked_on(course: Any) -> str:
    return max((at.isoformat() for at in (course.read_at, course.taken_at) if at is not None), default="")


def progress_page(
    course: Course, learner: Any, *, now: datetime, courses: Sequence[Course] = (), extra: Sequence[Step] = ()
) -> ProgressPage:
    """Return where a reader stands in a course: in four queries, whatever the size of course or class.

    One more where a close decides about results, and one where tries were marked.
    """
    outline = outline_of(course, learner)
    attempts = _attempts(course, learner)
    releases = Releases(learner, course_id=course.pk, now=now)
    quizzes = _quiz_lines(course, attempts, releases.is_total_shown)
    released = {attempt.pk: attempt for attempt in attempts if releases.are_answers_shown(attempt)}
    objectives = lines_of(course, evidence_of(learner, course, released), now=now)
    ended = [attempt for attempt in attempts if attempt.submitted_at is not None]
    ended.sort(key=lambda attempt: str(attempt.submitted_at), reverse=True)
    return ProgressPage(
        course,
        courses,
        outline,
        quizzes,
        objectives,
        weeks_of(objectives, now=now),
        [_result(attempt, releases.is_total_shown) for attempt in ended[:RESULTS]],
        len(ended),
        next_steps(outline, quizzes, *extra),
        now,
    )


def _attempts(course: Course, learner: Viewer | None) -> list[Any]:
    """Return a reader's attempts in a course, in the order they count, each with whether anyone grades them."""
    rows = own_attempts(Attempt.objects.of(learner).filter(quiz__course=course))
    if learner is not None and learner.pk is not None:
        rows = rows.annotate(is_graded=Exists(graded_places(learner.pk, course.pk)))
    rows = rows.select_related("quiz", "assignment__cohort").defer("bank", "quiz__intro", "quiz__sets", "quiz__draft")
    return sorted(rows.order_by(), key=lambda attempt: in_order(attempt.submitted_at, attempt.number))


def _quiz_lines(course: Course, attempts: Iterable[Any], is_shown: Callable[[Attempt], bool]) -> list[QuizLine]:
    works: dict[int, Work] = {}
    hidden: set[int] = set()
    for attempt in attempts:
        attempt.quiz.course = course
        works.setdefault(attempt.quiz_id, Work()).add({**vars(attempt), "pk": attempt.pk}, is_graded=attempt.is_graded)
        if attempt.submitted_at is not None and not is_shown(attempt):
            hidden.add(attempt.quiz_id)
    return [
        line_of(quiz, works.get(quiz.pk, Work()), lambda quiz: quiz.pk not in hidden)
        for quiz in kept_quizzes(course, "quizzes")
    ]


def _result(attempt: Any, is_shown: Callable[[Attempt], bool]) -> ResultLine:
    if not is_shown(attempt):
        return ResultLine(attempt, is_shown=False)
    return ResultLine(attempt, True, so_far(attempt, is_graded=attempt.is_graded))
