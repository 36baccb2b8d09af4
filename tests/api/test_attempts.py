"""Taking a quiz over the API."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import User

from courses.models import Cohort
from quizzes.domain.kinds import KINDS
from quizzes.models import Attempt, ItemResponse, Quiz, SavedAnswer
from tests.api.ask import API, program_of, send
from tests.make import WHY, answer_rightly, body, make_attempt, make_cohort, make_quiz, make_user, submit


def test_starting_gives_the_paper_and_starting_again_goes_on(quiz: Quiz, student: User) -> None:
    program, address = program_of(student), f"{API}/quizzes/course/quiz/start/"

    first, second = program.post(address), program.post(address)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert [response["kind"] for response in first.json()["responses"]] == list(KINDS[:7])
    assert Attempt.objects.of(student).count() == 1


def test_a_paper_names_parts_by_their_places_and_tells_no_answer(attempt: Attempt, student: User) -> None:
    paper = program_of(student).get(f"{API}/attempts/{attempt.pk}/").json()
    text = json.dumps(paper)

    first = paper["responses"][0]
    assert set(first["parts"]["options"]) == {"1", "2", "3"}
    assert set(first["parts"]["options"].values()) == {"Paid in roubles", "Paid in dollars", "Paid in kind"}
    assert (first["stem"], first["points"], first["marking_rule"]) == ("What happened?", "1.00", "One option is right.")
    assert (first["answer"], first["sequence"], first["is_flagged"]) == (None, 0, False)
    assert all(response["result"] is None for response in paper["responses"])
    for secret in (WHY, "correct", '"dollars"', "Kozyrev", '"1961"', "recognition", '"consult"'):
        assert secret not in text, secret


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        ("cloze", {"text": "Trade fell from {{ 1 }} in 1990 to {{ 2 }} in *1995*."}),
        ("categorise", {"categories": {"1": "Founding role", "2": "Council seat", "3": "Geography"}}),
        ("numbers", {"fields": {at: {"label": label, "unit": "kilometres", "unit_typed": False}
                                for at, label in (("1", "Gas line"), ("2", "Border"))}}),
        ("mark", {"text": "In 1994 [[1]], [[2]] and [[3]]."}),
    ],
)  # fmt: skip
def test_a_paper_tells_what_an_answer_may_name(db: None, student: User, kind: str, parts: dict[str, Any]) -> None:
    attempt = make_attempt(make_quiz(kinds=[kind]), student)

    [response] = program_of(student).get(f"{API}/attempts/{attempt.pk}/").json()["responses"]

    assert response["parts"].items() >= parts.items()


def test_a_gap_of_a_paper_has_a_menu_or_is_typed_in(db: None, student: User) -> None:
    attempt = make_attempt(make_quiz(kinds=["cloze"]), student)

    [response] = program_of(student).get(f"{API}/attempts/{attempt.pk}/").json()["responses"]

    gaps = response["parts"]["gaps"]
    assert gaps["1"] is None
    assert sorted(gaps["2"].values()) == ["8.3 million", "83 million", "830 million"]


def test_every_kind_that_is_marked_at_once_is_answered_in_the_names_of_the_paper(db: None, student: User) -> None:
    program, attempt = program_of(student), make_attempt(make_quiz(items=11), student)
    for response in attempt.responses.select_related("revision"):
        spec = response.revision.spec
        answer = spec.to_paper(spec.right_answer(), response.order)
        saved = send(program, attempt, answer, position=response.position)
        assert saved.status_code == 200, spec.kind
        assert saved.json() == {
            "outcome": "taken", "position": response.position, "sequence": 1, "answer": answer, "read_as": [],
            "is_complete": True,
        }  # fmt: skip

    done = program.post(f"{API}/attempts/{attempt.pk}/submit/").json()

    assert (done["score"], done["max_score"], done["percent"], done["is_passed"]) == ("11.00", "11.00", 100, True)
    result = done["responses"][0]["result"]
    assert (result["share"], result["points"], result["lesson"]) == ("1.000000", "1.00", "lesson-1")
    assert {row["verdict"] for row in result["review"]} == {"right", "left"}


def test_submitting_twice_is_a_conflict(attempt: Attempt, student: User) -> None:
    program, address = program_of(student), f"{API}/attempts/{attempt.pk}/submit/"

    first, second = program.post(address), program.post(address)

    assert (first.status_code, first.json()["score"]) == (200, "0.00")
    assert second.status_code == 409
    assert second.json() == {"detail": "This attempt has already been submitted."}


def test_an_answer_from_a_page_that_is_behind_is_kept_aside(attempt: Attempt, student: User) -> None:
    program = program_of(student)
    send(program, attempt, "1")

    behind = send(program, attempt, "2")

    assert behind.status_code == 409
    found = behind.json()
    assert (found["outcome"], found["answer"], found["kept"], found["sequence"]) == ("aside", "1", "2", 1)
    assert "answered elsewhere" in found["detail"]
    assert send(program, attempt, "2", sequence=found["sequence"]).json()["answer"] == "2"


def test_an_answer_after_submission_is_kept_and_does_not_count(attempt: Attempt, student: User) -> None:
    submit(attempt)

    late = send(program_of(student), attempt, "1")

    assert late.status_code == 409
    assert (late.json()["outcome"], late.json()["answer"], late.json()["kept"]) == ("late", None, "1")
    assert SavedAnswer.objects.get().outcome == SavedAnswer.Outcome.LATE
    assert Attempt.objects.get(pk=attempt.pk).score == 0


def test_the_same_save_sent_again_changes_nothing(attempt: Attempt, student: User) -> None:
    program, key = program_of(student), str(uuid4())

    first, second = (send(program, attempt, "1", client_key=key) for _time in range(2))

    assert first.json() == second.json()
    assert SavedAnswer.objects.count() == 1


@pytest.mark.parametrize("answer", ["1961", "1.25"])
def test_a_save_says_how_an_ambiguous_number_was_read_whatever_is_right(db: None, student: User, answer: str) -> None:
    item = body("numeric", answer=answer, unit="km")
    attempt = make_attempt(make_quiz(items=[item]), student)
    program = program_of(student)

    saved = send(program, attempt, "1.250").json()
    done = program.post(f"{API}/attempts/{attempt.pk}/submit/").json()

    assert saved["read_as"] == [{"label": "", "typed": "1.250", "numbers": ["1.25", "1250"]}]
    assert done["responses"][0]["result"]["review"][0]["read_as"] == ["1.25", "1250"]


def test_a_result_says_that_only_the_spelling_was_wrong(db: None, student: User) -> None:
    attempt = make_attempt(make_quiz(items=1, kinds=["text"]), student)
    program = program_of(student)

    assert send(program, attempt, "Kozirev").json()["read_as"] == []
    done = program.post(f"{API}/attempts/{attempt.pk}/submit/").json()

    [row] = done["responses"][0]["result"]["review"]
    assert (row["verdict"], row["spelling"]) == ("right", "Kozyrev")


@pytest.mark.parametrize("position", range(1, 8))
@pytest.mark.parametrize("answer", [{"a": []}, [[]], "9" * 600, {"1": {}}, [None], ["?"]])
def test_what_cannot_be_read_is_refused_in_words_and_stored_nowhere(
    attempt: Attempt, student: User, answer: Any, position: int
) -> None:
    sent = send(program_of(student), attempt, answer, position=position)

    assert sent.status_code == 422
    assert sent.json()["detail"]
    assert not SavedAnswer.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [{"sequence": -1}, {"sequence": 2**31}, {"client_key": "x"}, {"position": 0}, {"sequence": None}],
)
def test_a_misshapen_save_is_refused(attempt: Attempt, student: User, fields: dict[str, Any]) -> None:
    assert send(program_of(student), attempt, "1", **fields).status_code == 400


def test_a_question_that_is_not_on_the_paper_is_not_found(attempt: Attempt, student: User) -> None:
    assert send(program_of(student), attempt, "1", position=8).status_code == 404


def test_solutions_that_are_never_shown_stay_hidden_after_submission(student: User) -> None:
    attempt = make_attempt(make_quiz(items=7, review="marks"), student)
    answer_rightly(attempt)

    done = program_of(student).post(f"{API}/attempts/{attempt.pk}/submit/").json()

    assert (done["score"], "right_answer" in done["shown"]) == ("7.00", False)
    assert all(response["result"]["standing"] == "right" for response in done["responses"])
    assert not any(response["result"]["review"] for response in done["responses"])
    assert WHY not in json.dumps(done)


def test_attempts_are_the_callers_own_even_for_the_teacher(
    attempt: Attempt, cohort: Cohort, instructor: User, stranger: User
) -> None:
    other_teacher, classmate = make_user("other-teacher"), make_user("classmate")
    make_cohort(attempt.quiz.course, instructor=other_teacher)
    superuser = User.objects.create_superuser("root")
    address = f"{API}/attempts/{attempt.pk}/"

    for user in (instructor, other_teacher, classmate, stranger, superuser):
        program = program_of(user)
        assert program.get(f"{API}/attempts/").json()["count"] == 0
        assert program.get(address).status_code == 404
        assert program.post(f"{address}submit/").status_code == 404
        assert send(program, attempt, "1").status_code == 404
        assert program.get(f"{API}/quizzes/course/quiz/").json()["attempts"] == []
    assert ItemResponse.objects.filter(answer__isnull=False).count() == 0
    assert program_of(attempt.student).get(address).status_code == 200


def test_nobody_has_no_attempts(attempt: Attempt) -> None:
    program = program_of(None)

    assert program.get(f"{API}/attempts/").status_code == 401
    assert program.post(f"{API}/quizzes/course/quiz/start/").status_code == 401
    assert program.get(f"{API}/quizzes/course/quiz/").json()["attempts"] == []


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_scored_can_be_written_over(attempt: Attempt, student: User, method: str) -> None:
    sent = getattr(program_of(student), method)(f"{API}/attempts/{attempt.pk}/", {"score": "7.00"})

    assert sent.status_code == 405


def test_a_quiz_tells_its_settings_and_the_callers_attempts_but_no_question(student: User) -> None:
    quiz = make_quiz(items=2, max_attempts=1, checks=[body("single", key="check-1")])
    submit(make_attempt(quiz, student))
    program = program_of(student)

    found = program.get(f"{API}/quizzes/course/quiz/").json()

    assert (found["question_count"], found["max_attempts"], found["lesson"]) == (2, 1, "lesson-1")
    assert [attempt["score"] for attempt in found["attempts"]] == ["0.00"]
    assert "What happened" not in json.dumps(found)
    refused = program.post(f"{API}/quizzes/course/quiz/start/")
    assert (refused.status_code, "every attempt" in refused.json()["detail"]) == (409, True)
