"""Confidence asked with an answer: never a mark unless the quiz says so, and a report of how it fits."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from quizzes.domain.review import MARKS_ONLY, Shown, When
from quizzes.models import Attempt, ItemResponse, Quiz
from quizzes.reports.results import EVERYTHING, result_of
from quizzes.reports.sitting import sitting_of
from quizzes.reports.work import quiz_lines
from quizzes.services.answers import take_kept_answer
from quizzes.services.late import accept_late_answer
from quizzes.services.regrading import make_regrade
from tests.make import LATER, NOW, body, give, make_attempt, make_quiz, regrade_of, rekeyed, submit


def sat(student, rule, *, items=3, **settings):
    listed = [body("single", key=f"q{at}", points=3) for at in range(items)]
    return make_attempt(make_quiz(items=listed, confidence=rule, **settings), student)


def answer(attempt, *given):
    """Answer the questions in turn, each written as `3+` (certain, right) or `1-` (not sure, wrong)."""
    for position, each in enumerate(given, start=1):
        level = None if each[0] == "." else int(each[0])
        give(attempt, "dollars" if each[1] == "+" else "roubles", position=position, confidence=level)


def stored(attempt, position=1):
    return ItemResponse.objects.get(attempt=attempt, position=position)


@pytest.mark.parametrize(
    ("given", "share", "points"),
    [
        ("3+", "1", "3"),
        ("2+", "0.666667", "2"),
        ("1+", "0.333333", "1"),
        (".+", "0.333333", "1"),
        ("1-", "0", "0"),
        ("2-", "-0.666667", "-2"),
        ("3-", "-2", "-6"),
        (".-", "0", "0"),
    ],
)
def test_certainty_changes_the_mark_where_the_quiz_says_so(db, student, given, share, points):
    """Marks 1, 2, 3 and 0, −2, −6 of a question worth 3. Source: Moodle, behaviour/behaviourbase.php."""
    attempt = sat(student, "certainty", items=1)
    answer(attempt, given)

    assert submit(attempt).score == Decimal(points)
    assert (stored(attempt).share, stored(attempt).points) == (Decimal(share), Decimal(points))


def test_no_idea_costs_nothing(db, student):
    attempt = sat(student, "certainty", items=1)

    assert submit(attempt).score == 0


def test_a_total_below_nothing_is_kept_shown_and_not_passed(db, student):
    attempt = sat(student, "certainty")
    answer(attempt, "3-", "3-", "3+")

    done = submit(attempt)

    assert (done.score, done.percent, done.is_passed) == (-9, -100, False)
    assert quiz_lines(Quiz.objects.all(), student)[0].best_percent == -100


@pytest.mark.parametrize("given", ["1+", "2+", "3+", "1-", "3-"])
def test_where_it_is_only_asked_it_never_changes_a_mark(db, student, given):
    attempt = sat(student, "ask", items=1)
    answer(attempt, given)

    assert submit(attempt).score == (3 if given[1] == "+" else 0)
    assert stored(attempt).confidence == int(given[0])


def test_where_it_is_not_asked_it_is_not_kept(db, student):
    attempt = sat(student, "off", items=1)

    answer(attempt, "3-")
    submit(attempt)

    assert stored(attempt).confidence is None
    assert result_of(attempt, shown=EVERYTHING).calibration is None
    assert sitting_of(attempt).questions[0].certainties == ()


def test_it_may_change_alone_and_stays_when_an_answer_comes_without_it(db, student):
    attempt = sat(student, "ask", items=1)
    answer(attempt, "1+")

    answer(attempt, "3+")
    assert (stored(attempt).confidence, stored(attempt).answer) == (3, "dollars")
    answer(attempt, ".-")

    assert (stored(attempt).confidence, stored(attempt).answer) == (3, "roubles")


def test_the_report_counts_what_was_lucky_and_what_was_a_confident_error(db, student):
    attempt = sat(student, "ask", items=5)
    answer(attempt, "1+", "3-", "3+", ".+")

    submit(attempt)
    result = result_of(attempt, shown=EVERYTHING)

    assert (result.calibration.lucky_guesses, result.calibration.confident_errors) == (1, 1)
    assert [level.count for level in result.calibration.levels] == [1, 0, 2]
    assert list(result.topics) == ["Say what happened."]


def test_the_report_judges_the_answer_and_not_the_mark_it_became(db, student):
    attempt = sat(student, "certainty", items=2)
    answer(attempt, "2+", "2-")

    submit(attempt)

    [_low, middling, _high] = result_of(attempt, shown=EVERYTHING).calibration.levels
    assert (middling.count, middling.right) == (2, 1)


def test_the_report_judges_by_the_key_that_holds_now_and_leaves_out_what_does_not_count(db, student, instructor):
    attempt = sat(student, "ask", items=3)
    answer(attempt, "3-", "3+", "3-")
    submit(attempt)
    first, _second, third = (stored(attempt, position).revision for position in (1, 2, 3))
    new_key = rekeyed(first, "roubles")
    make_regrade(regrade=regrade_of(first, "new_key", instructor, new_revision=new_key), now=LATER)
    make_regrade(regrade=regrade_of(third, "disregard", instructor), now=LATER)

    report = result_of(attempt, shown=EVERYTHING).calibration

    assert (report.levels[2].count, report.levels[2].right, report.confident_errors) == (2, 2, 0)


def test_there_is_no_report_while_marks_are_not_shown(db, student):
    attempt = sat(student, "ask", items=1)
    answer(attempt, "3-")
    submit(attempt)

    assert result_of(attempt, shown=EVERYTHING - {Shown.MARKS}).calibration is None
    assert result_of(attempt, shown=MARKS_ONLY.at(When.AFTER)).calibration is not None


def test_what_waits_for_a_person_is_not_judged(db, student):
    attempt = make_attempt(make_quiz(items=[body("essay", key="e")], confidence="ask"), student)
    give(attempt, "It lapsed.", confidence=3)

    submit(attempt)

    assert result_of(attempt, shown=EVERYTHING).calibration is None


@pytest.mark.parametrize("level", [0, 4])
def test_there_are_three_levels(db, student, level):
    attempt = sat(student, "ask", items=1)

    with pytest.raises(IntegrityError), transaction.atomic():
        ItemResponse.objects.filter(attempt=attempt).update(confidence=level)

    assert Attempt.objects.count() == 1


def test_an_answer_kept_aside_counts_with_the_confidence_it_was_sent_with(db, student):
    attempt = sat(student, "certainty", items=1)
    give(attempt, "roubles", confidence=3)
    kept = give(attempt, "dollars", sequence=0, confidence=1).aside

    take_kept_answer(attempt_id=attempt.pk, saved_id=kept.pk, student=student, client_key=uuid4(), now=NOW)

    assert (stored(attempt).answer, stored(attempt).confidence) == ("dollars", 1)


def test_a_late_answer_is_accepted_with_the_confidence_it_was_sent_with(db, student, instructor):
    attempt = sat(student, "certainty", items=1)
    give(attempt, "roubles", confidence=1)
    submit(attempt)
    late = give(attempt, "dollars", sequence=9, confidence=3, now=LATER).aside

    accept_late_answer(saved=late, actor=instructor, reason="The network was down.", now=LATER)

    assert (stored(attempt).confidence, stored(attempt).points) == (3, 3)
