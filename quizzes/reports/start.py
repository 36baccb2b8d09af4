"""What a student should know before starting a quiz: when, how long, how often, how it is marked, what is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from courses.models.content import Viewer
from quizzes.domain import behaviour, certainty, keeping
from quizzes.domain.keeping import Keep
from quizzes.domain.review import COLUMNS, ROWS, When
from quizzes.domain.timing import CreditStep, Window
from quizzes.models import Attempt, ItemRevision, Quiz
from quizzes.models.access import Grants, grants_of
from quizzes.reports.work import shows_total
from quizzes.services.attempts import may_start_at


@dataclass(frozen=True)
class StartPage:
    """Everything the front page of a quiz says. `window` is the student's own, `plain` that of the quiz."""

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

    @property
    def open_attempt(self) -> Attempt | None:
        """Return the attempt to go on with."""
        return next((attempt for attempt in self.attempts if not attempt.is_finished), None)

    @property
    def left(self) -> int | None:
        """Return how many attempts are left; None: as many as one likes."""
        return None if self.window.attempts is None else max(0, self.window.attempts - len(self.attempts))

    @property
    def obstacle(self) -> str:
        """Return why no attempt may start now: early, closed, spent, wait or empty; or nothing."""
        if self.question_count == 0:
            return "empty"
        if self.window.is_early(self.now):
            return "early"
        if self.window.is_closed(self.now):
            return "closed"
        if self.left == 0:
            return "spent"
        return "wait" if self.opens_again is not None and self.now < self.opens_again else ""

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
    def keep_words(self) -> str:
        """Say which attempt counts."""
        return keeping.WORDS[Keep(self.quiz.keep)]

    @property
    def behaviour_words(self) -> str:
        """Say when answers are marked and what tries cost."""
        return behaviour.WORDS[behaviour.Behaviour(self.quiz.behaviour)]

    @property
    def confidence_table(self) -> list[tuple[str, Decimal, Decimal]]:
        """Return, for each level of confidence, what right and wrong earn under certainty-based marking."""
        levels = certainty.Certainty
        return [(certainty.WORDS[level], certainty.RIGHT[level], certainty.WRONG[level]) for level in levels]

    @property
    def credit(self) -> Sequence[CreditStep]:
        """Return what work earns by when it is in, earliest first."""
        return sorted(self.quiz.credit_steps, key=lambda step: step.days)

    @property
    def shown(self) -> list[tuple[str, list[str]]]:
        """Return what is shown when, in words; a time at which nothing is shown is left out."""
        matrix = self.quiz.matrix
        times = [when for when in When if when is not When.DURING and (when is not When.CLOSED or self.window.closes)]
        rows = [(COLUMNS[when], [ROWS[row] for row in ROWS if row in matrix.at(when)]) for when in times]
        return [row for row in rows if row[1]]

    @property
    def shows_totals(self) -> bool:
        """Say whether the totals of attempts may be seen now."""
        return shows_total(self.quiz, self.window, now=self.now)


def start_page(quiz: Quiz, student: Viewer | None, *, now: datetime) -> StartPage:
    """Return the front page of a quiz for a student, in five queries at most."""
    grants: Grants = grants_of(student, course_id=quiz.course_id, now=now)
    attempts = list(Attempt.objects.of(student).filter(quiz=quiz).order_by("number"))
    for attempt in attempts:
        attempt.quiz = quiz
    paper = list(ItemRevision.objects.for_paper().filter(item__quiz=quiz))
    blueprint = quiz.blueprint
    return StartPage(
        quiz,
        grants.window(quiz),
        quiz.window,
        grants.accommodation.is_calm,
        attempts,
        may_start_at(quiz, attempts),
        len(paper) + (blueprint.size if blueprint else 0),
        None if blueprint else sum((revision.points for revision in paper), Decimal(0)),
        Counter(revision.spec.marking_rule() for revision in paper).most_common(),
        now,
    )
