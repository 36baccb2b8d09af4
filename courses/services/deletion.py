"""Deleting content that nobody has met: what goes along, and what stands in the way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, connection, models, transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.translation import gettext as _

from courses.errors import CannotDelete
from courses.models import Course, Deed
from courses.models.parts import PARTS, WITH_COURSE, Part, part_of
from courses.services.audit import record
from courses.services.kept import renew_edition

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_SHOWN = 20
"""How many rows in the way are named of each kind."""


@dataclass(frozen=True)
class Removal:
    """The rows that would be deleted, by model, parents first, and in words what stands in the way."""

    rows: dict[type[models.Model], list[models.Model]] = field(default_factory=dict)
    in_the_way: Sequence[str] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Return how many rows of each kind would be deleted."""
        return {str(_names(model)[1]): len(rows) for model, rows in self.rows.items()}


def removal_of(rows: Iterable[models.Model]) -> Removal:
    """Return what deleting some rows of content would delete along, and what stands in its way.

    In the way are work of students, progress, classes, grants, and everything that cites a row or refers to it from
    outside. The number of queries depends on the kinds of rows, not on how many there are.
    """
    chosen = list(rows)
    found: dict[type[models.Model], list[models.Model]] = {}
    for model in {type(row): None for row in chosen}:
        found[model] = [row for row in chosen if type(row) is model]
    courses = [row.pk for row in found.get(Course, ())]
    for part in PARTS:
        along = _along(part, found, courses)
        known = {row.pk for row in found.get(part.model, ())}
        added = [row for row in along if row.pk not in known] if along is not None else []
        if added:
            found.setdefault(part.model, []).extend(added)
    return Removal(found, list(dict.fromkeys(_in_the_way(found))))


@transaction.atomic
def delete_content(rows: Iterable[models.Model], *, actor: User) -> Removal:
    """Delete rows with what belongs to them, and record each. Raises CannotDelete, with nothing changed.

    What came to refer to a row since it was looked at is found again, and also what another request is adding now.
    """
    chosen = list(rows)
    removal = removal_of(chosen)
    if removal.in_the_way:
        raise CannotDelete(why="; ".join(removal.in_the_way))
    for course in {course for row in chosen if (course := _course_id(row)) is not None}:
        renew_edition(course)
    for row in chosen:
        record(actor, Deed.DELETED, row, course=_course_id(row), key=getattr(row, "key", None))
    try:
        with transaction.atomic():
            for model in reversed(_in_order(removal.rows)):
                pks = [row.pk for row in removal.rows[model]]
                model._default_manager.filter(pk__in=pks).delete()  # noqa: SLF001
            if connection.vendor == "postgresql":  # SQLite lets no one else write meanwhile
                connection.check_constraints()
    except (ProtectedError, IntegrityError):
        raise CannotDelete(why=_("something came to refer to it meanwhile")) from None
    return removal


def _in_order(found: Iterable[type[models.Model]]) -> list[type[models.Model]]:
    places: dict[type[models.Model], int] = {Course: -1, **{part.model: at for at, part in enumerate(PARTS)}}
    return sorted(found, key=lambda model: places.get(model, len(places)))


def _along(part: Part, found: dict[type[models.Model], list[models.Model]], courses: list[int]) -> QuerySet[Any] | None:
    """Return the rows of a model that belong to rows found so far; None where none can."""
    if courses:
        return part.model._default_manager.filter(**{f"{part.course}__in": courses})  # noqa: SLF001
    if not part.within:
        return None
    parent = part.model._meta.get_field(part.within).related_model  # noqa: SLF001
    parents = found.get(parent)  # type: ignore[arg-type]  # a model: relations are resolved by now
    if not parents:
        return None
    return part.model._default_manager.filter(**{f"{part.within}__in": [row.pk for row in parents]})  # noqa: SLF001


def _in_the_way(found: dict[type[models.Model], list[models.Model]]) -> Iterator[str]:
    for model, rows in found.items():
        for relation in model._meta.get_fields(include_hidden=True):  # noqa: SLF001
            if isinstance(relation, models.ManyToOneRel) and not relation.related_model._meta.auto_created:  # noqa: SLF001
                yield from _referring(relation, rows, found)
        part = part_of(model)
        if part is not None and Course not in found:
            yield from _citing(part, rows, found)
            yield from _naming(part, rows, found)


def _referring(
    relation: models.ManyToOneRel, rows: list[models.Model], found: dict[type[models.Model], list[models.Model]]
) -> Iterator[str]:
    """Name the rows outside that refer to one of some rows, unless they are of a kind that nobody misses."""
    model = relation.related_model
    if model._meta.label in WITH_COURSE or relation.on_delete is models.SET_NULL:  # noqa: SLF001
        return
    referring = model._default_manager.filter(**{f"{relation.field.name}__in": [row.pk for row in rows]})  # noqa: SLF001
    own = found.get(model)
    if own:
        referring = referring.exclude(pk__in=[row.pk for row in own])
    yield from _told(model, referring)


def _citing(part: Part, rows: list[models.Model], found: dict[type[models.Model], list[models.Model]]) -> Iterator[str]:
    for name in part.cited_by:
        relation: Any = part.model._meta.get_field(name)  # noqa: SLF001
        citing = relation.related_model
        back = relation.remote_field.name if relation.concrete else relation.field.name
        others = citing._default_manager.filter(**{f"{back}__in": [row.pk for row in rows]})  # noqa: SLF001
        own = [row.pk for row in found.get(citing, ())]
        yield from _told(citing, others.exclude(pk__in=own).distinct())


def _naming(part: Part, rows: list[models.Model], found: dict[type[models.Model], list[models.Model]]) -> Iterator[str]:
    """Name the rows whose texts or declarations hold the key of one of some rows, in authors' own notation."""
    if not part.notation and not part.is_named:
        return
    keys = "|".join(re.escape(row.key) for row in rows)  # type: ignore[attr-defined]  # every such part has a key
    ways = [part.notation.format(key=f"(?:{keys})")] if part.notation else []
    wanted = re.compile("|".join([*ways, *([f'"(?:{keys})"'] if part.is_named else [])]))
    courses = {_course_id(row) for row in rows}
    for other in PARTS:
        own = {row.pk for row in found.get(other.model, ())}
        named = [
            row
            for row in other.model._default_manager.filter(**{f"{other.course}__in": courses})  # noqa: SLF001
            if row.pk not in own and wanted.search(_authored(row))
        ]
        yield from _line(other.model, named[:_SHOWN], len(named)) if named else ()


def _authored(row: models.Model) -> str:
    """Return everything an author wrote into a row, declarations as JSON."""
    fields = [each for each in row._meta.concrete_fields if each.editable]  # noqa: SLF001
    kinds = (models.TextField, models.CharField)
    texts = [getattr(row, each.attname) for each in fields if isinstance(each, kinds)]
    values = [getattr(row, each.attname) for each in fields if isinstance(each, models.JSONField)]
    return "\n".join(chain(map(str, texts), (json.dumps(value, ensure_ascii=False) for value in values)))


def _told(model: type[models.Model], rows: QuerySet[Any]) -> Iterator[str]:
    listed = list(rows[: _SHOWN + 1])
    if listed:
        yield from _line(model, listed[:_SHOWN], len(listed) if len(listed) <= _SHOWN else rows.count())


def _line(model: type[models.Model], rows: Sequence[models.Model], count: int) -> Iterator[str]:
    """Say how many rows of a kind are in the way. Content is named; people's work is only counted."""
    one, many = _names(model)
    said = f"{count} {one if count == 1 else many}"
    is_content = part_of(model) is not None
    yield f"{said}: {', '.join(str(row) for row in rows[:5])}" if is_content else said


def _names(model: type[models.Model]) -> tuple[str, str]:
    meta = model._meta  # noqa: SLF001 (Django's documented accessor)
    return str(meta.verbose_name), str(meta.verbose_name_plural)


def _course_id(row: models.Model) -> int | None:
    if isinstance(row, Course):
        return row.pk
    part = part_of(type(row))
    if part is None:
        return None
    first, *rest = part.course.split("__")
    value: Any = row
    for name in (first, *rest)[:-1]:
        value = getattr(value, name)
    found: int = getattr(value, f"{(first, *rest)[-1]}_id")
    return found
