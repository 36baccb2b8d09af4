"""What kind of change an edit is: of scoring, structure or wording."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from courses.models import Course
from quizzes.domain.change_classes import class_of_words, differences
from quizzes.reports.publishing import class_of
from quizzes.services.publishing import changes_of
from tests.make import (
    load,
    make_user,
    spec,
    write_course,
)
from tests.quizzes.drafting import (
    draft,
    owned_course,
)


@pytest.fixture
def owner(db: None) -> User:
    return make_user("owner")


@pytest.fixture
def course(owner: User) -> Course:
    return owned_course(owner)


# What kind of change it is.


@pytest.mark.parametrize(
    ("model", "values", "expected"),
    [
        ("lesson", {"title": "T"}, "wording"),
        ("lesson", {"body": "## Section 1 {#section-1}\n\nOther.\n\n## Section 2 {#section-2}\n\nOther.\n"}, "wording"),
        ("lesson", {"body": "## Section 1 {#section-1}\n\nOther.\n"}, "structure"),
        ("lesson", {"position": 7}, "structure"),
        ("lesson", {"is_retired": True}, "structure"),
        ("quiz", {"title": "T"}, "wording"),
        ("quiz", {"minutes": 20}, "structure"),
        ("quiz", {"title": "T", "pass_percent": 80}, "scoring"),
        ("item", {"position": 7}, "structure"),
    ],
)
def test_the_class_of_a_row_that_changed(
    course: Course, owner: User, model: str, values: dict[str, Any], expected: str
) -> None:
    row = {"quiz": course.quizzes, "lesson": course.lessons, "item": course.items}[model].first()
    draft(row, owner, **values)

    [change] = changes_of(course)

    assert class_of(change) == expected


def without(options: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: each for name, each in options.items() if name != key}


@pytest.mark.parametrize(
    ("kind", "change", "expected"),
    [
        ("single", {"stem": "Another?"}, "wording"),
        ("single", {"feedback": "Because."}, "wording"),
        ("single", {"points": 2}, "scoring"),
        ("single", {"difficulty": 3}, "structure"),
        ("single", "other key", "scoring"),
        ("single", "option text", "wording"),
        ("single", "option out", "structure"),
        ("true_false", {"answer": "other"}, "scoring"),
        ("text", {"accept": ("other",)}, "scoring"),
        ("numeric", {"feedback_right": "Quite so."}, "wording"),
    ],
)
def test_the_class_of_new_words(kind: str, change: Any, expected: str) -> None:
    before = spec(kind, key="q")
    if change == "other key":
        right = before.right_answer()
        options = {key: each.model_copy(update={"correct": key != right}) for key, each in before.options.items()}
        last = list(options)[-1]
        change = {"options": {k: v.model_copy(update={"correct": k == last}) for k, v in options.items()}}
    elif change == "option text":
        wrong = next(key for key in before.options if key != before.right_answer())
        change = {"options": {**before.options, wrong: before.options[wrong].model_copy(update={"text": "Typed"})}}
    elif change == "option out":
        wrong = next(key for key in before.options if key != before.right_answer())
        change = {"options": without(before.options, wrong)}
    elif change == {"answer": "other"}:
        change = {"answer": not before.answer}

    after = before.model_copy(update=change)

    assert class_of_words(before, after) == expected
    assert differences(before, after)


def test_the_same_words_differ_in_nothing() -> None:
    assert differences(spec("cloze", key="q"), spec("cloze", key="q")) == []


def test_files_publish_and_a_course_made_here_does_not(tmp_path: Any, db: None) -> None:
    load(write_course(tmp_path))

    assert Course.objects.get().is_published
    assert not Course.objects.create(key="here", title="Here").is_published
    Course.objects.update(is_published=False)
    load(tmp_path)
    assert not Course.objects.get(key="course").is_published, "what stands here is kept where the file says nothing"
