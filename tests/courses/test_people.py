"""People: found in lessons by their names, listed with the places that name them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from courses.content.problems import ContentInvalid
from courses.models import Course, Person
from courses.rendering.names import Names, orders_of
from courses.reports.uses import people_uses
from courses.services.content import rerender_course
from quizzes.content.folder import read_folder
from tests.content.sample import PEOPLE, edit, write_sample
from tests.make import load

NAMES = Names(
    {
        key: orders_of(name)
        for key, name in {
            "kim-il": "Kim Il",
            "kim-il-sung": "Kim Il Sung",
            "shtykov": "Terentii Shtykov",
            "lee": "Lee Myung-bak",
            "wi": "Wi",
        }.items()
    }
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kim Il Sung spoke; Kim Il listened.", ["kim-il-sung", "kim-il"]),
        ("Il Sung Kim, as others write him.", ["kim-il-sung"]),
        ("SHTYKOV, TERENTII", ["shtykov"]),
        ("Terentii Shtykov’s cables", ["shtykov"]),
        ("President Lee Myung Bak", ["lee"]),
        ("Shtykov alone, or a Terentii Shtykovsky", []),
        ("Wi is too short to be sure of.", []),
    ],
)
def test_people_are_found_by_their_whole_names(text: str, found: list[str]) -> None:
    assert NAMES.found_in(text) == found


def test_no_names_find_nothing() -> None:
    assert Names({}).found_in("Kim Il Sung") == []


@pytest.fixture
def course(tmp_path: Path, db: None) -> Course:
    """The sample course; Anna Koval is named in one lesson and listed with another."""
    folder = write_sample(tmp_path)
    (folder / "people.yaml").write_text(PEOPLE, encoding="utf-8")
    edit(folder, "lessons/alliance.md", "Readings differ.", "Anna Koval read it otherwise.")
    load(folder)
    return Course.objects.get()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("lessons: [trade]", "lessons: [trades]", "There is no lesson “trades”."),
        ("[@koval-2001]", "[@koval-2011]", "There is no source “koval-2011”."),
        ("role: Historian", "rôle: Historian", "“role” is missing."),
        (
            "lessons: [trade]\n",
            "lessons: [trade]\n  - {key: koval, name: A B, side: C, role: D, text: E}\n",
            "is used before",
        ),
    ],
)
def test_a_mistake_in_the_file_is_told(tmp_path: Path, old: str, new: str, reason: str) -> None:
    folder = write_sample(tmp_path)
    assert PEOPLE.count(old) == 1
    (folder / "people.yaml").write_text(PEOPLE.replace(old, new), encoding="utf-8")

    with pytest.raises(ContentInvalid) as refusal:
        read_folder(folder)

    assert any(problem.file == "people.yaml" and reason in problem.reason for problem in refusal.value.problems)


def places(course: Course) -> list[tuple[str, str]]:
    people = list(course.people.all())
    return sorted((use.lesson.key, use.section) for use in people_uses(course, people)["koval"])


def test_a_person_is_linked_with_the_sections_that_name_them_and_the_lessons_that_list_them(course: Course) -> None:
    assert places(course) == [("alliance", "meaning"), ("trade", "")]
    assert set(Person.objects.get().lessons.values_list("key", flat=True)) == {"alliance", "trade"}


def test_an_edit_in_the_admin_looks_for_the_new_name(course: Course) -> None:
    Person.objects.update(name="Boris Koval")

    rerender_course(course)

    assert places(course) == [("trade", "")]
    assert set(Person.objects.get().lessons.values_list("key", flat=True)) == {"trade"}


def test_the_page_shows_names_in_their_languages_and_links_the_section(course: Course) -> None:
    page = Client().get("/courses/treaties/people/").content.decode()

    assert '<li id="koval">' in page
    assert '<dt class="ui">Korean</dt><dd lang="ko" dir="ltr">코발</dd>' in re.sub(r"\s*([<>])\s*", r"\1", page)
    assert '<dt class="ui">Russian</dt><dd lang="ru" dir="ltr">Анна Коваль</dd>' in re.sub(r"\s*([<>])\s*", r"\1", page)
    assert 'href="/courses/treaties/lessons/alliance/#meaning"' in page
    assert '<a href="/courses/treaties/people/"' in page


@pytest.mark.parametrize(("words", "is_found"), [("коваль", True), ("코발", True), ("HISTORIAN", True), ("x", False)])
def test_the_list_is_searched_whatever_the_case(course: Course, words: str, is_found: bool) -> None:
    page = Client().get("/courses/treaties/people/", {"q": words}).content.decode()

    assert ('id="koval"' in page) is is_found


# Groups.


def with_sides(folder: Path, *sides: str, groups: str = "") -> None:
    """Write people of these sides, a letter each; `groups` is the line that lists them, if any."""
    entry = "  - {{key: p-{n}, name: Person {n}, side: {side}, role: Someone, text: A text.}}\n"
    text = "".join(entry.format(n="abcdefgh"[at], side=side) for at, side in enumerate(sides))
    (folder / "people.yaml").write_text(f"{groups}people:\n{text}", encoding="utf-8")


def shown() -> list[str]:
    """Return the headings of the people page: groups, and the people under each."""
    html = Client().get("/courses/treaties/people/").content.decode()
    return re.findall(r"<h[23][^>]*>([^<]+)</h[23]>", html)


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ("", ["Keepers", "Person a", "Person c", "Authors", "Person b"]),
        ("groups: [Authors, Nobody, Keepers]\n", ["Authors", "Person b", "Keepers", "Person a", "Person c"]),
    ],
)
def test_people_stand_under_their_groups_in_the_order_of_the_file(tmp_path, db, groups, expected):
    folder = write_sample(tmp_path / "treaties")
    with_sides(folder, "Keepers", "Authors", "Keepers", groups=groups)
    load(folder)

    assert shown() == expected


def test_a_group_that_is_given_here_alone_comes_last(tmp_path, db):
    folder = write_sample(tmp_path / "treaties")
    with_sides(folder, "Keepers", "Authors")
    load(folder)
    Person.objects.filter(key="p-a").update(side="Beginners")

    assert shown() == ["Authors", "Person b", "Beginners", "Person a"]


@pytest.mark.parametrize(
    ("groups", "place", "reason", "suggestion"),
    [
        ("groups: [Keepers, Author]\n", "people[1].side", "There is no group “Authors”.", "“Author”"),
        ("groups: [Keepers, Authors, Keepers]\n", "groups[2]", "The group “Keepers” is listed before.", "List each"),
    ],
)
def test_groups_are_checked_where_a_course_lists_them(tmp_path, db, groups, place, reason, suggestion):
    folder = write_sample(tmp_path / "treaties")
    with_sides(folder, "Keepers", "Authors", groups=groups)

    with pytest.raises(ContentInvalid) as refused:
        read_folder(folder)

    [problem] = refused.value.problems
    assert (problem.file, problem.place, problem.reason) == ("people.yaml", place, reason)
    assert suggestion in problem.suggestion


# Family names.


def with_names(folder: Path, *people: tuple[str, str]) -> None:
    """Write people of one group, each by the name and the family name."""
    entry = "  - {{key: p-{n}, name: {name}, family: {family}, side: Envoys, role: Someone, text: A text.}}\n"
    text = "".join(
        entry.format(n=at, name=name, family=family or '""') for at, (name, family) in enumerate(people, start=1)
    )
    (folder / "people.yaml").write_text(f"people:\n{text}", encoding="utf-8")


def test_a_group_is_sorted_by_family_name_and_a_name_without_one_by_its_beginning(tmp_path, db):
    folder = write_sample(tmp_path / "treaties")
    with_names(
        folder,
        ("A. M. Puzanov", "Puzanov"),
        ("Kim Jong Il", "Kim"),
        ("Anna Koval", ""),
        ("Kim Il Sung", "Kim"),
        ("Juan de la Cruz", "de la Cruz"),
    )
    load(folder)

    assert shown() == ["Envoys", "Anna Koval", "Juan de la Cruz", "Kim Il Sung", "Kim Jong Il", "A. M. Puzanov"]


@pytest.mark.parametrize("family", ["Il", "Sung Kim", "Koval", "Kimm"])
def test_a_family_name_that_is_at_neither_end_of_the_name_is_a_mistake(tmp_path, family):
    folder = write_sample(tmp_path / "treaties")
    with_names(folder, ("Kim Il Sung", family))

    with pytest.raises(ContentInvalid) as refused:
        read_folder(folder)

    assert [problem.file for problem in refused.value.problems] == ["people.yaml"]


def test_the_page_says_that_the_years_are_those_of_the_course(course: Course) -> None:
    page = Client().get("/courses/treaties/people/").content.decode()

    assert 'in this course: <span class="num">2001</span>' in page
