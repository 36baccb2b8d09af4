"""The name and the time zone of a class: what becomes of its dates is shown before anything is saved."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from courses.models import AuditEntry, Cohort, Deed, InboxEntry
from quizzes.errors import DatesMoved
from quizzes.models import Assignment, Attempt, WorkStanding
from quizzes.services.assignments import Act, change_assignment
from quizzes.services.dates import ClassSettings, in_zone, mark_of, set_class
from quizzes.services.standing import catch_up, rebuild
from tests.make import NOW, assign_quiz, browser_of, make_attempt, submit

DUE = datetime(2026, 10, 24, 21, 59, tzinfo=UTC)  # 23:59 in Berlin, on the day before its clocks go back
ACT = Act(None, NOW)


@pytest.fixture
def berlin(cohort, quiz):
    Cohort.objects.update(time_zone="Europe/Berlin")
    Assignment.objects.all().delete()
    cohort.refresh_from_db()
    assign_quiz(cohort, quiz, due_at=DUE)
    catch_up(cohort)
    return cohort


def settings_of(zone="Asia/Seoul", **fields):
    return {"name": "Monday", "time_zone": zone, "keeps": "clock", **fields}


def text(response):
    return " ".join(response.content.decode().split())


def seen_on(page):
    return re.search(r'name="seen"\s+value="(\w+)"', page.content.decode())[1]


@pytest.mark.parametrize(
    ("keeps", "due", "shown"),
    [
        ("clock", datetime(2026, 10, 24, 14, 59, tzinfo=UTC), "Saturday 24 October, 23:59"),
        ("moment", DUE, "Sunday 25 October, 06:59"),
    ],
)
def test_another_time_zone_says_what_becomes_of_each_date_before_it_is_saved(
    berlin, instructor, student, keeps, due, shown
):
    teacher, page = browser_of(instructor), reverse("classes:settings", args=[berlin.pk])
    with time_machine.travel(NOW, tick=False):
        looked = teacher.post(page, settings_of(keeps=keeps))
        assert looked.status_code == 200
        cells = re.findall(r'data-label="(?:Europe/Berlin|Asia/Seoul)">([^<]+)<', looked.content.decode())
        assert cells == ["Saturday 24 October, 23:59", shown]
        assert Assignment.objects.get().due_at == DUE
        assert Cohort.objects.get().time_zone == "Europe/Berlin"

        assert teacher.post(page, settings_of(keeps=keeps, seen=seen_on(looked))).status_code == 302

    cohort = Cohort.objects.get()
    assert (cohort.name, cohort.time_zone, Assignment.objects.get().due_at) == ("Monday", "Asia/Seoul", due)
    assert WorkStanding.objects.get().due_at == due
    assert AuditEntry.objects.get(deed=Deed.CLASS_SETTINGS).details["after"] == "Asia/Seoul"
    told = InboxEntry.objects.filter(user=student, kind="dates")
    assert told.exists() is (keeps == "clock")
    assert rebuild(cohort) == 0


def test_what_was_agreed_to_counts_for_no_other_dates(berlin, instructor, quiz):
    seen = mark_of(in_zone(berlin, "Asia/Seoul", keeps_clock=True))
    assignment = Assignment.objects.get()
    assignment.due_at = DUE + timedelta(days=1)
    change_assignment(assignment, ACT, fields=["due_at"])

    with pytest.raises(DatesMoved):
        set_class(berlin, ClassSettings("Monday", "Asia/Seoul"), ACT, seen=seen)
    answer = browser_of(instructor).post(reverse("classes:settings", args=[berlin.pk]), settings_of(seen=seen))

    assert answer.status_code == 409
    assert "Dates of this class changed while you looked" in text(answer)
    assert Cohort.objects.get().time_zone == "Europe/Berlin"


def test_a_name_alone_is_saved_at_once(berlin, instructor):
    page = reverse("classes:settings", args=[berlin.pk])

    assert browser_of(instructor).post(page, settings_of("Europe/Berlin")).status_code == 302

    assert Cohort.objects.get().name == "Monday"
    assert Assignment.objects.get().due_at == DUE


def test_a_zone_that_does_not_exist_is_refused_in_words(berlin, instructor):
    answer = browser_of(instructor).post(reverse("classes:settings", args=[berlin.pk]), settings_of("Berlin"))

    assert answer.status_code == 422
    assert "“Berlin” is no time zone." in text(answer)


def test_an_attempt_under_way_keeps_its_time(berlin, quiz, student):
    assignment = Assignment.objects.get()
    assignment.closes_at = DUE + timedelta(hours=1)
    change_assignment(assignment, ACT, fields=["closes_at"])
    attempt = make_attempt(quiz, student)

    set_class(berlin, settings := ClassSettings("Monday", "Asia/Seoul"), ACT, seen=mark_of(seoul(berlin, settings)))

    assert Assignment.objects.get().closes_at == DUE + timedelta(hours=1 - 7)
    assert Attempt.objects.get(pk=attempt.pk).deadline == attempt.deadline == DUE + timedelta(hours=1)


def seoul(cohort, settings):
    return in_zone(cohort, settings.zone, keeps_clock=settings.keeps_clock)


@pytest.mark.parametrize(("field", "is_told"), [("due_at", True), ("minutes", True), ("category", False)])
def test_students_are_told_of_other_dates_and_limits_of_unfinished_work(berlin, quiz, student, field, is_told):
    assignment = Assignment.objects.get()
    value = {"due_at": DUE + timedelta(days=2), "minutes": 30, "category": "Quizzes"}[field]
    setattr(assignment, field, value)

    change_assignment(assignment, ACT, fields=[field])

    entries = [(entry.words, entry.link) for entry in InboxEntry.objects.filter(user=student)]
    words = f"Dates or limits changed: {quiz.title}"
    assert entries == ([(words, f"{quiz.get_absolute_url()}?for={assignment.pk}")] if is_told else [])


def test_who_has_finished_is_told_of_no_other_date(berlin, quiz, student):
    assignment = Assignment.objects.get()
    submit(make_attempt(quiz, student))
    assignment.due_at = DUE + timedelta(days=2)

    change_assignment(assignment, ACT, fields=["due_at"])

    assert not InboxEntry.objects.filter(user=student, kind="dates").exists()
