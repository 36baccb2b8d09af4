"""The typed answers of the shipped course take what a fair teacher takes, and nothing else."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from quizzes.content.folder import read_folder
from quizzes.domain.base import InvalidAnswer
from quizzes.domain.kinds import AnySpec
from quizzes.management.commands.load_content import shipped_folders

COURSE = next(folder for folder in shipped_folders() if folder.name == "patron-stranger-balancer")
TABLE = yaml.safe_load(Path(__file__).with_name("spellings.yaml").read_text(encoding="utf-8"))


def listed(*names: str) -> list[tuple[str, str]]:
    """Return the spellings of some lists, each with its place."""
    return [(place, typed) for place, lists in TABLE.items() for name in names for typed in lists.get(name, ())]


@cache
def specs() -> dict[str, AnySpec]:
    return {spec.key: spec for quiz in read_folder(COURSE).quizzes for spec in (*quiz.spec.items, *quiz.spec.checks)}


def typed_places() -> set[str]:
    """Return the questions and gaps of the course in which one types."""
    places = set()
    for key, spec in specs().items():
        if spec.kind == "text":
            places.add(key)
        elif spec.kind == "cloze":
            places |= {f"{key}.{name}" for name, gap in spec.gaps.items() if not gap.options}
    return places


def is_right(place: str, typed: str) -> bool:
    """Say whether what is typed earns everything; what is refused does not."""
    key, _, gap = place.partition(".")
    spec: Any = specs()[key]
    try:
        answer = spec.clean({gap: typed} if gap else typed)
    except InvalidAnswer:
        return False
    return bool(spec.gaps[gap].earned(answer[gap], ()) == 1 if gap else spec.mark(answer) == 1)


def test_every_place_to_type_in_is_in_the_table():
    assert set(TABLE) == typed_places()


@pytest.mark.parametrize("place", TABLE)
@pytest.mark.parametrize("name", ["right", "wrong"])
def test_the_table_has_at_least_five_of_each(place, name):
    assert len(set(TABLE[place][name])) == len(TABLE[place][name]) >= 5


@pytest.mark.parametrize(("place", "typed"), listed("right", "checked"))
def test_what_a_fair_teacher_takes_is_right(place, typed):
    assert is_right(place, typed)


@pytest.mark.parametrize(("place", "typed"), listed("wrong"))
def test_what_is_wrong_stays_wrong(place, typed):
    assert not is_right(place, typed)


def test_of_a_hundred_plausible_spellings_at_least_ninety_five_are_right():
    plausible = listed("right", "checked", "refused")
    hundred = random.Random(20261130).sample(plausible, 100)

    assert sum(is_right(*each) for each in hundred) >= 95
    assert sum(is_right(*each) for each in plausible) >= 0.95 * len(plausible)


def test_no_number_of_the_course_is_compared_letter_by_letter():
    gaps = [gap for spec in specs().values() if spec.kind == "cloze" for gap in spec.gaps.values()]

    assert sum(gap.quantity is not None for gap in gaps) == 17
    assert not [form for gap in gaps for form in gap.accept if form.isdecimal()]
