"""What fails outside any view answers people with a page, and programs with JSON."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from quizzes.models import Attempt
from tests.api.ask import API, program_of, send
from tests.make import browser_of


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_a_body_too_large_is_said_to_be_so_and_saves_nothing(attempt: Attempt, headers: dict[str, str]) -> None:
    sent = {"answer": "x" * 3_000_000, "sequence": "0", "client_key": str(uuid4())}

    answer = browser_of(attempt.student).post(
        reverse("quizzes:attempt-item", args=[attempt.pk, 4]), sent, headers=headers
    )

    assert answer.status_code == 413
    assert "What you saved before is kept" in answer.content.decode()
    assert "Answer-Outcome" not in answer.headers
    assert attempt.responses.get(position=4).answer is None


def test_a_page_that_is_not_there_answers_a_program_in_json(student: User) -> None:
    answer = program_of(student).get(f"{API}/nothing/")

    assert (answer.status_code, list(answer.json())) == (404, ["detail"])
    assert browser_of(student).get("/nothing/").headers["Content-Type"].startswith("text/html")


def test_a_fault_of_ours_answers_a_program_in_json(
    attempt: Attempt, student: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_values: object) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("quizzes.api.views.save_answer", fail)
    program = program_of(student)
    program.raise_request_exception = False

    answer = send(program, attempt, "1")

    assert (answer.status_code, answer.headers["Content-Type"]) == (500, "application/json")
    assert "The fault is ours" in answer.json()["detail"]


def test_a_reply_to_a_save_says_that_it_is_one(attempt: Attempt) -> None:
    browser, page = browser_of(attempt.student), reverse("quizzes:attempt-item", args=[attempt.pk, 1])
    sent = {"sequence": "0", "client_key": str(uuid4())}

    replies = [
        browser.post(page, {**sent, "answer": name, "client_key": str(uuid4())}, headers={"HX-Request": "true"})
        for name in ("1", "9", "2")
    ]

    assert [reply.headers.get("Answer-Outcome") for reply in replies] == ["saved", "unread", "choice"]
