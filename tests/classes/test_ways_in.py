"""How people come into a class and go: code with an end and a cap, approval, leaving, removing, co-teachers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from courses.errors import (
    ClassFull,
    CodeExpired,
    HasPlace,
    InvitedToClass,
    LastInstructor,
    LeftThemselves,
    RemovedFromClass,
)
from courses.models import Cohort, Enrolment, Group, Invitation, JoinRequest
from courses.services.classes import (
    answer_request,
    invite_to_class,
    join_class,
    leave_class,
    set_active,
)
from tests.classes.rosters import imported
from tests.make import LATER, NOW, browser_of, enrol, make_cohort, make_course, make_user

CODE = "ABCD2345"


@pytest.fixture
def cohort(db, instructor) -> Cohort:
    cohort = make_cohort(make_course(lessons=1), instructor=instructor)
    Cohort.objects.update(join_code=CODE)
    cohort.refresh_from_db()
    return cohort


def ruled(cohort, **values):
    Cohort.objects.filter(pk=cohort.pk).update(**values)


@pytest.mark.parametrize(
    ("until", "refused"),
    [(None, False), (NOW + timedelta(seconds=1), False), (NOW, True), (NOW - timedelta(days=1), True)],
)
def test_a_code_works_until_its_end(cohort, student, until, refused):
    ruled(cohort, code_until=until)

    if refused:
        with pytest.raises(CodeExpired):
            join_class(code=CODE, user=student, now=NOW)
    else:
        join_class(code=CODE, user=student, now=NOW)
    assert cohort.enrolments.filter(user=student).exists() is not refused


def test_the_code_lets_in_no_more_than_there_are_seats(cohort, student):
    ruled(cohort, seats=1)
    join_class(code=CODE, user=student, now=NOW)

    with pytest.raises(ClassFull):
        join_class(code=CODE, user=make_user("late"), now=NOW)

    assert join_class(code=CODE, user=student, now=NOW).is_active
    leave_class(place=cohort.enrolments.get(user=student), now=NOW)
    assert join_class(code=CODE, user=User.objects.get(username="late"), now=NOW).is_active


def test_who_asks_is_in_the_class_once_an_instructor_says_so(cohort, student, instructor):
    ruled(cohort, asks_first=True)
    asked = join_class(code=CODE, user=student, now=NOW, shares_earlier=True)
    assert join_class(code=CODE, user=student, now=NOW) == asked
    assert not cohort.enrolments.filter(user=student).exists()

    place = answer_request(asked=asked, lets_in=True, actor=instructor, now=LATER)

    assert (place.joined_at, place.shares_earlier, place.role) == (LATER, True, "student")
    assert not JoinRequest.objects.exists()


def test_a_request_that_was_declined_can_be_made_again(cohort, student, instructor):
    ruled(cohort, asks_first=True)
    answer_request(
        asked=join_class(code=CODE, user=student, now=NOW), lets_in=False, actor=instructor, now=NOW
    )  # fmt: skip

    assert not cohort.enrolments.filter(user=student).exists()
    assert isinstance(join_class(code=CODE, user=student, now=NOW), JoinRequest)


def test_who_left_comes_back_by_the_code_with_the_first_date(cohort, student):
    join_class(code=CODE, user=student, now=NOW)
    leave_class(place=cohort.enrolments.get(user=student), now=LATER)

    place = join_class(code=CODE, user=student, now=LATER, shares_earlier=True)

    assert (place.joined_at, place.shares_earlier, place.left_at) == (NOW, False, None)


def test_who_was_removed_stays_removed_also_after_having_left_before(cohort, student, instructor):
    join_class(code=CODE, user=student, now=NOW)
    leave_class(place=cohort.enrolments.get(user=student), now=NOW)
    place = join_class(code=CODE, user=student, now=NOW)
    set_active(place=place, is_active=False, actor=instructor, now=NOW)

    with pytest.raises(RemovedFromClass):
        join_class(code=CODE, user=student, now=LATER)


def test_nobody_is_brought_back_who_left(cohort, student, instructor):
    place = leave_class(place=enrol(student, cohort), now=NOW)

    with pytest.raises(LeftThemselves):
        set_active(place=place, is_active=True, actor=instructor, now=NOW)


def test_a_co_teacher_who_left_comes_back_by_the_code_as_a_student_only(cohort):
    colleague = make_user("colleague")
    place = cohort.enrolments.create(user=colleague, role="instructor", shares_earlier=True)
    leave_class(place=place, now=NOW)

    place = join_class(code=CODE, user=colleague, now=LATER)

    assert (place.role, place.joined_at, place.shares_earlier) == ("student", LATER, False)


@pytest.mark.parametrize("act", ["leave", "remove"])
def test_the_last_instructor_of_a_class_stays(cohort, instructor, act):
    place = cohort.enrolments.get(user=instructor)

    def go():
        if act == "leave":
            return leave_class(place=place, now=NOW)
        return set_active(place=place, is_active=False, actor=instructor, now=NOW)

    with pytest.raises(LastInstructor):
        go()


def test_an_account_is_invited_once_at_a_time(cohort, student, instructor):
    invite_to_class(cohort=cohort, user=student, actor=instructor, now=NOW)
    with pytest.raises(InvitedToClass):
        invite_to_class(cohort=cohort, user=student, actor=instructor, now=NOW)

    Invitation.objects.update(declined_at=NOW)
    assert invite_to_class(cohort=cohort, user=student, actor=instructor, now=LATER).declined_at is None
    with pytest.raises(HasPlace):
        invite_to_class(cohort=cohort, user=instructor, role="instructor", actor=instructor, now=NOW)


def test_an_assistant_sees_the_people_and_changes_nothing(cohort, student):
    enrol(student, cohort)
    assistant = make_user("assistant")
    cohort.enrolments.create(user=assistant, role="assistant")

    page = browser_of(assistant).get(reverse("classes:people", args=[cohort.pk])).content.decode()

    assert "student" in page
    for word in ("Check the list", "Send invitation", "Archive the class", "Make a new code", ">Change<"):
        assert word not in page


def test_asking_to_join_says_so_and_the_request_is_answered_on_the_page(cohort, student, instructor):
    ruled(cohort, asks_first=True)
    said = browser_of(student).post(reverse("classes:join"), {"code": CODE}, follow=True).content.decode()
    assert "You asked to join" in said
    assert "Waiting for approval" in said

    browser, page = browser_of(instructor), reverse("classes:people", args=[cohort.pk])
    assert "Let student in" in browser.get(page).content.decode()
    browser.post(reverse("classes:request-answer", args=[cohort.pk, JoinRequest.objects.get().pk]), {"let_in": "on"})

    assert cohort.enrolments.active().filter(user=student).exists()


def test_a_program_that_asks_to_join_is_told_to_wait(cohort, student):
    ruled(cohort, asks_first=True)
    program = APIClient()
    program.force_login(student)

    answer = program.post("/api/v1/classes/join/", {"code": CODE})

    assert (answer.status_code, "asked to join" in answer.json()["detail"]) == (202, True)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"Nora Haddad", "Minji Kim"}),
        ("?q=hadd", {"Nora Haddad"}),
        ("?q=minji kim", {"Minji Kim"}),
        ("?q=77", {"Minji Kim"}),
        ("?group=tue", {"Nora Haddad"}),
        ("?gone=1", {"Gone Away"}),
        ("?group=none&q=<b>", set()),
    ],
)
def test_the_list_of_people_is_searched_and_filtered(cohort, instructor, query, shown):
    imported(cohort, "No;Name;Group\n1;Nora Haddad;Tue\n77;Minji Kim;\n3;Gone Away;\n", instructor)
    gone = cohort.enrolments.get(student_number="3")
    set_active(place=gone, is_active=False, actor=instructor, now=NOW)
    address = reverse("classes:people", args=[cohort.pk]) + query.replace("tue", str(Group.objects.get().pk))

    page = browser_of(instructor).get(address)

    listed = {place.user.get_full_name() for place in page.context["people"].page}
    assert listed == shown or query.endswith("<b>")


def test_the_people_page_asks_the_same_for_3_and_for_90_people(cohort, instructor):
    counts = []
    for size in (3, 90):
        lines = "".join(f"{at};Person {at};G{at % 3}\n" for at in range(size))
        imported(cohort, f"No;Name;Group\n{lines}", instructor)
        browser, address = browser_of(instructor), reverse("classes:people", args=[cohort.pk])
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            browser.get(address)
        counts.append(len(asked))

    assert counts[0] == counts[1]
    assert Enrolment.objects.students().filter(cohort=cohort).count() == 90


def test_a_list_is_corrected_where_it_is_wrong_and_then_imported(cohort, instructor):
    browser = browser_of(instructor)
    given = browser.post(
        reverse("classes:roster-give", args=[cohort.pk]), {"list-text": "No;Name\n1;Nora Haddad\n=x;Minji Kim\n"}
    )
    page = browser.get(given["Location"]).content.decode()
    assert "Line 3." in page
    assert "Import" not in page.split("action-bar")[1].split("</form>")[0]

    browser.post(
        given["Location"], {"column-0": "number", "column-1": "name", "cell-3-0": "2", "cell-3-1": "Minji Kim"}
    )
    seen = browser.get(given["Location"])
    done = browser.post(
        given["Location"], {"apply": "on", "expected": seen.context["preview"].difference.fingerprint}, follow=True
    )

    assert "2 changes imported" in done.content.decode()
    assert set(cohort.enrolments.students().values_list("student_number", flat=True)) == {"1", "2"}


def test_an_old_preview_is_answered_with_the_changes_as_they_are_now(cohort, instructor):
    browser = browser_of(instructor)
    given = browser.post(reverse("classes:roster-give", args=[cohort.pk]), {"list-text": "No;Name\n1;Nora Haddad\n"})
    expected = browser.get(given["Location"]).context["preview"].difference.fingerprint
    cohort.enrolments.create(user=make_user("other"), student_number="1")

    answer = browser.post(given["Location"], {"apply": "on", "expected": expected})

    assert answer.status_code == 409
    assert "The class changed while you looked at this list. Nothing was imported." in answer.content.decode()
    assert cohort.enrolments.filter(user__last_name="Haddad").count() == 0


def test_names_are_shown_as_they_are_typed_and_never_as_code(cohort, instructor):
    imported(cohort, "No;Name\n1;<b>Nora</b> [x](http://x) Haddad\n", instructor)

    for name in ("classes:people", "classes:group-new"):
        page = browser_of(instructor).get(reverse(name, args=[cohort.pk])).content.decode()
        assert "<b>Nora</b>" not in page
        assert 'href="http://x"' not in page


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ({"code_until": NOW - timedelta(days=9_000)}, "The code expired on"),
        ({"code_until": NOW + timedelta(days=9_000)}, "It works until"),
        ({"seats": 30}, "It lets in at most 30 students."),
        ({"asks_first": True}, "An instructor approves each student."),
        ({"is_open": False, "seats": 30}, "This class is closed to new students."),
    ],
)
def test_beside_the_code_stands_how_far_it_lets_people_in(cohort, instructor, rules, told):
    ruled(cohort, **rules)

    assert told in browser_of(instructor).get(reverse("classes:people", args=[cohort.pk])).content.decode()


def test_the_page_sets_and_renews_how_students_join(cohort, instructor):
    browser, address = browser_of(instructor), reverse("classes:joining", args=[cohort.pk])
    browser.post(address, {"joining-is_open": "on", "joining-seats": "30", "joining-code_until": "2030-01-01T08:00"})
    cohort.refresh_from_db()
    assert (cohort.is_open, cohort.seats, f"{cohort.code_until:%Y-%m-%d %H:%M}") == (True, 30, "2030-01-01 08:00")

    refused = browser.post(address, {"joining-is_open": "on", "joining-seats": "0"}, follow=True).content.decode()
    assert "Not saved. Most students:" in refused
    browser.post(address, {"renew": "on"})

    cohort.refresh_from_db()
    assert (cohort.seats, cohort.join_code == CODE) == (30, False)
