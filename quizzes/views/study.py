"""The study behind a course."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from courses.http import render_page, viewer_of
from courses.models import Course
from quizzes.reports.study import study_of


@require_GET
def study(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show each statement, where it is taught and asked, and what the wider record says; a course may have none."""
    course = get_object_or_404(Course.objects.visible_to(viewer_of(request)), key=course_key)
    if "study" not in course.lists:
        raise Http404
    return render_page(request, "quizzes/study.html", {"course": course, "statements": study_of(course)})
