"""Which rows have a history, and which of their fields: what people write, never what is made of it."""

from __future__ import annotations

from collections.abc import Collection

import reversion
from django.db import models

from courses.models.classes import Cohort, Enrolment
from courses.models.content import Course, LearningObjective, Lesson, Unit
from courses.models.reference import Figure, GlossaryTerm, Lane, Map, Person, Source, StudyStatement, TimelineEvent
from courses.models.roles import CourseRole

AUTHORED: dict[type[models.Model], tuple[str, ...]] = {}
"""The fields of each model that its history holds."""


def keep_history(model: type[models.Model], *, also: Collection[str] = (), without: Collection[str] = ()) -> None:
    """Let rows of a model have a history: of every field that may be edited, those named besides, less those named."""
    options = model._meta  # noqa: SLF001 (Django's documented accessor)
    editable = [field.name for field in (*options.concrete_fields, *options.many_to_many) if field.editable]
    kept = tuple(
        name
        for name in (*editable, *also)
        if name not in without and not options.get_field(name).primary_key  # type: ignore[union-attr]
    )
    AUTHORED[model] = kept
    reversion.register(model, fields=kept)


# What files alone can write is authored as well: the order of groups, the lessons a person is named for, facts.
keep_history(Course, also=["people_groups"])
keep_history(Person, also=["listed"])
keep_history(TimelineEvent, also=["facts"])
keep_history(Map, also=["outlines"])
for _model in (Unit, Lesson, LearningObjective, Source, GlossaryTerm, Figure, Lane, StudyStatement):
    keep_history(_model)
# The code of a class is a way in, and an old one must not be found in a history.
keep_history(Cohort, without=["join_code"])
keep_history(Enrolment)
keep_history(CourseRole)
