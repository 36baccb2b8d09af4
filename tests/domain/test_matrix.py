"""Matrix: each row counts by itself, and only with exactly its right ticks."""

from __future__ import annotations

from decimal import Decimal
from random import Random

import pytest
from pydantic import ValidationError

from quizzes.domain.base import InvalidAnswer, Verdict
from tests.domain.make import WHY, spec
from tests.kinds.matrix import BODY

RIGHT = {"help": ["treaty-1961"], "contact": ["treaty-2000"], "signed": ["treaty-2024"]}
BOTH = {**BODY["rows"], "help": {"text": "Help", "right": ["treaty-1961", "treaty-2024"], "feedback": WHY}}


def several():
    return spec("matrix", choose="several", rows=BOTH)


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        (RIGHT, "1"),
        ({**RIGHT, "signed": ["treaty-1961"]}, "0.6667"),
        ({"help": ["treaty-1961"]}, "0.3333"),
        ({"help": ["treaty-2000"], "contact": ["treaty-1961"]}, "0"),
    ],
)
def test_the_share_is_the_rows_that_are_right(answer, share):
    assert spec("matrix").mark(answer).quantize(Decimal("0.0001")) == Decimal(share)


@pytest.mark.parametrize(
    ("ticks", "share"),
    [
        (["treaty-1961", "treaty-2024"], "0.3333"),
        (["treaty-1961"], "0"),
        (["treaty-1961", "treaty-2000", "treaty-2024"], "0"),
        (["treaty-2000"], "0"),
    ],
)
def test_a_row_with_several_right_columns_takes_all_of_them_and_no_other(ticks, share):
    assert several().mark({"help": ticks}).quantize(Decimal("0.0001")) == Decimal(share)


@pytest.mark.parametrize(("item", "mean"), [(spec("matrix"), Decimal(1) / 3), (several(), Decimal(1) / 8)])
def test_a_guess_earns_one_in_as_many_as_a_row_can_be_ticked(item, mean):
    assert item.guess_share() == mean


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        ({"help": "treaty-1961"}, {"help": ["treaty-1961"]}),
        ({"help": ["treaty-1961", "treaty-1961"], "contact": ""}, {"help": ["treaty-1961"]}),
        ({"signed": "treaty-2024", "help": "treaty-1961"}, {"help": ["treaty-1961"], "signed": ["treaty-2024"]}),
        ({"help": None, "contact": []}, None),
        ({}, None),
    ],
)
def test_an_answer_is_read_by_row_and_empty_rows_are_left_out(raw, answer):
    assert spec("matrix").clean(raw) == answer


@pytest.mark.parametrize(
    "raw",
    [
        {"help": ["treaty-1961", "treaty-2000"]},
        {"help": "treaty-1999"},
        {"treaty-1961": "help"},
        {"help": {"treaty-1961": True}},
        ["help"],
        "help",
    ],
)
def test_what_is_no_tick_of_the_table_is_refused_in_words(raw):
    with pytest.raises(InvalidAnswer, match="Choose one of the columns in each row"):
        spec("matrix").clean(raw)


@pytest.mark.parametrize(
    "raw",
    [
        {"1": ["1", "3"], "2": "2"},
        {"1.1": "1", "1.3": "3", "2.2": "2"},
        {"1.1": "on", "1.3": "on", "2": ["2"]},
    ],
)
def test_ticks_come_from_a_paper_by_row_or_each_by_itself(raw):
    item, order = several(), ["contact", "help", "signed"]
    expected = {"contact": ["treaty-1961", "treaty-2024"], "help": ["treaty-2000"]}

    answer = item.clean(item.from_paper(raw, order))

    assert answer == dict(sorted(expected.items(), key=lambda pair: list(item.rows).index(pair[0])))
    assert item.to_paper(answer, order) == {"1": ["1", "3"], "2": ["2"]}


def test_each_row_is_judged_with_what_was_given_and_what_is_right():
    rows = spec("matrix").review({"help": ["treaty-1961"], "contact": ["treaty-2024"]})

    assert [(row.given, row.right, row.verdict) for row in rows] == [
        ("Treaty of 1961", "Treaty of 1961", Verdict.RIGHT),
        ("Treaty of 2024", "Treaty of 2000", Verdict.WRONG),
        ("", "Treaty of 2024", Verdict.MISSED),
    ]


def test_the_count_of_right_rows_explains_the_mark():
    workings = spec("matrix").workings({"help": ["treaty-1961"], "contact": ["treaty-2024"]})

    assert workings.words % workings.values == "1 of 3 parts right"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"rows": BOTH}, "choose: several"),
        ({"rows": {**BODY["rows"], "help": {"text": "x", "right": "treaty-1999", "feedback": WHY}}}, "not listed"),
        ({"choose": "several", "rows": {**BOTH, "help": {**BOTH["help"], "right": ["treaty-1961"] * 2}}}, "twice"),
        ({"rows": {key: {**row, "right": "treaty-1961"} for key, row in BODY["rows"].items()}}, "same right columns"),
        ({"rows": {"help": BODY["rows"]["help"]}}, "at least 2"),
        ({"rows": {**BODY["rows"], "help": {"text": "x", "right": [], "feedback": WHY}}}, "at least 1"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused_with_the_reason(fields, reason):
    with pytest.raises(ValidationError, match=reason):
        spec("matrix", **fields)


def test_rows_are_shuffled_unless_their_order_means_something():
    item, fixed = spec("matrix"), spec("matrix", shuffle=False)

    assert {tuple(fixed.order(Random(seed))) for seed in range(20)} == {tuple(fixed.rows)}
    assert len({tuple(item.order(Random(seed))) for seed in range(20)}) > 1


def test_a_wrong_answer_has_about_half_of_its_rows_right_and_some_by_chance():
    item = spec("matrix")
    right = item.right_answer()
    wrong = [item.wrong_answer(Random(seed)) for seed in range(200)]

    rows = [answer.get(row) == right[row] for answer in wrong for row in right]

    assert 0.5 < sum(rows) / len(rows) < 0.9
    assert any(len(answer) == len(right) for answer in wrong)
