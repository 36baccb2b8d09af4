"""Accommodations and overrides in the admin: only for one's own students, and in force at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import User
from django.urls import reverse

from quizzes.models import Accommodation, Attempt, AttemptEvent, Quiz, QuizOverride
from quizzes.services.staff import make_instructor
from tests.admin.work import listed, page_of, root, save, told
from tests.make import NOW, enrol, make_attempt, make_course, make_user, quiz_file
from tests.staff import Taught, taught

ADD = "admin:quizzes_accommodation_add"
ADD_OVERRIDE = "admin:quizzes_quizoverride_add"


@pytest.fixture
def room(db) -> Taught:
    """A staff instructor's class with Ann in it, sitting a quiz of half an hour."""
    room = taught(items=1, practice=False, minutes=30)
    make_instructor(room.teacher)
    enrol(make_user("ann"), room.cohort)
    return room


@pytest.fixture
def running(room) -> Attempt:
    """Ann's open attempt."""
    return make_attempt(room.quiz, ann())


@pytest.fixture(autouse=True)
def _at_nine():
    with time_machine.travel(NOW, tick=False):
        yield


def ann():
    return User.objects.get(username="ann")


def minutes(attempt):
    attempt.refresh_from_db()
    return None if attempt.deadline is None else (attempt.deadline - NOW) // timedelta(minutes=1)


def grant(room, **fields):
    values = {"student": ann().pk, "course": room.quiz.course_id, "extra_minutes": 15, "reason": "Dyslexia.", **fields}
    return save(room.browser, reverse(ADD), **values)


def override(room, **fields):
    values = {"quiz": room.quiz.pk, "student": ann().pk, "minutes": 50, **fields}
    return save(room.browser, reverse(ADD_OVERRIDE), **values)


def test_an_accommodation_is_in_force_at_once(room, running):
    assert told(grant(room)) == ""

    assert minutes(running) == 45
    assert AttemptEvent.objects.get().actor == room.teacher


def test_changing_and_deleting_it_moves_the_deadline_too(room, running):
    grant(room)
    row = Accommodation.objects.get()

    assert told(save(room.browser, page_of(row), extra_minutes=20)) == ""
    assert minutes(running) == 50
    room.browser.post(reverse("admin:quizzes_accommodation_delete", args=[row.pk]), {"post": "yes"})

    assert minutes(running) == 30
    assert not Accommodation.objects.exists()


def test_deleting_several_moves_every_deadline(room, running):
    grant(room)
    data = {"action": "delete_selected", "_selected_action": [Accommodation.objects.get().pk], "post": "yes"}

    room.browser.post(listed("quizzes_accommodation"), data)

    assert not Accommodation.objects.exists()
    assert minutes(running) == 30


def test_an_override_is_in_force_at_once(room, running):
    assert told(override(room)) == ""
    assert minutes(running) == 50

    assert told(save(room.browser, page_of(QuizOverride.objects.get()), minutes="", lifted=["minutes"])) == ""
    assert minutes(running) is None
    assert QuizOverride.objects.get().lifted == ["minutes"]


def test_a_window_edited_in_the_workshop_is_in_force_at_once(room, running):
    assert told(save(room.browser, page_of(room.quiz), minutes=40)) == ""

    assert minutes(running) == 40


def test_an_edit_that_leaves_the_window_moves_nothing(room, running):
    Attempt.objects.update(deadline=NOW)

    save(room.browser, page_of(room.quiz), title="Another title")

    assert minutes(running) == 0


def test_nobody_grants_to_students_of_another_class(room):
    stranger = make_user("stranger")
    other = taught(quiz=room.quiz, teacher="other")
    enrol(stranger, other.cohort)

    assert "student" in grant(room, student=stranger.pk).context["adminform"].form.errors
    assert "student" in override(room, student=stranger.pk).context["adminform"].form.errors
    refused = override(room, student="", cohort=other.cohort.pk)
    assert "cohort" in refused.context["adminform"].form.errors
    assert not Accommodation.objects.exists()
    assert not QuizOverride.objects.exists()


def test_nobody_grants_in_a_course_where_they_do_not_teach_the_student(room):
    second = make_course(key="second", lessons=1, sections=1, quizzes=[quiz_file(key="second")])
    elsewhere = taught(quiz=Quiz.objects.get(course=second), teacher="helper")
    elsewhere.cohort.enrolments.create(user=room.teacher, role="instructor")

    assert "You teach no class of this course" in told(grant(room, course=second.pk))
    assert "You teach no class of this course" in told(override(room, quiz=elsewhere.quiz.pk))


def test_what_holds_in_every_course_an_administrator_grants(room):
    assert "an administrator grants" in told(grant(room, course=""))

    superuser = root()
    values = {"student": ann().pk, "extra_minutes": 15, "reason": "Dyslexia."}
    assert told(save(superuser, reverse(ADD), **values)) == ""


def test_an_instructor_sees_what_holds_everywhere_without_its_reason_and_cannot_change_it(room):
    row = Accommodation.objects.create(student=ann(), extra_minutes=15, reason="Dyslexia.")

    page = room.browser.get(page_of(row))

    assert page.status_code == 200
    assert "Dyslexia" not in page.content.decode()
    assert room.browser.post(page_of(row), {"extra_minutes": "0"}).status_code == 403
    delete = reverse("admin:quizzes_accommodation_delete", args=[row.pk])
    assert room.browser.post(delete, {"post": "yes"}).status_code == 403
    assert "Dyslexia" not in room.browser.get(listed("quizzes_accommodation")).content.decode()
    assert "Dyslexia" in root().get(page_of(row)).content.decode()


def test_the_reason_is_not_searched(room):
    grant(room)

    assert room.browser.get(listed("quizzes_accommodation"), {"q": "Dyslexia"}).context["cl"].result_count == 0
    assert room.browser.get(listed("quizzes_accommodation"), {"q": "ann"}).context["cl"].result_count == 1


@pytest.mark.parametrize("whom", [{"student": ""}, {"both": True}])
def test_an_override_is_for_a_student_or_a_class(room, whom):
    fields = {"cohort": room.cohort.pk} if whom.get("both") else whom

    assert "Choose a student or a class, and not both." in told(override(room, **fields))


def test_an_override_for_a_class_of_another_course_is_refused(room):
    make_course(key="second", lessons=1, sections=1, quizzes=[quiz_file(key="second")])
    other = taught(quiz=Quiz.objects.get(course__key="second"), teacher="helper")
    other.cohort.enrolments.create(user=room.teacher, role="instructor")

    assert "This class takes another course." in told(override(room, student="", cohort=other.cohort.pk))


def test_whom_a_grant_is_about_stays(room):
    grant(room)
    override(room)
    enrol(make_user("ben"), room.cohort)

    for row in (Accommodation.objects.get(), QuizOverride.objects.get()):
        save(room.browser, page_of(row), student=User.objects.get(username="ben").pk)
        row.refresh_from_db()
        assert row.student == ann()


def test_a_time_factor_below_one_is_refused(room):
    assert "greater than or equal to 1" in told(grant(room, time_factor="0.5"))
