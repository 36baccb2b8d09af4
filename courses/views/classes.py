"""One's own classes, and joining one."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from courses.errors import CourseError
from courses.forms import JoinForm
from courses.http import SignedInRequest, render_page
from courses.models import Cohort
from courses.services.classes import join_class
from courses.services.limits import JOIN, take


@login_required
@require_GET
def classes(request: HttpRequest) -> HttpResponse:
    """List the classes the user teaches and attends."""
    user = cast("SignedInRequest", request).user
    context = {
        "taught": Cohort.objects.taught_by(user).select_related("course"),
        "attended": Cohort.objects.attended_by(user).select_related("course"),
        "form": JoinForm(),
    }
    return render_page(request, "courses/classes.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """Join a class by its code."""
    form = JoinForm(request.POST or None, initial={"code": request.GET.get("code", "")})
    if request.method == "POST" and form.is_valid():
        user = cast("SignedInRequest", request).user
        take(JOIN, str(user.pk), now=timezone.now())
        try:
            place = join_class(code=form.cleaned_data["code"], user=user)
        except CourseError as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("You are in the class “%(name)s”.") % {"name": place.cohort.name})
            return redirect(place.cohort.course)
    status = 422 if form.errors else 200
    return render_page(request, "courses/join.html", {"form": form}, status=status)
