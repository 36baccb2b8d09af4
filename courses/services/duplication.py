"""Making a copy of a course: every content row, model by model, each in a fixed number of queries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeAlias

from django.db import IntegrityError, models, transaction

from courses.errors import KeyTaken
from courses.models import Course, CourseRole, Deed
from courses.models.parts import PARTS, Part
from courses.services.audit import record
from courses.services.search import index_course

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Copies: TypeAlias = dict[type[models.Model], dict[Any, Any]]
"""The id of each copied row by the id of its original, by model."""

_BATCH = 200
_OF_THE_ORIGINAL: dict[str, Any] = {"loaded_hash": "", "draft": {}, "drafted_at": None, "drafted_by_id": None}
"""No file was loaded to a copy, and nothing waits in it: it is made of what is published."""


def duplicate_course(*, course: Course, key: str, title: str, user: User, now: datetime) -> Course:
    """Make a copy of a course under another key, owned by the user: not published, with no people and no work.

    All its content rows come along with their keys; questions with the words that are asked now. Every copied row
    counts as edited here, so that no file overwrites it unasked. All or nothing is copied. Raises KeyTaken.
    """
    if Course.objects.filter(key=key).exists():
        raise KeyTaken(key=key)
    try:
        with transaction.atomic():
            return _duplicate(course, key, title, user, now)
    except IntegrityError:
        if Course.objects.filter(key=key).exists():  # made meanwhile
            raise KeyTaken(key=key) from None
        raise


def _duplicate(course: Course, key: str, title: str, user: User, now: datetime) -> Course:
    original = Course.objects.get(pk=course.pk)
    address = (f"/courses/{original.key}/", f"/courses/{key}/")
    copy = Course.objects.get(pk=course.pk)
    _renew(copy, now, address)
    copy.key, copy.title, copy.is_published, copy.archived_at = key, title, False, None
    copy.save(force_insert=True)
    copies: Copies = {Course: {original.pk: copy.pk}}
    for part in PARTS:
        copies[part.model] = _copy_rows(part, original, copies, now, address)
    for part in PARTS:
        for links in part.model._meta.local_many_to_many:  # noqa: SLF001 (Django's documented accessor)
            _copy_links(links.remote_field.through, copies)  # type: ignore[arg-type]  # a model by now
    CourseRole.objects.create(course=copy, user=user, role=CourseRole.Role.OWNER, given_at=now)
    index_course(copy)
    record(user, Deed.COURSE_DUPLICATED, copy, at=now, course=copy, original=original.pk)
    return copy


def _copy_rows(part: Part, original: Course, copies: Copies, now: datetime, address: tuple[str, str]) -> dict[Any, Any]:
    """Copy the rows of one model in two queries; return the new ids by the old ones."""
    stored = part.rows_of(original.pk).filter(part.copied).order_by("pk")
    rows = [row for row in stored if _is_copied(row, part, copies)]
    before = [row.pk for row in rows]
    for row in rows:
        _renew(row, now, address)
        for name, value in part.fresh.items():
            setattr(row, name, value)
        _point(row, copies)
    made = part.model._default_manager.bulk_create(rows, batch_size=_BATCH)  # noqa: SLF001
    return {old: row.pk for old, row in zip(before, made, strict=True)}


def _is_copied(row: Any, part: Part, copies: Copies) -> bool:
    """Leave out a row that was never published, and what belongs to one."""
    if getattr(row, "is_new", False):
        return False
    if not part.within:
        return True
    owner = row._meta.get_field(part.within)  # noqa: SLF001 (Django's documented accessor)
    return getattr(row, owner.attname) in copies[owner.remote_field.model]


def _renew(row: models.Model, now: datetime, address: tuple[str, str]) -> None:
    """Make a fetched row one that is not saved yet; what was rendered leads to the copy's own pages."""
    row.pk = None
    row._state.adding = True  # noqa: SLF001 (as Django's documentation copies rows)
    names = {field.attname for field in row._meta.concrete_fields}  # noqa: SLF001
    for name, value in {**_OF_THE_ORIGINAL, "edited_at": now}.items():
        if name in names:
            setattr(row, name, value)
    for field in row._meta.concrete_fields:  # noqa: SLF001
        if not field.editable and isinstance(field, models.TextField | models.JSONField):
            setattr(row, field.attname, _moved(getattr(row, field.attname), *address))


def _moved(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    text = json.dumps(value, ensure_ascii=False)
    return json.loads(text.replace(old, new)) if old in text else value


def _point(row: models.Model, copies: Copies) -> None:
    """Let a copied row refer to copies; to people it refers no more."""
    for field in row._meta.concrete_fields:  # noqa: SLF001
        if not isinstance(field, models.ForeignKey):
            continue
        known = copies.get(field.remote_field.model)
        if known is not None:
            value = getattr(row, field.attname)
            setattr(row, field.attname, None if value is None else known[value])
        elif field.null:
            setattr(row, field.attname, None)


def _copy_links(through: type[models.Model], copies: Mapping[type[models.Model], Mapping[Any, Any]]) -> None:
    """Copy the links between rows that were both copied, in two queries."""
    first, second = _ends(through)
    froms, tos = copies[first.remote_field.model], copies[second.remote_field.model]
    links = through._default_manager.filter(**{f"{first.name}__in": list(froms)})  # noqa: SLF001
    pairs = links.values_list(first.attname, second.attname)
    made = [through(**{first.attname: froms[one], second.attname: tos[other]}) for one, other in pairs if other in tos]
    through._default_manager.bulk_create(made, batch_size=500)  # noqa: SLF001


def _ends(through: type[models.Model]) -> Iterable[models.ForeignKey[Any, Any]]:
    found = [field for field in through._meta.concrete_fields if isinstance(field, models.ForeignKey)]  # noqa: SLF001
    return found[0], found[1]
