"""Rows that say where students stand: kept up to date in each transaction, and the same when worked out afresh."""

from __future__ import annotations

import os
import random
from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from courses.models import Enrolment, Lesson, Section
from courses.services.progress import mark_read
from quizzes.models import Accommodation, Assignment, Attempt, ClassStanding, WorkStanding
from quizzes.models.standing import OVERALL, PROGRESS
from quizzes.services.assignments import Act, withdraw_assignment
from quizzes.services.clock import refresh_granted
from quizzes.services.standing import catch_up, rebuild
from tests.histories import World
from tests.make import (
    LATER,
    NOW,
    answer_rightly,
    assign_quiz,
    enrol,
    give,
    make_attempt,
    make_cohort,
    make_course,
    make_quiz,
    make_user,
    quiz_file,
    submit,
    try_out,
)

DAY = timedelta(days=1)


def work(quiz, student):
    return WorkStanding.objects.get(quiz=quiz, place__user=student)


def whole(student):
    return ClassStanding.objects.get(place__user=student)


def rows():
    tables = ((WorkStanding, PROGRESS), (ClassStanding, OVERALL))
    return [list(model.objects.order_by("pk").values_list(*names)) for model, names in tables]


def test_a_row_follows_each_step_of_an_attempt(db, student):
    quiz = make_quiz(items=2)
    make_cohort(quiz.course, students=[student])

    attempt = make_attempt(quiz, student)
    assert (work(quiz, student).state, work(quiz, student).seen_at) == ("open", NOW)
    answer_rightly(attempt, count=1)
    submit(attempt)

    row = work(quiz, student)
    assert (row.state, row.share, row.sittings, row.done_at) == ("done", Decimal("0.5"), 1, LATER)
    assert (whole(student).done, whole(student).seen_at) == (1, LATER)


def test_a_student_of_no_class_has_no_rows(db, student):
    submit(make_attempt(make_quiz(), student))

    assert not WorkStanding.objects.exists()
    assert not ClassStanding.objects.exists()


def test_reading_is_followed(db, student):
    course = make_course(lessons=2, sections=2)
    make_cohort(course, students=[student])
    lesson = Lesson.objects.get(key="lesson-1")

    mark_read(lesson=lesson, sections=["section-1"], student=student, now=NOW)
    row = WorkStanding.objects.get(lesson=lesson)
    assert (row.state, row.parts) == ("open", 1)
    mark_read(lesson=lesson, sections=["section-2"], student=student, now=LATER)

    row.refresh_from_db()
    assert (row.state, row.parts, row.done_at) == ("done", 2, LATER)


def test_what_is_assigned_by_itself_has_a_row_before_it_is_begun(db, student):
    quiz = make_quiz()
    cohort = make_cohort(quiz.course, students=[student])
    assign_quiz(cohort, quiz, due_at=NOW + DAY)

    assert (work(quiz, student).state, work(quiz, student).due_at) == ("new", NOW + DAY)
    assert whole(student).next_due_at == NOW + DAY
    late = make_user("late")
    enrol(late, cohort)
    catch_up(cohort)
    assert work(quiz, late).due_at == NOW + DAY

    submit(make_attempt(quiz, student))
    assert whole(student).next_due_at is None


@pytest.mark.parametrize("first", ["starts", "reads"])
def test_a_student_who_joins_and_works_before_anyone_looks_has_every_row(db, student, first):
    course = make_course(lessons=1, quizzes=[quiz_file(key="one"), quiz_file(key="two")])
    cohort = make_cohort(course, students=[])
    for quiz in course.quizzes.all():
        assign_quiz(cohort, quiz, due_at=NOW + DAY)
    enrol(student, cohort)

    if first == "starts":
        make_attempt(course.quizzes.get(key="one"), student)
    else:
        mark_read(lesson=course.lessons.get(), sections=["section-1"], student=student, now=NOW)

    assert work(course.quizzes.get(key="two"), student).due_at == NOW + DAY
    assert rebuild(cohort) == 0


def test_days_granted_move_the_date_of_a_student(db, student):
    quiz = make_quiz()
    cohort = make_cohort(quiz.course, students=[student])
    assign_quiz(cohort, quiz, due_at=NOW + DAY)
    grant = Accommodation.objects.create(student=student, course=quiz.course, extra_days=2)

    refresh_granted([grant], now=NOW, actor=None)

    assert work(quiz, student).due_at == whole(student).next_due_at == NOW + 3 * DAY


def test_withdrawn_work_leaves_the_class(db, student):
    quiz = make_quiz()
    cohort = make_cohort(quiz.course, students=[student])
    Assignment.objects.all().delete()
    dated = assign_quiz(cohort, quiz)
    submit(make_attempt(quiz, student))

    withdraw_assignment(dated, Act(None, LATER))

    assert not WorkStanding.objects.exists()
    assert (whole(student).done, Attempt.objects.count()) == (0, 1)


def test_each_class_has_its_own_rows(db, student):
    quiz = make_quiz(items=1)
    morning, evening = (make_cohort(quiz.course, students=[student]) for _time in range(2))
    from_morning = Assignment.objects.get(cohort=morning).pk
    attempt = make_attempt(quiz, student, chosen=from_morning)
    answer_rightly(attempt)
    submit(attempt)

    assert WorkStanding.objects.get().cohort == morning
    assert ClassStanding.objects.filter(cohort=evening, done__gt=0).count() == 0


@pytest.mark.parametrize(("shares", "is_counted"), [(True, True), (False, False)])
def test_earlier_self_study_counts_where_it_is_shared(db, student, shares, is_counted):
    quiz = make_quiz(items=1)
    submit(make_attempt(quiz, student))
    cohort = make_cohort(quiz.course)
    enrol(student, cohort, now=LATER + DAY, shares_earlier=shares)

    catch_up(cohort)

    assert WorkStanding.objects.exists() is is_counted


def test_many_wrong_tries_at_a_question_that_goes_on_are_a_reason_to_help_and_hints_are_none(db, student):
    quiz = make_quiz(items=1, behaviour="adaptive", penalty="0")
    make_cohort(quiz.course, students=[student])
    attempt = make_attempt(quiz, student)
    spec = attempt.responses.get().revision.spec
    wrong = [key for key in spec.options if key != spec.right_answer()]

    try_out(attempt, wrong[0])
    attempt.responses.update(hints_shown=4)
    rebuild(attempt.assignment.cohort)
    assert whole(student).stuck == 0

    response = attempt.responses.get()
    for number in range(2, 5):
        response.tries.create(number=number, answer=wrong[0], tried_at=NOW)
    rebuild(attempt.assignment.cohort)
    assert whole(student).stuck == work(quiz, student).stuck == 1

    give(attempt, attempt.responses.get().revision.spec.right_answer())
    submit(attempt)
    assert whole(student).stuck == 0


@pytest.mark.parametrize("seed", range(int(os.environ.get("HISTORIES", "25"))))
def test_rebuilding_a_random_history_changes_nothing(db, seed):
    world = World(random.Random(seed))
    world.live(steps=30)

    assert {cohort: rebuild(cohort) for cohort in world.cohorts} == dict.fromkeys(world.cohorts, 0)
    assert world.done > 8
    assert ClassStanding.objects.exists()


def test_the_command_puts_right_what_is_wrong_and_says_so(db, student):
    quiz = make_quiz(items=1)
    cohort = make_cohort(quiz.course, students=[student])
    submit(make_attempt(quiz, student))
    right = [
        list(model.objects.values_list(*names)) for model, names in ((WorkStanding, PROGRESS), (ClassStanding, OVERALL))
    ]
    WorkStanding.objects.update(state="new", share=None)
    ClassStanding.objects.update(done=7)
    said = StringIO()

    call_command("rebuild_standings", cohort.pk, stdout=said)

    assert "2 rows were put right" in said.getvalue()
    assert right == rows()
    said = StringIO()
    call_command("rebuild_standings", stdout=said)
    assert said.getvalue() == "1 class was looked at.\n"


def test_a_new_place_is_caught_up_with_once(db, student, django_assert_num_queries):
    quiz = make_quiz()
    cohort = make_cohort(quiz.course, students=[student])
    catch_up(cohort)

    with django_assert_num_queries(1):
        catch_up(cohort)
    assert Enrolment.objects.filter(standing=None, role="student").count() == 0


def test_a_section_that_is_taken_away_is_no_part(db, student):
    course = make_course(lessons=1, sections=3)
    cohort = make_cohort(course, students=[student])
    mark_read(lesson=Lesson.objects.get(), sections=["section-1", "section-2"], student=student, now=NOW)
    Section.objects.filter(key="section-1").update(is_retired=True)
    rebuild(cohort)

    assert WorkStanding.objects.get().parts == 1


def test_two_quizzes_of_one_student_add_up(db, student):
    course = make_course(lessons=1, quizzes=[quiz_file(key=f"quiz-{number}", items=1) for number in range(2)])
    make_cohort(course, students=[student])
    for quiz in course.quizzes.all():
        submit(make_attempt(quiz, student))

    assert whole(student).done == 2
