"""What is due for a student: on pages, in the reader's own time, and as a calendar at a secret address."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from classes.reports.due import due_work
from classes.views.calendar import address_of
from courses.models import Cohort, Lesson
from courses.services.progress import mark_read
from quizzes.models import Assignment, CalendarAddress
from quizzes.services.assignments import Act, assign
from tests.make import NOW, assign_quiz, browser_of, enrol, make_attempt, make_cohort, make_user, submit

DAY = timedelta(days=1)
DUE = datetime(2026, 12, 4, 22, 59, tzinfo=UTC)
WEEK_BEFORE = DUE - 7 * DAY


@pytest.fixture
def berlin(cohort, quiz):
    """The student's class, in Berlin, with a quiz due at 23:59 there."""
    Cohort.objects.update(time_zone="Europe/Berlin")
    cohort.refresh_from_db()
    assign_quiz(cohort, quiz, due_at=DUE)
    return cohort


def at(browser, address, *, zone="", now=WEEK_BEFORE):
    if zone:
        browser.cookies["zone"] = zone
    with time_machine.travel(now, tick=False):
        return " ".join(browser.get(address).content.decode().split())


@pytest.mark.parametrize(
    ("zone", "told"),
    [
        ("", 'Friday 4 December, 23:59 <span class="zone">(Berlin)</span>'),
        ("Asia/Seoul", 'Saturday 5 December, 07:59 <span class="zone">(Seoul)</span>'),
        ("Asia%2FSeoul", 'Saturday 5 December, 07:59 <span class="zone">(Seoul)</span>'),
        ("America/New_York", 'Friday 4 December, 17:59 <span class="zone">(New York)</span>'),
        ("Nowhere/Land", 'Friday 4 December, 23:59 <span class="zone">(Berlin)</span>'),
    ],
)
@pytest.mark.parametrize("where", ["course", "quiz"])
def test_a_due_date_is_read_in_the_readers_own_time(berlin, quiz, student, zone, told, where):
    address = (quiz.course if where == "course" else quiz).get_absolute_url()

    assert told in at(browser_of(student), address, zone=zone)


def test_the_course_page_says_what_is_due_how_long_is_left_and_for_which_class(berlin, quiz, student):
    page = at(browser_of(student), quiz.course.get_absolute_url())

    assert f'href="{quiz.get_absolute_url()}?for={Assignment.objects.get(quiz=quiz).pk}"' in page
    assert "1 week left" in page
    assert berlin.name in page
    assert "Overdue" in at(browser_of(student), quiz.course.get_absolute_url(), now=DUE + DAY)


def test_what_is_finished_or_withdrawn_or_elsewhere_is_not_due(berlin, quiz, student, stranger):
    lesson = Lesson.objects.get(course=quiz.course)
    assign([Assignment(cohort=berlin, lesson=lesson, due_at=DUE + DAY)], Act(None, NOW))
    assert [each.title for each in due_work(student, now=NOW)] == [quiz.title, lesson.title]

    submit(make_attempt(quiz, student))
    assert [each.title for each in due_work(student, now=NOW)] == [lesson.title]
    sections = list(lesson.sections.values_list("key", flat=True))
    mark_read(lesson=lesson, sections=sections, student=student, now=NOW)
    assert due_work(student, now=NOW) == []
    assert due_work(stranger, now=NOW) == due_work(None, now=NOW) == []


def test_who_has_just_joined_sees_what_is_due(berlin, quiz):
    late = make_user("late")
    enrol(late, berlin)

    assert [each.row.due_at for each in due_work(late, now=NOW)] == [DUE]


def test_a_class_left_or_archived_asks_for_nothing(berlin, student):
    berlin.enrolments.filter(user=student).update(is_active=False)
    assert due_work(student, now=NOW) == []
    berlin.enrolments.filter(user=student).update(is_active=True)
    Cohort.objects.update(archived_at=NOW)
    assert due_work(student, now=NOW) == []


@pytest.mark.parametrize("count", [1, 5])
def test_what_is_due_costs_two_queries(quiz, student, count, django_assert_num_queries):
    for _number in range(count):
        assign_quiz(make_cohort(quiz.course, students=[student]), quiz, due_at=DUE)
    due_work(student, now=NOW)

    with django_assert_num_queries(2):
        found = due_work(student, now=NOW)
        assert [each.address for each in found]
    assert len(found) == count


def test_a_calendar_program_reads_what_is_due_at_the_secret_address(berlin, quiz, student):
    browser = browser_of(student)
    browser.post(reverse("classes:calendar"))
    address = address_of(CalendarAddress.objects.get(user=student))
    assert address in browser.get(reverse("classes:calendar")).content.decode()

    answer = Client().get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    [event] = Calendar.from_ical(answer.content).walk("VEVENT")
    assert event.decoded("dtend") == DUE
    assert str(event["summary"]) == f"Due: {quiz.title}"
    assert str(event["url"]).endswith(f"{quiz.get_absolute_url()}?for={Assignment.objects.get(quiz=quiz).pk}")
    assert b"student" not in answer.content.replace(b"/students/", b"")


@pytest.mark.parametrize("end", ["new", "off", "left the site"])
def test_an_address_that_was_ended_tells_nothing(berlin, student, end):
    browser = browser_of(student)
    browser.post(reverse("classes:calendar"))
    address = address_of(CalendarAddress.objects.get(user=student))
    if end == "left the site":
        student.is_active = False
        student.save()
    else:
        browser.post(reverse("classes:calendar"), {"off": "1"} if end == "off" else {})

    assert Client().get(address).status_code == 404
    assert CalendarAddress.objects.count() == (0 if end == "off" else 1)


def test_the_script_tells_the_zone_and_nothing_else():
    text = (Path(settings.BASE_DIR) / "static" / "js" / "zone.js").read_text(encoding="utf-8")

    assert "timeZone" in text
    assert text.count("document.cookie") == 1
