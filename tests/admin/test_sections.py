"""Sections of a lesson that get another key: questions that point at them are named before, and go along."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from reversion.models import Version

from courses.models import Course, Lesson, Section, SectionRead
from courses.services.progress import mark_read
from quizzes.models import Item, Quiz
from tests.admin.test_content import BODY, write_whole
from tests.admin.work import page_of, posted, save, told, typed
from tests.make import NOW, browser_of, load, make_attempt, make_user

RENAMED = BODY.replace("{#section-1}", "{#the-one}")


@pytest.fixture
def workshop(db: None) -> Client:
    return browser_of(User.objects.create_superuser("root"))


@pytest.fixture
def lesson(tmp_path: Path, db: None) -> Lesson:
    load(write_whole(tmp_path))
    Course.objects.update(is_published=False)  # edits are seen at once
    return Lesson.objects.get(key="lesson-1")


def test_a_section_that_questions_point_at_does_not_go_unsaid(lesson: Lesson, workshop: Client) -> None:
    refused = save(workshop, page_of(lesson), body=RENAMED)

    assert "The section “section-1” answers" in told(refused)
    assert Item.objects.first().key in told(refused)
    page = refused.content.decode()
    assert 'name="moved-section-1"' in page
    assert '<option value="the-one" selected>' in page
    lesson.refresh_from_db()
    assert "{#section-1}" in lesson.body


def test_questions_go_along_with_a_renamed_section(lesson: Lesson, workshop: Client) -> None:
    student = make_user("student")
    mark_read(lesson=lesson, sections=["section-1"], student=student, now=NOW)
    make_attempt(Quiz.objects.get(), student)
    before = {item.pk: item.revisions.get().pk for item in Item.objects.all()}
    refused = save(workshop, page_of(lesson), body=RENAMED)

    assert workshop.post(page_of(lesson), posted(refused)).status_code == 302

    section = Section.objects.get(lesson=lesson, key="the-one")
    assert not section.is_retired
    assert set(Item.objects.values_list("section", flat=True)) == {section.pk}
    assert SectionRead.objects.get(student=student).section == section
    for item in Item.objects.all():
        revision = item.revisions.get()
        assert revision.pk == before[item.pk]
        assert revision.spec.section.endswith("the-one")
    # Each question can be edited again at once, with nothing to be put right first.
    text = typed(workshop, f"/admin/quizzes/itemrevision/add/?item={item.pk}")
    changed = text | {"body": text["body"].replace("difficulty: 1", "difficulty: 2")}
    assert told(workshop.post(f"/admin/quizzes/itemrevision/add/?item={item.pk}", changed)) == ""


def test_what_went_along_is_in_the_same_act(lesson: Lesson, workshop: Client) -> None:
    refused = save(workshop, page_of(lesson), body=RENAMED)
    workshop.post(page_of(lesson), posted(refused))

    latest = Version.objects.order_by("-revision_id").first()
    assert {version.content_type.model for version in latest.revision.version_set.all()} == {"lesson", "itemrevision"}


def test_questions_move_to_a_section_that_is_there(lesson: Lesson, workshop: Client) -> None:
    both = f"{BODY}\n## Two {{#two}}\n\nMore.\n"
    assert told(save(workshop, page_of(lesson), body=both)) == ""
    refused = save(workshop, page_of(lesson), body="## Two {#two}\n\nMore.\n")

    assert workshop.post(page_of(lesson), posted(refused) | {"moved-section-1": "two"}).status_code == 302

    assert set(Item.objects.values_list("section__key", flat=True)) == {"two"}
    assert Section.objects.get(lesson=lesson, key="section-1").is_retired


@pytest.mark.parametrize("to", ["", "section-1", "nowhere"])
def test_they_move_only_to_a_section_of_the_text(lesson: Lesson, workshop: Client, to: str) -> None:
    refused = save(workshop, page_of(lesson), body=RENAMED)

    assert workshop.post(page_of(lesson), posted(refused) | {"moved-section-1": to}).status_code == 200

    assert set(Item.objects.values_list("section__key", flat=True)) == {"section-1"}


def test_a_section_at_which_nothing_points_goes_without_a_word(lesson: Lesson, workshop: Client) -> None:
    assert told(save(workshop, page_of(lesson), body=f"{BODY}\n## Two {{#two}}\n\nMore.\n")) == ""

    assert told(save(workshop, page_of(lesson), body=BODY)) == ""

    assert Section.objects.get(lesson=lesson, key="two").is_retired
