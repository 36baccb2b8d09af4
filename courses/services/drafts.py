"""Changes that wait to be published: kept in a row's draft, shown to the people who work on the course, put in force.

In a published course an edit goes into the draft and readers see none of it; in a course that is not published yet it
goes straight into the row. What publishing sets in motion in quizzes is in `quizzes.services.publishing`.
"""

# ruff: noqa: SLF001 (Django's documented accessors, asked of every model alike)

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import ProtectedError

from courses.models import Course, LearningObjective, Lesson
from courses.models.base import Drafted, Loaded, Readable

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_NOT_DRAFTED = frozenset({
    "id", "course", "key", "draft", "drafted_at", "drafted_by", "loaded_hash", "edited_at",
    "html", "summary_html", "about_study_html", "notes", "word_count", "sort_key", "lists", "people_groups", "path",
    "edition", "loaded_by",
})  # fmt: skip
"""Fields that name a row, keep its books, or are made of the others by rendering."""
_AT_ONCE: Mapping[str, frozenset[str]] = {"courses.course": frozenset({"is_published", "is_retired"})}
"""Fields that have no draft: whether a course is there at all is said and done in one step."""
NEW = "is_retired"
"""The field whose draft lets a row that was never published come to light."""


@dataclass(frozen=True)
class Change:
    """A row with changes that wait: each field as it is published and as it would be, in JSON's own types.

    `moved` names fields that were published with another value after the draft was begun.
    """

    row: Any
    fields: Mapping[str, tuple[Any, Any]]
    by: User | None = None
    at: datetime | None = None
    is_new: bool = False
    moved: frozenset[str] = field(default_factory=frozenset)

    @property
    def key(self) -> str:
        """Return the name of the change in forms and records: the row's model and id."""
        return name_of(self.row)

    @property
    def seen(self) -> str:
        """Return a mark of exactly this change, so that what is confirmed is what was read."""
        text = json.dumps([self.key, sorted(self.fields.items())], cls=Readable, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def name_of(row: models.Model) -> str:
    """Return a row's model and id: `courses.lesson:5`."""
    return f"{row._meta.label_lower}:{row.pk}"


def drafted_models() -> list[type[Drafted]]:
    """Return every model whose rows may have a draft, those of the apps above included."""
    return [model for model in apps.get_models() if issubclass(model, Drafted)]


@cache
def authored(model: type[models.Model]) -> tuple[models.Field[Any, Any], ...]:
    """Return the columns of a model that a draft may hold."""
    left_out = _NOT_DRAFTED | _AT_ONCE.get(model._meta.label_lower, frozenset())
    return tuple(each for each in model._meta.concrete_fields if each.name not in left_out)


def plain(value: Any) -> Any:
    """Return a value in JSON's own types, as it will be read back from the database."""
    return json.loads(json.dumps(value, cls=Readable))


def is_drafting(row: Drafted) -> bool:
    """Say whether edits of a row wait to be published: its course is published."""
    if isinstance(row, Course):  # in memory it may hold what is about to be saved
        return Course.objects.filter(pk=row.pk, is_published=True).exists()
    return bool(row.course.is_published)  # type: ignore[attr-defined]  # all others belong to one


def standing(row: Any) -> Any:
    """Return a row as it would stand: its draft applied in memory, and nothing saved."""
    for name, entry in row.draft.items():
        put_value(row, name, entry["value"])
    return row


def put_value(row: Any, name: str, value: Any) -> None:
    """Give a row in memory a value as drafts hold it."""
    column = row._meta.get_field(name)
    if isinstance(column, models.ManyToManyField):
        # Django shows a form what was prefetched; nothing of it is saved.
        chosen = column.related_model._default_manager.filter(pk__in=value)
        row._prefetched_objects_cache = {**getattr(row, "_prefetched_objects_cache", {}), name: chosen}
    else:
        setattr(row, column.attname, column.to_python(value))


@transaction.atomic
def keep(row: Any, *, by: User, now: datetime, links: Mapping[str, Iterable[int]] | None = None) -> None:
    """Keep what a row in memory holds as its draft; readers go on seeing what is published.

    `links` are the ids of related rows by field. A value that is the published one again is a change no more. Of a row
    that was never published the columns themselves are written: nobody sees them.
    """
    stored = type(row)._base_manager.select_for_update().get(pk=row.pk)
    draft: dict[str, Any] = {}
    model: type[models.Model] = type(row)
    for column in authored(model):
        new, old = plain(column.value_from_object(row)), plain(column.value_from_object(stored))
        draft |= _entry(stored, column.name, old, new)
    for name, chosen in _links_of(stored, links).items():
        draft |= _entry(stored, name, ids_of(stored, name), chosen)
    if stored.is_new:
        draft = _write_new(stored, draft)
    is_any = bool(draft)
    type(row)._base_manager.filter(pk=row.pk).update(
        draft=draft, drafted_at=now if is_any else None, drafted_by=by if is_any else None
    )
    row.draft = draft


def keep_new(row: Any, *, by: User, now: datetime) -> None:
    """Mark a row that is about to be made as one that nobody sees until it is published."""
    if not row.is_retired:
        row.draft = {NEW: {"base": None, "value": False}}
        row.drafted_at, row.drafted_by, row.is_retired = now, by, True


def _entry(stored: Any, name: str, old: Any, new: Any) -> dict[str, Any]:
    if new == old:
        return {}
    return {name: {"base": stored.draft.get(name, {"base": old})["base"], "value": new}}


def _links_of(stored: Any, links: Mapping[str, Iterable[int]] | None) -> dict[str, list[int]]:
    """Return the related rows to keep: those given, and those of the draft that nothing is said of."""
    names = {each.name for each in stored._meta.many_to_many}
    kept = {name: entry["value"] for name, entry in stored.draft.items() if name in names}
    return kept | {name: sorted(chosen) for name, chosen in (links or {}).items()}


def ids_of(row: Any, name: str) -> list[int]:
    through, source, target = _through(type(row), name)
    return sorted(through.filter(**{source: row.pk}).values_list(target, flat=True))


def _through(model: type[models.Model], name: str) -> tuple[Any, str, str]:
    """Return the rows of a many-to-many table, and the names of its two columns."""
    column: Any = model._meta.get_field(name)
    return (
        column.remote_field.through._default_manager.all(),
        f"{column.m2m_field_name()}_id",
        f"{column.m2m_reverse_field_name()}_id",
    )


def _write_new(stored: Any, draft: dict[str, Any]) -> dict[str, Any]:
    """Write the draft of a row that was never published into its columns; return what remains to be published."""
    coming = draft.pop(NEW, None)
    links = {
        name: draft.pop(name)["value"] for name in [each.name for each in stored._meta.many_to_many] if name in draft
    }
    for name, entry in draft.items():
        put_value(stored, name, entry["value"])
    stored.save()
    for name, chosen in links.items():
        getattr(stored, name).set(chosen)
    return {NEW: coming} if coming else {}


def changes_of(course: Course) -> list[Change]:
    """Return every row of a course with a draft, in one query for each model that may have one, and one for links."""
    found: list[Change] = []
    for model in drafted_models():
        scope = {"pk": course.pk} if model is Course else {"course": course.pk}
        rows = model._default_manager.filter(drafted_at__isnull=False, **scope).select_related(*_shown_with(model))
        listed = list(rows.order_by("pk"))
        links = _all_ids(model, listed)
        found += [change for row in listed if (change := change_of(row, links)).fields]
    return found


def _shown_with(model: type[models.Model]) -> list[str]:
    """Return what is fetched with changed rows: who changed them, and the quiz of a question, by which it is known."""
    names = {each.name for each in model._meta.concrete_fields}
    return ["drafted_by", *(["quiz"] if "quiz" in names else [])]


def _all_ids(model: type[models.Model], rows: Sequence[Any]) -> dict[tuple[int, str], list[int]]:
    """Return the ids of related rows, by row and field, for the fields that drafts speak of."""
    found: dict[tuple[int, str], list[int]] = {}
    for each in model._meta.many_to_many:
        spoken = [row.pk for row in rows if each.name in row.draft]
        if not spoken:
            continue
        found |= {(pk, each.name): [] for pk in spoken}
        through, source, target = _through(model, each.name)
        for pk, other in through.filter(**{f"{source}__in": spoken}).order_by(target).values_list(source, target):
            found[pk, each.name].append(other)
    return found


def change_of(row: Any, links: Mapping[tuple[int, str], Sequence[int]]) -> Change:
    """Return a row's draft as a change of what is published."""
    fields, moved = {}, set()
    for name, entry in row.draft.items():
        column = row._meta.get_field(name)
        is_link = isinstance(column, models.ManyToManyField)
        now = list(links[row.pk, name]) if is_link else plain(column.value_from_object(row))
        if now == entry["value"]:
            continue  # a load has published the same meanwhile
        fields[name] = (now, entry["value"])
        if entry["base"] not in (None, now):
            moved.add(name)
    return Change(row, fields, row.drafted_by, row.drafted_at, row.is_new, frozenset(moved))


@transaction.atomic
def apply(changes: Iterable[Change], *, now: datetime) -> None:
    """Put changes into the columns that readers see, in a few statements for each model, and end their drafts.

    The rows count as edited here. Rendering them is left to `courses.services.content.rerender`.
    """
    lessons: set[int] = set()
    for model, listed in _by_model(changes):
        names = {name for change in listed for name in change.fields}
        links = names & {each.name for each in model._meta.many_to_many}
        for change in listed:
            for name in change.fields:
                put_value(change.row, name, change.fields[name][1])
            change.row.draft, change.row.drafted_at, change.row.drafted_by = {}, None, None
            if isinstance(change.row, Loaded):
                change.row.edited_at = now
            elif isinstance(change.row, LearningObjective):
                lessons.add(change.row.lesson_id)
        books = ["draft", "drafted_at", "drafted_by", *(["edited_at"] if issubclass(model, Loaded) else [])]
        rows = [change.row for change in listed]
        model._default_manager.bulk_update(rows, sorted(names - links) + books, batch_size=100)
        for name in links:
            link_rows(model, name, {each.row.pk: each.fields[name][1] for each in listed if name in each.fields})
    Lesson.objects.filter(pk__in=lessons).update(edited_at=now)


def link_rows(model: type[models.Model], name: str, wanted: Mapping[int, Iterable[int]]) -> None:
    through, source, target = _through(model, name)
    through.filter(**{f"{source}__in": list(wanted)}).delete()
    pairs = [{source: pk, target: other} for pk, others in wanted.items() for other in others]
    through.model._default_manager.bulk_create([through.model(**pair) for pair in pairs])


def _by_model(changes: Iterable[Change]) -> Iterator[tuple[Any, list[Change]]]:
    found: dict[Any, list[Change]] = {}
    for change in changes:
        found.setdefault(type(change.row), []).append(change)
    yield from found.items()


@transaction.atomic
def discard(change: Change) -> None:
    """Throw a draft away; a row that was never published goes with it, unless something refers to it already."""
    row, model = change.row, type(change.row)
    if change.is_new:
        try:
            with transaction.atomic():
                if isinstance(row, Lesson):
                    row.sections.all().delete()
                row.delete()
        except ProtectedError:
            pass
        else:
            return
    model._base_manager.filter(pk=row.pk).update(draft={}, drafted_at=None, drafted_by=None)
