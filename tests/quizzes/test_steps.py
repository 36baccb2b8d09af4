"""What comes next: an open attempt, the quiz of the lesson just read, the next section, what was passed over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from courses.models import Course, Lesson
from courses.reports import outline_of
from courses.services.progress import mark_read
from quizzes.models import Quiz
from quizzes.reports.steps import Step, StepKind, next_steps
from quizzes.reports.work import kept_quizzes, lines_of
from tests.make import NOW, answer_rightly, body, browser_of, give, make_attempt, make_course, quiz_file, submit

REVIEW = Step(StepKind.REVIEW, "Review 3 cards", "/review/")


@pytest.fixture
def course(db: None) -> Course:
    quizzes = [
        quiz_file(
            key=f"quiz-{at}", lesson=f"lesson-{at}", title=f"Quiz {at}",
            items=[body("single", key=f"q{at}-{number}") for number in range(3)],
        )
        for at in (1, 2)
    ]  # fmt: skip
    return make_course(lessons=3, sections=2, quizzes=quizzes)


def read(student: User, lesson: int, *sections: int, hours: int = 0) -> None:
    keys = [f"section-{at}" for at in sections]
    found = Lesson.objects.get(key=f"lesson-{lesson}")
    mark_read(lesson=found, sections=keys, student=student, now=NOW + timedelta(hours=hours))


def steps(course: Course, student: User | None, *extra: Step) -> list[tuple[str, str]]:
    lines = lines_of(kept_quizzes(course, "quizzes"), student)
    return [(step.kind.value, step.title) for step in next_steps(outline_of(course, student), lines, *extra)]


def test_a_new_reader_starts_reading(course: Course) -> None:
    assert steps(course, None) == [("start", "1.1 Title of lesson-1")]


def test_in_the_middle_of_a_lesson_one_reads_on_in_its_next_section(course: Course, student: User) -> None:
    read(student, 1, 1)
    [step] = next_steps(outline_of(course, student), [])

    assert (step.kind, step.detail) == (StepKind.READ, "Section 2")
    assert step.address.endswith("/lessons/lesson-1/#section-2")


def test_after_a_lesson_its_quiz_comes_before_the_next_lesson(course: Course, student: User) -> None:
    read(student, 1, 1, 2)

    assert steps(course, student) == [("quiz", "Quiz 1"), ("read", "1.2 Title of lesson-2")]


def test_an_open_attempt_comes_first_and_goes_on_with_the_first_open_question(course: Course, student: User) -> None:
    read(student, 1, 1, 2)
    attempt = make_attempt(Quiz.objects.get(key="quiz-2"), student)
    give(attempt, "dollars", position=1)
    lines = lines_of(kept_quizzes(course, "quizzes"), student)
    first = next_steps(outline_of(course, student), lines)[0]

    assert steps(course, student)[0] == ("attempt", "Quiz 2")
    assert first.attempt is not None
    assert (first.attempt.answered, first.attempt.count, first.attempt.place) == (1, 3, 2)
    assert first.address == reverse("quizzes:attempt-item", args=[attempt.pk, 2])


def test_what_is_due_for_review_follows_reading_and_comes_before_what_was_passed_over(
    course: Course, student: User
) -> None:
    read(student, 1, 1, 2)
    read(student, 2, 1, hours=1)

    assert steps(course, student, REVIEW) == [
        ("read", "1.2 Title of lesson-2"),
        ("review", "Review 3 cards"),
        ("quiz", "Quiz 1"),
    ]


def test_with_everything_read_and_taken_nothing_is_left(course: Course, student: User) -> None:
    for lesson in (1, 2, 3):
        read(student, lesson, 1, 2, hours=lesson)
    for quiz in Quiz.objects.all():
        attempt = make_attempt(quiz, student)
        answer_rightly(attempt)
        submit(attempt)

    assert steps(course, student) == []


def test_a_reader_who_comes_back_meets_the_next_step_in_place_of_the_presentation(
    course: Course, student: User
) -> None:
    address = reverse("courses:course", args=[course.key])
    new = browser_of(student).get(address).content.decode()
    read(student, 1, 1, 2)
    back = browser_of(student).get(address).content.decode()

    assert 'class="lede"' in new
    assert "Start reading: 1.1 Title of lesson-1" in new
    assert 'class="lede"' not in back
    assert 'class="hero slim"' in back
    assert "1 of 3 lessons read" in " ".join(back.split())
    assert "Take the quiz “Quiz 1”" in back
    assert 'class="hero slim"' not in Client().get(address).content.decode()
