"""A course to take away: on one page to print, as PDF, as EPUB."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_GET, require_safe

from courses.http import render_page, viewer_of
from courses.models import Course
from courses.takeaway.files import all_made, made_of
from courses.takeaway.printing import parts_of

_KEPT_FOR = 60 * 60


@require_GET
def whole(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show the whole course on one page, fit to print."""
    course = _course(request, course_key)
    context = {
        "course": course,
        "parts": parts_of(course),
        "terms": course.terms.filter(is_retired=False),
        "sources": course.sources.filter(is_retired=False),
    }
    return render_page(request, "courses/print.html", context)


@require_GET
def offered(request: HttpRequest, course_key: str) -> HttpResponse:
    """List the forms that are there to be taken, and when they were made."""
    course = _course(request, course_key)
    return render_page(request, "courses/take_away.html", {"course": course, "made": all_made(course)})


@require_safe
def download(request: HttpRequest, course_key: str, form: str) -> HttpResponse:
    """Give a file that was made before; a browser that has it already is told so."""
    course = _course(request, course_key)
    made = made_of(course, form)
    if made is None:
        raise Http404
    etag = quote_etag(f"{made.size:x}-{int(made.made_at.timestamp()):x}")
    known = get_conditional_response(request, etag=etag, last_modified=int(made.made_at.timestamp()))
    if isinstance(known, HttpResponseNotModified):
        return known
    response = HttpResponse(made.path.read_bytes(), content_type=made.form.content_type)
    response["Content-Disposition"] = f'attachment; filename="{made.path.name}"'
    response["ETag"], response["Last-Modified"] = etag, http_date(made.made_at.timestamp())
    # Private: whether a course may be seen is decided for each reader.
    patch_cache_control(response, private=True, max_age=_KEPT_FOR)
    return response


def _course(request: HttpRequest, course_key: str) -> Course:
    return get_object_or_404(Course.objects.visible_to(viewer_of(request)), key=course_key)
