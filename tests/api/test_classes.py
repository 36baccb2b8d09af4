"""Classes over the API: for their instructors, and joining as a student."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from courses.models import Cohort, Enrolment
from quizzes.models import Quiz
from tests.api.ask import API, program_of
from tests.make import answer_rightly, enrol, make_attempt, make_cohort, make_course, make_user, submit


def test_an_instructor_sees_only_the_classes_they_teach(cohort: Cohort, instructor: User, student: User) -> None:
    other = make_user("other-teacher")
    make_cohort(make_course(key="other"), instructor=other)

    own = program_of(instructor).get(f"{API}/classes/").json()

    assert [(row["id"], row["course"], row["student_count"]) for row in own["results"]] == [(cohort.pk, "course", 1)]
    assert program_of(student).get(f"{API}/classes/").json()["count"] == 0
    assert program_of(None).get(f"{API}/classes/").status_code == 401


def test_class_progress_is_for_its_own_instructors(cohort: Cohort, instructor: User, stranger: User) -> None:
    other = make_user("other-teacher")
    make_cohort(cohort.course, instructor=other)
    student = cohort.enrolments.get(role=Enrolment.Role.STUDENT).user
    address = f"{API}/classes/{cohort.pk}/progress/"

    assert program_of(instructor).get(address).status_code == 200
    for user in (other, student, stranger):
        assert program_of(user).get(address).status_code == 404
    assert program_of(None).get(address).status_code == 401


def test_an_instructor_who_left_sees_nothing(cohort: Cohort, instructor: User) -> None:
    Enrolment.objects.filter(user=instructor).update(is_active=False)

    assert program_of(instructor).get(f"{API}/classes/{cohort.pk}/progress/").status_code == 404


def test_class_progress_says_what_the_class_page_says(
    cohort: Cohort, instructor: User, quiz: Quiz, student: User
) -> None:
    attempt = make_attempt(quiz, student)
    answer_rightly(attempt)
    submit(attempt)

    table = program_of(instructor).get(f"{API}/classes/{cohort.pk}/progress/").json()

    assert [(activity["kind"], activity["key"]) for activity in table["activities"]] == [
        ("lesson", "lesson-1"), ("quiz", "quiz"),
    ]  # fmt: skip
    (row,) = table["rows"]
    assert (row["id"], row["name"], row["done"]) == (student.pk, "student", 1)
    assert [cell["text"] for cell in row["cells"]] == ["–", "100"]
    assert (table["active_count"], table["done_percent"]) == (1, 50)


def test_joining_with_the_code(cohort: Cohort, stranger: User) -> None:
    spaced = f" {cohort.join_code[:4].lower()}-{cohort.join_code[4:]} "

    joined = program_of(stranger).post(f"{API}/classes/join/", {"code": spaced})

    assert joined.status_code == 200
    assert (joined.json()["name"], joined.json()["role"]) == (cohort.name, "student")
    assert Enrolment.objects.get(user=stranger).cohort == cohort


@pytest.mark.parametrize(("sent", "shares"), [({}, False), ({"share_earlier_work": True}, True)])
def test_earlier_work_is_shared_only_when_that_is_said(
    cohort: Cohort, stranger: User, sent: dict[str, bool], shares: bool
) -> None:
    joined = program_of(stranger).post(f"{API}/classes/join/", {"code": cohort.join_code, **sent})

    assert joined.json()["shares_earlier"] is shares
    assert Enrolment.objects.get(user=stranger).shares_earlier is shares


def test_a_removed_student_does_not_join_again(cohort: Cohort, student: User) -> None:
    Enrolment.objects.filter(user=student).update(is_active=False)

    refused = program_of(student).post(f"{API}/classes/join/", {"code": cohort.join_code})

    assert refused.status_code == 409
    assert "You were removed from this class" in refused.json()["detail"]


def test_an_administrator_and_an_assistant_see_the_class(cohort: Cohort, stranger: User) -> None:
    Enrolment.objects.create(cohort=cohort, user=stranger, role=Enrolment.Role.ASSISTANT)
    root = User.objects.create_superuser("root")

    for user in (stranger, root):
        assert program_of(user).get(f"{API}/classes/").json()["count"] == 1
        assert program_of(user).get(f"{API}/classes/{cohort.pk}/progress/").status_code == 200


def test_an_instructor_who_joins_stays_an_instructor(cohort: Cohort, instructor: User) -> None:
    assert (
        program_of(instructor).post(f"{API}/classes/join/", {"code": cohort.join_code}).json()["role"] == "instructor"
    )


def test_a_wrong_code_and_a_closed_class_are_refused_in_words(cohort: Cohort, stranger: User) -> None:
    Cohort.objects.update(is_open=False)
    program = program_of(stranger)

    wrong = program.post(f"{API}/classes/join/", {"code": "AAAA2222"})
    closed = program.post(f"{API}/classes/join/", {"code": cohort.join_code})

    assert (wrong.status_code, closed.status_code) == (409, 409)
    assert "No class has this code" in wrong.json()["detail"]
    assert "closed" in closed.json()["detail"]
    assert program_of(None).post(f"{API}/classes/join/", {"code": cohort.join_code}).status_code == 401


@pytest.mark.parametrize("code", ["", "\x00", "\ud800", "A" * 41])
def test_what_cannot_be_a_code_is_refused(cohort: Cohort, stranger: User, code: str) -> None:
    sent = program_of(stranger).post(f"{API}/classes/join/", f'{{"code": "{_escaped(code)}"}}', content_type=JSON)

    assert sent.status_code == 400


def test_a_student_of_two_classes_is_counted_in_each(cohort: Cohort, student: User, instructor: User) -> None:
    second = make_cohort(cohort.course, instructor=instructor)
    enrol(student, second)

    rows = program_of(instructor).get(f"{API}/classes/").json()["results"]

    assert [row["student_count"] for row in rows] == [1, 1]


JSON = "application/json"


def _escaped(text: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" for letter in text)
