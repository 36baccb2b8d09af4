"""What a student should know before starting a quiz: when, how long, how often, how it is marked, what is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from courses.models.content import Viewer
from quizzes.domain import behaviour, certainty, keeping
from quizzes.domain.keeping import Keep
from quizzes.domain.review import ROWS, timetable
from quizzes.domain.timing import CreditStep, Window
from quizzes.models import Assignment, Attempt, ItemRevision, Quiz
from quizzes.models.accommodations import Grants, grants_of, places_of
from quizzes.models.assignments import assignments_at
from quizzes.reports.scores import SoFar, so_far
from quizzes.reports.work import shows_total
from quizzes.services.attempts import may_start_at
from quizzes.services.availability import Missing, missing_for


@dataclass(frozen=True)
class StartPage:
    """Everything the front page of a quiz says. `window` is the student's own, `plain` that of the quiz.

    It is about one of the `choices`, what the student's classes have assigned; with several and none chosen, the dates
    are those of the quiz, and nothing can be started before one is.
    """

    quiz: Quiz
    window: Window
    plain: Window
    is_calm: bool
    attempts: Sequence[Attempt]
    opens_again: datetime | None
    question_count: int
    points: Decimal | None
    rules: Sequence[tuple[str, int]]
    now: datetime
    is_in_class: bool = False
    """Whether the student has a place in a class of the course."""
    is_graded: bool = False
    """Whether such a class has anyone to grade what a person marks."""
    choices: Sequence[Assignment] = ()
    assignment: Assignment | None = None
    """What an attempt started from here is taken for; None: self-study, or not chosen yet."""

    missing: Sequence[Missing] = ()
    """What the student has to do first."""

    @property
    def must_choose(self) -> bool:
        """Say whether the class has to be chosen first."""
        return self.assignment is None and len(self.choices) > 1

    @property
    def zone(self) -> str:
        """Return the time zone in which dates are meant, for readers whose own is not known."""
        return "UTC" if self.assignment is None else self.assignment.cohort.time_zone

    @property
    def counted(self) -> Sequence[Attempt]:
        """Return the attempts that count towards what is allowed: those for the same assignment."""
        pk = None if self.assignment is None else self.assignment.pk
        return [attempt for attempt in self.attempts if attempt.assignment_id == pk]

    @property
    def open_attempt(self) -> Attempt | None:
        """Return the attempt to go on with."""
        return next((attempt for attempt in self.counted if not attempt.is_finished), None)

    @property
    def left(self) -> int | None:
        """Return how many attempts are left; None: as many as one likes."""
        return None if self.window.attempts is None else max(0, self.window.attempts - len(self.counted))

    @property
    def has_one_attempt(self) -> bool:
        """Say whether there is one attempt for the student, so that nothing has to be said of several."""
        return self.window.attempts == 1

    @property
    def needs_confirming(self) -> bool:
        """Say whether starting is asked about first: a clock would run, or the only attempt left would be used."""
        return self.open_attempt is None and (self.window.minutes is not None or self.left == 1)

    @property
    def totals(self) -> Sequence[tuple[Attempt, SoFar | None]]:
        """Return the attempts, each with what is known of its total while that is not marked in full."""
        return [(attempt, so_far(attempt, is_graded=self.is_graded)) for attempt in self.attempts]

    @property
    def obstacle(self) -> str:
        """Return why no attempt may start now: choose, early, closed, spent, wait, first or empty; or nothing."""
        if self.question_count == 0:
            return "empty"
        if self.must_choose:
            return "choose"
        if self.window.is_early(self.now):
            return "early"
        if self.window.is_closed(self.now):
            return "closed"
        if self.left == 0:
            return "spent"
        if self.opens_again is not None and self.now < self.opens_again:
            return "wait"
        return "first" if self.missing else ""

    @property
    def is_extended(self) -> bool:
        """Say whether the student has a longer time limit than the quiz gives, or none where the quiz has one."""
        plain, own = self.plain.minutes, self.window.minutes
        return plain is not None and (own is None or own > plain)

    @property
    def cut_minutes(self) -> int | None:
        """Return how many minutes an attempt started now would have, when the close cuts its limit short."""
        return self.window.cut_minutes(self.now)

    @property
    def minutes_now(self) -> int | None:
        """Return how many minutes an attempt started now would have; None: no limit."""
        return self.window.minutes if self.cut_minutes is None else self.cut_minutes

    @property
    def keep_words(self) -> str:
        """Say which attempt counts."""
        return keeping.WORDS[Keep(self.quiz.keep)]

    @property
    def behaviour_words(self) -> str:
        """Say when answers are marked and what tries cost."""
        return behaviour.WORDS[behaviour.Behaviour(self.quiz.behaviour)]

    @property
    def confidence_table(self) -> list[tuple[str, Decimal, Decimal]]:
        """Return, for each level of confidence, what right and wrong earn in a question worth three points."""
        levels = certainty.Certainty
        return [(certainty.WORDS[level], certainty.RIGHT[level], certainty.WRONG[level]) for level in levels]

    @property
    def credit(self) -> Sequence[CreditStep]:
        """Return what work earns by when it is in, earliest first."""
        return sorted(self.quiz.credit_steps, key=lambda step: step.days)

    @property
    def shown(self) -> list[tuple[str, list[str]]]:
        """Return what is shown when, in words."""
        times = timetable(self.quiz.matrix, has_close=self.window.closes is not None)
        return [(words, [ROWS[row] for row in ROWS if row in shown]) for words, shown in times]

    @property
    def shows_totals(self) -> bool:
        """Say whether the totals of attempts may be seen now."""
        return shows_total(self.quiz, self.window, now=self.now)


def start_page(quiz: Quiz, student: Viewer | None, *, now: datetime, chosen: int | None = None) -> StartPage:
    """Return the front page of a quiz for a student, in six queries at most, four more where something comes first.

    `chosen` is the id of the assignment worked for, where several classes have assigned the quiz.
    """
    grants: Grants = grants_of(student, course_id=quiz.course_id, now=now)
    choices = assignments_at(quiz, student)
    assignment = choices[0] if len(choices) == 1 else next((each for each in choices if each.pk == chosen), None)
    attempts = list(Attempt.objects.of(student).filter(quiz=quiz).in_order())
    places = places_of(student, course_id=quiz.course_id)
    for attempt in attempts:
        attempt.quiz = quiz
    paper = list(ItemRevision.objects.for_paper().filter(item__quiz=quiz))
    blueprint = quiz.blueprint
    page = StartPage(
        quiz,
        window=grants.window_for(quiz, assignment),
        plain=quiz.window,
        is_calm=grants.accommodation.is_calm,
        attempts=attempts,
        opens_again=None,
        question_count=len(paper) + (blueprint.size if blueprint else 0),
        points=None if blueprint else sum((revision.points for revision in paper), Decimal(0)),
        rules=Counter(revision.spec.marking_rule() for revision in paper).most_common(),
        now=now,
        is_in_class=bool(places),
        is_graded=any(places),
        choices=choices,
        assignment=assignment,
        missing=missing_for(assignment, student.pk) if student is not None and student.pk is not None else (),
    )
    return replace(page, opens_again=may_start_at(quiz, page.counted))
