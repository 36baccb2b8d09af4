"""Mastery from answers: the moving mean, what counts, the gates, and that editing a course lowers nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.domain.certainty import Certainty, certainty_share, share_before_certainty
from quizzes.domain.mastery import (
    GOAL,
    Answered,
    Mastery,
    State,
    first_tries,
    is_moved,
    mastery_at,
    mastery_of,
)

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
SHARES = [Decimal(0), Decimal("0.5"), Decimal(1)]


def answers(shares: Sequence[float], *, questions: int = 3, per_day: int = 2, size: int = 5) -> list[Answered]:
    """Return answers to so many questions in turn, so many a day."""
    return [
        Answered(at % questions, START + timedelta(days=at // per_day, minutes=at), Decimal(str(share)), size)
        for at, share in enumerate(shares)
    ]


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([1], "1"),
        ([0], "0"),
        ([0, 1], "0.2"),
        ([1, 0], "0.8"),
        ([0, 1, 0.5], "0.26"),  # .8 × .2 + .2 × .5
        ([0, 1, 0.5, 0, 0.5, 1], "0.41312"),
    ],
)
def test_each_new_answer_counts_a_fifth(shares: list[float], expected: str) -> None:
    assert mastery_of(answers(shares)).share == Decimal(expected)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        ([], State.FEW),
        (answers([1] * 4), State.FEW),
        (answers([1] * 5), State.MASTERED),
        (answers([1] * 5, questions=2), State.FEW),  # to two questions of five
        (answers([1] * 5, questions=2, size=2), State.MASTERED),  # there were no more
        (answers([1] * 5, questions=1, size=1, per_day=1), State.MASTERED),
        (answers([1] * 6, questions=6, per_day=6), State.FEW),  # all on one day
        (answers([0, 1, 1, 1, 1]), State.LEARNING),  # 59.04%
        (answers([0, 1, 1, 1, 1, 1]), State.NEARLY),  # 67.2%
        (answers([1, 1, 1, 1, 1, 0]), State.MASTERED),  # exactly 80%
        (answers([1, 1, 1, 1, 1, 0, 1, 0]), State.NEARLY),
    ],
)
def test_the_gates_and_the_thresholds(given: list[Answered], state: State) -> None:
    assert mastery_of(given).state == state


def test_the_gate_is_said_to_be_lowered_where_there_were_fewer_questions() -> None:
    assert mastery_of(answers([1] * 5, questions=2, size=2)).is_gate_lowered
    assert not mastery_of(answers([1] * 5)).is_gate_lowered


def test_of_a_question_the_first_answer_of_each_day_counts() -> None:
    first, again, other, next_day = (
        Answered(1, START, Decimal(0)),
        Answered(1, START + timedelta(hours=3), Decimal(1)),
        Answered(2, START + timedelta(hours=1), Decimal(1)),
        Answered(1, START + timedelta(days=1), Decimal(1)),
    )

    assert first_tries([next_day, again, other, first]) == [first, other, next_day]


def test_a_day_is_one_of_utc_wherever_the_moment_was_read() -> None:
    seoul = datetime.fromisoformat("2026-11-03T01:30:00+09:00")

    assert Answered(1, seoul, Decimal(1)).day.isoformat() == "2026-11-02"


def test_mastery_at_a_moment_knows_nothing_of_later_answers() -> None:
    given = answers([0, 0, 1, 1, 1, 1])

    assert mastery_at(given, given[1].at) == mastery_of(given[:2])
    assert mastery_at(given, START - timedelta(days=1)) == Mastery()


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [
        (answers([1, 0, 0]), answers([1, 0, 0, 1]), True),
        (answers([1, 0]), answers([1, 0, 1]), False),  # rests on two answers
        (answers([1, 1, 1]), answers([1, 1, 1, 1]), False),
        ([], answers([1]), False),
    ],
)
def test_a_move_is_told_from_three_answers_and_three_points_on(
    before: list[Answered], after: list[Answered], moved: bool
) -> None:
    assert is_moved(mastery_of(before), mastery_of(after)) is moved


histories = st.lists(
    st.builds(
        Answered,
        question=st.integers(1, 5),
        at=st.integers(0, 60 * 24 * 40).map(lambda minutes: START + timedelta(minutes=minutes)),
        share=st.sampled_from(SHARES),
        size=st.integers(0, 6),
    ),
    max_size=40,
)


@settings(max_examples=1_000)
@given(histories, st.randoms(use_true_random=False))
def test_mastery_depends_on_the_answers_and_not_on_the_order_they_are_read_in(history, random) -> None:
    shuffled = random.sample(history, len(history))
    counted = first_tries(history)
    weights = [Fraction(1, 5) * Fraction(4, 5) ** (len(counted) - 1 - at) for at in range(len(counted))]
    if weights:
        weights[0] = Fraction(4, 5) ** (len(counted) - 1)

    found = mastery_of(counted)

    if len({(each.at, each.question) for each in history}) == len(history):
        assert mastery_of(first_tries(shuffled)) == found
    if counted:
        exact = sum(weight * Fraction(each.share) for weight, each in zip(weights, counted, strict=True))
        assert found.share is not None
        assert abs(Fraction(found.share) - exact) < Fraction(1, 10**20)
        assert 0 <= found.share <= 1


@settings(max_examples=1_000)
@given(histories, st.integers(1, 5), st.integers(0, 9))
def test_right_answers_after_the_course_got_more_questions_never_lower_a_state(history, question, size) -> None:
    """What is asked from now on has another number of questions on its objective; right answers only help."""
    before = mastery_of(first_tries(history))
    later = START + timedelta(days=50)
    after = mastery_of(first_tries([*history, Answered(question, later, Decimal(1), size)]))

    assert before.share is None or (after.share is not None and after.share >= before.share)
    assert after.gate <= before.gate
    if before.state == State.MASTERED:
        assert after.state == State.MASTERED


@given(histories)
def test_a_better_answer_never_lowers_mastery(history) -> None:
    counted = first_tries(history)
    worse = mastery_of(counted)
    better = mastery_of([replace(each, share=Decimal(1)) for each in counted])

    assert worse.share is None or better.share >= worse.share  # type: ignore[operator]
    assert better.share is None or better.share >= GOAL


@pytest.mark.parametrize("level", [None, *Certainty])
@pytest.mark.parametrize("share", SHARES)
def test_what_certainty_made_of_a_share_is_undone(share: Decimal, level: Certainty | None) -> None:
    assert share_before_certainty(certainty_share(share, level), level) == pytest.approx(share)
