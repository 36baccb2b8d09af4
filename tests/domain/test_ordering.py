"""Ordering: four rules for an order that is partly right."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.domain.base import InvalidAnswer, Verdict
from tests.make import ordering


def share(rule, order, size=4):
    """Mark an order of entries named by their right places: 1243 puts the fourth before the third."""
    item = ordering([f"e{place}" for place in range(1, size + 1)], rule=rule)
    answer = item.clean({f"e{entry}": place for place, entry in enumerate(order, start=1) if entry != "-"})
    return item.share_of(answer)


@pytest.mark.parametrize(
    ("order", "quarters"), [("1234", 4), ("1243", 3), ("2341", 3), ("4123", 3), ("2143", 2), ("4321", 1), ("12--", 2)]
)
def test_longest_run_counts_the_entries_in_order_among_themselves(order, quarters):
    assert share("longest_run", order) == Decimal(quarters) / 4


@pytest.mark.parametrize(
    ("order", "quarters"), [("1234", 4), ("1243", 2), ("2341", 0), ("4231", 2), ("4321", 0), ("1---", 1)]
)
def test_absolute_counts_the_entries_in_their_place(order, quarters):
    assert share("absolute", order) == Decimal(quarters) / 4


@pytest.mark.parametrize(
    ("order", "thirds"), [("1234", 3), ("2341", 2), ("3412", 2), ("1243", 1), ("4321", 0), ("12--", 1), ("----", 0)]
)
def test_pairs_counts_the_right_neighbours(order, thirds):
    assert share("pairs", order) == Decimal(thirds) / 3


@pytest.mark.parametrize(("order", "points"), [("1234", 1), ("1243", 0), ("123-", 0)])
def test_all_wants_every_entry_in_its_place(order, points):
    assert share("all", order) == points


@pytest.mark.parametrize(
    ("rule", "places", "expected"),
    [
        ("longest_run", (1, 2, 2, 3), "0.75"),
        ("longest_run", (2, 2, 2, 2), "0.25"),
        ("absolute", (1, 2, 2, 4), "0.75"),
        ("all", (1, 2, 3, 3), "0"),
    ],
)
def test_two_entries_in_one_place_are_kept_and_only_one_of_them_counts(rule, places, expected):
    item = ordering("abcd", rule=rule)
    answer = item.clean(dict(zip("abcd", places, strict=True)))

    assert answer == dict(zip("abcd", places, strict=True))
    assert item.mark(answer) == Decimal(expected)
    assert not item.is_complete(answer)


@pytest.mark.parametrize(
    ("rule", "mean"), [("all", Decimal(1) / 24), ("absolute", Decimal("0.25")), ("pairs", Decimal("0.25"))]
)
def test_a_blind_order_earns_its_mean(rule, mean):
    assert abs(ordering("abcd", rule=rule).guess_share() - mean) < Decimal("1e-20")


def test_the_mean_longest_run_of_three_is_two_thirds():
    # The lengths of the six orders of three are 3, 2, 2, 2, 2 and 1.
    assert abs(ordering("abc").guess_share() - Decimal(2) / 3) < Decimal("1e-20")


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        ({"a": "1", "b": "3"}, {"a": 1, "b": 3}),
        ({"b": 2, "a": 1}, {"a": 1, "b": 2}),
        ({"a": "", "b": None}, None),
        (["c", "a", "b"], {"a": 2, "b": 3, "c": 1}),
        ([], None),
    ],
)
def test_places_are_read_by_entry_or_as_a_list(raw, answer):
    assert ordering("abc").clean(raw) == answer


@pytest.mark.parametrize("raw", [{"a": 4}, {"a": 0}, {"a": "first"}, {"a": 1.0}, {"a": True}, {"a": [1]}, {"x": 1}])
def test_only_places_there_are_can_be_given(raw):
    with pytest.raises(InvalidAnswer, match="a place, from 1"):
        ordering("abc").clean(raw)


@pytest.mark.parametrize("raw", [["x"], [["a"]], ["a", "b", "c", "a"], "a", 5])
def test_only_a_list_of_the_entries_is_an_order(raw):
    with pytest.raises(InvalidAnswer, match="a place, from 1"):
        ordering("abc").clean(raw)


def test_the_result_sets_each_entry_beside_its_place():
    rows = ordering("abc").review({"a": 1, "b": 3})

    assert [(row.label, row.given, row.right, row.verdict) for row in rows] == [
        ("Entry a", "1", "1", Verdict.RIGHT),
        ("Entry b", "3", "2", Verdict.WRONG),
        ("Entry c", "", "3", Verdict.MISSED),
    ]


def test_the_answer_is_said_in_the_order_given():
    assert ordering("abc").describe({"a": 2, "b": 1, "c": 3}) == "1. Entry b; 2. Entry a; 3. Entry c"


@pytest.mark.parametrize("rule", ["longest_run", "absolute", "pairs", "all"])
def test_each_rule_is_said_before_answering(rule):
    said = {ordering("abc", rule=other).marking_rule() for other in ("longest_run", "absolute", "pairs", "all")}

    assert len(said) == 4
    assert ordering("abc", rule=rule).marking_rule() in said


@pytest.mark.parametrize(("named", "reason"), [("ab", "at least 3 items"), ("abcdefgh", "at most 7 items")])
def test_an_order_has_three_to_seven_entries(named, reason):
    with pytest.raises(ValueError, match=reason):
        ordering(named)
