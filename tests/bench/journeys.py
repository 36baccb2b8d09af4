"""The journeys that are measured, on the shipped course and a class of a size of its own."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.utils import timezone

from courses.models import Course, Figure
from quizzes.content.folder import load_folder, read_folder
from quizzes.management.commands.load_content import shipped_folders
from quizzes.models import Attempt, Quiz
from quizzes.services.attempts import start_attempt, submit_attempt
from tests.make import browser_of, enrol, make_cohort, make_user

Measure = Callable[..., float]
SMALL, LARGE = 5, 100


def run(measure: Measure) -> None:
    """Measure every journey and print it."""
    settings.ROOT_URLCONF = "tests.bench.floor"
    settings.SECURE_SSL_REDIRECT = settings.SESSION_COOKIE_SECURE = False
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    setup_test_environment()
    call_command("migrate", verbosity=0)
    _loading()
    course = Course.objects.get(key="patron-stranger-balancer")
    teacher, student = make_user("teacher"), make_user("student")
    cohort = make_cohort(course, instructor=teacher, students=[student])
    browser, desk = browser_of(student), browser_of(teacher)
    attempt = start_attempt(quiz=Quiz.objects.get(key="worst-years"), student=student, now=timezone.now())
    response = attempt.responses.order_by("position").first()
    assert response is not None
    read = measure(lambda: _get(browser, "/floor/"))
    write = measure(lambda: browser.post(f"/floor/{response.pk}/", {"answer": uuid4().hex}))
    attempt.responses.update(answer=None)
    print(f"\nCPU in process, {connection.vendor}: floor of a read {read:.2f} ms, of a write {write:.2f} ms\n")
    print(f"{'journey':<34}{'ms':>9}{'× floor':>9}{'queries':>9}")
    lesson = f"/courses/{course.key}/lessons/worst-years/"
    _row(measure, "course page", lambda: _get(browser, f"/courses/{course.key}/"), read)
    _row(measure, "lesson page", lambda: _get(browser, lesson), read)
    _row(measure, "question page", lambda: _get(browser, f"/attempts/{attempt.pk}/items/1/"), read)
    _row(measure, "answer saved", _saving(browser, attempt), write)
    _row(measure, "start, 14 questions", _starting(student, "worst-years"), write)
    _row(measure, "start, exam of 40 drawn", _starting(student, "final-exam"), write)
    _row(measure, "submit, 14 questions", _submitting(student, "worst-years"), write)
    _row(measure, f"class page, {SMALL} students", lambda: _get(desk, f"/classes/{cohort.pk}/"), read)
    for number in range(LARGE):
        enrol(make_user(f"pupil-{number}"), cohort)
    _row(measure, f"class page, {LARGE} students", lambda: _get(desk, f"/classes/{cohort.pk}/"), read)
    _row(measure, "search", lambda: _get(browser, f"/courses/{course.key}/search/?q=write-off"), read)


def _row(measure: Measure, name: str, act: Callable[[], Any], floor: float) -> None:
    with CaptureQueriesContext(connection) as queries:
        act()
    count = len(queries)
    spent = measure(act)
    print(f"{name:<34}{spent:>9.2f}{spent / floor:>9.1f}{count:>9}")
    sys.stdout.flush()


def _loading() -> None:
    """Time the first and the second load of everything that is shipped."""
    for folder in shipped_folders():
        for word in ("first", "second"):
            started = time.process_time()
            load_folder(read_folder(folder), now=timezone.now(), progress=lambda _what: None)
            spent = time.process_time() - started
            print(f"load of {folder.name}, {word}: {spent:.1f} s of CPU, {Figure.objects.count()} figures")


def _get(browser: Client, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)


def _saving(browser: Client, attempt: Attempt) -> Callable[[], None]:
    def save() -> None:
        response = attempt.responses.order_by("position")[0]
        data = {"answer": "12"[response.sequence % 2], "sequence": response.sequence, "client_key": str(uuid4())}
        answer = browser.post(f"/attempts/{attempt.pk}/items/1/", data, headers={"HX-Request": "true"})
        assert answer.status_code == 200

    return save


def _starting(student: Any, key: str) -> Callable[[], None]:
    quiz = Quiz.objects.get(key=key)

    def start() -> None:
        Attempt.objects.filter(quiz=quiz, student=student).delete()
        start_attempt(quiz=quiz, student=student, now=timezone.now())

    return start


def _submitting(student: Any, key: str) -> Callable[[], None]:
    quiz = Quiz.objects.get(key=key)

    def submit() -> None:
        attempt = start_attempt(quiz=quiz, student=student, now=timezone.now())
        submit_attempt(attempt_id=attempt.pk, student=student, now=timezone.now())

    return submit
