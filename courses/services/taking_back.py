"""Undoing what was published, field by field where nothing newer stands in the way. It becomes a draft again."""

# ruff: noqa: SLF001 (Django's documented accessors, asked of every model alike)

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

from courses.models.base import Loaded
from courses.services.drafts import NEW, Change, ids_of, link_rows, plain, put_value

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def record_of(change: Change) -> dict[str, Any]:
    """Return what a publication keeps of a change: ids only for people."""
    return {
        "row": change.key,
        "name": str(change.row)[:200],
        "is_new": change.is_new,
        "by": change.by.pk if change.by else None,
        "fields": {name: {"before": before, "after": after} for name, (before, after) in change.fields.items()},
    }


def row_named(name: str) -> Any:
    """Return the row a record names, locked; None where it is gone."""
    label, _colon, pk = name.partition(":")
    return apps.get_model(label)._base_manager.select_for_update().filter(pk=pk).order_by("pk").first()


def take_back(record: Mapping[str, Any], *, by: User, now: datetime) -> tuple[Any, list[str]]:
    """Give a row the values it had before a publication; return it and the names of fields that stay as they are.

    A field stays where it holds another value than was published: a newer one stands there. The values taken back
    become the row's draft, so that nothing is lost; a draft that is there already stays one.
    """
    row = row_named(record["row"])
    if row is None:
        return None, list(record["fields"])
    stays, columns, draft = [], [], dict(row.draft)
    for name, entry in record["fields"].items():
        is_link = isinstance(row._meta.get_field(name), models.ManyToManyField)
        if _now(row, name) != entry["after"]:
            stays.append(name)
            continue
        is_coming_to_light = record["is_new"] and name == NEW
        base = None if is_coming_to_light else entry["before"]
        draft[name] = {"base": base, "value": draft.get(name, {"value": entry["after"]})["value"]}
        if is_link:
            link_rows(type(row), name, {row.pk: entry["before"]})
        else:
            put_value(row, name, entry["before"])
            columns.append(name)
    if len(stays) < len(record["fields"]):
        row.draft, row.drafted_at, row.drafted_by = draft, now, by
        books = ["draft", "drafted_at", "drafted_by"]
        if isinstance(row, Loaded):
            row.edited_at = now
            books.append("edited_at")
        row.save(update_fields=[*columns, *books])
    return row, stays


def _now(row: Any, name: str) -> Any:
    column = row._meta.get_field(name)
    is_link = isinstance(column, models.ManyToManyField)
    return ids_of(row, name) if is_link else plain(column.value_from_object(row))
