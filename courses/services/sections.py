"""Sections that get another key, or go: whatever points at them is named before, and goes along where it is told to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.db import transaction

from courses.models import Lesson, Section
from courses.services.history import Edit

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class Follower(Protocol):
    """Rows of an app above that point at sections, such as the questions a section answers."""

    def names_at(self, sections: Sequence[int]) -> Mapping[int, Sequence[str]]:
        """Return, by the number of the section, what live rows point at each."""

    def follow(self, old: Section, new: Section, *, editor: User, now: datetime) -> Iterable[Edit]:
        """Point at another section from now on; return what that changed in rows with a history."""


FOLLOWERS: list[Follower] = []
"""Apps above add theirs, since nothing here may know of them."""


def carry_moves(lesson: Lesson, *, editor: User, now: datetime) -> list[Edit]:
    """Move what a published text names as moved, which is then done."""
    moves, lesson.moved_sections = lesson.moved_sections, {}
    Lesson.objects.filter(pk=lesson.pk).update(moved_sections={})
    known = set(lesson.sections.filter(key__in=list(moves)).values_list("key", flat=True))
    return move_sections(lesson=lesson, moves={k: to for k, to in moves.items() if k in known}, editor=editor, now=now)


def pointed_at(lesson: Lesson, keys: Iterable[str]) -> dict[str, list[str]]:
    """Return what points at sections of a lesson, by their keys; sections at which nothing points are left out."""
    sections = {row.pk: row.key for row in lesson.sections.filter(key__in=list(keys)).only("pk", "key", "lesson")}
    found: dict[str, list[str]] = {}
    for follower in FOLLOWERS:
        for number, names in follower.names_at(list(sections)).items():
            found.setdefault(sections[number], []).extend(names)
    return found


@transaction.atomic
def move_sections(*, lesson: Lesson, moves: Mapping[str, str], editor: User, now: datetime) -> list[Edit]:
    """Carry what points at sections over to others, by their keys, before the lesson is rendered without the old ones.

    A key that no section has yet is a rename: the section stays the row it is, with what students read of it.
    """
    rows = {row.key: row for row in lesson.sections.filter(key__in={*moves, *moves.values()})}
    edits: list[Edit] = []
    for key, to in moves.items():
        old = rows[key]
        if to in rows:
            new = rows[to]
        else:
            Section.objects.filter(pk=old.pk).update(key=to)
            new = rows[to] = Section(pk=old.pk, lesson=lesson, key=to)
        for follower in FOLLOWERS:
            edits.extend(follower.follow(old, new, editor=editor, now=now))
    return edits
