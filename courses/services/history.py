"""The history of rows: who changed what, when and why, and what stood there before.

Kept in the tables of django-reversion: a revision is one act of a person, a version one row as the act left it. Both
are written here in two queries, with what the caller read anyway, so that a history costs a save next to nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from reversion.models import Revision, Version

from courses.models import AUTHORED

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Values = dict[str, Any]
"""The authored fields of a row, as JSON holds them; other rows by their numbers."""

BEFORE, LOADED, OVERWRITTEN = "before", "loaded", "overwritten"
"""What a revision without a person says in place of a note."""
LONGEST_NOTE = 300
_TOGETHER = 500
"""Rows read or written by one query."""


@dataclass
class Edit:
    """One row that an act changed: as it was, and as it is. A new row was nothing."""

    row: models.Model
    before: Values | None
    after: Values = field(default_factory=dict)
    recorded: Values | None = None
    """What the history last knew of the row."""


def has_history(model: type[models.Model]) -> bool:
    """Say whether rows of a model have a history."""
    return model in AUTHORED


def values_of(row: models.Model, related: Mapping[str, Iterable[Any]] | None = None) -> Values:
    """Return what people wrote in a row. `related` gives the rows of a many-to-many field where they were read."""
    options = row._meta  # noqa: SLF001 (Django's documented accessor)
    values: Values = {}
    for name in AUTHORED[type(row)]:
        column: Any = options.get_field(name)
        if isinstance(column, models.ManyToManyField):
            rows = related[name] if related is not None and name in related else getattr(row, name).all()
            values[name] = sorted(_number(each) for each in rows)
        else:
            values[name] = _plain(column, column.value_from_object(row))
    found: Values = json.loads(json.dumps(values, cls=DjangoJSONEncoder))
    return found


def _number(row: Any) -> int:
    return int(row.pk if isinstance(row, models.Model) else row)


def _plain(column: Any, value: Any) -> Any:
    """Return a value as the column holds it: what a form read may be written otherwise."""
    return f"{value:.{column.decimal_places}f}" if isinstance(value, Decimal) else value


def with_recorded(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Annotate `recorded`: what the history last knew of each row, as text."""
    last = Version.objects.filter(
        db=DEFAULT_DB_ALIAS, content_type=_type_of(rows.model), object_id=Cast(OuterRef("pk"), CharField())
    ).order_by("-revision_id")
    annotated: QuerySet[Any] = rows.annotate(recorded=Subquery(last.values("serialized_data")[:1]))
    return annotated


def recorded_in(row: Any) -> Values | None:
    """Return what the history last knew of a row that was fetched by `with_recorded`."""
    return fields_in(row.recorded) if row.recorded else None


def fields_in(text: str) -> Values:
    """Return the fields that a version holds."""
    fields: Values = json.loads(text)[0]["fields"]
    return fields


def record(edits: Sequence[Edit], *, editor: User | None, note: str, now: datetime) -> None:
    """Put an act into the history, in two queries. The caller holds the transaction in which it happened.

    Where a row stood otherwise than the history knew (its first edit, or a change by another door), that is kept too.
    """
    lost = [edit for edit in edits if edit.before is not None and edit.before != edit.recorded]
    whole = [(Revision(date_created=now, comment=BEFORE), [(edit.row, edit.before) for edit in lost])] if lost else []
    act = Revision(date_created=now, user=editor, comment=note[:LONGEST_NOTE])
    _write([*whole, (act, [(edit.row, edit.after) for edit in edits])])


def record_load(edits: Sequence[Edit], *, now: datetime) -> None:
    """Put into the history what a load changed: each row as it stood, and as it stands now by the files."""
    for edit in edits:
        edit.after = values_of(edit.row)
    changed = [edit for edit in edits if edit.before != edit.after]
    by_model: dict[type[models.Model], list[Edit]] = {}
    for edit in changed:
        by_model.setdefault(type(edit.row), []).append(edit)
    for model, of_model in by_model.items():
        known = last_recorded(model, [edit.row.pk for edit in of_model])
        for edit in of_model:
            edit.recorded = known.get(edit.row.pk)
    lost = [edit for edit in changed if edit.before != edit.recorded]
    acts = [(Revision(date_created=now, comment=OVERWRITTEN), [(edit.row, edit.before) for edit in lost])]
    acts += [(Revision(date_created=now, comment=LOADED), [(edit.row, edit.after) for edit in changed])]
    _write([act for act in acts if act[1]])


def last_recorded(model: type[models.Model], numbers: Sequence[int]) -> dict[int, Values]:
    """Return what the history last knew of rows, by their numbers; those it does not know are left out."""
    found: dict[int, Values] = {}
    for at in range(0, len(numbers), _TOGETHER):
        rows = model._default_manager.filter(pk__in=numbers[at : at + _TOGETHER])  # noqa: SLF001
        known = with_recorded(rows).values_list("pk", "recorded")
        found |= {pk: fields_in(text) for pk, text in known if text}
    return found


def last_act(row: models.Model) -> Revision | None:
    """Return the latest act on a row, with who did it."""
    version = versions_of(row).select_related("revision__user__name_order").first()
    return None if version is None else version.revision


def versions_of(row: models.Model) -> QuerySet[Any]:
    """Return the versions of a row, newest first, in the order of the index that finds them."""
    found: QuerySet[Any] = Version.objects.filter(
        db=DEFAULT_DB_ALIAS, content_type=_type_of(type(row)), object_id=str(row.pk)
    ).order_by("-revision_id")
    return found


def forget(model: type[models.Model], numbers: Iterable[int]) -> None:
    """Take rows out of the history for good, as when the person they are about is erased."""
    if has_history(model):
        ids = [str(number) for number in numbers]
        Version.objects.filter(content_type=_type_of(model), db=DEFAULT_DB_ALIAS, object_id__in=ids).delete()


def _type_of(model: type[models.Model]) -> ContentType:
    return ContentType.objects.get_for_model(model)


def _write(acts: Sequence[tuple[Revision, Sequence[tuple[models.Model, Values | None]]]]) -> None:
    """Write acts with their versions, in the order they are given."""
    if not acts:
        return
    Revision.objects.bulk_create([revision for revision, _rows in acts])
    versions = [
        _version(revision, row, values) for revision, rows in acts for row, values in rows if values is not None
    ]
    Version.objects.bulk_create(versions, batch_size=_TOGETHER)


def _version(revision: Revision, row: models.Model, values: Values) -> Version:
    """Return a version in the form in which django-reversion itself writes and reads one."""
    label = row._meta.label_lower  # noqa: SLF001 (Django's documented accessor)
    whole = [{"model": label, "pk": row.pk, "fields": values}]
    return Version(
        revision=revision,
        object_id=str(row.pk),
        content_type=_type_of(type(row)),
        db=DEFAULT_DB_ALIAS,
        format="json",
        serialized_data=json.dumps(whole, ensure_ascii=False),
        object_repr="",  # the name of a row may be a person's
    )
