"""What the database keeps to find rows by: nothing twice, for every index is written with every row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import Model

from courses.models import Course, GroupMember
from courses.models.base import Loaded
from quizzes.models import ItemRevision

APPS = ("courses", "quizzes")

FEW_ROWS = {
    "courses.section", "courses.group", "courses.invitation", "courses.joinrequest", "courses.comment",
    "courses.contentfile", "courses.courserole", "courses.courseinvitation", "courses.thread", "courses.searchentry",
    "courses.searchword", "courses.unsavedtext", "courses.learningobjective", "quizzes.itemrevision",
    "quizzes.accommodation", "quizzes.quizoverride", "quizzes.gradecategory", "quizzes.livequestion",
    "quizzes.savedcomment", "quizzes.statisticsrun",
}  # fmt: skip
"""Tables that grow with courses, classes and the staff's own work; there an index too many costs next to nothing."""


def growing() -> Iterator[type[Model]]:
    """Yield the models whose rows grow with what students do."""
    for app in APPS:
        for model in apps.get_app_config(app).get_models():
            if not issubclass(model, Loaded | Course) and model._meta.label_lower not in FEW_ROWS:
                yield model


def indexes_of(model: type[Model]) -> dict[str, tuple[str, ...]]:
    """Return the columns of each index that holds every row, by its name, as the database tells."""
    partial = {
        each.name
        for each in (*model._meta.constraints, *model._meta.indexes)
        if getattr(each, "condition", None) is not None
    }
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, model._meta.db_table)
    return {
        name: tuple(about["columns"])
        for name, about in found.items()
        if (about["index"] or about["unique"]) and name not in partial and None not in about["columns"]
        and about.get("type") in (None, "idx", "btree")
    }  # fmt: skip


def repeated(indexes: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Yield each index that another begins with, and the other."""
    for name, columns in indexes.items():
        for other, longer in indexes.items():
            if len(columns) < len(longer) and longer[: len(columns)] == columns:
                yield name, other


def test_no_index_of_a_growing_table_is_the_beginning_of_another(db: None) -> None:
    found = {(model._meta.label, *pair) for model in growing() for pair in repeated(indexes_of(model))}

    assert not found, sorted(found)


@pytest.mark.parametrize("model", [GroupMember, ItemRevision])
def test_the_measure_sees_every_index(db: None, model: type[Model]) -> None:
    told = set(indexes_of(model).values())

    for constraint in model._meta.constraints:
        if getattr(constraint, "fields", ()) and getattr(constraint, "condition", None) is None:
            columns = tuple(model._meta.get_field(name).column for name in constraint.fields)
            assert columns in told
