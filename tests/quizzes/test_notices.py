"""Notices: who is told of what, in the transaction of the deed, and never a mark."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses.models import InboxEntry
from courses.services.classes import accept_invitation, decline_invitation, invite_to_class
from courses.services.notices import Note, notify
from quizzes.models import Accommodation, QuestionReport, QuizOverride
from quizzes.services.clock import extend_attempt
from quizzes.services.grading import mark_by_hand
from quizzes.services.notices import tell_granted
from quizzes.services.question_reports import Verdict, answer_report, report_question
from quizzes.services.regrading import make_regrade, undo_regrade
from tests.make import (
    LATER,
    NOW,
    answer_rightly,
    browser_of,
    enrol,
    give,
    make_attempt,
    make_cohort,
    make_guest,
    make_quiz,
    make_user,
    regrade_of,
    submit,
)

KINDS = InboxEntry.Kind


def told(user=None):
    """Return what people were told: kind, title and link."""
    entries = InboxEntry.objects.all() if user is None else InboxEntry.objects.filter(user=user)
    return [(entry.kind, entry.title, entry.link) for entry in entries.order_by("pk")]


def sat(student, kind, **fields):
    """Return a submitted attempt with an answer."""
    quiz = make_quiz(kinds=[kind], items=1, **fields)
    attempt = make_attempt(quiz, student)
    give(attempt, "It lapsed in 1996.") if kind == "essay" else answer_rightly(attempt)
    return submit(attempt)


def test_grading_tells_the_student_where_to_look_and_no_mark(student, instructor):
    attempt = sat(student, "essay")
    response = attempt.responses.get()

    for comment in ("Good.", "Better."):
        levels = response.revision.spec.rubric.top()
        mark_by_hand(response=response, levels=levels, comment=comment, marker=instructor, now=LATER)

    assert told() == [(KINDS.GRADED, attempt.quiz.title, reverse("quizzes:result", args=[attempt.pk]))]
    attempt.refresh_from_db()
    page = browser_of(student).get(reverse("courses:inbox")).content.decode()
    assert "Graded" in page
    assert str(attempt.score) not in page
    assert "Good." not in page


def test_being_graded_again_moves_the_notice_up_unread(student, instructor):
    response = sat(student, "essay").responses.get()
    levels = response.revision.spec.rubric.top()
    mark_by_hand(response=response, levels=levels, comment="", marker=instructor, now=NOW)
    entry = InboxEntry.objects.get()
    opened = browser_of(student).get(reverse("courses:inbox-open", args=[entry.pk]))
    assert opened.url == entry.link
    entry.refresh_from_db()
    assert entry.read_at is not None

    mark_by_hand(response=response, levels=levels, comment="", marker=instructor, now=LATER)

    entry.refresh_from_db()
    assert (entry.at, entry.read_at) == (LATER, None)


def test_a_regrade_tells_those_whose_result_changed_and_no_guest(student, instructor):
    right = sat(student, "single")
    wrong = make_attempt(right.quiz, make_user("other"))
    by_guest = make_attempt(right.quiz, make_guest())
    for attempt in (wrong, by_guest):
        submit(attempt)
    regrade = regrade_of(right.responses.get().revision, "credit_all", instructor)

    make_regrade(regrade=regrade, now=LATER)

    assert told() == [(KINDS.REGRADED, right.quiz.title, reverse("quizzes:result", args=[wrong.pk]))]
    undo_regrade(regrade=regrade, actor=instructor, reason="No.", now=LATER + timedelta(hours=1))
    assert InboxEntry.objects.get().at == LATER + timedelta(hours=1)


def test_the_answer_to_a_report_is_told(student, instructor):
    attempt = sat(student, "single")
    enrol(student, make_cohort(attempt.quiz.course, instructor=instructor))
    report = report_question(
        attempt_id=attempt.pk, position=1, student=student, text="Unclear.", wants_regrade=False, now=LATER
    )

    answer_report(report=report, actor=instructor, verdict=Verdict(QuestionReport.State.KEPT, "It stays."), now=LATER)

    assert told() == [(KINDS.REPORT_ANSWERED, attempt.quiz.title, reverse("quizzes:result", args=[attempt.pk]))]


def test_minutes_given_by_hand_are_told(student, instructor):
    attempt = make_attempt(make_quiz(items=1, kinds=["single"], minutes=30), student)

    extend_attempt(attempt=attempt, actor=instructor, minutes=5, reason="Fire alarm.", now=NOW)

    assert told() == [(KINDS.TIME, attempt.quiz.title, reverse("quizzes:attempt-item", args=[attempt.pk, 1]))]


@pytest.mark.parametrize("whom", ["student", "course", "every course"])
def test_other_dates_are_told_without_their_reason(student, whom):
    quiz = make_quiz(items=1, kinds=["single"])
    private = {"student": student, "reason": "Ill.", "time_factor": Decimal("1.5")}
    grant = {
        "student": lambda: QuizOverride.objects.create(quiz=quiz, student=student, minutes=90),
        "course": lambda: Accommodation.objects.create(course=quiz.course, **private),
        "every course": lambda: Accommodation.objects.create(**private),
    }[whom]()

    tell_granted(grant, at=NOW)

    titles = {"course": quiz.course.title, "every course": "every course"}
    links = {"course": quiz.course.get_absolute_url(), "every course": ""}
    assert told() == told(student)
    assert told() == [(KINDS.DATES, titles.get(whom, quiz.title), links.get(whom, quiz.get_absolute_url()))]
    assert browser_of(student).get(reverse("courses:inbox-open", args=[InboxEntry.objects.get().pk])).status_code == 302


@pytest.mark.parametrize("answer", [accept_invitation, decline_invitation])
def test_an_invitation_is_told_until_it_is_answered(student, instructor, answer):
    cohort = make_cohort(make_quiz(items=1, kinds=["single"]).course, instructor=instructor)
    offered = invite_to_class(cohort=cohort, user=student, actor=instructor, now=NOW)
    page = browser_of(student).get(reverse("courses:inbox")).content.decode()
    assert f'<a href="{reverse("classes:list")}">Invitation to a class: {cohort.name}</a>' in page

    answer(pk=offered.pk, user=student, now=LATER)

    assert InboxEntry.objects.get().read_at == LATER


def test_a_deed_that_fails_tells_nobody(student, instructor):
    attempt = make_attempt(make_quiz(items=1, kinds=["single"], minutes=30), student)

    with transaction.atomic():
        extend_attempt(attempt=attempt, actor=instructor, minutes=5, reason="Fire alarm.", now=NOW)
        assert len(told()) == 1
        transaction.set_rollback(True)

    assert told() == []


def test_three_thousand_people_are_told_in_a_few_statements(student, instructor):
    people = User.objects.bulk_create(User(username=f"u{at}") for at in range(3_000))
    attempt = sat(student, "single")

    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            notify(KINDS.REGRADED, [Note(user.pk, attempt, "Quiz", "/x/") for user in people], at=NOW)

    assert InboxEntry.objects.count() == 3_000
    assert len(queries) <= 40  # SQLite takes about a hundred rows at a time
