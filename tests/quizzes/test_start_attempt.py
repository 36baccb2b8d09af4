"""Starting an attempt: one open at a time, within the limit, on a fixed paper."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from quizzes.errors import NoAttemptsLeft, NothingToAsk
from quizzes.models import Attempt, ItemResponse
from tests.make import NOW, make_attempt, make_quiz, make_user, submit
from tests.racing import race


def test_the_paper_holds_every_question_once_in_order(quiz, student):
    attempt = make_attempt(quiz, student)

    paper = attempt.responses.order_by("position")
    assert [response.position for response in paper] == [1, 2, 3, 4, 5, 6, 7]
    assert [response.revision.item.key for response in paper] == [f"quiz-{at}" for at in range(1, 8)]
    assert (attempt.number, attempt.started_at, attempt.max_score) == (1, NOW, Decimal(7))
    assert all(response.answer is None and response.points is None for response in paper)


def test_the_paper_leaves_out_checks_and_retired_questions(quiz, student):
    quiz.items.filter(position=1).update(is_retired=True)
    quiz.items.filter(position=2).update(purpose="check")

    attempt = make_attempt(quiz, student)

    assert attempt.responses.count() == 5
    assert attempt.max_score == 5


def test_the_points_of_the_questions_add_up_to_the_full_score(db, student):
    quiz = make_quiz(items=2)
    revision = quiz.items.get(position=2).revisions.get()
    revision.points = Decimal("2.50")
    revision.save()

    assert make_attempt(quiz, student).max_score == Decimal("3.50")


def test_starting_again_goes_on_with_the_open_attempt(attempt, quiz, student):
    assert make_attempt(quiz, student) == attempt
    assert Attempt.objects.count() == 1


def test_after_submitting_the_next_attempt_is_numbered_on(attempt, quiz, student):
    submit(attempt)

    second = make_attempt(quiz, student)

    assert second != attempt
    assert second.number == 2


def test_two_students_have_an_attempt_each(attempt, quiz, stranger):
    other = make_attempt(quiz, stranger)

    assert other != attempt
    assert other.number == 1


def test_the_limit_of_attempts_is_kept(db, student):
    quiz = make_quiz(max_attempts=2)
    for _time in range(2):
        submit(make_attempt(quiz, student))

    with pytest.raises(NoAttemptsLeft):
        make_attempt(quiz, student)

    assert Attempt.objects.count() == 2


def test_the_last_attempt_allowed_can_be_resumed(db, student):
    quiz = make_quiz(max_attempts=1)
    attempt = make_attempt(quiz, student)

    assert make_attempt(quiz, student) == attempt


def test_a_quiz_whose_questions_are_all_retired_starts_nothing(quiz, student):
    quiz.items.update(is_retired=True)

    with pytest.raises(NothingToAsk):
        make_attempt(quiz, student)

    assert not Attempt.objects.exists()


def test_each_paper_shuffles_for_itself(quiz):
    papers = [make_attempt(quiz, make_user(f"student-{number}")) for number in range(12)]

    orders = {tuple(paper.responses.get(position=1).order) for paper in papers}

    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {("dollars", "kind", "roubles")}


@pytest.mark.django_db(transaction=True)
def test_four_threads_racing_to_start_make_one_attempt():
    quiz, student = make_quiz(items=3), make_user()

    started = race(*[partial(make_attempt, quiz, student)] * 4)

    assert set(started) == {Attempt.objects.get()}
    assert ItemResponse.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_racing_to_start_never_goes_over_the_limit():
    quiz, student = make_quiz(max_attempts=2), make_user()
    submit(make_attempt(quiz, student))

    race(*[partial(make_attempt, quiz, student)] * 4)

    assert sorted(Attempt.objects.values_list("number", flat=True)) == [1, 2]
