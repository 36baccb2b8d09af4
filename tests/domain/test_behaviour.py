"""Tries, hints and penalties: what holds for every kind of question under every behaviour, and worked numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizzes.domain.base import ONE, ZERO
from quizzes.domain.behaviour import (
    Behaviour,
    TryRules,
    countback,
    declining,
    is_new_try,
    penalised,
    repeated_for_mastery,
    right_parts,
    share_of_tries,
    standing,
)
from quizzes.domain.kinds import KINDS
from quizzes.domain.regrading import earned_by_tries
from tests.domain.anything import OF_KIND, given_to, tried
from tests.domain.make import matching, numeric, spec, text
from tests.kinds import MACHINE_KINDS as BY_MACHINE

PARTS = st.decimals(0, 1, places=3)
RAWS = st.lists(st.one_of(PARTS, st.sampled_from([ZERO, ONE])), min_size=1, max_size=6)
CREDITS = st.lists(PARTS, max_size=4).map(lambda worth: (ONE, *sorted(worth, reverse=True)))


def decimals(words: str) -> list[Decimal]:
    return [Decimal(word) for word in words.split()]


def rules_of(behaviour: Behaviour) -> st.SearchStrategy[TryRules]:
    """Return any rules that an author may give a behaviour."""
    worth = st.one_of(st.just(()), CREDITS)
    has_credits = behaviour in (Behaviour.INTERACTIVE, Behaviour.ADAPTIVE)
    return st.builds(TryRules, st.just(behaviour), PARTS, PARTS, worth if has_credits else st.just(()))


def any_rules() -> st.SearchStrategy[TryRules]:
    return st.sampled_from(Behaviour).flatmap(rules_of)


def test_there_is_a_strategy_for_every_kind_of_the_registry():
    assert set(OF_KIND) == set(KINDS)


# Every kind under every behaviour.


@pytest.mark.parametrize("behaviour", Behaviour)
@pytest.mark.parametrize("kind", BY_MACHINE)
@settings(max_examples=5)
@given(data=st.data())
def test_every_kind_under_every_behaviour_earns_a_share_that_no_further_try_lowers(
    kind: str, behaviour: Behaviour, data: Any
) -> None:
    item, tries = data.draw(tried(kind))
    rules = data.draw(rules_of(behaviour))
    hints = data.draw(st.integers(0, 3))
    right = item.clean(item.right_answer())

    shares = [earned_by_tries(item, tries[:end], rules, hints_shown=hints) for end in range(len(tries) + 1)]

    assert shares[0] == 0, "a blank"
    assert all(share is not None and 0 <= share <= 1 for share in shares)
    if behaviour in (Behaviour.DEFERRED, Behaviour.IMMEDIATE):
        assert all(
            after >= before
            for before, after, tried_before, tried_after in zip(shares[1:], shares[2:], tries, tries[1:], strict=False)
            if item.mark(tried_after) >= item.mark(tried_before)
        )
    else:
        assert shares == sorted(shares)
    assert earned_by_tries(item, [right], rules) == 1
    assert earned_by_tries(item, [*tries, right], rules, hints_shown=hints) >= shares[-1]
    assert earned_by_tries(item, tries, rules, hints_shown=hints + 1) <= shares[-1]


@pytest.mark.parametrize("kind", BY_MACHINE)
@settings(max_examples=10)
@given(data=st.data())
def test_an_equal_try_is_none_and_an_unequal_one_is_one(kind: str, data: Any) -> None:
    item, tries = data.draw(tried(kind))
    again = item.clean(data.draw(given_to(item)))

    assert not any(is_new_try(item, item.clean(answer), tries) for answer in tries)
    assert not is_new_try(item, None, tries)
    if item.mark(again) not in [item.mark(answer) for answer in tries]:
        assert is_new_try(item, again, tries)


@pytest.mark.parametrize("kind", BY_MACHINE)
@settings(max_examples=10)
@given(data=st.data())
def test_answers_that_are_one_try_earn_the_same(kind: str, data: Any) -> None:
    item = data.draw(OF_KIND[kind])
    one, other = (item.clean(data.draw(given_to(item))) for _time in range(2))

    if not is_new_try(item, one, [other]):
        assert item.mark(one) == item.mark(other)


@pytest.mark.parametrize(
    ("item", "first", "again", "other"),
    [
        (numeric(1961), "1960", " 1,960.0", "1962"),
        (numeric(1961), "1e3", "1000", "1001"),
        (text("Kozyrev"), "lavrov", "  Lavrov.", "Lavro"),
        (spec("numbers"), {"line": "900"}, {"line": "900.0"}, {"border": "900"}),
        (spec("cloze"), {"soviet": "3 BN"}, {"soviet": "3 bn"}, {"soviet": "3 bn", "russian": "low"}),
        (spec("multiple"), ["oil", "coal"], ["coal", "oil"], ["coal"]),
        (numeric(5, unit="km", unit_typed=True, units={"m": "0.001"},
                 unit_penalty={"rule": "times", "value": 1, "feedback": "A number without its unit says little."}),
         "6 km", "6000 m", "6"),
    ],
)  # fmt: skip
def test_the_same_wrong_answer_is_never_charged_twice_however_it_is_written(item, first, again, other):
    tries = [item.clean(first)]

    assert not is_new_try(item, item.clean(again), tries)
    assert is_new_try(item, item.clean(other), tries)


# The rules by themselves.


@given(any_rules(), RAWS, st.integers(0, 4))
def test_a_share_lies_between_nothing_and_everything(rules, raws, hints):
    assert 0 <= share_of_tries(rules, raws, hints_shown=hints) <= 1


@given(any_rules())
def test_the_right_answer_at_the_first_try_earns_everything_and_no_try_nothing(rules):
    assert share_of_tries(rules, [ONE]) == 1
    assert share_of_tries(rules, []) == 0


@given(any_rules(), RAWS, PARTS, st.integers(0, 4))
def test_a_later_better_try_never_lowers_what_was_earned(rules, raws, more, hints):
    better = min(ONE, max(raws) + more)

    before, after = (share_of_tries(rules, tries, hints_shown=hints) for tries in (raws, [*raws, better]))

    assert after >= before


@given(st.sampled_from([Behaviour.ADAPTIVE, Behaviour.INTERACTIVE, Behaviour.PRACTICE]).flatmap(rules_of), RAWS, PARTS)
def test_where_tries_go_on_not_even_a_worse_one_lowers_what_was_earned(rules, raws, raw):
    assert share_of_tries(rules, [*raws, raw]) >= share_of_tries(rules, raws)


@given(any_rules(), RAWS, st.integers(0, 4))
def test_one_hint_more_never_raises(rules, raws, hints):
    fewer, more = (share_of_tries(rules, raws, hints_shown=shown) for shown in (hints, hints + 1))

    assert more <= fewer


@pytest.mark.parametrize("behaviour", [Behaviour.IMMEDIATE, Behaviour.INTERACTIVE, Behaviour.ADAPTIVE])
def test_a_hint_costs_what_the_quiz_says_wherever_tries_are_for_a_mark(behaviour):
    rules = TryRules(behaviour, hint_penalty=Decimal("0.1"))

    assert share_of_tries(rules, [ONE], hints_shown=2) == Decimal("0.8")


def test_hints_are_free_in_practice():
    assert share_of_tries(TryRules(Behaviour.PRACTICE, ONE, ONE), decimals("0.5 1"), hints_shown=3) == 1


ROWS = st.integers(1, 4).flatmap(
    lambda parts: st.lists(st.lists(st.booleans(), min_size=parts, max_size=parts), min_size=1, max_size=5)
)


@given(ROWS, PARTS, st.data())
def test_countback_never_falls_when_a_try_is_added_and_never_passes_what_is_right(tries, penalty, data):
    parts = len(tries[0])
    added = data.draw(st.lists(st.booleans(), min_size=parts, max_size=parts))

    before, after = countback(tries, penalty), countback([*tries, added], penalty)

    assert after >= before
    assert 0 <= before <= max(Decimal(sum(row)) / parts for row in tries)


@given(ROWS)
def test_countback_without_a_penalty_is_the_best_try(tries):
    assert countback(tries, ZERO) == max(Decimal(sum(row)) / len(row) for row in tries)


@given(ROWS, PARTS, PARTS)
def test_a_higher_penalty_never_earns_more(tries, one, other):
    low, high = sorted([one, other])
    raws = [Decimal(sum(row)) / len(row) for row in tries]

    assert countback(tries, high) <= countback(tries, low)
    assert penalised(raws, high) <= penalised(raws, low)


@given(RAWS, CREDITS)
def test_declining_points_never_pass_the_best_try(raws, worth):
    assert 0 <= declining(raws, worth) <= max(raws)


@given(st.lists(PARTS, max_size=6), PARTS)
def test_repeating_for_mastery_never_loses_and_never_passes_the_whole(shares, base):
    totals = [repeated_for_mastery(shares[:end], base=base) for end in range(len(shares) + 1)]

    assert totals == sorted(totals)
    assert totals[0] == 0
    assert totals[-1] <= 1


# Whether another try is allowed.


@pytest.mark.parametrize(
    ("rules", "raws", "hints", "left", "is_over"),
    [
        (TryRules(Behaviour.IMMEDIATE), "", 2, 1, False),
        (TryRules(Behaviour.IMMEDIATE), "0", 2, 0, True),
        (TryRules(Behaviour.INTERACTIVE), "0 0", 2, 1, False),
        (TryRules(Behaviour.INTERACTIVE), "0 0 0", 2, 0, True),
        (TryRules(Behaviour.INTERACTIVE), "0", 0, 0, True),
        (TryRules(Behaviour.INTERACTIVE), "0 1", 2, 1, True),
        (TryRules(Behaviour.ADAPTIVE), "0 0 0 0 0", 0, None, False),
        (TryRules(Behaviour.ADAPTIVE), "0 1", 0, None, True),
        (TryRules(Behaviour.PRACTICE), "0 0.5", 0, None, False),
        (TryRules(Behaviour.ADAPTIVE, credits=(ONE, ZERO)), "0.5", 9, 1, False),
        (TryRules(Behaviour.ADAPTIVE, credits=(ONE, ZERO)), "0.5 0.6", 9, 0, True),
        (TryRules(Behaviour.INTERACTIVE, credits=(ONE, ZERO)), "0 0", 9, 0, True),
    ],
)  # fmt: skip
def test_a_question_is_over_when_it_is_right_or_its_tries_are_used(rules, raws, hints, left, is_over):
    found = standing(rules, decimals(raws), hints=hints)

    assert (found.tries_left, found.is_over) == (left, is_over)


@given(any_rules(), RAWS, st.integers(0, 3))
def test_a_standing_tells_the_share_of_its_tries(rules, raws, hints):
    assert standing(rules, raws, hints=3, hints_shown=hints).share == share_of_tries(rules, raws, hints_shown=hints)


def test_parts_are_judged_one_by_one():
    right = right_parts(matching(), {"old": "help", "new": "help"})

    assert right == (True, False)


# Worked numbers.


@pytest.mark.parametrize(
    ("raws", "penalty", "expected"),
    [
        ("1", "0.1", "1"),
        ("0 1", "0.1", "0.9"),  # 1 − 0.1·1
        ("0 0.5 1", "0.1", "0.8"),  # max(0, 0.4, 0.8)
        ("0.75 0.8", "0.1", "0.75"),  # max(0.75, 0.7): the earlier one stays
        ("0 0 0 0 1", "0.3", "0"),  # 1 − 0.3·4 < 0, floored
        ("0.5 0.25", "0", "0.5"),
    ],
)
def test_adaptive_tries(raws, penalty, expected):
    """max over tries of (raw − penalty·earlier tries). Source: Moodle, question/behaviour/adaptive/behaviour.php."""
    rules = TryRules(Behaviour.ADAPTIVE, Decimal(penalty))

    assert share_of_tries(rules, decimals(raws)) == Decimal(expected)


@pytest.mark.parametrize(
    ("raws", "penalty", "expected"),
    [
        ("1", "0.3333333", "1"),
        ("0 1", "0.3333333", "0.6666667"),
        ("0 0 1", "0.3333333", "0.3333334"),
        ("0 0 0", "0.3333333", "0"),
        ("0.5 0.6", "0.3333333", "0.5"),  # 0.2666667 by the source, which takes the last try; here a try never lowers
    ],
)
def test_interactive_tries(raws, penalty, expected):
    """max(0, raw − penalty·tries used before). Source: Moodle, question/behaviour/interactive/behaviour.php."""
    rules = TryRules(Behaviour.INTERACTIVE, Decimal(penalty))

    assert share_of_tries(rules, decimals(raws)) == Decimal(expected)


@pytest.mark.parametrize(
    ("tries", "expected"),
    [
        ("1111", "1"),
        ("1100 1111", "0.85"),  # two parts 1, two 1 − 0.3·1
        ("1100 1110 1111", "0.775"),  # 1, 1, 0.7, 0.4
        ("0000 0000 1111", "0.4"),  # all 1 − 0.3·2
        ("1000 0111 1111", "0.625"),  # the first was wrong last at index 1: 0.4; the others 1 − 0.3
        ("1110 0001", "0.75"),  # ends at (1 − 0.3)/4 = 0.175 by the source; the first try earned 3/4 and keeps it
    ],
)
def test_countback_part_by_part(tries, expected):
    """Mean over right parts of max(0, 1 − penalty·(last wrong index + 1)). Source: Moodle, type/match/question.php."""
    rows = [[part == "1" for part in row] for row in tries.split()]

    assert countback(rows, Decimal("0.3")) == Decimal(expected)


@pytest.mark.parametrize(
    ("raws", "worth", "expected"),
    [
        ("1", "1 0.5", "1"),
        ("0 1", "1 0.5", "0.5"),
        ("0.5 1", "1 0.5", "0.75"),  # 0.5·1 + 0.5·0.5
        ("0.5 0.25 1", "1 0.5 0.2", "0.6"),  # 0.5·1 + 0 + 0.5·0.2
        ("0.8 0.4", "1 0.5", "0.8"),  # a worse try never loses points
        ("0 0 1", "1 0.5", "0"),  # beyond the list a try adds nothing
    ],
)
def test_declining_points(raws, worth, expected):
    """Try n adds (s − best)·points[n] when s > best. Source: PrairieLearn, docs/assessment/configuration.md."""
    rules = TryRules(Behaviour.ADAPTIVE, credits=tuple(decimals(worth)))

    assert declining(decimals(raws), decimals(worth)) == Decimal(expected)
    assert share_of_tries(rules, decimals(raws)) == Decimal(expected)


@pytest.mark.parametrize(
    ("shares", "base", "expected"),
    [
        ("1", "0.25", "0.25"),
        ("1 1", "0.25", "0.75"),  # 1·0.25, then the value is 0.5
        ("1 1 1", "0.25", "1"),  # 0.25 + 0.5 + 0.75, capped
        ("0.5 1", "0.25", "0.25"),  # 0.5·0.25 + (1 − 0.5)·0.25
        ("1 0.5 1", "0.25", "0.625"),  # 0.25, then 0.5·0.5 and the value falls back, then (1 − 0.5)·0.25
        ("0.5 0.25 0.5", "0.5", "0.25"),  # only the first adds anything
    ],
)
def test_repeating_for_mastery(shares, base, expected):
    """Adds (s − best)·value; at 100 % best := 0, value += base, else value := base. Source: PrairieLearn, homework."""
    assert repeated_for_mastery(decimals(shares), base=Decimal(base)) == Decimal(expected)
