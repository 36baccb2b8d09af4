"""Multiple response: four rules for what is partly right."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest

from quizzes.domain.base import InvalidAnswer, Verdict
from tests.domain.make import WHY, multiple, weighted

TWO_OF_FOUR, THREE_OF_FOUR = {"right": "ac", "wrong": "bd"}, {"right": "abc", "wrong": "d"}


@pytest.mark.parametrize(
    ("ticked", "share"),
    [("ac", "1"), ("a", "0.5"), ("ab", "0"), ("abc", "0.5"), ("bd", "0"), ("b", "0"), ("abcd", "0")],
)
def test_net_takes_a_wrong_tick_from_a_right_one(ticked, share):
    assert multiple(**TWO_OF_FOUR).mark(list(ticked)) == Decimal(share)


@pytest.mark.parametrize(("ticked", "thirds"), [("abc", 3), ("ab", 2), ("abd", 1), ("abcd", 0), ("d", 0)])
def test_net_counts_in_parts_of_the_right_options(ticked, thirds):
    assert multiple(**THREE_OF_FOUR).mark(list(ticked)) == Decimal(thirds) / 3


@pytest.mark.parametrize(("ticked", "share"), [("ac", 1), ("a", 0), ("abc", 0), ("abcd", 0), ("b", 0)])
def test_all_wants_the_right_options_and_no_other(ticked, share):
    assert multiple(**TWO_OF_FOUR, rule="all").mark(list(ticked)) == share


@pytest.mark.parametrize(
    ("ticked", "share"),
    [("ac", "1"), ("a", "0.75"), ("ab", "0.5"), ("abc", "0.75"), ("b", "0.25"), ("bd", "0"), ("abcd", "0")],
)
def test_decisions_counts_each_option_judged_rightly(ticked, share):
    assert multiple(**TWO_OF_FOUR, rule="decisions").mark(list(ticked)) == Decimal(share)


def test_decisions_pays_for_ticking_everything_when_everything_is_right():
    assert multiple(right="abc", rule="decisions").mark(["a", "b", "c"]) == 1


@pytest.mark.parametrize(
    ("ticked", "share"),
    [("ab", "1"), ("a", "0.75"), ("b", "0.25"), ("ac", "0.25"), ("abc", "0.5"), ("c", "0"), ("abcd", "0")],
)
def test_weights_add_up_and_never_fall_below_nothing(ticked, share):
    item = weighted({"a": "0.75", "b": "0.25", "c": "-0.5", "d": "-0.5"})

    assert item.mark(list(ticked)) == Decimal(share)


def test_the_options_with_a_gain_are_the_right_answer():
    assert weighted({"b": "0.5", "c": "-1", "a": "0.5"}).right_answer() == ["a", "b"]


@pytest.mark.parametrize(("raw", "answer"), [(["c", "a"], ["a", "c"]), (["a", "a"], ["a"]), ("a", ["a"]), ([], None)])
def test_order_and_repetition_do_not_matter(raw, answer):
    assert multiple(**TWO_OF_FOUR).clean(raw) == answer


@pytest.mark.parametrize("raw", [["a", "x"], "x", [["a"]], {"a": True}, [None], 3])
def test_only_options_offered_are_an_answer(raw):
    with pytest.raises(InvalidAnswer, match="among the options"):
        multiple(**TWO_OF_FOUR).clean(raw)


def test_the_result_says_why_an_option_was_missed():
    options = {
        "a": {"text": "Coal", "correct": True, "feedback": "It is right.", "missed": "You left out coal."},
        "b": {"text": "Oil", "correct": True, "feedback": "Oil is right too."},
        "c": {"text": "Gold", "feedback": "It is wrong."},
        "d": {"text": "Silver", "feedback": "So is silver."},
    }
    rows = multiple(options=options).review(["b", "c"])

    assert [(row.label, row.verdict, row.feedback) for row in rows] == [
        ("Coal", Verdict.MISSED, "You left out coal."),
        ("Oil", Verdict.RIGHT, "Oil is right too."),
        ("Gold", Verdict.WRONG, "It is wrong."),
        ("Silver", Verdict.LEFT, "So is silver."),
    ]


@pytest.mark.parametrize("rule", ["net", "all", "decisions"])
def test_each_rule_is_said_before_answering(rule):
    others = {multiple(**TWO_OF_FOUR, rule=other).marking_rule() for other in {"net", "all", "decisions"} - {rule}}

    assert multiple(**TWO_OF_FOUR, rule=rule).marking_rule() not in others


def option(**fields):
    return {"text": "An option", "feedback": WHY, **fields}


@pytest.mark.parametrize(
    ("options", "rule", "reason"),
    [
        ({"a": option(), "b": option()}, "net", "no option is marked"),
        ({"a": option(weight=1), "b": option()}, "net", "belongs to `rule: weights`"),
        ({"a": option(correct=True), "b": option(weight=-1)}, "weights", "give `weight`, not `correct`"),
        ({"a": option(weight=1), "b": option()}, "weights", "every option has a `weight`"),
        ({"a": option(weight="0.5"), "b": option(weight=-1)}, "weights", "add up to exactly 1"),
        ({"a": option(weight=1), "b": option(weight="-0.5")}, "weights", "ticking everything would pay"),
        ({"a": option(weight=1), "b": option(weight=0), "c": option(weight=-1)}, "weights", "neither right nor wrong"),
        ({"a": option(weight=2), "b": option(weight=-1)}, "weights", "less than or equal to 1"),
        ({"a": option(correct=True)}, "net", "at least 2 items"),
        ({"a": option(correct=True), "B!": option()}, "net", "should match pattern"),
    ],
)
def test_a_key_that_does_not_fit_its_rule_is_refused(options, rule, reason):
    with pytest.raises(ValueError, match=reason):
        multiple(options=options, rule=rule)


@pytest.mark.parametrize(
    ("rule", "ticked", "counted"),
    [
        ("decisions", "ab", {"hits": 1, "misses": 1, "right": 3, "offered": 4, "well": 1, "share": "0.25"}),
        ("decisions", "abc", {"hits": 2, "misses": 1, "right": 3, "offered": 4, "well": 2, "share": "0.50"}),
        ("net", "ac", {"hits": 2, "misses": 0, "right": 3, "offered": 4, "well": 3, "share": "0.67"}),
    ],
)
def test_the_count_behind_a_mark_is_the_one_it_was_made_from(rule, ticked, counted):
    question = multiple(right="acd", wrong="b", rule=rule)

    assert question.workings(list(ticked)).values == counted
    assert f"{question.mark(list(ticked)):.2f}" == counted["share"]


@pytest.mark.parametrize("seed", range(5))
def test_options_that_are_not_to_be_shuffled_stay_as_written(seed):
    assert multiple(**THREE_OF_FOUR, shuffle=False).order(Random(seed)) == list("abcd")
