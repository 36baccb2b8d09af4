"""What lessons refer to: timeline, sources, glossary, people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from courses.http import render_page, viewer_of
from courses.models import Course, GlossaryTerm, Lesson, Person, Source, Unit
from courses.rendering.folding import fold
from courses.rendering.plain import plain_text
from courses.reports import event_uses, timeline_of, uses_of
from courses.reports.listing import by_letter, kind_of, lessons_of
from courses.reports.people import in_groups
from courses.reports.uses import people_uses
from courses.services.search import others

Row = TypeVar("Row", Source, GlossaryTerm, Person)


@require_GET
def timeline(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show the dated events, as a list and to scale, of the whole course or of one unit."""
    course = _course(request, course_key)
    events = course.events.filter(is_retired=False).select_related("unit", "lane", "lesson__course")
    chosen = request.GET.get("unit", "")
    units = list(Unit.objects.current().filter(course=course))
    if chosen in {unit.key for unit in units}:
        events = events.filter(unit__key=chosen)
    shown = timeline_of(list(events))
    uses = event_uses(course, shown.events)
    context = {"course": course, "timeline": shown, "units": units, "chosen": chosen, "uses": uses}
    return render_page(request, "courses/timeline.html", context)


@require_GET
def sources(request: HttpRequest, course_key: str) -> HttpResponse:
    """List what the course cites, with the places that cite it."""
    course = _course(request, course_key)
    rows = list(course.sources.filter(is_retired=False))
    uses = uses_of(course, "source")
    kinds, lessons = sorted({kind_of(source) for source in rows}), lessons_of(uses)
    kind = _chosen(request, "kind", kinds)
    lesson = _chosen(request, "lesson", [lesson.key for lesson in lessons])
    of_lesson = {key for key, places in uses.items() if any(use.lesson.key == lesson for use in places)}
    rows = [row for row in rows if (not kind or kind_of(row) == kind) and (not lesson or row.key in of_lesson)]
    found = _holding(request, rows, lambda source: [plain_text(source.html), source.note])
    context = {"course": course, "sources": found, "uses": uses, "letters": by_letter(found, _cited_as)}
    choices = {"kinds": kinds, "kind": kind, "lessons": lessons, "lesson_key": lesson}
    return _list(request, "courses/sources.html", {**context, **choices})


@require_GET
def glossary(request: HttpRequest, course_key: str) -> HttpResponse:
    """List the terms, with the places that use them."""
    course = _course(request, course_key)
    rows = course.terms.filter(is_retired=False)
    found = _holding(request, rows, lambda term: [term.term, *others(term), *term.forms, plain_text(term.html)])
    uses = uses_of(course, "term")
    lessons = lessons_of(uses)
    lesson = _chosen(request, "lesson", [lesson.key for lesson in lessons])
    if lesson:
        found = [term for term in found if any(use.lesson.key == lesson for use in uses.get(term.key, ()))]
    letters = by_letter(found, lambda term: term.term)
    choices = {"letters": letters, "lessons": lessons, "lesson_key": lesson}
    return _list(request, "courses/glossary.html", {"course": course, "terms": found, "uses": uses, **choices})


@require_GET
def people(request: HttpRequest, course_key: str) -> HttpResponse:
    """List the people the course speaks of, with the places that name them."""
    course = _course(request, course_key)
    lessons = Lesson.objects.current().select_related("course").defer("body", "notes")
    rows = list(course.people.filter(is_retired=False).prefetch_related(Prefetch("lessons", lessons)))
    uses = people_uses(course, rows)
    found = _holding(
        request,
        rows,
        lambda person: [person.name, *others(person), person.side, person.role, plain_text(person.html)],
    )
    context = {"course": course, "people": found, "groups": in_groups(found, course.people_groups), "uses": uses}
    return _list(request, "courses/people.html", context)


def _holding(request: HttpRequest, rows: Iterable[Row], texts: Callable[[Row], list[str]]) -> list[Row]:
    """Keep the rows that hold the words searched for, whatever their case, accents and hyphens."""
    words = fold(_words(request))
    return [row for row in rows if words in fold(" ".join(texts(row)))]


def _list(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render_page(request, template, {**context, "words": _words(request)})


def _chosen(request: HttpRequest, name: str, choices: Sequence[str]) -> str:
    """Return what a list is asked to be narrowed to; nothing where there is no such thing."""
    asked = request.GET.get(name, "")
    return asked if asked in choices else ""


def _cited_as(source: Source) -> str:
    """Return a source as it is printed, which begins with its author or its title."""
    return plain_text(source.html)


def _words(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip()[:100]


def _course(request: HttpRequest, course_key: str) -> Course:
    return get_object_or_404(Course.objects.visible_to(viewer_of(request)), key=course_key)
