"""When a card comes back: the published numbers of FSRS-6, the mapping of answers to grades, the date of an exam."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from fsrs import Card, Rating, Scheduler

from quizzes.domain.spaced_review import (
    EXAM_RETENTION,
    RETENTION,
    Grade,
    Memory,
    Review,
    due_day,
    grade_of,
    interval,
    replayed,
    reviewed,
)

START = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
RIGHT = Decimal(1)


def log(grades: list[int], days: list[int]) -> list[Review]:
    """Return reviews with so many days between them."""
    found, at = [], START
    for grade, gap in zip(grades, days, strict=True):
        at += timedelta(days=gap)
        found.append(Review(Grade(grade), at))
    return found


@pytest.mark.parametrize(
    ("grades", "days", "stability", "difficulty"),
    [
        # The engine's own test (fsrs-rs, src/inference.rs) and that of the Python library (test_memo_state).
        ([1, 3, 3, 3, 3, 3], [0, 0, 1, 3, 8, 21], 53.62691, 6.3574867),
    ],
)
def test_memory_is_that_of_the_published_vectors(
    grades: list[int], days: list[int], stability: float, difficulty: float
) -> None:
    memory = replayed(log(grades, days))

    assert memory is not None
    assert memory.stability == pytest.approx(stability, abs=1e-4)
    assert memory.difficulty == pytest.approx(difficulty, abs=1e-4)


def test_intervals_are_those_the_library_publishes() -> None:
    """The library's own test (test_review_card): the intervals of thirteen reviews, each on the day it is due."""
    memory, at, found = None, START, []
    for grade in [3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3]:
        memory = reviewed(memory, Review(Grade(grade), at))
        found.append(interval(memory))
        at += timedelta(days=interval(memory))
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card, at, wanted = Card(card_id=1), START, []
    for grade in [3, 3, 3, 3, 3, 3, 1, 1, 3, 3, 3, 3, 3]:
        card, _entry = scheduler.review_card(card, Rating(grade), at)
        wanted.append((card.due - at).days)
        at = card.due

    assert found == wanted
    assert found[:6] == sorted(found[:6])


def test_the_first_review_gives_the_published_stabilities() -> None:
    """Weights w0 to w3 of FSRS-6: days after which recall has fallen to 90%."""
    found = [replayed([Review(grade, START)]) for grade in Grade]

    assert [round(memory.stability, 4) for memory in found if memory] == [0.212, 1.2931, 2.3065, 8.2956]


def test_recall_has_fallen_to_nine_tenths_after_the_stability() -> None:
    memory = Memory(10.0, 5.0, START)

    assert memory.recall(START) == pytest.approx(1)
    assert memory.recall(START + timedelta(days=10)) == pytest.approx(RETENTION)


def test_replaying_a_log_of_a_thousand_reviews_gives_the_same_dates() -> None:
    rng = random.Random(1)
    cards: dict[int, Memory] = {}
    logs: dict[int, list[Review]] = {}
    dates: dict[int, date] = {}
    at = START
    for _n in range(1_000):
        at += timedelta(minutes=rng.randint(1, 2_000))
        card = rng.randrange(40)
        review = Review(Grade(rng.randint(1, 4)), at)
        cards[card] = reviewed(cards.get(card), review)
        dates[card] = due_day(cards[card], today=at.date())
        logs.setdefault(card, []).append(review)

    assert sum(map(len, logs.values())) == 1_000
    for card, reviews in logs.items():
        memory = replayed(reviews)
        assert memory == cards[card]
        assert memory is not None
        assert due_day(memory, today=reviews[-1].at.date()) == dates[card]


@pytest.mark.parametrize(
    ("share", "told", "grade"),
    [
        (Decimal(0), {}, Grade.WRONG),
        (Decimal("0.99"), {"confidence": 3}, Grade.WRONG),
        (RIGHT, {"hints": 1, "confidence": 3}, Grade.HARD),
        (RIGHT, {"tries": 2, "confidence": 3}, Grade.HARD),
        (RIGHT, {}, Grade.RIGHT),
        (RIGHT, {"confidence": 1}, Grade.RIGHT),
        (RIGHT, {"confidence": 2}, Grade.RIGHT),
        (RIGHT, {"confidence": 3}, Grade.CERTAIN),
    ],
)
def test_an_answer_becomes_a_grade(share: Decimal, told: dict[str, int], grade: Grade) -> None:
    assert grade_of(share, **told) is grade


@pytest.mark.parametrize(
    ("stability", "exam_in", "due_in"),
    [
        (10, None, 10),
        (10, 30, 10),
        (10, 10, 10),
        (30, 20, 8),  # 95% are left after 12 of its 30 days
        (30, 6, 1),  # not before tomorrow
        (30, 0, 30),  # the exam is over today
        (30, -5, 30),
        (0.2, 90, 1),
    ],
)
def test_a_card_comes_once_more_before_an_exam(stability: float, exam_in: int | None, due_in: int) -> None:
    today = date(2026, 11, 30)
    exam = None if exam_in is None else today + timedelta(days=exam_in)

    found = due_day(Memory(stability, 5.0, START), today=today, exam=exam)

    assert (found - today).days == due_in


def test_the_days_before_an_exam_leave_the_recall_that_is_wanted() -> None:
    memory = Memory(30.0, 5.0, START)

    assert memory.recall(START + timedelta(days=12)) == pytest.approx(EXAM_RETENTION, abs=0.005)
