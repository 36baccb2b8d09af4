"""Deadlines that move: grants, extensions, quizzes that change; and the page that says who has how much time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from quizzes.errors import AttemptClosed, NoDeadline, ReasonNeeded
from quizzes.models import Accommodation, Attempt, AttemptEvent, Quiz, QuizOverride
from quizzes.reports.time import class_time
from quizzes.services.attempts import reopen_attempt, settled
from quizzes.services.clock import extend_attempt, refresh_deadlines, refresh_granted, refresh_quiz
from tests.api.ask import counted
from tests.make import NOW, browser_of, enrol, load, make_attempt, make_user, quiz_file, submit, write_course
from tests.staff import Taught, taught, text_of

HALF = timedelta(minutes=30)
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def room(db) -> Taught:
    """A class that was set a quiz of half an hour, with a student in it."""
    room = taught(items=2, practice=False, minutes=30)
    enrol(make_user("ann", first_name="Ann"), room.cohort)
    return room


@pytest.fixture
def running(room) -> Attempt:
    """Ann's open attempt, begun at nine."""
    return make_attempt(room.quiz, ann(room))


def ann(room):
    return room.cohort.enrolments.get(user__username="ann").user


def deadline(attempt):
    attempt.refresh_from_db()
    return attempt.deadline


def extend(attempt, room, **fields):
    values = {"minutes": 10, "reason": "Fire alarm.", "now": SOON, **fields}
    return extend_attempt(attempt=attempt, actor=room.teacher, **values)


def test_an_accommodation_given_meanwhile_lengthens_the_running_attempt(room, running):
    grant = Accommodation.objects.create(student=ann(room), course=room.quiz.course, time_factor=Decimal("1.5"))
    other = make_attempt(room.quiz, make_user("other"))

    assert refresh_granted(grant, now=SOON, actor=room.teacher) == 1

    assert deadline(running) == NOW + timedelta(minutes=45)
    assert deadline(other) == NOW + HALF
    event = AttemptEvent.objects.get()
    assert (event.kind, event.actor, event.reason) == ("extended", room.teacher, "")


@pytest.mark.parametrize("whose", ["student", "cohort"])
def test_an_override_moves_the_deadlines_it_is_about(room, running, whose):
    whom = {"student": ann(room)} if whose == "student" else {"cohort": room.cohort}
    grant = QuizOverride.objects.create(quiz=room.quiz, minutes=50, **whom)
    other = make_attempt(room.quiz, make_user("other"))

    refresh_granted(grant, now=SOON, actor=room.teacher)

    assert deadline(running) == NOW + timedelta(minutes=50)
    assert deadline(other) == NOW + HALF


def test_taking_a_grant_back_takes_the_time_back(room, running):
    grant = QuizOverride.objects.create(quiz=room.quiz, minutes=50, student=ann(room))
    refresh_granted(grant, now=SOON, actor=room.teacher)
    grant.delete()

    refresh_granted(grant, now=SOON, actor=room.teacher)

    assert deadline(running) == NOW + HALF


def test_some_minutes_more_for_one_attempt(room, running):
    extend(running, room)

    event = AttemptEvent.objects.get(attempt=running)
    assert deadline(running) == running.extended_to == NOW + timedelta(minutes=40)
    assert (event.kind, event.reason, event.actor) == ("extended", "Fire alarm.", room.teacher)


def test_an_extension_outlives_a_grant_that_gives_less(room, running):
    extend(running, room, minutes=60)
    refresh_quiz(room.quiz, now=SOON)

    assert deadline(running) == NOW + timedelta(minutes=90)


def test_what_is_overdue_is_open_again_and_counts_from_now(room):
    Quiz.objects.update(overdue="grace", grace_minutes=20)
    attempt = make_attempt(Quiz.objects.get(), ann(room))
    later = NOW + timedelta(minutes=35)
    assert settled(attempt, now=later).state == "overdue"

    extend(attempt, room, now=later)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.deadline) == ("open", later + timedelta(minutes=10))


def test_a_grant_opens_what_is_overdue(room):
    Quiz.objects.update(overdue="grace", grace_minutes=20)
    attempt = make_attempt(Quiz.objects.get(), ann(room))
    later = NOW + timedelta(minutes=35)
    settled(attempt, now=later)
    QuizOverride.objects.create(quiz=room.quiz, student=ann(room), minutes=60)

    refresh_quiz(Quiz.objects.get(), now=later)

    attempt.refresh_from_db()
    assert (attempt.state, attempt.deadline) == ("open", NOW + timedelta(minutes=60))


def test_what_ended_or_never_ends_is_not_extended(room, running):
    submit(running)
    with pytest.raises(AttemptClosed):
        extend(running, room)
    Quiz.objects.update(minutes=None)
    free = make_attempt(Quiz.objects.get(), ann(room))
    with pytest.raises(NoDeadline):
        extend(free, room)
    with pytest.raises(ReasonNeeded):
        extend(free, room, reason=" ")
    assert not AttemptEvent.objects.filter(kind="extended").exists()


def test_time_that_is_up_is_not_extended_but_submitted(room, running):
    with pytest.raises(AttemptClosed):
        extend(running, room, now=NOW + timedelta(hours=1))


def test_an_attempt_opened_again_without_end_keeps_no_deadline(room, running):
    submit(running)
    reopen_attempt(attempt=running, actor=room.teacher, reason="Power cut.", now=SOON)

    assert refresh_deadlines(Attempt.objects.all(), now=SOON) == 0
    assert deadline(running) is None


def test_loading_a_quiz_with_another_limit_moves_running_attempts(tmp_path, db):
    quizzes = [
        quiz_file(key="first", items=1, minutes=30),
        quiz_file(key="second", items=[{**quiz_file()["items"][0], "key": "x"}]),
    ]
    load(write_course(tmp_path, quizzes=quizzes))
    attempt = make_attempt(Quiz.objects.get(key="first"), make_user("ann"))
    same = load(write_course(tmp_path, quizzes=quizzes))
    assert deadline(attempt) == NOW + HALF

    longer = write_course(tmp_path, quizzes=[{**quizzes[0], "minutes": 60}, quizzes[1]])
    rehearsed = load(longer, dry_run=True)
    assert deadline(attempt) == NOW + HALF
    report = load(longer)

    assert deadline(attempt) == NOW + timedelta(minutes=60)
    assert "first: the deadline of 1 open attempt moved" in report.notes
    assert "first: the deadline of 1 open attempt moved" in rehearsed.notes
    assert not same.notes
    assert AttemptEvent.objects.count() == 1


# The page.


def page_of(room):
    return reverse("quizzes:class-time", args=[room.cohort.pk])


def lines(room, now=NOW):
    return class_time(room.cohort, now=now).lines


def test_the_page_lists_what_is_granted_and_not_the_rest(room):
    enrol(make_user("ben"), room.cohort)
    Accommodation.objects.create(student=ann(room), course=room.quiz.course, extra_minutes=15, reason="Dyslexia.")

    [line] = lines(room)
    html = text_of(room.browser.get(page_of(room)))

    assert (line.student, line.granted, line.cut_minutes) == (ann(room), [("minutes", 45, 30)], None)
    assert "Time limit in minutes: <b>45</b> (from 30)" in html
    assert "Dyslexia" not in html


def test_it_lists_where_the_closing_cuts_the_time_of_who_starts_now(room):
    closes = NOW + timedelta(minutes=20)
    Quiz.objects.update(closes_at=closes)

    assert [line.cut_minutes for line in lines(room)] == [20]
    assert lines(room, now=NOW - timedelta(hours=1)) == []
    assert lines(room, now=closes) == []


def test_it_lists_where_the_closing_cuts_the_time_at_the_opening(room):
    Quiz.objects.update(opens_at=NOW, closes_at=NOW + timedelta(minutes=20))

    assert [line.cut_minutes for line in lines(room, now=NOW - timedelta(days=2))] == [20]


def test_a_limit_that_was_lifted_is_said(room):
    QuizOverride.objects.create(quiz=room.quiz, cohort=room.cohort, lifted=["minutes"])

    assert "<b>no limit</b> (from 30)" in text_of(room.browser.get(page_of(room)))


def test_more_time_shows_on_the_students_own_clock(room):
    with time_machine.travel(NOW, tick=False):
        attempt = make_attempt(room.quiz, ann(room))
        student = browser_of(ann(room))
        clock = reverse("quizzes:attempt-clock", args=[attempt.pk])
        before = text_of(student.get(clock))
        data = {"extend-attempt": str(attempt.pk), "extend-minutes": "12", "extend-reason": "Fire alarm."}
        answer = room.browser.post(page_of(room), data)
        after = text_of(student.get(clock))

    assert answer.status_code == 302
    assert "30 min" in before
    assert "42 min" in after


@pytest.mark.parametrize("wrong", [{"extend-minutes": "0"}, {"extend-reason": " "}, {"extend-attempt": "x"}])
def test_an_extension_that_says_too_little_is_refused(room, wrong):
    with time_machine.travel(NOW, tick=False):
        attempt = make_attempt(room.quiz, ann(room))
        data = {"extend-attempt": str(attempt.pk), "extend-minutes": "12", "extend-reason": "Fire.", **wrong}
        answer = room.browser.post(page_of(room), data)

    assert answer.status_code == 422
    assert deadline(attempt) == NOW + HALF


def test_an_attempt_of_another_class_cannot_be_extended_here(room):
    other = taught(quiz=room.quiz, teacher="other")
    with time_machine.travel(NOW, tick=False):
        attempt = make_attempt(room.quiz, ann(room))
        data = {"extend-attempt": str(attempt.pk), "extend-minutes": "12", "extend-reason": "Fire."}
        answer = other.browser.post(page_of(other), data)

    assert answer.status_code == 422
    assert deadline(attempt) == NOW + HALF


def test_an_empty_page_says_what_will_appear(room):
    html = text_of(room.browser.get(page_of(room)))

    assert "Nobody is sitting a timed quiz" in html
    assert "Everybody has the time each quiz says." in html


def test_the_page_costs_the_same_for_two_students_and_thirty(db):
    costs = []
    for count in (2, 30):
        room = taught(items=1, course=f"course-{count}", teacher=f"teacher-{count}", practice=False, minutes=30)
        for number in range(count):
            student = make_user(f"student-{count}-{number}")
            enrol(student, room.cohort)
            Accommodation.objects.create(student=student, extra_minutes=5)
        QuizOverride.objects.create(quiz=room.quiz, cohort=room.cohort, max_attempts=3)
        room.browser.get(page_of(room))
        with counted() as queries:
            assert len(room.browser.get(page_of(room)).context["page"].lines) == count
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 14
