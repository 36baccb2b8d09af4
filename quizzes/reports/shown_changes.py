"""Changes in words: each field by its name, with the difference marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from courses.content.dump import dump_yaml
from courses.rendering.differences import marked
from courses.services.drafts import Change
from quizzes.domain.change_classes import differences
from quizzes.models import ItemRevision

_HIDDEN = frozenset({"drawings", "starts_on", "ends_on"})
"""Fields that follow from others which are shown."""
_TOLD_OF_NEW = frozenset({"title", "summary", "body", "definition", "text", "record", "csl", "date", "role"})
Shown = Sequence[tuple[str, SafeString]]


def shown_changes(changes: Sequence[Change]) -> dict[str, Shown]:
    """Return the fields of each change with their differences; rows that are named are fetched together, by model."""
    names = _names_of_rows(changes)
    return {
        change.key: _words(change) if isinstance(change.row, ItemRevision) else _fields(change, names)
        for change in changes
    }


def _fields(change: Change, names: Mapping[tuple[type[Any], int], str]) -> Shown:
    if change.is_new:
        return _of_new(change)
    found = []
    for name, (before, after) in change.fields.items():
        if name not in _HIDDEN:
            column = change.row._meta.get_field(name)  # noqa: SLF001 (Django's documented accessor)
            texts = (_text(column, value, names) for value in (before, after))
            found.append((capfirst(str(column.verbose_name)), marked(*texts)))
    return found


def _of_new(change: Change) -> Shown:
    """Return the texts of a row that was never published: all of them are put in."""
    columns = [each for each in change.row._meta.concrete_fields if each.name in _TOLD_OF_NEW]  # noqa: SLF001
    texts = [(each, each.value_from_object(change.row)) for each in columns]
    return [(capfirst(str(each.verbose_name)), marked("", _said(text))) for each, text in texts if text]


def _words(change: Change) -> Shown:
    before, _after = change.fields["body"]
    was = None if before is None else ItemRevision(body=before, rules=change.row.rules).spec
    return [
        (" · ".join(filter(None, each.place)) or _("order"), marked(_said(each.before), _said(each.after)))
        for each in differences(was, change.row.spec)
        if was is not None or each.name in ("stem", "kind")
    ]


def _text(column: Any, value: Any, names: Mapping[tuple[type[Any], int], str]) -> str:
    """Return a value as people read it."""
    if isinstance(column, models.ManyToManyField):
        return ", ".join(names.get((column.related_model, pk), "?") for pk in value)
    if isinstance(column, models.ForeignKey):
        return "" if value is None else names.get((column.related_model, value), "?")
    if isinstance(column, models.DateTimeField) and value:
        return date_format(column.to_python(value), "j F Y, H:i e")
    if column.choices:
        return str(dict(column.flatchoices).get(value, value))
    return _said(value)


def _said(value: Any) -> str:
    """Return a value of a document in plain text."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value in ((), [], {}):
        return ""
    if isinstance(value, dict):
        return dump_yaml(value)
    if isinstance(value, list | tuple):
        return "\n".join(dump_yaml(each) if isinstance(each, dict) else str(each) for each in value)
    return str(value)


def _names_of_rows(changes: Sequence[Change]) -> dict[tuple[type[Any], int], str]:
    """Return what rows are called that changes point at, in one query for each model they are of."""
    wanted: dict[Any, set[int]] = {}
    for change in changes:
        if isinstance(change.row, ItemRevision) or change.is_new:
            continue
        for name, values in change.fields.items():
            column = change.row._meta.get_field(name)  # noqa: SLF001 (Django's documented accessor)
            if column.is_relation:
                pks = [pk for value in values for pk in (value if isinstance(value, list) else [value])]
                wanted.setdefault(column.related_model, set()).update(pk for pk in pks if pk is not None)
    return {
        (model, pk): str(row)
        for model, pks in wanted.items()
        for pk, row in model._default_manager.in_bulk(pks).items()  # noqa: SLF001
    }
