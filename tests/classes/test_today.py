"""The front page of an instructor: what waits, then classes and courses, at a fixed cost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from classes.reports.today import today_of
from courses.models import CourseRole, Enrolment, JoinRequest, UnsavedText
from courses.services.drafts import keep
from courses.services.staff import make_instructor
from quizzes.models import ItemResponse, QuestionReport, RegradeRun
from quizzes.services.standing import catch_up
from tests.make import LATER, NOW, body, browser_of, give, make_attempt, make_cohort, make_quiz, make_user, submit
from tests.pages.test_cost import counted

HOUR = timedelta(hours=1)


@pytest.fixture
def taught(db, student):
    """A class with one student, who has handed in an essay."""
    quiz = make_quiz(items=[body("single", key="s"), body("essay", key="e")])
    teacher = make_user("teacher")
    make_instructor(teacher)
    cohort = make_cohort(quiz.course, instructor=teacher, students=[student])
    attempt = make_attempt(quiz, student)
    give(attempt, "Words of an essay, enough of them.", position=2)
    submit(attempt)
    catch_up(cohort)
    return cohort, quiz, teacher


def waiting(user):
    return {each.words: each for each in today_of(user, now=LATER).waiting}


def report(student):
    response = ItemResponse.objects.get(position=1)
    values = {"revision": response.revision, "response": response, "student": student}
    return QuestionReport.objects.create(text="Odd", reported_at=LATER, **values)


def test_answers_to_grade_are_counted_with_the_class_they_wait_in(taught):
    cohort, _quiz, teacher = taught
    found = waiting(teacher)["answer to grade"]
    assert (found.count, found.where) == (1, cohort.name)
    assert found.links == [("Grade answers", reverse("classes:grading", args=[cohort.pk]))]


def test_reports_requests_and_unsaved_text_are_told(taught, student):
    cohort, _quiz, teacher = taught
    report(student)
    JoinRequest.objects.create(cohort=cohort, user=make_user("asks"))
    lesson = cohort.course.lessons.first()
    UnsavedText.objects.create(user=teacher, form=f"courses.lesson:{lesson.pk}", fields="title=x", saved_at=LATER)
    found = waiting(teacher)
    assert found["report from a student"].links[0][1] == reverse("classes:question-reports", args=[cohort.pk])
    assert found["request to join"].count == 1
    [(_words, address)] = found["text typed and not saved"].links
    assert address == reverse("admin:courses_lesson_change", args=[lesson.pk]) + "?take_up=1"


def test_an_assistant_is_not_asked_to_answer_requests(taught):
    cohort, _quiz, _teacher = taught
    JoinRequest.objects.create(cohort=cohort, user=make_user("asks"))
    helper = make_user("helper")
    Enrolment.objects.create(cohort=cohort, user=helper, role=Enrolment.Role.ASSISTANT)
    assert "request to join" not in waiting(helper)
    assert "answer to grade" in waiting(helper)


def test_changes_that_wait_are_those_of_courses_the_reader_works_on(taught):
    cohort, _quiz, teacher = taught
    cohort.course.is_published = True
    cohort.course.save()
    lesson = cohort.course.lessons.first()
    lesson.title = "Another title"
    keep(lesson, by=teacher, now=LATER)
    assert "change waits to be published" not in waiting(teacher)
    CourseRole.objects.create(course=cohort.course, user=teacher, role="editor")
    assert waiting(teacher)["change waits to be published"].count == 1
    assert today_of(teacher, now=LATER).courses[0].drafts == 1


def test_a_regrade_that_failed_is_told_to_the_person_who_asked(taught):
    _cohort, _quiz, teacher = taught
    revision = ItemResponse.objects.get(position=1).revision
    values = {"asked_at": NOW, "beat_at": NOW, "ended_at": LATER - HOUR, "state": RegradeRun.State.FAILED}
    RegradeRun.objects.create(revision=revision, reason="Key", actor=teacher, **values)
    assert waiting(teacher)["regrade failed"].links == [("Try again", reverse("classes:regrade", args=[revision.pk]))]
    assert "regrade failed" not in waiting(make_user("other"))


def test_another_instructor_sees_nothing_of_the_class(taught, student):
    report(student)
    other = make_user("other")
    make_instructor(other)
    found = today_of(other, now=LATER)
    assert (found.waiting, found.classes, found.courses) == ([], [], [])


def test_people_who_teach_are_led_there_and_students_to_the_courses(taught, student):
    _cohort, quiz, teacher = taught
    quiz.course.is_published = True
    quiz.course.save()
    assert browser_of(teacher).get("/").url == reverse("classes:today")
    assert browser_of(student).get("/").url == quiz.course.get_absolute_url()
    shown = browser_of(teacher).get(reverse("classes:today")).content.decode()
    assert "answer to grade" in shown
    assert reverse("classes:today") not in browser_of(student).get(reverse("classes:list")).content.decode()


def test_the_page_asks_as_many_queries_for_one_class_as_for_twelve(taught, student):
    cohort, _quiz, teacher = taught
    report(student)
    with counted() as few:
        today_of(teacher, now=timezone.now())
    for at in range(11):
        more = make_cohort(cohort.course, instructor=teacher, students=[make_user(f"pupil-{at}")])
        JoinRequest.objects.create(cohort=more, user=student)
        catch_up(more)
    with counted() as many:
        today_of(teacher, now=timezone.now())
    assert len(many) == len(few)
    assert len(many) <= 18
