"""Edits of a published course are drafts, and none is lost: they merge, collide, have a history, and publish."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from courses.models import Course, Lesson, Publication, Section
from courses.services.drafts import standing
from courses.services.history import versions_of
from quizzes.models import Item, ItemRevision
from quizzes.services.unpublishing import undo
from tests.admin.test_content import write_whole
from tests.admin.work import page_of, publish, save, told, typed
from tests.make import browser_of, load

BODY = "## One {#section-1}\n\nFirst.\n\nSecond.\n\nThird."
pytestmark = pytest.mark.django_db


def editor(name: str) -> Client:
    return browser_of(User.objects.create_superuser(name, first_name=name.title(), last_name="Park"))


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    """A lesson of a published course, with a draft of its text."""
    load(write_whole(tmp_path))
    row = Lesson.objects.get(key="lesson-1")
    assert told(save(editor("ahn"), page_of(row), body=BODY)) == ""
    return Lesson.objects.get(pk=row.pk)


def both(row: Any, one: dict[str, Any], other: dict[str, Any]) -> Any:
    """Let two people open the page of a row and save one after the other; return what the second is answered."""
    first, second = editor("helen"), editor("sofia")
    early, late = typed(first, page_of(row)), typed(second, page_of(row))
    assert first.post(page_of(row), early | one).status_code == 302
    return second.post(page_of(row), late | other)


def test_drafts_of_two_people_merge_and_readers_see_neither(lesson: Lesson) -> None:
    published = lesson.body

    answer = both(
        lesson, {"body": BODY.replace("First.", "1.")}, {"body": BODY.replace("Third.", "3."), "minutes": "7"}
    )

    lesson.refresh_from_db()
    assert answer.status_code == 302
    assert lesson.body == published
    assert standing(lesson).body == BODY.replace("First.", "1.").replace("Third.", "3.")
    assert lesson.minutes == 7


def test_drafts_of_the_same_passage_collide(lesson: Lesson) -> None:
    asked = both(lesson, {"body": BODY.replace("Second.", "2.")}, {"body": BODY.replace("Second.", "Two.")})

    assert asked.status_code == 409
    assert "Helen Park" in asked.content.decode()
    assert standing(Lesson.objects.get(pk=lesson.pk)).body == BODY.replace("Second.", "2.")


def test_the_history_of_a_draft_holds_what_was_published_and_each_edit(lesson: Lesson) -> None:
    published = lesson.body
    assert told(save(editor("helen"), page_of(lesson), body=BODY.replace("First.", "1."))) == ""

    texts = [version.field_dict["body"] for version in versions_of(lesson)]

    assert texts == [BODY.replace("First.", "1."), BODY, published]


def test_words_drafted_by_two_people_collide_over_the_draft(lesson: Lesson) -> None:
    item = Item.objects.get(key="quiz-1", course=lesson.course)
    address = f"/admin/quizzes/itemrevision/add/?item={item.pk}"
    first, second = editor("helen"), editor("sofia")
    early, late = typed(first, address), typed(second, address)
    stem = item.revisions.current().get().spec.stem

    saved = first.post(address, early | {"body": early["body"].replace(stem, "What came of it?")})
    asked = second.post(address, late | {"body": late["body"].replace(stem, "What came first?")})

    assert (saved.status_code, asked.status_code) == (302, 409)
    draft = ItemRevision.objects.drafts().get(item=item)
    assert draft.spec.stem == "What came of it?"
    assert item.revisions.current().get().spec.stem == stem


def test_questions_go_along_with_a_section_when_its_new_key_is_published_and_back_when_that_is_undone(
    lesson: Lesson,
) -> None:
    helen, root = editor("helen"), User.objects.get(username="ahn")
    item = Item.objects.filter(section__lesson=lesson, section__key="section-1").first()
    assert item is not None
    body = BODY.replace("#section-1", "#the-first")
    assert "Say above where" in told(save(helen, page_of(lesson), body=body))

    assert told(save(helen, page_of(lesson), **{"body": body, "moved-section-1": "the-first"})) == ""
    item.refresh_from_db()
    assert item.section.key == "section-1"

    publish(Course.objects.get(pk=lesson.course_id))
    item = Item.objects.get(pk=item.pk)
    assert item.section.key == "the-first"
    assert item.revisions.current().get().spec.section.rpartition("#")[2] == "the-first"
    assert not Lesson.objects.exclude(moved_sections={}).exists()

    undo(Publication.objects.get(), by=root, now=timezone.now())
    item = Item.objects.get(pk=item.pk)
    assert item.section.key == "section-1"
    assert not Section.objects.get(pk=item.section_id).is_retired
    assert standing(Lesson.objects.get(pk=lesson.pk)).moved_sections == {"section-1": "the-first"}
