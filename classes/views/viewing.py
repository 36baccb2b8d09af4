"""Beginning and stopping to view as a student."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from classes.services.viewing import VIEWING, begin_view, end_view
from courses.http import SignedInRequest
from courses.models import Cohort, Enrolment


@login_required
@require_POST
def start(request: HttpRequest, cohort_id: int, student_id: int) -> HttpResponse:
    """View the course as a student of a class that the user teaches sees it."""
    user = cast("SignedInRequest", request).user
    cohort = get_object_or_404(Cohort.objects.taught_by(user).select_related("course"), pk=cohort_id)
    places = Enrolment.objects.students().filter(cohort=cohort).select_related("cohort__course")
    place = get_object_or_404(places, user=student_id)
    request.session[VIEWING] = begin_view(place=place, actor=user, now=timezone.now())
    return redirect(cohort.course)


@login_required
@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    """Stop viewing, and go back to the student's page of the class."""
    user = cast("SignedInRequest", request).user
    remembered = request.session.pop(VIEWING, None)
    place = None if remembered is None else end_view(remembered, actor=user, now=timezone.now(), why="stopped")
    if place is None:
        return redirect("classes:list")
    return redirect("classes:student", place.cohort_id, place.user_id)
