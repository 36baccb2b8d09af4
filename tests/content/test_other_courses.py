"""Two courses in other fields and another script: every page of theirs works, and tells of nothing but themselves."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml
from django.contrib.auth.models import User
from django.test import Client

from courses.models import Cohort, Course, Lesson
from courses.takeaway.epub import epub_of
from courses.takeaway.fetch import book_of
from courses.takeaway.pdf import pdf_of
from courses.takeaway.typst import typst_of
from quizzes.domain.kinds import KINDS
from quizzes.management.commands.load_content import shipped_folders
from quizzes.models import Item, Quiz
from tests.make import NOW, answer_rightly, browser_of, load, make_attempt, make_cohort, make_user, submit

FOLDERS = {path.name: path for path in sorted((Path(__file__).parents[1] / "courses_for_tests").iterdir())}
LANGUAGES = {"bees": ("en", "ltr"), "bread": ("he", "rtl")}
PLACES = re.compile(
    r"\b(?:north |south )?(?:korea|russia|soviet|moscow|pyongyang|seoul|kremlin|dprk|rouble)\w*", re.IGNORECASE
)


def shipped_words() -> set[str]:
    """Return the names of the shipped course: its titles, people, and terms in other scripts."""
    [root, *_others] = shipped_folders()
    course, people, terms = (
        yaml.safe_load((root / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("course", "people", "glossary")
    )
    names = {course["title"], course["subtitle"], course["lede"], *(unit["summary"] for unit in course["units"])}
    names |= {person["name"] for person in people["people"]}
    for entry in (*people["people"], *terms["terms"]):
        names |= set(entry.get("names", {}).values())
    return {name for name in names if len(name) > 3}


SHIPPED = shipped_words()


def strange(text: str) -> set[str]:
    """Return the words of the shipped course that a text holds."""
    return {name for name in SHIPPED if name in text} | set(PLACES.findall(text))


@pytest.fixture(params=sorted(FOLDERS))
def course(request: pytest.FixtureRequest, db: None) -> Course:
    load(FOLDERS[request.param])
    return Course.objects.get(key=request.param)


def reading_pages(course: Course) -> Iterator[str]:
    """Yield the addresses of the pages that anybody reads."""
    own = course.get_absolute_url()
    yield from ("/courses/", own, f"{own}search/", f"{own}search/?q=a", f"{own}print/", f"{own}take-away/")
    yield from (f"{own}{name}/" for name in course.lists)
    yield from (lesson.get_absolute_url() for lesson in Lesson.objects.filter(course=course))
    yield from (quiz.get_absolute_url() for quiz in Quiz.objects.filter(course=course))


def work_pages(course: Course, student: User) -> Iterator[str]:
    """Yield the addresses of attempts as they are begun, answered and submitted."""
    for quiz in Quiz.objects.filter(course=course):
        attempt = make_attempt(quiz, student)
        yield attempt.get_absolute_url()
        yield from (f"/attempts/{attempt.pk}/items/{each.position}/" for each in attempt.responses.all())
        answer_rightly(attempt)
        yield f"/attempts/{attempt.pk}/confirm/"
        submit(attempt)
        yield f"/attempts/{attempt.pk}/result/"


def class_pages(course: Course, cohort_id: int, student: User) -> Iterator[str]:
    """Yield the addresses of a class, and of its quizzes on paper."""
    own = f"/classes/{cohort_id}/"
    yield from (own, f"{own}marking/", f"{own}reports/", f"{own}time/", f"{own}students/{student.pk}/")
    yield from (f"{quiz.get_absolute_url()}paper/" for quiz in Quiz.objects.filter(course=course))


def faults(course: Course, browser: Client, addresses: Iterator[str]) -> list[str]:
    """Open each page; say which do not answer, speak of the shipped course, or run the wrong way."""
    found = []
    for address in addresses:
        response = browser.get(address, follow=True)
        html = response.content.decode()
        direction = "ltr" if address == "/courses/" else LANGUAGES[course.key][1]
        if response.status_code != 200:
            found.append(f"{address}: {response.status_code}")
        found += [f"{address}: {words}" for words in strange(html)]
        if not re.search(rf'<html lang="en[^"]*" dir="{direction}">', html):
            found.append(f"{address}: does not run {direction}")
    return found


def test_every_page_to_read_is_the_courses_own(course: Course) -> None:
    assert faults(course, Client(), reading_pages(course)) == []


def test_every_page_of_work_is_the_courses_own(course: Course) -> None:
    student, instructor = make_user("student"), make_user("instructor", is_staff=True)
    cohort = make_cohort(course, instructor=instructor, students=[student])
    Cohort.objects.update(name="Morning class")
    browser = browser_of(student)

    assert faults(course, browser, work_pages(course, student)) == []
    assert faults(course, browser_of(instructor), class_pages(course, cohort.pk, student)) == []


def test_the_books_are_the_courses_own(course: Course) -> None:
    book = book_of(course, now=NOW)
    language, direction = LANGUAGES[course.key]
    with ZipFile(io.BytesIO(epub_of(book))) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    source = typst_of(book)

    assert {name: found for name, text in texts.items() if (found := strange(text))} == {}
    assert f"<dc:language>{language}</dc:language>" in texts["EPUB/package.opf"]
    assert strange(source.replace("Noto Serif KR", "")) == set()
    assert f'lang: "{language}", dir: {direction}' in source
    assert pdf_of(book).startswith(b"%PDF")


def test_both_courses_stand_beside_each_other(db: None) -> None:
    for folder in FOLDERS.values():
        load(folder)

    page = Client().get("/courses/").content.decode()

    assert all(Course.objects.get(key=key).title in page for key in FOLDERS)
    assert strange(page) == set()


def test_one_of_them_has_a_question_of_every_kind(db: None) -> None:
    load(FOLDERS["bees"])

    used = {item.revisions.get().body["kind"] for item in Item.objects.filter(purpose=Item.Purpose.QUESTION)}
    assert used == set(KINDS)


def test_a_second_load_changes_nothing(course: Course) -> None:
    report = load(FOLDERS[course.key])

    assert (report.added, report.changed, report.retired) == ([], [], [])
