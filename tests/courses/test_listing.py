"""Long lists by letter, by lesson and by kind; notes that lead back; a course's links on pages that belong to none."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from courses.models import Course, Section, SectionRead
from courses.reports.listing import by_letter, lessons_of
from courses.reports.uses import uses_of
from tests.content.sample import write_sample
from tests.make import NOW, browser_of, load, make_cohort, make_course
from tests.pages.test_cost import counted

COURSE = "/courses/treaties/"


@pytest.fixture
def course(tmp_path: Path, db: None) -> Course:
    load(write_sample(tmp_path))
    return Course.objects.get()


@pytest.mark.parametrize(
    ("names", "letters"),
    [
        (["beta", "Alpha", "Émile", "echo"], {"A": ["Alpha"], "B": ["beta"], "E": ["echo", "Émile"]}),
        (
            ["‘Almost all’", "1718 Committee", "«Союз»"],
            {"0–9": ["1718 Committee"], "A": ["‘Almost all’"], "С": ["«Союз»"]},
        ),
        (["나진", "남북", "평양"], {"ᄂ": ["나진", "남북"], "ᄑ": ["평양"]}),
        ([], {}),
    ],
)
def test_rows_stand_under_the_letter_they_begin_with(names: list[str], letters: dict[str, list[str]]) -> None:
    assert {part.letter: list(part.rows) for part in by_letter(names, str)} == letters


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", {"treaty-1961", "koval-2001"}),
        ("?lesson=trade", {"koval-2001"}),
        ("?lesson=alliance", {"treaty-1961", "koval-2001"}),
        ("?kind=Treaties", {"treaty-1961"}),
        ("?kind=Books&lesson=alliance&q=rice", {"koval-2001"}),
        ("?kind=Treaties&lesson=trade", set()),
        ("?kind=Songs&lesson=nowhere", {"treaty-1961", "koval-2001"}),
    ],
)
def test_sources_are_narrowed_by_lesson_kind_and_words(course: Course, query: str, shown: set[str]) -> None:
    page = Client().get(f"{COURSE}sources/{query}").content.decode()

    assert set(re.findall(r'<li id="([^"]+)"', page)) == shown


def test_the_glossary_is_narrowed_by_lesson(course: Course) -> None:
    [lesson] = lessons_of(uses_of(course, "term"))

    assert 'id="mutual-assistance"' in Client().get(f"{COURSE}glossary/?lesson={lesson.key}").content.decode()
    assert f'<option value="{lesson.key}"' in Client().get(f"{COURSE}glossary/").content.decode()


def test_every_letter_link_leads_to_a_heading(course: Course) -> None:
    page = Client().get(f"{COURSE}sources/").content.decode()

    links = re.findall(r'href="#(letter-[^"]+)"', page)
    assert len(links) == 2
    assert all(f'id="{link}"' in page for link in links)


def test_each_note_leads_back_to_where_it_is_first_cited(course: Course) -> None:
    page = Client().get(f"{COURSE}lessons/alliance/").content.decode()

    notes = re.findall(r'id="note-(\d+)"', page)
    assert notes
    for number in notes:
        assert page.count(f'id="cited-{number}"') == 1
        assert f'href="#cited-{number}"' in page


def test_the_drawing_of_the_timeline_stands_before_its_list(course: Course) -> None:
    page = Client().get(f"{COURSE}timeline/").content.decode()

    assert page.index('id="drawing"') < page.index('id="events"')


def test_a_reader_keeps_the_links_of_the_course_on_every_page(course: Course, student: User) -> None:
    make_cohort(make_course(key="other"), students=[student])
    browser = browser_of(student)
    assert "/courses/other/search/" in browser.get("/classes/").content.decode()

    SectionRead.objects.create(student=student, section=Section.objects.filter(lesson__course=course)[0], read_at=NOW)

    assert f"{COURSE}search/" in browser.get("/classes/").content.decode()
    assert "/search/" not in Client().get("/accounts/login/").content.decode()


def test_a_course_withdrawn_from_the_reader_lends_no_links(course: Course, student: User) -> None:
    make_cohort(course, students=[student])
    Course.objects.update(is_published=False)

    assert "/search/" not in browser_of(student).get("/classes/").content.decode()


def test_lists_cost_the_same_however_long(db: None) -> None:
    costs = []
    for lessons in (2, 30):
        course = make_course(key=f"course-{lessons}", lessons=lessons)
        with counted() as queries:
            Client().get(f"/courses/{course.key}/sources/")
        costs.append(len(queries))

    assert costs[0] == costs[1]
