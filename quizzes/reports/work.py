"""Quizzes with what one learner has done at them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models import When as If
from django.urls import reverse
from django.utils import timezone

from courses.models import Course
from courses.models.content import Viewer
from courses.services.kept import kept as kept_for_everyone
from quizzes.domain.keeping import Keep, Kept, Outcome, in_order, kept_of
from quizzes.domain.results import percent_shown
from quizzes.domain.review import Shown, When
from quizzes.domain.timing import Window
from quizzes.models import Assignment, Attempt, ItemResponse, Quiz
from quizzes.models.accommodations import Grants, graded_places, grants_of
from quizzes.models.assignments import assigned_in
from quizzes.models.attempts import AttemptQuerySet
from quizzes.reports.scores import SoFar


@dataclass(frozen=True)
class OpenAttempt:
    """An attempt under way: how many answers it holds, and the first question that has none."""

    pk: UUID
    answered: int
    count: int
    place: int
    started_at: datetime
    deadline: datetime | None = None

    @property
    def address(self) -> str:
        """Return where it goes on."""
        return reverse("quizzes:attempt-item", args=[self.pk, self.place])


@dataclass
class Work:
    """What one learner has done at one quiz: what submitted attempts earned, in order, and what is not submitted."""

    outcomes: list[Outcome] = field(default_factory=list)
    totals: list[SoFar] = field(default_factory=list)
    """What is known of each total, one for each outcome."""
    attempt_count: int = 0
    open_attempt: OpenAttempt | None = None
    waits: bool = False
    """Whether something waits for a person to mark it."""
    has_own_grading: bool = False
    """Whether a total rests on what the student gave their own texts, where nobody else grades them."""

    def add(self, row: Mapping[str, Any], *, is_graded: bool) -> None:
        """Add an attempt, given its columns, in the order they were submitted."""
        self.attempt_count += 1
        self.waits |= row["unmarked_count"] > 0
        if row["state"] in Attempt.UNFINISHED:
            place = (row["first_open"] or 1) if row["is_free"] else row["place"]
            counts = row["answered"] or 0, row["asked"] or 0
            self.open_attempt = OpenAttempt(row["pk"], *counts, place, row["started_at"], row["deadline"])
        else:
            self.take(row, is_graded=is_graded)

    def take(self, row: Mapping[str, Any], *, is_graded: bool = True) -> None:
        """Add a submitted attempt, given its columns; one of which nothing counts earned no share."""
        score, possible, unmarked = row["score"], row["max_score"], row["unmarked_points"]
        own = None if is_graded or not row["unmarked_count"] else row["self_points"]
        if own is not None and possible:
            self.has_own_grading = True
            self.outcomes.append(Outcome((score + own) / possible))
            self.totals.append(SoFar(score, possible - unmarked, unmarked, is_graded))
        elif score is not None and possible:
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
    open_attempt: OpenAttempt | None = None
    has_own_grading: bool = False

    @property
    def is_passed_so_far(self) -> bool | None:
        """Say whether it passes; where nobody will grade the rest, by what is marked. None: not known yet."""
        if self.so_far is None or self.is_passed:
            return self.is_passed
        return self.so_far.is_passed(self.quiz.pass_percent)

    @property
    def own_count(self) -> int:
        """Return how many questions are the quiz's own, without those it draws from the course."""
        return self.question_count - (self.quiz.blueprint.size if self.quiz.blueprint else 0)


_TAKEN = (
    "number", "state", "score", "max_score", "unmarked_count", "unmarked_points", "self_points", "submitted_at",
    "started_at", "deadline", "place", "is_free", "asked", "answered", "first_open",
)  # fmt: skip


def own_attempts(attempts: AttemptQuerySet) -> Any:
    """Return attempts as they are read here; of those under way, with how many questions are asked and answered."""
    asked = ItemResponse.objects.filter(attempt=OuterRef("pk")).order_by()
    n = asked.values("attempt").annotate(n=Count("pk")).values("n")
    given = asked.filter(answer__isnull=False).values("attempt").annotate(n=Count("pk")).values("n")
    first = asked.filter(is_complete=False).order_by("position").values("position")[:1]

    def under_way(rows: Any) -> Case:
        return Case(If(state__in=Attempt.UNFINISHED, then=Subquery(rows)), default=0, output_field=IntegerField())

    counts = {"asked": under_way(n), "answered": under_way(given), "first_open": under_way(first)}
    return attempts.annotate(is_free=Q(quiz__navigation=Quiz.Navigation.FREE), **counts)


def work_at(quizzes: Iterable[Quiz], learner: Viewer | None) -> dict[Quiz, Work]:
    """Return quizzes with what a learner has done at each: in one query, and one more where something waits.

    Of a course's quizzes as they are kept for everyone nothing else is read.
    """
    found = {quiz: Work() for quiz in quizzes}
    if learner is None or learner.pk is None or not found:
        return found
    by_key = {quiz.pk: quiz for quiz in found}
    attempts = own_attempts(Attempt.objects.filter(student=learner.pk, quiz__in=list(by_key)))
    rows = attempts.order_by().values("pk", "quiz_id", *_TAKEN)
    taken = sorted(rows, key=lambda row: in_order(row["submitted_at"], row["number"]))
    graded = _graded_courses(learner.pk) if any(row["unmarked_count"] for row in taken) else set()
    for row in taken:
        quiz = by_key[row["quiz_id"]]
        found[quiz].add(row, is_graded=quiz.course_id in graded)
    return found


def _graded_courses(learner: int) -> set[int]:
    """Return the courses in which an instructor grades what the learner writes."""
    return set(graded_places(learner, F("cohort__course")).values_list("cohort__course", flat=True))


def lines_of(quizzes: Sequence[Quiz], learner: Viewer | None) -> list[QuizLine]:
    """Return quizzes, read with their number of questions, with the learner's work: in one query.

    Two more where what is granted decides about totals, and one where something waits to be graded.
    """
    totals = Totals(learner, timezone.now())
    return [line_of(quiz, work, totals.are_shown) for quiz, work in work_at(quizzes, learner).items()]


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

    def are_shown(self, quiz: Quiz) -> bool:
        """Say it of one quiz."""
        window = self._window(quiz) if quiz.matrix.waits_for_close else quiz.window
        return shows_total(quiz, window, now=self.now)

    def _window(self, quiz: Quiz) -> Window:
        if quiz.course_id not in self._grants:
            grants = grants_of(self.learner, course_id=quiz.course_id, now=self.now)
            pk = None if self.learner is None else self.learner.pk
            self._grants[quiz.course_id] = grants, {} if pk is None else assigned_in(quiz.course_id, pk)
        grants, assigned = self._grants[quiz.course_id]
        return grants.window_for(quiz, *assigned.get(quiz.pk, ()))


def line_of(quiz: Quiz, work: Work, are_shown: Callable[[Quiz], bool]) -> QuizLine:
    """Return a quiz with the work at it; `are_shown` says whether the totals of a quiz may be seen."""
    kept = work.kept(quiz.keep)
    if kept is not None and not are_shown(quiz):
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
        open_attempt=work.open_attempt,
        has_own_grading=kept is not None and work.has_own_grading,
    )


def percent_of(kept: Kept | None, pass_percent: int) -> Decimal | None:
    """Return what counts in per cent as it is shown: of what is marked in full."""
    share = None if kept is None else kept.at_least if kept.waits else kept.share
    return None if share is None else percent_shown(share, pass_percent)


def kept_quizzes(course: Course, what: str, **where: Any) -> list[Quiz]:
    """Return quizzes of a course with all that a list says of them, kept for everyone.

    A password is nothing to be kept twice.
    """

    def read() -> list[Quiz]:
        own = Quiz.objects.current().filter(course=course, **where).with_question_count()
        return list(own.defer("password", "intro", "sets", "draft"))

    quizzes = kept_for_everyone(course, what, read)
    for quiz in quizzes:
        quiz.course = course
    return quizzes
