"""What has to be done before a quiz of a class can be started: said on its page, and refused by every door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from classes.reports.assignments import sentence
from courses.models import Lesson
from courses.services.progress import mark_read
from quizzes.errors import DoFirst, RulesInACircle
from quizzes.models import Assignment, Attempt, Quiz
from quizzes.services.assignments import Act, change_assignment
from quizzes.services.attempts import start_attempt
from tests.make import (
    LATER,
    NOW,
    answer_rightly,
    assign_quiz,
    browser_of,
    make_attempt,
    make_cohort,
    make_course,
    make_quiz,
    make_user,
    quiz_file,
    submit,
)
from tests.pages.test_cost import counted

DAY = timedelta(days=1)
ACT = Act(None, NOW)


class Room:
    """A class with two quizzes of four questions; the second waits for what comes first."""

    def __init__(self):
        files = [quiz_file(key=f"q{n}", items=4, kinds=["single"]) for n in range(3)]
        self.course = make_course(lessons=1, sections=2, quizzes=files)
        self.teacher, self.student = make_user("teacher"), make_user("student")
        self.cohort = make_cohort(self.course, instructor=self.teacher, students=[self.student])
        Assignment.objects.all().delete()
        self.first, self.second, self.third = Quiz.objects.order_by("key")
        self.lesson = Lesson.objects.get()

    def sit(self, right, *, now=NOW):
        attempt = make_attempt(self.first, self.student, now=now)
        answer_rightly(attempt, count=right)
        submit(attempt, now=now)

    def page(self):
        page = browser_of(self.student).get(self.second.get_absolute_url()).content.decode()
        return " ".join(page.split())

    def start(self):
        return start_attempt(quiz=self.second, student=self.student, now=LATER)


@pytest.fixture
def room(db):
    return Room()


def refused(room, *words):
    """Say that every door refuses, and that the page says what is missing."""
    with pytest.raises(DoFirst) as refusal:
        room.start()
    page = room.page()
    browser = browser_of(room.student)
    api = browser.post(
        reverse("api-start", args=[room.second.course.key, room.second.key]), content_type="application/json"
    )
    post = browser.post(reverse("quizzes:start", args=[room.course.key, room.second.key]), {"sure": "1"})
    assert all(word in str(refusal.value) and word in page for word in words)
    assert (api.status_code, post.status_code) == (409, 409)
    assert "Start the quiz" not in page
    assert not Attempt.objects.filter(quiz=room.second).exists()
    return page


def test_a_quiz_waits_for_a_lesson_that_is_read_to_the_end(room):
    assign_quiz(room.cohort, room.second, after_lesson=room.lesson)
    mark_read(lesson=room.lesson, sections=["section-1"], student=room.student, now=NOW)
    page = refused(room, f"Read “{room.lesson.title}” to the end.")
    assert f'<a href="{room.lesson.get_absolute_url()}">Read' in page

    mark_read(lesson=room.lesson, sections=["section-2"], student=room.student, now=NOW)

    assert "Start the quiz" in room.page()
    assert room.start().quiz == room.second


@pytest.mark.parametrize(
    ("percent", "right", "is_open"), [(0, None, False), (0, 0, True), (50, 1, False), (50, 2, True), (100, 3, False)]
)
def test_a_quiz_waits_for_a_score_in_another(room, percent, right, is_open):
    assign_quiz(room.cohort, room.second, after_quiz=room.first, after_percent=percent)
    if right is not None:
        room.sit(right)

    if is_open:
        assert room.start().quiz == room.second
    else:
        said = f"Reach at least {percent}% in" if percent else "Submit"
        assert f'<a href="{room.first.get_absolute_url()}">{said}' in refused(room, said)


def test_the_best_attempt_opens_what_comes_next(room):
    assign_quiz(room.cohort, room.second, after_quiz=room.first, after_percent=75)
    room.sit(4)
    room.sit(0, now=NOW + DAY)

    assert room.start().quiz == room.second


def test_an_attempt_for_another_class_opens_nothing_here(room):
    assign_quiz(room.cohort, room.second, after_quiz=room.first)
    elsewhere = make_cohort(room.course, students=[room.student])
    Assignment.objects.filter(cohort=elsewhere).delete()
    assign_quiz(elsewhere, room.first)
    room.sit(4)

    refused(room, "Submit")


def test_an_attempt_under_way_goes_on_when_a_rule_comes(room):
    made = assign_quiz(room.cohort, room.second)
    attempt = make_attempt(room.second, room.student)
    made.after_quiz = room.first

    change_assignment(made, ACT, fields=["after_quiz"])

    assert room.start() == attempt


@pytest.mark.parametrize("length", [1, 2, 3])
def test_rules_that_go_round_in_a_circle_are_refused_by_form_service_and_api(room, length):
    quizzes = [room.first, room.second, room.third][:length]
    made = [assign_quiz(room.cohort, quiz) for quiz in quizzes]
    for assignment, after in zip(made[:-1], quizzes[1:], strict=True):
        assignment.after_quiz = after
        change_assignment(assignment, ACT, fields=["after_quiz"])
    last, browser = made[-1], browser_of(room.teacher)
    address = reverse("classes:assignment", args=[room.cohort.pk, last.pk])
    said = "A quiz cannot wait for itself." if length == 1 else "would wait for each other"

    form = browser.post(address, {"weight": "1", "after_quiz": room.first.pk})
    api = browser.patch(
        reverse("api-class-assignment", args=[room.cohort.pk, last.pk]),
        {"after_quiz": room.first.key},
        content_type="application/json",
    )

    assert (form.status_code, api.status_code) == (422, 400 if length == 1 else 409)
    assert said in form.content.decode()
    last.after_quiz = room.first
    with pytest.raises(IntegrityError if length == 1 else RulesInACircle), transaction.atomic():
        change_assignment(last, ACT, fields=["after_quiz"])
    assert Assignment.objects.get(pk=last.pk).after_quiz is None


def test_rules_are_set_on_the_form_and_said_in_a_sentence(room):
    browser = browser_of(room.teacher)
    fields = {"weight": "1", "work": [f"quiz-{room.second.pk}"], "after_lesson": room.lesson.pk}
    address = reverse("classes:assign", args=[room.cohort.pk])
    without = browser.post(address, {**fields, "after_percent": "70"})
    assert "Choose the quiz in which that has to be reached." in without.content.decode()

    assert browser.post(address, {**fields, "after_quiz": room.first.pk, "after_percent": "70"}).status_code == 302

    made = Assignment.objects.get()
    assert (made.after_lesson, made.after_quiz, made.after_percent) == (room.lesson, room.first, 70)
    said = sentence(made, now=NOW)
    assert said == f"Only after reading “{room.lesson.title}”. Only with 70% or more in “{room.first.title}”."


def test_by_api_rules_are_named_by_keys(room):
    address = reverse("api-class-assignments", args=[room.cohort.pk])
    given = {"quiz": room.second.key, "after_lesson": room.lesson.key, "after_quiz": room.first.key}
    browser = browser_of(room.teacher)

    made = browser.post(address, {**given, "after_percent": 60}, content_type="application/json").json()
    assert {name: made[name] for name in given} == given
    wrong = browser.post(address, {"quiz": room.third.key, "after_quiz": "nothing"}, content_type="application/json")
    assert wrong.status_code == 400
    taken = browser.patch(
        reverse("api-class-assignment", args=[room.cohort.pk, made["id"]]),
        {"after_lesson": None, "after_quiz": None},
        content_type="application/json",
    )
    assert (taken.status_code, taken.json()["after_quiz"]) == (200, None)


def test_a_quiz_of_another_course_cannot_come_first(room):
    other = make_quiz(course="other")
    made = assign_quiz(room.cohort, room.second)
    address = reverse("classes:assignment", args=[room.cohort.pk, made.pk])

    answer = browser_of(room.teacher).post(address, {"weight": "1", "after_quiz": other.pk})

    assert "Select a valid choice" in answer.content.decode()


def test_a_start_without_rules_costs_no_query_for_them(room):
    assign_quiz(room.cohort, room.second)
    with counted() as queries:
        room.start()
    assert not [each for each in queries if "lessoncompletion" in each]
