"""Quizzes with what one learner has done at them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.utils import timezone

from courses.models.content import Viewer
from quizzes.domain.keeping import Keep, kept_share
from quizzes.domain.review import Shown, When
from quizzes.models import Attempt, Quiz
from quizzes.models.authoring import QuizQuerySet


@dataclass
class Work:
    """What one learner has done at one quiz: shares of submitted attempts in order, and what is not submitted."""

    shares: list[Decimal] = field(default_factory=list)
    attempt_count: int = 0
    open_attempt: UUID | None = None
    waits: bool = False
    """Whether something waits for a person to mark it."""

    def kept(self, quiz: Quiz) -> Decimal | None:
        """Return the share that counts by the quiz's rule; None when nothing was submitted."""
        return kept_share(Keep(quiz.keep), self.shares)


@dataclass(frozen=True)
class QuizLine:
    """A quiz with the learner's result; `best_percent` is rounded for display, `is_passed` tested before.

    Both say nothing while the quiz keeps totals back.
    """

    quiz: Quiz
    question_count: int
    attempt_count: int
    best_percent: int | None
    is_passed: bool
    is_open: bool
    waits: bool = False


def work_at(quizzes: Iterable[Quiz], learner: Viewer | None) -> dict[int, Work]:
    """Return what a learner has done at each of some quizzes, in one query."""
    found = {quiz.pk: Work() for quiz in quizzes}
    for attempt in Attempt.objects.of(learner).filter(quiz__in=found).order_by("number"):
        work = found[attempt.quiz_id]
        work.attempt_count += 1
        work.waits |= attempt.unmarked_count > 0
        if not attempt.is_finished:
            work.open_attempt = attempt.pk
        elif attempt.share is not None:
            work.shares.append(attempt.share)
    return found


def quiz_lines(quizzes: QuizQuerySet, learner: Viewer | None) -> list[QuizLine]:
    """Return quizzes with the learner's work, in two queries."""
    listed = list(quizzes.with_question_count().select_related("course"))
    work, now = work_at(listed, learner), timezone.now()
    return [_line(quiz, work[quiz.pk], now) for quiz in listed]


def question_count_of(quiz: Quiz) -> int:
    """Return how many questions a paper has: those of the quiz and those it draws."""
    own: int = quiz.question_count  # type: ignore[attr-defined]  # annotated by with_question_count
    return own + (quiz.blueprint.size if quiz.blueprint else 0)


def shows_total(quiz: Quiz, now: datetime) -> bool:
    """Say whether the quiz lets its totals be seen in lists now."""
    is_closed = quiz.closes_at is not None and now >= quiz.closes_at
    return Shown.OVERALL in quiz.matrix.at(When.CLOSED if is_closed else When.LATER)


def _line(quiz: Quiz, work: Work, now: datetime) -> QuizLine:
    kept = work.kept(quiz) if shows_total(quiz, now) else None
    return QuizLine(
        quiz,
        question_count_of(quiz),
        work.attempt_count,
        None if kept is None else round(100 * kept),
        kept is not None and 100 * kept >= quiz.pass_percent,
        work.open_attempt is not None,
        work.waits,
    )
