"""Practising what was missed: choosing what, and opening a round, which is then an attempt like any other."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.http import reader_of, render_page, viewer_of
from courses.models import Course
from quizzes.errors import NothingMissed
from quizzes.models import Attempt
from quizzes.reports.practice import practice_page
from quizzes.services.practice import Scope, start_practice


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Lead to practice in the course in which the reader answered last, or in the first there is."""
    courses = Course.objects.visible_to(viewer_of(request))
    last = Attempt.objects.of(reader_of(request).user).filter(quiz__course__in=courses).select_related("quiz__course")
    attempt = last.order_by("-started_at").first()
    course = attempt.quiz.course if attempt is not None else courses.order_by("key").first()
    if course is None:
        raise Http404
    return redirect("quizzes:practice", course.key)


@never_cache
@require_http_methods(["GET", "POST"])
def practice(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show what can be practised (the address may name a result, an objective or a lesson), or begin a round."""
    course = get_object_or_404(Course.objects.visible_to(viewer_of(request)), key=course_key)
    student, now = reader_of(request).user, timezone.now()
    if request.method == "POST":
        if student is None:
            raise NothingMissed
        return redirect(start_practice(course=course, student=student, scope=_posted(request), now=now))
    page = practice_page(course, student, _asked(request), now=now)
    return render_page(request, "quizzes/practice.html", {"course": course, "page": page})


def _asked(request: HttpRequest) -> Scope:
    named = request.GET
    return Scope(_uuid(named.get("result", "")), named.get("objective", ""), named.get("lesson", ""))


def _posted(request: HttpRequest) -> Scope:
    """Return the scope that a form names: `all`, `result` with its attempt, `objective:<key>` or `lesson:<key>`."""
    what, _colon, key = request.POST.get("scope", "all").partition(":")
    if what == "result":
        return Scope(result=_uuid(request.POST.get("result", "")))
    return Scope(objective=key if what == "objective" else "", lesson=key if what == "lesson" else "")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
