"""Spaced review: when a card comes back. FSRS-6 with its default weights, by the library `fsrs`.

A card is asked again on the day on which the chance of recalling it falls to 90%. What is ours: how an answer becomes a
grade, whole days only (no steps of minutes, no chance), and the date of an exam, by which a card comes once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import IntEnum

from fsrs import Card, Rating, Scheduler, State

from quizzes.domain.certainty import Certainty
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named

RETENTION = 0.9
"""The chance of recall at which a card is asked again."""
EXAM_RETENTION = 0.95
"""The chance of recall wanted on the day of an exam (ours)."""


def _scheduler(retention: float) -> Scheduler:
    return Scheduler(desired_retention=retention, learning_steps=(), relearning_steps=(), enable_fuzzing=False)


_SCHEDULER, _BEFORE_EXAM = _scheduler(RETENTION), _scheduler(EXAM_RETENTION)


class Grade(IntEnum):
    """How well a card was known."""

    WRONG = 1
    HARD = 2
    RIGHT = 3
    CERTAIN = 4


class Face(Named):
    """The side of a glossary term that is shown first."""

    TERM = "term", _("term to meaning")
    MEANING = "meaning", _("meaning to term")


@dataclass(frozen=True)
class Memory:
    """What is known of how well a card is remembered: days of stability, difficulty from 1 to 10, the last review."""

    stability: float
    difficulty: float
    reviewed_at: datetime

    def recall(self, now: datetime) -> float:
        """Return the chance of recalling it now, 0 to 1."""
        return _SCHEDULER.get_card_retrievability(_card(self), now.astimezone(UTC))


@dataclass(frozen=True)
class Review:
    """One time a card was asked."""

    grade: Grade
    at: datetime


def grade_of(share: Decimal, *, tries: int = 1, hints: int = 0, confidence: int | None = None) -> Grade:
    """Return the grade of an answer: wrong, right with help, right, or right at once and certain.

    >>> [grade_of(Decimal(1), hints=1).value, grade_of(Decimal(1)).value, grade_of(Decimal("0.5")).value]
    [2, 3, 1]
    """
    if share < 1:
        return Grade.WRONG
    if hints or tries > 1:
        return Grade.HARD
    return Grade.CERTAIN if confidence == Certainty.HIGH else Grade.RIGHT


def reviewed(memory: Memory | None, review: Review) -> Memory:
    """Return what is known of a card after a review; None: it is the first."""
    card, _entry = _SCHEDULER.review_card(_card(memory), Rating(review.grade), review.at.astimezone(UTC))
    assert card.stability is not None and card.difficulty is not None  # noqa: S101, PT018 (a reviewed card has both)
    return Memory(card.stability, card.difficulty, review.at)


def replayed(reviews: Iterable[Review]) -> Memory | None:
    """Return what a log of reviews, in their order, makes known of a card."""
    memory: Memory | None = None
    for review in reviews:
        memory = reviewed(memory, review)
    return memory


def interval(memory: Memory, scheduler: Scheduler = _SCHEDULER) -> int:
    """Return after how many whole days the chance of recall has fallen so far that a card is asked: at least one."""
    return scheduler._next_interval(stability=memory.stability)  # noqa: SLF001 (the library has no other way to ask)


def due_day(memory: Memory, *, today: date, exam: date | None = None) -> date:
    """Return the day a card that was reviewed today comes back.

    If that is past the exam, it comes so long before the exam that the chance of recall is 95% on the day, yet not
    before tomorrow. Once the exam is over it counts no more.
    """
    day = today + timedelta(days=interval(memory))
    if exam is None or exam <= today or day <= exam:
        return day
    return max(today + timedelta(days=1), exam - timedelta(days=interval(memory, _BEFORE_EXAM)))


def _card(memory: Memory | None) -> Card:
    if memory is None:
        return Card(card_id=0)
    return Card(
        card_id=0,
        state=State.Review,
        stability=memory.stability,
        difficulty=memory.difficulty,
        last_review=memory.reviewed_at.astimezone(UTC),
    )
