"""Owners who act at the same moment: a course keeps an owner, and what is met meanwhile is not deleted."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from courses.errors import CannotDelete, LastOwner
from courses.models import AuditEntry, Course, CourseRole
from courses.services.deletion import delete_content
from courses.services.roles import change_course_role, end_course_role
from quizzes.models import Attempt
from quizzes.services.attempts import start_attempt
from tests.make import NOW, make_course, make_user, quiz_file
from tests.racing import race

pytestmark = pytest.mark.django_db(transaction=True)


def owners_of(course: Course) -> list[CourseRole]:
    return [CourseRole.objects.create(course=course, user=make_user(name), role="owner") for name in ("ann", "ben")]


@pytest.mark.parametrize("how", ["leave", "step down"])
def test_of_two_owners_who_go_at_once_one_stays(how: str) -> None:
    course = make_course(lessons=1, sections=1)
    places = owners_of(course)

    def go(place: CourseRole) -> Any:
        if how == "leave":
            return end_course_role(place=place, actor=place.user, now=NOW)
        return change_course_role(place=place, role="editor", actor=place.user, now=NOW)

    results = race(*(partial(go, place) for place in places))

    assert sum(isinstance(result, LastOwner) for result in results) == 1
    assert course.roles.filter(role="owner").count() == 1
    assert AuditEntry.objects.filter(deed__startswith="course_").count() == 1


def test_a_quiz_that_is_started_while_it_is_deleted_is_kept_or_gone_as_a_whole() -> None:
    course = make_course(lessons=1, sections=1, quizzes=[quiz_file(items=2, practice=False)])
    quiz, student, owner = course.quizzes.get(), make_user("student"), make_user("owner")

    results = race(
        partial(delete_content, [quiz], actor=owner), partial(start_attempt, quiz=quiz, student=student, now=NOW)
    )

    is_kept = course.quizzes.exists()
    assert is_kept is Attempt.objects.exists()
    assert isinstance(results[0], CannotDelete) is is_kept
    assert course.items.exists() is is_kept
