"""Copying a class: what comes along, what does not, and dates that are shown before anything is written."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from classes.services.copying import CopyOrder, copied_dates, copy_class, seen_mark
from classes.services.people import save_group
from courses.models import AuditEntry, Cohort, Deed, Enrolment, Lesson
from quizzes.errors import DatesMoved
from quizzes.models import Assignment, Attempt, GradeCategory, GradeRules, Quiz
from quizzes.services.assignments import Act, assign, change_assignment, withdraw_assignment
from quizzes.services.gradebook import set_rules
from tests.make import NOW, assign_quiz, browser_of, make_attempt

DUE = datetime(2026, 10, 24, 21, 59, tzinfo=UTC)  # 23:59 in Berlin, in summer time
DAY = timedelta(days=1)
ACT = Act(None, NOW)


@pytest.fixture
def berlin(cohort, quiz, student, instructor):
    """A class with dates, a rule, a group, categories, and work that stays behind."""
    Cohort.objects.update(time_zone="Europe/Berlin", asks_first=True, seats=30, code_until=NOW)
    Assignment.objects.all().delete()
    cohort.refresh_from_db()
    places = list(cohort.enrolments.filter(user=student).values_list("pk", flat=True))
    group = save_group(cohort=cohort, group=None, name="Tuesday", places=places, actor=instructor, now=NOW)
    lesson = Lesson.objects.get(course=quiz.course)
    fields = {"category": "Quizzes", "minutes": 30, "after_lesson": lesson, "weight": Decimal(2)}
    assign_quiz(cohort, quiz, opens_at=DUE - 7 * DAY, due_at=DUE, closes_at=DUE + DAY, **fields)
    assign_quiz(cohort, quiz, for_group=group, due_at=DUE + DAY)
    assign_quiz(cohort, quiz, student=student, due_at=DUE + 2 * DAY)
    assign([Assignment(cohort=cohort, lesson=lesson, due_at=DUE)], ACT)
    withdraw_assignment(Assignment.objects.get(lesson=lesson), ACT)
    set_rules(cohort, GradeRules(late_rate=5), [GradeCategory(name="Quizzes")], seen="", actor=instructor, now=NOW)
    make_attempt(quiz, student)
    return cohort


def copied(cohort, *, days, actor, **changes):
    dates = {(each.assignment.pk, each.name): each.after for each in copied_dates(cohort, days=days)}
    return copy_class(cohort, CopyOrder("Spring", seen_mark(cohort), {**dates, **changes}), actor=actor, now=NOW)


def form_of(page):
    """Return what the page would send, but for the button."""
    html = page.content.decode().split('<form class="form"')[1]
    inputs = re.findall(r"<input[^>]*>", html.split("</form>")[0])
    pairs = [(re.search(r'name="([^"]+)"', each), re.search(r'value="([^"]*)"', each)) for each in inputs]
    return {name[1]: value[1] if value else "" for name, value in pairs if name}


def test_a_copy_has_the_work_the_rules_the_groups_and_no_people(berlin, instructor, quiz):
    made = copied(berlin, days=7, actor=instructor)

    same = ("course_id", "time_zone", "asks_first", "seats")
    assert [getattr(made, name) for name in same] == [getattr(berlin, name) for name in same]
    assert made.join_code != berlin.join_code
    assert made.code_until is None
    assert [(place.user, place.role) for place in made.enrolments.all()] == [(instructor, "instructor")]
    assert [(group.name, group.members.count()) for group in made.groups.all()] == [("Tuesday", 0)]
    everyone, grouped = Assignment.objects.filter(cohort=made).order_by("pk")
    assert (everyone.category, everyone.minutes, everyone.weight) == ("Quizzes", 30, 2)
    assert everyone.after_lesson == Lesson.objects.get(course=quiz.course)
    assert grouped.for_group == made.groups.get()
    assert [each.name for each in GradeCategory.objects.filter(cohort=made)] == ["Quizzes"]
    assert GradeRules.objects.get(cohort=made).late_rate == 5
    assert not Attempt.objects.filter(assignment__cohort=made).exists()
    assert AuditEntry.objects.get(deed=Deed.CLASS_COPIED).details["of"] == berlin.pk
    assert Assignment.objects.filter(cohort=berlin).count() == 4  # nothing was taken from the original


@pytest.mark.parametrize(
    ("days", "due"),
    [
        (0, DUE),
        (7, datetime(2026, 10, 31, 22, 59, tzinfo=UTC)),  # the clocks went back
        (182, datetime(2027, 4, 24, 21, 59, tzinfo=UTC)),
        (-30, datetime(2026, 9, 24, 21, 59, tzinfo=UTC)),
    ],
)
def test_dates_move_by_whole_days_and_keep_their_time_on_the_clock(berlin, instructor, days, due):
    made = copied(berlin, days=days, actor=instructor)

    assignment = Assignment.objects.get(cohort=made, for_group=None)
    assert assignment.due_at == due
    assert f"{assignment.due_at.astimezone(made.zone):%H:%M}" == "23:59"


def test_every_date_is_shown_and_one_corrected_before_anything_is_written(berlin, instructor):
    teacher, page = browser_of(instructor), reverse("classes:copy", args=[berlin.pk])
    looked = teacher.post(page, {"name": "Spring", "first": "2026-10-24", "look": "on", "seen": ""})  # a week later
    fields = form_of(looked)
    original = Assignment.objects.get(cohort=berlin, for_group=None, student=None, lesson=None)
    corrected = f"date-{original.pk}-due_at"
    assert fields[corrected] == "2026-10-31T23:59"
    assert "Saturday 24 October" in looked.content.decode()
    assert Cohort.objects.count() == 1

    answer = teacher.post(page, {**fields, corrected: "2026-10-30T18:00"})

    made = Cohort.objects.get(name="Spring")
    assert answer.url == reverse("classes:assignments", args=[made.pk])
    assignment = Assignment.objects.get(cohort=made, for_group=None)
    assert assignment.due_at == datetime(2026, 10, 30, 17, 0, tzinfo=UTC)
    assert assignment.opens_at == DUE.replace(day=24)


@pytest.mark.parametrize(
    ("due", "said"),
    [("2026-10-20T10:00", "This is before the date above it."), ("2027-03-28T02:30", "may not exist")],
)
def test_a_date_that_makes_no_sense_is_named_and_nothing_is_copied(berlin, instructor, due, said):
    teacher, page = browser_of(instructor), reverse("classes:copy", args=[berlin.pk])
    fields = form_of(teacher.post(page, {"name": "Spring", "first": "2026-10-24", "look": "on"}))
    original = Assignment.objects.get(cohort=berlin, for_group=None, student=None, lesson=None)

    answer = teacher.post(page, {**fields, f"date-{original.pk}-due_at": due})

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert Cohort.objects.count() == 1


def test_what_changed_meanwhile_is_shown_again(berlin, instructor):
    seen = seen_mark(berlin)
    teacher, page = browser_of(instructor), reverse("classes:copy", args=[berlin.pk])
    fields = form_of(teacher.post(page, {"name": "Spring", "first": "2026-10-24", "look": "on"}))
    grouped = Assignment.objects.get(cohort=berlin, for_group__isnull=False)
    grouped.due_at += DAY
    change_assignment(grouped, ACT, fields=["due_at"])

    with pytest.raises(DatesMoved):
        copy_class(berlin, CopyOrder("Spring", seen, {}), actor=instructor, now=NOW)
    assert teacher.post(page, fields).status_code == 409
    assert Cohort.objects.count() == 1


def test_another_first_day_shows_the_dates_again(berlin, instructor):
    teacher, page = browser_of(instructor), reverse("classes:copy", args=[berlin.pk])
    fields = form_of(teacher.post(page, {"name": "Spring", "first": "2026-10-24", "look": "on"}))

    again = teacher.post(page, {**fields, "first": "2026-10-25"})

    assert again.status_code == 200
    assert "Dates, moved by 8 days" in again.content.decode()
    assert Cohort.objects.count() == 1


def test_a_class_without_dates_is_copied_too(cohort, instructor):
    teacher, page = browser_of(instructor), reverse("classes:copy", args=[cohort.pk])
    fields = form_of(teacher.post(page, {"name": "Spring", "look": "on"}))

    assert teacher.post(page, fields).status_code == 302

    made = Cohort.objects.get(name="Spring")
    assert Assignment.objects.get(cohort=made).is_whole_course
    assert Enrolment.objects.filter(cohort=made).count() == 1
    assert Quiz.objects.exists()
