"""Who has how much time in a class: what is granted, where a window cuts it, what is running."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from courses.models import Cohort, Enrolment
from quizzes.domain.timing import NAMES, Window
from quizzes.models import Assignment, Attempt, Quiz
from quizzes.models.accommodations import NO_GRANTS, grants_of_many
from quizzes.models.assignments import closest, groups_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class TimeLine:
    """The class or one of its students at one quiz: the window that holds, what it differs from, and what is cut.

    `plain` is the quiz's own window for the class, and the class's for a student, who is None on the class's own line.
    `cut_minutes` are those left of the time limit where the close cuts it short, for a start now, or at the opening
    when that is to come.
    """

    quiz: Quiz
    student: User | None
    window: Window
    plain: Window
    cut_minutes: int | None

    @property
    def granted(self) -> list[tuple[str, datetime | int | None, datetime | int | None]]:
        """Return each field that is not as it is for the others: its name, what holds here, and what holds there."""
        pairs = [(name, getattr(self.window, name), getattr(self.plain, name)) for name in NAMES]
        return [(name, own, plain) for name, own, plain in pairs if own != plain]


@dataclass(frozen=True)
class ClassTime:
    """The whole page: where the class or a student has other dates or limits, and what runs against a clock."""

    lines: Sequence[TimeLine]
    running: Sequence[Attempt]


def class_time(cohort: Cohort, *, now: datetime) -> ClassTime:
    """Return the page of a class, in eight queries at most whatever its size."""
    places = Enrolment.objects.students().filter(cohort=cohort).with_names()
    students = [place.user for place in places]
    quizzes = list(Quiz.objects.current().filter(course=cohort.course_id))
    return ClassTime(list(_lines(cohort, students, quizzes, now)), running_in(cohort))


def running_in(cohort: Cohort) -> list[Attempt]:
    """Return the attempts of a class that run against a clock, the first to end first."""
    running = Attempt.objects.of_class(cohort).open().filter(deadline__isnull=False)
    return list(running.select_related("quiz", "student__name_order").order_by("deadline", "pk"))


def _lines(cohort: Cohort, students: Sequence[User], quizzes: Sequence[Quiz], now: datetime) -> Iterator[TimeLine]:
    """Yield one line where the whole class has something else, and one for each student who has something else again.

    A decision about the class is told once, however many students it has.
    """
    grants = grants_of_many([student.pk for student in students], course_id=cohort.course_id, now=now)
    assigned, groups = _assigned(cohort), groups_of(cohort)
    for quiz in quizzes:
        asked = assigned.get(quiz.pk, [])
        of_class = next((each for each in asked if each.is_for_everyone), None)
        shared = NO_GRANTS.window_for(quiz, of_class)
        cut = _cut_minutes(shared, now)
        if shared != quiz.window or cut is not None:
            yield TimeLine(quiz, None, shared, quiz.window, cut)
        for student in students:
            own = [each for each in asked if each.is_for(student.pk, groups.get(student.pk, ()))]
            window = grants[student.pk].window_for(quiz, next(iter(closest(own)), None))
            if window != shared:
                yield TimeLine(quiz, student, window, shared, _cut_minutes(window, now))


def _assigned(cohort: Cohort) -> dict[int, list[Assignment]]:
    """Return by quiz what a class asks for."""
    found: dict[int, list[Assignment]] = {}
    for row in Assignment.objects.live().filter(cohort=cohort).exclude(quiz=None).select_related("cohort"):
        found.setdefault(row.quiz_id or 0, []).append(row)
    return found


def _cut_minutes(window: Window, now: datetime) -> int | None:
    start = max(now, window.opens) if window.opens else now
    return None if window.is_closed(start) else window.cut_minutes(start)
