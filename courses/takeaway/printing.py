"""A whole course on one page, to be printed: its rendered lessons, with their links leading within the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from courses.models import Course, Lesson, Section, Unit

_MARGIN = re.compile(r'<div class="margin".*?</div>', re.DOTALL)
_BOX = re.compile(r'<(/?)aside\b((?: (?:class|id)="[^"]*")*)(?: aria-label="[^"]*")?')
_TERM = re.compile(r'href="#term-')
_PLACE = re.compile(r'(id="|href="#)(note-\d+|[a-z0-9-]+-p\d+)"')


@dataclass(frozen=True)
class Chapter:
    """A lesson on the page: its sections as (id, title, HTML), and its notes."""

    lesson: Lesson
    sections: Sequence[tuple[str, str, SafeString]]
    notes: Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Part:
    """A unit with its lessons."""

    unit: Unit
    chapters: Sequence[Chapter]


def parts_of(course: Course) -> list[Part]:
    """Return the units of a course with their lessons, in three queries."""
    sections: dict[int, list[Section]] = {}
    for section in Section.objects.current().filter(lesson__course=course):
        sections.setdefault(section.lesson_id, []).append(section)
    chapters: dict[int, list[Chapter]] = {}
    for lesson in Lesson.objects.current().filter(course=course).defer("body"):
        lesson.course = course
        chapters.setdefault(lesson.unit_id, []).append(_chapter(lesson, sections.get(lesson.pk, ())))
    return [Part(unit, chapters.get(unit.pk, [])) for unit in Unit.objects.current().filter(course=course)]


def _chapter(lesson: Lesson, sections: Sequence[Section]) -> Chapter:
    shown = [
        (f"{lesson.key}--{section.key}", section.title, _within(lesson, "".join(_texts(section))))
        for section in sections
    ]
    notes = [note for block in lesson.notes if block["kind"] == "notes" for note in block["entries"]]
    return Chapter(lesson, shown, notes)


def _texts(section: Section) -> list[str]:
    return [part["html"] for part in section.parts if "html" in part]


def _within(lesson: Lesson, html: str) -> SafeString:
    """Give a lesson's ids its name, since many lessons stand on the page, and lead its links to places on the page."""
    # As asides, boxes of the same title in different lessons would be landmarks of the same name.
    html = _BOX.sub(r"<\1div\2", _TERM.sub('href="#term--', _MARGIN.sub("", html)))
    html = _PLACE.sub(rf'\g<1>{lesson.key}--\g<2>"', html)
    lessons = re.escape(f"{lesson.course.get_absolute_url()}lessons/")
    html = re.sub(rf'href="{lessons}([a-z0-9-]+)/#([a-z0-9-]+)"', r'href="#\1--\2"', html)
    return mark_safe(re.sub(rf'href="{lessons}([a-z0-9-]+)/"', r'href="#\1"', html))  # noqa: S308 (rendered and cleaned)
