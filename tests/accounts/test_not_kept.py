"""Answers that may be about a person are kept by no browser and no proxy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from courses.accounts.middleware import PUBLIC
from courses.models import Cohort
from quizzes.models import Attempt
from tests.make import answer_rightly, browser_of, make_user, submit

_VALUES = {
    "secret": "x", "assignment_id": 1, "assignment": 1,
    "course_key": "course", "lesson_key": "lesson-1", "quiz_key": "quiz", "course": "course", "lesson": "lesson-1",
    "item_key": "item-1", "quiz": "quiz", "position": 1, "student_id": 1, "revision_id": 1, "report_id": 1,
    "regrade_id": 1, "saved_id": 1, "cohort_id": 1, "pk": 1, "token_id": 1,
    "invitation_id": 1, "form": "pdf", "uidb36": "1", "key": "x", "place_id": 1, "group_id": 1, "draft_id": 1,
    "invited_id": 1, "request_id": 1, "token": "x", "thread_id": 1, "entry_id": 1, "run_id": 1, "work": "x",
    "live_id": 1, "live_code": "x", "participant_id": 1, "number": "x", "card_id": 1, "review_id": 1,
}  # fmt: skip
_UUID = "00000000-0000-4000-8000-000000000000"


def routes(resolver: URLResolver, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Name every route outside the admin, with values for its parameters."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
            yield from routes(each, prefix + str(each.pattern), inner)
        elif isinstance(each, URLPattern) and each.name and not prefix.startswith("admin/"):
            converters = each.pattern.converters
            names = converters or each.pattern.regex.groupindex
            values = {
                name: _UUID if type(converters.get(name)).__name__ == "UUIDConverter" else _VALUES[name]
                for name in names
            }
            yield f"{namespace}{each.name}", values


ROUTES = sorted(routes(get_resolver()), key=lambda route: route[0])


def test_the_routes_are_found() -> None:
    names = {name for name, _values in ROUTES}

    assert names >= PUBLIC
    assert {"classes:student", "quizzes:result", "classes:grading", "api-attempts", "account_email"} <= names


@pytest.mark.parametrize(("name", "values"), ROUTES, ids=[name for name, _values in ROUTES])
def test_every_answer_but_those_to_read_is_kept_nowhere(student: User, name: str, values: dict[str, Any]) -> None:
    address = reverse(name, kwargs=values)
    assert resolve(address).view_name == name
    answer = browser_of(student).get(address)

    assert ("no-store" in answer.get("Cache-Control", "")) == (name not in PUBLIC)


def test_pages_of_people_are_kept_nowhere_when_they_show_them(
    cohort: Cohort, student: User, instructor: User, attempt: Attempt
) -> None:
    answer_rightly(attempt)
    submit(attempt)
    teacher = browser_of(instructor)
    for address in [
        reverse("classes:overview", args=[cohort.pk]),
        reverse("classes:student", args=[cohort.pk, student.pk]),
        reverse("classes:csv", args=[cohort.pk]),
        reverse("quizzes:result", args=[attempt.pk]),
        reverse("classes:extra-time", args=[cohort.pk]),
        f"/api/v1/classes/{cohort.pk}/progress/",
    ]:
        page = teacher.get(address)
        assert page.status_code == 200
        assert "no-store" in page["Cache-Control"], address
        assert "private" in page["Cache-Control"], address


def test_the_workshop_is_kept_nowhere(db: None) -> None:
    root = browser_of(make_user("root", is_staff=True, is_superuser=True))

    for address in ["/admin/", "/admin/auth/user/", "/admin/courses/cohort/", "/admin/quizzes/attempt/"]:
        assert "no-store" in root.get(address)["Cache-Control"]


def test_an_attempt_just_begun_is_kept_nowhere(attempt: Attempt, student: User) -> None:
    assert "no-store" in browser_of(student).get(attempt.get_absolute_url())["Cache-Control"]


def test_pages_to_read_may_be_kept(attempt: Attempt) -> None:
    page = Client().get(reverse("courses:lesson", args=[attempt.quiz.course.key, "lesson-1"]))

    assert page.status_code == 200
    assert "no-store" not in page.get("Cache-Control", "")
