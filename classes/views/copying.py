"""Copying a class in one reviewed step: every date as it is and as it would be, then all or nothing."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from classes.copying import CopiedDatesForm, CopyForm
from classes.reports.dates import lines_of
from classes.services.copying import CopyOrder, copied_dates, copy_class, seen_mark
from classes.views.people import taught_class
from courses.http import SignedInRequest, render_page
from courses.models import Cohort
from quizzes.errors import DatesMoved


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Ask for a name and a first day, show every date, and copy what was agreed to."""
    cohort = taught_class(request, cohort_id)
    form = CopyForm(cohort, request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return _page(request, cohort, form, status=422 if form.errors else 200)
    dates = copied_dates(cohort, days=form.days)
    is_agreed = request.POST.get("seen", "") != "" and request.POST.get("shown") == str(form.days)
    checked = CopiedDatesForm(cohort, dates, request.POST if is_agreed and "look" not in request.POST else None)
    refusal = ""
    if checked.is_bound and checked.is_valid():
        order = CopyOrder(form.cleaned_data["name"], request.POST["seen"], checked.chosen())
        try:
            made = copy_class(cohort, order, actor=cast("SignedInRequest", request).user, now=timezone.now())
        except DatesMoved as error:
            refusal, checked = str(error), CopiedDatesForm(cohort, dates)
        else:
            messages.success(request, _("“%(name)s” is made. Its people come in as usual.") % {"name": made.name})
            return redirect("classes:assignments", made.pk)
    status = 409 if refusal else 422 if checked.errors else 200
    return _page(request, cohort, form, checked, refusal=refusal, status=status)


def _page(
    request: HttpRequest,
    cohort: Cohort,
    form: CopyForm,
    checked: CopiedDatesForm | None = None,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {"cohort": cohort, "course": cohort.course, "form": form, "here": "people", "refusal": refusal}
    if checked is not None:
        zone = cohort.time_zone
        words = lines_of(checked.dates, before=zone, after=zone, now=timezone.now())
        lines = [(line, field) for line, (_date, field) in zip(words, checked.lines(), strict=True)]
        context |= {"lines": lines, "checked": checked, "days": form.days, "seen": seen_mark(cohort)}
    return render_page(request, "classes/copy.html", context, status=status)
