"""Deadlines that move: grants, extensions, quizzes that change; and the page that says who has how much time."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from classes.reports.extra_time import class_time
from quizzes.errors import AttemptClosed, NoDeadline, ReasonNeeded
from quizzes.models import Accommodation, Assignment, Attempt, AttemptEvent, Quiz, QuizOverride
from quizzes.models.accommodations import grants_of
from quizzes.services.assignments import Act, assign
from quizzes.services.attempts import reopen_attempt, settled
from quizzes.services.clock import (
    Refreshed,
    Shorter,
    WouldShorten,
    extend_attempt,
    refresh_deadlines,
    refresh_granted,
    refresh_quiz,
)
from tests.api.ask import counted
from tests.make import (
    NOW,
    assign_quiz,
    browser_of,
    enrol,
    load,
    make_attempt,
    make_user,
    quiz_file,
    submit,
    write_course,
)
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

    assert refresh_granted([grant], now=SOON, actor=room.teacher) == Refreshed(extended=1)

    assert deadline(running) == NOW + timedelta(minutes=45)
    assert deadline(other) == NOW + HALF
    event = AttemptEvent.objects.get()
    assert (event.kind, event.actor, event.reason) == ("extended", room.teacher, "")


def test_an_override_moves_the_deadlines_it_is_about(room, running):
    grant = QuizOverride.objects.create(quiz=room.quiz, minutes=50, student=ann(room))
    other = make_attempt(room.quiz, make_user("other"))

    refresh_granted([grant], now=SOON, actor=room.teacher)

    assert deadline(running) == NOW + timedelta(minutes=50)
    assert deadline(other) == NOW + HALF


def test_what_is_assigned_moves_the_deadlines_of_the_class(room, running):
    other = make_attempt(room.quiz, make_user("other"))

    assign_quiz(room.cohort, room.quiz, minutes=50)

    assert deadline(running) == NOW + timedelta(minutes=50)
    assert deadline(other) == NOW + HALF


def test_taking_a_grant_back_takes_the_time_back(room, running):
    grant = QuizOverride.objects.create(quiz=room.quiz, minutes=50, student=ann(room))
    refresh_granted([grant], now=SOON, actor=room.teacher)
    grant.delete()

    refresh_granted([grant], now=SOON, actor=room.teacher, shorter=Shorter.SHORTEN)

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

    assert refresh_deadlines(Attempt.objects.all(), now=SOON) == Refreshed()
    assert deadline(running) is None


@pytest.mark.parametrize("first", ["hand", "grant"])
def test_minutes_given_by_hand_add_to_an_accommodation_whichever_comes_first(room, running, first):
    def by_hand():
        extend(running, room, minutes=10)

    def by_grant():
        grant = Accommodation.objects.create(student=ann(room), course=room.quiz.course, time_factor=Decimal("1.5"))
        refresh_granted([grant], now=SOON, actor=room.teacher)

    for act in (by_hand, by_grant) if first == "hand" else (by_grant, by_hand):
        act()

    assert deadline(running) == NOW + timedelta(minutes=45 + 10)
    assert running.extra_minutes == 10
    assert [event.kind for event in running.events.order_by("pk")] == ["extended", "extended"]


def test_minutes_given_by_hand_twice_add_up_and_outlive_a_shorter_limit(room, running):
    extend(running, room, minutes=10)
    extend(running, room, minutes=5)
    Quiz.objects.update(minutes=20)

    refreshed = refresh_quiz(Quiz.objects.get(), now=SOON)

    assert refreshed == Refreshed()
    assert deadline(running) == NOW + timedelta(minutes=45)
    Quiz.objects.update(minutes=40)
    refresh_quiz(Quiz.objects.get(), now=SOON)
    assert deadline(running) == NOW + timedelta(minutes=55)


@pytest.mark.parametrize(
    ("grants", "override", "expected"),
    [
        ({"time_factor": Decimal("1.5")}, {"minutes": 75}, 113),
        ({"no_limit": True}, {"minutes": 75}, None),
        ({"extra_minutes": 10}, {"minutes": 75}, 85),
        ({"time_factor": Decimal("1.5")}, {"lifted": ["minutes"]}, None),
    ],
)
def test_what_a_class_is_given_leaves_a_student_what_is_granted_to_them(room, grants, override, expected):
    """The fault this holds off: 75 minutes for the class cut an attempt of 90 back to 75."""
    Quiz.objects.update(minutes=60)
    accommodation = Accommodation.objects.create(student=ann(room), course=room.quiz.course, **grants)
    running = make_attempt(Quiz.objects.get(), ann(room))
    before = running.deadline
    group = Assignment(quiz=room.quiz, cohort=room.cohort, **override)

    refreshed = assign([group], Act(room.teacher, SOON))

    assert refreshed == Refreshed(extended=0 if before is None else 1)
    assert deadline(running) == (None if expected is None else NOW + timedelta(minutes=expected))
    assert accommodation.value.factor >= 1


def test_an_accommodation_that_expires_meanwhile_takes_no_time_away(room):
    Accommodation.objects.create(student=ann(room), time_factor=2, expires_at=SOON)
    running = make_attempt(room.quiz, ann(room))
    assert deadline(running) == NOW + timedelta(minutes=60)

    refreshed = refresh_quiz(room.quiz, now=SOON + timedelta(minutes=5))

    assert refreshed == Refreshed()
    assert deadline(running) == NOW + timedelta(minutes=60)
    assert grants_of(ann(room), course_id=room.quiz.course_id, now=SOON).accommodation.factor == 1


def test_one_that_expired_before_the_attempt_started_gives_nothing(room):
    Accommodation.objects.create(student=ann(room), time_factor=2, expires_at=NOW)
    running = make_attempt(room.quiz, ann(room))

    assert deadline(running) == NOW + HALF
    assert refresh_quiz(room.quiz, now=SOON) == Refreshed()


@pytest.mark.parametrize("made_first", ["course", "all"])
def test_an_accommodation_for_one_course_never_gives_less_than_the_one_for_all(room, made_first):
    """The fault this holds off: 1.25 for the course took away 1.5 for every course."""
    rows = [{"course": room.quiz.course, "time_factor": "1.25", "extra_minutes": 5}, {"time_factor": "1.5"}]
    for row in rows if made_first == "course" else rows[::-1]:
        Accommodation.objects.create(student=ann(room), **row)

    running = make_attempt(room.quiz, ann(room))

    assert deadline(running) == NOW + timedelta(minutes=50)
    assert refresh_quiz(room.quiz, now=SOON) == Refreshed()


def test_a_refresh_that_would_shorten_is_refused_and_changes_nothing(room, running):
    other = make_attempt(room.quiz, make_user("other"))
    Attempt.objects.filter(pk=other.pk).update(deadline=NOW)
    Quiz.objects.update(minutes=20)

    with pytest.raises(WouldShorten) as refusal:
        refresh_quiz(Quiz.objects.get(), now=SOON)

    [each] = refusal.value.shortenings
    assert (each.attempt, each.before, each.after) == (running, NOW + HALF, NOW + timedelta(minutes=20))
    assert (deadline(running), deadline(other)) == (NOW + HALF, NOW)
    assert not AttemptEvent.objects.exists()


def test_time_that_is_up_is_never_moved_back(room, running):
    """Shortening twice, or after the end, changes nothing: an attempt is not submitted with an earlier date."""
    Quiz.objects.update(minutes=2)
    refreshed = [refresh_quiz(Quiz.objects.get(), now=SOON, shorter=Shorter.SHORTEN) for _time in range(2)]
    later = refresh_quiz(Quiz.objects.get(), now=SOON + timedelta(minutes=5), shorter=Shorter.SHORTEN)

    assert refreshed == [Refreshed(shortened=1), Refreshed()]
    assert later == Refreshed()
    assert deadline(running) == SOON


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
    assert "first: 1 open attempt has more time now" in report.notes
    assert "first: 1 open attempt has more time now" in rehearsed.notes
    assert not same.notes
    assert AttemptEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("before", "after"), [({"minutes": 30}, {"minutes": 10}), ({}, {"minutes": 10}), ({}, {"closes": "2026-03-02"})]
)
def test_a_file_never_shortens_an_open_attempt_and_says_that_it_does_not(tmp_path, db, before, after):
    load(write_course(tmp_path, quizzes=[quiz_file(items=1, **before)]))
    attempt = make_attempt(Quiz.objects.get(), make_user("ann"))
    had = deadline(attempt)
    if "closes" in after:
        after = {"closes": (NOW + timedelta(minutes=10)).isoformat()}
    shorter = write_course(tmp_path, quizzes=[quiz_file(items=1, **after)])

    report = load(shorter)
    again = refresh_quiz(Quiz.objects.get(), now=NOW)

    assert deadline(attempt) == had
    assert again == Refreshed()
    assert "quiz: 1 open attempt keeps the time it has; the new limit is for later attempts" in report.notes
    assert not AttemptEvent.objects.exists()
    late = make_attempt(Quiz.objects.get(), make_user("late"))
    assert deadline(late) == NOW + timedelta(minutes=10)


# The page.


def page_of(room):
    return reverse("classes:extra-time", args=[room.cohort.pk])


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
    assign_quiz(room.cohort, room.quiz, lifted=["minutes"])

    assert "<b>no limit</b> (from 30)" in text_of(room.browser.get(page_of(room)))


def test_what_the_class_is_given_takes_one_line_and_what_a_student_is_given_on_top_another(room):
    for name in ("ben", "cho"):
        enrol(make_user(name), room.cohort)
    assign_quiz(room.cohort, room.quiz, minutes=40)
    Accommodation.objects.create(student=ann(room), time_factor=Decimal("1.5"))

    found = [(line.student and line.student.username, line.granted) for line in lines(room)]
    html = text_of(room.browser.get(page_of(room)))

    assert found == [(None, [("minutes", 40, 30)]), ("ann", [("minutes", 60, 40)])]
    assert html.count("the whole class") == 1
    assert "<b>40</b> (from 30)" in html
    assert "<b>60</b> (from 40)" in html


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

    assert "No one is taking a timed quiz" in html
    assert "No one has other dates or limits." in html


def test_the_page_costs_the_same_for_two_students_and_thirty(db):
    costs = []
    for count in (2, 30):
        room = taught(items=1, course=f"course-{count}", teacher=f"teacher-{count}", practice=False, minutes=30)
        for number in range(count):
            student = make_user(f"student-{count}-{number}")
            enrol(student, room.cohort)
            Accommodation.objects.create(student=student, extra_minutes=5)
        assign_quiz(room.cohort, room.quiz, max_attempts=3)
        room.browser.get(page_of(room))
        with counted() as queries:
            assert len(room.browser.get(page_of(room)).context["page"].lines) == count + 1
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 14
