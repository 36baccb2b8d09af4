"""What a change of content needs: the rows it points at and those its texts name, so that nothing leads nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from courses.models import Figure, GlossaryTerm, Lesson, Source
from courses.rendering.markdown import BLOCKS, references_in
from courses.services.drafts import Change

_MODELS: Mapping[str, type[models.Model]] = {
    "source": Source, "term": GlossaryTerm, "figure": Figure, "lesson": Lesson,
}  # fmt: skip
_CITING = ("body", "definition", "text", "record", "declaration")
"""Fields whose text may name other rows."""


def rows_needed(change: Change) -> Iterator[str]:
    """Yield the names of rows that a change points at: by id (`courses.unit:3`), and by key (`courses.source/mutual`).

    A row that was never published brings all its fields, so all of them count.
    """
    row = change.row
    columns = row._meta.concrete_fields if change.is_new else _columns(change)  # noqa: SLF001 (documented)
    for column in columns:
        value = change.fields[column.name][1] if column.name in change.fields else column.value_from_object(row)
        if isinstance(column, models.ForeignKey):
            if value is not None:
                yield f"{column.related_model._meta.label_lower}:{value}"  # noqa: SLF001
        elif column.name in _CITING:
            yield from named_in(value)
    for column in row._meta.many_to_many:  # noqa: SLF001
        if column.name in change.fields:
            label = column.related_model._meta.label_lower  # noqa: SLF001
            yield from (f"{label}:{pk}" for pk in change.fields[column.name][1])


def named_in(value: Any) -> Iterator[str]:
    """Yield what a text, or every text inside a declaration, names by key."""
    if isinstance(value, dict):
        for inner in value.values():
            yield from named_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from named_in(inner)
    elif isinstance(value, str):
        for what, reference, _line in references_in(BLOCKS.parse(value)):
            if what in _MODELS:
                yield f"{_MODELS[what]._meta.label_lower}/{reference.partition('#')[0]}"  # noqa: SLF001


def _columns(change: Change) -> list[Any]:
    return [each for each in change.row._meta.concrete_fields if each.name in change.fields]  # noqa: SLF001
