"""Reading: the catalogue, a course, a lesson, and the progress kept on the way."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from courses.http import reader_of, render_page, viewer_of, wants_part, writer_of
from courses.models import Course, Lesson, Section
from courses.reports import outline_of
from courses.services.progress import mark_read


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show the catalogue; with one course, that course is the front page."""
    courses = list(Course.objects.visible_to(viewer_of(request)).for_catalogue()[:50])
    if len(courses) == 1:
        return redirect(courses[0])
    return render_page(request, "courses/catalogue.html", {"courses": courses})


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """List the courses."""
    courses = Course.objects.visible_to(viewer_of(request)).for_catalogue()[:50]
    return render_page(request, "courses/catalogue.html", {"courses": courses})


@require_GET
def course(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show a course: its units and lessons, and how far the reader is."""
    found = get_object_or_404(Course.objects.visible_to(viewer_of(request)), key=course_key)
    reader = reader_of(request)
    context = {"course": found, "outline": outline_of(found, reader.user), "reader": reader}
    return render_page(request, "courses/course.html", context)


@require_GET
def lesson(request: HttpRequest, course_key: str, lesson_key: str) -> HttpResponse:
    """Show a lesson."""
    found = _lesson(request, course_key, lesson_key)
    reader = reader_of(request)
    sections = list(Section.objects.current().filter(lesson=found).with_read_by(reader.user))
    read = sum(section.is_read for section in sections)  # type: ignore[attr-defined]  # annotated
    neighbours = list(
        Lesson.objects.current().filter(course=found.course_id).only("key", "number", "title", "course").order_by(
            "unit__position", "position"
        )
    )  # fmt: skip
    at = next(place for place, each in enumerate(neighbours) if each.pk == found.pk)
    context = {
        "lesson": found,
        "course": found.course,
        "sections": sections,
        "read_count": read,
        "reader": reader,
        "previous": neighbours[at - 1] if at else None,
        "following": neighbours[at + 1] if at + 1 < len(neighbours) else None,
    }
    return render_page(request, "courses/lesson.html", context)


@require_POST
def lesson_read(request: HttpRequest, course_key: str, lesson_key: str) -> HttpResponse:
    """Note sections as read: posted by a button, or by the page as the reader reaches a section's end."""
    found = _lesson(request, course_key, lesson_key)
    reader = writer_of(request)
    assert reader.user is not None  # noqa: S101 (a writer always has a user)
    keys = request.POST.getlist("section")[:100]
    is_complete = mark_read(lesson=found, sections=keys, student=reader.user, now=timezone.now())
    if wants_part(request):
        sections = list(Section.objects.current().filter(lesson=found).with_read_by(reader.user))
        read = sum(section.is_read for section in sections)  # type: ignore[attr-defined]  # annotated
        context = {
            "lesson": found,
            "course": found.course,
            "sections": sections,
            "read_count": read,
            "just_read": keys,
            "is_complete": is_complete,
        }
        return render_page(request, "courses/_read.html", context)
    return redirect(f"{found.get_absolute_url()}#{keys[-1] if keys else ''}")


def _lesson(request: HttpRequest, course_key: str, lesson_key: str) -> Lesson:
    lessons = Lesson.objects.current().visible_to(viewer_of(request)).for_page()
    return get_object_or_404(lessons, course__key=course_key, key=lesson_key)
