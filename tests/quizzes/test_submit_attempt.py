"""Submitting: everything marked, once, at the same cost for any length."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from quizzes.errors import AttemptClosed
from quizzes.models import Attempt, Quiz
from quizzes.reports.work import work_at
from quizzes.services.attempts import submit_attempt
from tests.make import LATER, answer_rightly, body, give, make_attempt, make_quiz, make_user, quiz_lines, submit
from tests.racing import race


def test_every_right_answer_earns_its_points(attempt):
    answer_rightly(attempt)

    submitted = submit(attempt)

    assert (submitted.score, submitted.max_score, submitted.submitted_at) == (7, 7, LATER)
    assert set(submitted.responses.values_list("share", "points")) == {(Decimal(1), Decimal(1))}


def test_a_blank_paper_earns_nothing_and_is_marked(attempt):
    submitted = submit(attempt)

    assert submitted.score == 0
    assert set(submitted.responses.values_list("share", "points")) == {(Decimal(0), Decimal(0))}


def test_shares_become_points_by_what_the_question_is_worth(db, student):
    entries = body("ordering", key="order", points="2.50")
    attempt = make_attempt(make_quiz(items=[entries]), student)
    give(attempt, {"war": 1, "alliance": 2, "recognition": 4, "debt": 3})

    submitted = submit(attempt)

    assert submitted.responses.get().share == Decimal("0.666667")
    assert submitted.score == Decimal("1.67")


def test_three_thirds_make_a_whole(db, student):
    """Points are shown to the hundredth, and their exact shares are added."""
    prompts = {key: {"text": key, "match": "help", "feedback": "Why it is so."} for key in ("one", "two", "three")}
    thirds = [body("matching", key=f"q{at}", prompts=prompts) for at in range(3)]
    attempt = make_attempt(make_quiz(items=thirds), student)
    for position in (1, 2, 3):
        give(attempt, {"one": "help"}, position=position)

    submitted = submit(attempt)

    assert set(submitted.responses.values_list("points", flat=True)) == {Decimal("0.33")}
    assert (submitted.score, submitted.raw_score, submitted.percent) == (Decimal("1.00"), Decimal("1.00"), 33)


def test_it_refuses_a_second_submission(attempt):
    give(attempt, "dollars")
    first = submit(attempt)

    with pytest.raises(AttemptClosed):
        submit(attempt)

    attempt.refresh_from_db()
    assert (attempt.score, attempt.submitted_at) == (first.score, first.submitted_at)


def test_nobody_submits_for_another(attempt, stranger):
    with pytest.raises(Attempt.DoesNotExist):
        submit_attempt(attempt_id=attempt.pk, student=stranger, now=LATER)

    attempt.refresh_from_db()
    assert attempt.submitted_at is None


def test_marking_uses_the_words_on_the_paper_not_the_newest(attempt):
    revision = attempt.responses.get(position=1).revision
    give(attempt, "dollars")
    newer = revision.body | {
        "options": [[key, {**option, "correct": key == "kind"}] for key, option in revision.body["options"]]
    }
    revision.is_current = False
    revision.save()
    revision.item.revisions.create(number=2, body=newer, points=1, content_hash="x", created_at=LATER)

    submit(attempt)

    assert attempt.responses.get(position=1).share == 1


@pytest.mark.parametrize("items", [1, 30])
def test_it_costs_the_same_queries_at_any_length(db, student, items, django_assert_num_queries):
    attempt = make_attempt(make_quiz(items=items), student)
    answer_rightly(attempt)

    with django_assert_num_queries(11):  # one looks for cards of review, one asks whether the course has a certificate
        submit(attempt)


@pytest.mark.django_db(transaction=True)
def test_of_four_threads_racing_to_submit_one_succeeds_and_three_are_refused():
    attempt = make_attempt(make_quiz(items=3), make_user())
    answer_rightly(attempt)

    results = race(*[partial(submit, attempt)] * 4)

    assert [type(result) for result in results].count(AttemptClosed) == 3
    assert [result.score for result in results if isinstance(result, Attempt)] == [3]
    attempt.refresh_from_db()
    assert attempt.score == 3


# The pass mark and the best score.


def attempt_scoring(score, out_of, *, pass_percent=70):
    quiz = Quiz(pass_percent=pass_percent)
    return Attempt(quiz=quiz, score=None if score is None else Decimal(score), max_score=Decimal(out_of))


@pytest.mark.parametrize(
    ("score", "out_of", "percent", "is_passed"),
    [
        ("7", "10", 70, True),
        ("6.94", "10", 69, False),
        ("6.95", "10", Decimal("69.5"), False),
        ("6.99", "10", Decimal("69.9"), False),
        ("16", "23", Decimal("69.5"), False),
        ("6.25", "10", 63, False),
        ("2", "3", 67, False),
        ("10", "10", 100, True),
        ("0", "10", 0, False),
    ],
)
def test_the_pass_mark_is_tested_on_the_exact_score_and_the_one_shown_agrees(score, out_of, percent, is_passed):
    attempt = attempt_scoring(score, out_of)

    assert (attempt.percent, attempt.is_passed) == (percent, is_passed)


def test_an_open_attempt_has_no_score_and_is_not_passed():
    attempt = attempt_scoring(None, "10", pass_percent=0)

    assert (attempt.percent, attempt.is_passed) == (None, False)


def work_of(quiz, student):
    return work_at(Quiz.objects.filter(pk=quiz.pk), student)[quiz]


def test_the_best_score_stays_whatever_comes_after(quiz, student):
    for count in (3, 6, 2):
        attempt = make_attempt(quiz, student)
        answer_rightly(attempt, count=count)
        submit(attempt)

    work = work_of(quiz, student)

    assert (work.kept("highest").share, work.attempt_count) == (Decimal(6) / 7, 3)
    assert work.open_attempt is None


@pytest.mark.parametrize(("count", "percent", "is_passed"), [(5, 71, True), (4, 57, False)])
def test_a_list_of_quizzes_shows_the_best_score_and_whether_it_passes(quiz, student, count, percent, is_passed):
    attempt = make_attempt(quiz, student)
    answer_rightly(attempt, count=count)
    submit(attempt)

    [line] = quiz_lines(Quiz.objects.all(), student)

    assert (line.best_percent, line.is_passed, line.is_open) == (percent, is_passed, False)
    assert (line.question_count, line.attempt_count) == (7, 1)


def test_the_best_score_is_the_best_share_also_when_the_quiz_has_shrunk(quiz, student):
    attempt = make_attempt(quiz, student)
    answer_rightly(attempt, count=6)
    submit(attempt)
    quiz.items.filter(position__gt=2).update(is_retired=True)
    attempt = make_attempt(quiz, student)
    answer_rightly(attempt)
    submit(attempt)

    work = work_of(quiz, student)

    assert work.kept("highest").share == 1


def test_a_score_of_a_whole_number_of_points_is_compared_exactly(quiz, student):
    for count in (1, 5):
        attempt = make_attempt(quiz, student)
        answer_rightly(attempt, count=count)
        submit(attempt)

    assert work_of(quiz, student).kept("highest").share == Decimal(5) / 7


def test_work_in_progress_is_found_and_does_not_count(attempt, quiz, student):
    answer_rightly(attempt)

    work = work_of(quiz, student)

    assert work.open_attempt is not None
    assert (work.open_attempt.pk, work.kept("highest"), work.attempt_count) == (attempt.pk, None, 1)


def test_another_students_work_is_not_counted_as_mine(attempt, quiz, stranger):
    submit(attempt)

    work = work_of(quiz, stranger)

    assert (work.attempt_count, work.kept("highest"), work.open_attempt) == (0, None, None)


def test_a_reader_we_have_not_met_has_no_work(attempt, quiz):
    submit(attempt)

    work = work_of(quiz, None)

    assert (work.attempt_count, work.kept("highest")) == (0, None)
