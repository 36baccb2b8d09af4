"""Bringing two people's edits of one text together."""

from __future__ import annotations

import pytest

from courses.rendering.merging import Collision, Settled, Unit, merge, merge_words, text_of

BASE = "One.\n\nTwo.\n\nThree.\n"


@pytest.mark.parametrize(
    ("theirs", "mine", "merged"),
    [
        (BASE, BASE, BASE),
        (BASE.replace("One", "1"), BASE, BASE.replace("One", "1")),
        (BASE, BASE.replace("Two", "2"), BASE.replace("Two", "2")),
        (BASE.replace("One", "1"), BASE.replace("Two", "2"), "1.\n\n2.\n\nThree.\n"),
        (BASE.replace("One", "1"), BASE.replace("Three", "3"), "1.\n\nTwo.\n\n3.\n"),
        (BASE.replace("One", "1"), BASE.replace("One", "1"), BASE.replace("One", "1")),
        ("Zero.\n\n" + BASE, BASE.replace("Three", "3"), "Zero.\n\nOne.\n\nTwo.\n\n3.\n"),
        (BASE.replace("One.\n\n", ""), BASE.replace("Three", "3"), "Two.\n\n3.\n"),
        (BASE.replace("One", "1"), BASE.replace("One", "uno"), None),
        (BASE.replace("Two.", ""), BASE.replace("Two", "2"), None),
    ],
)
def test_paragraphs_that_one_side_changed_are_taken(theirs: str, mine: str, merged: str | None) -> None:
    assert text_of(merge(BASE, theirs, mine, unit="paragraph")) == merged
    assert text_of(merge(BASE, mine, theirs, unit="paragraph")) == merged


@pytest.mark.parametrize(
    ("unit", "base", "theirs", "mine", "merged"),
    [
        ("line", "a: 1\nb: 2\nc: 3\n", "a: 9\nb: 2\nc: 3\n", "a: 1\nb: 2\nc: 8\n", "a: 9\nb: 2\nc: 8\n"),
        ("line", "a: 1\nb: 2\n", "a: 9\nb: 2\n", "a: 1\nb: 8\n", None),
        ("whole", "one two", "1 two", "one 2", None),
        ("whole", "one", "1", "1", "1"),
    ],
)
def test_each_kind_of_text_has_its_units(unit: Unit, base: str, theirs: str, mine: str, merged: str | None) -> None:
    assert text_of(merge(base, theirs, mine, unit=unit)) == merged


def test_a_collision_leaves_the_rest_settled() -> None:
    regions = merge(BASE, BASE.replace("One", "1"), BASE.replace("One", "uno").replace("Three", "3"), unit="paragraph")

    assert regions == [Collision("One.", "1.", "uno."), Settled("\n\nTwo.\n\n3.\n")]


def test_without_a_base_every_difference_is_a_collision() -> None:
    regions = merge(None, BASE.replace("One", "1"), BASE, unit="paragraph")

    assert regions == [Collision(None, "1.", "One."), Settled("\n\nTwo.\n\nThree.\n")]


def test_many_paragraphs_alike_do_not_hide_where_each_edit_is() -> None:
    base = "\n\n".join(f"Paragraph {at}." for at in range(500))

    theirs, mine = base.replace("Paragraph 7.", "Seven."), base.replace("Paragraph 8.", "Eight.")

    assert text_of(merge(base, theirs, mine, unit="paragraph")) == theirs.replace("Paragraph 8.", "Eight.")


@pytest.mark.parametrize(
    ("theirs", "mine", "proposal"),
    [
        ("its three layers, counted once", "its layers, counted twice", "its three layers, counted twice"),
        ("its two layers, counted once", "its three layers, counted once", None),
    ],
)
def test_a_passage_is_proposed_by_its_words(theirs: str, mine: str, proposal: str | None) -> None:
    assert merge_words("its layers, counted once", theirs, mine) == proposal
