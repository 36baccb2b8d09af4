"""The floor's part of what runs inside a site: seeding, and a load of questions."""

from __future__ import annotations

import json
from typing import Any

import course
from django.contrib.auth.models import User
from django.db import transaction
from floor.models import Attempt, Cell, Lesson, Option, Question, Response, Section, SectionRead


def seed(old: list[User], students: list[User], _teacher: User) -> dict[str, Any]:
    """Make lessons, questions, marks of fifty students and 18 finished attempts of each of the old ones."""
    lessons = Lesson.objects.bulk_create(Lesson(title=f"Lesson {at}", body=course.html(at)) for at in range(1, 21))
    sections = Section.objects.bulk_create(Section(lesson=each, title="Part") for each in lessons for _part in range(3))
    SectionRead.objects.bulk_create(SectionRead(section=sections[0], user=student) for student in students)
    questions = Question.objects.bulk_create(Question(stem=f"Question {at}?", key="a") for at in range(10))
    Cell.objects.bulk_create(Cell(user=each, quiz=at, percent=70) for each in students[-50:] for at in range(10))
    for student in old:
        made = Attempt.objects.bulk_create(Attempt(user=student, score=7) for _attempt in range(18))
        Response.objects.bulk_create(
            Response(attempt=each, question=question, position=at, answer="a", points=1)
            for each in made
            for at, question in enumerate(questions, 1)
        )
    return {"lesson": "/lesson/1/", "start": "/start/", "class page": "/table/"}


def load(questions: int) -> dict[str, float]:
    """Return the CPU seconds of reading a bank of questions, with four options each, from a file."""
    options = [f"Answer {letter}" for letter in "abcd"]
    text = json.dumps([{"stem": f"Question {at}?", "options": options} for at in range(questions)])
    return {"bank, first load": course.seconds(lambda: _load(text))}


def _load(text: str) -> None:
    with transaction.atomic():
        read = json.loads(text)
        questions = Question.objects.bulk_create(Question(stem=each["stem"], key="a") for each in read)
        options = zip(questions, read, strict=True)
        Option.objects.bulk_create(
            Option(question=row, text=words) for row, each in options for words in each["options"]
        )
