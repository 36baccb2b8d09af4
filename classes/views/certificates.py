"""The certificates of a class's students, for its instructors and assistants."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from classes.views.overview import seen_class
from courses.http import render_page
from courses.models import Certificate


@login_required
@require_GET
def certificates(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """List them, newest first; each leads to the page where it can be revoked."""
    cohort = seen_class(request, cohort_id)
    held = Certificate.objects.of_class(cohort).filter(is_erased=False).select_related("user__name_order")
    context = {"cohort": cohort, "course": cohort.course, "certificates": held, "here": "people"}
    return render_page(request, "classes/certificates.html", context)
