"""What texts may refer to once a course's changes are published, and the changes whose texts would lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from courses.content.check import Known, known_in, mistakes_in_lesson, mistakes_in_text
from courses.models import Course
from courses.rendering.lessons import read_sections
from courses.services.drafts import NEW, Change

_CITED = {
    "courses.source": "source", "courses.glossaryterm": "term", "courses.figure": "figure", "courses.lesson": "lesson",
}  # fmt: skip
_TEXTS = ("definition", "text", "record")


def known_then(course: Course, changes: Sequence[Change]) -> tuple[Known, bool]:
    """Return what texts may refer to once all is published, and whether something goes that they may refer to now."""
    known, is_less = known_in(course), False
    keys, sections = {what: set(found) for what, found in known.keys.items()}, dict(known.sections)
    for change in changes:
        what = _CITED.get(change.key.partition(":")[0])
        if what and change.fields.get(NEW, (None, False))[1]:
            keys[what].discard(change.row.key)
            is_less = True
        if what == "lesson" and "body" in change.fields:
            before, after = ({each.key for each in read_sections(text)[0]} for text in change.fields["body"])
            moved = change.fields.get("moved_sections", ({}, {}))[1]
            sections[change.row.key] = frozenset({*after, *moved})
            is_less |= bool(before - after - moved.keys())
    return replace(known, keys={what: frozenset(found) for what, found in keys.items()}, sections=sections), is_less


def mistakes_of(change: Change, known: Known) -> Iterator[str]:
    """Yield what is wrong with the texts that a change brings."""
    if change.key.startswith("courses.lesson:") and "body" in change.fields:
        yield from mistakes_in_lesson(change.fields["body"][1], key=change.row.key, known=known)
    for name in _TEXTS:
        text = change.fields.get(name, ("", ""))[1]
        if isinstance(text, str):
            yield from mistakes_in_text(text, known)


def sound(course: Course, changes: Sequence[Change]) -> list[Change]:
    """Return the changes that can be rendered: those whose texts lead somewhere."""
    known, _is_less = known_then(course, changes)
    return [change for change in changes if not any(mistakes_of(change, known))]
