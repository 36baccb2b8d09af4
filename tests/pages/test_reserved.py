"""Questions reserved for exams reach a student on the paper of an exam, and by no other door."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import resolve, reverse

from courses.takeaway.files import FORMS, make
from quizzes.models import Item, Quiz
from quizzes.services.papers import candidates_for, printed_paper
from tests.make import NOW, body, make_attempt, make_course, make_guest, make_user, quiz_file, submit, with_study
from tests.pages.test_keys import api_of, followed, pages_of

KEPT = "kept-for-the-exam-alone"


def reserved(kind: str, *, key: str) -> dict[str, Any]:
    """Return a question that has the secret in its stem, so that it shows wherever it is let out."""
    found: dict[str, Any] = {**body(kind, key=key), "stem": f"What was {KEPT}?"}
    return found


@pytest.fixture
def open_quiz(db: None) -> Quiz:
    """A practice quiz with open and reserved questions, beside a quiz that draws on all that is open, and an exam."""
    held = [reserved(kind, key=f"kept-{kind.replace('_', '-')}") for kind in ("single", "matching", "text", "essay")]
    asked = quiz_file(items=3, practice=True, checks=[body("single", key="check-1")], reserved=held)
    drawing = quiz_file(key="drawing", items=[], draw={"strata": [{"take": 3}]})
    exam = quiz_file(
        key="exam", items=[], practice=False, review="after_close", draw={"bank": "reserved", "strata": [{"take": 4}]}
    )
    course = with_study(make_course(lessons=1, sections=1, quizzes=[asked, drawing, exam]))
    return Quiz.objects.get(course=course, key=asked["quiz"])


def words_of(content: bytes) -> str:
    """Return the text of a page, or of the files in an archive."""
    if not content.startswith(b"PK"):
        return content.decode()
    with ZipFile(BytesIO(content)) as archive:
        return " ".join(archive.read(name).decode() for name in archive.namelist())


def test_no_page_of_a_student_shows_a_reserved_question(open_quiz: Quiz, student: User) -> None:
    browser, course = Client(), open_quiz.course.key
    browser.force_login(student)
    attempt = make_attempt(open_quiz, student)
    before = [each for each in pages_of(open_quiz, attempt) if resolve(each).kwargs.get("position", 1) <= 3]
    after = [
        reverse("quizzes:result", args=[attempt.pk]),
        reverse("quizzes:personal"),
        reverse("quizzes:personal-file"),
    ]
    after += [reverse("quizzes:quiz", args=[course, key]) for key in ("drawing", "exam")]
    after += [f"{reverse('courses:search', args=[course])}?q=single"]

    for address in [*before, None, *after]:
        if address is None:
            submit(attempt)
            continue
        response = browser.get(address)
        assert response.status_code == 200, address
        assert KEPT not in words_of(response.content), address
    assert browser.get(reverse("quizzes:check", args=[course, "kept-single"])).status_code == 404


def test_the_book_to_take_away_holds_no_reserved_question(open_quiz: Quiz) -> None:
    with ZipFile(make(open_quiz.course, FORMS["epub"], now=NOW)) as book:
        assert [name for name in book.namelist() if KEPT.encode() in book.read(name)] == []


def test_no_answer_of_the_api_shows_a_reserved_question(open_quiz: Quiz, student: User) -> None:
    browser = Client()
    browser.force_login(student)
    attempt = make_attempt(open_quiz, student)
    submit(attempt)

    for start in api_of(open_quiz, attempt):
        for address, text in followed(browser, start):
            assert KEPT not in text, address


def test_only_the_paper_of_an_exam_has_reserved_questions(open_quiz: Quiz) -> None:
    purposes: dict[str, set[str]] = {}
    for quiz in Quiz.objects.filter(course=open_quiz.course):
        people = [make_user(f"{quiz.key}-{number}") for number in range(3)]
        people += [make_guest()] if quiz.is_practice else []
        papers = [make_attempt(quiz, person).responses for person in people]
        purposes[quiz.key] = {
            each for paper in papers for each in paper.values_list("revision__item__purpose", flat=True)
        }

    assert purposes.pop("exam") == {Item.Purpose.RESERVED}
    assert set().union(*purposes.values()) == {Item.Purpose.QUESTION}


def test_the_printed_forms_of_other_quizzes_have_none_either(open_quiz: Quiz) -> None:
    for key, purpose in {open_quiz.key: "question", "drawing": "question", "exam": "reserved"}.items():
        paper = printed_paper(Quiz.objects.get(course=open_quiz.course, key=key), seed="1")
        assert {revision.item.purpose for revision in paper} == {purpose}


def test_an_exam_that_was_opened_for_practice_draws_on_nothing_rather_than_on_what_is_reserved(open_quiz: Quiz) -> None:
    exam = Quiz.objects.get(course=open_quiz.course, key="exam")
    assert len(candidates_for(exam, None)) == 4

    exam.is_practice = True
    exam.save()

    assert candidates_for(Quiz.objects.get(pk=exam.pk), None) == []
