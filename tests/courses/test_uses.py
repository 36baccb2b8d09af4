"""Every entry of a list says where the course uses it: sections of lessons, and how many questions."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from courses.models import Course, Lesson, Section
from courses.reports import event_uses, uses_of
from tests.content.sample import edit, write_sample
from tests.make import load
from tests.pages.test_cost import counted


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_sample(tmp_path)


@pytest.fixture
def course(folder: Path, db: None) -> Course:
    edit(folder, "quizzes/alliance.yaml", "stem: In which year?", "stem: When was Mutual Assistance promised?")
    edit(folder, "quizzes/alliance.yaml", "key: a-2\n", "key: a-2\n    facts: [treaty-text]\n")
    load(folder)
    return Course.objects.get()


def entry(page: str, anchor: str) -> str:
    """Return the markup of one entry of a list page."""
    found = re.search(rf'<li[^>]*id="{anchor}".*?</li>', page, re.DOTALL)
    assert found, anchor
    return found[0]


def test_an_entry_links_the_first_section_of_each_lesson_that_uses_it(course: Course) -> None:
    uses = uses_of(course, "source")

    places = {key: [(use.lesson.key, use.section) for use in found] for key, found in uses.items()}
    assert places["treaty-1961"] == [("alliance", "promise")]
    assert places["koval-2001"] == [("alliance", "meaning"), ("trade", "figures")]
    assert uses["treaty-1961"][0].url == "/courses/treaties/lessons/alliance/#promise"


def test_what_is_retired_uses_nothing(course: Course) -> None:
    Section.objects.filter(key="meaning").update(is_retired=True)
    Lesson.objects.filter(key="trade").update(is_retired=True)

    assert "koval-2001" not in uses_of(course, "source")


def test_an_event_is_told_where_its_facts_are(course: Course) -> None:
    Course.objects.get().events.update(lesson=None)

    uses = event_uses(course, list(course.events.all()))

    assert [(use.lesson.key, use.section) for use in uses["alliance-signed"]] == [("alliance", "promise")]


@pytest.mark.parametrize(
    ("page", "anchor", "questions"),
    [
        ("sources", "treaty-1961", "2 questions"),
        ("glossary", "mutual-assistance", "1 question"),
        ("timeline", "event-alliance-signed", "1 question"),
    ],
)
def test_the_questions_that_use_an_entry_are_counted(course: Course, page: str, anchor: str, questions: str) -> None:
    text = Client().get(f"/courses/treaties/{page}/").content.decode()

    assert f"<span>{questions}</span>" in entry(text, anchor)
    assert "#promise" in entry(text, anchor)


def test_checks_and_retired_questions_do_not_count(course: Course) -> None:
    course.items.filter(key__in=["a-1", "a-2"]).update(is_retired=True)

    text = Client().get("/courses/treaties/sources/").content.decode()

    assert "question" not in entry(text, "treaty-1961")


@pytest.mark.parametrize("page", ["sources", "glossary", "people", "timeline"])
def test_a_list_costs_few_queries(course: Course, page: str) -> None:
    with counted() as queries:
        assert Client().get(f"/courses/treaties/{page}/").status_code == 200

    assert len(queries) <= 5, "\n".join(queries)
