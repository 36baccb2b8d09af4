"""The front page of a quiz and the ways of sitting it: time, obstacles, password, one way, all on one page, tries."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from quizzes.domain.kinds import KINDS
from quizzes.models import Accommodation, Attempt, ItemResponse, Quiz, Try
from tests.make import assign_quiz, body, browser_of, make_attempt, make_cohort, make_quiz, submit
from tests.pages.test_cost import counted


@pytest.fixture
def browser(student: User) -> Client:
    return browser_of(student)


def words_of(response: Any) -> str:
    """Return the text of a page, spaces made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def front(browser: Client, quiz: Quiz) -> str:
    return words_of(browser.get(quiz.get_absolute_url()))


def start(browser: Client, quiz: Quiz, **fields: str) -> Any:
    return browser.post(reverse("quizzes:start", args=[quiz.course.key, quiz.key]), fields)


def item_url(attempt: Attempt, position: int) -> str:
    return reverse("quizzes:attempt-item", args=[attempt.pk, position])


def post(browser: Client, attempt: Attempt, position: int, answer: str, **fields: str) -> Any:
    sequence = str(ItemResponse.objects.get(attempt=attempt, position=position).sequence)
    sent = {"answer": answer, "sequence": sequence, "client_key": str(uuid4()), **fields}
    return browser.post(item_url(attempt, position), sent)


def right_name(attempt: Attempt, position: int = 1, key: str = "dollars") -> str:
    """Return what a paper calls an option."""
    response = attempt.responses.get(position=position)
    return str(response.order.index(key) + 1)


# Time.


def test_a_limit_is_said_and_what_happens_at_its_end(browser: Client, student: User) -> None:
    found = front(browser, make_quiz(minutes=30))

    assert "30 min." in found
    assert "your answers are submitted as they stand" in found
    assert "extended from" not in found


@pytest.mark.parametrize(
    ("granted", "words"),
    [
        ({"time_factor": 2}, "60 min (extended from 30)."),
        ({"extra_minutes": 5}, "35 min (extended from 30)."),
        ({"no_limit": True}, "No limit for you (lifted from 30 min)."),
    ],
)
def test_who_has_more_time_reads_it_before_starting(
    browser: Client, student: User, granted: dict[str, Any], words: str
) -> None:
    Accommodation.objects.create(student=student, reason="A secret reason.", **granted)

    found = front(browser, make_quiz(minutes=30))

    assert words in found
    assert "A secret reason." not in found


@pytest.mark.parametrize(
    ("plain", "given", "words"),
    [
        (30, {"minutes": 45}, "45 min (extended from 30)."),
        (30, {"minutes": 20}, "20 min (set for your class; the quiz itself gives 30)."),
        (30, {"minutes": 30}, "30 min. The clock"),
        (30, {"lifted": ["minutes"]}, "No limit for you (lifted from 30 min)."),
        (None, {"minutes": 30}, "30 min (set for you or your class; the quiz itself has no limit)."),
        (None, {"max_attempts": 2}, "No limit. You can stop"),
    ],
)
def test_what_a_class_has_is_said_truly(
    browser: Client, student: User, plain: int | None, given: dict[str, Any], words: str
) -> None:
    """The fault this holds off: “30 min (extended from None)”."""
    quiz = make_quiz(**({} if plain is None else {"minutes": plain}))
    cohort = make_cohort(quiz.course, students=[student])
    assign_quiz(cohort, quiz, **given)

    found = " ".join(front(browser, quiz).split())

    assert words in found
    assert "None" not in found


@pytest.mark.parametrize(("left", "said"), [(20.5, "If you start now, you have 20 min"), (31, None)])
def test_a_close_that_cuts_the_limit_short_is_said(
    browser: Client, student: User, left: float, said: str | None
) -> None:
    closes = timezone.now() + timedelta(minutes=left)

    found = front(browser, make_quiz(minutes=30, closes=closes.isoformat()))

    assert (said in found) if said else ("If you start now" not in found)


# Obstacles.


def test_what_stands_in_the_way_of_starting_is_said_in_the_place_of_the_button(browser: Client, student: User) -> None:
    now, day = timezone.now(), timedelta(days=1)
    quiz = make_quiz()
    cases: list[tuple[dict[str, Any], str]] = [
        ({"opens_at": now + day}, "This quiz opens on"),
        ({"closes_at": now - day}, "This quiz closed on"),
        ({"max_attempts": 1}, "You have used every attempt this quiz allows."),
        ({"wait_minutes": 60}, "You can start the next attempt on"),
    ]
    submit(make_attempt(quiz, student, now=now), now=now)
    for fields, words in cases:
        Quiz.objects.filter(pk=quiz.pk).update(**fields)
        found = front(browser, quiz)
        assert words in found
        assert "Start another attempt" not in found
        assert start(browser, quiz).status_code == 409
        Quiz.objects.filter(pk=quiz.pk).update(opens_at=None, closes_at=None, max_attempts=None, wait_minutes=0)

    assert Attempt.objects.count() == 1
    assert "Start another attempt" in front(browser, quiz)
    quiz.items.update(is_retired=True)
    assert "This quiz has no questions yet." in front(browser, quiz)


def test_an_open_attempt_is_gone_on_with_whatever_stands_in_the_way_of_another(browser: Client, student: User) -> None:
    quiz = make_quiz(max_attempts=1)
    make_attempt(quiz, student)

    found = front(browser, quiz)

    assert "Continue your attempt" in found
    assert "You have used every attempt" not in found
    assert start(browser, quiz).status_code == 302


def test_a_wrong_password_is_refused_at_its_field_and_the_right_one_starts(browser: Client, student: User) -> None:
    quiz = make_quiz(password="pyongyang")

    refused = start(browser, quiz, password="seoul")
    assert refused.status_code == 422
    assert "This is not the password of the quiz." in words_of(refused)
    assert "pyongyang" not in refused.content.decode()
    assert not Attempt.objects.exists()

    assert start(browser, quiz, password="pyongyang").status_code == 302
    assert "password" not in front(browser, quiz)


# One way.


def test_the_last_question_of_a_one_way_quiz_leads_to_submitting(browser: Client, student: User) -> None:
    attempt = make_attempt(make_quiz(items=1, kinds=["single"], navigation="one_way"), student)

    moved = post(browser, attempt, 1, right_name(attempt))

    assert moved.headers["Location"] == reverse("quizzes:attempt-confirm", args=[attempt.pk])


# All on one page.


def test_all_questions_stand_on_one_page_and_each_saves_by_itself(browser: Client, student: User) -> None:
    attempt = make_attempt(make_quiz(items=3, kinds=["single"], layout="all"), student)
    page = browser.get(item_url(attempt, 1)).content.decode()
    assert [f'id="question-{at}"' in page for at in (1, 2, 3)] == [True] * 3

    sent = {"prefix": "answer2", "answer2": right_name(attempt, 2), "sequence": "0", "client_key": str(uuid4())}
    moved = browser.post(item_url(attempt, 2), {**sent, "go": "stay"})

    assert moved.headers["Location"].endswith("/items/1/#question-2")
    answers = list(attempt.responses.order_by("position").values_list("answer", flat=True))
    assert answers == [None, "dollars", None]


# Tries.


def test_checking_says_how_it_went_and_a_wrong_try_does_not_tell_the_right_answer(
    browser: Client, student: User
) -> None:
    items = [body("text", key="q", hints=["Think of a minister."])]
    attempt = make_attempt(make_quiz(items=items, behaviour="adaptive", penalty="0.25"), student)

    post(browser, attempt, 1, "Lavrov", go="check")
    wrong = words_of(browser.get(item_url(attempt, 1)))
    assert "wrong You have 0 of 1 points so far." in wrong
    assert "Kozyrev" not in wrong
    assert "Think of a minister." not in wrong

    browser.post(
        reverse("quizzes:attempt-hint", args=[attempt.pk, 1]),
        {"answer": "Lavrov", "sequence": "1", "client_key": str(uuid4())},
    )
    assert "Think of a minister." in words_of(browser.get(item_url(attempt, 1)))

    post(browser, attempt, 1, "Kozyrev", go="check")
    done = words_of(browser.get(item_url(attempt, 1)))
    assert "You have 0.75 of 1 points so far." in done
    assert "This question is done." in done


def test_the_same_answer_again_is_said_not_to_count(browser: Client, student: User) -> None:
    attempt = make_attempt(make_quiz(kinds=["numeric"], behaviour="adaptive"), student)
    for typed in ("1960", "1960.0"):
        answer = post(browser, attempt, 1, typed, go="check")

    assert Try.objects.count() == 1
    assert "You tried this answer before. It was not counted again." in words_of(
        browser.get(answer.headers["Location"])
    )


def test_an_answer_that_cannot_be_read_is_no_try(browser: Client, student: User) -> None:
    attempt = make_attempt(make_quiz(kinds=["numeric"], behaviour="adaptive"), student)

    refused = post(browser, attempt, 1, "many", go="check")

    assert refused.status_code == 422
    assert not Try.objects.exists()


def test_asking_for_a_hint_where_each_wrong_try_gives_one_says_so(browser: Client, student: User) -> None:
    items = [body("single", key="q", hints=["Think of coal."])]
    attempt = make_attempt(make_quiz(items=items, behaviour="interactive"), student)

    asked = browser.post(
        reverse("quizzes:attempt-hint", args=[attempt.pk, 1]), {"sequence": "0", "client_key": str(uuid4())}
    )

    page = words_of(browser.get(asked.headers["Location"]))
    assert "In this quiz a hint is given after each wrong try." in page
    assert "Think of coal." not in page


# Certainty.


def test_what_certainty_pays_is_shown_before_the_start(browser: Client, student: User) -> None:
    found = front(browser, make_quiz(confidence="certainty"))

    for words in ("not sure", "fairly sure", "certain"):
        assert words in found
    assert re.search(r"certain\s+\+?3\s+[−-]6", found)


# Cost.


@pytest.mark.parametrize("layout", ["each", "all"])
def test_sitting_and_the_result_cost_the_same_for_one_question_of_each_kind_and_for_two(
    browser: Client, student: User, layout: str
) -> None:
    costs = []
    for size in (len(KINDS), 2 * len(KINDS)):
        quiz = make_quiz(course=f"course-{size}", items=size, behaviour="adaptive", layout=layout, minutes=30)
        attempt = make_attempt(quiz, student, now=timezone.now())
        with counted() as front_page:
            browser.get(quiz.get_absolute_url())
        with counted() as sitting:
            assert browser.get(item_url(attempt, 1)).status_code == 200
        submit(attempt, now=timezone.now())
        with counted() as result:
            assert browser.get(reverse("quizzes:result", args=[attempt.pk])).status_code == 200
        costs.append([len(front_page), len(sitting), len(result)])

    assert costs[0] == costs[1]
    assert max(costs[0]) <= 12
