"""Pages cost a fixed number of queries, whatever there is to show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import Course, Figure, Lesson
from courses.services.progress import mark_read
from quizzes.domain.kinds import KINDS
from quizzes.models import Attempt, ItemRevision, Quiz
from tests.make import NOW, answer_rightly, body, make_attempt, make_course, make_quiz, quiz_file, submit

_TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "COMMIT", "ROLLBACK")


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements run inside, those of transaction control apart."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as queries:
        yield found
    found += [query["sql"] for query in queries if not query["sql"].startswith(_TRANSACTION)]


def signed_in(user: User) -> Client:
    browser = Client()
    browser.force_login(user)
    return browser


def course_with_work(student: User, *, lessons: int) -> Course:
    quizzes = [quiz_file(key=f"quiz-{at}", lesson=f"lesson-{at}", items=2) for at in range(1, lessons + 1)]
    course = make_course(key=f"course-{lessons}", lessons=lessons, sections=4, quizzes=_with_own_keys(quizzes))
    for lesson in Lesson.objects.filter(course=course):
        mark_read(lesson=lesson, sections=["section-1", "section-2"], student=student, now=NOW)
    attempt = make_attempt(course.quizzes.get(key="quiz-1"), student)
    answer_rightly(attempt)
    return course


def _with_own_keys(quizzes: list[dict[str, object]]) -> list[dict[str, object]]:
    for at, quiz in enumerate(quizzes, start=1):
        for item in quiz["items"]:  # type: ignore[attr-defined]
            item["objective"] = f"objective-{at}"
    return quizzes


@pytest.mark.parametrize("page", ["courses:course", "courses:lesson"])
def test_reading_costs_the_same_for_three_lessons_and_thirty(student: User, page: str) -> None:
    browser = signed_in(student)
    costs = []
    for lessons in (3, 30):
        course = course_with_work(student, lessons=lessons)
        address = reverse(page, args=[course.key, "lesson-2"] if page == "courses:lesson" else [course.key])
        assert browser.get(address).status_code == 200  # what is the same for everyone is made, and kept
        with counted() as queries:
            assert browser.get(address).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]
    # The session with its person, what is shown, three of the reader's own, and the inbox; a course tells what is due.
    assert costs[0] <= (7 if page == "courses:course" else 6), "\n".join(queries)


@pytest.mark.parametrize("page", ["courses:course", "courses:lesson"])
def test_making_a_page_after_a_change_costs_the_same_for_three_lessons_and_thirty(student: User, page: str) -> None:
    browser = signed_in(student)
    costs = []
    for lessons in (3, 30):
        course = course_with_work(student, lessons=lessons)
        address = reverse(page, args=[course.key, "lesson-2"] if page == "courses:lesson" else [course.key])
        with counted() as queries:
            assert browser.get(address).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert costs[0] <= 12, "\n".join(queries)


def test_saving_an_answer_costs_at_most_five_queries(student: User) -> None:
    attempt = make_attempt(make_quiz(items=30, kinds=["single"]), student)
    browser = signed_in(student)
    address = reverse("quizzes:attempt-item", args=[attempt.pk, 7])

    with counted() as queries:
        saved = browser.post(
            address,
            {"answer": "1", "sequence": "0", "client_key": str(uuid4())},
            headers={"HX-Request": "true"},
        )

    assert saved.status_code == 200
    assert len(queries) <= 5, "\n".join(queries)


@pytest.mark.parametrize("page", ["quizzes:attempt-item", "quizzes:attempt-confirm", "quizzes:result"])
def test_the_pages_of_an_attempt_cost_the_same_for_one_question_of_each_kind_and_two(student: User, page: str) -> None:
    browser = signed_in(student)
    costs = []
    for items in (len(KINDS), 2 * len(KINDS)):
        attempt = make_attempt(make_quiz(items=items, course=f"course-{items}"), student)
        answer_rightly(attempt)
        if page == "quizzes:result":
            browser.post(reverse("quizzes:attempt-submit", args=[attempt.pk]))
        address = reverse(page, args=[attempt.pk, 1] if page == "quizzes:attempt-item" else [attempt.pk])
        with counted() as queries:
            assert browser.get(address).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_submitting_costs_the_same_for_one_question_and_thirty(student: User) -> None:
    browser = signed_in(student)
    costs = []
    for items in (len(KINDS), 2 * len(KINDS)):
        attempt = make_attempt(make_quiz(items=items, course=f"course-{items}"), student)
        answer_rightly(attempt)
        with counted() as queries:
            browser.post(reverse("quizzes:attempt-submit", args=[attempt.pk]))
        costs.append(len(queries))

    assert costs[0] == costs[1]


def give_figures(quiz: Quiz) -> None:
    """Give each question and each check of a quiz a figure of its own."""
    for revision in ItemRevision.objects.filter(item__quiz=quiz):
        key = f"figure-{revision.pk}"
        Figure.objects.create(course=quiz.course, key=key, title=key, html=f"<p>Drawn {key}.</p>")
        revision.body["figure"] = key
        revision.save()


@pytest.mark.parametrize("page", ["result", "all on one page", "lesson"])
def test_figures_cost_the_same_for_two_questions_and_twelve(student: User, page: str) -> None:
    browser = signed_in(student)
    costs = []
    for count in (2, 12):
        checks = [body("single", key=f"check-{at}") for at in range(count)]
        quiz = make_quiz(items=count, kinds=["single"], course=f"course-{count}", layout="all", checks=checks)
        give_figures(quiz)
        address = reverse("courses:lesson", args=[quiz.course.key, "lesson-1"])
        if page != "lesson":
            attempt = make_attempt(quiz, student)
            if page == "result":
                submit(attempt)
            name = "quizzes:result" if page == "result" else "quizzes:attempt-item"
            address = reverse(name, args=_keys(attempt, page))
        with counted() as queries:
            html = browser.get(address).content.decode()
        assert html.count("Drawn figure-") == count
        costs.append(len(queries))

    assert costs[0] == costs[1]


def _keys(attempt: Attempt, page: str) -> list[object]:
    return [attempt.pk] if page == "result" else [attempt.pk, 1]
