"""The state machine of an attempt: nothing early, everything from the deadline, twice the same as once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.domain.lifecycle import UNFINISHED, Move, State, due_move
from quizzes.domain.timing import LEEWAY, Overdue

T = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR, TICK = timedelta(hours=1), timedelta(microseconds=1)
SPANS = st.integers(-200_000, 200_000).map(lambda n: timedelta(seconds=n))
GRACES = st.integers(0, 100_000).map(lambda n: timedelta(seconds=n))


def move(state, now, *, policy=Overdue.SUBMIT, grace=timedelta(0), deadline=T):
    return due_move(state, now=now, deadline=deadline, policy=policy, grace=grace)


def settle(state, now, **options):
    """Return the state after every move that is due, and how many there were."""
    for count in range(5):
        found = move(state, now, **options)
        if found is None:
            return state, count
        state = found.to
    pytest.fail("it never comes to rest")


@given(st.sampled_from(State), SPANS, st.sampled_from(Overdue), GRACES)
def test_nothing_happens_before_the_deadline_and_its_leeway(state, span, policy, grace):
    if span <= LEEWAY:
        assert move(state, T + span, policy=policy, grace=grace) is None


@given(st.sampled_from(State), SPANS, st.sampled_from(Overdue), GRACES)
def test_what_happens_counts_from_the_deadline_however_late_somebody_looks(state, span, policy, grace):
    found = move(state, T + span, policy=policy, grace=grace)

    if found is not None:
        late = grace if policy is Overdue.GRACE and found.to is State.ABANDONED else timedelta(0)
        assert found.at == T + late
        assert found.at < T + span


@given(st.sampled_from(State), SPANS, st.sampled_from(Overdue), GRACES)
def test_settling_twice_is_settling_once(state, span, policy, grace):
    options = {"policy": policy, "grace": grace}
    once, _count = settle(state, T + span, **options)

    assert settle(once, T + span, **options) == (once, 0)


@given(st.sampled_from(UNFINISHED), SPANS, SPANS, st.sampled_from(Overdue), GRACES)
def test_looking_in_between_changes_nothing_about_the_end(state, one, other, policy, grace):
    early, late = sorted([one, other])
    options = {"policy": policy, "grace": grace}
    between, _count = settle(state, T + early, **options)

    assert settle(between, T + late, **options)[0] == settle(state, T + late, **options)[0]


@given(st.sampled_from([State.SUBMITTED, State.ABANDONED]), SPANS, st.sampled_from(Overdue), GRACES)
def test_what_is_finished_stays_finished(state, span, policy, grace):
    assert move(state, T + span, policy=policy, grace=grace) is None


@given(st.sampled_from(State), SPANS, st.sampled_from(Overdue))
def test_without_a_deadline_nothing_ever_happens(state, span, policy):
    assert move(state, T + span, policy=policy, deadline=None) is None


JUST_AFTER = T + LEEWAY + TICK
GRACE_OVER = JUST_AFTER + HOUR


@pytest.mark.parametrize(
    ("policy", "state", "now", "expected"),
    [
        (Overdue.SUBMIT, State.OPEN, T + LEEWAY, None),
        (Overdue.SUBMIT, State.OPEN, JUST_AFTER, Move(State.SUBMITTED, T)),
        (Overdue.ABANDON, State.OPEN, JUST_AFTER, Move(State.ABANDONED, T)),
        (Overdue.GRACE, State.OPEN, JUST_AFTER, Move(State.OVERDUE, T)),
        (Overdue.GRACE, State.OVERDUE, JUST_AFTER, None),
        (Overdue.GRACE, State.OVERDUE, T + HOUR + LEEWAY, None),
        (Overdue.GRACE, State.OVERDUE, GRACE_OVER, Move(State.ABANDONED, T + HOUR)),
        (Overdue.GRACE, State.OPEN, GRACE_OVER, Move(State.ABANDONED, T + HOUR)),
        (Overdue.SUBMIT, State.OVERDUE, JUST_AFTER, Move(State.SUBMITTED, T)),
    ],
)
def test_each_policy_moves_as_it_says(policy, state, now, expected):
    assert move(state, now, policy=policy, grace=HOUR) == expected
