"""Before and after a quiz, in words that are true: what starting sets going, what counts, what is shown when."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from quizzes.domain.review import AFTER_CLOSE, FULL, MARKS_ONLY, Release, ReviewMatrix, Shown, release_of, timetable
from quizzes.models import Attempt, Quiz
from tests.make import NOW, browser_of, make_attempt, make_cohort, make_quiz, submit

EXAM = ReviewMatrix(
    **dict.fromkeys(("correctness", "option_feedback", "general_feedback", "right_answer"), ("closed",))
)


@pytest.fixture
def browser(student: User) -> Client:
    return browser_of(student)


def words_of(response: Any) -> str:
    """Return the text of a page, spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def start(browser: Client, quiz: Quiz, **fields: str) -> Any:
    return browser.post(reverse("quizzes:start", args=[quiz.course.key, quiz.key]), fields)


# Asking before a clock runs, or the only attempt is used.


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"minutes": 90, "max_attempts": 1}, ["You have 90 minutes.", "You have 1 attempt, and starting uses it."]),
        ({"minutes": 1}, ["You have 1 minute."]),
        ({"max_attempts": 1}, ["You have 1 attempt, and starting uses it."]),
        ({"minutes": 20, "max_attempts": 3},
         ["You have 20 minutes.", "You have 3 attempts left, and starting uses one."]),
    ],
)  # fmt: skip
def test_a_timed_or_single_attempt_starts_only_after_it_was_confirmed(
    browser: Client, db: None, fields: dict[str, Any], said: list[str]
) -> None:
    quiz = make_quiz(**fields)

    asked = start(browser, quiz)

    assert asked.status_code == 200
    assert all(words in words_of(asked) for words in said)
    assert not Attempt.objects.exists()
    assert start(browser, quiz, sure="1").status_code == 302
    assert Attempt.objects.count() == 1


def test_the_last_of_several_attempts_is_confirmed_as_well(browser: Client, student: User) -> None:
    quiz = make_quiz(max_attempts=2)
    submit(make_attempt(quiz, student))

    assert "starting uses it" in words_of(start(browser, quiz))


def test_other_quizzes_start_at_once(browser: Client, db: None) -> None:
    assert start(browser, make_quiz()).status_code == 302


def test_an_attempt_that_is_open_is_gone_on_with_unasked(browser: Client, student: User) -> None:
    attempt = make_attempt(make_quiz(minutes=60, max_attempts=1), student, now=timezone.now())

    assert start(browser, attempt.quiz).status_code == 302


def test_a_reader_who_is_asked_and_goes_away_leaves_nothing_behind(db: None) -> None:
    assert start(Client(), make_quiz(minutes=10)).status_code == 200
    assert not User.objects.exists()


def test_the_minutes_said_are_those_left_before_the_close(browser: Client, db: None) -> None:
    closes = (timezone.now() + timedelta(minutes=20, seconds=30)).isoformat()

    assert "You have 20 minutes." in words_of(start(browser, make_quiz(minutes=60, closes=closes)))


def test_the_password_is_asked_for_where_starting_is_confirmed(browser: Client, db: None) -> None:
    quiz = make_quiz(minutes=30, password="1945")

    assert 'name="password"' not in browser.get(quiz.get_absolute_url()).text
    assert 'name="password"' in start(browser, quiz).text
    refused = start(browser, quiz, sure="1", password="1946")
    assert (refused.status_code, "Start now?" in refused.text) == (422, True)
    assert start(browser, quiz, sure="1", password="1945").status_code == 302


# What counts.


def test_a_quiz_counts_for_a_class_only_for_somebody_in_one(browser: Client, student: User) -> None:
    quiz = make_quiz(practice=False)

    assert "you are in no class that takes this course" in browser.get(quiz.get_absolute_url()).text
    make_cohort(quiz.course, students=[student])
    page = browser.get(quiz.get_absolute_url()).text
    assert "Your class." in page
    assert "in no class" not in page


@pytest.mark.parametrize(("allowed", "is_said"), [(1, False), (2, True), (None, True)])
def test_which_attempt_counts_is_said_only_where_there_are_several(
    browser: Client, student: User, allowed: int | None, is_said: bool
) -> None:
    quiz = make_quiz(practice=False, max_attempts=allowed)
    attempt = submit(make_attempt(quiz, student))

    front, result = browser.get(quiz.get_absolute_url()), browser.get(reverse("quizzes:result", args=[attempt.pk]))

    assert ("Your best attempt counts." in front.text) is is_said
    assert ("What counts when there are several attempts" in result.text) is is_said


# What is shown when.


@pytest.mark.parametrize(
    ("matrix", "has_close", "times"),
    [
        (FULL, False, ["after you submit"]),
        (FULL, True, ["after you submit"]),
        (MARKS_ONLY, False, ["after you submit"]),
        (AFTER_CLOSE, True, ["after you submit", "once the quiz has closed"]),
        (AFTER_CLOSE, False, ["after you submit", "once the quiz has closed, and no closing date is set"]),
        (EXAM, True, ["after you submit", "once the quiz has closed"]),
        (EXAM, False, ["after you submit", "once the quiz has closed, and no closing date is set"]),
        (ReviewMatrix(right_answer=("after",)), True,
         ["right after you submit", "later, while the quiz is open"]),
        (ReviewMatrix(right_answer=("after",)), False, ["right after you submit", "later"]),
    ],
)  # fmt: skip
def test_the_times_at_which_something_is_shown_are_named_once(
    matrix: ReviewMatrix, has_close: bool, times: list[str]
) -> None:
    table = timetable(matrix, has_close=has_close)

    assert [words for words, _rows in table] == times
    assert all(rows for _words, rows in table)
    assert all(one[1] != other[1] for one, other in pairwise(table))


@pytest.mark.parametrize(
    ("times", "closes", "when"),
    [
        (("after", "later", "closed"), None, Release.AFTER),
        (("after", "later"), NOW, Release.AFTER),
        (("after",), None, Release.ONCE),
        (("later", "closed"), None, Release.LATER),
        (("closed",), NOW, Release.CLOSE),
        (("closed",), None, Release.NO_CLOSE),
        ((), NOW, Release.NEVER),
        (("during",), NOW, Release.NEVER),
    ],
)
def test_it_is_known_when_something_is_shown_first(times: tuple[str, ...], closes: Any, when: Release) -> None:
    matrix = ReviewMatrix(right_answer=times)  # type: ignore[arg-type]

    assert release_of(matrix, Shown.RIGHT_ANSWER, closes=closes) is when


@pytest.mark.parametrize(
    ("review", "closes", "words"),
    [
        ({"right_answer": ["closed"]}, None, "Right answers: shown once the quiz has closed. No closing date is set."),
        ({"right_answer": ["closed"]}, "2030-05-04T12:00:00+00:00",
         "Right answers: shown once the quiz has closed, on 4 May 2030, 12:00 UTC."),
        ({"right_answer": []}, None, "Right answers: not shown for this quiz."),
        ({"right_answer": ["later"]}, None, "Right answers: shown here in a few minutes."),
    ],
)  # fmt: skip
def test_a_result_says_when_the_right_answers_are_shown_and_sends_nobody_round_in_circles(
    browser: Client, student: User, review: dict[str, Any], closes: str | None, words: str
) -> None:
    now = timezone.now()
    attempt = submit(make_attempt(make_quiz(review=review, closes=closes), student, now=now), now=now)

    page = words_of(browser.get(reverse("quizzes:result", args=[attempt.pk])))

    assert words in page
    assert "front page" not in page


def test_a_total_that_is_kept_back_says_until_when(browser: Client, student: User) -> None:
    attempt = submit(make_attempt(make_quiz(review="after_close"), student))

    page = words_of(browser.get(reverse("quizzes:result", args=[attempt.pk])))

    assert "Your total: shown once the quiz has closed. No closing date is set." in page


def test_a_total_just_short_of_the_mark_never_reads_as_the_mark(browser: Client, student: User) -> None:
    attempt = submit(make_attempt(make_quiz(), student))
    Attempt.objects.update(score=16, raw_score=16, max_score=23)

    for address in (reverse("quizzes:result", args=[attempt.pk]), attempt.quiz.course.get_absolute_url()):
        page = words_of(browser.get(address))
        assert "69.5%" in page
        assert "70%" not in page.replace("the pass mark is 70%", "")


# Times say their zone.


def test_every_moment_on_a_page_of_quizzes_says_its_zone() -> None:
    """By the words beside it or, in a table, at the head of its column."""
    folder = Path(settings.BASE_DIR) / "templates" / "quizzes"
    bare = []
    for path in sorted(folder.rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        if re.search(r'date:"j F[^"]*H:i"', text) and "UTC" not in text:
            bare.append(path.name)

    assert bare == []
