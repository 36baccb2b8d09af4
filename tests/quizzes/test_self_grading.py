"""Students grade their own texts where nobody else will; it is told as such, and counts in no class."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from classes.gradebook.book import book_of, grades_of
from courses.models import Course
from quizzes.errors import LevelsMissing, NotSelfGraded
from quizzes.models import Attempt, ItemResponse, SelfMark, WorkStanding
from quizzes.reports.personal import everything_about
from quizzes.services.grading import mark_by_hand
from quizzes.services.self_grading import grade_self
from tests.make import (
    LATER,
    assign_quiz,
    body,
    browser_of,
    enrol,
    give,
    make_attempt,
    make_cohort,
    make_course,
    make_user,
    quiz_file,
    quiz_lines,
    submit,
)

TOP = {"claim": 2, "evidence": 1}
PART = {"claim": 1, "evidence": 1}
"""3 of 5 points by the rubric."""


@pytest.fixture
def course(db) -> Course:
    """A quiz of a question worth a point and two texts."""
    items = [body("single", key="one"), body("essay", key="essay"), body("essay", key="second")]
    return make_course(lessons=1, sections=1, quizzes=[quiz_file(items=items)])


def written(course, student, *, texts=("It lapsed.", "It was renewed.")):
    """Return a submitted attempt with the right choice and these texts."""
    attempt = make_attempt(course.quizzes.get(key="quiz"), student)
    give(attempt, "dollars")
    for position, text in enumerate(texts, start=2):
        if text:
            give(attempt, text, position=position)
    return submit(attempt)


def response(attempt, position=2):
    return ItemResponse.objects.select_related("revision", "attempt__quiz").get(attempt=attempt, position=position)


def grade(attempt, levels=TOP, position=2):
    return grade_self(response=response(attempt, position), student=attempt.student, levels=levels, now=LATER)


def test_a_reader_without_a_class_passes_once_all_is_graded(course, student):
    attempt = written(course, student)
    line = quiz_lines(course.quizzes.filter(key="quiz"), student)[0]
    assert (line.is_passed, line.has_own_grading) == (None, False)

    grade(attempt)
    attempt.refresh_from_db()
    assert (attempt.self_points, attempt.own_percent) == (None, None)
    grade(attempt, position=3)

    attempt.refresh_from_db()
    line = quiz_lines(course.quizzes.filter(key="quiz"), student)[0]
    assert (attempt.own_percent, attempt.is_passed_by_own_grading) == (100, True)
    assert (line.best_percent, line.is_passed, line.has_own_grading) == (100, True, True)
    # The score itself is what it was: one point, and two texts that wait.
    assert (attempt.score, attempt.unmarked_count, attempt.percent, attempt.is_passed) == (1, 2, None, None)


def test_the_share_is_that_of_the_levels_chosen(course, student):
    mark = grade(written(course, student), PART)

    assert (mark.share, mark.levels) == (Decimal("0.6"), PART)


@pytest.mark.parametrize(("levels", "named"), [({}, "Claim, Evidence"), ({"claim": 1}, "Evidence")])
def test_every_criterion_wants_a_level(course, student, levels, named):
    attempt = written(course, student)

    with pytest.raises(LevelsMissing, match=named):
        grade(attempt, levels)

    assert not SelfMark.objects.exists()


def test_a_level_the_rubric_does_not_have_is_refused(course, student):
    with pytest.raises(ValueError, match="no level"):
        grade(written(course, student), {"claim": 7, "evidence": 0})


def test_work_for_a_class_is_graded_by_its_instructor_alone(course, student, instructor):
    cohort = make_cohort(course, instructor=instructor, students=[student])
    assign_quiz(cohort, course.quizzes.get(key="quiz"))
    attempt = written(course, student)

    with pytest.raises(NotSelfGraded):
        grade(attempt)


def test_assigned_work_stays_the_class_s_without_an_instructor(course, student):
    make_cohort(course, students=[student])
    attempt = written(course, student)
    assert attempt.assignment is not None

    with pytest.raises(NotSelfGraded):
        grade(attempt)


def test_nobody_grades_for_another_or_before_submitting(course, student):
    attempt = make_attempt(course.quizzes.get(key="quiz"), student)
    give(attempt, "It lapsed.", position=2)

    with pytest.raises(NotSelfGraded):
        grade(attempt)
    submit(attempt)
    with pytest.raises(NotSelfGraded):
        grade_self(response=response(attempt), student=make_user("other"), levels=TOP, now=LATER)


def test_a_blank_is_not_graded(course, student):
    attempt = written(course, student, texts=("", "It was renewed."))

    with pytest.raises(NotSelfGraded):
        grade(attempt)
    grade(attempt, position=3)

    attempt.refresh_from_db()
    assert attempt.own_share == Decimal(2) / 3


def test_an_instructor_s_grade_takes_its_place_and_is_not_replaced(course, student, instructor):
    attempt = written(course, student)
    grade(attempt)
    grade(attempt, position=3)

    low = {"claim": 0, "evidence": 1}
    mark_by_hand(response=response(attempt), levels=low, comment="", marker=instructor, now=LATER)

    attempt.refresh_from_db()
    assert attempt.score == 1 + response(attempt).points
    assert attempt.self_points == response(attempt, 3).revision.points
    with pytest.raises(NotSelfGraded):
        grade(attempt)
    mark_by_hand(response=response(attempt, 3), levels=low, comment="", marker=instructor, now=LATER)
    attempt.refresh_from_db()
    assert (attempt.own_share, attempt.unmarked_count) == (None, 0)


def test_a_class_that_sees_earlier_work_counts_none_of_it(course, student, instructor):
    attempt = written(course, student)
    cohort = make_cohort(course, instructor=instructor)
    enrol(student, cohort, shares_earlier=True, now=LATER)
    places = list(cohort.enrolments.filter(user=student))
    before = (
        list(WorkStanding.objects.values("share", "unmarked", "state")),
        repr(grades_of(book_of(cohort), places, now=LATER)),
    )
    SelfMark.objects.create(response=response(attempt), share=1, levels=TOP, marked_at=LATER)
    SelfMark.objects.create(response=response(attempt, 3), share=1, levels=TOP, marked_at=LATER)

    after = (
        list(WorkStanding.objects.values("share", "unmarked", "state")),
        repr(grades_of(book_of(cohort), places, now=LATER)),
    )

    assert after == before
    assert response(attempt) in ItemResponse.objects.for_people(Attempt.objects.all())


def test_pages_show_the_two_texts_and_say_who_graded(course, student):
    attempt = written(course, student)
    browser = browser_of(student)
    address = reverse("quizzes:self-grade", args=[attempt.pk, 2])
    result = reverse("quizzes:result", args=[attempt.pk])
    assert address in browser.get(result).content.decode()

    page = browser.get(address).content.decode()
    assert "It lapsed." in page
    assert "checked" not in page
    refused = browser.post(address, {"level.claim": "2"})
    assert refused.status_code == 422
    assert "Choose a level for: Evidence" in refused.content.decode()
    assert 'value="2"\n                   checked' in refused.content.decode()

    done = browser.post(address, {"level.claim": "2", "level.evidence": "1"}, follow=True).content.decode()
    assert "Graded by yourself:" in done
    assert "1 of 1 points" in done


def test_a_page_is_refused_where_an_instructor_grades(course, student, instructor):
    make_cohort(course, instructor=instructor, students=[student])
    attempt = written(course, student)
    browser = browser_of(student)

    assert browser.get(reverse("quizzes:self-grade", args=[attempt.pk, 2])).status_code == 409
    assert "Grade yourself" not in browser.get(reverse("quizzes:result", args=[attempt.pk])).content.decode()


def test_the_api_and_the_export_say_so(course, student):
    attempt = written(course, student)
    grade(attempt)
    grade(attempt, position=3)

    answer = browser_of(student).get(reverse("api-attempt", args=[attempt.pk])).json()
    told = answer["responses"][1]["result"]["graded_by_self"]
    assert (told["levels"], answer["self_points"], answer["is_passed"]) == (TOP, "2.00", None)
    assert answer["responses"][0]["result"]["graded_by_self"] is None
    exported = everything_about(student, now=LATER)
    assert any("mark" in str(name) and rows and "levels" in rows[0] for name, rows in exported.items())
