"""What a result says of an answer whose question was regraded: by which key it is explained, and what was decided."""

from __future__ import annotations

import pytest

from quizzes.domain.review import Shown
from quizzes.reports.results import EVERYTHING, result_of
from quizzes.reports.sitting import sitting_of
from quizzes.services.authoring import revise_item
from quizzes.services.regrading import make_regrade, undo_regrade
from tests.make import LATER, NOW, body, give, make_attempt, make_quiz, make_user, regrade_of, rekeyed, submit, try_out


@pytest.fixture
def class_(db):
    """The attempts of three at a single choice: the old key chosen, the new one, neither."""
    quiz = make_quiz(items=[body("single", key="q1")])
    chosen = {"old": "dollars", "new": "kind", "none": "roubles"}
    attempts = {who: make_attempt(quiz, make_user(who)) for who in chosen}
    for who, answer in chosen.items():
        give(attempts[who], answer)
        submit(attempts[who])
    return attempts


def made(attempt, fix, actor, *, right="kind", **fields):
    """Make a regrade of the one question of an attempt."""
    revision = attempt.responses.select_related("revision__item").get().revision
    if fix in ("both_keys", "new_key"):
        fields["new_revision"] = rekeyed(revision, right)
    regrade = regrade_of(revision, fix, actor, **fields)
    make_regrade(regrade=regrade, now=LATER)
    return regrade


def explained(attempt, *, shown=EVERYTHING):
    """Return the verdicts of the first question of a result, and its notes on regrades."""
    question = result_of(attempt, shown=shown).questions[0]
    return [str(row.verdict) for row in question.rows], [note.regrade.fix for note in question.regrades]


def test_a_result_is_explained_by_the_key_that_holds_now_and_by_the_old_one_once_that_is_undone(class_, instructor):
    regrade = made(class_["old"], "new_key", instructor, never_lower=False)

    # roubles, dollars, in kind
    assert explained(class_["old"]) == (["left", "wrong", "missed"], ["new_key"])
    assert explained(class_["new"]) == (["left", "left", "right"], ["new_key"])

    undo_regrade(regrade=regrade, actor=instructor, reason="It was right.", now=LATER)

    assert explained(class_["old"]) == (["left", "right", "left"], [])


def test_under_both_keys_each_answer_is_explained_by_the_one_it_fits(class_, instructor):
    made(class_["old"], "both_keys", instructor)

    assert explained(class_["old"])[0] == ["left", "right", "left"]
    assert explained(class_["new"])[0] == ["left", "left", "right"]


def test_options_always_right_are_named_only_where_right_answers_are_shown(class_, instructor):
    made(class_["old"], "options", instructor, always_right=["roubles"], disregarded=["kind"])

    [note] = result_of(class_["none"], shown=EVERYTHING).questions[0].regrades
    [held] = result_of(class_["none"], shown=EVERYTHING - {Shown.RIGHT_ANSWER}).questions[0].regrades

    assert explained(class_["none"])[0] == ["right", "missed", "left"]
    assert (note.always_right, note.disregarded) == (["Paid in roubles"], ["Paid in kind"])
    assert (held.always_right, held.disregarded) == ((), ())


def test_a_result_without_marks_says_nothing_of_regrades(class_, instructor):
    made(class_["old"], "credit_all", instructor)

    assert explained(class_["none"], shown=EVERYTHING - {Shown.MARKS})[1] == []


def test_a_question_marked_at_once_is_explained_by_the_key_that_holds_now(db, student, instructor):
    attempt = make_attempt(make_quiz(items=[body("single", key="q")], behaviour="immediate"), student)
    try_out(attempt, "roubles")
    old = attempt.responses.select_related("revision__item").get().revision
    words = old.spec.model_copy(update={"feedback": "The ledger of 1991 says roubles."})
    reworded = revise_item(item=old.item, spec=words, editor=None, now=NOW)
    new_key = rekeyed(reworded, "roubles")
    make_regrade(regrade=regrade_of(old, "new_key", instructor, new_revision=new_key, never_lower=False), now=LATER)

    [question] = sitting_of(attempt).questions

    assert (question.state, [str(row.verdict) for row in question.rows]) == ("right", ["right", "left", "left"])
    assert question.explanation == "The ledger of 1991 says roubles."
