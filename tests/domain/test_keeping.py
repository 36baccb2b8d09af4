"""Which of several attempts counts."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.domain.keeping import WORDS, Keep, Outcome, kept_of, kept_share

SHARES = st.lists(st.decimals(0, 1, places=3), min_size=1, max_size=6)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [(Keep.HIGHEST, "0.9"), (Keep.MEAN, "0.5"), (Keep.FIRST, "0.2"), (Keep.LAST, "0.4"), (Keep.MASTERY, "0.45")],
)
def test_each_rule_keeps_what_it_says(rule, expected):
    """For mastery: 0.2·0.5 + (0.9 − 0.2)·0.5 + 0."""
    assert kept_share(rule, [Decimal("0.2"), Decimal("0.9"), Decimal("0.4")]) == Decimal(expected)


def test_under_mastery_one_right_attempt_makes_half_and_two_the_whole():
    assert [kept_share(Keep.MASTERY, [Decimal(1)] * count) for count in (1, 2, 3)] == [Decimal("0.5"), 1, 1]


@pytest.mark.parametrize("rule", Keep)
def test_without_an_attempt_nothing_is_kept(rule):
    assert kept_share(rule, []) is None


@given(st.sampled_from(Keep), SHARES)
def test_what_is_kept_is_never_more_than_the_best_or_the_sum(rule, shares):
    kept = kept_share(rule, shares)

    assert kept is not None
    assert min(shares) <= kept <= max(shares) or rule is Keep.MASTERY
    assert 0 <= kept <= min(Decimal(1), sum(shares))


@given(st.sampled_from([Keep.HIGHEST, Keep.FIRST, Keep.MASTERY]), SHARES, st.decimals(0, 1, places=3))
def test_another_attempt_never_lowers_what_is_kept_where_the_rule_promises_so(rule, shares, more):
    before, after = kept_share(rule, shares), kept_share(rule, [*shares, more])

    assert after >= before


@given(st.sampled_from(Keep), SHARES, st.data())
def test_raising_one_attempt_lowers_only_under_no_rule_but_mastery(rule, shares, data):
    at = data.draw(st.integers(0, len(shares) - 1))
    raised = [*shares]
    raised[at] = data.draw(st.decimals(shares[at], 1, places=3))

    if rule is not Keep.MASTERY:
        assert kept_share(rule, raised) >= kept_share(rule, shares)


def test_every_rule_has_words():
    assert set(WORDS) == set(Keep)


def test_while_one_of_several_waits_the_best_of_the_others_is_sure():
    marked = [Outcome(Decimal(share), waits=False) for share in ("0.2", "0.6", "0.4")]
    kept = kept_of(Keep.HIGHEST, [*marked, Outcome(Decimal("0.1"), waits=True)])

    assert (kept.share, kept.waits, kept.at_least) == (Decimal("0.6"), True, Decimal("0.6"))
