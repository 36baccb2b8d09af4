"""What lessons refer to: timeline, sources, glossary, and the study behind the course."""

from __future__ import annotations

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from courses.http import render_page, viewer_of
from courses.models import Course, Lesson, Unit
from courses.reports import timeline_of

_LESSONS = Prefetch("lessons", Lesson.objects.current().select_related("course"))


@require_GET
def timeline(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show the dated events, as a list and to scale, of the whole course or of one unit."""
    course = _course(request, course_key)
    events = course.events.filter(is_retired=False).select_related("unit", "lesson__course")
    chosen = request.GET.get("unit", "")
    units = list(Unit.objects.current().filter(course=course))
    if chosen in {unit.key for unit in units}:
        events = events.filter(unit__key=chosen)
    context = {"course": course, "timeline": timeline_of(list(events)), "units": units, "chosen": chosen}
    return render_page(request, "courses/timeline.html", context)


@require_GET
def sources(request: HttpRequest, course_key: str) -> HttpResponse:
    """List what the course cites, with the lessons that cite it."""
    course = _course(request, course_key)
    words = request.GET.get("q", "").strip()[:100]
    rows = course.sources.filter(is_retired=False).prefetch_related(_LESSONS)
    if words:
        rows = rows.filter(Q(html__icontains=words) | Q(note__icontains=words))
    return render_page(request, "courses/sources.html", {"course": course, "sources": rows, "words": words})


@require_GET
def glossary(request: HttpRequest, course_key: str) -> HttpResponse:
    """List the terms, with the lessons that use them."""
    course = _course(request, course_key)
    words = request.GET.get("q", "").strip()[:100]
    rows = course.terms.filter(is_retired=False).prefetch_related(_LESSONS)
    if words:
        matches = Q(term__icontains=words) | Q(ko__icontains=words) | Q(ru__icontains=words)
        rows = rows.filter(matches | Q(definition__icontains=words))
    return render_page(request, "courses/glossary.html", {"course": course, "terms": rows, "words": words})


def _course(request: HttpRequest, course_key: str) -> Course:
    return get_object_or_404(Course.objects.visible_to(viewer_of(request)), key=course_key)
