"""Answering an invitation to work on a course."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.http import SignedInRequest
from courses.models import CourseInvitation
from courses.services.roles import accept_course_invitation, decline_course_invitation


@login_required
@require_POST
def accept(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Take the role in a course that was offered to the user."""
    user = cast("SignedInRequest", request).user
    try:
        place = accept_course_invitation(pk=invitation_id, user=user, now=timezone.now())
    except CourseInvitation.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("You work on “%(title)s” now.") % {"title": place.course.title})
    return redirect("admin:courses_course_change", place.course_id)


@login_required
@require_POST
def decline(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Leave the role in a course that was offered to the user."""
    user = cast("SignedInRequest", request).user
    try:
        offered = decline_course_invitation(pk=invitation_id, user=user, now=timezone.now())
    except CourseInvitation.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("You declined to work on “%(title)s”.") % {"title": offered.course.title})
    return redirect("home")
