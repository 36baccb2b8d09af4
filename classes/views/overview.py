"""The class, for its instructors and assistants."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.text import slugify
from django.views.decorators.http import require_GET

from classes.reports.progress import class_csv, class_table
from classes.reports.regrading import regrades_by_others
from courses.http import SignedInRequest, render_page
from courses.models import Cohort, Deed, Enrolment
from courses.reports.people import display_name
from courses.services.audit import record
from quizzes.models import Attempt, ItemRevision
from quizzes.reports.scores import so_far


@login_required
@require_GET
def class_page(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Show how far each student is in each lesson and quiz."""
    cohort = seen_class(request, cohort_id)
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "table": class_table(cohort),
        "regrades": regrades_by_others(cohort),
        "here": "class",
    }
    return render_page(request, "classes/overview.html", context)


@login_required
@require_GET
def class_csv_file(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Give the same table as CSV."""
    cohort = seen_class(request, cohort_id)
    user = cast("SignedInRequest", request).user
    record(user, Deed.CLASS_EXPORTED, cohort, course=cohort.course_id, cohort=cohort)
    response = HttpResponse(class_csv(class_table(cohort)), content_type="text/csv; charset=utf-8")
    name = slugify(cohort.name) or "class"
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


@login_required
@require_GET
def student(request: HttpRequest, cohort_id: int, student_id: int) -> HttpResponse:
    """Show one student's attempts."""
    cohort = seen_class(request, cohort_id)
    place = get_object_or_404(Enrolment.objects.students().filter(cohort=cohort).with_names(), user=student_id)
    attempts = Attempt.objects.of_class(cohort).filter(student=student_id).select_related("quiz__course")
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "name": display_name(place.user),
        "place": place,
        "may_view": teaches(request, cohort),
        "attempts": [(attempt, so_far(attempt)) for attempt in attempts.with_counts().order_by("-started_at")],
    }
    return render_page(request, "classes/student.html", context)


def seen_class(request: HttpRequest, cohort_id: int) -> Cohort:
    """Return a class the reader sees and grades, with whether its course has surveys; to others it is not there."""
    user = cast("SignedInRequest", request).user
    surveys = ItemRevision.objects.surveys().current().filter(item__course=OuterRef("course"), item__is_retired=False)
    seen = Cohort.objects.seen_by(user).select_related("course").annotate(has_surveys=Exists(surveys))
    return get_object_or_404(seen, pk=cohort_id)


def teaches(request: HttpRequest, cohort: Cohort) -> bool:
    """Say whether the reader may also change what holds for a class, as an assistant may not."""
    user = cast("SignedInRequest", request).user
    return Cohort.objects.taught_by(user).filter(pk=cohort.pk).exists()
