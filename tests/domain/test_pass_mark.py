"""The pass mark: what is tested and what is shown never disagree."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.domain.keeping import Keep, Outcome, in_order, kept_of
from quizzes.domain.results import passes, percent_shown
from tests.domain.make import LATER, NOW


@pytest.mark.parametrize(
    ("score", "possible", "mark", "shown", "is_passed"),
    [
        ("16", "23", 70, "69.5", False),
        ("69.6", "100", 70, "69.6", False),
        ("69.99", "100", 70, "69.9", False),
        ("84.96", "100", 85, "84.9", False),
        ("69.49", "100", 70, "69", False),
        ("70", "100", 70, "70", True),
        ("70.4", "100", 70, "70", True),
        ("17", "23", 70, "74", True),
        ("62.5", "100", 70, "63", False),  # half up, not half to even
        ("63.5", "100", 70, "64", False),
        ("99.9", "100", 100, "99.9", False),
        ("100", "100", 100, "100", True),
        ("0", "10", 0, "0", True),
        ("-0.01", "10", 0, "-0.1", False),
        ("-4", "2", 70, "-200", False),
        ("-0.01", "10", 70, "0", False),
    ],
)
def test_the_per_cent_shown_never_crosses_the_pass_mark(score, possible, mark, shown, is_passed):
    share = Decimal(score) / Decimal(possible)

    assert (str(percent_shown(share, mark)), passes(share, mark)) == (shown, is_passed)


@given(st.decimals(-200, 100, places=2), st.decimals("0.01", 100, places=2), st.integers(0, 100))
def test_what_is_shown_reaches_the_mark_exactly_where_it_is_passed(score, possible, mark):
    share = score / possible
    is_passed = Fraction(score) / Fraction(possible) * 100 >= mark

    assert passes(share, mark) is is_passed
    assert (percent_shown(share, mark) >= mark) is is_passed
    assert abs(percent_shown(share, mark) - 100 * share) <= Decimal("0.5")


def test_a_mean_of_thirds_reaches_the_mark_it_reaches_exactly():
    shares = [Decimal(1) / 3, Decimal(1) / 3, Decimal(5) / 6]

    assert passes(sum(shares) / 3, 50)
    assert percent_shown(sum(shares) / 3, 50) == 50


# What counts of several attempts while something is not marked.

DONE, LOW = Outcome(Decimal("0.8")), Outcome(Decimal("0.2"))
WAITS, HIGH = Outcome(Decimal("0.6"), waits=True), Outcome(Decimal("0.9"), waits=True)


@pytest.mark.parametrize(
    ("rule", "outcomes", "is_passed"),
    [
        ("highest", [DONE], True),
        ("highest", [LOW], False),
        ("highest", [WAITS], None),
        ("highest", [HIGH], None),  # above the mark already, and yet not compared
        ("highest", [WAITS, DONE], True),
        ("highest", [WAITS, LOW], None),
        ("first", [DONE, WAITS], True),
        ("first", [WAITS, DONE], None),
        ("first", [LOW, WAITS], False),
        ("last", [WAITS, LOW], False),
        ("last", [DONE, WAITS], None),
        ("mean", [DONE, DONE], True),
        ("mean", [DONE, WAITS], None),
        ("mastery", [DONE, HIGH], None),
    ],
)
def test_nothing_unmarked_is_compared_with_the_pass_mark(rule, outcomes, is_passed):
    assert kept_of(Keep(rule), outcomes).is_passed(70) is is_passed


@pytest.mark.parametrize(("rule", "at"), [("highest", 1), ("first", 0), ("last", 2), ("mean", None), ("mastery", None)])
def test_the_one_attempt_that_counts_is_named_where_it_is_one(rule, at):
    assert kept_of(Keep(rule), [LOW, HIGH, WAITS]).at == at


def test_without_attempts_nothing_counts():
    assert kept_of(Keep.HIGHEST, []) is None


def test_attempts_are_in_the_order_they_were_submitted():
    listed = [(None, 4), (LATER, 1), (NOW, 3), (None, 2), (NOW, 2)]

    assert sorted(listed, key=lambda each: in_order(*each)) == [(NOW, 2), (NOW, 3), (LATER, 1), (None, 2), (None, 4)]
