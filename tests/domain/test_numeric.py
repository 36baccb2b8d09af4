"""Numbers: read as people write them, compared in exact decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.domain.base import InvalidAnswer, Verdict
from quizzes.domain.quantity import read_number
from tests.make import numeric


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1961", "1961"),
        (" 1961 ", "1961"),
        ("+5", "5"),
        ("-5", "-5"),
        ("−5", "-5"),
        ("10.9", "10.9"),
        ("10,9", "10.9"),
        (".5", "0.5"),
        ("5.", "5"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("-0,500", "-0.5"),
        ("1,000", "1000"),
        ("1,000.5", "1000.5"),
        ("1.000,5", "1000.5"),
        ("1 000,5", "1000.5"),
        ("1\u00a0000\u202f000", "1000000"),
        ("1'000'000", "1000000"),
        ("1’000.5", "1000.5"),
        ("2.200.000", "2200000"),
        ("2,200,000", "2200000"),
        ("-1,234,567.25", "-1234567.25"),
        ("2.2e3", "2200"),
        ("2,2E3", "2200"),
        ("1e-3", "0.001"),
        ("１９６１", "1961"),
    ],
)
def test_numbers_are_read_in_many_spellings(typed, number):
    assert read_number(typed) == Decimal(number)


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("5 years", "years", "5"),
        ("1 year", "years", "1"),
        ("90%", "per cent", "90"),
        ("90 per cent", "per cent", "90"),
        ("90 %", "%", "90"),
        ("83 million US dollars", "million US dollars", "83"),
        ("10,9", "milliard de roubles", "10.9"),
    ],
)
def test_the_unit_may_be_typed_and_need_not(typed, unit, number):
    assert read_number(typed, unit=unit) == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "many",
        "1961 or so",
        "1,000,5",
        "1.5.2",
        "1e",
        "1e9999",
        "--5",
        "1-2",
        "0x10",
        "nan",
        "inf",
        "½",
        "1/2",
        "()",
    ],
)
def test_what_is_no_number_is_refused_in_words(typed):
    with pytest.raises(InvalidAnswer, match="Give a number"):
        read_number(typed)


@pytest.mark.parametrize(
    ("kind", "value", "typed", "share"),
    [
        ("absolute", 0, "1961", 1),
        ("absolute", 0, "1961.0", 1),
        ("absolute", 0, "1,961", 1),
        ("absolute", 0, "1961.000001", 0),
        ("absolute", 2, "1963", 1),
        ("absolute", 2, "1959", 1),
        ("absolute", 2, "1963.01", 0),
        ("relative", "0.1", "2157.1", 1),
        ("relative", "0.1", "1764.9", 1),
        ("relative", "0.1", "2157.2", 0),
        ("geometric", 1, "3922", 1),
        ("geometric", 1, "980.5", 1),
        ("geometric", 1, "980", 0),
        ("geometric", 1, "3923", 0),
        ("figures", 2, "2000", 1),
        ("figures", 2, "1950", 1),
        ("figures", 2, "2049", 1),
        ("figures", 2, "1949", 0),
        ("figures", 2, "2.0e3", 1),
    ],
)
def test_both_bounds_of_a_tolerance_are_inside_it(kind, value, typed, share):
    item = numeric(1961, kind, value)

    assert item.mark(item.clean(typed)) == share


@pytest.mark.parametrize(("typed", "share"), [("0.13", 1), ("0.125", 1), ("0.134", 1), ("0.12", 0), ("0.135", 0)])
def test_a_half_is_rounded_up_as_at_school(typed, share):
    assert numeric("0.125", "figures", 2).mark(typed) == share


@pytest.mark.parametrize(("typed", "share"), [("-10", 1), ("-9", 1), ("-11", 1), ("10", 0), ("-8.99", 0)])
def test_tolerances_work_below_nothing(typed, share):
    assert numeric(-10, "relative", "0.1").mark(typed) == share


@pytest.mark.parametrize(("typed", "share"), [("-10", 1), ("-20", 1), ("-5", 1), ("-4.9", 0), ("5", 0)])
def test_a_geometric_tolerance_works_below_nothing(typed, share):
    assert numeric(-10, "geometric", 1).mark(typed) == share


def test_a_tenth_in_a_file_is_exactly_a_tenth():
    item = numeric(0.3, "absolute", 0.1)

    assert (item.mark("0.4"), item.mark("0.2"), item.mark("0.40001")) == (1, 1, 0)


@pytest.mark.parametrize(
    ("typed", "share", "feedback"),
    [("1995", "1", "Yes."), ("1996", "0.5", "It lapsed then."), ("1990", "0", "Too early."), ("2000", "0", "No.")],
)
def test_a_near_answer_may_earn_a_part_and_a_comment(typed, share, feedback):
    near = [
        {"answer": 1996, "share": "0.5", "feedback": "It lapsed then."},
        {"answer": 1990, "tolerance": {"kind": "absolute", "value": 2}, "share": 0, "feedback": "Too early."},
    ]
    item = numeric(1995, near=near, feedback_right="Yes.", feedback_wrong="No.")
    [row] = item.review(typed)

    assert item.mark(typed) == Decimal(share)
    assert (row.given, row.right, row.feedback) == (typed, "1995 year", feedback)
    assert row.verdict == (Verdict.RIGHT if share == "1" else Verdict.WRONG)


def test_the_first_that_fits_wins():
    near = [
        {"answer": 1961, "share": 0, "feedback": "Never said."},
        {"answer": 1960, "tolerance": {"kind": "absolute", "value": 5}, "share": "0.5", "feedback": "Close."},
        {"answer": 1958, "share": "0.9", "feedback": "Never said."},
    ]
    item = numeric(1961, near=near)

    assert [item.mark(typed) for typed in ("1961", "1958")] == [1, Decimal("0.5")]


@pytest.mark.parametrize(("answer", "shown"), [("2200000", "2200000"), ("10.90", "10.9"), ("1E+3", "1000"), ("0", "0")])
def test_the_right_answer_is_written_plainly(answer, shown):
    assert numeric(answer).right_answer() == shown


def test_the_answer_is_kept_as_it_was_typed():
    assert numeric().clean(" 1 961 ") == "1 961"
    assert numeric().clean(1961) == "1961"
    assert numeric().describe("1 961") == "1 961 year"


@pytest.mark.parametrize("raw", ["1" * 501, True, [1961], {"answer": 1961}])
def test_what_is_not_one_number_is_refused(raw):
    with pytest.raises(InvalidAnswer):
        numeric().clean(raw)


def test_a_very_long_number_is_a_number():
    assert numeric().mark(numeric().clean("9" * 500)) == 0


@pytest.mark.parametrize(
    ("kind", "value", "is_exact"), [("absolute", 0, True), ("absolute", 1, False), ("figures", 2, False)]
)
def test_the_rule_says_whether_the_number_must_be_exact(kind, value, is_exact):
    assert ("exact" in numeric(1961, kind, value).marking_rule()) == is_exact


@pytest.mark.parametrize(
    ("answer", "kind", "value", "reason"),
    [
        (0, "relative", "0.1", "relative tolerance around 0"),
        (0, "geometric", "0.1", "geometric tolerance around 0"),
        (1961, "figures", 0, "whole number of significant figures"),
        (1961, "figures", "1.5", "whole number of significant figures"),
        (1961, "figures", 40, "whole number of significant figures"),
        (1961, "absolute", -1, "greater than or equal to 0"),
        (1961, "about", 1, "Input should be 'absolute'"),
        ("many", "absolute", 1, "valid decimal"),
        ("NaN", "absolute", 1, "finite number"),
    ],
)
def test_a_tolerance_that_makes_no_sense_is_refused(answer, kind, value, reason):
    with pytest.raises(ValueError, match=reason):
        numeric(answer, kind, value)


def test_the_tolerance_of_a_near_answer_is_checked_as_well():
    near = [{"answer": 0, "tolerance": {"kind": "relative", "value": "0.1"}, "share": 0, "feedback": "No."}]

    with pytest.raises(ValueError, match="around 0"):
        numeric(near=near)
