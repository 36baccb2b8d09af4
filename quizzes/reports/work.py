"""Quizzes with what one learner has done at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q
from django.utils import timezone

from courses.models.content import Viewer
from quizzes.domain.keeping import Keep, Kept, Outcome, in_order, kept_of
from quizzes.domain.results import percent_shown
from quizzes.domain.review import Shown, When
from quizzes.domain.timing import Window
from quizzes.models import Assignment, Attempt, Quiz
from quizzes.models.accommodations import Grants, grants_of, has_grants, is_graded
from quizzes.models.assignments import assigned_in
from quizzes.models.authoring import QuizQuerySet
from quizzes.reports.scores import SoFar


@dataclass
class Work:
    """What one learner has done at one quiz: what submitted attempts earned, in order, and what is not submitted."""

    outcomes: list[Outcome] = field(default_factory=list)
    totals: list[SoFar] = field(default_factory=list)
    """What is known of each total, one for each outcome."""
    attempt_count: int = 0
    open_attempt: UUID | None = None
    waits: bool = False
    """Whether something waits for a person to mark it."""
    is_granted: bool = False
    """Whether something is granted to the learner that may change when the quiz closes for them."""

    def take(self, row: Mapping[str, Any], *, is_graded: bool = True) -> None:
        """Add a submitted attempt, given its columns; one of which nothing counts earned no share."""
        score, possible, unmarked = row["score"], row["max_score"], row["unmarked_points"]
        if score is not None and possible:
            self.outcomes.append(Outcome(score / possible, waits=row["unmarked_count"] > 0))
            self.totals.append(SoFar(score, possible - unmarked, unmarked, is_graded))

    def kept(self, rule: str) -> Kept | None:
        """Return what counts by a quiz's rule; None when nothing was submitted."""
        return kept_of(Keep(rule), self.outcomes)

    def so_far(self, kept: Kept | None) -> SoFar | None:
        """Return what is known of the attempt that counts, while a person has yet to mark some of it."""
        if kept is None or not kept.waits or kept.at is None or not self.outcomes[kept.at].waits:
            return None
        return self.totals[kept.at]


@dataclass(frozen=True)
class QuizLine:
    """A quiz with the learner's result; `best_percent` is rounded for display, `is_passed` tested before.

    Both say nothing while the quiz keeps totals back, and nothing of a total that is not marked in full: that is told
    by `so_far`.
    """

    quiz: Quiz
    question_count: int
    attempt_count: int
    best_percent: Decimal | None
    is_passed: bool | None
    is_open: bool
    waits: bool = False
    so_far: SoFar | None = None

    @property
    def own_count(self) -> int:
        """Return how many questions are the quiz's own, without those it draws from the course."""
        return self.question_count - (self.quiz.blueprint.size if self.quiz.blueprint else 0)


_TAKEN = ("number", "state", "score", "max_score", "unmarked_count", "unmarked_points", "submitted_at")


def work_at(quizzes: QuizQuerySet, learner: Viewer | None, *, now: datetime) -> dict[Quiz, Work]:
    """Return quizzes with what a learner has done at each, in one query: a row for each attempt, or one without any."""
    mine = Q(attempts__student=learner.pk if learner is not None else None)
    rows = quizzes.annotate(own=FilteredRelation("attempts", condition=mine), own_pk=F("own__pk"))
    rows = rows.annotate(**{f"own_{name}": F(f"own__{name}") for name in _TAKEN})
    if learner is not None and learner.pk is not None:
        rows = rows.annotate(is_granted=has_grants(learner.pk, now=now), is_graded=is_graded(learner.pk))
    found: dict[Quiz, Work] = {}
    listed: list[Any] = list(rows)
    for row in listed:
        found.setdefault(row, Work(is_granted=getattr(row, "is_granted", False)))
    for row in sorted((row for row in listed if row.own_pk is not None), key=_in_order):
        _add(found[row], row)
    return found


def _in_order(row: Any) -> Any:
    return in_order(row.own_submitted_at, row.own_number)


def _add(work: Work, row: Any) -> None:
    """Add an attempt, in the order they were submitted."""
    work.attempt_count += 1
    work.waits |= row.own_unmarked_count > 0
    if row.own_state in Attempt.UNFINISHED:
        work.open_attempt = row.own_pk
    else:
        work.take({name: getattr(row, f"own_{name}") for name in _TAKEN}, is_graded=row.is_graded)


def quiz_lines(quizzes: QuizQuerySet, learner: Viewer | None) -> list[QuizLine]:
    """Return quizzes with the learner's work, in one query; three more where what is granted decides about totals."""
    now = timezone.now()
    found = work_at(quizzes.with_question_count().select_related("course"), learner, now=now)
    totals = Totals(learner, now)
    return [_line(quiz, work, totals) for quiz, work in found.items()]


def question_count_of(quiz: Quiz) -> int:
    """Return how many questions a paper has: those of the quiz and those it draws."""
    own: int = quiz.question_count  # type: ignore[attr-defined]  # annotated by with_question_count
    return own + (quiz.blueprint.size if quiz.blueprint else 0)


def shows_total(quiz: Quiz, window: Window, *, now: datetime) -> bool:
    """Say whether the quiz lets its totals be seen now by a learner who has this window."""
    return Shown.OVERALL in quiz.matrix.at(When.CLOSED if window.is_closed(now) else When.LATER)


class Totals:
    """Whether a learner may see their totals in lists now.

    What is granted to them is fetched only where a close decides, once for each course.
    """

    def __init__(self, learner: Viewer | None, now: datetime) -> None:
        self.learner, self.now = learner, now
        self._grants: dict[int, tuple[Grants, dict[int, list[Assignment]]]] = {}

    def are_shown(self, quiz: Quiz, *, is_granted: bool = True) -> bool:
        """Say it of one quiz; `is_granted` is false where it is known that the quiz's own window holds."""
        window = self._window(quiz) if is_granted and quiz.matrix.waits_for_close else quiz.window
        return shows_total(quiz, window, now=self.now)

    def _window(self, quiz: Quiz) -> Window:
        if quiz.course_id not in self._grants:
            grants = grants_of(self.learner, course_id=quiz.course_id, now=self.now)
            pk = None if self.learner is None else self.learner.pk
            self._grants[quiz.course_id] = grants, {} if pk is None else assigned_in(quiz.course_id, pk)
        grants, assigned = self._grants[quiz.course_id]
        return grants.window_for(quiz, *assigned.get(quiz.pk, ()))


def _line(quiz: Quiz, work: Work, totals: Totals) -> QuizLine:
    kept = work.kept(quiz.keep)
    if kept is not None and not totals.are_shown(quiz, is_granted=work.is_granted):
        kept = None
    return QuizLine(
        quiz,
        question_count_of(quiz),
        work.attempt_count,
        best_percent=percent_of(kept, quiz.pass_percent),
        is_passed=kept is not None and kept.is_passed(quiz.pass_percent),
        is_open=work.open_attempt is not None,
        waits=work.waits,
        so_far=work.so_far(kept),
    )


def percent_of(kept: Kept | None, pass_percent: int) -> Decimal | None:
    """Return what counts in per cent as it is shown: of what is marked in full."""
    share = None if kept is None else kept.at_least if kept.waits else kept.share
    return None if share is None else percent_shown(share, pass_percent)
