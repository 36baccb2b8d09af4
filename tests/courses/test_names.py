"""Names in other languages: of any language, said to be of it wherever they are shown, found by every search."""

from __future__ import annotations

import io
import re
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from courses.content.problems import ContentInvalid
from courses.models import Course, GlossaryTerm, Person
from courses.takeaway.epub import epub_of
from courses.takeaway.fetch import book_of
from courses.takeaway.typst import typst_of
from quizzes.content.folder import read_folder
from tests.admin.work import page_of, root, save, saved, told
from tests.content.sample import PEOPLE, edit, write_sample
from tests.make import NOW, load

NAMES = "{ko: 호상원조, ru: взаимная помощь}"
MANY = '{he: "עזרה הדדית", zh-Hant-TW: 互助, ckb: هاریکاری, grc: συμμαχία}'


@pytest.fixture
def folder(tmp_path, db):
    root_folder = write_sample(tmp_path / "treaties")
    (root_folder / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    return root_folder


@pytest.fixture
def course(folder) -> Course:
    edit(folder, "glossary.yaml", NAMES, MANY)
    load(folder)
    return Course.objects.get()


def one_line(html: str) -> str:
    return re.sub(r"\s*([<>])\s*", r"\1", html)


SHOWN = [
    ("he", "Hebrew", "rtl", "עזרה הדדית"),
    ("zh-Hant-TW", "Chinese (Traditional, Taiwan)", "ltr", "互助"),
    ("ckb", "Central Kurdish", "rtl", "هاریکاری"),
    ("grc", "Ancient Greek", "ltr", "συμμαχία"),
]


@pytest.mark.parametrize(("tag", "language", "direction", "words"), SHOWN)
def test_a_name_is_shown_under_its_language_and_found_by_it(course, tag, language, direction, words):
    page = one_line(Client().get("/courses/treaties/glossary/", {"q": words}).content.decode())

    assert f'<dt class="ui">{language}</dt><dd lang="{tag}" dir="{direction}">{words}</dd>' in page
    assert "/courses/treaties/glossary/#mutual-assistance" in (
        Client().get("/courses/treaties/search/", {"q": words.split()[0]}).content.decode()
    )


@pytest.mark.parametrize(("tag", "_language", "direction", "words"), SHOWN)
def test_lessons_print_epub_pdf_and_api_say_the_language_too(course, tag, _language, direction, words):
    span = f'<span lang="{tag}" dir="{direction}">{words}</span>'
    book = book_of(course, now=NOW)
    with ZipFile(io.BytesIO(epub_of(book))) as archive:
        glossary = archive.read("EPUB/glossary.xhtml").decode()

    assert span in Client().get("/courses/treaties/lessons/alliance/").content.decode()
    assert span in Client().get("/courses/treaties/print/").content.decode()
    assert f'<span lang="{tag}" xml:lang="{tag}" dir="{direction}">{words}</span>' in glossary
    assert f"dir: {direction})[{words}]" in typst_of(book)
    [term] = root().get("/api/v1/lessons/treaties/alliance/").json()["terms"]
    assert span in term["originals"]


# What is written → what is wrong with it, and what to write.
REFUSED = [
    ("names: " + NAMES, "ko: 호상원조", "terms[0].ko", "“ko” is not known here.", "“names: {ko: …}”"),
    ("names: " + NAMES, "he: עזרה", "terms[0].he", "“he” is not known here.", "“names: {he: …}”"),
    ("ko: 호상원조", "jp: 相互援助", "terms[0].names.jp", "“jp” is no language", "Correct it"),
    (
        "ko: 호상원조",
        "Korean: 호상원조",
        "terms[0].names.Korean",
        "This is not written as it should be.",
        "code of a language",
    ),
    ("ko: 호상원조", 'ko: ""', "terms[0].names.ko", "This text is empty.", "Write it"),
    ("names: " + NAMES, "names: 호상원조", "terms[0].names", "This must be fields with values.", "“key: value” lines"),
]


@pytest.mark.parametrize(("old", "new", "place", "reason", "suggestion"), REFUSED)
def test_what_is_no_name_is_a_located_mistake(folder, old, new, place, reason, suggestion):
    edit(folder, "glossary.yaml", old, new)

    with pytest.raises(ContentInvalid) as refused:
        read_folder(folder)

    [problem] = refused.value.problems
    assert (problem.file, problem.line, problem.place) == ("glossary.yaml", 4, place)
    assert problem.reason.startswith(reason)
    assert suggestion in problem.suggestion


def test_the_old_fields_of_a_person_are_told_too(folder):
    edit(folder, "people.yaml", "names: {ko: 코발, ru: Анна Коваль}", "ko: 코발\n    ru: Анна Коваль")

    with pytest.raises(ContentInvalid) as refused:
        read_folder(folder)

    assert [(each.place, "“names: {" in each.suggestion) for each in refused.value.problems] == [
        ("people[0].ko", True),
        ("people[0].ru", True),
    ]


# The admin.

TYPED = [
    ("de: Beistand\n\n he : עזרה ", {"de": "Beistand", "he": "עזרה"}),
    ("", {}),
    ("fr: Traité : amitié", {"fr": "Traité : amitié"}),
]


@pytest.mark.parametrize(("lines", "names"), TYPED)
def test_names_are_typed_one_in_a_line(course, lines, names):
    term = GlossaryTerm.objects.get()

    assert saved(root(), term, names=lines) == ""

    term.refresh_from_db()
    assert term.names == names
    assert term.edited_at is not None


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("jp: 互助", "Line 1: “jp” is no language."),
        ("de: A\nde: B", "Line 2: “de” is written twice."),
        ("de:", "Line 1: Write a name of 1 to 200 characters"),
        ("de: " + "x" * 201, "Line 1: Write a name of 1 to 200 characters"),
        ("Beistand", "Line 1: “Beistand” is no language."),
    ],
)
def test_a_line_that_is_no_name_is_refused(course, lines, fault):
    term = GlossaryTerm.objects.get()

    response = save(root(), page_of(term), names=lines)

    assert fault in told(response)
    term.refresh_from_db()
    assert term.edited_at is None


def test_names_as_they_are_make_no_edit_and_are_found_in_the_admin(course):
    term, person = GlossaryTerm.objects.get(), Person.objects.get()
    browser = root()

    save(browser, page_of(term))

    term.refresh_from_db()
    assert term.edited_at is None
    for row, words in ((term, "互助"), (person, "Коваль")):
        found = browser.get(f"/admin/courses/{row._meta.model_name}/", {"q": words}).content.decode()
        assert row.key in found
        assert row.key not in browser.get(f"/admin/courses/{row._meta.model_name}/", {"q": "nowhere"}).content.decode()


# Databases from before.

BEFORE = [("courses", "0011_maps")]


def migrate(targets: list[tuple[str, str]]) -> Any:
    """Migrate, and return the models as they are then."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return executor.loader.project_state(targets).apps


@pytest.fixture
def latest(transactional_db):
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
    yield leaves
    migrate(leaves)


def test_an_older_database_keeps_its_names_and_going_back_gives_them_back(latest):
    before = migrate(BEFORE)
    course = before.get_model("courses", "Course").objects.create(key="course", title="Course")
    of_row = {"course_id": course.pk, "key": "a"}
    term = before.get_model("courses", "GlossaryTerm").objects.create(**of_row, term="A", ko="원조", ru="помощь")
    bare = before.get_model("courses", "GlossaryTerm").objects.create(course_id=course.pk, key="b", term="B")
    person = before.get_model("courses", "Person").objects.create(**of_row, name="A", ru="Анна", edited_at=NOW)

    migrate(latest)
    assert GlossaryTerm.objects.get(pk=term.pk).names == {"ko": "원조", "ru": "помощь"}
    assert GlossaryTerm.objects.get(pk=bare.pk).names == {}
    assert Person.objects.get(pk=person.pk).names == {"ru": "Анна"}
    assert Person.objects.get(pk=person.pk).edited_at == NOW

    back = migrate(BEFORE)
    found = back.get_model("courses", "GlossaryTerm").objects.order_by("key").values_list("ko", "ru")
    assert [*found, *back.get_model("courses", "Person").objects.values_list("ko", "ru")] == [
        ("원조", "помощь"),
        ("", ""),
        ("", "Анна"),
    ]
