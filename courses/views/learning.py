"""Reading: the catalogue, a course, a lesson, and the progress kept on the way."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from courses.http import once_for_guests, reader_of, render_page, viewer_of, wants_part, writer_of
from courses.models import Course, Lesson, Section
from courses.models.content import class_viewed
from courses.services.kept import name_of
from courses.services.progress import mark_read
from courses.views.kept_pages import course_context, lesson_context


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
    viewer = viewer_of(request)
    courses = Course.objects.filter(key=course_key).for_head()
    offered = courses.offered().first() if class_viewed(viewer) is None else None
    found = offered or get_object_or_404(courses.visible_to(viewer))

    def page() -> HttpResponse:
        return render_page(request, "courses/course.html", course_context(found, reader_of(request)))

    return once_for_guests(request, name_of(found, "page"), page)


@require_GET
def lesson(request: HttpRequest, course_key: str, lesson_key: str) -> HttpResponse:
    """Show a lesson."""
    found = _lesson(request, course_key, lesson_key)

    def page() -> HttpResponse:
        return render_page(request, "courses/lesson.html", lesson_context(request, found, reader_of(request)))

    return once_for_guests(request, name_of(found.course, f"lesson {found.pk}"), page)


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
    """Return the head of a lesson that the reader may see; most are there for everyone, which is cheaper to ask."""
    lessons = Lesson.objects.current().filter(course__key=course_key, key=lesson_key).for_head()
    viewer = viewer_of(request)
    offered = lessons.offered().first() if class_viewed(viewer) is None else None
    return offered or get_object_or_404(lessons.visible_to(viewer))
