"""Recording what was done. Call it inside the transaction of the deed, so that one does not stand without the other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Model

from courses.models import AuditEntry, Deed

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_VALUE = re.compile(r"[\w.:+/-]{0,60}")
"""A value that can stand in an entry: a number, a date, a choice, a key. What has spaces is free text."""

_COLUMNS = ("person", "course", "cohort")


def record(actor: User | None, deed: Deed, subject: Model, *, at: datetime | None = None, **ids: Any) -> AuditEntry:
    """Record a deed: who did it (None: the clock or a command), and to which row.

    `person`, `course` and `cohort` say whom, which course and which class it is about: rows or their numbers. All
    other names go to the details: numbers, keys, choices, moments, or lists of these; a pair is before and after.
    Raises ValueError for free text, which might name a person.
    """
    entry = entry_of(actor, deed, subject, at=at, **ids)
    entry.save()
    return entry


def record_in_classes(
    actor: User | None, deed: Deed, subject: Model, cohorts: Iterable[Model] | None, *, at: datetime, **ids: Any
) -> list[AuditEntry]:
    """Record a deed that reaches some classes, once for each of them; once for the whole course if it reaches all."""
    whole = [None] if cohorts is None else list(cohorts)
    entries = [entry_of(actor, deed, subject, at=at, **{**ids, "cohort": each}) for each in whole]
    AuditEntry.objects.bulk_create(entries)
    return entries


def entry_of(actor: User | None, deed: Deed, subject: Model, *, at: datetime | None = None, **ids: Any) -> AuditEntry:
    """Return what `record` would add, for callers that add many at once."""
    return AuditEntry(
        actor_id=None if actor is None else actor.pk,
        deed=deed,
        subject_type=subject._meta.label_lower,  # noqa: SLF001 (Django's documented accessor)
        subject_id=str(subject.pk),
        details={name: _plain(name, value) for name, value in ids.items() if name not in _COLUMNS},
        **{f"{name}_id": _number(ids.get(name)) for name in _COLUMNS},
        **({} if at is None else {"at": at}),
    )


def _number(value: Model | int | None) -> int | None:
    return value.pk if isinstance(value, Model) else value


def _plain(name: str, value: Any) -> Any:
    """Return a value as JSON holds it. Raises ValueError for what may be free text."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(name, each) for each in value]
    text = value.isoformat() if isinstance(value, datetime) else str(value)
    if not isinstance(value, str | Decimal | UUID | datetime | float) or not _VALUE.fullmatch(text):
        raise ValueError(f"{name} is no id and no plain value: {value!r}")
    return text
