"""Each endpoint costs the same number of queries, whatever there is to give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User

from courses.models import Cohort, Course, Lesson
from courses.services.progress import mark_read
from quizzes.models import Attempt
from tests.api.ask import API, counted, program_of, send
from tests.make import NOW, answer_rightly, enrol, make_attempt, make_cohort, make_course, make_user, quiz_file, submit

SIZES = (1, 12)


def course_of_size(size: int, student: User) -> Course:
    """Return a course with so many lessons, each read in part, with a quiz of as many questions, each taken twice."""
    quizzes = [quiz_file(key=f"quiz-{at}", lesson=f"lesson-{at}", items=size) for at in range(1, size + 1)]
    course = make_course(key=f"course-{size}", lessons=size, sections=size + 1, quizzes=quizzes)
    for lesson in Lesson.objects.filter(course=course):
        mark_read(lesson=lesson, sections=["section-1"], student=student, now=NOW)
    for quiz in course.quizzes.all():
        submit(make_attempt(quiz, student))
        make_attempt(quiz, student)
    return course


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("courses/", 4),
        ("courses/{key}/", 5),
        ("lessons/?course={key}", 4),
        ("lessons/{key}/lesson-1/", 5),
        ("quizzes/?course={key}", 4),
        ("quizzes/{key}/quiz-1/", 4),
        ("attempts/", 4),
        ("attempts/{attempt}/", 5),
        ("progress/?course={key}", 8),
    ],
)
def test_reading_costs_the_same_for_one_and_for_twelve(student: User, address: str, most: int) -> None:
    program, costs = program_of(student), []
    for size in SIZES:
        course = course_of_size(size, student)
        attempt = Attempt.objects.filter(quiz__course=course).submitted().first()
        assert attempt is not None
        whole = f"{API}/{address.format(key=course.key, attempt=attempt.pk)}"
        assert program.get(whole).status_code == 200  # what a course consists of is read, and kept
        with counted() as queries:
            found = program.get(whole)
        assert found.status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1] <= most


def test_a_class_costs_the_same_for_one_student_and_for_twelve(instructor: User) -> None:
    program, costs = program_of(instructor), []
    for size in SIZES:
        cohort = class_of_size(size, instructor)
        with counted() as queries:
            program.get(f"{API}/classes/")
            program.get(f"{API}/classes/{cohort.pk}/progress/")
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 16


def class_of_size(size: int, instructor: User) -> Cohort:
    course = make_course(key=f"class-{size}", lessons=size, quizzes=[quiz_file(key=f"q{size}")])
    cohort = make_cohort(course, instructor=instructor)
    for number in range(size):
        student = make_user(f"student-{size}-{number}")
        enrol(student, cohort)
        submit(make_attempt(course.quizzes.get(), student))
    return cohort


def _save(program: Any, attempt: Attempt) -> None:
    assert send(program, attempt, "1").status_code == 200


def _submit(program: Any, attempt: Attempt) -> None:
    assert program.post(f"{API}/attempts/{attempt.pk}/submit/").status_code == 200


@pytest.mark.parametrize(("act", "most"), [(_save, 5), (_submit, 14)])
def test_writing_costs_the_same_for_one_question_and_for_thirty(
    student: User, act: Callable[[Any, Attempt], None], most: int
) -> None:
    program, costs = program_of(student), []
    for size in (1, 30):
        course = make_course(key=f"course-{size}", quizzes=[quiz_file(key=f"quiz-{size}", items=size)])
        attempt = make_attempt(course.quizzes.get(), student)
        answer_rightly(attempt, count=0 if act is _save else None)
        with counted() as queries:
            act(program, attempt)
        costs.append(len(queries))

    assert costs[0] == costs[1] <= most
