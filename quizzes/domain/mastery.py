"""Mastery of an objective, worked out from a student's own answers.

Source of the moving mean and of what counts: Pelánek & Řihák 2017 and 2018 (the data and the threshold matter more than
the model); the threshold of 80% and the gates are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named
from quizzes.domain.results import percent_shown

KEPT_WEIGHT = Decimal("0.8")
"""How much of what was known before remains when one more answer comes in."""
NEARLY, GOAL = Decimal("0.6"), Decimal("0.8")
ANSWERS, QUESTIONS, DAYS = 5, 3, 2
"""An objective is judged by so many answers, to so many questions, on so many days."""


class State(Named):
    """How well an objective is mastered; the order is from weakest to strongest."""

    LEARNING = "learning", _("learning")
    NEARLY = "nearly", _("nearly there")
    FEW = "few", _("too few answers yet")
    MASTERED = "mastered", _("mastered")


@dataclass(frozen=True)
class Answered:
    """One answer to a question on an objective: what it earned at the first try, without a hint, from 0 to 1.

    `size` is how many questions there were on the objective when this one was asked.
    """

    question: int
    at: datetime
    share: Decimal
    size: int = QUESTIONS

    @property
    def day(self) -> date:
        """Return the day it was given on, in UTC, so that it is the same wherever the student reads it."""
        return self.at.astimezone(UTC).date()


@dataclass(frozen=True)
class Mastery:
    """How well a student has mastered an objective, and what that rests on.

    `share` is a moving mean from 0 to 1, None without answers. `gate` is how many different questions are asked for: as
    many as there were, where they were fewer than `QUESTIONS`.
    """

    share: Decimal | None = None
    answers: int = 0
    questions: int = 0
    days: int = 0
    gate: int = QUESTIONS

    @property
    def is_judged(self) -> bool:
        """Say whether the answers are enough to tell."""
        return self.answers >= ANSWERS and self.questions >= self.gate and self.days >= DAYS

    @property
    def state(self) -> State:
        """Return how well it is mastered."""
        if self.share is None or not self.is_judged:
            return State.FEW
        if self.share >= GOAL:
            return State.MASTERED
        return State.NEARLY if self.share >= NEARLY else State.LEARNING

    @property
    def percent(self) -> Decimal:
        """Return it in per cent as it is shown, never across a threshold it does not reach."""
        return percent_shown(self.share or Decimal(0), int(100 * NEARLY), int(100 * GOAL))

    @property
    def is_gate_lowered(self) -> bool:
        """Say whether fewer questions are asked for than usual, since there were no more."""
        return self.gate < QUESTIONS


def first_tries(answers: Iterable[Answered]) -> list[Answered]:
    """Return the answers that count, oldest first: of each question the first of each day."""
    found: dict[tuple[int, date], Answered] = {}
    for each in sorted(answers, key=lambda each: (each.at, each.question)):
        found.setdefault((each.question, each.day), each)
    return list(found.values())


def mastery_of(counted: Sequence[Answered]) -> Mastery:
    """Return the mastery that answers amount to, of those that count, oldest first.

    The mean begins with the first answer; each later one counts a fifth. Because the number of questions is taken from
    the answers, and the smallest counts, a question that is added or withdrawn later never lowers what was reached.

    >>> from datetime import timedelta
    >>> start = datetime(2026, 11, 2, tzinfo=UTC)
    >>> week = [Answered(at % 3, start + timedelta(days=at), Decimal(at != 1)) for at in range(5)]
    >>> found = mastery_of(week)
    >>> str(found.share), found.state.value
    ('0.8976', 'mastered')
    """
    if not counted:
        return Mastery()
    share = counted[0].share
    for each in counted[1:]:
        share = KEPT_WEIGHT * share + (1 - KEPT_WEIGHT) * each.share
    return Mastery(
        share=share,
        answers=len(counted),
        questions=len({each.question for each in counted}),
        days=len({each.day for each in counted}),
        gate=min(QUESTIONS, *(max(1, each.size) for each in counted)),
    )


def mastery_at(counted: Sequence[Answered], moment: datetime) -> Mastery:
    """Return the mastery as it stood at a moment, by the answers given until then."""
    return mastery_of([each for each in counted if each.at <= moment])


def is_moved(before: Mastery, after: Mastery) -> bool:
    """Say whether a difference is worth showing: three answers were there before, and it moved by three points."""
    if before.share is None or after.share is None or before.answers < _ENOUGH_BEFORE:
        return False
    return abs(after.share - before.share) >= _NOTABLE


_ENOUGH_BEFORE, _NOTABLE = 3, Decimal("0.03")
