"""The people of a class: the list, one person, groups, and leaving."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from classes.people_forms import GroupForm, InviteForm, JoiningForm, ListForm, PersonForm
from classes.reports.people import Filters, member_choices, people_page, slips_waiting
from classes.services.people import change_person, delete_group, save_group
from classes.views.overview import seen_class, teaches
from courses.errors import CourseError
from courses.http import SignedInRequest, render_page
from courses.models import Cohort, Enrolment, Group, ManagedAccount
from courses.reports.people import display_name
from courses.services.classes import JOINING, leave_class, set_active
from quizzes.errors import GroupHasWork


def taught_class(request: HttpRequest, cohort_id: int) -> Cohort:
    """Return a class the reader runs; to others, assistants included, the page is not there."""
    cohort = seen_class(request, cohort_id)
    if not teaches(request, cohort):
        raise Http404
    return cohort


def place_in(cohort: Cohort, place_id: int) -> Enrolment:
    """Return a place in a class with its person, or nothing is there."""
    return get_object_or_404(Enrolment.objects.filter(cohort=cohort).with_names(), pk=place_id)


@login_required
@never_cache
@require_GET
def people(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """List the people of a class; instructors find here all that brings people in."""
    cohort = seen_class(request, cohort_id)
    group = request.GET.get("group", "")
    filters = Filters(
        request.GET.get("q", "")[:80], int(group) if group.isdecimal() else None, request.GET.get("gone") == "1"
    )
    user = cast("SignedInRequest", request).user
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "people": people_page(cohort, filters, request.GET.get("page"), user),
        "filters": filters,
        "may_change": teaches(request, cohort),
        "slips": slips_waiting(cohort, user),
        "list_form": ListForm(prefix="list"),
        "joining_form": JoiningForm(prefix="joining", initial={name: getattr(cohort, name) for name in JOINING}),
        "invite_form": InviteForm(prefix="invite"),
        "here": "people",
    }
    return render_page(request, "classes/people.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def person(request: HttpRequest, cohort_id: int, place_id: int) -> HttpResponse:
    """Show one person's place: number, groups, removing, and the password of an account the class made."""
    cohort = taught_class(request, cohort_id)
    place, user = place_in(cohort, place_id), cast("SignedInRequest", request).user
    form = PersonForm(place, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        change_person(
            place=place, number=given["student_number"], groups=given.get("groups"), actor=user, now=timezone.now()
        )
        messages.success(request, _("Saved: %(name)s.") % {"name": display_name(place.user)})
        return redirect("classes:people", cohort_id)
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "place": place,
        "form": form,
        "may_reset": ManagedAccount.objects.resettable_by(user).filter(user=place.user_id).exists(),
        "here": "people",
    }
    return render_page(request, "classes/person.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def activate(request: HttpRequest, cohort_id: int, place_id: int) -> HttpResponse:
    """Remove a person from the class, or let one back in who was removed."""
    cohort = taught_class(request, cohort_id)
    place, user = place_in(cohort, place_id), cast("SignedInRequest", request).user
    comes_back = request.POST.get("active") == "on"
    try:
        set_active(place=place, is_active=comes_back, actor=user, now=timezone.now())
    except CourseError as refusal:
        messages.error(request, str(refusal))
        return redirect("classes:person", cohort_id, place_id)
    words = _("%(name)s is in the class again.") if comes_back else _("%(name)s was removed. The work is kept.")
    messages.success(request, words % {"name": display_name(place.user)})
    return redirect("classes:people", cohort_id)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, cohort_id: int, group_id: int = 0) -> HttpResponse:
    """Make a group, or change or delete one."""
    cohort = taught_class(request, cohort_id)
    row = get_object_or_404(Group, cohort=cohort, pk=group_id) if group_id else None
    form = GroupForm(cohort, member_choices(cohort), group=row, data=request.POST or None)
    if row is not None and request.POST.get("delete") == "on":
        try:
            delete_group(group=row)
        except GroupHasWork as refusal:
            messages.error(request, str(refusal))
            return redirect("classes:group", cohort_id, row.pk)
        messages.success(request, _("Group “%(name)s” deleted. Its members stay in the class.") % {"name": row.name})
        return redirect("classes:people", cohort_id)
    if request.method == "POST" and form.is_valid():
        saved = save_group(
            cohort=cohort,
            group=row,
            name=form.cleaned_data["name"],
            places=form.cleaned_data["members"],
            actor=cast("SignedInRequest", request).user,
            now=timezone.now(),
        )
        messages.success(request, _("Group “%(name)s” saved.") % {"name": saved.name})
        return redirect("classes:people", cohort_id)
    context = {"cohort": cohort, "course": cohort.course, "group": row, "form": form, "here": "people"}
    return render_page(request, "classes/group.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Leave a class, after a word on what that means."""
    user = cast("SignedInRequest", request).user
    places = Enrolment.objects.active().select_related("cohort__course", "user")
    place = get_object_or_404(places, cohort=cohort_id, user=user)
    if request.method == "POST":
        try:
            leave_class(place=place, now=timezone.now())
        except CourseError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You left the class “%(name)s”.") % {"name": place.cohort.name})
        return redirect("classes:list")
    return render_page(request, "classes/leave.html", {"place": place, "cohort": place.cohort})
