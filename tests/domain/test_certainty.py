"""Certainty-based marks, and how well confidence fits knowledge."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizzes.domain.certainty import (
    EXPECTED,
    RIGHT,
    WRONG,
    Certainty,
    Judged,
    by_topic,
    calibration,
    certainty_mark,
    certainty_share,
)
from quizzes.domain.kinds import KINDS
from tests.domain.anything import given_to, of_kind

LOW, MIDDLING, HIGH = Certainty
SHARES = st.decimals(0, 1, places=3)
LEVELS = st.sampled_from([None, *Certainty])


@pytest.mark.parametrize(
    ("level", "right", "half", "wrong"),
    [(LOW, "1", "0.5", "0"), (MIDDLING, "2", "1", "-2"), (HIGH, "3", "1.5", "-6"), (None, "1", "0.5", "0")],
)
def test_certainty_marks(level, right, half, wrong):
    """Right ×1, ×2, ×3; wrong 0, −2, −6; without a level the lowest. Source: Moodle, behaviour/behaviourbase.php."""
    marks = [certainty_mark(Decimal(share), level) for share in ("1", "0.5", "0")]

    assert marks == [Decimal(right), Decimal(half), Decimal(wrong)]


@pytest.mark.parametrize(
    ("accuracy", "best"),
    [("0.5", LOW), ("0.66", LOW), ("0.67", MIDDLING), ("0.79", MIDDLING), ("0.81", HIGH), ("1", HIGH)],
)
def test_the_honest_level_is_the_best_choice(accuracy, best):
    """Level 1 pays best below 2/3, level 2 to 0.8, level 3 above. Source: Moodle, behaviour/behaviourbase.php."""
    right = Decimal(accuracy)
    mean = {level: right * RIGHT[level] + (1 - right) * WRONG[level] for level in Certainty}

    assert max(mean, key=mean.__getitem__) is best


@given(SHARES, LEVELS)
def test_a_share_lies_between_minus_two_and_one(share, level):
    assert -2 <= certainty_share(share, level) <= 1


@given(SHARES, SHARES, LEVELS)
def test_a_better_answer_never_earns_less(one, other, level):
    low, high = sorted([one, other])

    assert certainty_share(low, level) <= certainty_share(high, level)


@given(st.sampled_from(KINDS).flatmap(of_kind).flatmap(lambda item: st.tuples(st.just(item), given_to(item))), LEVELS)
def test_any_answer_to_any_kind_stays_within_the_bounds(case, level):
    item, raw = case

    assert -2 <= certainty_share(item.share_of(item.clean(raw)), level) <= 1


def test_only_the_right_answer_with_certainty_earns_everything():
    assert [certainty_share(Decimal(1), level) == 1 for level in Certainty] == [False, False, True]


def test_more_certainty_pays_more_when_right_and_costs_more_when_wrong():
    for lower, higher in pairwise(Certainty):
        assert certainty_mark(Decimal(1), higher) > certainty_mark(Decimal(1), lower)
        assert certainty_mark(Decimal(0), higher) < certainty_mark(Decimal(0), lower)


# The report.


def judged(*answers, topic=""):
    """Return answers written as `3+` (certain, right), `1-` (not sure, wrong), `2~` (fairly sure, half)."""
    shares = {"+": Decimal(1), "-": Decimal(0), "~": Decimal("0.5")}
    return [Judged(Certainty(int(each[0])), shares[each[1]], topic) for each in answers]


def test_lucky_guesses_and_confident_errors_are_counted():
    report = calibration(judged("1+", "1+", "1-", "2+", "3+", "3-", "3~"))

    assert (report.lucky_guesses, report.confident_errors) == (2, 1)
    assert [(level.count, level.right) for level in report.levels] == [(3, 2), (1, 1), (3, 1)]


def test_the_brier_score_is_the_mean_square_of_surprise():
    """mean (p − y)², p = .33, .73, .90. Source: features.md F22."""
    report = calibration(judged("1+", "2-", "3+"))

    squares = [(1 - EXPECTED[LOW]) ** 2, EXPECTED[MIDDLING] ** 2, (1 - EXPECTED[HIGH]) ** 2]
    assert report.brier == sum(squares) / 3
    assert abs(report.brier - Decimal("0.330600")) < Decimal("0.0001")


def test_the_mean_mark_is_sigma_over_n():
    assert calibration(judged("1+", "2-", "3-", "3+")).average == Decimal(1 - 2 - 6 + 3) / 4


def test_without_answers_there_is_no_mean_and_no_accuracy():
    report = calibration([])

    assert (report.brier, report.average) == (None, None)
    assert [(level.accuracy, level.tendency) for level in report.levels] == [(None, "")] * 3


@pytest.mark.parametrize(
    ("answers", "tendency"),
    [
        (["3+"] * 9 + ["3-"], "fits"),  # 0.9 within 0.8 … 1
        (["3+"] * 7 + ["3-"] * 3, "slightly over"),  # (0.8 − 0.7)²·10 = 0.1
        (["3+"] * 5 + ["3-"] * 5, "over"),  # (0.8 − 0.5)²·10 = 0.9
        (["1+"] * 8 + ["1-"] * 2, "slightly under"),  # (0.8 − 0.667)²·10 = 0.18
        (["1+"] * 10, "under"),  # (1 − 0.667)²·10 = 1.1
        (["2+"] * 7 + ["2-"] * 3, "fits"),
    ],
)
def test_a_level_says_how_it_fits(answers, tendency):
    """Notable when (accuracy − limit)²·n > 0.5. Source: statistics.md 2.7, after Moodle's deferred CBM report."""
    level = int(answers[0][0])

    assert calibration(judged(*answers)).levels[level - 1].tendency == tendency


def test_topics_are_reported_each_by_itself_in_the_order_they_occur():
    found = by_topic([*judged("3-", topic="Trade"), *judged("1+", topic="Arms"), *judged("3+", topic="Trade")])

    assert list(found) == ["Trade", "Arms"]
    assert (found["Trade"].confident_errors, found["Arms"].lucky_guesses) == (1, 1)
    assert found["Trade"].levels[2].count == 2
