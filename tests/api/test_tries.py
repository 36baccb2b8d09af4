"""Tries, hints, passwords, confidence, and answers that do not count, over the API."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from rest_framework.test import APIClient

from quizzes.models import Attempt, ItemResponse, SavedAnswer, Try
from tests.api.ask import API, counted, program_of, send
from tests.make import body, make_attempt, make_quiz, make_user, priced, submit

HINTS = ["Think of coal.", "Think of rice."]


@pytest.fixture
def program(student: User) -> APIClient:
    return program_of(student)


def sat(student: User, *, kind: str = "single", hints: tuple[str, ...] = (), **settings: Any) -> Attempt:
    items = [body(kind, key=f"q{at}", hints=list(hints), points=4) for at in (1, 2)]
    quiz = make_quiz(items=items, **priced(**{"behaviour": "adaptive", "penalty": "0.25", **settings}))
    return make_attempt(quiz, student, now=timezone.now())


def name(attempt: Attempt, key: str, position: int = 1) -> str:
    """Return what the paper calls an option."""
    return str(attempt.responses.get(position=position).order.index(key) + 1)


def save(program: APIClient, attempt: Attempt, answer: Any, position: int = 1, **fields: Any) -> Any:
    sequence = ItemResponse.objects.get(attempt=attempt, position=position).sequence
    return send(program, attempt, answer, position=position, **{"sequence": sequence, **fields})


def act(program: APIClient, attempt: Attempt, what: str, position: int = 1) -> Any:
    return program.post(f"{API}/attempts/{attempt.pk}/{what}/", {"position": position})


# Checking.


def test_a_check_tells_where_the_question_stands_and_not_what_is_right(program: APIClient, student: User) -> None:
    attempt = sat(student)
    save(program, attempt, name(attempt, "roubles"))

    found = act(program, attempt, "check")

    assert found.status_code == 200
    assert found.json() | {"review": None} == {
        "position": 1, "is_new": True, "last_try": "wrong", "share": "0.000000", "tries_left": None, "is_over": False,
        "hints": [], "count": None, "review": None,
    }  # fmt: skip
    assert [row["verdict"] for row in found.json()["review"]] == ["wrong"]
    assert "Paid in dollars" not in json.dumps(found.json())


def test_a_right_try_closes_the_question_and_tells_everything(program: APIClient, student: User) -> None:
    attempt = sat(student)
    for key in ("roubles", "dollars"):
        save(program, attempt, name(attempt, key))
        found = act(program, attempt, "check").json()

    assert (found["last_try"], found["share"], found["is_over"]) == ("right", "0.750000", True)
    assert "Paid in dollars" in json.dumps(found)
    assert program.get(f"{API}/attempts/{attempt.pk}/").json()["responses"][0]["is_over"] is True


def test_an_equal_try_is_not_counted_again(program: APIClient, student: User) -> None:
    attempt = sat(student, kind="numeric")
    save(program, attempt, "1960")
    act(program, attempt, "check")
    save(program, attempt, "1,960.0")

    found = act(program, attempt, "check").json()

    assert found["is_new"] is False
    assert Try.objects.count() == 1


def test_what_cannot_be_checked_is_a_conflict_in_words(program: APIClient, student: User) -> None:
    attempt = sat(student)
    blank = act(program, attempt, "check")
    assert (blank.status_code, blank.json()) == (
        409, {"detail": "There is no answer to check yet. Nothing was counted as a try."},
    )  # fmt: skip

    save(program, attempt, name(attempt, "dollars"))
    act(program, attempt, "check")
    over = act(program, attempt, "check")
    assert (over.status_code, "This question is closed" in over.json()["detail"]) == (409, True)

    submit(attempt, now=timezone.now())
    done = act(program, attempt, "check", 2)
    assert (done.status_code, "already been submitted" in done.json()["detail"]) == (409, True)


@pytest.mark.parametrize("what", ["check", "hint"])
def test_where_answers_wait_for_submission_there_is_nothing_to_check(
    program: APIClient, student: User, what: str
) -> None:
    attempt = sat(student, behaviour="deferred", hints=("Think of coal.",))
    save(program, attempt, name(attempt, "dollars"))

    assert act(program, attempt, what).status_code == 409
    assert program.get(f"{API}/attempts/{attempt.pk}/").json()["responses"][0]["result"] is None


@pytest.mark.parametrize("what", ["check", "hint"])
def test_only_the_owner_checks_and_only_what_the_paper_has(student: User, what: str) -> None:
    attempt = sat(student, hints=("Think of coal.",))

    assert act(program_of(make_user("stranger")), attempt, what).status_code == 404
    assert act(program_of(None), attempt, what).status_code == 401
    assert act(program_of(student), attempt, what, 3).status_code == 404
    assert act(program_of(student), attempt, what, 0).status_code == 400
    assert not Try.objects.exists()


# Hints.


def test_hints_come_one_by_one_and_the_paper_repeats_them(program: APIClient, student: User) -> None:
    attempt = sat(student, hints=tuple(HINTS), hint_penalty="0.1")

    assert [act(program, attempt, "hint").json()["hints"] for _time in HINTS] == [HINTS[:1], HINTS]
    assert act(program, attempt, "hint").status_code == 409
    paper = program.get(f"{API}/attempts/{attempt.pk}/").json()
    assert [response["hints"] for response in paper["responses"]] == [HINTS, []]
    save(program, attempt, name(attempt, "dollars"))
    assert act(program, attempt, "check").json()["share"] == "0.800000"


def test_under_interactive_a_hint_follows_each_wrong_try(program: APIClient, student: User) -> None:
    attempt = sat(student, hints=tuple(HINTS), behaviour="interactive")
    asked = act(program, attempt, "hint")
    assert (asked.status_code, "after each wrong try" in asked.json()["detail"]) == (409, True)

    save(program, attempt, name(attempt, "roubles"))

    assert act(program, attempt, "check").json()["hints"] == HINTS[:1]


# Starting.


@pytest.mark.parametrize(("given", "status"), [({}, 409), ({"password": "seoul"}, 409), ({"password": "평양"}, 201)])
def test_a_quiz_with_a_password_starts_with_it_alone(
    program: APIClient, student: User, given: dict[str, str], status: int
) -> None:
    make_quiz(password="평양")

    found = program.post(f"{API}/quizzes/course/quiz/start/", given)

    assert found.status_code == status
    assert Attempt.objects.count() == (status == 201)
    assert "평양" not in json.dumps(program.get(f"{API}/quizzes/course/quiz/").json(), ensure_ascii=False)


def test_what_stands_in_the_way_of_starting_is_a_conflict_in_words(program: APIClient, student: User) -> None:
    make_quiz(opens=(timezone.now() + timedelta(days=1)).isoformat())

    found = program.post(f"{API}/quizzes/course/quiz/start/")

    assert found.status_code == 409
    assert found.json()["detail"].startswith("This quiz opens on ")
    assert not Attempt.objects.exists()


# Confidence.


@pytest.mark.parametrize(("confidence", "status"), [(1, 200), (3, 200), (None, 200), (0, 400), (4, 400), ("x", 400)])
def test_confidence_comes_with_an_answer(program: APIClient, student: User, confidence: Any, status: int) -> None:
    attempt = sat(student, behaviour="deferred", confidence="ask")

    found = save(program, attempt, name(attempt, "dollars"), confidence=confidence)

    assert found.status_code == status
    kept = confidence if status == 200 else None
    assert program.get(f"{API}/attempts/{attempt.pk}/").json()["responses"][0]["confidence"] == kept


def test_a_confident_error_costs_where_certainty_counts(program: APIClient, student: User) -> None:
    attempt = sat(student, behaviour="deferred", confidence="certainty")
    save(program, attempt, name(attempt, "roubles"), confidence=3)

    done = program.post(f"{API}/attempts/{attempt.pk}/submit/").json()

    assert (done["score"], done["percent"], done["is_passed"]) == ("-8.00", -100, False)
    assert done["responses"][0]["result"]["share"] == "-2.000000"


# Answers that do not count.


def test_an_answer_after_the_deadline_is_kept_and_says_so(program: APIClient, student: User) -> None:
    attempt = sat(student, behaviour="deferred", minutes=30)
    save(program, attempt, name(attempt, "dollars"))
    Attempt.objects.update(deadline=timezone.now() - timedelta(seconds=11))

    late = save(program, attempt, name(attempt, "kind"))

    assert late.status_code == 409
    found = late.json()
    assert (found["outcome"], found["answer"], found["kept"]) == (
        "late", name(attempt, "dollars"), name(attempt, "kind"),
    )  # fmt: skip
    assert "The time of this attempt was up" in found["detail"]
    paper = program.get(f"{API}/attempts/{attempt.pk}/").json()
    assert (paper["state"], paper["score"]) == ("submitted", "4.00")


def test_an_answer_within_the_leeway_counts(program: APIClient, student: User) -> None:
    attempt = sat(student, behaviour="deferred", minutes=30)
    Attempt.objects.update(deadline=timezone.now() - timedelta(seconds=5))

    assert save(program, attempt, name(attempt, "dollars")).json()["outcome"] == "taken"


def test_an_answer_to_a_question_that_is_over_is_kept_and_says_so(program: APIClient, student: User) -> None:
    attempt = sat(student)
    save(program, attempt, name(attempt, "dollars"))
    act(program, attempt, "check")

    late = save(program, attempt, name(attempt, "kind"))

    assert (late.status_code, late.json()["outcome"], late.json()["kept"]) == (409, "over", name(attempt, "kind"))
    assert "This question is closed" in late.json()["detail"]
    assert SavedAnswer.objects.filter(outcome="over").count() == 1


# Totals.


def test_a_total_is_null_until_it_is_shown(program: APIClient, student: User) -> None:
    closes = timezone.now() + timedelta(hours=1)
    attempt = sat(student, behaviour="deferred", review="after_close", closes=closes.isoformat())
    save(program, attempt, name(attempt, "dollars"))
    done = program.post(f"{API}/attempts/{attempt.pk}/submit/").json()

    lists = [
        program.get(f"{API}/attempts/").json()["results"],
        program.get(f"{API}/quizzes/course/quiz/").json()["attempts"],
    ]
    for each in (done, *(found[0] for found in lists)):
        assert (each["score"], each["percent"], each["is_passed"]) == (None, None, False)
    assert done["shown"] == ["attempt", "maximum"]
    result = done["responses"][0]["result"]
    assert (result["standing"], result["share"], result["points"], result["review"], result["feedback"]) == (
        "hidden", None, None, [], None,
    )  # fmt: skip

    attempt.quiz.closes_at = timezone.now() - timedelta(seconds=1)
    attempt.quiz.save()
    shown = program.get(f"{API}/attempts/{attempt.pk}/").json()
    assert (shown["score"], shown["percent"]) == ("4.00", 50)
    assert program.get(f"{API}/attempts/").json()["results"][0]["score"] == "4.00"


# Cost.


@pytest.mark.parametrize(("what", "most"), [("check", 14), ("hint", 10)])
def test_a_try_costs_the_same_for_one_question_and_for_thirty(
    program: APIClient, student: User, what: str, most: int
) -> None:
    costs = []
    for size in (1, 30):
        items = [body("single", key=f"q{at}", hints=["Think of coal."]) for at in range(size)]
        attempt = make_attempt(make_quiz(course=f"c{size}", items=items, behaviour="adaptive"), student)
        save(program, attempt, name(attempt, "roubles"))
        with counted() as queries:
            assert act(program, attempt, what).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1] <= most


# One way.


def test_a_quiz_that_goes_one_way_shows_the_question_it_has_come_to_and_all_once_it_is_finished(
    program: APIClient, student: User
) -> None:
    items = [body("text", key=f"q{at}", stem=f"STEM-{at}?") for at in (1, 2, 3)]
    attempt = make_attempt(make_quiz(items=items, navigation="one_way"), student, now=timezone.now())

    for at in (1, 2, 3):
        paper = json.dumps(program.get(f"{API}/attempts/{attempt.pk}/").json())
        assert [f"STEM-{each}" in paper for each in (1, 2, 3)] == [each == at for each in (1, 2, 3)]
        assert save(program, attempt, "Kozyrev", at).status_code == 200
        assert act(program, attempt, "move", at).status_code == 200

    done = program.post(f"{API}/attempts/{attempt.pk}/submit/").json()
    assert (done["score"], len(done["responses"])) == ("3.00", 3)
    assert act(program, attempt, "move").status_code == 409


def test_only_its_student_moves_an_attempt_on(student: User, stranger: User) -> None:
    attempt = make_attempt(make_quiz(items=2, navigation="one_way"), student)

    assert act(program_of(stranger), attempt, "move").status_code == 404
    attempt.refresh_from_db()
    assert attempt.place == 1
