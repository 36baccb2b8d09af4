"""The words of a course say which language they are in, where the page around them is in another."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client

from courses.content.problems import ContentInvalid
from courses.models import Course
from courses.rendering.library import Unlinked
from courses.rendering.markdown import render_inline
from courses.takeaway.fetch import book_of
from courses.takeaway.typst import typst_of
from quizzes.content.folder import read_folder
from quizzes.models import Quiz
from tests.content.sample import PEOPLE, edit, write_sample
from tests.make import NOW, browser_of, load, make_attempt, make_user


def course_in(tmp_path, language):
    """Load the sample course in a language."""
    root = write_sample(tmp_path / "treaties")
    (root / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    edit(root, "course.yaml", "title: Treaties", f"title: Treaties\nlanguage: {language}")
    load(root)


def attributes(html, start):
    """Return the attributes of the first element that begins so."""
    return re.search(rf"{re.escape(start)}([^>]*)>", re.sub(r">\s+<", "><", html))[1]


PLACES = [
    ("/courses/treaties/", "<h1"),
    ("/courses/treaties/", '<div class="prose columns"'),
    ("/courses/treaties/lessons/alliance/", '<h1 id="lesson-title"'),
    ("/courses/treaties/lessons/alliance/", '<section class="section"'),
    ("/courses/treaties/print/", "<h1"),
    ("/courses/treaties/print/", "<h3"),
    ("/courses/treaties/lessons/alliance/", '<p class="chip"'),
    ("/courses/treaties/lessons/alliance/", '<li id="term-mutual-assistance"'),
    ("/courses/treaties/", '<p class="unit-summary"'),
    ("/courses/treaties/", '<a href="/courses/treaties/lessons/trade/"'),
    ("/courses/treaties/glossary/", '<li id="mutual-assistance"><h3'),
    ("/courses/treaties/people/", '<li id="koval"><h3'),
    ("/courses/treaties/timeline/", "<div><h2"),
    ("/courses/treaties/study/", '<div class="prose record"'),
    ("/courses/treaties/search/?q=help", '<a href="/courses/treaties/glossary/#mutual-assistance"'),
    ("/courses/treaties/print/", '<article class="chapter prose"'),
    ("/courses/", '<p class="subtitle"'),
]


@pytest.mark.parametrize(("path", "start"), PLACES)
@pytest.mark.parametrize(
    ("language", "said"), [("ar", 'lang="ar" dir="rtl"'), ("ko", 'lang="ko" dir="ltr"'), ("en", ""), ("en-GB", "")]
)
def test_a_page_marks_the_language_of_the_course(tmp_path, db, path, start, language, said):
    course_in(tmp_path, language)

    html = Client().get(path).content.decode()

    assert (said or "lang=") in attributes(html, start) if said else "lang=" not in attributes(html, start)
    direction = "rtl" if "rtl" in said and path != "/courses/" else "ltr"
    assert f'<html lang="en" dir="{direction}">' in html.replace("en-gb", "en")


def test_a_question_is_marked_and_the_button_below_a_section_is_not(tmp_path, db):
    course_in(tmp_path, "ar")
    student = make_user()
    attempt = make_attempt(Quiz.objects.get(), student)

    question = browser_of(student).get(attempt.get_absolute_url()).content.decode()
    lesson = Client().get("/courses/treaties/lessons/alliance/").content.decode()

    assert 'lang="ar" dir="rtl"' in attributes(question, '<div class="stem"')
    assert '<div lang="en"><form class="read-form' in re.sub(r">\s+<", "><", lesson)


@pytest.mark.parametrize("tag", ["zh-Hant-TW", "ckb", "sl-rozaj-biske-1994", "de-x-plain"])
def test_a_course_may_be_in_any_language(tmp_path, db, tag):
    course_in(tmp_path, tag)

    assert Course.objects.get().language == tag


@pytest.mark.parametrize("tag", ["jp", "English", "en_GB", "hebrew", "de-" + "x" * 40])
def test_what_is_no_language_is_refused(tmp_path, db, tag):
    root = write_sample(tmp_path / "treaties")
    edit(root, "course.yaml", "title: Treaties", f"title: Treaties\nlanguage: {tag}")

    with pytest.raises(ContentInvalid) as refused:
        read_folder(root)

    assert [(each.file, each.line, each.place) for each in refused.value.problems] == [("course.yaml", 3, "language")]


def test_words_of_a_course_within_a_sentence_are_kept_apart_from_it(tmp_path, db):
    course_in(tmp_path, "ar")

    html = Client().get("/courses/treaties/").content.decode()

    assert 'Start reading: <bdi lang="ar" dir="rtl">1.1 The alliance</bdi>' in html


@pytest.mark.parametrize(
    ("tag", "said"), [("he", 'lang: "he", dir: rtl'), ("zh-Hant-TW", 'lang: "zh", region: "TW", dir: ltr')]
)
def test_the_pdf_is_set_in_the_language_of_the_course(tmp_path, db, tag, said):
    course_in(tmp_path, tag)

    source = typst_of(book_of(Course.objects.get(), now=NOW))

    assert said in source.splitlines()[1]


def test_foreign_words_in_a_text_run_their_own_way():
    assert render_inline("[שלום]{lang=he}", Unlinked()) == '<span lang="he" dir="rtl">שלום</span>'


# A line of a stylesheet that names a side of the screen would not turn round with the page.
SIDES = re.compile(
    r"[{;]\s*(?:(?:margin|padding|border|inset)-)?(?:left|right)(?:-\w+)?\s*:|text-align:\s*left|float:\s*(?:left|right)"
)


@pytest.mark.parametrize("name", ["tumen.css", "quiz.css", "admin.css", "workshop.css"])
def test_the_stylesheets_name_no_side_of_the_screen(name):
    assert SIDES.findall((settings.BASE_DIR / "static" / "css" / name).read_text()) == []
