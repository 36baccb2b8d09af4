"""The rule of a course's certificate in the workshop and in files."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from courses.content.problems import ContentInvalid
from courses.models import Course
from quizzes.content.dump import dump_course
from quizzes.content.folder import read_folder
from tests.admin.work import saved
from tests.make import browser_of, load, make_quiz, quiz_file, write_course, write_yaml


@pytest.fixture
def course(db: None) -> Course:
    """A course with a lesson and a quiz."""
    return make_quiz().course


def type_in(course: Course, text: str) -> str:
    """Type a rule into the form of the course and publish it; return every mistake the form tells."""
    mistakes = saved(browser_of(User.objects.create_superuser("administrator")), course, certificate=text)
    course.refresh_from_db()
    return mistakes


def test_a_rule_is_typed_as_it_stands_in_files(course):
    assert type_in(course, "lesson_quizzes_passed: true\nquizzes_passed: [quiz]\nscores: {quiz: 80}\n") == ""

    assert course.certificate == {"lesson_quizzes_passed": True, "quizzes_passed": ["quiz"], "scores": {"quiz": 80}}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("lessons_read: [nowhere]", "The course has no lesson “nowhere”."),
        ("quizzes_passed: [nowhere]", "The course has no quiz “nowhere”."),
        ("scores: {quiz: 101}", "100"),
        ("wording: Well done", "it asks for nothing"),
        ("lessons: all", "lessons"),
    ],
)
def test_a_rule_that_cannot_be_met_or_read_is_refused(course, text, says):
    assert says in type_in(course, text)
    assert course.certificate is None
    assert "certificate" not in course.draft


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ({"quizzes_passed": ["nowhere"]}, "There is no quiz “nowhere”."),
        ({"scores": {"nowhere": 80}}, "There is no quiz “nowhere”."),
        ({"lessons_read": ["nowhere"]}, "There is no lesson “nowhere”."),
        ({"wording": "Well done"}, "it asks for nothing"),
    ],
)
def test_files_with_a_rule_that_leads_nowhere_are_refused(tmp_path: Path, rule, says):
    written(tmp_path, rule)

    with pytest.raises(ContentInvalid) as refusal:
        read_folder(tmp_path)
    assert says in " ".join(map(str, refusal.value.problems))


def test_a_rule_goes_from_files_to_the_row_and_back(db, tmp_path: Path):
    rule = {"lessons_read": "all", "quizzes_passed": ["quiz"], "scores": {"quiz": 80}}
    load(written(tmp_path / "in", rule))
    course = Course.objects.get()
    assert course.certificate == rule

    files = dump_course(course).texts
    Course.objects.filter(pk=course.pk).update(certificate={"lessons_read": "all"}, edited_at=timezone.now())
    edited = dump_course(course).texts

    assert "quizzes_passed" in files["course.yaml"]
    assert "lessons_read: all" in edited["course.yaml"]
    assert "quizzes_passed" not in edited["course.yaml"]


def written(root: Path, rule: object) -> Path:
    """Write a course with a rule."""
    write_course(root, quizzes=[quiz_file()])
    unit = {"key": "unit-1", "title": "Patron", "summary": "What Moscow gave.", "lessons": ["lesson-1"]}
    head = {"course": "course", "title": "Title of course", "summary": "All.", "certificate": rule, "units": [unit]}
    write_yaml(root / "course.yaml", head)
    return root
