"""Slips of paper with a username and a new passphrase, shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from classes.reports.people import slips_waiting, without_passphrase
from classes.tasks import make_slips
from classes.views.people import taught_class
from courses.http import SignedInRequest, render_page
from courses.later import later
from courses.models import Cohort
from courses.services.slips import ask_for_slips, take_slips

if TYPE_CHECKING:
    import segno
else:
    segno = later("segno")

_SECONDS = 3
"""How often the page that waits for passphrases is loaded again."""


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def slips(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Ask for passphrases, wait for them, and show them: once, on a page to print."""
    cohort, user = taught_class(request, cohort_id), cast("SignedInRequest", request).user
    if request.method == "POST" and request.POST.get("show") == "on":
        return _print(request, cohort)
    if request.method == "POST":
        person = request.POST.get("user", "")
        wanted = [int(person)] if person.isdecimal() else without_passphrase(cohort, user)
        in_class = cohort.enrolments.active().filter(user__in=wanted).values_list("user", flat=True)
        if not ask_for_slips(cohort=cohort, users=in_class, actor=user, now=timezone.now()):
            messages.error(request, _("No slips were made: only the class that made an account resets its password."))
            return redirect("classes:people", cohort_id)
        make_slips.enqueue(user.pk)
        return redirect("classes:slips", cohort_id)
    waiting = slips_waiting(cohort, user)
    context = {"cohort": cohort, "course": cohort.course, "waiting": waiting, "here": "people"}
    response = render_page(request, "classes/slips.html", context)
    if not waiting.is_done:
        response["Refresh"] = str(_SECONDS)
    return response


def _print(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    user = cast("SignedInRequest", request).user
    address = request.build_absolute_uri(f"{reverse('account_login')}?next={cohort.course.get_absolute_url()}")
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "slips": take_slips(cohort=cohort, actor=user),
        "address": request.build_absolute_uri(reverse("account_login")),
        # Made here, of an address of this site alone.
        "code": mark_safe(segno.make(address, micro=False).svg_inline(scale=2, border=2)),  # noqa: S308
        "here": "people",
    }
    return render_page(request, "classes/slips_print.html", context)
