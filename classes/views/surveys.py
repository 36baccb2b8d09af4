"""What a class answered to the surveys of its course, for its instructors and assistants."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from classes.reports.surveys import FEWEST, surveys_of
from classes.views.overview import seen_class
from courses.http import render_page


@login_required
@require_GET
def surveys(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Show the counts of each survey."""
    cohort = seen_class(request, cohort_id)
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "surveys": surveys_of(cohort),
        "fewest": FEWEST,
        "here": "surveys",
    }
    return render_page(request, "classes/surveys.html", context)
