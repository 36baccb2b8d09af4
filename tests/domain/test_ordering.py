"""Ordering: four rules for an order that is partly right."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest

from quizzes.domain.base import InvalidAnswer, Verdict
from quizzes.domain.orders import ORDER_RULES, share_of_order
from tests.domain.make import WHY, ordering


def share(rule, order, size=4):
    """Mark an order of entries named by their right places: 1243 puts the fourth before the third."""
    item = ordering([f"e{place}" for place in range(1, size + 1)], rule=rule)
    answer = item.clean({f"e{entry}": place for place, entry in enumerate(order, start=1) if entry != "-"})
    return item.share_of(answer)


@pytest.mark.parametrize(
    ("order", "thirds"),
    [("1234", 3), ("1243", 2), ("2341", 2), ("4123", 2), ("2143", 1), ("4321", 0), ("12--", 1), ("1---", 0)],
)
def test_longest_run_counts_the_steps_in_order_among_themselves(order, thirds):
    assert share("longest_run", order) == Decimal(thirds) / 3


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
        ("longest_run", (1, 2, 2, 3), "1/3"),
        ("longest_run", (2, 2, 2, 2), "0"),
        ("absolute", (1, 2, 2, 4), "1/2"),
        ("absolute", (2, 2, 2, 2), "0"),
        ("pairs", (1, 2, 2, 3), "0"),
        ("closeness", (1, 2, 2, 4), "1/4"),
        ("all", (1, 2, 3, 3), "0"),
    ],
)
def test_entries_that_share_a_place_are_kept_and_none_of_them_counts(rule, places, expected):
    item = ordering("abcd", rule=rule)
    answer = item.clean(dict(zip("abcd", places, strict=True)))

    assert answer == dict(zip("abcd", places, strict=True))
    assert item.mark(answer) == Decimal(Fraction(expected).numerator) / Fraction(expected).denominator
    assert not item.is_complete(answer)


NONSENSE = {
    "all in one place": lambda size: [2] * size,
    "one placed": lambda size: [None] * (size - 1) + [size],
    "exactly reversed": lambda size: list(range(size, 0, -1)),
}


@pytest.mark.parametrize("size", [3, 4, 5, 6, 7])
@pytest.mark.parametrize("rule", ["longest_run", "pairs", "closeness"])
@pytest.mark.parametrize("what", NONSENSE)
def test_what_is_no_order_earns_nothing(what, rule, size):
    assert share_of_order(rule, tuple(NONSENSE[what](size))) == 0


@pytest.mark.parametrize(
    ("rule", "places", "then"),
    [
        ("longest_run", (4, 3, 2, 1), "0.25"),
        ("longest_run", (1, 2, 2, 3), "0.75"),
        ("longest_run", (2, 2, 2, 2), "0.25"),
        ("longest_run", (None, None, None, 1), "0.25"),
        ("closeness", (4, 3, 2, 1), "4/12"),
        ("closeness", (2, 2, 2, 2), "8/12"),
        ("absolute", (1, 2, 2, 4), "0.75"),
    ],
)
def test_versions_of_the_first_edition_keep_what_it_gave(rule, places, then):
    assert share_of_order(rule, places, rules=1) == Decimal(Fraction(then).numerator) / Fraction(then).denominator
    answer = {key: place for key, place in zip("abcd", places, strict=True) if place}
    assert ordering("abcd", rule=rule).under(1).mark(answer) == share_of_order(rule, places, rules=1)


@pytest.mark.parametrize(
    ("rule", "mean"), [("all", Decimal(1) / 24), ("absolute", Decimal("0.25")), ("pairs", Decimal("0.25"))]
)
def test_a_blind_order_earns_its_mean(rule, mean):
    assert abs(ordering("abcd", rule=rule).guess_share() - mean) < Decimal("1e-20")


def test_the_mean_longest_run_of_three_is_a_half():
    # The lengths of the six orders of three are 3, 2, 2, 2, 2 and 1: two steps, four times one step, none.
    assert abs(ordering("abc").guess_share() - Decimal("0.5")) < Decimal("1e-20")
    assert abs(ordering("abc").under(1).guess_share() - Decimal(2) / 3) < Decimal("1e-20")


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


@pytest.mark.parametrize("rule", ["longest_run", "absolute", "pairs", "closeness", "all"])
def test_an_entry_whose_place_is_given_twice_is_not_shown_as_right(rule):
    rows = ordering(["first", "second", "third"], rule=rule).review({"first": 1, "second": 2, "third": 1})

    assert [row.verdict for row in rows] == [Verdict.WRONG, Verdict.RIGHT, Verdict.WRONG]


def test_the_result_sets_each_entry_beside_its_place():
    rows = ordering("abc").review({"a": 1, "b": 3})

    assert [(row.label, row.given, row.right, row.verdict) for row in rows] == [
        ("Entry a", "1", "1", Verdict.RIGHT),
        ("Entry b", "3", "2", Verdict.WRONG),
        ("Entry c", "", "3", Verdict.MISSED),
    ]


def test_the_answer_is_said_in_the_order_given():
    assert ordering("abc").describe({"a": 2, "b": 1, "c": 3}) == "1. Entry b; 2. Entry a; 3. Entry c"


def test_each_rule_is_said_before_answering():
    said = {ordering("abc", rule=rule).marking_rule() for rule in ORDER_RULES if rule != "graph"}

    assert len(said | {graph().marking_rule()}) == len(ORDER_RULES)


@pytest.mark.parametrize(
    ("order", "eighths"),
    # Σ|d| is 0, 2, 2, 6 and 8; an entry without a place counts 3.
    [("1234", 8), ("1243", 6), ("2134", 6), ("2341", 2), ("4321", 0), ("123-", 5), ("12--", 2), ("1---", 0)],
)
def test_closeness_counts_how_near_each_entry_stands(order, eighths):
    assert share("closeness", order) == Decimal(eighths) / 8


AFTER = {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"], "e": []}


def graph(after=AFTER):
    """Return an ordering of which several orders are right: a, then b and c in either order, then d; e anywhere."""
    entries = {key: {"text": f"Entry {key}", "after": names, "feedback": WHY} for key, names in after.items()}
    return ordering(rule="graph", entries=entries)


@pytest.mark.parametrize(
    ("order", "fifths"),
    [
        ("abcde", 5),
        ("acbde", 5),
        ("eabcd", 5),
        ("acebd", 5),
        ("bacde", 3),  # b or a is moved
        ("dabce", 3),  # d alone is moved
        ("dbcae", 1),  # d and a are moved
        ("bcda", 2),  # a is moved, e is left out
        ("ab", 2),
        ("e", 1),
        ("da", 0),
    ],
)
def test_graph_takes_any_order_that_fits_and_counts_the_least_edits(order, fifths):
    assert graph().mark(graph().clean(list(order))) == Decimal(fifths) / 5


def test_graph_keeps_one_of_two_entries_in_one_place():
    assert graph().mark({"a": 1, "b": 2, "c": 2, "d": 3, "e": 4}) == Decimal(3) / 5


def test_what_follows_from_what_must_follow_is_wanted_as_well():
    item = graph({"a": [], "b": ["a"], "c": ["b"]})

    assert item.mark(item.clean(list("ca"))) == 0


def test_the_result_of_a_graph_says_what_each_entry_stands_after():
    rows = graph().review(graph().clean(list("dabc")))

    assert [(row.given, row.right, row.verdict) for row in rows] == [
        ("2", "–", Verdict.RIGHT),
        ("3", "Entry a", Verdict.RIGHT),
        ("4", "Entry a", Verdict.RIGHT),
        ("1", "Entry b; Entry c", Verdict.WRONG),
        ("", "–", Verdict.MISSED),
    ]


@pytest.mark.parametrize(
    ("after", "reason"),
    [
        ({"a": ["b"], "b": [], "c": []}, "a stands after b, but no such entry is written before it"),
        ({"a": [], "b": ["x"], "c": []}, "b stands after x"),
        ({"a": [], "b": ["b"], "c": []}, "b stands after b"),
        ({"a": [], "b": [], "c": []}, "belong together"),
    ],
)
def test_a_graph_is_written_in_an_order_that_fits(after, reason):
    with pytest.raises(ValueError, match=reason):
        graph(after)


def test_after_belongs_to_a_graph():
    entries = {key: {"text": key, "after": after, "feedback": WHY} for key, after in AFTER.items()}

    with pytest.raises(ValueError, match="belong together"):
        ordering(entries=entries)


@pytest.mark.parametrize(("named", "reason"), [("ab", "at least 3 items"), ("abcdefgh", "at most 7 items")])
def test_an_order_has_three_to_seven_entries(named, reason):
    with pytest.raises(ValueError, match=reason):
        ordering(named)


@pytest.mark.parametrize("rule", ["pairs", "absolute", "all"])
def test_a_count_of_what_is_in_order_tells_of_the_key(rule):
    question = ordering(rule=rule)

    assert question.workings(question.right_answer()).tells_key


def test_a_wrong_order_names_every_entry():
    item = ordering()
    for seed in range(20):
        wrong = item.wrong_answer(Random(seed))
        assert sorted(wrong) == sorted(item.right_answer())


@pytest.mark.parametrize(("rule", "right"), [("pairs", "Right place"), ("graph", "Stands after")])
def test_above_the_right_order_stands_what_is_listed_below(rule, right):
    entries = {key: {"text": key, "feedback": WHY} for key in ("war", "peace", "debt")}
    if rule == "graph":
        entries["peace"] = {**entries["peace"], "after": ["war"]}

    assert ordering(rule=rule, entries=entries).headings == ("Your place", right)
