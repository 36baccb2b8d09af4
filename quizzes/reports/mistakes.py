"""What would lead nowhere if all changes of a course were published: references of texts, and of questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from courses.content.check import Known, known_in, mistakes_in_lesson, mistakes_in_text
from courses.models import Course, Lesson
from courses.rendering.lessons import read_sections
from courses.services.drafts import NEW, Change
from quizzes.models import ItemRevision
from quizzes.services.authoring import place_of

_TEXTS = ("definition", "text", "record")


def mistakes_in(course: Course, changes: Sequence[Change]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the mistakes in each change, by its key, and those it would make elsewhere in the course.

    Everything else is looked through only where a row or a section would go, in two queries more.
    """
    known, is_less = _known_then(course, changes)
    found = {change.key: [*_mistakes(change, known)] for change in changes}
    elsewhere = [*_elsewhere(course, changes, known)] if is_less else []
    return {key: each for key, each in found.items() if each}, elsewhere


def _known_then(course: Course, changes: Sequence[Change]) -> tuple[Known, bool]:
    """Return what texts may refer to once all is published, and whether that is less than now."""
    known, is_less = known_in(course), False
    keys, sections = {what: set(found) for what, found in known.keys.items()}, dict(known.sections)
    words = {"courses.source": "source", "courses.glossaryterm": "term", "courses.figure": "figure"}
    words |= {"courses.lesson": "lesson"}
    for change in changes:
        what = words.get(change.key.partition(":")[0])
        if what and change.fields.get(NEW, (None, False))[1]:
            keys[what].discard(change.row.key)
            is_less = True
        if what == "lesson" and "body" in change.fields:
            before, after = ({each.key for each in read_sections(text)[0]} for text in change.fields["body"])
            sections[change.row.key] = frozenset(after)
            is_less |= bool(before - after)
    return replace(known, keys={what: frozenset(found) for what, found in keys.items()}, sections=sections), is_less


def _mistakes(change: Change, known: Known) -> Iterator[str]:
    if isinstance(change.row, ItemRevision):
        yield from _mistakes_in_words(change.row, known)
        return
    if change.key.startswith("courses.lesson:") and "body" in change.fields:
        yield from mistakes_in_lesson(change.fields["body"][1], key=change.row.key, known=known)
    for name in _TEXTS:
        if isinstance(change.fields.get(name, ("", None))[1], str):
            yield from mistakes_in_text(change.fields[name][1], known)


def _mistakes_in_words(revision: ItemRevision, known: Known) -> Iterator[str]:
    spec = revision.spec
    lesson, section = place_of(revision.item, spec)
    if section not in known.sections.get(lesson, ()):
        yield _("There is no section “%(section)s” in the lesson “%(lesson)s”.") % {
            "section": section,
            "lesson": lesson,
        }
    for key in spec.sources:
        if key not in known.keys["source"]:
            yield _("There is no source “%(key)s”.") % {"key": key}
    if spec.figure and spec.figure not in known.keys["figure"]:
        yield _("There is no figure “%(key)s”.") % {"key": spec.figure}


def _elsewhere(course: Course, changes: Sequence[Change], known: Known) -> Iterator[str]:
    """Yield mistakes in lessons and questions that are not changed themselves."""
    changed = {change.row.pk for change in changes if isinstance(change.row, Lesson) and "body" in change.fields}
    for lesson in Lesson.objects.current().filter(course=course).exclude(pk__in=changed):
        for mistake in mistakes_in_lesson(lesson.body, key=lesson.key, known=known) if lesson.body else ():
            yield f"{lesson}: {mistake}"
    drafted = {change.row.item_id for change in changes if isinstance(change.row, ItemRevision)}
    current = ItemRevision.objects.current().filter(item__course=course, item__is_retired=False)
    for revision in current.exclude(item__in=drafted).select_related("item__quiz__lesson"):
        for mistake in _mistakes_in_words(revision, known):
            yield f"{revision.item.key}: {mistake}"
