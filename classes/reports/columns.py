"""The columns of a class's overview: what is assigned, in the order of the course."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Q

from courses.models import Cohort, Lesson, Unit
from quizzes.models import Assignment, Quiz


@dataclass(frozen=True)
class Column:
    """One lesson or quiz that is assigned. `due_at` is the date for everyone, and `size` the sections of a lesson."""

    unit: Unit
    title: str
    lesson: int | None
    quiz: int | None
    due_at: datetime | None
    pass_percent: int = 0
    size: int = 0
    is_for_all: bool = True
    """Whether everyone in the class has it."""
    position: tuple[int, int, bool, str] = (0, 0, False, "")
    key: str = ""


def columns(cohort: Cohort) -> list[Column]:
    """Return what is assigned to anyone in a class, in three queries whatever its size."""
    assigned = list(Assignment.objects.live().filter(cohort=cohort))
    is_whole = any(each.is_whole_course for each in assigned)
    lessons = {each.lesson_id for each in assigned if each.lesson_id is not None}
    quizzes = {each.quiz_id for each in assigned if each.quiz_id is not None}
    due = {(each.lesson_id, each.quiz_id): each.due_at for each in assigned if each.is_for_everyone}
    is_for_all = any(each.is_whole_course and each.is_for_everyone for each in assigned)
    some = Q() if is_whole else Q(pk__in=lessons)
    read = Lesson.objects.current().filter(some, course=cohort.course_id).written().with_section_count()
    found = [_of_lesson(each, due.get((each.pk, None))) for each in read.select_related("unit").defer("body", "notes")]
    some = Q() if is_whole else Q(pk__in=quizzes)
    asked = Quiz.objects.current().filter(some, course=cohort.course_id).select_related("unit", "lesson__unit")
    found += [_of_quiz(each, due.get((None, each.pk))) for each in asked]
    found = [replace(each, is_for_all=is_for_all or (each.lesson, each.quiz) in due) for each in found]
    return sorted(found, key=lambda each: each.position)


def _of_lesson(lesson: Lesson, due_at: datetime | None) -> Column:
    place = (lesson.unit.position, lesson.position, False, lesson.title)
    size = lesson.section_count  # type: ignore[attr-defined]  # annotated
    title = f"{lesson.number} {lesson.title}".strip()
    return Column(lesson.unit, title, lesson.pk, None, due_at, size=size, position=place)


def _of_quiz(quiz: Quiz, due_at: datetime | None) -> Column:
    unit = quiz.lesson.unit if quiz.lesson is not None else quiz.unit
    assert unit is not None  # noqa: S101 (a quiz has a unit, or a lesson that has one)
    place = (unit.position, quiz.lesson.position if quiz.lesson is not None else 1_000, True, quiz.title)
    return Column(
        unit, quiz.title, None, quiz.pk, due_at or quiz.due_at, quiz.pass_percent, position=place, key=quiz.key
    )
