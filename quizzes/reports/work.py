"""Quizzes with what one learner has done at them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery

from courses.models.content import Viewer
from quizzes.models import Attempt, Quiz
from quizzes.models.authoring import QuizQuerySet


@dataclass(frozen=True)
class QuizLine:
    """A quiz with the learner's best score; `best_percent` is rounded for display, `is_passed` tested before."""

    quiz: Quiz
    question_count: int
    attempt_count: int
    best_percent: int | None
    is_passed: bool
    is_open: bool


def with_work_of(quizzes: QuizQuerySet, learner: Viewer | None) -> QuizQuerySet:
    """Annotate the number of questions and, for the learner: attempts, the best score, the open attempt.

    The best attempt is the one with the largest share: papers of one quiz may differ in what they are out of.
    """
    own = Attempt.objects.of(learner).filter(quiz=OuterRef("pk"))
    best = own.submitted().best_first()
    tried = own.order_by().values("quiz").annotate(n=Count("pk")).values("n")
    return quizzes.with_question_count().annotate(
        attempt_count=Subquery(tried, output_field=IntegerField()),
        best_score=Subquery(best.values("score")[:1]),
        best_max=Subquery(best.values("max_score")[:1]),
        open_attempt=Subquery(own.open().values("pk")[:1]),
    )


def quiz_lines(quizzes: QuizQuerySet, learner: Viewer | None) -> list[QuizLine]:
    """Return quizzes with the learner's work, in one query."""
    return [_line(quiz) for quiz in with_work_of(quizzes, learner).select_related("course")]


def _line(quiz: Any) -> QuizLine:
    best = None if quiz.best_score is None else Decimal(quiz.best_score) / Decimal(quiz.best_max)
    return QuizLine(
        quiz,
        quiz.question_count,
        quiz.attempt_count or 0,
        None if best is None else round(100 * best),
        best is not None and 100 * best >= quiz.pass_percent,
        quiz.open_attempt is not None,
    )
