"""The words of a course say which language they are in, where the page around them is in another."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from quizzes.models import Quiz
from tests.content.sample import edit, write_sample
from tests.make import browser_of, load, make_attempt, make_user


def course_in(tmp_path, language):
    """Load the sample course in a language."""
    root = write_sample(tmp_path / "treaties")
    edit(root, "course.yaml", "title: Treaties", f"title: Treaties\nlanguage: {language}")
    load(root)


def attributes(html, start):
    """Return the attributes of the first element that begins so."""
    return re.search(rf"{start}([^>]*)>", html)[1]


PLACES = [
    ("/courses/treaties/", "<h1"),
    ("/courses/treaties/", '<div class="prose columns"'),
    ("/courses/treaties/lessons/alliance/", '<h1 id="lesson-title"'),
    ("/courses/treaties/lessons/alliance/", '<section class="section"'),
    ("/courses/treaties/print/", "<h1"),
    ("/courses/treaties/print/", "<h3"),
]


@pytest.mark.parametrize(("path", "start"), PLACES)
@pytest.mark.parametrize(
    ("language", "said"), [("ar", 'lang="ar" dir="rtl"'), ("ko", 'lang="ko" dir="ltr"'), ("en", ""), ("en-GB", "")]
)
def test_a_page_marks_the_language_of_the_course(tmp_path, db, path, start, language, said):
    course_in(tmp_path, language)

    html = Client().get(path).content.decode()

    assert (said or "lang=") in attributes(html, start) if said else "lang=" not in attributes(html, start)
    assert '<html lang="en' in html


def test_a_question_is_marked_and_the_button_below_a_section_is_not(tmp_path, db):
    course_in(tmp_path, "ar")
    student = make_user()
    attempt = make_attempt(Quiz.objects.get(), student)

    question = browser_of(student).get(attempt.get_absolute_url()).content.decode()
    lesson = Client().get("/courses/treaties/lessons/alliance/").content.decode()

    assert 'lang="ar" dir="rtl"' in attributes(question, '<div class="stem"')
    assert '<div lang="en" dir="ltr"><form class="read-form' in re.sub(r">\s+<", "><", lesson)
