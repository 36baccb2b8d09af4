"""A class with work handed in, as its instructors find it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.test import Client

from courses.models import Cohort
from quizzes.domain.base import Answer
from quizzes.models import Attempt, Quiz
from tests.make import browser_of, enrol, give, make_attempt, make_cohort, make_quiz, make_user, submit


@dataclass
class Taught:
    """A class, its quiz, and the browser of its instructor."""

    quiz: Quiz
    cohort: Cohort
    teacher: User
    browser: Client

    def hand_in(self, name: str, *answers: Answer, quiz: Quiz | None = None) -> Attempt:
        """Enrol a student by name who hands in these answers, and return the attempt."""
        student = User.objects.filter(username=name).first() or make_user(name)
        enrol(student, self.cohort)
        attempt = make_attempt(quiz or self.quiz, student)
        for position, answer in enumerate(answers, start=1):
            give(attempt, answer, position=position)
        return submit(attempt)


def taught(*, quiz: Quiz | None = None, teacher: str = "teacher", **fields: Any) -> Taught:
    """Return a class of a new quiz (fields as for `make_quiz`), or of one given."""
    made = quiz or make_quiz(**fields)
    user = make_user(teacher)
    return Taught(made, make_cohort(made.course, instructor=user), user, browser_of(user))


def text_of(response: Any) -> str:
    """Return what a page says, its white space evened out."""
    return " ".join(response.content.decode().split())
