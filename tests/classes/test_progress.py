"""The class page: students × lessons and quizzes, at the same cost for any class."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from classes.reports import progress
from classes.reports.progress import class_csv, class_table
from courses.models import Enrolment, Lesson
from courses.reports.people import display_name
from courses.reports.tables import BYTE_ORDER_MARK
from courses.services.progress import mark_read
from quizzes.models import Attempt
from tests.make import (
    LATER,
    NOW,
    answer_rightly,
    enrol,
    make_attempt,
    make_cohort,
    make_course,
    make_user,
    quiz_file,
    submit,
)

BOTH = ["section-1", "section-2"]


@pytest.fixture
def course(db):
    """Two lessons of two sections; a quiz of the first lesson, and one of the whole unit."""
    last = quiz_file(key="last", items=2, kinds=["single"], unit="unit-1")
    for item in last["items"]:
        item["section"] = "lesson-2#section-1"
    return make_course(lessons=2, sections=2, quizzes=[quiz_file(key="first", items=7), last])


@pytest.fixture
def cohort(course, instructor, student):
    """A class with one student."""
    return make_cohort(course, instructor=instructor, students=[student])


def cells(cohort, place=0):
    return [(cell.text, cell.step) for cell in class_table(cohort).rows[place].cells]


def sit(quiz, student, count, *, now=LATER):
    attempt = make_attempt(quiz, student)
    answer_rightly(attempt, count=count)
    return submit(attempt, now=now)


def test_quizzes_follow_their_lessons_and_those_of_the_unit_come_last(cohort):
    activities = class_table(cohort).activities

    assert [(activity.kind, activity.label) for activity in activities] == [
        ("lesson", "1.1"),
        ("quiz", "Quiz 1.1"),
        ("lesson", "1.2"),
        ("quiz", "Quiz last"),
    ]
    assert [activity.size for activity in activities] == [2, 0, 2, 0]


def test_outlines_and_retired_things_are_no_columns(cohort, course):
    Lesson.objects.filter(key="lesson-2").update(word_count=0)
    course.quizzes.filter(key="first").update(is_retired=True)

    assert [activity.label for activity in class_table(cohort).activities] == ["1.1", "Quiz last"]


def test_a_student_who_did_nothing_has_an_empty_row(cohort, student):
    [row] = class_table(cohort).rows

    assert (row.pk, row.name, row.last_seen, row.done) == (student.pk, "student", None, 0)
    assert cells(cohort) == [("–", 0)] * 4
    assert {cell.words for cell in row.cells} == {"not started"}


def test_reading_shows_as_sections_and_then_as_done(cohort, course, student):
    lesson = course.lessons.get(key="lesson-1")
    mark_read(lesson=lesson, sections=BOTH[:1], student=student, now=NOW)
    assert cells(cohort)[0] == ("1/2", 2)

    mark_read(lesson=lesson, sections=BOTH[1:], student=student, now=LATER)
    assert cells(cohort)[0] == ("✓", 4)
    assert class_table(cohort).rows[0].last_seen == LATER


@pytest.mark.parametrize(
    ("count", "percent", "step"), [(0, "0", 1), (3, "43", 1), (4, "57", 2), (5, "71", 3), (7, "100", 4)]
)
def test_a_quiz_shows_its_score_and_its_shade(cohort, course, student, count, percent, step):
    sit(course.quizzes.get(key="first"), student, count)

    assert cells(cohort)[1] == (percent, step)


def test_the_best_score_counts(cohort, course, student):
    for count in (2, 6, 3):
        sit(course.quizzes.get(key="first"), student, count)

    cell = class_table(cohort).rows[0].cells[1]

    assert (cell.text, cell.words) == ("86", "best score 86%, attempts: 3")


@pytest.mark.parametrize(
    ("rule", "text", "words"),
    [
        ("mean", "52", "mean of the attempts 52%, attempts: 3"),
        ("first", "29", "first attempt 29%, attempts: 3"),
        ("last", "43", "last attempt 43%, attempts: 3"),
    ],
)
def test_what_counts_is_decided_by_the_quizs_own_rule(cohort, course, student, rule, text, words):
    course.quizzes.filter(key="first").update(keep=rule)
    for count in (2, 6, 3):
        sit(course.quizzes.get(key="first"), student, count)

    cell = class_table(cohort).rows[0].cells[1]

    assert (cell.text, cell.words) == (text, words)


@pytest.mark.parametrize(
    ("state", "text", "words"),
    [
        ("overdue", "!", "time is up, not submitted yet"),
        ("abandoned", "×", "time was up and nothing submitted: 1"),
    ],
)
def test_time_that_ran_out_shows(cohort, course, student, state, text, words):
    make_attempt(course.quizzes.get(key="first"), student)
    Attempt.objects.update(state=state)

    [row] = class_table(cohort).rows

    assert (row.cells[1].text, row.cells[1].words, row.done) == (text, words, 0)


@pytest.mark.parametrize(
    ("keep", "text", "words"),
    [
        ("highest", "3/5…", "3 of the 5 points marked so far; 2 still to be graded"),
        ("last", "3/5…", "3 of the 5 points marked so far; 2 still to be graded"),
        ("mean", "…", ""),
    ],
)
def test_a_score_that_may_rise_is_told_in_points_and_not_in_per_cent(cohort, course, student, keep, text, words):
    course.quizzes.filter(key="first").update(keep=keep)
    sit(course.quizzes.get(key="first"), student, 3)
    Attempt.objects.update(unmarked_count=1, unmarked_points=2)

    cell = class_table(cohort).rows[0].cells[1]

    assert (cell.text, cell.step) == (text, 1)
    assert cell.words == ", ".join(filter(None, [words, "attempts: 1", "an answer is still to be graded"]))
    assert csv_rows(cohort)[1][3] == text


def test_a_best_score_stands_while_another_attempt_is_graded(cohort, course, student):
    for count in (5, 2):
        sit(course.quizzes.get(key="first"), student, count)
    Attempt.objects.filter(number=2).update(unmarked_count=1, unmarked_points=2)

    cell = class_table(cohort).rows[0].cells[1]

    assert (cell.text, cell.words) == ("71…", "best score 71%, attempts: 2, an answer is still to be graded")


def test_no_per_cent_crosses_the_pass_mark(cohort, course, student):
    sit(course.quizzes.get(key="first"), student, 7)
    Attempt.objects.update(score=16, raw_score=16, max_score=23)

    cell = class_table(cohort).rows[0].cells[1]

    assert (cell.text, cell.words) == ("69.5", "best score 69.5%, attempts: 1")


def test_a_paper_on_which_nothing_counts_is_done_and_has_no_score(cohort, course, student):
    sit(course.quizzes.get(key="first"), student, 3)
    Attempt.objects.update(score=0, max_score=0)

    [row] = class_table(cohort).rows

    assert (row.cells[1].text, row.cells[1].words, row.done) == ("✓", "submitted; no question of it counts", 1)


def test_an_attempt_beside_a_score_is_named(cohort, course, student):
    quiz = course.quizzes.get(key="first")
    sit(quiz, student, 7)
    make_attempt(quiz, student)
    Attempt.objects.filter(submitted_at=None).update(state="overdue")

    cell = class_table(cohort).rows[0].cells[1]

    assert (cell.text, cell.words) == ("100", "best score 100%, attempts: 1, time is up, not submitted yet")


def test_a_quiz_under_way_shows_as_begun(cohort, course, student):
    answer_rightly(make_attempt(course.quizzes.get(key="first"), student))

    assert cells(cohort)[1] == ("…", 1)
    assert class_table(cohort).rows[0].done == 0


def test_a_quiz_under_way_again_keeps_its_best_score(cohort, course, student):
    quiz = course.quizzes.get(key="first")
    sit(quiz, student, 7)
    make_attempt(quiz, student)

    assert cells(cohort)[1] == ("100", 4)


def test_only_active_students_are_listed_by_family_name_or_else_username(cohort, student, instructor):
    for name, last in (("zoe", "Adams"), ("adam", "Zell"), ("left", "Aaron")):
        enrol(make_user(name, first_name=name.title(), last_name=last), cohort)
    Enrolment.objects.filter(user__username="left").update(is_active=False)

    assert [row.name for row in class_table(cohort).rows] == ["Zoe Adams", "student", "Adam Zell"]


def test_what_a_student_does_in_another_course_is_not_shown(cohort, student):
    other = make_course(key="other", lessons=1, sections=2, quizzes=[quiz_file(key="first")])
    mark_read(lesson=other.lessons.get(), sections=BOTH, student=student, now=NOW)
    sit(other.quizzes.get(), student, 1)

    assert cells(cohort) == [("–", 0)] * 4


def test_the_class_as_a_whole(cohort, course, student):
    enrol(make_user("idle"), cohort)
    mark_read(lesson=course.lessons.get(key="lesson-1"), sections=BOTH, student=student, now=NOW)
    sit(course.quizzes.get(key="first"), student, 2)

    table = class_table(cohort)

    assert (table.active_count, table.done_percent) == (1, 25)


def test_an_empty_class_has_no_per_cent(course, instructor):
    table = class_table(make_cohort(course, instructor=instructor))

    assert (table.rows, table.active_count, table.done_percent) == ([], 0, None)


@pytest.mark.parametrize("students", [2, 30])
def test_it_costs_the_same_queries_for_any_class(course, students, django_assert_num_queries):
    people = [make_user(f"student-{number}") for number in range(students)]
    cohort = make_cohort(course, students=people)
    for person in people[:3]:
        mark_read(lesson=course.lessons.get(key="lesson-1"), sections=BOTH, student=person, now=NOW)
        sit(course.quizzes.get(key="first"), person, 3)

    with django_assert_num_queries(8):
        table = class_table(cohort)

    assert len(table.rows) == students


def test_only_the_page_asked_for_is_read(course, cohort, student):
    for at in range(5):
        enrol(make_user(f"more-{at}"), cohort)
    sit(course.quizzes.get(key="first"), student, 7)

    pages = [class_table(cohort, page, size=2) for page in (1, 2, 3, 9)]

    assert [len(page.rows) for page in pages] == [2] * 4
    assert [(page.count, page.pages, page.page) for page in pages] == [(6, 3, at) for at in (1, 2, 3, 3)]
    assert {page.active_count for page in pages} == {1}
    assert len({row.pk for page in pages[:3] for row in page.rows}) == 6


# CSV.


def test_the_file_is_read_a_batch_at_a_time(course, cohort, student, monkeypatch):
    monkeypatch.setattr(progress, "_BATCH", 2)
    for at in range(4):
        enrol(make_user(f"more-{at}"), cohort)
    sit(course.quizzes.get(key="first"), student, 7)

    lines = class_csv(cohort)
    next(lines), next(lines)  # the byte order mark and the head
    with CaptureQueriesContext(connection) as first:
        next(lines)
    with CaptureQueriesContext(connection) as second:
        next(lines)

    assert len(first) > 0
    assert len(second) == 0
    assert len([row for row in csv_rows(cohort) if row]) == 6


def csv_rows(cohort):
    return list(csv.reader(StringIO("".join(class_csv(cohort)).removeprefix(BYTE_ORDER_MARK))))


def test_the_file_holds_the_same_table(cohort, course, student):
    sit(course.quizzes.get(key="first"), student, 7)

    assert csv_rows(cohort) == [
        ["Student", "Last seen (UTC)", *(f"{each.label} {each.title}" for each in class_table(cohort).activities)],
        ["student", "2026-03-02 09:20", "–", "100", "–", "–"],
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_no_name_becomes_a_formula(cohort, student, name):
    student.first_name = name
    student.save()

    [_head, row] = csv_rows(cohort)

    assert row[0] == f"'{display_name(student)}"


def test_no_title_becomes_a_formula(cohort, course):
    course.lessons.filter(key="lesson-1").update(number="=1+1")

    assert csv_rows(cohort)[0][2].startswith("'=1+1")


@pytest.mark.parametrize("name", ["O'Neill", 'Kim "Jay" Lee', "Lee, Min", "김철수", "Зоя"])
def test_an_ordinary_name_stays_as_it_is(cohort, student, name):
    student.first_name = name
    student.save()

    assert csv_rows(cohort)[1][0] == name


@pytest.mark.parametrize(
    ("first", "last", "shown"), [("Anna", "Koval", "Anna Koval"), ("", "Koval", "Koval"), ("", "", "anna")]
)
def test_a_person_is_called_by_name_or_by_the_name_they_sign_in_with(db, first, last, shown):
    assert display_name(make_user("anna", first_name=first, last_name=last)) == shown
