"""A quiz that goes one way: at every door, only the question it has come to is found."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from quizzes.models import Attempt, SavedAnswer
from quizzes.services.answers import move_on
from tests.api.ask import API, program_of, send
from tests.make import NOW, body, browser_of, give, make_attempt, make_cohort, make_quiz

HTMX = {"HX-Request": "true"}
LEFT, CURRENT, AHEAD, BEYOND = 1, 2, 3, 9
CLOSED = (LEFT, AHEAD, BEYOND)


@pytest.fixture
def attempt(student: User, instructor: User) -> Attempt:
    """An attempt at the second of three questions, which are marked at once and have hints."""
    items = [body("single", key=f"q{at}", stem=f"STEM-{at}?", hints=["Hard currency."]) for at in (1, 2, 3)]
    attempt = make_attempt(make_quiz(items=items, navigation="one_way", behaviour="adaptive"), student)
    make_cohort(attempt.quiz.course, instructor=instructor, students=[student])
    give(attempt, "roubles")
    move_on(attempt_id=attempt.pk, student=student, past=1, now=NOW)
    give(attempt, "roubles", position=CURRENT)
    return attempt


def door(name: str, **fields: str) -> Callable[[Attempt, int, dict[str, str]], Any]:
    """Return what posts an answer to an address of a question."""

    def knock(attempt: Attempt, position: int, headers: dict[str, str]) -> Any:
        sent = {"answer": "1", "sequence": "9", "client_key": str(uuid4()), **fields}
        return browser_of(attempt.student).post(page(attempt, position, name), sent, headers=headers)

    return knock


def page(attempt: Attempt, position: int, name: str = "item") -> str:
    return reverse(f"quizzes:attempt-{name}", args=[attempt.pk, position])


def read(attempt: Attempt, position: int, headers: dict[str, str]) -> Any:
    return browser_of(attempt.student).get(page(attempt, position), headers=headers)


def choose(attempt: Attempt, position: int, headers: dict[str, str]) -> Any:
    """Choose an answer that was kept aside while the question was open."""
    response = attempt.responses.filter(position=position).first()
    kept = SavedAnswer.objects.create(
        response=response or attempt.responses.get(position=LEFT),
        client_key=uuid4(), sequence=0, answer="kind", outcome="aside", saved_at=NOW,
    )  # fmt: skip
    sent = {"saved": str(kept.pk), "client_key": str(uuid4())}
    return browser_of(attempt.student).post(page(attempt, position, "choose"), sent, headers=headers)


DOORS = {
    "read": (read, 200),
    "save": (door("item"), 302),
    "save what cannot be read": (door("item", answer="no option"), 422),
    "check": (door("item", go="check"), 302),
    "hint": (door("hint"), 302),
    "choose": (choose, 302),
}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize("position", CLOSED)
@pytest.mark.parametrize("name", DOORS)
def test_a_question_that_was_left_or_not_reached_is_not_found_at_any_door(
    attempt: Attempt, name: str, position: int, headers: dict[str, str]
) -> None:
    before = list(attempt.responses.order_by("position").values_list("answer", "sequence", "hints_shown", "share"))

    answer = DOORS[name][0](attempt, position, headers)

    text = answer.content.decode()
    assert answer.status_code == 404
    assert not any(words in text for words in ("STEM-", "Paid in", "Hard currency"))
    after = list(attempt.responses.order_by("position").values_list("answer", "sequence", "hints_shown", "share"))
    assert after == before
    assert not SavedAnswer.objects.filter(outcome__in=["over", "late"]).exists()


@pytest.mark.parametrize("name", DOORS)
def test_the_question_it_has_come_to_is_open_at_every_door(attempt: Attempt, name: str) -> None:
    knock, status = DOORS[name]

    assert knock(attempt, CURRENT, {}).status_code == status


@pytest.mark.parametrize("position", [LEFT, CURRENT, AHEAD, BEYOND])
def test_no_question_can_be_flagged_since_no_second_look_comes(attempt: Attempt, position: int) -> None:
    answer = door("flag", flag="on")(attempt, position, {})

    assert answer.status_code == 404
    assert not attempt.responses.filter(is_flagged=True).exists()


def test_the_page_offers_no_flag(attempt: Attempt) -> None:
    text = read(attempt, CURRENT, {}).content.decode()

    assert "Flag for a second look" not in text
    assert "remove the flag" not in text


@pytest.mark.parametrize(("position", "status"), [(LEFT, 404), (AHEAD, 404), (BEYOND, 404), (CURRENT, 409)])
def test_a_report_finds_only_the_question_it_has_come_to_and_waits_for_the_end(
    attempt: Attempt, position: int, status: int
) -> None:
    sent = {f"report-{position}-text": "Odd."}

    answer = browser_of(attempt.student).post(page(attempt, position, "report"), sent)

    assert answer.status_code == status


@pytest.mark.parametrize("position", CLOSED)
@pytest.mark.parametrize("name", ["answers", "check", "hint", "move"])
def test_the_api_finds_no_question_that_was_left_or_not_reached(attempt: Attempt, name: str, position: int) -> None:
    program = program_of(attempt.student)

    if name == "answers":
        answer = send(program, attempt, ["no option"], position=position)
    else:
        answer = program.post(f"{API}/attempts/{attempt.pk}/{name}/", {"position": position})

    assert answer.status_code == 404
    attempt.refresh_from_db()
    assert attempt.place == CURRENT


@pytest.mark.parametrize("name", ["check", "hint", "move"])
def test_the_api_finds_the_question_it_has_come_to(attempt: Attempt, name: str) -> None:
    address = f"{API}/attempts/{attempt.pk}/{name}/"

    assert program_of(attempt.student).post(address, {"position": CURRENT}).status_code == 200


def test_the_api_gives_only_the_question_it_has_come_to(attempt: Attempt) -> None:
    paper = program_of(attempt.student).get(f"{API}/attempts/{attempt.pk}/").json()

    assert [response["position"] for response in paper["responses"]] == [CURRENT]


def test_before_submitting_only_the_question_it_has_come_to_is_shown_and_led_to(attempt: Attempt) -> None:
    found = browser_of(attempt.student).get(reverse("quizzes:attempt-confirm", args=[attempt.pk]))

    text = found.content.decode()
    assert [f"STEM-{at}" in text for at in (1, 2, 3)] == [False, True, False]
    assert [page(attempt, at) in text for at in (1, 2, 3)] == [False, True, False]
    assert "left for good" in text
    assert "not reached yet" in text


def test_a_question_that_was_left_says_where_the_quiz_is(attempt: Attempt) -> None:
    text = read(attempt, LEFT, {}).content.decode()

    assert "you are at question 2" in " ".join(text.split())
    assert page(attempt, CURRENT) in text


def test_a_button_pressed_twice_saves_once_and_goes_on(student: User) -> None:
    attempt = make_attempt(make_quiz(items=2, kinds=["single"], navigation="one_way"), student)
    browser, sent = Client(), {"answer": "1", "sequence": "0", "client_key": str(uuid4())}
    browser.force_login(student)

    places = [browser.post(page(attempt, 1), sent).headers["Location"] for _time in range(2)]

    assert places == [page(attempt, 2)] * 2
    assert SavedAnswer.objects.count() == 1


def test_another_answer_under_the_name_of_a_save_that_was_made_is_not_found_either(student: User) -> None:
    attempt = make_attempt(make_quiz(items=2, kinds=["single"], navigation="one_way"), student)
    browser, sent = browser_of(student), {"answer": "1", "sequence": "0", "client_key": str(uuid4())}
    browser.post(page(attempt, 1), sent)
    first = attempt.responses.get(position=1).answer

    assert browser.post(page(attempt, 1), {**sent, "answer": "2"}).status_code == 404
    assert attempt.responses.get(position=1).answer == first
