"""Courses, lessons and reading over the API."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from courses.models import Course, LessonCompletion, SectionRead
from tests.api.ask import API, program_of
from tests.make import body, make_course, quiz_file


@pytest.fixture
def course(db: None) -> Course:
    return make_course(lessons=2, sections=2, quizzes=[quiz_file(checks=[body("single", key="check-1")])])


def test_anyone_reads_published_courses_and_lessons(course: Course, student: User) -> None:
    for program in (program_of(None), program_of(student)):
        found = program.get(f"{API}/courses/").json()
        assert [(row["key"], row["lesson_count"]) for row in found["results"]] == [("course", 2)]
        whole = program.get(found["results"][0]["url"]).json()
        assert [lesson["key"] for unit in whole["units"] for lesson in unit["lessons"]] == ["lesson-1", "lesson-2"]
        lessons = program.get(f"{API}/lessons/?course=course").json()["results"]
        assert [lesson["number"] for lesson in lessons] == ["1.1", "1.2"]


def test_a_draft_is_shown_to_nobody_but_those_who_edit_courses(course: Course, student: User) -> None:
    Course.objects.update(is_published=False)
    editor = User.objects.create_superuser("editor")
    addresses = ["courses/course/", "lessons/course/lesson-1/", "quizzes/course/quiz/"]

    for address in addresses:
        assert program_of(student).get(f"{API}/{address}").status_code == 404
        assert program_of(editor).get(f"{API}/{address}").status_code == 200
    for address in ("courses", "lessons", "quizzes"):
        assert program_of(None).get(f"{API}/{address}/").json()["count"] == 0


def test_a_lesson_gives_its_sections_as_html_and_its_checks_by_key_only(course: Course) -> None:
    lesson = program_of(None).get(f"{API}/lessons/course/lesson-1/").json()

    assert [section["key"] for section in lesson["sections"]] == ["section-1", "section-2"]
    assert lesson["sections"][0]["parts"] == [{"html": '<p id="section-1-p1">Words to read.</p>\n'}]
    assert lesson["sections"][1]["parts"][-1] == {"check": "check-1"}
    assert lesson["objectives"] == [{"key": "objective-1", "level": "create", "text": "Say what happened."}]


def test_reading_is_kept_for_the_caller_alone(course: Course, student: User, stranger: User) -> None:
    program, address = program_of(student), f"{API}/lessons/course/lesson-1"

    first = program.post(f"{address}/read/", {"sections": ["section-1", "no-such"]})
    second = program.post(f"{address}/read/", {"sections": ["section-1", "section-2"]})

    assert (first.json(), second.json()) == ({"is_complete": False}, {"is_complete": True})
    assert SectionRead.objects.filter(student=student).count() == 2
    assert LessonCompletion.objects.get().student == student
    sections = program_of(stranger).get(f"{address}/").json()["sections"]
    assert [section["is_read"] for section in sections] == [False, False]


def test_reading_needs_an_account_and_a_list_of_keys(course: Course, student: User) -> None:
    address = f"{API}/lessons/course/lesson-1/read/"

    assert program_of(None).post(address, {"sections": ["section-1"]}).status_code == 401
    assert program_of(student).post(address, {}).status_code == 400
    assert program_of(student).post(address, {"sections": ["a"] * 101}).status_code == 400
    assert not SectionRead.objects.exists()


def test_an_outline_cannot_be_read(course: Course, student: User) -> None:
    course.lessons.filter(key="lesson-2").update(word_count=0)

    refused = program_of(student).post(f"{API}/lessons/course/lesson-2/read/", {"sections": ["section-1"]})

    assert refused.status_code == 409
    assert "not written yet" in refused.json()["detail"]


def test_progress_joins_reading_and_quizzes(course: Course, student: User) -> None:
    program = program_of(student)
    program.post(f"{API}/lessons/course/lesson-1/read/", {"sections": ["section-1"]})
    program.post(f"{API}/quizzes/course/quiz/start/")

    progress = program.get(f"{API}/progress/?course=course").json()

    assert progress["next_lesson"] == "lesson-1"
    assert progress["lessons"][0] == {
        "lesson": "lesson-1", "state": "begun", "section_count": 2, "read_count": 1, "percent": 50,
    }  # fmt: skip
    [line] = progress["quizzes"]
    under_way = line.pop("open_attempt")
    assert line == {
        "quiz": "quiz", "attempt_count": 1, "best_percent": None, "is_passed": False, "is_passed_so_far": False,
        "has_own_grading": False, "so_far": None, "is_open": True,
    }  # fmt: skip
    assert (under_way["answered"], under_way["question_count"], under_way["place"]) == (0, 1, 1)


@pytest.mark.parametrize(
    ("query", "status"), [("", 400), ("?course=", 400), ("?course=%00", 400), ("?course=no-such", 404)]
)
def test_progress_wants_a_course_that_is_there(course: Course, student: User, query: str, status: int) -> None:
    assert program_of(student).get(f"{API}/progress/{query}").status_code == status
    assert program_of(None).get(f"{API}/progress/{query}").status_code == 401


def test_what_cannot_be_a_key_is_refused_in_lists(course: Course) -> None:
    for name in ("lessons", "quizzes"):
        assert program_of(None).get(f"{API}/{name}/?course=%00").status_code == 400
        assert program_of(None).get(f"{API}/{name}/?course=no-such").json()["count"] == 0


@pytest.mark.parametrize("key", ["", "course ", " course", "course\n", "\tcourse", "a b"])
def test_a_key_with_anything_around_it_is_refused(course, key):
    assert Client().get(reverse("api-lessons"), {"course": key}).status_code == 400
