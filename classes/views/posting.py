"""Posting the grades of a question together, and how far two graders agree."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from classes.reports.posting import compared_grades, posting_of
from classes.views.overview import seen_class
from courses.http import SignedInRequest, render_page
from quizzes.errors import PostingMoved
from quizzes.services.grading import post_marks


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def post(request: HttpRequest, cohort_id: int, revision_id: int) -> HttpResponse:
    """Show how many grades of a question would be posted, and post exactly these."""
    cohort, status = seen_class(request, cohort_id), 200
    found = posting_of(cohort, revision_id)
    if found is None:
        raise Http404
    if request.method == "POST":
        user, expected = cast("SignedInRequest", request).user, request.POST.get("expected", "")
        try:
            done = post_marks(cohort=cohort, revision=found.revision, expected=expected, actor=user, now=timezone.now())
        except PostingMoved as refusal:
            messages.error(request, str(refusal))
            found, status = posting_of(cohort, revision_id) or found, 409
        else:
            count = len(done.changes)
            words = ngettext(
                "%(n)d grade posted. Its student is told.", "%(n)d grades posted. Their students are told.", count
            )
            messages.success(request, words % {"n": count})
            return redirect("classes:grading", cohort.pk)
    context = {"cohort": cohort, "course": cohort.course, "found": found, "here": "marking"}
    return render_page(request, "classes/posting.html", context, status=status)


@login_required
@never_cache
@require_GET
def agreement(request: HttpRequest, cohort_id: int, revision_id: int) -> HttpResponse:
    """Show how far the two graders of a question agree, and the answers where they differ."""
    cohort = seen_class(request, cohort_id)
    found = compared_grades(cohort, revision_id)
    if found is None:
        raise Http404
    context = {"cohort": cohort, "course": cohort.course, "found": found, "here": "marking"}
    return render_page(request, "classes/agreement.html", context)
