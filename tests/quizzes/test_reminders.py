"""Reminders and the weekly summary: once each, by the clock of the class, also when a worker dies."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client
from django.urls import reverse

from courses.models import Cohort, InboxEntry, MailMute
from courses.services.archiving import archive_class
from courses.services.mailing import mute_mail, send_copies
from quizzes.models import Assignment, WorkStanding
from quizzes.services import reminders
from quizzes.services.assignments import Act, change_assignment, withdraw_assignment
from quizzes.services.reminders import remind_due, tell_weeks
from quizzes.services.standing import catch_up
from quizzes.tasks import RECURRING, remind_students
from tests.make import NOW, assign_quiz, browser_of, enrol, make_attempt, make_user, submit
from tests.pages.test_cost import counted

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUE = datetime(2026, 10, 24, 21, 59, tzinfo=UTC)  # 23:59 in Berlin
MONDAY = datetime(2026, 10, 19, 5, 0, tzinfo=UTC)  # 07:00 in Berlin

NEXT_MONDAY = MONDAY + 7 * DAY + HOUR


@pytest.fixture
def berlin(cohort, quiz, student, settings):
    settings.MAIL_IS_SENT = True
    Cohort.objects.update(time_zone="Europe/Berlin")
    Assignment.objects.all().delete()
    cohort.refresh_from_db()
    assign_quiz(cohort, quiz, due_at=DUE, now=NOW)
    catch_up(cohort)
    EmailAddress.objects.create(user=student, email="ada@example.org", verified=True, primary=True)
    return cohort


def told(kind):
    return [(each.user.username, each.words, each.text) for each in InboxEntry.objects.filter(kind=kind)]


@pytest.mark.parametrize(
    ("before", "is_told"), [(DAY + HOUR, False), (DAY, True), (HOUR, True), (timedelta(0), False), (-HOUR, False)]
)
def test_a_reminder_comes_within_the_day_before(berlin, quiz, student, before, is_told):
    remind_due(now=DUE - before)

    words = (student.username, f"Due soon: {quiz.title}", "due Saturday 24 October, 23:59 (Berlin)")
    assert told("due") == ([words] if is_told else [])


def test_it_comes_once_and_again_for_another_date(berlin, quiz):
    assert [remind_due(now=DUE - HOUR), remind_due(now=DUE - HOUR)] == [1, 0]
    InboxEntry.objects.update(read_at=NOW)
    assignment = Assignment.objects.get()
    assignment.due_at = DUE + 3 * DAY
    change_assignment(assignment, Act(None, DUE - HOUR), fields=["due_at"])

    assert [remind_due(now=DUE - HOUR), remind_due(now=DUE + 3 * DAY - HOUR)] == [0, 1]
    assert InboxEntry.objects.filter(kind="due", read_at=None).count() == 1


@pytest.mark.parametrize("why", ["finished", "removed", "archived", "withdrawn", "not open yet"])
def test_nobody_is_reminded_of_what_is_not_theirs_to_do(berlin, quiz, student, instructor, why):
    assignment = Assignment.objects.get()
    if why == "finished":
        submit(make_attempt(quiz, student))
    if why == "removed":
        berlin.enrolments.filter(user=student).update(is_active=False)
    if why == "archived":
        archive_class(cohort=berlin, actor=instructor, now=NOW)
    if why == "withdrawn":
        withdraw_assignment(assignment, Act(None, NOW))
    if why == "not open yet":
        Assignment.objects.update(opens_at=DUE - HOUR)

    remind_due(now=DUE - 2 * HOUR)
    tell_weeks(now=MONDAY)

    assert told("due") == []
    assert bool(told("week")) is (why == "not open yet")
    assert remind_due(now=DUE - timedelta(minutes=30)) == (why == "not open yet")


@pytest.mark.parametrize("deed", [lambda: remind_due(now=DUE - HOUR), lambda: tell_weeks(now=MONDAY)])
def test_a_worker_that_dies_has_told_and_noted_it_or_neither(berlin, deed, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(reminders, "notify", dying)
        with pytest.raises(SystemExit):
            deed()
    assert not InboxEntry.objects.filter(kind__in=["due", "week"]).exists()

    assert [deed(), deed()] == [1, 0]

    assert InboxEntry.objects.filter(kind__in=["due", "week"]).count() == 1


def dying(*_args, **_named):
    raise SystemExit


@pytest.mark.parametrize(
    ("now", "is_told"),
    [
        (MONDAY - timedelta(minutes=1), False),
        (MONDAY, True),
        (MONDAY + DAY, True),  # the worker was away on Monday
        (MONDAY + 2 * DAY, False),
        (MONDAY - 7 * DAY, False),  # due in more than a week
        (NEXT_MONDAY, True),  # overdue by then
        (NEXT_MONDAY - HOUR, False),  # the clocks went back in between
    ],
)
def test_the_week_is_told_on_monday_morning_of_the_class(berlin, quiz, student, now, is_told):
    tell_weeks(now=now)

    when = "was due" if now > DUE else "due"
    text = f"{quiz.title}: {when} Saturday 24 October, 23:59 (Berlin)"
    assert told("week") == ([(student.username, f"Your week: {berlin.name}", text)] if is_told else [])


def test_the_week_is_told_once_a_week_and_moves_up_in_the_inbox(berlin, student):
    assert [tell_weeks(now=MONDAY), tell_weeks(now=MONDAY + DAY)] == [1, 0]
    InboxEntry.objects.update(read_at=NOW)

    assert tell_weeks(now=NEXT_MONDAY) == 1

    assert InboxEntry.objects.get(kind="week").read_at is None


def test_a_copy_says_when_and_leads_out_in_one_click(berlin, quiz, student, settings):
    settings.SITE_URL = "https://tumen.example.org"
    remind_due(now=DUE - HOUR)

    assert [send_copies(now=DUE - HOUR), send_copies(now=DUE)] == [1, 0]

    [sent] = mail.outbox
    assert (sent.to, sent.subject) == (["ada@example.org"], f"Due soon: {quiz.title}")
    assert "due Saturday 24 October, 23:59 (Berlin)" in sent.body
    assert f"https://tumen.example.org{quiz.get_absolute_url()}?for=" in sent.body
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    off = sent.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("https://tumen.example.org")
    assert Client().post(off, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert MailMute.objects.filter(user=student).exists()


def test_who_muted_mail_finds_it_in_the_inbox_alone(berlin, quiz, student):
    mute_mail(user=student, now=NOW)
    remind_due(now=DUE - HOUR)

    assert send_copies(now=DUE - HOUR) == 0
    page = browser_of(student).get(reverse("courses:inbox")).content.decode()
    assert f"Due soon: {quiz.title}" in page
    assert "due Saturday 24 October, 23:59 (Berlin)" in page


def test_who_just_joined_is_reminded_without_having_looked(berlin, student):
    enrol(make_user("new"), berlin)

    assert remind_due(now=DUE - HOUR) == 2


def test_reminding_costs_no_more_for_many_students_and_nothing_new_costs_little(berlin):
    for n in range(30):
        enrol(make_user(f"student-{n}"), berlin)
    catch_up(berlin)
    with counted() as many:
        assert remind_due(now=DUE - HOUR) == 31
    with counted() as none:
        assert remind_due(now=DUE - HOUR) == 0
    assert WorkStanding.objects.filter(is_reminded=True).count() == 31
    assert len(many) <= 14
    assert len(none) <= 7


def test_the_worker_reminds_each_round():
    assert remind_students in RECURRING
