"""How a mark arose: one line a question, with no more in it than may be shown."""

from __future__ import annotations

import pytest
from django.urls import reverse

from quizzes.domain.review import MARKS_ONLY, Shown, When
from quizzes.reports.results import EVERYTHING, result_of
from quizzes.services.grading import mark_by_hand
from quizzes.services.regrading import make_regrade
from tests.make import (
    LATER,
    ask_hint,
    body,
    browser_of,
    give,
    make_attempt,
    make_quiz,
    multiple,
    regrade_of,
    rekeyed,
    submit,
    try_out,
    weighted,
)

NET = "Right choices less wrong ones, never below zero. Ticking everything earns nothing, unless everything is right."


def how(student, item, answer, *, shown=EVERYTHING):
    """Return the line of a question that was answered so."""
    attempt = make_attempt(make_quiz(items=[item]), student)
    if answer is not None:
        give(attempt, answer)
    submit(attempt)
    [question] = result_of(attempt, shown=shown).questions
    return question.how


def ticked(right, wrong, **fields):
    """Return a multiple response as authors write it."""
    return {"kind": "multiple", **multiple(right, wrong, **fields).model_dump(mode="json")}


@pytest.mark.parametrize(
    ("item", "answer", "line"),
    [
        (ticked("abcd", "ef"), ["a", "b", "c", "e"],
         "3 right and 1 wrong chosen, 4 right in all: (3 − 1)/4 = 0.50. Points: 0.5 × 1 = 0.5."),
        (ticked("ab", "cd"), ["a", "c", "d"], "1 right and 2 wrong chosen, 2 right in all: 0.00. Points: 0 × 1 = 0."),
        (ticked("ab", "cd", rule="decisions"), ["a"],
         "3 of 4 options ticked or left as they should be: 0.75. Points: 0.75 × 1 = 0.75."),
        (ticked("ab", "cd", rule="coverage"), ["a", "c"],
         "1 right and 1 wrong chosen, 2 right in all: 1/2 × 1/(1 + 1) = 0.25. Points: 0.25 × 1 = 0.25."),
        (body("matching", points=3), {"old": "help", "new": "help"},
         "1 of 2 parts right. Points: 0.5 × 3 = 1.5."),
        (body("categorise", points=2), {"state": "founding", "army": "seat", "veto": "seat"},
         "2 of 3 parts right. Points: 0.6667 × 2 = 1.33."),
        (body("ordering", rule="pairs", points=2), {"war": 1, "alliance": 2, "recognition": 4, "debt": 3},
         "1 of 3 entries followed by the right one. Points: 0.3333 × 2 = 0.67."),
        (body("ordering", rule="absolute"), {"war": 1, "alliance": 2, "recognition": 4, "debt": 3},
         "2 of 4 entries in their place. Points: 0.5 × 1 = 0.5."),
        (body("mark"), ["proposed", "accepted", "held"],
         "1 right and 2 wrong chosen, 1 right in all: 0.00. Points: 0 × 1 = 0."),
        (body("single", points=2), "dollars", "Points: 1 × 2 = 2."),
        (body("single"), None, "Left blank: 0 points."),
    ],
)  # fmt: skip
def test_the_rule_is_followed_by_the_count_and_the_points(db, student, item, answer, line):
    found = how(student, item, answer)

    assert found.endswith(f". {line}")


def test_it_begins_with_the_rule(db, student):
    assert how(student, ticked("ab", "c"), ["a"]).startswith(f"{NET} 1 right and 0 wrong")


def test_weights_are_listed(db, student):
    item = {"kind": "multiple", **weighted({"a": "0.5", "b": "0.5", "c": -1}).model_dump(mode="json")}

    assert "weights of what was chosen: +0.5" in how(student, item, ["a"])


@pytest.mark.parametrize(
    ("answer", "level", "line"),
    [
        ("dollars", 3, "Level “certain”: 1 × 3/3. Points: 1 × 1 = 1."),
        ("dollars", 2, "Level “fairly sure”: 1 × 2/3. Points: 0.6667 × 1 = 0.67."),
        ("dollars", None,
         "No level chosen, so it counts as “not sure”. Level “not sure”: 1 × 1/3. Points: 0.3333 × 1 = 0.33."),
        ("roubles", 3, "Level “certain”, wrong: −6/3. Points: −2 × 1 = −2."),
    ],
)  # fmt: skip
def test_a_level_shows_what_it_made_of_the_share(db, student, answer, level, line):
    attempt = make_attempt(make_quiz(items=[body("single")], confidence="certainty"), student)
    give(attempt, answer, confidence=level)
    submit(attempt)

    assert result_of(attempt, shown=EVERYTHING).questions[0].how.endswith(line)


def test_full_credit_to_everybody_is_not_explained_by_a_level(db, student, instructor):
    attempt = make_attempt(make_quiz(items=[body("single")], confidence="certainty"), student)
    give(attempt, "roubles", confidence=1)
    submit(attempt)
    make_regrade(regrade=regrade_of(attempt.responses.get().revision, "credit_all", instructor), now=LATER)

    line = result_of(attempt, shown=EVERYTHING).questions[0].how

    assert "Level" not in line
    assert line.endswith("Points: 1 × 1 = 1.")


def test_tries_and_hints_and_what_they_cost_are_said(db, student):
    item = body("single", hints=["Not in kind, at least."])
    attempt = make_attempt(make_quiz(items=[item], behaviour="adaptive", penalty="0.25", hint_penalty="0.1"), student)
    ask_hint(attempt)
    try_out(attempt, "roubles", "dollars")
    submit(attempt)

    line = result_of(attempt, shown=EVERYTHING).questions[0].how

    assert "2 tries. Each further try took 0.25 of the points. 1 hint took 0.1. Points: 0.65 × 1 = 0.65." in line


def test_a_mark_by_a_person_shows_the_sum_of_its_criteria(db, student, instructor):
    attempt = make_attempt(make_quiz(items=[body("essay", points=10)]), student)
    give(attempt, "It lapsed.")
    submit(attempt)
    mark_by_hand(
        response=attempt.responses.get(), levels={"claim": 1, "evidence": 1}, comment="", marker=instructor, now=LATER
    )

    assert "By the criteria: 3 of 5. Points: 0.6 × 10 = 6." in result_of(attempt, shown=EVERYTHING).questions[0].how


def test_after_a_regrade_the_count_is_by_the_key_that_holds(db, student, instructor):
    attempt = make_attempt(make_quiz(items=[body("single")]), student)
    give(attempt, "roubles")
    submit(attempt)
    revision = attempt.responses.get().revision
    make_regrade(
        regrade=regrade_of(revision, "new_key", instructor, new_revision=rekeyed(revision, "roubles")), now=LATER
    )

    assert result_of(attempt, shown=EVERYTHING).questions[0].how.endswith("Points: 1 × 1 = 1.")


# Nothing is told before it may be.


@pytest.mark.parametrize("item", [ticked("abcd", "ef"), body("ordering", rule="pairs"), body("mark")])
def test_without_the_right_answers_no_count_tells_how_many_are_right(db, student, item):
    answer = {"multiple": ["a", "e"], "ordering": {"war": 1, "alliance": 2}, "mark": ["proposed"]}[item["kind"]]

    line = how(student, item, answer, shown=EVERYTHING - {Shown.RIGHT_ANSWER})

    assert "in all" not in line
    assert "followed by the right one." not in line
    assert "Points: " in line


def test_with_correctness_alone_parts_are_counted_as_the_mark_already_tells(db, student):
    line = how(student, body("matching"), {"old": "help", "new": "help"}, shown=MARKS_ONLY.at(When.AFTER))

    assert line.endswith("1 of 2 parts right. Points: 0.5 × 1 = 0.5.")


def test_without_correctness_nothing_is_counted(db, student):
    shown = frozenset({Shown.ATTEMPT, Shown.MAXIMUM, Shown.MARKS})

    assert "parts right" not in how(student, body("matching"), {"old": "help", "new": "help"}, shown=shown)


def test_without_marks_only_the_rule_is_said(db, student):
    assert how(student, ticked("ab", "c"), ["a"], shown=frozenset({Shown.ATTEMPT})) == NET


def test_page_and_api_say_the_same(db, student):
    attempt = make_attempt(make_quiz(items=[body("matching", points=3)]), student)
    give(attempt, {"old": "help", "new": "help"})
    submit(attempt)
    browser = browser_of(student)
    [line] = [question.how for question in result_of(attempt, shown=EVERYTHING).questions]

    assert line in browser.get(reverse("quizzes:result", args=[attempt.pk])).text
    assert browser.get(reverse("api-attempt", args=[attempt.pk])).json()["responses"][0]["result"]["how"] == line
