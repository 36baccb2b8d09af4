"""What would lead nowhere if all changes of a course were published: references of texts, and of questions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from courses.content.check import Known, mistakes_in_lesson
from courses.content.standing import known_then, mistakes_of
from courses.models import Course, Lesson
from courses.services.drafts import Change
from quizzes.models import ItemRevision
from quizzes.services.authoring import place_of


def mistakes_in(course: Course, changes: Sequence[Change]) -> tuple[dict[str, list[str]], list[str]]:
    """Return the mistakes in each change, by its key, and those it would make elsewhere in the course.

    Everything else is looked through only where a row or a section would go, in two queries more.
    """
    known, is_less = known_then(course, changes)
    found = {change.key: [*_mistakes(change, known)] for change in changes}
    elsewhere = [*_elsewhere(course, changes, known)] if is_less else []
    return {key: each for key, each in found.items() if each}, elsewhere


def _mistakes(change: Change, known: Known) -> Iterator[str]:
    if isinstance(change.row, ItemRevision):
        yield from _mistakes_in_words(change.row, known)
        return
    yield from mistakes_of(change, known)


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
