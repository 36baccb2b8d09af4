"""Numbers that no page of ours sends: each is refused or ignored, never a server error."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from quizzes.models import Attempt, Quiz
from tests.make import browser_of, make_attempt, make_cohort, make_quiz

ODD = ["-1", "²", "٣", "9" * 20, "9" * 5000, "x", " "]


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("field", ["sequence", "go", "confidence", "client_key"])
def test_an_odd_field_of_an_answer_is_no_error_and_the_answer_is_kept(attempt: Attempt, field: str, odd: str) -> None:
    sent = {"answer": "1", "sequence": "0", "client_key": str(uuid4()), field: odd}
    page = reverse("quizzes:attempt-item", args=[attempt.pk, 1])

    assert browser_of(attempt.student).post(page, sent).status_code == 302
    assert attempt.responses.get(position=1).answer is not None


@pytest.mark.parametrize("odd", ODD)
def test_odd_numbers_elsewhere_name_nothing(attempt: Attempt, instructor: User, odd: str) -> None:
    cohort = make_cohort(attempt.quiz.course, instructor=instructor, students=[attempt.student])
    browser, teacher = browser_of(attempt.student), browser_of(instructor)
    clock = reverse("quizzes:attempt-clock", args=[attempt.pk])
    choose = reverse("quizzes:attempt-choose", args=[attempt.pk, 1])
    marking = reverse("classes:grade", args=[cohort.pk, 1])

    assert browser.get(clock, {"said": odd}).status_code == 200
    assert browser.post(choose, {"saved": odd, "client_key": str(uuid4())}).status_code == 404
    assert teacher.get(marking, {"answer": odd}).status_code == 404


def test_a_key_longer_than_any_row_has_names_no_page(attempt: Attempt, instructor: User) -> None:
    cohort = make_cohort(attempt.quiz.course, instructor=instructor)
    long = "9" * 30

    for address in (
        f"/classes/{cohort.pk}/students/{long}/",
        f"/classes/{long}/",
        f"/attempts/{attempt.pk}/items/{long}/",
    ):
        assert browser_of(instructor).get(address).status_code == 404


def test_a_question_ahead_is_not_shown_to_whoever_sends_what_cannot_be_read(student: User) -> None:
    attempt = make_attempt(make_quiz(items=3, kinds=["single", "text", "numeric"], navigation="one_way"), student)
    page = reverse("quizzes:attempt-item", args=[attempt.pk, 3])

    answer = browser_of(student).post(page, {"answer": "no number", "sequence": "0", "client_key": str(uuid4())})

    assert answer.status_code == 404
    assert "What happened?" not in answer.content.decode()


def test_a_submitted_attempt_shows_no_form_to_whoever_sends_what_cannot_be_read(quiz: Quiz, student: User) -> None:
    attempt = make_attempt(make_quiz(course="other", items=1, kinds=["numeric"]), student)
    Attempt.objects.filter(pk=attempt.pk).update(state="abandoned")
    page = reverse("quizzes:attempt-item", args=[attempt.pk, 1])

    answer = browser_of(student).post(page, {"answer": "no number", "sequence": "0", "client_key": str(uuid4())})

    assert answer.status_code == 302
