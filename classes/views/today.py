"""The front page: for people who teach, what needs them today; for everyone else, the courses."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_GET

from classes.reports.today import today_of
from courses.http import SignedInRequest, render_page
from courses.views import learning


@require_GET
def front(request: HttpRequest) -> HttpResponse:
    """Lead people who use the workshop to their page of today; show everyone else the courses."""
    if request.user.is_authenticated and request.user.is_staff:
        return redirect("classes:today")
    return learning.home(request)


@login_required
@require_GET
def today(request: HttpRequest) -> HttpResponse:
    """Show what needs the reader today, then the classes they teach and the courses they work on."""
    user, now = cast("SignedInRequest", request).user, timezone.now()
    return render_page(request, "classes/today.html", {"today": today_of(user, now=now), "now": now})
