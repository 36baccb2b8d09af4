"""The pages of a course and of a lesson: made once for everyone and kept, and filled in for each reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.template import Context

from courses.http import Reader
from courses.models import Course, Lesson
from courses.reports.reading import LessonLine, lesson_page, outline_of, sections_read
from courses.services.kept import Keeper, Page, kept

_UNREAD, _READ, _VIEWED = range(3)
"""How the form that marks a section read may stand: while an instructor views as a student it sends nothing."""


def lesson_context(request: HttpRequest, lesson: Lesson, reader: Reader) -> dict[str, Any]:
    """Return what the page of a lesson needs, in one query: the text as it is kept, and what the reader has read."""
    page = kept(lesson.course, f"lesson {lesson.pk}", lambda: _lesson_for_everyone(lesson.pk))
    read = sections_read(lesson.pk, reader.user) & {slot[5:] for slot in page.choices if slot.startswith("tick ")}
    chosen = {f"{slot} {key}": _READ for key in read for slot in ("tick", "read")} | {"progress": len(read)}
    if getattr(request, "viewing", None) is not None:
        chosen = {slot: _VIEWED for slot in page.choices if slot.startswith("read ")} | chosen
    return {"lesson": lesson, "course": lesson.course, "reader": reader, "page": page, "chosen": chosen}


def course_context(course: Course, reader: Reader) -> dict[str, Any]:
    """Return what the page of a course needs, in two queries: the page as it is kept, and how far the reader is."""
    page = kept(course, "page", lambda: _course_for_everyone(course))
    outline = outline_of(course, reader.user)
    lines = [line for block in outline.units for line in block.lessons]
    chosen = {
        f"line {line.lesson.pk}": line.section_count + 1 if line.is_complete else line.read_count for line in lines
    }
    chosen |= dict.fromkeys(("hero", "about"), int(outline.has_begun))
    return {"course": course, "outline": outline, "reader": reader, "page": page, "chosen": chosen}


def _course_for_everyone(course: Course) -> Page:
    whole = Course.objects.get(pk=course.pk)

    def line(here: Context) -> Iterator[None]:
        own: LessonLine = here["line"]
        for count in range(own.section_count + 1):
            with here.push(line=replace(own, read_count=count)):
                yield
        with here.push(line=replace(own, is_complete=True)):
            yield

    context = {"course": whole, "outline": outline_of(whole, None)}
    states = {"line": line, "quiz": _as_it_is, "hero": _whole_or_slim, "about": _whole_or_slim}
    return Keeper(states).page("courses/_course.html", context)


def _whole_or_slim(here: Context) -> Iterator[None]:
    """Render a slot for a reader who is new to the course, and for one who comes back."""
    for is_slim in (False, True):
        with here.push(is_slim=is_slim):
            yield


def _as_it_is(_here: Context) -> Iterator[None]:
    """Render a slot as it is for a reader who has done nothing."""
    yield


def _lesson_for_everyone(lesson_id: int) -> Page:
    context = lesson_page(lesson_id)

    def ticked(here: Context) -> Iterator[None]:
        for here["section"].is_read in (False, True):
            yield

    def form(here: Context) -> Iterator[None]:
        yield from ticked(here)
        here["section"].is_read = False
        with here.push(is_viewed=True):
            yield

    def progress(here: Context) -> Iterator[None]:
        for number in range(len(context["sections"]) + 1):
            with here.push(read_count=number):
                yield

    return Keeper({"tick": ticked, "read": form, "progress": progress}).page("courses/_lesson.html", context)
