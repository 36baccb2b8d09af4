"""Readers without an account: what they may do, and that it is theirs when they sign up or in."""

from __future__ import annotations

from uuid import uuid4

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from courses.models import Guest, SectionRead
from quizzes.models import Attempt, Quiz
from tests.make import make_quiz

PASSWORD = "a-long-and-odd-phrase-7"


def practise(browser: Client, quiz: Quiz) -> Attempt:
    """Read a section, start the quiz and answer its first question without an account."""
    course = quiz.course.key
    browser.post(reverse("courses:lesson-read", args=[course, "lesson-1"]), {"section": "section-1"})
    browser.post(reverse("quizzes:start", args=[course, quiz.key]))
    attempt = Attempt.objects.latest("started_at")
    address = reverse("quizzes:attempt-item", args=[attempt.pk, 1])
    browser.post(address, {"answer": "1", "sequence": "0", "client_key": str(uuid4())})
    return attempt


def test_reading_alone_leaves_no_trace(quiz: Quiz) -> None:
    browser = Client()
    browser.get(reverse("courses:lesson", args=[quiz.course.key, "lesson-1"]))
    browser.get(reverse("quizzes:quiz", args=[quiz.course.key, quiz.key]))

    assert not User.objects.exists()
    assert "sessionid" not in browser.cookies


def test_a_guest_practises_and_comes_back_to_it(quiz: Quiz) -> None:
    browser = Client()
    attempt = practise(browser, quiz)

    page = browser.get(reverse("quizzes:quiz", args=[quiz.course.key, quiz.key]))

    assert [each.pk for each in page.context["page"].attempts] == [attempt.pk]


def test_signing_up_keeps_what_was_done(quiz: Quiz) -> None:
    browser = Client()
    attempt = practise(browser, quiz)

    browser.post(
        reverse("account_signup"), {"username": "mina", "password1": PASSWORD, "password2": PASSWORD, "email": ""}
    )

    user = User.objects.get(username="mina")
    attempt.refresh_from_db()
    assert attempt.student == user
    assert attempt.responses.get(position=1).answer is not None
    assert SectionRead.objects.get().student == user
    assert not Guest.objects.exists()


def test_signing_in_keeps_what_was_done(quiz: Quiz) -> None:
    User.objects.create_user("mina", password=PASSWORD)
    browser = Client()
    attempt = practise(browser, quiz)

    browser.post(reverse("account_login"), {"login": "mina", "password": PASSWORD})

    attempt.refresh_from_db()
    assert attempt.student.username == "mina"


def test_a_guest_may_not_take_what_counts(db: None) -> None:
    quiz = make_quiz(items=1, practice=False)

    refused = Client().post(reverse("quizzes:start", args=[quiz.course.key, quiz.key]))

    assert refused.status_code == 403
    assert "needs an account" in refused.content.decode()
    assert not Attempt.objects.exists()
    assert not User.objects.exists()


def test_one_guest_does_not_see_another(quiz: Quiz) -> None:
    attempt = practise(Client(), quiz)
    other = Client()
    practise(other, quiz)

    assert other.get(reverse("quizzes:attempt-item", args=[attempt.pk, 1])).status_code == 404


def test_a_guest_cannot_sign_in(quiz: Quiz) -> None:
    practise(Client(), quiz)
    guest = User.objects.get()

    assert not guest.has_usable_password()
    assert not guest.is_active
