"""Survey: opinions are read like other answers, and nothing about them is right, wrong or worth points."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from quizzes.domain.base import InvalidAnswer
from quizzes.domain.kinds.survey import AGREEMENT
from quizzes.domain.specs import QuizSpec
from tests.domain.make import COMMON, body, quiz_file, spec

ONE = {"choose": "one", "comment": None}


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        ("texts", {"chosen": ["texts"]}),
        (["quizzes", "texts", "texts"], {"chosen": ["quizzes", "texts"]}),
        ({"chosen": "texts", "comment": "  More maps.\r\n"}, {"chosen": ["texts"], "comment": "More maps."}),
        ({"comment": "More maps."}, {"comment": "More maps."}),
        ({"chosen": [], "comment": " "}, None),
        (None, None),
    ],
)
def test_options_and_a_comment_are_read(raw, answer):
    assert spec("survey").clean(raw) == answer


@pytest.mark.parametrize(
    ("fields", "raw"),
    [
        (ONE, ["texts", "charts"]),
        (ONE, {"comment": "Not asked for."}),
        ({}, "maps"),
        ({}, {"option": "texts"}),
        ({}, {"comment": "word " * 301}),
        ({}, {"comment": 7}),
    ],
)
def test_what_was_not_offered_is_refused(fields, raw):
    with pytest.raises(InvalidAnswer):
        spec("survey", **fields).clean(raw)


def test_a_comment_that_is_too_long_leaves_what_was_chosen_readable():
    with pytest.raises(InvalidAnswer) as refusal:
        spec("survey").clean({"chosen": "texts", "comment": "word " * 301})

    assert refusal.value.readable == {"chosen": ["texts"]}
    assert refusal.value.problems[0].key == "comment"


@pytest.mark.parametrize("raw", [{"chosen": ["1", "3"]}, {"chosen.1": "1", "chosen.3": "3"}, ["3", "1"]])
def test_ticks_come_from_a_paper_together_or_each_by_itself(raw):
    item = spec("survey")

    answer = item.clean(item.from_paper(raw, []))

    assert answer == {"chosen": ["quizzes", "texts"]}
    assert item.to_paper(answer, []) == {"chosen": ["1", "3"]}


@pytest.mark.parametrize(
    ("answer", "is_complete"),
    [({"chosen": ["texts"]}, True), ({"comment": "More maps."}, False), (None, False)],
)
def test_a_survey_is_answered_once_something_is_chosen(answer, is_complete):
    assert spec("survey").is_complete(answer) is is_complete


def test_a_scale_without_options_asks_for_agreement_in_five_steps():
    item = spec("survey", style="likert", choose="one", options={})

    assert list(item.parts([])["options"].values()) == list(AGREEMENT.values())
    assert item.clean("yes") == {"chosen": ["yes"]}


def test_level_difficulty_sources_and_feedback_may_be_left_out():
    written = {name: value for name, value in body("survey").items() if name not in COMMON}
    needed = {name: COMMON[name] for name in ("stem", "objective", "section")}

    [item] = QuizSpec.model_validate(quiz_file(items=[{**written, **needed}])).items

    assert (item.points, item.sources, item.feedback) == (0, (), "")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"points": 1}, "leave out `points`"),
        ({"hints": ["Think."]}, "leave out `hints`"),
        ({"style": "likert"}, "a scale has one answer"),
        ({"options": {"only": "One"}}, "two `options`"),
        ({"options": {}}, "two `options`"),
    ],
)
def test_a_survey_that_makes_no_sense_is_refused_with_the_reason(fields, reason):
    with pytest.raises(ValidationError, match=reason):
        spec("survey", **fields)


def test_a_survey_is_no_check_in_the_text():
    with pytest.raises(ValidationError, match="move it to `items`"):
        QuizSpec.model_validate(quiz_file(checks=[body("survey", key="opinion")]))


@pytest.mark.parametrize(("is_anonymous", "words"), [(False, "can see your answer"), (True, "never who gave")])
def test_students_read_that_it_is_not_marked_and_who_sees_their_answer(is_anonymous, words):
    rule = spec("survey", anonymous=is_anonymous).marking_rule()

    assert rule.startswith("Not marked")
    assert words in rule
