"""Confidence asked with an answer: never a mark unless the quiz says so, and a report of how it fits."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from quizzes.domain.review import MARKS_ONLY, Shown, When
from quizzes.models import Attempt, ItemResponse, Quiz
from quizzes.reports.results import EVERYTHING, result_of
from quizzes.reports.sitting import sitting_of
from quizzes.services.answers import take_kept_answer
from quizzes.services.late import accept_late_answer
from quizzes.services.regrading import make_regrade
from tests.make import (
    LATER,
    NOW,
    body,
    browser_of,
    give,
    make_attempt,
    make_quiz,
    quiz_lines,
    regrade_of,
    rekeyed,
    submit,
)


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


# A level that is not given.


def test_without_a_level_an_answer_is_unfinished(db, student):
    attempt = sat(student, "certainty", items=2)
    answer(attempt, ".+", "2+")

    assert [each.is_complete for each in attempt.responses.order_by("position")] == [False, True]
    assert sitting_of(attempt).answered_count == 1

    answer(attempt, "1+")
    assert stored(attempt).is_complete


@pytest.mark.parametrize("rule", ["ask", "off"])
def test_where_a_level_changes_no_mark_an_answer_is_finished_without(db, student, rule):
    attempt = sat(student, rule, items=1)
    answer(attempt, ".+")

    assert stored(attempt).is_complete


def test_of_what_a_person_marks_no_level_is_asked_and_none_is_missed(db, student):
    attempt = make_attempt(make_quiz(items=[body("essay", key="e")], confidence="certainty"), student)
    give(attempt, "It lapsed.")

    assert stored(attempt).is_complete
    assert sitting_of(attempt).questions[0].certainties == ()


def test_what_lacks_a_level_is_listed_before_submitting_and_told_by_the_api(db, student):
    attempt = sat(student, "certainty", items=2)
    answer(attempt, ".+", "2+")
    browser = browser_of(student)

    review = browser.get(reverse("quizzes:attempt-confirm", args=[attempt.pk])).text
    found = browser.get(reverse("api-attempt", args=[attempt.pk])).json()["responses"]
    page = browser.get(reverse("quizzes:attempt-item", args=[attempt.pk, 1])).text

    assert "1 question is still open" in " ".join(review.split())
    assert review.count("not finished: say how sure you are") == 2  # among those open, and among all
    assert [each["is_complete"] for each in found] == [False, True]
    assert "1 of 2 answered" in page
    response = attempt.responses.get(position=1)
    sent = {"position": 1, "answer": found[0]["answer"], "confidence": 3, "sequence": response.sequence}
    address = reverse("api-attempt", args=[attempt.pk]) + "answers/"
    saved = browser.post(address, {**sent, "client_key": str(uuid4())}, content_type="application/json").json()
    assert saved["is_complete"] is True


def test_saving_says_that_the_level_is_missing(db, student):
    attempt = sat(student, "certainty", items=1)
    right = str(stored(attempt).order.index("dollars") + 1)
    address = reverse("quizzes:attempt-item", args=[attempt.pk, 1])
    sent = {"answer": right, "sequence": "0", "client_key": str(uuid4())}

    part = browser_of(student).post(address, sent, headers={"HX-Request": "true"}).text

    assert "but not finished: say how sure you are" in part


@pytest.mark.parametrize(
    ("points", "stakes"),
    [(3, [("+1", "0"), ("+2", "−2"), ("+3", "−6")]), (1, [("+0.33", "0"), ("+0.67", "−0.67"), ("+1", "−2")])],
)
def test_what_each_level_earns_and_costs_in_this_question_stands_beside_it(db, student, points, stakes):
    attempt = make_attempt(make_quiz(items=[body("single", points=points)], confidence="certainty"), student)

    levels = sitting_of(attempt).questions[0].certainties
    page = browser_of(student).get(reverse("quizzes:attempt-item", args=[attempt.pk, 1])).text

    assert [(level.right, level.wrong) for level in levels] == stakes
    for right, wrong in stakes:
        assert f"right {right}, wrong {wrong}" in page


# The result.


def test_nothing_is_said_of_errors_that_were_not_made(db, student):
    attempt = sat(student, "certainty", items=1)
    answer(attempt, "3+")
    submit(attempt)

    page = browser_of(student).get(reverse("quizzes:result", args=[attempt.pk])).text

    assert "you were certain of" not in page
    assert "you were not sure of" not in page


def test_what_was_right_is_not_advised_to_be_read_again_whatever_its_level(db, student):
    attempt = sat(student, "certainty", items=1)
    answer(attempt, ".+")
    submit(attempt)

    [objective] = result_of(attempt, shown=EVERYTHING).objectives
    assert (objective.points, objective.sections) == (1, ())
    assert "Read again" not in browser_of(student).get(reverse("quizzes:result", args=[attempt.pk])).text


def test_what_was_wrong_is_advised_to_be_read_again(db, student):
    attempt = sat(student, "certainty", items=1)
    answer(attempt, "1-")
    submit(attempt)

    assert len(result_of(attempt, shown=EVERYTHING).objectives[0].sections) == 1
