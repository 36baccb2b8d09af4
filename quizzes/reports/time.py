"""Who has how much time in a class: what is granted, where a window cuts it, what is running."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from courses.models import Cohort, Enrolment
from quizzes.domain.timing import NAMES, Window
from quizzes.models import Attempt, Quiz
from quizzes.models.access import grants_of_many

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class TimeLine:
    """One student at one quiz: the window that holds, the quiz's own, and the minutes left if the close cuts the limit.

    `cut_minutes` is reckoned for a start now, or at the opening when that is to come.
    """

    quiz: Quiz
    student: User
    window: Window
    plain: Window
    cut_minutes: int | None

    @property
    def granted(self) -> list[tuple[str, datetime | int | None, datetime | int | None]]:
        """Return each field that is other than the quiz's: its name, what holds, what the quiz says."""
        pairs = [(name, getattr(self.window, name), getattr(self.plain, name)) for name in NAMES]
        return [(name, own, plain) for name, own, plain in pairs if own != plain]


@dataclass(frozen=True)
class ClassTime:
    """The whole page: quiz × student where something is granted or cut, and attempts that run against a clock."""

    lines: Sequence[TimeLine]
    running: Sequence[Attempt]


def class_time(cohort: Cohort, *, now: datetime) -> ClassTime:
    """Return the page of a class, in six queries at most whatever its size."""
    places = Enrolment.objects.students().filter(cohort=cohort).select_related("user")
    students = [place.user for place in places]
    quizzes = list(Quiz.objects.current().filter(course=cohort.course_id))
    return ClassTime(list(_lines(cohort, students, quizzes, now)), running_in(cohort))


def running_in(cohort: Cohort) -> list[Attempt]:
    """Return the attempts of a class that run against a clock, the first to end first."""
    running = Attempt.objects.of_class(cohort).open().filter(deadline__isnull=False)
    return list(running.select_related("quiz", "student").order_by("deadline", "pk"))


def _lines(cohort: Cohort, students: Sequence[User], quizzes: Sequence[Quiz], now: datetime) -> Iterator[TimeLine]:
    grants = grants_of_many([student.pk for student in students], course_id=cohort.course_id, now=now)
    for quiz in quizzes:
        for student in students:
            window = grants[student.pk].window(quiz)
            start = max(now, window.opens) if window.opens else now
            cut = None if window.is_closed(start) else window.cut_minutes(start)
            if cut is not None or window != quiz.window:
                yield TimeLine(quiz, student, window, quiz.window, cut)
