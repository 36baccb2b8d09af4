"""One's own classes, and joining one."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.errors import CourseError
from courses.forms import InvitedForm, JoinForm
from courses.http import SignedInRequest, render_page
from courses.models import Cohort, CourseInvitation, Enrolment, Invitation, JoinRequest
from courses.services.classes import accept_invitation, decline_invitation, join_class
from courses.services.limits import JOIN, take


@login_required
@require_GET
def classes(request: HttpRequest) -> HttpResponse:
    """List the classes the user teaches and attends, and those they are invited to."""
    user = cast("SignedInRequest", request).user
    invitations = Invitation.objects.waiting_for(user).select_related("cohort__course", "invited_by__name_order")
    taught = list(Cohort.objects.with_role(user, *Enrolment.STAFF).select_related("course"))
    attended = list(Cohort.objects.attended_by(user).select_related("course"))
    context = {
        "taught": [cohort for cohort in taught if cohort.archived_at is None],
        "attended": [cohort for cohort in attended if cohort.archived_at is None],
        "archived": [cohort for cohort in (*taught, *attended) if cohort.archived_at is not None],
        "taught_ids": {cohort.pk for cohort in taught},
        "roles": CourseInvitation.objects.waiting_for(user).select_related("course", "invited_by__name_order"),
        "invitations": [(each, InvitedForm(prefix=f"invitation-{each.pk}")) for each in invitations],
        "asked": JoinRequest.objects.filter(user=user).select_related("cohort"),
        "form": JoinForm(),
    }
    return render_page(request, "classes/classes.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Join a class by its code."""
    form = JoinForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        user, given = cast("SignedInRequest", request).user, form.cleaned_data
        take(JOIN, str(user.pk), now=timezone.now())
        try:
            place = join_class(
                code=given["code"], user=user, now=timezone.now(), shares_earlier=given["share_earlier_work"]
            )
        except CourseError as refusal:
            form.add_error("code", str(refusal))
        else:
            if isinstance(place, JoinRequest):
                words = _("You asked to join “%(name)s”. Its instructor answers; the class then appears here.")
                messages.success(request, words % {"name": place.cohort.name})
                return redirect("classes:list")
            messages.success(request, _("You are in the class “%(name)s”.") % {"name": place.cohort.name})
            return redirect(place.cohort.course)
    status = 422 if form.errors else 200
    return render_page(request, "classes/join.html", {"form": form}, status=status)


@login_required
@require_POST
def accept(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Take the place in a class that was offered to the user."""
    form = InvitedForm(request.POST, prefix=f"invitation-{invitation_id}")
    shares = form.is_valid() and form.cleaned_data["share_earlier_work"]
    user = cast("SignedInRequest", request).user
    try:
        place = accept_invitation(pk=invitation_id, user=user, now=timezone.now(), shares_earlier=shares)
    except Invitation.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("You are in the class “%(name)s”.") % {"name": place.cohort.name})
    return redirect("classes:list")


@login_required
@require_POST
def decline(request: HttpRequest, invitation_id: int) -> HttpResponse:
    """Leave the place in a class that was offered to the user."""
    user = cast("SignedInRequest", request).user
    try:
        offered = decline_invitation(pk=invitation_id, user=user, now=timezone.now())
    except Invitation.DoesNotExist:
        raise Http404 from None
    words = _("You declined the invitation to “%(name)s”. Its instructors see nothing of your work.")
    messages.success(request, words % {"name": offered.cohort.name})
    return redirect("classes:list")
