"""No key, and nothing that gives one away, reaches a student before its release."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import resolve, reverse

from courses.api import urls as course_api
from quizzes.api import urls as quiz_api
from quizzes.domain.kinds import KINDS
from quizzes.models import Attempt, Quiz
from tests.make import body, make_attempt, make_course, quiz_file, with_study

# Stands in every explanation of the quizzes below, so that it shows wherever one leaks.
SECRET = "Only a released result may say this sentence"
# The author's names of options and entries; a paper has names of its own.
NAMES = re.compile(r'(?:value|name|for|id)="(?:answer[.-])?(?:dollars|roubles|barter)"')


def guarded(item: dict[str, Any]) -> dict[str, Any]:
    """Put the secret into every explanation of an item."""

    def walk(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {name: walk(inner, name) for name, inner in value.items()}
        return SECRET if isinstance(value, str) and (key.startswith("feedback") or key == "missed") else value

    found: dict[str, Any] = walk(item)
    return found


def make_guarded(*, review: str) -> Quiz:
    items = [guarded(body(kind, key=f"question-{kind.replace('_', '-')}")) for kind in KINDS]
    checks = [guarded(body("single", key="check-1"))]
    file = {**quiz_file(), "items": items, "checks": checks, "review": review}
    course = with_study(make_course(lessons=1, sections=1, quizzes=[file]))
    return Quiz.objects.get(course=course)


def pages_of(quiz: Quiz, attempt: Attempt) -> Iterator[str]:
    """Yield every page a student of the course can open before a result is released."""
    course = quiz.course.key
    for name in ("course", "timeline", "sources", "glossary", "people", "search", "print", "take-away"):
        yield reverse(f"courses:{name}", args=[course])
    yield reverse("courses:lesson", args=[course, "lesson-1"])
    yield reverse("quizzes:study", args=[course])
    yield reverse("quizzes:check", args=[course, "check-1"])
    yield reverse("quizzes:quiz", args=[course, quiz.key])
    for position in range(1, len(KINDS) + 1):
        yield reverse("quizzes:attempt-item", args=[attempt.pk, position])
    yield reverse("quizzes:attempt-confirm", args=[attempt.pk])


def api_of(quiz: Quiz, attempt: Attempt) -> Iterator[str]:
    """Yield every address of the API that a student can read, found from the API's own lists."""
    course = quiz.course.key
    yield from ("/api/v1/courses/", "/api/v1/lessons/", "/api/v1/quizzes/", "/api/v1/attempts/", "/api/v1/classes/")
    yield from ("/api/v1/tokens/", "/api/v1/inbox/", "/api/v1/threads/", "/api/v1/certificates/")
    yield from ("/api/v1/review/", "/api/v1/review/cards/")
    yield from (
        f"/api/v1/courses/{course}/",
        f"/api/v1/lessons/{course}/lesson-1/",
        f"/api/v1/progress/?course={course}",
        f"/api/v1/search/?course={course}&q=s",
    )
    yield from (f"/api/v1/quizzes/{course}/{quiz.key}/", f"/api/v1/attempts/{attempt.pk}/", "/api/v1/schema/")


def test_the_walk_of_the_api_knows_every_address_that_can_be_read(student: User) -> None:
    quiz = make_guarded(review="marks")
    walked = [resolve(address.split("?")[0]).url_name for address in api_of(quiz, make_attempt(quiz, student))]
    readable = {url.name for url in [*course_api.urlpatterns, *quiz_api.urlpatterns] if _can_be_read(url)}

    # A class's progress belongs to its instructors, a thread is what people wrote; both are tried in tests/api.
    assert set(walked) - {"api-schema"} == readable - {"api-class-progress", "api-thread"}


def _can_be_read(url: Any) -> bool:
    view = url.callback
    return "get" in getattr(view, "actions", {}) or hasattr(getattr(view, "cls", None), "get")


def followed(browser: Client, start: str) -> Iterator[tuple[str, str]]:
    """Yield (address, text) of an address and of whatever addresses its JSON names."""
    todo, seen = [start], set()
    while todo:
        address = todo.pop()
        if address in seen:
            continue
        seen.add(address)
        response = browser.get(address)
        assert response.status_code == 200, address
        yield address, response.content.decode()
        if response.headers.get("Content-Type", "").startswith("application/json"):
            links = re.findall(r'"(?:https?://testserver)?(/api/v1/[^"]+)"', json.dumps(response.json()))
            todo += [link for link in links if link not in seen]


def test_no_page_shows_a_key_while_an_attempt_is_open(student: User) -> None:
    quiz = make_guarded(review="full")
    attempt = make_attempt(quiz, student)
    browser = Client()
    browser.force_login(student)

    for address in pages_of(quiz, attempt):
        response = browser.get(address)
        text = response.content.decode()
        assert response.status_code == 200, address
        assert SECRET not in text, address
        assert not NAMES.search(text), address


def test_no_answer_of_the_api_shows_a_key_while_an_attempt_is_open(student: User) -> None:
    quiz = make_guarded(review="full")
    attempt = make_attempt(quiz, student)
    browser = Client()
    browser.force_login(student)

    for start in api_of(quiz, attempt):
        for address, text in followed(browser, start):
            assert SECRET not in text, address
            assert '"correct"' not in text, address
            assert '"dollars"' not in text, address


@pytest.mark.parametrize("page", ["page", "api"])
def test_a_submitted_attempt_keeps_its_keys_while_solutions_are_withheld(student: User, page: str) -> None:
    quiz = make_guarded(review="marks")
    attempt = make_attempt(quiz, student)
    browser = Client()
    browser.force_login(student)
    browser.post(reverse("quizzes:attempt-submit", args=[attempt.pk]))

    result = reverse("quizzes:result", args=[attempt.pk])
    text = browser.get(result if page == "page" else f"/api/v1/attempts/{attempt.pk}/").content.decode()

    assert SECRET not in text
    assert not NAMES.search(text)


def test_the_result_shows_the_explanations_once_it_is_released(student: User) -> None:
    quiz = make_guarded(review="full")
    attempt = make_attempt(quiz, student)
    browser = Client()
    browser.force_login(student)
    browser.post(reverse("quizzes:attempt-submit", args=[attempt.pk]))

    text = browser.get(reverse("quizzes:result", args=[attempt.pk])).content.decode()

    assert text.count(SECRET) >= len(KINDS)


def test_a_check_says_why_only_after_an_answer(student: User) -> None:
    quiz = make_guarded(review="marks")
    address = reverse("quizzes:check", args=[quiz.course.key, "check-1"])

    assert SECRET not in Client().get(address).content.decode()
    assert SECRET in Client().post(address, {"check-1": "1"}).content.decode()
