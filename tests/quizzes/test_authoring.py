"""Words given to a question by hand: what they name must be there, and comes along."""

from __future__ import annotations

from typing import Any

import pytest

from courses.models import Course, Section
from quizzes.domain.kinds import read_spec
from quizzes.models import Item
from quizzes.services.authoring import edit_item, missing_from
from tests.make import NOW, make_quiz, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def item() -> Item:
    make_quiz(items=1, kinds=["single"])
    return Item.objects.get()


def words(item: Item, **fields: Any) -> Any:
    current = item.revisions.current().get().spec
    return read_spec({**current.model_dump(mode="json"), **fields})


def test_what_is_there_is_not_missing(item: Item) -> None:
    assert missing_from(item, words(item, stem="What came of it?")) == []


@pytest.mark.parametrize(("rows", "word"), [("objectives", "objective"), ("sources", "source")])
def test_what_is_retired_is_missing(item: Item, rows: str, word: str) -> None:
    spec = words(item)
    getattr(item.course, rows).update(is_retired=True)

    found = missing_from(item, spec)

    assert found
    assert all(f"There is no {word} “" in each for each in found)


def test_an_edit_by_hand_moves_the_question_to_the_section_it_names(item: Item) -> None:
    lesson = item.section.lesson
    other = Section.objects.create(lesson=lesson, key="elsewhere", title="Elsewhere", position=9)

    edit_item(item=item, spec=words(item, section="elsewhere"), editor=make_user("editor"), now=NOW)

    item.refresh_from_db()
    assert (item.section, item.edited_at) == (other, NOW)
    assert item.revisions.current().get().spec.section == "elsewhere"


def test_the_same_words_again_leave_the_question_as_it_was(item: Item) -> None:
    before = item.revisions.current().get()

    assert edit_item(item=item, spec=before.spec, editor=make_user("editor"), now=NOW) == before
    assert not Course.objects.get().items.filter(edited_at__isnull=False).exists()


def test_a_question_above_the_level_of_its_objective_is_told_with_that_level(item: Item) -> None:
    item.course.objectives.update(level="remember")

    [told] = missing_from(item, words(item, level="analyse"))

    assert told == "The question is at a higher level than its objective (remember)."
