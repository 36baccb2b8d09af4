"""What classes are assigned, and to which of them an attempt belongs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from courses.models import Lesson
from quizzes.errors import ChooseClass, NoAttemptsLeft, QuizClosed
from quizzes.models import Accommodation, Assignment, Attempt, QuizOverride
from quizzes.services.assignments import Act, assign, change_assignment, withdraw_assignment
from quizzes.services.attempts import reopen_attempt, start_attempt
from quizzes.services.clock import Refreshed, Shorter, WouldShorten, refresh_quiz
from tests.make import (
    LATER,
    NOW,
    answer_rightly,
    assign_quiz,
    browser_of,
    enrol,
    make_attempt,
    make_cohort,
    make_quiz,
    make_user,
    submit,
)

DAY = timedelta(days=1)
ACT = Act(None, NOW)


@pytest.fixture
def morning(cohort):
    """The student's class."""
    return cohort


@pytest.fixture
def evening(quiz, student):
    """Another class on the same course, with the same student."""
    return make_cohort(quiz.course, students=[student])


def whole(cohort):
    return Assignment.objects.get(cohort=cohort, quiz=None, lesson=None)


def sit_for(assignment, student, *, now=NOW):
    return start_attempt(quiz=assignment.quiz, student=student, now=now, chosen=assignment.pk)


# To which assignment an attempt belongs.


def test_an_attempt_without_a_class_is_self_study(quiz, student):
    assert make_attempt(quiz, student).assignment is None


def test_an_attempt_is_taken_for_what_the_class_has_assigned(quiz, student, cohort):
    assert make_attempt(quiz, student).assignment == whole(cohort)


@pytest.mark.parametrize("end", ["removed", "archived", "withdrawn"])
def test_what_a_class_no_longer_asks_for_is_self_study(quiz, student, cohort, end):
    if end == "removed":
        cohort.enrolments.filter(user=student).update(is_active=False)
    elif end == "archived":
        type(cohort).objects.update(archived_at=NOW)
    else:
        withdraw_assignment(whole(cohort), ACT)

    assert make_attempt(quiz, student).assignment is None


def test_an_assignment_for_one_person_goes_before_that_for_everyone(quiz, student, cohort):
    other = make_user("other")
    enrol(other, cohort)
    for_all = assign_quiz(cohort, quiz, max_attempts=1)
    for_one = assign_quiz(cohort, quiz, student=student, max_attempts=2)

    assert make_attempt(quiz, student).assignment == for_one
    assert make_attempt(quiz, other).assignment == for_all


def test_with_two_classes_the_student_chooses(quiz, student, morning, evening):
    with pytest.raises(ChooseClass):
        make_attempt(quiz, student)
    assert not Attempt.objects.exists()

    for cohort in (morning, evening):
        taken = start_attempt(quiz=quiz, student=student, now=NOW, chosen=whole(cohort).pk)
        assert taken.assignment == whole(cohort)


def test_an_assignment_of_others_cannot_be_chosen(quiz, student, morning, evening):
    strange = make_cohort(quiz.course)

    with pytest.raises(ChooseClass):
        start_attempt(quiz=quiz, student=student, now=NOW, chosen=whole(strange).pk)


def test_one_attempt_is_open_for_each_class_and_one_in_self_study(quiz, student):
    alone = make_attempt(quiz, student)
    cohort = make_cohort(quiz.course, students=[student])

    for_class = make_attempt(quiz, student, now=LATER)

    assert for_class != alone
    assert for_class == make_attempt(quiz, student, now=LATER)
    for each in (alone, for_class):
        twin = {"quiz": quiz, "student": student, "number": 9, "started_at": NOW, "max_score": 1}
        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.create(assignment=each.assignment, **twin)
    assert for_class.assignment == whole(cohort)


def test_a_finished_attempt_opens_again_beside_one_that_is_open_for_another_class(quiz, student, morning, evening):
    first = start_attempt(quiz=quiz, student=student, now=NOW, chosen=whole(morning).pk)
    submit(first)
    start_attempt(quiz=quiz, student=student, now=LATER, chosen=whole(evening).pk)

    assert reopen_attempt(attempt=first, actor=None, reason="A storm.", now=LATER).state == "open"


# Two classes never mix.


def test_each_class_has_its_own_dates_and_limits(quiz, student, morning, evening):
    early = assign_quiz(morning, quiz, closes_at=NOW + DAY, minutes=30)
    late = assign_quiz(evening, quiz, closes_at=NOW + 3 * DAY, minutes=60)

    ends = {
        each: start_attempt(quiz=quiz, student=student, now=NOW, chosen=each.pk).deadline - NOW
        for each in (early, late)
    }

    assert ends == {early: timedelta(minutes=30), late: timedelta(minutes=60)}
    with pytest.raises(QuizClosed):
        start_attempt(quiz=quiz, student=student, now=NOW + 2 * DAY, chosen=early.pk)
    assert start_attempt(quiz=quiz, student=student, now=NOW + 2 * DAY, chosen=late.pk)


def test_attempts_for_one_class_use_none_of_the_others(quiz, student, morning, evening):
    first, second = (assign_quiz(cohort, quiz, max_attempts=1) for cohort in (morning, evening))
    submit(start_attempt(quiz=quiz, student=student, now=NOW, chosen=first.pk))

    with pytest.raises(NoAttemptsLeft):
        start_attempt(quiz=quiz, student=student, now=LATER, chosen=first.pk)
    assert start_attempt(quiz=quiz, student=student, now=LATER, chosen=second.pk).number == 2


def test_a_class_sees_no_attempt_for_another(quiz, student, instructor, morning, evening):
    colleague = make_user("colleague")
    evening.enrolments.create(user=colleague, role="instructor")
    done = submit(start_attempt(quiz=quiz, student=student, now=NOW, chosen=whole(evening).pk))

    assert list(Attempt.objects.of_class(evening)) == [done]
    assert not Attempt.objects.of_class(morning).exists()
    for query in (Attempt.objects.seen_by, Attempt.objects.taught_by, Attempt.objects.visible_to):
        assert list(query(colleague)) == [done]
        assert not query(instructor).exists()


def test_self_study_is_seen_as_before_and_keeps_the_dates_of_the_quiz(quiz, student, instructor, cohort):
    withdraw_assignment(whole(cohort), ACT)
    alone = make_attempt(quiz, student)
    assign_quiz(cohort, quiz, minutes=20)
    refresh_quiz(quiz, now=NOW, shorter=Shorter.SHORTEN)

    alone.refresh_from_db()
    assert alone.deadline is None
    assert list(Attempt.objects.seen_by(instructor)) == [alone]


def test_what_is_granted_to_a_student_adds_to_the_dates_of_each_class(quiz, student, morning, evening):
    Accommodation.objects.create(student=student, time_factor=2)
    QuizOverride.objects.create(quiz=quiz, student=student, minutes=90)
    short, long = assign_quiz(morning, quiz, minutes=30), assign_quiz(evening, quiz, minutes=60)

    given = [
        start_attempt(quiz=quiz, student=student, now=NOW, chosen=each.pk).deadline - NOW for each in (short, long)
    ]

    assert given == [timedelta(minutes=90), timedelta(minutes=120)]


# Assigning, changing, withdrawing.


def test_attempts_for_the_whole_course_follow_when_their_quiz_gets_dates(quiz, student, cohort):
    running = make_attempt(quiz, student)
    dated = assign_quiz(cohort, quiz, closes_at=NOW + DAY, shorter=Shorter.SHORTEN)

    running.refresh_from_db()
    assert (running.assignment, running.deadline) == (dated, NOW + DAY)

    withdraw_assignment(dated, ACT)
    running.refresh_from_db()
    assert (running.assignment, running.deadline) == (whole(cohort), None)


def test_what_would_shorten_an_attempt_is_asked_about_and_changes_nothing(quiz, student, cohort):
    running = make_attempt(quiz, student)

    with pytest.raises(WouldShorten) as refusal:
        assign_quiz(cohort, quiz, minutes=20)

    assert [each.attempt for each in refusal.value.shortenings] == [running]
    assert not Assignment.objects.exclude(quiz=None).exists()
    running.refresh_from_db()
    assert (running.deadline, running.assignment) == (None, whole(cohort))


@pytest.mark.parametrize(("shorter", "ends"), [(Shorter.KEEP, 60), (Shorter.SHORTEN, 20)])
def test_a_change_counts_for_attempts_as_it_was_answered(quiz, student, cohort, shorter, ends):
    dated = assign_quiz(cohort, quiz, minutes=60)
    running = make_attempt(quiz, student)
    dated.minutes = 20

    change_assignment(dated, Act(None, NOW, shorter), fields=["minutes"])

    running.refresh_from_db()
    assert running.deadline == NOW + timedelta(minutes=ends)


def test_withdrawing_keeps_the_time_and_the_results_and_lets_nobody_start(quiz, student, cohort):
    withdraw_assignment(whole(cohort), ACT)
    dated = assign_quiz(cohort, quiz, closes_at=NOW + DAY)
    done = submit(make_attempt(quiz, student))
    running = make_attempt(quiz, student, now=LATER)
    answer_rightly(running)

    assert withdraw_assignment(dated, Act(None, LATER)) == Refreshed()
    assert withdraw_assignment(dated, Act(None, LATER)) == Refreshed()

    for attempt in (done, running):
        before = attempt.deadline
        attempt.refresh_from_db()
        assert (attempt.assignment, attempt.deadline) == (dated, before)
    assert submit(running, now=LATER + timedelta(minutes=1)).score == running.quiz.attempts.last().max_score
    assert make_attempt(quiz, student, now=LATER + timedelta(hours=1)).assignment is None


@pytest.mark.parametrize(
    "fields",
    [
        {"lesson": True, "quiz": True},
        {"lesson": True, "minutes": 5},
        {"lesson": True, "closes_at": NOW},
        {"due_at": NOW, "student": True},
        {"quiz": False, "max_attempts": 2, "student": True},
    ],
)
def test_the_database_refuses_what_makes_no_sense(quiz, student, cohort, fields):
    rows = {"quiz": quiz, "lesson": Lesson.objects.get(course=quiz.course), "student": student}
    values = {name: (rows[name] if value else None) if name in rows else value for name, value in fields.items()}

    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(cohort=cohort, **values)


def test_the_same_is_assigned_once_to_the_same_people_and_again_once_withdrawn(quiz, student, cohort):
    dated = assign_quiz(cohort, quiz)
    assign_quiz(cohort, quiz, student=student)
    with pytest.raises(IntegrityError), transaction.atomic():
        assign([Assignment(cohort=cohort, quiz=quiz)], ACT)

    withdraw_assignment(dated, ACT)

    assert assign_quiz(cohort, quiz).pk != dated.pk


def test_late_days_are_days_of_the_classs_calendar(db, student):
    """Due on Saturday at 23:59 in Berlin, handed in on Sunday at 23:59: one day late, though it had 25 hours."""
    due = datetime(2026, 10, 24, 21, 59, tzinfo=UTC)
    credit = [{"days": 0, "percent": 100}, {"days": 1, "percent": 50}]
    quiz = make_quiz(credit=credit, due="2026-10-01T00:00:00+00:00", credit_from="submission")
    cohort = make_cohort(quiz.course, students=[student])
    type(cohort).objects.update(time_zone="Europe/Berlin")
    cohort.refresh_from_db()
    assign_quiz(cohort, quiz, due_at=due)
    start = due - timedelta(hours=1)

    earned = []
    for late in (timedelta(0), timedelta(hours=25), timedelta(hours=25, seconds=1)):
        attempt = make_attempt(quiz, student, now=start)
        earned.append(submit(attempt, now=due + late).credit_percent)

    assert earned == [100, 50, 0]


@pytest.mark.parametrize(("name", "is_zone"), [("Asia/Seoul", True), ("UTC", True), ("Mars/Base", False), ("", False)])
def test_a_class_has_a_time_zone_that_exists(cohort, name, is_zone):
    cohort.time_zone = name
    if is_zone:
        cohort.full_clean()
    else:
        with pytest.raises(ValidationError):
            cohort.full_clean()


# On the quiz's page.


def test_the_page_of_a_quiz_asks_for_the_class_and_starts_for_the_one_chosen(quiz, student, morning, evening):
    type(evening).objects.filter(pk=evening.pk).update(name="Evening class")
    browser, address = browser_of(student), quiz.get_absolute_url()

    asked = browser.get(address).content.decode()
    assert "Several of your classes" in asked
    assert "Start the quiz" not in asked

    chosen = whole(evening)
    page = browser.get(address, {"for": chosen.pk}).content.decode()
    assert "For your class Evening class." in page
    refused = browser.post(reverse("quizzes:start", args=[quiz.course.key, quiz.key]))
    assert refused.status_code == 409
    browser.post(reverse("quizzes:start", args=[quiz.course.key, quiz.key]), {"for": chosen.pk})
    assert Attempt.objects.get().assignment == chosen


@pytest.mark.parametrize("named", ["x", "-1", "9" * 30, "²", ""])
def test_a_choice_that_is_none_asks_again(quiz, student, morning, evening, named):
    page = browser_of(student).get(quiz.get_absolute_url(), {"for": named})

    assert "Several of your classes" in page.content.decode()


def test_by_api_the_assignment_is_named_too(quiz, student, morning, evening):
    browser = browser_of(student)
    address = reverse("api-start", kwargs={"course": quiz.course.key, "quiz": quiz.key})

    assert browser.post(address, {}, content_type="application/json").status_code == 409
    named = browser.post(address, {"assignment": whole(morning).pk}, content_type="application/json")
    assert named.status_code == 201
    assert Attempt.objects.get().assignment == whole(morning)
