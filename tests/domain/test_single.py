"""Single choice and true or false."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.domain.base import InvalidAnswer, Verdict
from tests.domain.make import WHY, single, true_false


@pytest.mark.parametrize(("chosen", "share"), [("dollars", 1), ("roubles", 0), ("kind", 0)])
def test_one_option_earns_everything(chosen, share):
    assert single().mark(chosen) == share


def test_a_guess_among_three_earns_a_third():
    assert single().guess_share() == Decimal(1) / 3


@pytest.mark.parametrize("raw", ["gold", "Dollars", " dollars", ["dollars"], {"dollars": True}, 1])
def test_only_an_option_offered_is_an_answer(raw):
    with pytest.raises(InvalidAnswer, match="one of the options"):
        single().clean(raw)


def test_the_result_judges_each_option():
    rows = single().review("roubles")

    assert [(row.label, row.verdict) for row in rows] == [
        ("Paid in roubles", Verdict.WRONG),
        ("Paid in dollars", Verdict.MISSED),
        ("Paid in kind", Verdict.LEFT),
    ]


def test_a_paper_names_options_by_their_place():
    order = ["kind", "dollars", "roubles"]

    assert single().parts(order) == {"options": {"1": "Paid in kind", "2": "Paid in dollars", "3": "Paid in roubles"}}
    assert single().from_paper("2", order) == "dollars"
    assert single().to_paper("roubles", order) == "3"


@pytest.mark.parametrize("name", ["0", "4", "-1", "02", "１", "dollars", "1.0", "²"])
def test_a_name_that_is_not_on_the_paper_is_no_answer(name):
    with pytest.raises(InvalidAnswer):
        single().clean(single().from_paper(name, ["kind", "dollars", "roubles"]))


@pytest.mark.parametrize("right", [[], ["roubles", "dollars"]])
def test_a_single_choice_has_exactly_one_right_option(right):
    options = {key: {"text": key, "correct": key in right, "feedback": WHY} for key in ("roubles", "dollars", "kind")}

    with pytest.raises(ValueError, match=f"{len(right)} options are marked"):
        single(options=options)


@pytest.mark.parametrize(("is_true", "given", "share"), [(True, True, 1), (True, False, 0), (False, False, 1)])
def test_a_statement_is_judged_rightly_or_not(is_true, given, share):
    assert true_false(answer=is_true).mark(given) == share


@pytest.mark.parametrize(("raw", "answer"), [("true", True), ("false", False), (True, True), (False, False)])
def test_the_two_words_are_read(raw, answer):
    assert true_false().clean(raw) is answer


@pytest.mark.parametrize("raw", ["yes", "True", "1", 1, 0, ["true"], "no"])
def test_no_other_word_is_read(raw):
    with pytest.raises(InvalidAnswer, match="true or false"):
        true_false().clean(raw)


def test_both_words_get_their_feedback():
    rows = true_false(answer=False, feedback_true="No, it lapsed.", feedback_false="Yes, it lapsed.").review(True)

    assert [(row.label, row.verdict, row.feedback) for row in rows] == [
        ("True", Verdict.WRONG, "No, it lapsed."),
        ("False", Verdict.MISSED, "Yes, it lapsed."),
    ]


def test_guessing_at_a_statement_earns_a_half():
    assert true_false().guess_share() == Decimal("0.5")
