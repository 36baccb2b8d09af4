"""What a class is assigned, by API."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from quizzes.models import Assignment
from tests.make import NOW, assign_quiz, browser_of, make_attempt

SOON = "2126-05-01T10:00:00Z"


@pytest.fixture
def browser(instructor):
    return browser_of(instructor)


def listed(cohort):
    return reverse("api-class-assignments", args=[cohort.pk])


def one(assignment):
    return reverse("api-class-assignment", args=[assignment.cohort_id, assignment.pk])


def send(browser, method, address, **given):
    return getattr(browser, method)(address, given, content_type="application/json")


def test_a_program_assigns_changes_and_withdraws(browser, cohort, quiz, student):
    made = send(browser, "post", listed(cohort), quiz=quiz.key, student=student.pk, due_at=SOON, max_attempts=3)
    assert made.status_code == 201
    assert {name: made.json()[name] for name in ("quiz", "lesson", "student", "due_at", "max_attempts")} == {
        "quiz": quiz.key, "lesson": None, "student": student.pk, "due_at": SOON, "max_attempts": 3,
    }  # fmt: skip
    row = Assignment.objects.get(pk=made.json()["id"])

    assert send(browser, "patch", one(row), max_attempts=None).json()["due_at"] == SOON
    assert [each["id"] for each in browser.get(listed(cohort)).json() if each["quiz"]] == [row.pk]
    assert browser.delete(one(row)).status_code == 204
    assert browser.get(one(row)).status_code == 404


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"quiz": "nothing"}, 400),
        ({"quiz": "quiz", "lesson": "lesson-1"}, 400),
        ({"lesson": "lesson-1", "minutes": 5}, 400),
        ({"due_at": SOON}, 400),
        ({"quiz": "quiz", "due_at": SOON, "closes_at": "2026-01-01T00:00Z"}, 400),
        ({"quiz": "quiz", "student": 9_999_999}, 400),
        ({}, 409),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_assigned(browser, cohort, given, status):
    before = Assignment.objects.count()

    assert send(browser, "post", listed(cohort), **given).status_code == status
    assert Assignment.objects.count() == before


def test_what_would_shorten_attempts_is_refused_until_it_is_decided(browser, cohort, quiz, student):
    dated = assign_quiz(cohort, quiz, minutes=600)
    with time_machine.travel(NOW, tick=False):
        running = make_attempt(quiz, student)
        before = running.deadline
        assert send(browser, "patch", one(dated), minutes=20).status_code == 409
        dated.refresh_from_db()
        assert dated.minutes == 600
        assert send(browser, "patch", one(dated), minutes=20, open_attempts="keep").status_code == 200
    running.refresh_from_db()
    assert running.deadline == before
