"""Counting tries: exact, shared by all processes, and forgotten in time."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from courses.errors import TooManyTries
from courses.models import TryCount
from courses.services.accounts import take_all
from courses.services.limits import Limit, Taken, forget_tries, give_back, take
from tests.make import NOW
from tests.racing import race

LIMIT = Limit("test", 10, timedelta(minutes=10))


def seconds(n: float) -> datetime:
    return NOW + timedelta(seconds=n)


def taken(moments: list[float]) -> list[bool]:
    """Try at each moment; say which tries were allowed."""
    allowed = []
    for moment in moments:
        try:
            take(LIMIT, "somebody", now=seconds(moment))
        except TooManyTries:
            allowed.append(False)
        else:
            allowed.append(True)
    return allowed


@pytest.mark.parametrize(
    ("moments", "allowed"),
    [
        ([0] * 12, [True] * 10 + [False] * 2),
        # Nine just before the first falls out of the window: no ten minutes hold more than ten.
        ([0] + [599] * 9 + [600] * 9, [True] * 11 + [False] * 8),
        ([60 * n for n in range(30)], [True] * 30),
        ([30 * n for n in range(20)] + [600], [True] * 10 + [False] * 10 + [True]),
    ],
)
def test_no_stretch_of_the_period_holds_more_tries_than_the_limit(
    db: None, moments: list[float], allowed: list[bool]
) -> None:
    assert taken(moments) == allowed


def test_a_refusal_says_when_to_try_again_and_does_not_move_it(db: None) -> None:
    taken([0] * 10)

    for moment, wait in [(100, 500), (580, 20), (599.5, 1)]:
        with pytest.raises(TooManyTries) as refusal:
            take(LIMIT, "somebody", now=seconds(moment))
        assert refusal.value.seconds == wait
    assert take(LIMIT, "somebody", now=seconds(600))


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (1, "1 second."),
        (59, "59 seconds."),
        (60, "1 minute."),
        (61, "2 minutes."),
        (3600, "1 hour."),
        (5000, "2 hours."),
    ],
)
def test_the_wait_is_told_in_words_and_never_too_short(wait: float, words: str) -> None:
    assert str(TooManyTries(wait=timedelta(seconds=wait))) == f"Too many tries. Try again in {words}"


def test_tries_are_counted_apart_for_each_limit_and_person(db: None) -> None:
    taken([0] * 10)

    take(LIMIT, "somebody else", now=NOW)
    take(Limit("other", 10, timedelta(minutes=10)), "somebody", now=NOW)


def test_a_try_given_back_is_a_try_again(db: None) -> None:
    last = [take(LIMIT, "somebody", now=seconds(n)) for n in range(10)][-1]

    give_back(last)
    give_back(last)
    give_back(Taken("nobody", 0.0))

    take(LIMIT, "somebody", now=seconds(11))
    with pytest.raises(TooManyTries):
        take(LIMIT, "somebody", now=seconds(12))


def test_several_limits_count_together_or_not_at_all(db: None) -> None:
    taken([0] * 10)
    first = Limit("first", 1, timedelta(minutes=10))

    with pytest.raises(TooManyTries):
        take_all([(first, "somebody"), (LIMIT, "somebody")], now=NOW)

    take(first, "somebody", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_all_counted() -> None:
    results = race(*[lambda: take(LIMIT, "somebody", now=NOW)] * 16)

    assert sum(isinstance(each, Taken) for each in results) == 10
    assert sum(isinstance(each, TooManyTries) for each in results) == 6


def test_the_table_names_nobody_and_is_emptied(db: None) -> None:
    take(LIMIT, "person@example.org", now=NOW)

    assert "person" not in str(TryCount.objects.values().get())
    assert forget_tries(now=seconds(600)) == 0
    assert forget_tries(now=seconds(601)) == 1
    assert not TryCount.objects.exists()
