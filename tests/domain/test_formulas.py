"""Every formula that a kind of question is marked by, against numbers worked out by hand from the source's own rule.

A formula that belongs to a behaviour or to a gradebook (tries, certainty, regrading) is tested where it is used.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import combinations

import pytest

from quizzes.domain.ticks import COUNT_RULES, mean_share_of_ticks, share_of_ticks
from tests.domain.make import WHY, matching, multiple, numeric, ordering, spec, weighted

TOLERANCE = Decimal("1e-20")


def assert_share(item, answer, expected):
    """Compare a share with a fraction written as `2/3`, or as a decimal."""
    got = item.share_of(item.clean(answer))
    want = Fraction(str(expected))

    assert abs(got - Decimal(want.numerator) / want.denominator) < TOLERANCE


@pytest.mark.parametrize(
    ("ticked", "expected"),
    [("ab", "1"), ("a", "0.75"), ("b", "0.25"), ("ac", "0.25"), ("bc", "0"), ("cd", "0"), ("", "0")],
)
def test_weighted_options(ticked, expected):
    """clamp(Σ weight of what is selected, 0, 1). Source: Moodle, question/type/multichoice/question.php."""
    item = weighted({"a": "0.75", "b": "0.25", "c": "-0.5", "d": "-0.5"})

    assert_share(item, list(ticked), expected)


@pytest.mark.parametrize(
    ("ticked", "expected"),
    [
        ("abc", "1"),
        ("ab", "2/3"),  # (2 − 0)/3
        ("abd", "1/3"),  # (2 − 1)/3
        ("abcd", "2/3"),  # (3 − 1)/3
        ("ade", "0"),  # (1 − 2)/3, floored
        ("abcde", "0"),  # (3 − 2)/3 by the source; ticking everything earns nothing here
    ],
)
def test_net_correct(ticked, expected):
    """max(0, (t − w)/c). Source: PrairieLearn, docs/elements/pl-checkbox.md."""
    assert_share(multiple("abc", "de"), list(ticked), expected)


@pytest.mark.parametrize(
    ("ticked", "expected"),
    [
        ("abc", "1"),
        ("ab", "2/3"),  # (2/3)·(2/2)
        ("abd", "4/9"),  # (2/3)·(2/3)
        ("abcd", "3/4"),  # (3/3)·(3/4)
        ("ad", "1/6"),  # (1/3)·(1/2)
        ("de", "0"),
        ("", "0"),
        ("abcde", "0"),  # (3/3)·(3/5) by the source; ticking everything earns nothing here
    ],
)
def test_coverage(ticked, expected):
    """(t/c)·(t/n), n selected; a blank earns 0. Source: PrairieLearn, docs/elements/pl-checkbox.md."""
    assert_share(multiple("abc", "de", rule="coverage"), list(ticked), expected)


@pytest.mark.parametrize(
    ("ticked", "expected"),
    [
        ("ab", "1"),
        ("a", "4/5"),  # b is judged wrongly
        ("ac", "3/5"),  # b and c are
        ("c", "2/5"),
        ("cde", "0"),
        ("abcde", "0"),  # 2/5 by the source; ticking everything earns nothing here
        ("", "0"),  # 3/5 by the source; a blank earns nothing here
    ],
)
def test_every_decision_counts(ticked, expected):
    """(n − |selected Δ right|)/n. Sources: edX, xmodule/capa/responsetypes.py; RELATE, course/page/choice.py."""
    assert_share(multiple("ab", "cde", rule="decisions"), list(ticked), expected)


@pytest.mark.parametrize(
    ("ticked", "expected"), [("abc", "1"), ("ab", "2/3"), ("c", "1/3"), ("abcd", "0"), ("ad", "0"), ("d", "0")]
)
def test_proportional_correct(ticked, expected):
    """|selected ∩ right|/|right|, 0 if anything wrong is selected. Source: RELATE, course/page/choice.py."""
    assert_share(multiple("abc", "de", rule="proportional"), list(ticked), expected)


@pytest.mark.parametrize(
    ("right", "wrong", "ticked", "expected"),
    [
        ("ab", "cde", "ab", "1"),
        ("ab", "cde", "a", "1/2"),  # one missed
        ("ab", "cde", "abc", "1/2"),  # one wrong
        ("ab", "cde", "ac", "1/4"),  # one missed, one wrong; five options
        ("ab", "cde", "abcd", "1/4"),  # two wrong; five options
        ("ab", "cde", "acd", "0"),  # three
        ("ab", "cd", "abc", "1/2"),  # one wrong; four options
        ("ab", "cd", "ac", "0"),  # two; four options are too few
        ("a", "bc", "ab", "1/2"),  # one; three options
        ("ab", "", "a", "0"),  # one; two options are too few
        ("abcd", "e", "abcde", "0"),  # 1/2 by the source; ticking everything earns nothing here
    ],
)
def test_halves(right, wrong, ticked, expected):
    """No mistake 1; one 1/2 with 3 options; two 1/4 with 5. Source: edX, grade_via_halves in responsetypes.py."""
    assert_share(multiple(right, wrong, rule="halves"), list(ticked), expected)


@pytest.mark.parametrize(
    ("ticked", "points"),
    [("abc", 3), ("ab", 2), ("abd", 1), ("ad", 0), ("de", 0)],  # of 3 that can be had
)
def test_h5p_multiple_choice_is_net_correct(ticked, points):
    """+1 a right choice, −1 a wrong one, floor 0, of as many as are right. Source: H5P, js/multichoice.js.

    This is `net`, so it has no name of its own.
    """
    assert_share(multiple("abc", "de", rule="net"), list(ticked), Fraction(points, 3))


@pytest.mark.parametrize(
    ("answer", "expected"),
    [({"old": "help", "new": "consult"}, "1"), ({"old": "help", "new": "help"}, "1/2"), ({}, "0")],
)
def test_matching(answer, expected):
    """Right stems / stems. Source: PrairieLearn, pl-matching.py."""
    assert_share(matching(), answer, expected)


def test_categories_and_gaps_are_counted_alike():
    """Right entries / entries; Σ weight of right gaps / Σ weights. Source: features.md, F4."""
    assert_share(spec("categorise"), {"state": "founding", "army": "seat", "veto": "seat"}, "2/3")
    gaps = spec("cloze").model_dump()["gaps"]
    gaps["soviet"]["weight"], gaps["russian"]["weight"] = 2, "0.5"
    weighed = spec("cloze", gaps=gaps)
    assert_share(weighed, {"soviet": "2.2bn"}, "4/5")
    assert_share(weighed, {"russian": "key", "soviet": "22 bn"}, "1/5")


@pytest.mark.parametrize(
    ("order", "absolute", "longest_run", "closeness", "pairs", "everything"),
    [
        # The longest run less one, of 4. Closeness of n = 5: 1 − Σ|Δ| / 12. Pairs: right neighbours out of 4.
        ("abcde", "1", "1", "1", "1", "1"),
        ("abced", "3/5", "3/4", "10/12", "2/4", "0"),  # Δ 0 0 0 1 1
        ("bcdea", "0", "3/4", "4/12", "3/4", "0"),  # Δ 4 1 1 1 1
        ("eabcd", "0", "3/4", "4/12", "3/4", "0"),
        ("edcba", "1/5", "0", "0", "0", "0"),  # Δ 4 2 0 2 4
        ("acbde", "3/5", "3/4", "10/12", "1/4", "0"),
    ],
)
def test_ordering(order, absolute, longest_run, closeness, pairs, everything):
    """Five rules over the same orders. Sources: Moodle, question/type/ordering/question.php; Spearman's footrule."""
    rules = {
        "absolute": absolute,
        "longest_run": longest_run,
        "closeness": closeness,
        "pairs": pairs,
        "all": everything,
    }
    for rule, expected in rules.items():
        assert_share(ordering("abcde", rule=rule), list(order), expected)


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("123456", "1"),
        ("132456", "1"),  # 2 and 3 stand in any order
        ("213456", "4/6"),  # 1 or 2 deleted and put in again: two edits
        ("231456", "4/6"),  # 1 alone has to be deleted and put in
        ("412356", "4/6"),
        ("654321", "0"),  # 2 and 3 stay; four deleted and put in again: 8 edits are more than 6
        ("13456", "5/6"),  # one insertion
        ("3156", "2/6"),  # insert 2 and 4; delete 1 or 3 and insert it: four edits
    ],
)
def test_blocks_with_a_graph_of_valid_orders(order, expected):
    """max(0, (L − d)/L), d the least deletions and insertions. Source: PrairieLearn, dag_checker.lcs_partial_credit."""
    after = {"1": [], "2": ["1"], "3": ["1"], "4": ["2", "3"], "5": ["4"], "6": ["5"]}
    entries = {key: {"text": f"Entry {key}", "after": names, "feedback": WHY} for key, names in after.items()}

    assert_share(ordering(rule="graph", entries=entries), list(order), expected)


@pytest.mark.parametrize(
    ("kind", "value", "inside", "outside"),
    [
        ("absolute", 5, ["195", "205", "200"], ["194.999", "205.001"]),  # 200 ± 5
        ("relative", "0.1", ["180", "220"], ["179.999", "220.001"]),  # 200 ± 20
        ("geometric", "0.25", ["160", "250"], ["159.999", "250.001"]),  # 200/1.25 … 200 × 1.25
    ],
)
def test_numeric_tolerances(kind, value, inside, outside):
    """|x−a| ≤ t; |x−a| ≤ t·|a|; a/(1+t) ≤ x ≤ a(1+t). Source: Moodle, question/type/numerical/question.php.

    Moodle adds a tiny margin for the noise of floats; these are exact decimals, so the bounds themselves are inside.
    """
    item = numeric(200, kind, value)

    assert [item.mark(typed) for typed in inside] == [1] * len(inside)
    assert [item.mark(typed) for typed in outside] == [0] * len(outside)


@pytest.mark.parametrize(
    ("answer", "kind", "value", "inside", "outside"),
    [
        ("3.14159", "figures", 3, ["3.14", "3.135", "3.1449"], ["3.13", "3.1345", "3.145"]),
        ("1234", "figures", 2, ["1200", "1150", "1249"], ["1149", "1250"]),
        ("0.045", "figures", 1, ["0.05", "0.045", "0.0549"], ["0.0449", "0.055"]),
        ("3.14159", "decimals", 2, ["3.14", "3.135", "3.1449"], ["3.13", "3.145"]),
        ("1234.4", "decimals", 0, ["1234", "1233.5", "1234.49"], ["1233.49", "1234.5"]),
    ],
)
def test_significant_figures_and_decimals(answer, kind, value, inside, outside):
    """Equal after rounding both. Source: PrairieLearn, pl-number-input.

    PrairieLearn takes what is within 0.51 of the last digit of the exact answer; here both are rounded, as schools do.
    """
    item = numeric(answer, kind, value)

    assert [item.mark(typed) for typed in inside] == [1] * len(inside)
    assert [item.mark(typed) for typed in outside] == [0] * len(outside)


@pytest.mark.parametrize(
    ("rule", "typed", "expected"),
    [
        ("times", "200 km", "1"),
        ("times", "200", "0.7"),  # 1·(1 − 0.3)
        ("times", "100", "0.35"),  # 0.5·(1 − 0.3)
        ("times", "50", "0.14"),  # 0.2·(1 − 0.3)
        ("minus", "200 leagues", "0.7"),  # 1 − 0.3
        ("minus", "100", "0.2"),  # 0.5 − 0.3
        ("minus", "50", "0"),  # 0.2 − 0.3, floored
        ("minus", "0.2 Mm", "1"),  # 0.2 × 1000
        ("minus", "7", "0"),
    ],
)
def test_unit_error(rule, typed, expected):
    """score·(1 − p), or score − p, floor 0. Source: Moodle, apply_unit_penalty in numerical/question.php."""
    near = [{"answer": 100, "share": "0.5", "feedback": WHY}, {"answer": 50, "share": "0.2", "feedback": WHY}]
    penalty = {"rule": rule, "value": "0.3", "feedback": WHY}
    item = numeric(200, unit="km", unit_typed=True, units={"Mm": 1000}, unit_penalty=penalty, near=near)

    assert_share(item, typed, expected)


@pytest.mark.parametrize(("right", "offered"), [(1, 3), (2, 4), (2, 5), (3, 5), (5, 6)])
@pytest.mark.parametrize("rule", COUNT_RULES)
def test_the_mean_share_of_ticks_is_that_of_every_set_of_ticks(rule, right, offered):
    options = "abcdef"[:offered]
    sets = [ticked for size in range(offered + 1) for ticked in combinations(options, size)]

    shares = [share_of_ticks(rule, ticked, right=options[:right], offered=offered) for ticked in sets]

    mean = mean_share_of_ticks(rule, right=right, offered=offered)
    assert abs(mean - sum(shares) / len(shares)) < TOLERANCE
