"""The history of a row as a page shows it: acts, newest first, with what each changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import yaml
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from reversion.models import Version

from courses.rendering.differences import marked
from courses.reports.people import display_name
from courses.services.history import BEFORE, LOADED, OVERWRITTEN, Values, fields_in, versions_of

ACTS = 20
"""Acts on one page."""
_MOST_ROWS = 200
"""Rows shown of one page's acts; a class of three hundred may be changed at a stroke."""

Names = Mapping[tuple[type[models.Model], int], str]


@dataclass(frozen=True)
class FieldChange:
    """What an act changed in one field."""

    label: str
    difference: SafeString


@dataclass(frozen=True)
class RowChange:
    """What an act changed in one row. `name` is empty for the row whose history it is."""

    name: str
    fields: list[FieldChange]


@dataclass(frozen=True)
class Act:
    """One act: who, when, why, what. `version` is the row as the act left it; `told` says what no person did."""

    version: int
    who: Any
    when: datetime
    note: str
    told: str
    rows: list[RowChange]
    is_current: bool
    is_first: bool


@dataclass(frozen=True)
class Page:
    """A page of a history; `older` is where the next one begins, if there is more."""

    acts: list[Act]
    older: int | None


def history_page(row: models.Model, *, before: int | None = None) -> Page:
    """Return the acts on a row before the act of that number (the newest, without one).

    It reads so many versions and no more, however many there are, and takes the same number of queries.
    """
    own = versions_of(row).select_related("revision__user__name_order")
    versions = list(_with_previous(own.filter(revision__lt=before) if before else own)[: ACTS + 1])
    older = versions[ACTS - 1].revision_id if len(versions) > ACTS else None
    shown = versions[:ACTS]
    by_people = [version.revision_id for version in shown if version.revision.user_id is not None]
    beside = _beside(row, by_people)
    changes = {
        version.pk: (_model_of(version), fields_in(version.serialized_data), _before(version))
        for version in [*shown, *beside]
    }
    names = _names([change for change in changes.values() if change[0] is not None])
    acts = [
        _act(version, [each for each in beside if each.revision_id == version.revision_id], changes, names,
             is_current=before is None and at == 0)
        for at, version in enumerate(shown)
    ]  # fmt: skip
    return Page(acts, older)


def _with_previous(versions: Any) -> Any:
    """Annotate `previous`: the row as the act before left it."""
    earlier = Version.objects.filter(
        db=OuterRef("db"), content_type=OuterRef("content_type"), object_id=OuterRef("object_id"),
        revision__lt=OuterRef("revision"),
    ).order_by("-revision_id")  # fmt: skip
    return versions.annotate(previous=Subquery(earlier.values("serialized_data")[:1]))


def _beside(row: models.Model, acts: Sequence[int]) -> list[Any]:
    """Return what the same acts of people changed in other rows, such as the places of a class.

    A load changes a whole course at once: there each row's history tells of that row alone.
    """
    own = Q(content_type=ContentType.objects.get_for_model(type(row)), object_id=str(row.pk))
    others = Version.objects.filter(revision__in=acts).exclude(own)
    return list(_with_previous(others.order_by("pk"))[:_MOST_ROWS])


def _model_of(version: Any) -> type[models.Model] | None:
    model: type[models.Model] | None = ContentType.objects.get_for_id(version.content_type_id).model_class()
    return model


def _before(version: Any) -> Values | None:
    return fields_in(version.previous) if version.previous else None


def _act(version: Any, beside: Iterable[Any], changes: Mapping[int, Any], names: Names, *, is_current: bool) -> Act:
    revision = version.revision
    rows = []
    for each in (version, *beside):
        model, after, before = changes[each.pk]
        if model is None:
            continue
        fields = [] if before is None and each is version else field_changes(model, before or {}, after, names)
        name = "" if each is version else _row_name(model, after, names)
        if fields:
            rows.append(RowChange(name, fields))
    told = _told(revision, is_first=version.previous is None)
    by, note = revision.user, revision.comment if revision.user_id is not None else ""
    is_first = version.previous is None
    return Act(version.pk, by, revision.date_created, note, told, rows, is_current, is_first)


def _told(revision: Any, *, is_first: bool) -> str:
    """Say what an act without a person was, or that the row began with it."""
    if revision.user_id is not None:
        return _("Made, or first recorded") if is_first else ""
    if revision.comment == LOADED:
        return _("Loaded from the files")
    if is_first:
        return _("As it stood before the first recorded change")
    if revision.comment in (BEFORE, OVERWRITTEN):
        return _("As it stood by then; it was changed outside the admin")
    return str(revision.comment)


def _row_name(model: type[models.Model], values: Values, names: Names) -> str:
    """Name a row beside the one whose history it is, by the other row it points at: a place by its person."""
    user = values.get("user")
    own = names.get((model._meta.get_field("user").related_model, user), "") if user else ""  # type: ignore[arg-type]  # noqa: SLF001
    return f"{capfirst(model._meta.verbose_name)} {own}".strip()  # noqa: SLF001


def field_changes(
    model: type[models.Model], before: Mapping[str, Any], after: Mapping[str, Any], names: Names
) -> list[FieldChange]:
    """Return what differs between two states of a row, by field and by word."""
    found = []
    for name, value in after.items():
        if name in before and before[name] == value:
            continue
        field = _field(model, name)
        label = name if field is None else capfirst(str(getattr(field, "verbose_name", name)))
        found.append(FieldChange(label, marked(_words(field, before.get(name), names), _words(field, value, names))))
    return [change for change in found if change.difference]


def _field(model: type[models.Model], name: str) -> Any:
    """Return a field; None for one that the model had once."""
    return next((field for field in model._meta.get_fields() if field.name == name), None)  # noqa: SLF001


def _words(field: Any, value: Any, names: Names) -> str:
    """Return a value as people read it."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if field is not None and field.is_relation:
        rows = value if isinstance(value, list) else [value]
        return "\n".join(names.get((field.related_model, row), _("number %(n)s") % {"n": row}) for row in rows)
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, (dict, list)):
        return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=True, width=100)).rstrip("\n")
    return str(value)


def _names(changes: Iterable[tuple[Any, Values, Values | None]]) -> Names:
    """Return the names of the rows that changed fields point at: one query for each model."""
    wanted: dict[type[models.Model], set[int]] = {}
    for model, after, before in changes:
        for name, value in after.items():
            field = _field(model, name)
            is_same = before is not None and before.get(name) == value and name != "user"
            if field is None or not field.is_relation or is_same:
                continue
            for each in (value, (before or {}).get(name)):
                numbers = each if isinstance(each, list) else [each]
                wanted.setdefault(field.related_model, set()).update(n for n in numbers if n is not None)
    return {
        (model, row.pk): _name(row)
        for model, numbers in wanted.items()
        for row in model._default_manager.filter(pk__in=numbers)  # noqa: SLF001
    }


def _name(row: Any) -> str:
    return display_name(row) if isinstance(row, AbstractBaseUser) else str(row)
