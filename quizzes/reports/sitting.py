"""The questions of a sitting: tries and hints so far, and what may be said of them already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID, uuid4

from django.template.defaultfilters import floatformat

from quizzes.domain import certainty
from quizzes.domain.base import ONE, Answer, ReviewRow
from quizzes.domain.behaviour import Behaviour, RightCount, Standing, count_told, rows_told
from quizzes.domain.kinds import AnySpec
from quizzes.domain.regrading import explained_by
from quizzes.domain.review import Shown, When
from quizzes.models import Attempt, ItemResponse, Quiz
from quizzes.reports.results import cut
from quizzes.services.marking import Basis, load_papers, raw_shares
from quizzes.services.tries import standing_of, visible_hints

_WHILE_TRYING = frozenset({Shown.OPTION_FEEDBACK, Shown.CORRECTNESS})
_ONCE_OVER = _WHILE_TRYING | {Shown.RIGHT_ANSWER, Shown.GENERAL_FEEDBACK}


@dataclass(frozen=True)
class Level:
    """A level of confidence as it is asked for; what it earns if right and if wrong, where that changes the mark."""

    number: int
    words: str
    stakes: tuple[Decimal, Decimal] | None = None

    @property
    def right(self) -> str:
        """Return what a right answer earns, with its sign."""
        return f"+{floatformat(self.stakes[0], '-2')}" if self.stakes else ""

    @property
    def wrong(self) -> str:
        """Return what a wrong answer costs, with its sign."""
        return floatformat(self.stakes[1], "-2").replace("-", "−") if self.stakes else ""


@dataclass(frozen=True)
class Question:
    """A question as it is sat. What belongs to tries is empty where answers are marked on submission."""

    response: ItemResponse
    client_key: UUID
    prefix: str
    tries: int = 0
    standing: Standing | None = None
    hints: tuple[str, ...] = ()
    hints_left: int = 0
    rows: tuple[ReviewRow, ...] = ()
    count: RightCount | None = None
    """How much of the last try was right, while there may be another."""
    last_share: Decimal | None = None
    certainties: tuple[Level, ...] = ()
    shown: frozenset[str] = frozenset()
    """The rows of the review matrix that may be shown of it now."""
    explanation: str = ""

    @property
    def spec(self) -> AnySpec:
        """Return the question as its author wrote it."""
        return self.response.revision.spec

    @property
    def state(self) -> str:
        """Return how the last try went: right, partly or wrong; nothing before one."""
        if self.last_share is None:
            return ""
        if self.last_share == ONE:
            return "right"
        return "partly" if self.last_share > 0 else "wrong"


@dataclass(frozen=True)
class Sitting:
    """The questions of a paper that one page shows, and how far the whole paper is."""

    attempt: Attempt
    responses: Sequence[ItemResponse]
    questions: Sequence[Question]

    @property
    def count(self) -> int:
        """Return how many questions the paper has."""
        return len(self.responses)

    @property
    def answered_count(self) -> int:
        """Return how many are answered in full."""
        return sum(each.is_complete for each in self.responses)

    @property
    def flagged_count(self) -> int:
        """Return how many are flagged."""
        return sum(each.is_flagged for each in self.responses)


def prefix_of(quiz: Quiz, position: int) -> str:
    """Return what the fields of a question are named after: several stand on one page where the layout says so."""
    return f"answer{position}" if quiz.layout == Quiz.Layout.ALL else "answer"


def sitting_of(attempt: Attempt, *, only: int | None = None) -> Sitting:
    """Return the page of an open attempt: one question, or all; in one query, and three more where tries count."""
    with_tries = attempt.quiz.is_checked_at_once
    if with_tries:
        bases = load_papers([attempt]).bases.get(attempt.pk, [])
    else:
        responses = attempt.responses.select_related("revision__item").order_by("position")
        bases = [Basis(response) for response in responses]
    shown = [basis for basis in bases if only in (None, basis.response.position)]
    questions = [_question(attempt, basis) for basis in shown]
    return Sitting(attempt, [basis.response for basis in bases], questions)


def _question(attempt: Attempt, basis: Basis) -> Question:
    response, spec = basis.response, basis.spec
    prefix = prefix_of(attempt.quiz, response.position)
    asked = _levels(attempt.quiz, response)
    if not (attempt.quiz.is_checked_at_once and spec.is_machine_marked):
        return Question(response, uuid4(), prefix, certainties=asked)
    hints = visible_hints(basis, attempt.quiz)
    last = basis.tries[-1] if basis.tries else None
    shown = _shown_now(attempt, is_over=response.is_over)
    explained = explained_by(spec, last, basis.adjustments)
    return Question(
        response,
        uuid4(),
        prefix,
        tries=len(basis.tries),
        standing=standing_of(basis, attempt.quiz),
        hints=hints,
        hints_left=0 if attempt.quiz.behaviour == Behaviour.INTERACTIVE else len(spec.hints) - len(hints),
        rows=_rows(explained, last, shown, is_over=response.is_over),
        count=None if response.is_over else count_told(explained, explained.clean(last)),
        last_share=raw_shares(basis, [last])[0] if last is not None else None,
        certainties=asked,
        shown=frozenset(row.value for row in shown),
        explanation=explained.feedback if Shown.GENERAL_FEEDBACK in shown else "",
    )


def _rows(spec: AnySpec, last: Answer, shown: frozenset[Shown], *, is_over: bool) -> tuple[ReviewRow, ...]:
    """Return what is said of the parts of the last try: next to nothing while there may be another."""
    if last is None or Shown.OPTION_FEEDBACK not in shown:
        return ()
    answer = spec.clean(last)
    return cut(spec.review(answer) if is_over else rows_told(spec, answer), shown)


def _levels(quiz: Quiz, response: ItemResponse) -> tuple[Level, ...]:
    """Return the levels of confidence to choose from; none where a person marks and certainty would change the mark."""
    spec = response.revision.spec
    is_asked = spec.is_machine_marked if quiz.is_certainty_marked else spec.is_scored
    if not (quiz.asks_confidence and is_asked):
        return ()
    worth = response.revision.points
    return tuple(
        Level(int(level), words, certainty.stakes(level, worth=worth) if quiz.is_certainty_marked else None)
        for level, words in certainty.WORDS.items()
    )


def _shown_now(attempt: Attempt, *, is_over: bool) -> frozenset[Shown]:
    """Return what a question marked at once may say: once it is over, no more than the matrix shows on submission."""
    return attempt.quiz.matrix.at(When.AFTER) & (_ONCE_OVER if is_over else _WHILE_TRYING)


@dataclass(frozen=True)
class Clock:
    """The time left of an attempt, in whole seconds, and how far the announcements have come."""

    deadline: datetime
    seconds: int
    step: int
    """0 until half the time is gone, then 1, 2 with a tenth left, 3 with a minute left."""
    is_calm: bool = False

    @property
    def minutes(self) -> int:
        """Return the whole minutes left."""
        return self.seconds // 60


def clock_of(attempt: Attempt, *, now: datetime, is_calm: bool = False) -> Clock | None:
    """Return the clock of an open attempt, or None without a deadline."""
    if attempt.deadline is None or attempt.is_finished:
        return None
    left = max(0, int((attempt.deadline - now).total_seconds()))
    whole = max(1, int((attempt.deadline - attempt.started_at).total_seconds()))
    step = (left <= whole / 2) + (left <= whole / 10) + (left <= 60)
    return Clock(attempt.deadline, left, step, is_calm)
