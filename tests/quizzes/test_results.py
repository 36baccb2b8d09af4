"""The result of an attempt, who may see it, and the study behind the course."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from courses.models import Enrolment
from quizzes.domain.review import MARKS_ONLY, When
from quizzes.models import Accommodation, Attempt, Quiz
from quizzes.reports.results import EVERYTHING, result_of, shown_to_student
from quizzes.reports.study import study_of
from tests.content.sample import write_sample
from tests.make import (
    LATER,
    body,
    give,
    load,
    make_attempt,
    make_cohort,
    make_course,
    make_quiz,
    make_user,
    quiz_file,
    submit,
)

MARKS = MARKS_ONLY.at(When.AFTER)


def test_each_question_says_how_it_went(db, student):
    attempt = make_attempt(make_quiz(items=4, kinds=["ordering"]), student)
    give(attempt, {"war": 1, "alliance": 2, "recognition": 3, "debt": 4}, position=1)
    give(attempt, {"war": 1, "alliance": 2, "recognition": 4, "debt": 3}, position=2)
    give(attempt, {"recognition": 1, "debt": 2}, position=3)
    assert [question.state for question in result_of(attempt, shown=EVERYTHING).questions] == ["unmarked"] * 4

    submit(attempt)

    questions = result_of(attempt, shown=EVERYTHING).questions
    assert [question.state for question in questions] == ["right", "partly", "partly", "blank"]
    assert questions[1].given == "1. War; 2. Alliance; 3. Debt written off; 4. Recognition"
    assert questions[3].given == ""


def test_a_wrong_answer_is_wrong(attempt):
    give(attempt, "roubles")
    submit(attempt)

    assert result_of(attempt, shown=EVERYTHING).questions[0].state == "wrong"


def test_without_solutions_there_is_nothing_of_the_key(attempt):
    submit(attempt)

    result = result_of(attempt, shown=MARKS)

    assert all(question.rows == () for question in result.questions)
    assert "right_answer" not in result.shown


def test_with_solutions_every_question_explains_itself(attempt):
    submit(attempt)

    result = result_of(attempt, shown=EVERYTHING)

    assert [len(question.rows) for question in result.questions] == [3, 4, 2, 1, 1, 2, 4]


@pytest.mark.parametrize(
    ("review", "is_submitted", "shown"),
    [("full", False, False), ("full", True, True), ("marks", True, False), ("after_close", True, False)],
)
def test_the_right_answer_is_shown_when_the_quiz_says_so(db, student, review, is_submitted, shown):
    attempt = make_attempt(make_quiz(review=review), student)
    attempt = submit(attempt) if is_submitted else attempt

    assert ("right_answer" in shown_to_student(attempt, now=LATER)) is shown


def test_what_waits_for_the_close_is_shown_once_the_students_own_window_has_closed(db, student):
    quiz = make_quiz(review="after_close", closes=(LATER + timedelta(hours=1)).isoformat(), minutes=30)
    Accommodation.objects.create(student=student, extra_days=1)
    attempt = submit(make_attempt(quiz, student))

    assert "marks" not in shown_to_student(attempt, now=LATER + timedelta(hours=2))
    assert "marks" in shown_to_student(attempt, now=LATER + timedelta(days=2))


def test_a_row_that_names_the_right_answer_loses_it_with_its_reason_while_that_is_kept_back(db, student):
    attempt = make_attempt(make_quiz(kinds=["matching"]), student)
    give(attempt, {"old": "consult", "new": "consult"})
    submit(attempt)

    rows = result_of(attempt, shown=EVERYTHING - {"right_answer"}).questions[0].rows

    assert [(row.verdict, row.right, bool(row.feedback)) for row in rows] == [
        ("wrong", "", False),
        ("right", "A promise to consult", True),
    ]


def test_objectives_come_in_the_order_of_what_was_lost(db, student):
    items = [
        body("single", key="a", objective="objective-1"),
        body("single", key="b", objective="objective-2", points=2),
        body("single", key="c", objective="objective-2", section="lesson-1#section-2"),
        body("single", key="d", objective="objective-3"),
    ]
    course = make_course(lessons=3, sections=2, quizzes=[quiz_file(items=items)])
    attempt = make_attempt(course.quizzes.get(), student)
    give(attempt, "dollars", position=1)
    give(attempt, "dollars", position=3)
    submit(attempt)

    objectives = result_of(attempt, shown=MARKS).objectives

    assert [(each.objective.key, each.points, each.possible, each.percent) for each in objectives] == [
        ("objective-2", 1, 3, 33),
        ("objective-3", 0, 1, 0),
        ("objective-1", 1, 1, 100),
    ]
    assert [[section.key for section in each.sections] for each in objectives] == [["section-1"], ["section-1"], []]


@pytest.mark.parametrize("items", [1, 30])
def test_it_costs_two_queries_at_any_length(db, student, items, django_assert_num_queries):
    attempt = make_attempt(make_quiz(items=items), student)
    submit(attempt)

    with django_assert_num_queries(2):
        result = result_of(attempt, shown=EVERYTHING)
        assert all(question.response.revision.item.section.lesson.key for question in result.questions)


# Who may see an attempt.


def seen_by(user):
    return list(Attempt.objects.visible_to(user))


def test_an_attempt_is_seen_by_its_student_and_the_instructors_of_the_class(attempt, cohort, student, instructor):
    assert seen_by(student) == seen_by(instructor) == [attempt]
    assert list(Attempt.objects.taught_by(student)) == []
    assert list(Attempt.objects.of(instructor)) == []


def test_an_attempt_is_not_seen_by_others(attempt, cohort, stranger):
    other = make_user("other-teacher")
    make_cohort(cohort.course, instructor=other, students=[stranger])

    assert seen_by(stranger) == seen_by(other) == seen_by(AnonymousUser()) == []


@pytest.mark.parametrize("role", [Enrolment.Role.STUDENT, Enrolment.Role.INSTRUCTOR])
def test_one_who_left_the_class_is_seen_no_more_and_sees_no_more(attempt, cohort, instructor, role):
    Enrolment.objects.filter(role=role).update(is_active=False)

    assert seen_by(instructor) == []


def test_an_instructor_of_another_course_does_not_see_the_work_of_a_shared_student(attempt, cohort, student):
    other = make_user("other-teacher")
    make_cohort(make_course(key="other", lessons=1, sections=1), instructor=other, students=[student])

    assert seen_by(other) == []


# The study.


def test_each_statement_names_where_it_is_taught_and_how_often_it_is_asked(db, tmp_path, django_assert_num_queries):
    load(write_sample(tmp_path))
    course = Quiz.objects.get().course

    with django_assert_num_queries(3):
        [line] = study_of(course)

    assert line.statement.key == "S01"
    assert [lesson.key for lesson in line.lessons] == ["alliance"]
    assert line.question_count == 1
