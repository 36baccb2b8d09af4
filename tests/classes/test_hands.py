"""Raised hands: raised and lowered by students, first on the overview, answered by the class's staff."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from classes.reports.help import help_page
from courses.models import Enrolment, InboxEntry, Lesson
from quizzes.domain.standing import Overall, Reason, reasons
from quizzes.errors import HandLowered
from quizzes.models import ClassStanding
from quizzes.services.hands import Where, answer_hand, lower_hand, raise_hand
from quizzes.services.standing import rebuild, set_aside
from tests.make import JOINED, LATER, NOW, browser_of, enrol, make_attempt, make_cohort, make_user


@pytest.fixture
def lesson(quiz):
    return Lesson.objects.get(course=quiz.course)


def place_of(student):
    return Enrolment.objects.get(user=student)


def text(response):
    return " ".join(response.content.decode().split())


def test_a_hand_is_raised_from_a_lesson_and_lowered_by_its_student(cohort, student, lesson):
    browser = browser_of(student)
    page = text(browser.get(lesson.get_absolute_url()))
    address = f"{reverse('classes:hand', args=[lesson.course.key])}?lesson={lesson.key}"
    assert f'href="{address}"' in page
    assert f"Raise your hand: {lesson.title}" in text(browser.get(address))

    browser.post(address, {"class": cohort.pk})

    standing = ClassStanding.objects.get()
    assert standing.hand_title == lesson.title
    assert "Your hand is up" in text(browser.get(address))
    browser.post(address, {"class": cohort.pk, "lower": "on"})
    assert ClassStanding.objects.get().hand_at is None


def test_a_question_says_which_it_is(cohort, student, quiz):
    browser, attempt = browser_of(student), make_attempt(quiz, student)
    page = text(browser.get(reverse("quizzes:attempt-item", args=[attempt.pk, 1])))
    address = f"{reverse('classes:hand', args=[quiz.course.key])}?quiz={quiz.key}&question=1"
    assert f'href="{address.replace("&", "&amp;")}"' in page

    browser.post(address, {"class": cohort.pk})

    assert ClassStanding.objects.get().hand_title == f"{quiz.title}, question 1"


@pytest.mark.parametrize("query", ["lesson=nothing", "quiz=nothing&question=1", "question=x", "lesson[]=", ""])
def test_what_is_not_of_the_course_is_a_hand_in_the_course_as_a_whole(cohort, student, query):
    address = f"{reverse('classes:hand', args=[cohort.course.key])}?{query}"

    assert browser_of(student).post(address, {"class": cohort.pk}).status_code == 302

    assert (ClassStanding.objects.get().hand_title, ClassStanding.objects.get().hand_at is None) == ("", False)


@pytest.mark.parametrize("named", ["", "x", "9" * 30])
def test_nobody_raises_a_hand_in_a_class_that_is_not_theirs(cohort, student, named):
    other = make_cohort(cohort.course)
    address = reverse("classes:hand", args=[cohort.course.key])

    for each in (named, other.pk):
        assert browser_of(student).post(address, {"class": each}).status_code == 404
    assert "You are in no class of this course" in text(browser_of(make_user("nobody")).get(address))


def test_raised_hands_come_first_the_longest_first(cohort, student, lesson):
    others = [make_user(f"other-{n}") for n in range(2)]
    for each in others:
        enrol(each, cohort)
    for minutes, each in ((5, student), (1, others[1])):
        raise_hand(place=place_of(each), where=Where(lesson=lesson), now=NOW + timedelta(minutes=minutes))
    ClassStanding.objects.filter(place__user=others[0]).update(stuck=3, is_falling=True)

    found = help_page(cohort, now=NOW)

    assert [each.standing.place.user for each in found.first] == [others[1], student, others[0]]
    assert found.first[0].words[0] == ("raised a hand", lesson.title)


def test_the_answer_is_a_notice_with_the_note(cohort, student, instructor, lesson):
    raise_hand(place=place_of(student), where=Where(lesson=lesson), now=NOW)
    teacher = browser_of(instructor)
    assert "Lower the hand" in text(teacher.get(reverse("classes:overview", args=[cohort.pk])))
    address = reverse("classes:hand-answer", args=[cohort.pk, student.pk])

    said = text(teacher.post(address, {"note": "Read section 2."}, follow=True))

    assert "The hand is down, and the student is told." in said
    entry = InboxEntry.objects.get(user=student)
    assert (entry.words, entry.text) == (f"Raised hand answered: {lesson.title}", "Read section 2.")
    assert entry.link == lesson.get_absolute_url()
    assert "This hand is down already" in text(teacher.post(address, follow=True))
    with pytest.raises(HandLowered):
        answer_hand(cohort=cohort, student_id=student.pk, note="", now=LATER)
    assert InboxEntry.objects.count() == 1


def test_a_hand_brings_back_who_was_set_aside(cohort, student, instructor):
    raise_hand(place=place_of(student), where=Where(), now=NOW)
    set_aside(cohort=cohort, student_id=student.pk, actor=instructor, note="Spoke.", now=NOW)
    assert not help_page(cohort, now=LATER).first

    raise_hand(place=place_of(student), where=Where(), now=LATER)

    assert len(help_page(cohort, now=LATER).first) == 1


def test_rebuilding_leaves_a_hand_up(cohort, student):
    raise_hand(place=place_of(student), where=Where(), now=NOW)

    assert rebuild(cohort) == 0
    assert ClassStanding.objects.get().hand_at == NOW
    lower_hand(place=place_of(student), now=LATER)
    assert ClassStanding.objects.get().hand_at is None


@pytest.mark.parametrize("has_hand", [True, False])
def test_a_hand_is_the_first_reason(has_hand):
    found = reasons(Overall(stuck=1, seen_at=NOW), joined_at=JOINED, now=NOW, has_hand=has_hand)

    assert found == ([Reason.HAND] if has_hand else []) + [Reason.STUCK]
