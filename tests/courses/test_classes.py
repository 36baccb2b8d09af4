"""Joining a class by its code."""

from __future__ import annotations

from functools import partial

import pytest

from courses.errors import ClassClosed, UnknownJoinCode
from courses.models import Cohort, Enrolment, new_join_code
from courses.services.classes import join_class
from tests.make import make_cohort, make_course, make_user
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
    place = join_class(code=code, user=student)

    assert (place.cohort, place.user, place.role, place.is_active) == (cohort, student, STUDENT, True)


@pytest.mark.parametrize("code", ["", "ABCD2346", "ABCD", "ABCD23456", "АBCD2345"])
def test_another_code_opens_no_class(cohort, student, code):
    with pytest.raises(UnknownJoinCode, match="No class has this code"):
        join_class(code=code, user=student)

    assert not Enrolment.objects.exists()


def test_joining_twice_is_joining_once(cohort, student):
    first, second = join_class(code="ABCD2345", user=student), join_class(code="ABCD2345", user=student)

    assert first == second
    assert Enrolment.objects.count() == 1


def test_a_closed_class_takes_nobody_in(cohort, student):
    Cohort.objects.update(is_open=False)

    with pytest.raises(ClassClosed, match="closed to new students"):
        join_class(code="ABCD2345", user=student)

    assert not Enrolment.objects.exists()


def test_one_who_has_a_place_in_a_closed_class_keeps_it(cohort, student):
    place = join_class(code="ABCD2345", user=student)
    Cohort.objects.update(is_open=False)

    assert join_class(code="ABCD2345", user=student) == place


def test_one_who_left_a_closed_class_stays_out(cohort, student):
    join_class(code="ABCD2345", user=student)
    Enrolment.objects.update(is_active=False)
    Cohort.objects.update(is_open=False)

    with pytest.raises(ClassClosed):
        join_class(code="ABCD2345", user=student)


def test_one_who_left_comes_back_to_the_same_place(cohort, student):
    place = join_class(code="ABCD2345", user=student)
    Enrolment.objects.update(is_active=False)

    back = join_class(code="ABCD2345", user=student)

    assert back == place
    assert Enrolment.objects.get().is_active


def test_an_instructor_keeps_the_role(cohort, instructor):
    Enrolment.objects.create(cohort=cohort, user=instructor, role=INSTRUCTOR)

    assert join_class(code="ABCD2345", user=instructor).role == INSTRUCTOR


def test_an_instructor_who_was_taken_out_comes_back_as_a_student(cohort, instructor):
    Enrolment.objects.create(cohort=cohort, user=instructor, role=INSTRUCTOR, is_active=False)

    join_class(code="ABCD2345", user=instructor)

    assert Enrolment.objects.get().role == STUDENT
    assert not Cohort.objects.taught_by(instructor).exists()


def test_who_teaches_and_who_attends_are_told_apart(cohort, student, instructor, stranger):
    Enrolment.objects.create(cohort=cohort, user=instructor, role=INSTRUCTOR)
    join_class(code="ABCD2345", user=student)

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

    places = race(*[partial(join_class, code=cohort.join_code, user=student)] * 4)

    assert {place.pk for place in places} == {Enrolment.objects.get().pk}
