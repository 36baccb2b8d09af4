"""Grades from a file: given, shown as a difference, imported."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from classes.gradebook.forms import GradesFileForm
from classes.gradebook.importing import GradesDifference, grades_difference
from classes.views.overview import seen_class, teaches
from courses.http import SignedInRequest, render_page
from courses.models import Cohort
from quizzes.errors import GradeMoved
from quizzes.services.gradebook import import_grades
from quizzes.services.standing import catch_up

MOST_SHOWN = 200
"""Changes and errors that a preview names one by one; all are counted, and all are imported."""


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Take a file, show what it would change, and import exactly that once it is confirmed."""
    cohort, user = seen_class(request, cohort_id), cast("SignedInRequest", request).user
    if not teaches(request, cohort):
        raise PermissionDenied
    form = GradesFileForm(request.POST or None, request.FILES or None, prefix="grades")
    if not form.is_bound or not form.is_valid():
        return _page(request, cohort, form, status=422 if form.is_bound else 200)
    catch_up(cohort)
    now, expected, status = timezone.now(), request.POST.get("expected"), 200
    found = grades_difference(cohort, form.table, reader=user, now=now)
    if expected is not None:
        if found.may_apply and found.fingerprint == expected and _apply(cohort, found, request):
            return redirect("classes:gradebook", cohort_id)
        messages.error(
            request, _("Grades changed meanwhile. Nothing was imported. These are the changes now: check them.")
        )
        status, found = 409, grades_difference(cohort, form.table, reader=user, now=now)
    return _page(request, cohort, form, found=found, status=status)


def _apply(cohort: Cohort, found: GradesDifference, request: HttpRequest) -> bool:
    user = cast("SignedInRequest", request).user
    try:
        made = import_grades(cohort, [each.decision for each in found.changes], actor=user, now=timezone.now())
    except GradeMoved:
        return False
    words = ngettext("%(n)d grade imported.", "%(n)d grades imported.", len(made)) % {"n": len(made)}
    messages.success(request, words)
    return True


def _page(
    request: HttpRequest,
    cohort: Cohort,
    form: GradesFileForm,
    *,
    found: GradesDifference | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"cohort": cohort, "course": cohort.course, "form": form, "found": found, "here": "gradebook"}
    if found is not None:
        context |= {
            "text": form.as_text(),
            "shown": found.changes[:MOST_SHOWN],
            "problems": found.problems[:MOST_SHOWN],
        }
    return render_page(request, "classes/gradebook/import.html", context, status=status)
