"""Each enumeration exists once: what the core knows gives the models their choices and the files their values."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, Literal, get_args, get_origin

import pytest
from django.apps import apps
from django.db.models import Choices
from pydantic import BaseModel

from quizzes.domain.lifecycle import State
from quizzes.domain.named import Named
from quizzes.models import Attempt, Quiz, Regrade

SAID_TWICE = {
    "Level": "the core knows no Django, and courses know no quizzes; the two are held equal here",
}


def subclasses_of(base: type[Any]) -> Iterator[type[Any]]:
    for each in base.__subclasses__():
        if each.__module__.partition(".")[0] in ("courses", "quizzes"):
            yield each
        yield from subclasses_of(each)


ENUMS = {
    frozenset(member.value for member in each): each for each in dict.fromkeys(subclasses_of(Enum)) if len(each) > 1
}


def literals_in(annotation: Any) -> Iterator[frozenset[Any]]:
    if get_origin(annotation) is Literal:
        yield frozenset(get_args(annotation))
    for inner in get_args(annotation):
        yield from literals_in(inner)


def test_no_two_enumerations_have_the_same_values():
    names: dict[frozenset[Any], set[str]] = {}
    for each in dict.fromkeys(subclasses_of(Enum)):
        values = frozenset(member.value for member in each)
        if values and each.__name__ not in SAID_TWICE:
            names.setdefault(values, set()).add(f"{each.__module__}.{each.__name__}")

    assert [sorted(found) for found in names.values() if len(found) > 1] == []


def test_the_levels_of_objectives_and_of_questions_are_the_same_in_the_same_order():
    levels = [each for each in dict.fromkeys(subclasses_of(Enum)) if each.__name__ == "Level"]

    assert len(levels) == 2
    assert [member.value for member in levels[0]] == [member.value for member in levels[1]]


def test_no_file_lists_the_values_of_an_enumeration_again():
    fields = (
        (model, name, annotation.annotation)
        for model in dict.fromkeys(subclasses_of(BaseModel))
        for name, annotation in model.model_fields.items()
    )
    again = {f"{m.__name__}.{name}" for m, name, kind in fields for values in literals_in(kind) if values in ENUMS}

    assert again == set()


def test_the_choices_of_every_field_are_those_of_an_enumeration():
    choosing = [
        field
        for label in ("courses", "quizzes")
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.get_fields()
        if getattr(field, "choices", None)
    ]

    assert {field.name for field in choosing} > {"state", "keep", "layout", "navigation", "credit_from", "fix", "role"}
    assert [str(field) for field in choosing if frozenset(dict(field.flatchoices)) not in ENUMS] == []


@pytest.mark.parametrize("enumeration", dict.fromkeys(subclasses_of(Named)))
def test_every_value_equals_what_is_stored_and_has_words(enumeration: type[Named]):
    assert len(enumeration) > 1
    assert all(member == member.value == str(member) == enumeration(member.value) for member in enumeration)
    assert all(member.words and member.words != member.name for member in enumeration)


def test_a_row_says_its_value_in_the_words_of_the_enumeration():
    assert Regrade(fix="keep").get_fix_display() == "marks stay as they are"
    assert Attempt(state="overdue").get_state_display() == State.OVERDUE.words
    assert Quiz(navigation="one_way").get_navigation_display() == "one way, no going back"
    assert not issubclass(Quiz.Navigation, Choices)
