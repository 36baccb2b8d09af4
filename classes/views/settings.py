"""The settings of a class: its name and time zone, and what another time zone does to its dates, before it is saved."""

from __future__ import annotations

from typing import cast
from zoneinfo import available_timezones

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from classes.people_forms import SettingsForm
from classes.reports.dates import lines_of
from classes.views.people import taught_class
from courses.http import SignedInRequest, render_page
from courses.models import Cohort
from quizzes.errors import DatesMoved
from quizzes.services.assignments import Act
from quizzes.services.dates import in_zone, mark_of, set_class


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Change the name and the time zone of a class; where dates would move, show them first."""
    cohort = taught_class(request, cohort_id)
    initial = {"name": cohort.name, "time_zone": cohort.time_zone, "keeps": "clock"}
    form = SettingsForm(request.POST or None, initial=initial)
    if request.method == "GET" or not form.is_valid():
        return _page(request, cohort, form, status=422 if form.errors else 200)
    act = Act(cast("SignedInRequest", request).user, timezone.now())
    try:
        set_class(cohort, form.settings(), act, seen=request.POST.get("seen", ""))
    except DatesMoved as refusal:
        is_stale = bool(request.POST.get("seen")) and not request.POST.get("look")
        return _preview(request, cohort, form, str(refusal) if is_stale else "")
    messages.success(request, _("Saved: %(name)s.") % {"name": form.cleaned_data["name"]})
    return redirect("classes:assignments", cohort_id)


def _preview(request: HttpRequest, cohort: Cohort, form: SettingsForm, refusal: str) -> HttpResponse:
    """Show each date as it is and as it would be."""
    wanted = form.settings()
    dates = in_zone(cohort, wanted.zone, keeps_clock=wanted.keeps_clock)
    context = {
        "lines": lines_of(dates, before=cohort.time_zone, after=wanted.zone, now=timezone.now()),
        "wanted": wanted,
        "seen": mark_of(dates),
        "refusal": refusal,
    }
    return _page(request, cohort, form, status=409 if refusal else 200, **context)


def _page(
    request: HttpRequest, cohort: Cohort, form: SettingsForm, *, status: int = 200, **context: object
) -> HttpResponse:
    common = {"cohort": cohort, "course": cohort.course, "form": form, "here": "settings"}
    zones = sorted(available_timezones())
    return render_page(request, "classes/settings.html", {**common, "zones": zones, **context}, status=status)
