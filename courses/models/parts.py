"""What a course is made of: one table of the models that hold its content, each after those it refers to.

A copy of a course is made in this order, and what belongs to a row is deleted in the opposite one. An app above adds
its own models, as with the register of personal data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet


@dataclass(frozen=True)
class Part:
    """The rows of one model that belong to a course; `course` is the lookup that leads to it.

    `within` names the field of the row that each belongs to and is deleted with. `cited_by` are the many-to-many
    accessors through which others cite a row; `notation` is how authors cite it in a text, with `{key}` for its key,
    and `is_named` says that a declaration may hold its key as a value. Of a course's rows a copy gets those of
    `copied`, with the values of `fresh`.
    """

    table: str
    course: str = "course"
    within: str = ""
    cited_by: tuple[str, ...] = ()
    notation: str = ""
    is_named: bool = False
    copied: Q = field(default_factory=Q)
    fresh: Mapping[str, Any] = field(default_factory=dict)

    @property
    def model(self) -> type[models.Model]:
        """Return the table's model."""
        return apps.get_model(self.table)

    def rows_of(self, course_id: int) -> QuerySet[Any]:
        """Return the rows of a course."""
        return self.model._default_manager.filter(**{self.course: course_id})  # noqa: SLF001


PARTS: list[Part] = [
    Part("courses.Unit"),
    Part("courses.Lane"),
    Part("courses.Map", is_named=True),
    Part("courses.Figure", notation=r"\{{\{{\s*figure\s+{key}\s*\}}\}}", is_named=True),
    Part("courses.StudyStatement", cited_by=("lessons", "items"), is_named=True),
    Part("courses.Lesson"),
    Part("courses.Section", course="lesson__course", within="lesson"),
    Part("courses.LearningObjective", within="lesson"),
    Part("courses.Source", cited_by=("lessons",), notation=r"@{key}(?![A-Za-z0-9-])", is_named=True),
    Part("courses.GlossaryTerm", cited_by=("lessons",), notation=r"\[\[{key}(?=[|\]])"),
    Part("courses.Person", cited_by=("lessons",)),
    Part("courses.TimelineEvent"),
]
"""The content of a course, each model after those it refers to."""

WITH_COURSE = {
    "courses.SearchEntry",
    "courses.SearchWord",
    "courses.CourseRole",
    "courses.CourseInvitation",
    "courses.Comment",
    "courses.Publication",
    "courses.ContentFile",
    "courses.CertificateCheck",
}
"""Rows that are no content and that nobody misses: they go with their course, and are not copied."""


def goes_with_course(*labels: str) -> None:
    """Add models of an app above whose rows are no content, and go with the row they refer to."""
    WITH_COURSE.update(labels)


def add_parts(*parts: Part) -> None:
    """Add the models of an app above."""
    PARTS.extend(parts)


def part_of(model: type[models.Model]) -> Part | None:
    """Return what the table says of a model; None where it says nothing."""
    return next((part for part in PARTS if part.model is model), None)
