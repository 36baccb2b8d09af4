"""What the clock does to attempts: deadlines, leeway, overdue work, extensions, reopening."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from quizzes.domain.timing import LEEWAY
from quizzes.errors import AttemptAbandoned, AttemptClosed, ReasonNeeded
from quizzes.models import Accommodation, Attempt, AttemptEvent, ItemResponse, Quiz, QuizOverride, SavedAnswer
from quizzes.services.attempts import reopen_attempt, settle_due, settled, start_attempt
from quizzes.services.clock import Refreshed, Shorter, refresh_deadlines, refresh_quiz
from tests.make import (
    NOW,
    answer_rightly,
    browser_of,
    give,
    load,
    make_attempt,
    make_quiz,
    make_user,
    quiz_file,
    submit,
    write_course,
)
from tests.racing import race

MINUTE, TICK = timedelta(minutes=1), timedelta(microseconds=1)
END = NOW + 30 * MINUTE
OVER = END + LEEWAY + TICK
TAKEN, LATE = SavedAnswer.Outcome.TAKEN, SavedAnswer.Outcome.LATE
Event = AttemptEvent.Kind


@pytest.fixture
def timed(db, student):
    """An open attempt at a quiz of half an hour."""
    return make_attempt(make_quiz(items=2, minutes=30, kinds=["single"]), student)


def anew(attempt):
    """Return an attempt as it is stored."""
    return Attempt.objects.select_related("quiz", "student").get(pk=attempt.pk)


def events(attempt):
    return list(attempt.events.order_by("pk").values_list("kind", flat=True))


def with_policy(attempt, policy, *, grace=0):
    Quiz.objects.filter(pk=attempt.quiz_id).update(overdue=policy, grace_minutes=grace)
    return anew(attempt)


# The last second.


@pytest.mark.parametrize("at", [END - timedelta(seconds=1), END, END + LEEWAY])
def test_an_answer_on_its_way_at_the_deadline_counts(timed, at):
    """Peer failure: autosave stops near the deadline (Moodle's autosave.js)."""
    saved = give(timed, "dollars", now=at)

    assert saved.outcome == TAKEN
    settled(anew(timed), now=OVER)
    assert anew(timed).score == 1


def test_an_answer_after_the_leeway_is_kept_and_does_not_count(timed):
    give(timed, "dollars")

    late = give(timed, "roubles", now=OVER)

    assert (late.outcome, late.aside.answer) == (LATE, "roubles")
    settled(anew(timed), now=OVER)
    assert anew(timed).score == 1
    assert give(timed, "kind", now=OVER).outcome == LATE
    assert SavedAnswer.objects.filter(outcome=LATE).count() == 2
    assert ItemResponse.objects.get(attempt=timed, position=1).answer == "dollars"


def test_submitting_within_the_leeway_is_the_students_own_submission(timed):
    assert submit(timed, now=END + LEEWAY).submitted_at == END + LEEWAY
    assert events(timed) == [Event.SUBMITTED]


# When time is up.


def test_it_is_submitted_as_of_the_deadline_however_late_anybody_looks(timed):
    answer_rightly(timed, count=1)

    found = settled(anew(timed), now=END + timedelta(days=9))

    assert (found.state, found.submitted_at, found.score) == ("submitted", END, 1)
    stored = anew(timed)
    assert (stored.state, stored.submitted_at, stored.score) == ("submitted", END, 1)
    event = timed.events.get()
    assert (event.kind, event.actor, event.points_after) == (Event.TIMED_OUT, None, 1)


def test_settling_again_changes_nothing_and_before_the_time_nothing_happens(timed, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert settled(timed, now=END + LEEWAY).state == "open"
    settled(anew(timed), now=OVER)

    before = (list(Attempt.objects.values()), list(ItemResponse.objects.values()), events(timed))
    settled(anew(timed), now=OVER + MINUTE)
    assert settle_due(now=OVER + MINUTE) == 0

    assert (list(Attempt.objects.values()), list(ItemResponse.objects.values()), events(timed)) == before


def test_submitting_too_late_finds_it_submitted_at_the_deadline(timed):
    answer_rightly(timed)

    with pytest.raises(AttemptClosed):
        submit(timed, now=OVER)


def test_starting_again_after_the_time_submits_the_old_attempt_and_opens_another(timed):
    answer_rightly(timed)

    second = start_attempt(quiz=timed.quiz, student=timed.student, now=OVER)

    assert second.number == 2
    assert (anew(timed).state, anew(timed).score, anew(timed).submitted_at) == ("submitted", 2, END)


def test_grace_allows_submitting_but_not_changing(timed):
    attempt = with_policy(timed, "grace", grace=10)
    give(attempt, "dollars")

    assert settled(anew(attempt), now=OVER).state == "overdue"
    assert give(attempt, "roubles", now=OVER).outcome == LATE
    done = submit(attempt, now=END + 10 * MINUTE)

    assert (done.score, done.submitted_at) == (1, END + 10 * MINUTE)
    assert events(attempt) == [Event.OVERDUE, Event.SUBMITTED]


def test_after_the_grace_it_is_abandoned_as_of_its_end_and_keeps_every_answer(timed):
    attempt = with_policy(timed, "grace", grace=10)
    give(attempt, "dollars")

    with pytest.raises(AttemptAbandoned):
        submit(attempt, now=END + 10 * MINUTE + LEEWAY + TICK)
    settle_due(now=END + 11 * MINUTE)

    found = anew(attempt)
    assert (found.state, found.score, found.submitted_at) == ("abandoned", None, None)
    assert found.events.get().happened_at == END + 10 * MINUTE
    assert ItemResponse.objects.get(attempt=attempt, position=1).answer == "dollars"


def test_abandoned_work_is_not_marked_and_counts_as_an_attempt(timed):
    attempt = with_policy(timed, "abandon")

    assert settled(attempt, now=OVER).state == "abandoned"
    assert events(attempt) == [Event.ABANDONED]
    with pytest.raises(AttemptAbandoned):
        submit(attempt, now=OVER)


def test_the_job_moves_every_attempt_that_is_due_and_no_other(db):
    quiz = make_quiz(minutes=30)
    attempts = [make_attempt(quiz, make_user(f"s{at}"), now=NOW + at * MINUTE) for at in range(4)]

    assert settle_due(now=OVER + MINUTE) == 2

    assert [anew(attempt).state for attempt in attempts] == ["submitted", "submitted", "open", "open"]


@pytest.mark.parametrize("page", ["attempt-item", "attempt-confirm", "result", "attempt-clock"])
def test_every_page_of_an_attempt_settles_it_first(db, student, page):
    attempt = make_attempt(make_quiz(minutes=30), student, now=timezone.now() - timedelta(hours=1))
    args = [attempt.pk, 1] if page == "attempt-item" else [attempt.pk]

    browser_of(student).get(reverse(f"quizzes:{page}", args=args))

    assert anew(attempt).state == "submitted"
    assert anew(attempt).submitted_at == attempt.deadline


@pytest.mark.django_db(transaction=True)
def test_of_two_who_settle_at_once_one_marks():
    attempt = make_attempt(make_quiz(minutes=30), make_user())
    answer_rightly(attempt)

    results = race(*[partial(settled, anew(attempt), now=OVER), partial(settled, anew(attempt), now=OVER)])

    assert [(result.state, result.score) for result in results] == [("submitted", 1)] * 2
    assert events(attempt) == [Event.TIMED_OUT]


@pytest.mark.django_db(transaction=True)
def test_when_student_and_clock_race_one_of_them_submits():
    attempt = make_attempt(make_quiz(minutes=30), make_user())
    answer_rightly(attempt)

    race(partial(submit, attempt, now=END + LEEWAY), partial(settled, anew(attempt), now=OVER))

    assert anew(attempt).score == 1
    assert len(events(attempt)) == 1


# More time, at once.


def test_an_accommodation_given_midway_extends_the_running_attempt(timed, student):
    Accommodation.objects.create(student=student, time_factor=2)

    assert refresh_deadlines(Attempt.objects.all(), now=NOW + MINUTE) == Refreshed(extended=1)

    assert anew(timed).deadline == NOW + 60 * MINUTE
    assert give(timed, "dollars", now=NOW + 59 * MINUTE).outcome == TAKEN
    assert settled(anew(timed), now=NOW + 59 * MINUTE).state == "open"
    assert events(timed) == [Event.EXTENDED]


def test_refreshing_twice_moves_nothing_twice(timed, student):
    Accommodation.objects.create(student=student, time_factor=2)
    refresh_deadlines(Attempt.objects.all(), now=NOW)

    assert refresh_deadlines(Attempt.objects.all(), now=NOW) == Refreshed()
    assert events(timed) == [Event.EXTENDED]


def test_an_override_moves_the_deadlines_of_those_it_is_for(timed, student):
    other = make_attempt(timed.quiz, make_user("other"))
    QuizOverride.objects.create(quiz=timed.quiz, minutes=90, student=student)

    assert refresh_quiz(timed.quiz, now=NOW) == Refreshed(extended=1)

    assert anew(timed).deadline == NOW + 90 * MINUTE
    assert anew(other).deadline == END


def test_a_limit_that_is_lifted_leaves_no_deadline(timed, student):
    QuizOverride.objects.create(quiz=timed.quiz, student=student, lifted=["minutes"])
    refresh_quiz(timed.quiz, now=NOW)

    assert anew(timed).deadline is None
    assert settled(anew(timed), now=NOW + timedelta(days=99)).state == "open"


def test_a_changed_quiz_moves_every_open_attempt_and_no_finished_one(timed):
    done = make_attempt(timed.quiz, make_user("done"))
    submit(done)
    Quiz.objects.update(minutes=45)

    assert refresh_quiz(timed.quiz, now=NOW) == Refreshed(extended=1)
    assert (anew(timed).deadline, anew(done).deadline) == (NOW + 45 * MINUTE, END)


def test_one_change_that_lengthens_one_attempt_and_shortens_another_says_so_of_each(timed):
    longer = make_attempt(timed.quiz, make_user("longer"))
    Attempt.objects.filter(pk=longer.pk).update(deadline=END + 60 * MINUTE)
    Quiz.objects.update(minutes=45)

    assert refresh_quiz(timed.quiz, now=NOW, shorter=Shorter.SHORTEN) == Refreshed(1, 1)
    assert (events(timed)[-1], events(longer)[-1]) == (Event.EXTENDED, Event.SHORTENED)
    assert anew(timed).deadline == anew(longer).deadline == NOW + 45 * MINUTE


def test_loading_a_file_with_another_limit_moves_the_deadlines_of_open_attempts(db, student, tmp_path):
    load(write_course(tmp_path, quizzes=[quiz_file(minutes=30)]))
    attempt = make_attempt(Quiz.objects.get(), student)

    load(write_course(tmp_path, quizzes=[quiz_file(minutes=50)]))

    assert anew(attempt).deadline == NOW + 50 * MINUTE


def test_overdue_work_that_is_given_more_time_takes_answers_again(timed, student):
    attempt = with_policy(timed, "grace", grace=60)
    settled(anew(attempt), now=OVER)
    Accommodation.objects.create(student=student, extra_minutes=20)

    refresh_deadlines(Attempt.objects.all(), now=OVER)

    assert (anew(attempt).state, anew(attempt).deadline) == ("open", END + 20 * MINUTE)
    assert give(attempt, "dollars", now=END + 20 * MINUTE).outcome == TAKEN


def test_overdue_work_that_is_given_too_little_stays_so(timed, student):
    attempt = with_policy(timed, "grace", grace=60)
    settled(anew(attempt), now=OVER)
    Accommodation.objects.create(student=student, extra_minutes=5)

    refresh_deadlines(Attempt.objects.all(), now=END + 10 * MINUTE)

    assert (anew(attempt).state, anew(attempt).deadline) == ("overdue", END + 5 * MINUTE)


@pytest.mark.parametrize("students", [1, 12])
def test_reading_what_is_granted_costs_the_same_for_one_and_for_twelve(db, students, django_assert_num_queries):
    quiz = make_quiz(minutes=30)
    for at in range(students):
        make_attempt(quiz, make_user(f"s{at}"))

    with django_assert_num_queries(5):
        refresh_quiz(quiz, now=NOW)


# Reopening.


def reopen(attempt, instructor, **options):
    return reopen_attempt(attempt=attempt, actor=instructor, now=OVER, **{"reason": "Power cut.", **options})


def test_reopening_needs_a_reason_and_changes_nothing_without_one(timed, instructor):
    settled(timed, now=OVER)
    before = list(Attempt.objects.values())

    with pytest.raises(ReasonNeeded):
        reopen(anew(timed), instructor, reason="  ")

    assert list(Attempt.objects.values()) == before


def test_reopened_work_goes_on_with_its_answers_for_the_minutes_given(timed, instructor):
    answer_rightly(timed, count=1)
    settled(anew(timed), now=OVER)

    reopen(anew(timed), instructor, minutes=15)

    assert (anew(timed).state, anew(timed).score, anew(timed).deadline) == ("open", None, OVER + 15 * MINUTE)
    give(timed, "dollars", position=2, now=OVER + 14 * MINUTE)
    assert settled(anew(timed), now=OVER + 16 * MINUTE).score == 2
    event = timed.events.get(kind=Event.REOPENED)
    assert (event.actor, event.reason, event.points_before, event.points_after) == (instructor, "Power cut.", 1, None)
    assert event.happened_at == OVER


@pytest.mark.parametrize("minutes", [15, None])
def test_what_staff_granted_on_reopening_outlives_a_refresh(timed, instructor, minutes):
    settled(timed, now=OVER)
    deadline = reopen(anew(timed), instructor, minutes=minutes).deadline

    assert refresh_deadlines(Attempt.objects.all(), now=OVER) == Refreshed()

    assert anew(timed).deadline == deadline
    assert settled(anew(timed), now=OVER + MINUTE).state == "open"


def test_a_refresh_lengthens_what_was_reopened_but_never_shortens_it(timed, student, instructor):
    settled(timed, now=OVER)
    reopen(anew(timed), instructor, minutes=15)
    Accommodation.objects.create(student=student, time_factor=4)

    refresh_deadlines(Attempt.objects.all(), now=OVER)

    assert anew(timed).deadline == NOW + 120 * MINUTE


def test_nothing_open_is_reopened_and_none_beside_another_that_is_open(timed, student, instructor):
    with pytest.raises(AttemptClosed):
        reopen(timed, instructor)
    submit(timed)
    make_attempt(timed.quiz, student)

    with pytest.raises(AttemptClosed):
        reopen(anew(timed), instructor)

    assert anew(timed).state == "submitted"


def test_abandoned_work_may_be_reopened_and_submitted(timed, instructor):
    attempt = with_policy(timed, "abandon")
    give(attempt, "dollars")
    settled(anew(attempt), now=OVER)

    reopen(anew(attempt), instructor)

    assert submit(attempt, now=OVER + MINUTE).score == 1
