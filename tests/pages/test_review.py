"""The review matrix: what a row hides is in no page and in no answer of the API, at any of its times."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from quizzes.domain.review import NAMED, ReviewMatrix, Shown, When
from quizzes.models import Accommodation, Attempt, Quiz, QuizOverride
from quizzes.services.attempts import start_attempt
from tests.api.ask import API, counted, program_of
from tests.make import (
    assign_quiz,
    body,
    browser_of,
    check,
    give,
    make_attempt,
    make_cohort,
    make_course,
    make_quiz,
    make_user,
    quiz_file,
    submit,
)

OPTION = "Whoever chose this option learns why it is wrong."
GENERAL = "Whoever is done learns what this was all about."
# What a row shows, in words that stand nowhere else: on the page, and in the API.
SECRETS: dict[Shown, tuple[str, str]] = {
    Shown.ATTEMPT: ("Wrongitsky", "Wrongitsky"),
    Shown.CORRECTNESS: (r"answered (wrong|right|partly)", r'"standing": "(wrong|right|partly)"'),
    Shown.MAXIMUM: (r"7\.13", r'"points": "7\.13"'),
    Shown.MARKS: (r"3\.57", r'"points": "3\.57"'),
    Shown.OPTION_FEEDBACK: (OPTION, OPTION),
    Shown.GENERAL_FEEDBACK: (GENERAL, GENERAL),
    Shown.RIGHT_ANSWER: ("Kozyrev", "Kozyrev"),
    Shown.OVERALL: (r"4\.68", r'"score": "4\.68"'),
}

TOTAL = re.compile(r'4\.68|"best_percent": \d|"percent": \d+, "is_passed"')
"""A total in a page or an answer of the API."""


def make_done(student: User, review: Any) -> Attempt:
    """Return a submitted attempt: one wrong, one half right, one right, and one option chosen wrongly."""
    options = {
        "right": {"text": "A duty to help", "correct": True, "feedback": "Because the treaty says so in its words."},
        "wrong": {"text": "A joint command", "feedback": OPTION},
    }
    items = [
        body("text", key="text", accept=["Kozyrev"], feedback=GENERAL),
        body("matching", key="match", points="7.13"),
        body("true_false", key="truth", points="1.11", objective="objective-2"),
        body("single", key="choice", options=options),
    ]
    course = make_course(lessons=2, quizzes=[quiz_file(items=items, review=review)])
    attempt = make_attempt(course.quizzes.get(), student)
    for position, answer in enumerate(("Wrongitsky", {"old": "help", "new": "help"}, False, "wrong"), start=1):
        give(attempt, answer, position=position)
    return attempt


def at(when: When, attempt: Attempt) -> Attempt:
    """Put an attempt and its quiz at a time of the matrix, by the clock on the wall."""
    now = timezone.now()
    closes = now - timedelta(seconds=1) if when is When.CLOSED else now + timedelta(days=1)
    Quiz.objects.update(closes_at=closes)
    if when is not When.DURING:
        submit(attempt)
        since = timedelta(minutes=1 if when is When.AFTER else 10)
        Attempt.objects.update(submitted_at=now - since)
    return attempt


def result_page(attempt: Attempt) -> str:
    return browser_of(attempt.student).get(reverse("quizzes:result", args=[attempt.pk])).content.decode()


def paper(attempt: Attempt) -> str:
    return json.dumps(program_of(attempt.student).get(f"{API}/attempts/{attempt.pk}/").json())


def lists(attempt: Attempt) -> str:
    """Return every list that tells of attempts: pages and API."""
    quiz, browser, program = attempt.quiz, browser_of(attempt.student), program_of(attempt.student)
    pages = [quiz.get_absolute_url(), quiz.course.get_absolute_url()]
    ends = ["attempts/", "quizzes/course/quiz/", "progress/?course=course"]
    found = [browser.get(page).content.decode() for page in pages]
    return "\n".join(found + [json.dumps(program.get(f"{API}/{end}").json()) for end in ends])


def assert_shown(text: str, which: int, shown: frozenset[Shown]) -> None:
    for row, secrets in SECRETS.items():
        is_there = re.search(secrets[which], text) is not None
        assert is_there == (row in shown), row


def without(row: Shown) -> dict[str, list[str]]:
    """Return a matrix that shows everything always, but for one row."""
    return {each.value: [] if each is row else [when.value for when in When] for each in Shown}


DONE = [When.AFTER, When.LATER, When.CLOSED]


@pytest.mark.parametrize("when", DONE)
@pytest.mark.parametrize("name", NAMED)
def test_a_result_shows_what_its_matrix_says_and_nothing_else(student: User, name: str, when: When) -> None:
    attempt = at(when, make_done(student, name))

    shown = NAMED[name].at(when)
    assert_shown(result_page(attempt), 0, shown)
    assert_shown(paper(attempt), 1, shown)


@pytest.mark.parametrize("when", DONE)
@pytest.mark.parametrize("name", NAMED)
def test_no_list_tells_a_total_that_is_kept_back(student: User, name: str, when: When) -> None:
    attempt = at(when, make_done(student, name))

    is_shown = Shown.OVERALL in NAMED[name].at(when)
    found = lists(attempt)
    assert bool(TOTAL.search(found)) is is_shown
    assert ("4.68" in found) is is_shown
    assert ("not passed" in found) is is_shown


@pytest.mark.parametrize("row", Shown)
def test_a_row_that_is_never_shown_is_nowhere(student: User, row: Shown) -> None:
    attempt = at(When.AFTER, make_done(student, without(row)))

    page, answer = result_page(attempt), paper(attempt)

    assert re.search(SECRETS[row][0], page) is None
    assert re.search(SECRETS[row][1], answer) is None
    others = [each for each in Shown if each is not row]
    seen = [each for each in others if re.search(SECRETS[each][0], page)]
    assert len(seen) >= len(others) - 3, "hiding one row may take its neighbours along, not the page"


@pytest.mark.parametrize("name", NAMED)
def test_while_one_works_nothing_of_the_key_is_anywhere(student: User, name: str) -> None:
    attempt = at(When.DURING, make_done(student, name))
    browser = browser_of(student)
    pages = [
        browser.get(reverse("quizzes:attempt-item", args=[attempt.pk, position])).content.decode()
        for position in range(1, 5)
    ]
    pages.append(browser.get(reverse("quizzes:attempt-confirm", args=[attempt.pk])).content.decode())
    pages += [paper(attempt), lists(attempt)]

    for row in set(Shown) - {Shown.ATTEMPT, Shown.MAXIMUM}:
        for text in pages:
            assert not any(re.search(secret, text) for secret in SECRETS[row]), row


def test_an_instructor_sees_everything_at_any_time(student: User, instructor: User) -> None:
    attempt = at(When.AFTER, make_done(student, "after_close"))
    make_cohort(attempt.quiz.course, instructor=instructor, students=[student])

    page = browser_of(instructor).get(reverse("quizzes:result", args=[attempt.pk])).content.decode()

    assert_shown(page, 0, frozenset(Shown))


def test_days_granted_keep_a_total_back_wherever_it_could_be_seen(student: User) -> None:
    attempt = at(When.CLOSED, make_done(student, "after_close"))
    assert "4.68" in lists(attempt)
    assert "4.68" in result_page(attempt)

    Accommodation.objects.create(student=student, extra_days=1)

    assert TOTAL.search(lists(attempt)) is None
    assert "4.68" not in result_page(attempt)


def test_a_close_for_a_class_alone_releases_what_waits_for_it(student: User, instructor: User) -> None:
    attempt = at(When.LATER, make_done(student, "after_close"))
    Quiz.objects.update(closes_at=None)
    cohort = make_cohort(attempt.quiz.course, instructor=instructor, students=[student])
    Attempt.objects.update(assignment=cohort.assignments.get())
    attempt.refresh_from_db()
    assert TOTAL.search(lists(attempt)) is None

    assign_quiz(cohort, attempt.quiz, closes_at=timezone.now() - timedelta(minutes=5))

    assert TOTAL.search(lists(attempt)) is not None
    assert_shown(result_page(attempt), 0, frozenset(Shown))


def test_lists_cost_the_same_however_many_quizzes_are_granted_more(db: None) -> None:
    costs = []
    for size in (1, 4):
        student, now = make_user(f"student-{size}"), timezone.now()
        quizzes = [quiz_file(key=f"quiz-{number}", items=2, review="after_close") for number in range(size)]
        course = make_course(key=f"course-{size}", lessons=1, quizzes=quizzes)
        for quiz in course.quizzes.all():
            submit(make_attempt(quiz, student))
            QuizOverride.objects.create(quiz=quiz, student=student, closes_at=now + timedelta(days=1))
        course.quizzes.update(closes_at=now - timedelta(minutes=5))
        browser, program = browser_of(student), program_of(student)
        with counted() as page:
            browser.get(course.get_absolute_url())
        with counted() as answer:
            program.get(f"{API}/attempts/")
        costs.append((len(page), len(answer)))

    assert costs[0] == costs[1]


def test_an_abandoned_attempt_tells_nothing_of_the_key(student: User) -> None:
    attempt = make_done(student, {row.value: [when.value for when in When] for row in Shown})
    Attempt.objects.update(state="abandoned")

    assert_shown(result_page(attempt), 0, frozenset({Shown.ATTEMPT, Shown.MAXIMUM}))
    assert_shown(paper(attempt), 1, frozenset({Shown.ATTEMPT, Shown.MAXIMUM}))


def test_the_secrets_are_those_of_every_row() -> None:
    assert set(SECRETS) == set(Shown)
    assert ReviewMatrix.model_validate(without(Shown.MARKS)).at(When.AFTER) == set(Shown) - {Shown.MARKS}


@pytest.mark.parametrize("row", ["right_answer", "option_feedback", "general_feedback"])
def test_a_question_marked_at_once_keeps_back_what_the_matrix_keeps_back_on_submission(student: User, row: str) -> None:
    options = {
        "right": {
            "text": "A duty to help",
            "correct": True,
            "feedback": "KEY, because the treaty says so in its words.",
        },
        "wrong": {"text": "A joint command", "feedback": OPTION},
    }
    items = [body("single", key="choice", options=options, feedback=GENERAL)]
    told = {"right_answer": "KEY", "option_feedback": OPTION, "general_feedback": GENERAL}
    closes = (timezone.now() + timedelta(days=1)).isoformat()
    file = {"items": items, "behaviour": "immediate", "closes": closes}
    open_, kept = (
        make_course(key=key, lessons=1, quizzes=[quiz_file(**file, review=review)]).quizzes.get()
        for key, review in (("open", "full"), ("kept", {row: ["closed"]}))
    )

    def said(quiz: Quiz) -> str:
        attempt = start_attempt(quiz=quiz, student=student, now=timezone.now())
        page = reverse("quizzes:attempt-item", args=[attempt.pk, 1])
        wrong = str(attempt.responses.get().order.index("wrong") + 1)
        html = browser_of(student).post(page, {"answer": wrong, "go": "check"}, follow=True).content.decode()
        answer = program_of(student).post(f"{API}/attempts/{attempt.pk}/check/", {"position": 1})
        return html + json.dumps(answer.json())

    assert told[row] in said(open_)
    assert told[row] not in said(kept)


@pytest.mark.parametrize("kind", ["map", "timeline"])
@pytest.mark.parametrize("row", [Shown.RIGHT_ANSWER, Shown.OPTION_FEEDBACK])
def test_a_picture_marked_at_once_is_shown_whatever_is_kept_back(student: User, kind: str, row: Shown) -> None:
    closes = (timezone.now() + timedelta(days=1)).isoformat()
    quiz = make_quiz(items=[body(kind)], behaviour="immediate", closes=closes, review={row.value: ["closed"]})
    attempt = start_attempt(quiz=quiz, student=student, now=timezone.now())
    spec = attempt.responses.get().revision.spec
    give(attempt, spec.right_answer(), now=timezone.now())
    check(attempt, now=timezone.now())

    assert browser_of(student).get(reverse("quizzes:attempt-item", args=[attempt.pk, 1])).status_code == 200


def test_an_instructor_reads_the_scores_on_the_page_of_a_student(student: User, instructor: User) -> None:
    attempt = at(When.AFTER, make_done(student, "after_close"))
    cohort = make_cohort(attempt.quiz.course, instructor=instructor, students=[student])

    page = browser_of(instructor).get(reverse("classes:student", args=[cohort.pk, student.pk])).content.decode()

    assert "4.68" in page
