"""Limits beyond signing in: quiz passwords, class codes, and old counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from courses.models import ApiToken, TryCount
from courses.services.limits import JOIN, take
from courses.services.tokens import make_token
from quizzes.models import Attempt, Quiz
from tests.accounts.door import HTMX, at
from tests.api.ask import API, program_of
from tests.make import browser_of, make_cohort, make_quiz, make_user


@pytest.fixture
def locked(db: None) -> Quiz:
    quiz = make_quiz(items=1)
    quiz.password = "Unification 2000"
    quiz.save()
    return quiz


def start(browser: Client, quiz: Quiz, password: str) -> int:
    address = reverse("quizzes:start", args=[quiz.course.key, quiz.key])
    return browser.post(address, {"password": password}).status_code


def test_a_quiz_password_cannot_be_guessed_by_a_student(locked: Quiz, student: User, stranger: User) -> None:
    browser = browser_of(student)

    assert [start(browser, locked, f"guess-{n}") for n in range(11)] == [422] * 10 + [429]
    assert start(browser_of(student), locked, "Unification 2000") == 429
    address = f"{API}/quizzes/{locked.course.key}/{locked.key}/start/"
    refused = program_of(student).post(address, {"password": "Unification 2000"})
    assert (refused.status_code, "Too many wrong passwords for this quiz" in refused.json()["detail"]) == (429, True)
    assert start(browser_of(stranger), locked, "Unification 2000") == 302
    assert not Attempt.objects.of(student).exists()


def test_a_guest_does_not_get_new_tries_with_a_new_browser(locked: Quiz) -> None:
    statuses = [start(at("198.51.100.1"), locked, f"guess-{n}") for n in range(11)]

    assert statuses == [422] * 10 + [429]
    assert start(at("198.51.100.2"), locked, "Unification 2000") == 302


def test_an_attempt_that_is_open_goes_on_whatever_was_guessed(locked: Quiz, student: User) -> None:
    browser = browser_of(student)
    for n in range(9):
        start(browser, locked, f"guess-{n}")

    assert start(browser, locked, "Unification 2000") == 302
    assert [start(browser, locked, "guess") for _n in range(5)] == [302] * 5
    assert Attempt.objects.of(student).count() == 1


def test_a_blank_password_and_a_refusal_for_another_reason_are_no_guesses(locked: Quiz, student: User) -> None:
    browser = browser_of(student)
    assert [start(browser, locked, " ") for _n in range(12)] == [422] * 12
    Quiz.objects.update(opens_at=timezone.now() + timedelta(hours=1))
    assert [start(browser, locked, "Unification 2000") for _n in range(12)] == [409] * 12
    Quiz.objects.update(opens_at=None)

    assert start(browser, locked, "Unification 2000") == 302


def test_class_codes_cannot_be_tried_without_end(quiz: Quiz, stranger: User, instructor: User) -> None:
    cohort = make_cohort(quiz.course, instructor=instructor)
    browser, address = browser_of(stranger), reverse("classes:join")
    statuses = [browser.post(address, {"code": f"WRONG{n:03}"}).status_code for n in range(10)]
    statuses += [program_of(stranger).post(f"{API}/classes/join/", {"code": "WRONG"}).status_code for _n in range(10)]

    assert statuses == [422] * 10 + [409] * 10
    refused = browser.post(address, {"code": cohort.join_code})
    assert (refused.status_code, int(refused["Retry-After"]) > 0) == (429, True)
    assert "What you did before is kept" in refused.content.decode()
    assert browser.post(address, {"code": "X"}, **HTMX)["HX-Retarget"] == "#messages"
    assert program_of(stranger).post(f"{API}/classes/join/", {"code": cohort.join_code}).status_code == 429


@pytest.mark.django_db(transaction=True)
def test_the_worker_forgets_old_counts_and_tokens(settings: Settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    long_ago, person = timezone.now() - timedelta(days=400), make_user("person")
    take(JOIN, "old", now=long_ago)
    take(JOIN, "fresh", now=timezone.now())
    make_token(user=person, name="old", days=30, now=long_ago)

    call_command("worker", "--once")

    assert TryCount.objects.count() == 1
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("proxies", [0, 1])
def test_calls_of_the_api_count_by_the_true_address(db: None, settings: Settings, proxies: int) -> None:
    settings.TRUSTED_PROXIES = proxies
    statuses = [
        program_of(None).get(f"{API}/courses/", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}, 198.51.100.1").status_code
        for n in range(121)
    ]

    assert statuses == [200] * 120 + [429]


def test_a_link_of_an_administrator_is_for_people_only(db: None) -> None:
    make_user("closed", is_active=False)

    for name in ("closed", "nobody"):
        with pytest.raises(Exception, match=name):
            call_command("password_link", name)
