"""The words of a revision are read once, and never taken for those of another."""

from __future__ import annotations

import pytest

from quizzes.models import ItemRevision, Quiz
from quizzes.models.specs import Name, SpecCache
from tests.make import body


def one(quiz: Quiz) -> ItemRevision:
    return ItemRevision.objects.filter(item__quiz=quiz).order_by("pk")[0]


def test_two_rows_of_one_revision_share_a_spec(quiz: Quiz) -> None:
    assert one(quiz).spec is one(quiz).spec


def test_a_row_without_its_body_has_the_spec_as_well(quiz: Quiz) -> None:
    pk = one(quiz).pk
    assert ItemRevision.objects.only("content_hash", "rules").get(pk=pk).spec == one(quiz).spec


def test_a_body_that_was_changed_in_place_is_read_again(quiz: Quiz) -> None:
    revision, before = one(quiz), one(quiz).spec
    revision.body["stem"] = "Another question?"
    revision.save()

    assert one(quiz).spec.stem == "Another question?" != before.stem


def test_another_edition_of_the_rules_is_another_spec(quiz: Quiz) -> None:
    revision = one(quiz)
    before = revision.spec.rules
    ItemRevision.objects.filter(pk=revision.pk).update(rules=1)

    assert (before, one(quiz).spec.rules) == (2, 1)


def test_what_is_not_saved_yet_is_read_as_it_is() -> None:
    assert ItemRevision(body=body("single")).spec.stem == body("single")["stem"]


def test_no_more_specs_are_kept_than_may_be_and_those_asked_for_last_stay() -> None:
    cache = SpecCache(most=2)
    names = [Name(pk, f"hash-{pk}", 2) for pk in range(3)]
    cache.read(names[0], body("single"))
    cache.read(names[1], body("single"))
    assert cache.find(names[0], None) is not None
    cache.read(names[2], body("single"))

    assert [cache.find(name, None) is not None for name in names] == [True, False, True]
    assert len(cache) == 2


@pytest.mark.parametrize(("held", "is_found"), [(None, True), ("same", True), ("other", False)])
def test_a_body_at_hand_must_be_the_one_that_was_read(held: str | None, is_found: bool) -> None:
    cache, name = SpecCache(), Name(1, "hash", 2)
    cache.read(name, body("single"))
    at_hand = {None: None, "same": body("single"), "other": body("single", stem="Another?")}[held]

    assert (cache.find(name, at_hand) is not None) == is_found
