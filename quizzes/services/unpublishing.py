"""Undoing a publication in one step: what readers saw before is shown again, and what was published is a draft."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from courses.models import Course, Deed, Lesson, Publication
from courses.services.audit import record as record_deed
from courses.services.content import rerender
from courses.services.sections import move_sections
from courses.services.taking_back import row_named, take_back
from quizzes.models import Item, ItemRevision, Quiz
from quizzes.services.authoring import next_number, place_item
from quizzes.services.clock import Shorter
from quizzes.services.publishing import STATES, refresh_moved

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@dataclass(frozen=True)
class Stays:
    """Something that an undo leaves as it is, because something newer stands there: whose field, and which."""

    name: str
    field: str


@transaction.atomic
def undo(publication: Publication, *, by: User, now: datetime) -> list[Stays]:
    """Take a publication back; return what stays, because it was changed since. Undone before, it stays undone.

    Attempts keep the words and the time they have. A regrade that was made with it is undone by itself.
    """
    locked = Publication.objects.select_for_update(of=("self",)).select_related("course").get(pk=publication.pk)
    if locked.state != STATES.DONE:
        return []
    Course.objects.select_for_update().get(pk=locked.course_id)
    rows: list[Any] = []
    moved: list[tuple[Quiz, Quiz]] = []
    found: list[Stays] = []
    for record in locked.changes:
        if "words" in record:
            continue
        before = row_named(record["row"])
        moves = record["fields"].get("moved_sections", {}).get("after", {})
        fields = {name: entry for name, entry in record["fields"].items() if name != "moved_sections"}
        row, stays = take_back({**record, "fields": fields}, by=by, now=now)
        if moves and "body" not in stays:
            _take_back_moves(row, moves, by=by, now=now)
        found += [Stays(record["name"], name) for name in stays]
        if row is not None and len(stays) < len(fields):
            rows.append(row)
        if isinstance(row, Quiz):
            moved.append((copy(before), row))
    rerender(locked.course, rows)
    for record in locked.changes:
        if "words" in record and not _take_back_words(record["words"], now=now):
            found.append(Stays(record["name"], "body"))
    refresh_moved(moved, by=by, now=now, shorter=Shorter.KEEP)
    locked.state, locked.undone_at, locked.undone_by = STATES.UNDONE, now, by
    locked.save(update_fields=["state", "undone_at", "undone_by"])
    record_deed(by, Deed.PUBLICATION_UNDONE, locked, at=now, course=locked.course_id)
    return found


def _take_back_moves(lesson: Lesson, moves: Mapping[str, str], *, by: User, now: datetime) -> None:
    """Let what went along with a section go back with it, and again with the draft when that is published."""
    known = set(lesson.sections.filter(key__in=list(moves.values())).values_list("key", flat=True))
    back = {to: key for key, to in moves.items() if to in known}
    move_sections(lesson=lesson, moves=back, editor=by, now=now)
    lesson.draft["moved_sections"] = {"base": {}, "value": dict(moves)}
    lesson.save(update_fields=["draft"])


def _take_back_words(words: Mapping[str, Any], *, now: datetime) -> bool:
    """Make the words current that were so before, and a draft of those published; say whether that could be done."""
    item = Item.objects.select_for_update(of=("self",)).select_related("course", "quiz__lesson").get(pk=words["item"])
    current = item.revisions.current().first()
    if current is None or current.pk != words["after"] or current.content_hash != words["hash"]:
        return False
    current.is_current = False
    has_draft = item.revisions.drafts().exists()
    current.is_draft = not has_draft and not current.is_issued
    current.save(update_fields=["is_current", "is_draft"])
    if not has_draft and not current.is_draft:
        _copy_as_draft(current)
    if words["before"] is not None:
        before = item.revisions.get(pk=words["before"])
        before.is_current = True
        before.save(update_fields=["is_current"])
        place_item(item, before.spec, now=now)
    return True


def _copy_as_draft(revision: ItemRevision) -> None:
    """Keep words that are on papers as a draft as well: the papers' own must stay as they are."""
    draft = copy(revision)
    draft.pk, draft.number = None, next_number(revision.item)
    draft.is_draft, draft._state.adding = True, True  # noqa: SLF001 (Django's documented way to copy a row)
    draft.save(force_insert=True)
