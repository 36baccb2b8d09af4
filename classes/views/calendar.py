"""A person's calendar of due dates: its secret address, and the feed that calendar programs read."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from classes.reports.calendar import calendar_of
from courses.http import SignedInRequest, render_page
from quizzes.models import CalendarAddress


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """Show the secret address of one's calendar; make a new one, or turn it off."""
    user = cast("SignedInRequest", request).user
    addresses = CalendarAddress.objects.filter(user=user)
    if request.method == "POST":
        addresses.delete()
        if "off" in request.POST:
            messages.success(request, _("The calendar address is turned off."))
        else:
            CalendarAddress.objects.create(user=user)
            messages.success(request, _("A new calendar address is ready. Any address before it no longer works."))
        return redirect("classes:calendar")
    found = addresses.first()
    address = None if found is None else request.build_absolute_uri(address_of(found))
    return render_page(request, "classes/calendar.html", {"address": address})


def address_of(calendar: CalendarAddress) -> str:
    """Return the address of a calendar, without the site's name."""
    return reverse("classes:calendar-feed", args=[calendar.secret])


@never_cache
@require_GET
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """Give a person's due dates at the secret address: titles and dates, no name and no mark."""
    rows = CalendarAddress.objects.filter(user__is_active=True).select_related("user")
    found = get_object_or_404(rows, secret=secret)
    site = request.build_absolute_uri("/").rstrip("/")
    content = calendar_of(found.user, now=timezone.now(), site=site)
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")
