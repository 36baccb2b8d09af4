"""Matching: each pair counts by itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from quizzes.domain.base import InvalidAnswer, Verdict
from tests.domain.make import WHY, matching


@pytest.mark.parametrize(
    ("answer", "share"),
    [
        ({"old": "help", "new": "consult"}, "1"),
        ({"old": "help", "new": "command"}, "0.5"),
        ({"old": "help"}, "0.5"),
        ({"old": "consult", "new": "help"}, "0"),
        ({"old": "help", "new": "help"}, "0.5"),
    ],
)
def test_the_share_is_the_prompts_matched_rightly(answer, share):
    assert matching().mark(answer) == Decimal(share)


def test_a_match_may_fit_more_than_one_prompt():
    prompts = {key: {"text": key, "match": "help", "feedback": WHY} for key in ("old", "new")}

    assert matching(prompts=prompts).mark({"old": "help", "new": "help"}) == 1


def test_a_guess_earns_one_in_as_many_as_there_are_matches():
    assert matching().guess_share() == Decimal(1) / 3


@pytest.mark.parametrize(
    ("raw", "answer"),
    [
        ({"old": "help", "new": ""}, {"old": "help"}),
        ({"old": None, "new": ""}, None),
        ({}, None),
        ({"new": "help", "old": "consult"}, {"old": "consult", "new": "help"}),
    ],
)
def test_empty_places_are_left_out(raw, answer):
    assert matching().clean(raw) == answer


@pytest.mark.parametrize(
    "raw", [{"old": "gold"}, {"coal": "help"}, {"old": ["help"]}, {"old": {}}, ["help"], "help", 1, {"old": 0}]
)
def test_only_prompts_and_matches_offered_make_a_pair(raw):
    with pytest.raises(InvalidAnswer, match="one of the matches"):
        matching().clean(raw)


def test_it_is_complete_when_every_prompt_has_a_match():
    assert matching().is_complete({"old": "help", "new": "help"})
    assert not matching().is_complete({"old": "help"})


def test_the_result_judges_each_prompt():
    rows = matching().review({"old": "command"})

    assert [(row.label, row.given, row.right, row.verdict) for row in rows] == [
        ("Treaty of 1961", "A joint command", "A duty to help", Verdict.WRONG),
        ("Treaty of 2000", "", "A promise to consult", Verdict.MISSED),
    ]


def test_a_paper_names_prompts_and_matches_by_their_places():
    order = ["command", "help", "consult"]

    assert matching().parts(order) == {
        "prompts": {"1": "Treaty of 1961", "2": "Treaty of 2000"},
        "matches": {"1": "A joint command", "2": "A duty to help", "3": "A promise to consult"},
    }
    assert matching().from_paper({"1": "2", "2": ""}, order) == {"old": "help", "new": ""}
    assert matching().to_paper({"new": "command"}, order) == {"2": "1"}


@pytest.mark.parametrize(
    ("matches", "reason"),
    [
        (["help", "consult"], "at least one match more"),
        (["help", "command", "treaty"], "not listed: consult"),
        (["help"], "at least 2 items"),
    ],
)
def test_matches_that_do_not_go_with_the_prompts_are_refused(matches, reason):
    with pytest.raises(ValueError, match=reason):
        matching(matches={key: f"Match {key}" for key in matches})
