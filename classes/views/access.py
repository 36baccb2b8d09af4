"""Who comes into a class, and how: the code, invitations, requests, and the archive."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from classes.people_forms import InviteForm, JoiningForm
from classes.views.people import taught_class
from courses.errors import CourseError
from courses.http import SignedInRequest
from courses.models import Invitation, JoinRequest
from courses.reports.people import display_name
from courses.services.archiving import archive_class, unarchive_class
from courses.services.classes import (
    JOINING,
    answer_request,
    invite_to_class,
    renew_code,
    set_joining,
    withdraw_invitation,
)
from courses.services.limits import INVITE, take


@login_required
@require_POST
def joining(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Say how students join; with `renew`, give the class a new code."""
    cohort, user, now = taught_class(request, cohort_id), cast("SignedInRequest", request).user, timezone.now()
    if request.POST.get("renew") == "on":
        code = renew_code(cohort=cohort, actor=user, now=now).join_code
        messages.success(request, _("The class code is now %(code)s. The old one no longer works.") % {"code": code})
        return redirect("classes:people", cohort_id)
    form = JoiningForm(request.POST, prefix="joining")
    if form.is_valid():
        set_joining(cohort=cohort, values={name: form.cleaned_data[name] for name in JOINING}, actor=user, now=now)
        messages.success(request, _("Saved how students join."))
    else:
        _say_errors(request, form)
    return redirect("classes:people", cohort_id)


@login_required
@require_POST
def invite(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Invite an account, as a student or to teach along."""
    cohort, user, now = taught_class(request, cohort_id), cast("SignedInRequest", request).user, timezone.now()
    take(INVITE, str(user.pk), now=now)
    form = InviteForm(request.POST, prefix="invite")
    if not form.is_valid():
        _say_errors(request, form)
        return redirect("classes:people", cohort_id)
    try:
        invite_to_class(cohort=cohort, user=form.user, role=form.cleaned_data["role"], actor=user, now=now)
    except CourseError as refusal:
        messages.error(request, str(refusal))
    else:
        words = _("%(name)s is invited, and is in the class once they accept.")
        messages.success(request, words % {"name": display_name(form.user)})
    return redirect("classes:people", cohort_id)


@login_required
@require_POST
def withdraw(request: HttpRequest, cohort_id: int, invited_id: int) -> HttpResponse:
    """Take an invitation back."""
    cohort, user = taught_class(request, cohort_id), cast("SignedInRequest", request).user
    rows = Invitation.objects.filter(cohort=cohort).select_related("cohort", "user__name_order")
    offered = get_object_or_404(rows, pk=invited_id)
    withdraw_invitation(offered=offered, actor=user, now=timezone.now())
    messages.success(request, _("The invitation of %(name)s was withdrawn.") % {"name": display_name(offered.user)})
    return redirect("classes:people", cohort_id)


@login_required
@require_POST
def answer(request: HttpRequest, cohort_id: int, request_id: int) -> HttpResponse:
    """Let someone in who asked, or decline."""
    cohort, user = taught_class(request, cohort_id), cast("SignedInRequest", request).user
    rows = JoinRequest.objects.filter(cohort=cohort).select_related("user__name_order")
    asked = get_object_or_404(rows, pk=request_id)
    lets_in = request.POST.get("let_in") == "on"
    answer_request(asked=asked, lets_in=lets_in, actor=user, now=timezone.now())
    words = _("%(name)s is in the class.") if lets_in else _("The request of %(name)s was declined.")
    messages.success(request, words % {"name": display_name(asked.user)})
    return redirect("classes:people", cohort_id)


@login_required
@require_POST
def archive(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Archive the class, or bring it back."""
    cohort, user, now = taught_class(request, cohort_id), cast("SignedInRequest", request).user, timezone.now()
    if request.POST.get("archived") == "on":
        archive_class(cohort=cohort, actor=user, now=now)
        messages.success(request, _("The class is archived: no one joins it, and its pages stay."))
    else:
        unarchive_class(cohort=cohort, actor=user, now=now)
        messages.success(request, _("The class is back from the archive."))
    return redirect("classes:people", cohort_id)


def _say_errors(request: HttpRequest, form: InviteForm | JoiningForm) -> None:
    """Say what is wrong with a short form of the page."""
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        messages.error(request, _("Not saved. %(what)s: %(why)s") % {"what": label, "why": " ".join(map(str, errors))})
