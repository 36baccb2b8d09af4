"""The search of a course."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from courses.http import render_page, viewer_of
from courses.models import Course, SearchEntry
from courses.rendering.query import MAX_TYPED
from courses.reports.search import examples_of, groups_meant, groups_of, results_of, search

_ON_A_PAGE = 20


@require_GET
def results(request: HttpRequest, course_key: str) -> HttpResponse:
    """Show the first results of each kind, or all of one kind by pages."""
    course = get_object_or_404(Course.objects.visible_to(viewer_of(request)), key=course_key)
    words = request.GET.get("q", "").strip()[:MAX_TYPED]
    kind = request.GET.get("kind", "")
    kind = kind if kind in SearchEntry.Kind.values else ""
    found = search(course, words, kind)
    context = {"course": course, "words": words, "found": found}
    if kind:
        page = Paginator(found.entries, _ON_A_PAGE).get_page(request.GET.get("page"))
        shown = results_of(list(page.object_list), found.query)
        context |= {"kind": SearchEntry.Kind(kind), "page": page, "results": shown, "count": page.paginator.count}
    else:
        groups = groups_of(found)
        context |= {"groups": groups, "count": sum(group.count for group in groups)}
        context |= {"meant": groups_meant(found, course), "examples": () if words else examples_of(course)}
    return render_page(request, "courses/search.html", context)
