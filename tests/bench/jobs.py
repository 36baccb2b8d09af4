"""Tumen's own part of what runs inside it: seeding, a regrade, loads. Only names of its first release are imported."""

from __future__ import annotations

from copy import copy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import course
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from courses.models import Cohort, Course, Enrolment
from quizzes.models import Attempt, ItemResponse, Quiz, Regrade
from quizzes.services import regrading
from quizzes.services.attempts import start_attempt, submit_attempt


def seed(old: list[User], students: list[User], teacher: User) -> dict[str, Any]:
    """Load the courses, make a class of fifty and a large one, and give the old students 18 finished attempts each."""
    call_command("load_content", verbosity=0)
    with TemporaryDirectory() as folder:
        call_command("load_content", str(course.write(Path(folder) / "bench")), verbosity=0)
    own = Course.objects.get(key="bench")
    # One attempt is what the exam allows, and every round starts it again.
    Quiz.objects.filter(key="final-exam").update(max_attempts=None)
    cohort = Cohort.objects.create(course=own, name="Bench")
    Enrolment.objects.create(cohort=cohort, user=teacher, role="instructor")
    Enrolment.objects.bulk_create(Enrolment(cohort=cohort, user=each, role="student") for each in students[-50:])
    large = Cohort.objects.create(course=own, name="Large")
    Enrolment.objects.create(cohort=large, user=teacher, role="instructor")
    starters = {each.pk for each in students[-300:]}
    others = [each for each in old if each.pk not in starters] or old[-50:]  # who starts quizzes is in one class
    Enrolment.objects.bulk_create(Enrolment(cohort=large, user=each, role="student") for each in others)
    quizzes = list(Quiz.objects.filter(course=own).order_by("pk"))
    shipped = list(Quiz.objects.exclude(course=own).filter(is_practice=True, lesson__isnull=False).order_by("pk")[:8])
    for quiz in quizzes + shipped:
        _attempts(quiz, old)
    key = "patron-stranger-balancer"
    return {
        "lesson": "/courses/bench/lessons/lesson-1/",
        "lesson, shipped course": f"/courses/{key}/lessons/anatomy-of-a-debt/",
        "course page": "/courses/bench/",
        "course page, shipped course": f"/courses/{key}/",
        "start": "/courses/bench/quizzes/quiz-1/start/",
        "start, drawn exam": f"/courses/{key}/quizzes/final-exam/start/",
        "class page": f"/classes/{cohort.pk}/",
        "class page, large class": f"/classes/{large.pk}/",
    }


def _attempts(quiz: Any, students: list[User]) -> None:
    """Have the first student sit a quiz through the services; give the others copies of that attempt."""
    first = start_attempt(quiz=quiz, student=students[0], now=timezone.now())
    for response in first.responses.select_related("revision"):
        response.answer, response.is_complete = response.revision.spec.right_answer(), True
        response.answered_at = timezone.now()
        response.save()
    submit_attempt(attempt_id=first.pk, student=students[0], now=timezone.now())
    first.refresh_from_db()
    responses = list(first.responses.all())
    for at in range(1, len(students), 500):
        attempts = [_copy(first, pk=uuid4(), student=each) for each in students[at : at + 500]]
        Attempt.objects.bulk_create(attempts)
        rows = (_copy(each, pk=None, attempt=attempt) for attempt in attempts for each in responses)
        ItemResponse.objects.bulk_create(rows, batch_size=2000)


def _copy(row: Any, **values: Any) -> Any:
    made = copy(row)
    made._state = copy(row._state)
    made._state.adding, made._state.fields_cache = True, {}
    for name, value in values.items():
        setattr(made, name, value)
    return made


def regrade(papers: int) -> dict[str, float]:
    """Return the CPU seconds of a regrade that gives everyone the question: preview and the deed itself."""
    quiz = Quiz.objects.get(key="quiz-10", course__key="bench")
    User.objects.bulk_create(User(username=f"sitter-{at}") for at in range(papers))
    _attempts(quiz, list(User.objects.filter(username__startswith="sitter-").order_by("pk")))
    revision = quiz.attempts.first().responses.order_by("position")[0].revision
    teacher = User.objects.get(username="teacher")
    made = Regrade(revision=revision, fix="credit_all", actor=teacher, reason="It was ambiguous.")
    made.made_at = timezone.now()
    preview = course.seconds(lambda: regrading.preview_regrade(made))
    return {
        "regrade, preview": preview,
        "regrade": course.seconds(lambda: regrading.make_regrade(regrade=made, now=timezone.now())),
    }


def load(questions: int) -> dict[str, float]:
    """Return the CPU seconds of loads: a bank of questions for the first time and again, and the shipped course."""
    with TemporaryDirectory() as folder:
        bank = str(course.write(Path(folder) / "bank", key="bank", lessons=1, quizzes=1, questions=questions))
        with CaptureQueriesContext(connection) as queries:
            first = course.seconds(lambda: call_command("load_content", bank, verbosity=0))
        again = course.seconds(lambda: call_command("load_content", bank, verbosity=0))
    shipped = course.seconds(lambda: call_command("load_content", verbosity=0))
    return {
        "bank, first load": first,
        "bank, unchanged": again,
        "shipped course, unchanged": shipped,
        "bank, queries": len(queries),
    }
