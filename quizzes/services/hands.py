"""Raising a hand: a student says where help is wanted, the class's staff answers, and the student is told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from courses.models import Cohort, Enrolment, InboxEntry, Lesson
from courses.services.notices import Note, notify
from quizzes.errors import HandLowered
from quizzes.models import ClassStanding, Quiz
from quizzes.services.standing import catch_up


@dataclass(frozen=True)
class Where:
    """Where a hand was raised: in a lesson, at a quiz or one question of its paper, or (with none) in the course."""

    lesson: Lesson | None = None
    quiz: Quiz | None = None
    question: int | None = None


@transaction.atomic
def raise_hand(*, place: Enrolment, where: Where, now: datetime) -> ClassStanding:
    """Raise a student's hand in a class; one that is up moves to where it is raised now.

    A student who was set aside is on the list again.
    """
    catch_up(place.cohort)
    standing = _standing(place.cohort, place.user_id)
    standing.hand_at = standing.changed_at = now
    standing.hand_lesson, standing.hand_quiz, standing.hand_question = where.lesson, where.quiz, where.question
    standing.set_aside_until = None
    standing.save(update_fields=[*_HAND, "changed_at", "set_aside_until"])
    return standing


@transaction.atomic
def lower_hand(*, place: Enrolment, now: datetime) -> None:
    """Lower a student's own hand; one that is down stays so."""
    _lower(_standing(place.cohort, place.user_id), now)


@transaction.atomic
def answer_hand(*, cohort: Cohort, student_id: int, note: str, now: datetime) -> None:
    """Lower a student's hand for the staff of the class, and tell the student, with the note if there is one.

    Raises ClassStanding.DoesNotExist for who is no student of the class, HandLowered where no hand is up any more.
    """
    standing = _standing(cohort, student_id)
    if standing.hand_at is None:
        raise HandLowered
    link = cohort.course.get_absolute_url()
    if standing.hand_quiz is not None:
        link = standing.hand_quiz.get_absolute_url()
    elif standing.hand_lesson is not None:
        link = standing.hand_lesson.get_absolute_url()
    notify(InboxEntry.Kind.HAND, [Note(student_id, standing, standing.hand_title or cohort.name, link, note)], at=now)
    _lower(standing, now)


def _lower(standing: ClassStanding, now: datetime) -> None:
    standing.hand_at = standing.hand_lesson = standing.hand_quiz = standing.hand_question = None
    standing.changed_at = now
    standing.save(update_fields=[*_HAND, "changed_at"])


def _standing(cohort: Cohort, student_id: int) -> ClassStanding:
    rows = ClassStanding.objects.in_class(cohort).select_for_update(of=("self",))
    return rows.select_related("hand_lesson__course", "hand_quiz__course").get(place__user=student_id)


_HAND = ("hand_at", "hand_lesson", "hand_quiz", "hand_question")
