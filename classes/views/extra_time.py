"""Who has how much time in a class, and more of it for an attempt that is running."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from classes.forms import ExtendForm
from classes.reports.extra_time import class_time, running_in
from classes.views.overview import seen_class, teaches
from courses.http import SignedInRequest, render_page
from quizzes.services.clock import extend_attempt


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def extra_time(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Show what is granted and what is cut; give a running attempt more minutes."""
    cohort, now = seen_class(request, cohort_id), timezone.now()
    may_extend = teaches(request, cohort)
    form = None
    if request.method == "POST":
        if not may_extend:
            raise PermissionDenied
        form = ExtendForm(running_in(cohort), data=request.POST)
        if form.is_valid():
            user, given = cast("SignedInRequest", request).user, form.cleaned_data
            values = {"minutes": given["minutes"], "reason": given["reason"]}
            extend_attempt(attempt=form.attempt(), actor=user, now=now, **values)
            words = ngettext("%(n)d minute added.", "%(n)d minutes added.", given["minutes"])
            messages.success(request, words % {"n": given["minutes"]})
            return redirect("classes:extra-time", cohort_id)
    page = class_time(cohort, now=now)
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "page": page,
        "form": form or ExtendForm(page.running),
        "may_extend": may_extend,
        "here": "time",
    }
    return render_page(request, "classes/extra_time.html", context, status=422 if form else 200)
