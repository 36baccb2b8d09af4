"""Joining a class by its code, and accepting an invitation to one."""

from __future__ import annotations

from functools import partial

import pytest
from django.urls import reverse

from courses.errors import ClassClosed, RemovedFromClass, UnknownJoinCode
from courses.models import Cohort, Enrolment, Invitation, new_join_code
from courses.services.classes import accept_invitation, join_class
from tests.make import LATER, NOW, browser_of, make_cohort, make_course, make_user
from tests.racing import race

STUDENT, INSTRUCTOR = Enrolment.Role.STUDENT, Enrolment.Role.INSTRUCTOR


@pytest.fixture
def cohort(db):
    """A class with the code ABCD2345."""
    cohort = make_cohort(make_course(lessons=1, sections=1))
    cohort.join_code = "ABCD2345"
    cohort.save()
    return cohort


@pytest.mark.parametrize("code", ["ABCD2345", "abcd2345", " ABCD 2345 ", "abcd-2345", "AB-CD 23\t45"])
def test_the_code_is_read_as_people_write_it(cohort, student, code):
    place = join_class(code=code, user=student, now=NOW)

    assert (place.cohort, place.user, place.role, place.is_active) == (cohort, student, STUDENT, True)


@pytest.mark.parametrize("code", ["", "ABCD2346", "ABCD", "ABCD23456", "АBCD2345"])
def test_another_code_opens_no_class(cohort, student, code):
    with pytest.raises(UnknownJoinCode, match="No class has this code"):
        join_class(code=code, user=student, now=NOW)

    assert not Enrolment.objects.exists()


def test_joining_twice_is_joining_once(cohort, student):
    first, second = (
        join_class(code="ABCD2345", user=student, now=NOW),
        join_class(code="ABCD2345", user=student, now=NOW),
    )

    assert first == second
    assert Enrolment.objects.count() == 1


def test_a_closed_class_takes_nobody_in(cohort, student):
    Cohort.objects.update(is_open=False)

    with pytest.raises(ClassClosed, match="closed to new students"):
        join_class(code="ABCD2345", user=student, now=NOW)

    assert not Enrolment.objects.exists()


def test_one_who_has_a_place_in_a_closed_class_keeps_it(cohort, student):
    place = join_class(code="ABCD2345", user=student, now=NOW)
    Cohort.objects.update(is_open=False)

    assert join_class(code="ABCD2345", user=student, now=NOW) == place


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize("role", [STUDENT, INSTRUCTOR])
def test_a_removed_person_does_not_come_back_by_the_code(cohort, student, role, is_open):
    Cohort.objects.update(is_open=is_open)
    Enrolment.objects.create(cohort=cohort, user=student, role=role, is_active=False)

    with pytest.raises(RemovedFromClass, match="Only its instructor can let you back in"):
        join_class(code="ABCD2345", user=student, now=NOW)

    place = Enrolment.objects.get()
    assert (place.is_active, place.role) == (False, role)


def test_joining_again_keeps_the_first_date_and_what_was_shared(cohort, student):
    join_class(code="ABCD2345", user=student, now=NOW)

    join_class(code="ABCD2345", user=student, now=LATER, shares_earlier=True)

    place = Enrolment.objects.get()
    assert (place.joined_at, place.shares_earlier) == (NOW, False)


@pytest.mark.parametrize("ticked", [False, True])
def test_a_student_decides_on_joining_what_the_class_sees(cohort, student, ticked):
    browser = browser_of(student)
    data = {"code": "ABCD2345", **({"share_earlier_work": "on"} if ticked else {})}

    assert "Share my earlier work" in browser.get(reverse("classes:join")).content.decode()
    browser.post(reverse("classes:join"), data)

    assert Enrolment.objects.get().shares_earlier is ticked


def offer(cohort, user, role=STUDENT):
    return Invitation.objects.create(cohort=cohort, user=user, role=role)


@pytest.mark.parametrize("ticked", [False, True])
def test_an_invitation_is_accepted_on_the_page_of_classes(cohort, student, ticked):
    invitation = offer(cohort, student)
    browser = browser_of(student)
    tick = {f"invitation-{invitation.pk}-share_earlier_work": "on"} if ticked else {}

    assert "Accept invitation" in browser.get(reverse("classes:list")).content.decode()
    page = browser.post(reverse("classes:invitation-accept", args=[invitation.pk]), tick, follow=True)

    assert "You are in the class" in page.content.decode()
    assert "Accept invitation" not in page.content.decode()
    assert Enrolment.objects.get().shares_earlier is ticked
    assert not Invitation.objects.exists()


def test_a_declined_invitation_is_gone_for_the_student_and_kept_for_the_instructor(cohort, student):
    invitation = offer(cohort, student)
    browser = browser_of(student)

    page = browser.post(reverse("classes:invitation-decline", args=[invitation.pk]), follow=True)

    assert "You declined the invitation" in page.content.decode()
    assert "Accept invitation" not in page.content.decode()
    assert not Enrolment.objects.exists()
    assert Invitation.objects.get().declined_at is not None
    assert browser.post(reverse("classes:invitation-accept", args=[invitation.pk])).status_code == 404


def test_joining_by_the_code_answers_an_invitation(cohort, student):
    offer(cohort, student)

    join_class(code="ABCD2345", user=student, now=NOW)

    assert not Invitation.objects.exists()


def test_a_removed_student_who_accepts_an_invitation_keeps_the_first_date(cohort, student):
    join_class(code="ABCD2345", user=student, now=NOW)
    Enrolment.objects.update(is_active=False)

    accept_invitation(pk=offer(cohort, student).pk, user=student, now=LATER, shares_earlier=True)

    place = Enrolment.objects.get()
    assert (place.is_active, place.joined_at, place.shares_earlier) == (True, NOW, False)


@pytest.mark.parametrize("role", Enrolment.STAFF)
def test_a_student_becomes_staff_of_the_class_only_by_accepting(cohort, student, role):
    join_class(code="ABCD2345", user=student, now=NOW)

    place = accept_invitation(pk=offer(cohort, student, role).pk, user=student, now=LATER)

    student.refresh_from_db()
    assert (place.role, place.joined_at) == (role, NOW)
    assert student.is_staff is (role == INSTRUCTOR)
    assert list(Cohort.objects.seen_by(student)) == [cohort]
    assert list(Cohort.objects.taught_by(student)) == ([cohort] if role == INSTRUCTOR else [])


@pytest.mark.parametrize("role", Enrolment.STAFF)
def test_staff_who_become_students_are_seen_from_then_on(cohort, student, role):
    Enrolment.objects.create(cohort=cohort, user=student, role=role, joined_at=NOW, shares_earlier=True)

    place = accept_invitation(pk=offer(cohort, student).pk, user=student, now=LATER)

    assert (place.role, place.joined_at, place.shares_earlier) == (STUDENT, LATER, False)


def test_an_instructor_keeps_the_role(cohort, instructor):
    Enrolment.objects.create(cohort=cohort, user=instructor, role=INSTRUCTOR)

    assert join_class(code="ABCD2345", user=instructor, now=NOW).role == INSTRUCTOR


def test_who_teaches_and_who_attends_are_told_apart(cohort, student, instructor, stranger):
    Enrolment.objects.create(cohort=cohort, user=instructor, role=INSTRUCTOR)
    join_class(code="ABCD2345", user=student, now=NOW)

    assert [list(Cohort.objects.taught_by(each)) for each in (student, instructor, stranger)] == [[], [cohort], []]
    assert [list(Cohort.objects.attended_by(each)) for each in (student, instructor, stranger)] == [[cohort], [], []]


def test_codes_are_long_and_cannot_be_misread():
    codes = {new_join_code() for _time in range(200)}

    assert len(codes) == 200
    assert {len(code) for code in codes} == {8}
    assert not set("".join(codes)) & set("0O1Il")


@pytest.mark.django_db(transaction=True)
def test_four_threads_racing_to_join_give_one_place():
    cohort, student = make_cohort(make_course(lessons=1, sections=1)), make_user()

    places = race(*[partial(join_class, code=cohort.join_code, user=student, now=NOW)] * 4)

    assert {place.pk for place in places} == {Enrolment.objects.get().pk}
