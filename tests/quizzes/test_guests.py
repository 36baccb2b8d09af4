"""What a reader did before signing in is theirs afterwards."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from courses.models import Guest, Lesson, LessonCompletion, SectionRead
from courses.services.progress import mark_read
from quizzes.models import Attempt, ItemResponse, SavedAnswer
from quizzes.services.guests import adopt_guest_work, forget_guest, forget_guests
from tests.make import LATER, NOW, answer_rightly, give, make_attempt, make_course, make_guest, quiz_file, submit


@pytest.fixture
def guest(db):
    """A reader without an account."""
    return make_guest()


@pytest.fixture
def course(db):
    """A course of two lessons with two sections each, and two quizzes of two questions each."""
    quizzes = [quiz_file(key=key, items=2, kinds=["single", "text"]) for key in ("first", "second")]
    return make_course(lessons=2, sections=2, quizzes=quizzes)


@pytest.fixture
def quiz(course):
    """The first of the two quizzes."""
    return course.quizzes.get(key="first")


def adopt(guest, user):
    return adopt_guest_work(guest=guest, user=user, now=LATER)


def attempts_of(user):
    return list(Attempt.objects.filter(student=user).order_by("quiz__key", "number"))


def test_everything_comes_along_and_the_guest_is_gone(course, quiz, guest, student):
    lesson = Lesson.objects.get(key="lesson-1")
    mark_read(lesson=lesson, sections=["section-1", "section-2"], student=guest, now=NOW)
    attempt = make_attempt(quiz, guest)
    answer_rightly(attempt)
    submit(attempt)

    assert adopt(guest, student) == 1

    attempt.refresh_from_db()
    assert (attempt.student, attempt.number, attempt.score) == (student, 1, 2)
    assert SectionRead.objects.filter(student=student).count() == 2
    assert LessonCompletion.objects.get().student == student
    assert LessonCompletion.objects.get().completed_at == NOW
    assert not User.objects.filter(pk=guest.pk).exists()
    assert not Guest.objects.exists()


def test_a_guest_who_did_nothing_leaves_nothing(course, guest, student):
    assert adopt(guest, student) == 0
    assert not User.objects.filter(pk=guest.pk).exists()


def test_an_open_attempt_stays_open_with_its_answers(quiz, guest, student):
    attempt = make_attempt(quiz, guest)
    give(attempt, "dollars")

    adopt(guest, student)

    attempt.refresh_from_db()
    assert (attempt.student, attempt.submitted_at) == (student, None)
    assert attempt.responses.get(position=1).answer == "dollars"
    assert make_attempt(quiz, student) == attempt


def test_attempts_are_numbered_on_after_ones_own(quiz, guest, student):
    own = submit(make_attempt(quiz, student))
    theirs = [submit(make_attempt(quiz, guest)), submit(make_attempt(quiz, guest))]

    assert adopt(guest, student) == 2
    assert attempts_of(student) == [own, *theirs]
    assert [attempt.number for attempt in attempts_of(student)] == [1, 2, 3]


def test_where_both_have_an_attempt_open_the_guests_is_submitted_with_its_answers(course, quiz, guest, student):
    own, theirs = make_attempt(quiz, student), make_attempt(quiz, guest)
    give(own, "roubles")
    give(theirs, "dollars")
    elsewhere = make_attempt(course.quizzes.get(key="second"), guest)

    assert adopt(guest, student) == 2

    for attempt in (own, theirs, elsewhere):
        attempt.refresh_from_db()
        assert attempt.student == student
    assert (own.number, own.submitted_at) == (1, None)
    assert (theirs.number, theirs.submitted_at, theirs.score) == (2, LATER, 1)
    assert (elsewhere.number, elsewhere.submitted_at) == (1, None)


def test_a_guests_attempt_whose_time_is_up_comes_along_as_the_clock_left_it(guest, student):
    course = make_course(lessons=1, quizzes=[quiz_file(key="timed", items=1, kinds=["text"], minutes=30)])
    quiz = course.quizzes.get()
    theirs, own = make_attempt(quiz, guest), make_attempt(quiz, student, now=NOW + timedelta(minutes=40))
    give(theirs, "dollars")

    assert adopt_guest_work(guest=guest, user=student, now=NOW + timedelta(minutes=45)) == 1

    theirs.refresh_from_db()
    own.refresh_from_db()
    assert (theirs.student, theirs.state, theirs.submitted_at) == (student, "submitted", NOW + timedelta(minutes=30))
    assert (own.state, own.number, theirs.number) == ("open", 1, 2)


def test_where_both_have_read_a_section_ones_own_note_stays(course, guest, student):
    lesson = Lesson.objects.get(key="lesson-1")
    mark_read(lesson=lesson, sections=["section-1"], student=student, now=NOW)
    mark_read(lesson=lesson, sections=["section-1"], student=guest, now=LATER)

    adopt(guest, student)

    assert SectionRead.objects.get().read_at == NOW


def test_a_lesson_read_half_before_and_half_after_signing_in_is_complete(course, guest, student):
    lesson, other = Lesson.objects.order_by("key")
    mark_read(lesson=lesson, sections=["section-1"], student=student, now=NOW)
    mark_read(lesson=lesson, sections=["section-2"], student=guest, now=NOW)
    mark_read(lesson=other, sections=["section-2"], student=guest, now=NOW)

    adopt(guest, student)

    [done] = LessonCompletion.objects.all()
    assert (done.lesson, done.student, done.completed_at) == (lesson, student, LATER)


def test_the_work_of_others_is_left_alone(course, quiz, guest, student, stranger):
    mark_read(lesson=Lesson.objects.get(key="lesson-1"), sections=["section-1"], student=stranger, now=NOW)
    attempt = make_attempt(quiz, stranger)

    adopt(guest, student)

    attempt.refresh_from_db()
    assert attempt.student == stranger
    assert SectionRead.objects.get().student == stranger


# Forgetting.


def test_guests_who_came_long_ago_are_forgotten_with_what_they_did(course, quiz, guest, student):
    for person in (guest, student):
        attempt = make_attempt(quiz, person)
        give(attempt, "dollars")
        mark_read(lesson=Lesson.objects.get(key="lesson-1"), sections=["section-1"], student=person, now=NOW)
    newer = make_guest()
    Guest.objects.filter(user=guest).update(created_at=NOW)
    Guest.objects.filter(user=newer).update(created_at=LATER)

    assert forget_guests(before=LATER) == 1

    assert set(User.objects.all()) == {student, newer}
    assert Attempt.objects.get().student == student
    assert SectionRead.objects.get().student == student
    assert (ItemResponse.objects.count(), SavedAnswer.objects.count()) == (2, 1)


@pytest.mark.parametrize("deed", ["starts", "answers", "submits", "reads", "has time left"])
def test_a_guest_who_did_something_since_is_kept(course, quiz, guest, deed):
    attempt = make_attempt(quiz, guest, now=LATER if deed == "starts" else NOW)
    Guest.objects.filter(user=guest).update(created_at=NOW)
    match deed:
        case "answers":
            give(attempt, attempt.responses.get(position=1).revision.spec.right_answer(), now=LATER)
        case "submits":
            submit(attempt, now=LATER)
        case "reads":
            mark_read(lesson=Lesson.objects.get(key="lesson-1"), sections=["section-1"], student=guest, now=LATER)
        case "has time left":
            Attempt.objects.update(deadline=LATER)

    assert forget_guests(before=LATER) == 0
    assert Guest.objects.filter(user=guest).exists()
    assert forget_guests(before=LATER + timedelta(seconds=1)) == 1


def test_the_command_forgets_those_of_so_many_days_ago(guest):
    Guest.objects.filter(user=guest).update(created_at=timezone.now() - timedelta(days=8))
    said = StringIO()

    call_command("forget_guests", "--days", "9", stdout=said)
    assert Guest.objects.exists()

    call_command("forget_guests", "--days", "7", stdout=said)
    assert not Guest.objects.exists()
    assert said.getvalue().splitlines()[-1] == "Forgot 1 readers without an account."


def test_a_guest_who_wants_to_be_forgotten_is_with_all_attempts(quiz, guest, student):
    make_attempt(quiz, guest)
    kept = make_attempt(quiz, student)

    forget_guest(guest=guest)

    assert list(Attempt.objects.all()) == [kept]
    assert not User.objects.filter(pk=guest.pk).exists()
