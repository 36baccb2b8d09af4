"""The study behind a course: each statement, where it is taught and where it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Prefetch

from courses.models import Course, Lesson, StudyStatement
from quizzes.models import Item


@dataclass(frozen=True)
class StatementLine:
    """One statement with the lessons that teach it and, by lesson, how many questions test it."""

    statement: StudyStatement
    lessons: Sequence[Lesson]
    question_count: int


def study_of(course: Course) -> list[StatementLine]:
    """Return the statements of a course's study, in three queries."""
    items = Item.objects.filter(is_retired=False, purpose=Item.Purpose.QUESTION)
    statements = course.statements.filter(is_retired=False).prefetch_related(
        Prefetch("lessons", Lesson.objects.current().defer("body", "notes")), Prefetch("items", items)
    )
    return [
        StatementLine(statement, list(statement.lessons.all()), len(statement.items.all())) for statement in statements
    ]
