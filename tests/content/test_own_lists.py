"""What a course has, it shows; what it lacks, no page speaks of. A file may say that its course is a draft."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from courses.content.problems import ContentInvalid
from courses.models import Course, StudyStatement
from courses.services.content import rerender_course
from quizzes.content.folder import read_folder
from quizzes.models import Item
from tests.admin.work import page_of, root, save, saved
from tests.content.sample import PEOPLE, edit, write_sample
from tests.make import load, make_course

COURSE = "/courses/treaties/"
ALWAYS = {"", "search/"}


@pytest.fixture
def folder(tmp_path: Path, db: None) -> Path:
    whole = write_sample(tmp_path / "treaties")
    (whole / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    return whole


def menu(path: str = COURSE) -> dict[str, str]:
    """Return the links of a course's menu, with their words."""
    html = Client().get(path).content.decode()
    nav = re.search(r'<nav aria-label="Course">(.*?)</nav>', html, re.DOTALL)[1]
    return {
        address.removeprefix(COURSE): words.strip()
        for address, words in re.findall(r'href="([^"]+)"[^>]*>([^<]*)</a>', nav)
    }


def test_the_menu_of_a_whole_course_has_every_list(folder):
    load(folder)

    assert menu() == {
        "": "Course",
        "timeline/": "Timeline",
        "glossary/": "Glossary",
        "people/": "People",
        "sources/": "Sources",
        "study/": "The study",
        "search/": "Search",
    }


def without_study(folder: Path) -> None:
    edit(folder, "lessons/alliance.md", "statements: [S01]\n", "")
    edit(folder, "quizzes/alliance.yaml", "    statements: [S01]\n", "")


@pytest.mark.parametrize(
    ("file", "gone", "also"),
    [("people.yaml", "people/", None), ("timeline.yaml", "timeline/", None), ("study.yaml", "study/", without_study)],
)
def test_the_menu_names_no_list_that_a_course_lacks(folder, file, gone, also):
    (folder / file).unlink()
    if also:
        also(folder)
    load(folder)

    assert gone not in menu()
    assert len(menu()) == 6


def test_a_course_of_lessons_alone_has_no_lists_and_no_study(db):
    course = make_course(key="treaties")
    course.sources.update(is_retired=True)
    rerender_course(course)

    assert set(menu()) == ALWAYS
    assert Client().get(f"{COURSE}study/").status_code == 404


def test_what_is_taken_out_in_the_admin_leaves_the_menu(folder):
    load(folder)
    term = Course.objects.get().terms.get()

    assert saved(root(), term, is_retired="on") == ""

    assert "glossary/" not in menu()


def test_a_study_has_a_title_of_its_own_and_statements_of_any_id(folder):
    edit(folder, "study.yaml", "about: |", "title: The report of 1975\nabout: |")
    for file in ("study.yaml", "lessons/alliance.md", "quizzes/alliance.yaml"):
        edit(folder, file, "S01", "claim-3b")
    load(folder)

    html = Client().get(f"{COURSE}study/").content.decode()
    assert menu()["study/"] == "The report of 1975"
    assert "<h1>The report of 1975</h1>" in html
    assert '<li class="statement" id="claim-3b">' in html
    assert StudyStatement.objects.get() in Item.objects.get(key="a-1").statements.all()


def test_a_study_may_be_told_of_without_statements(folder):
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    (folder / "study.yaml").write_text(text[: text.index("statements:")], encoding="utf-8")
    without_study(folder)
    load(folder)

    html = Client().get(f"{COURSE}study/").content.decode()
    assert "A study of 2012." in html
    assert "one by one" not in html


@pytest.mark.parametrize("key", ["claim 3", "3.1", "-a", "x" * 41])
def test_what_is_no_id_of_a_statement_is_refused(folder, key):
    edit(folder, "study.yaml", "id: S01", f'id: "{key}"')

    with pytest.raises(ContentInvalid) as refused:
        read_folder(folder)

    assert "statements[0].id" in {problem.place for problem in refused.value.problems}


def test_a_course_without_years_keeps_no_column_for_them(folder):
    edit(folder, "course.yaml", "    years: {from: 1945, to: 1990}\n", "")
    load(folder)

    html = Client().get(COURSE).content.decode()
    assert 'class="unit-years"' not in html
    assert '<ol class="units">' in html


# Drafts.


def publish(folder: Path, words: str) -> None:
    """Say in the file whether the course is published."""
    text = (folder / "course.yaml").read_text(encoding="utf-8").replace("published: false\n", "")
    (folder / "course.yaml").write_text(
        text.replace("title: Treaties\n", f"title: Treaties\n{words}"), encoding="utf-8"
    )


@pytest.mark.parametrize(("words", "status"), [("", 200), ("published: true\n", 200), ("published: false\n", 404)])
def test_a_load_publishes_unless_the_file_says_otherwise(folder, words, status):
    publish(folder, words)
    load(folder)

    assert Client().get(COURSE).status_code == status
    assert root().get(COURSE).status_code == 200


@pytest.mark.parametrize(
    ("first", "then", "is_published"),
    [
        ("published: false\n", "", False),
        ("published: false\n", "published: true\n", True),
        ("", "published: false\n", False),
        ("published: false\n", "published: false\n", False),
    ],
)
def test_a_later_load_changes_it_only_by_saying_so(folder, first, then, is_published):
    publish(folder, first)
    load(folder)
    publish(folder, then)
    load(folder)

    assert Course.objects.get().is_published is is_published


def test_what_an_owner_published_stays_until_the_file_changes(folder):
    publish(folder, "published: false\n")
    load(folder)
    save(root(), page_of(Course.objects.get()), is_published="on")

    report = load(folder)

    assert Course.objects.get().is_published
    assert "course treaties" in report.kept


def test_what_an_owner_withdrew_stays_withdrawn_until_the_file_changes(folder):
    publish(folder, "published: true\n")
    load(folder)
    save(root(), page_of(Course.objects.get()), is_published=False)

    load(folder)

    assert not Course.objects.get().is_published


def test_published_is_true_or_false(folder):
    publish(folder, "published: no\n")

    with pytest.raises(ContentInvalid) as refused:
        read_folder(folder)

    assert [(each.line, each.place) for each in refused.value.problems] == [(3, "published")]
