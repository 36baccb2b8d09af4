"""Pages of what a class is assigned: the list, one piece of work, assigning, withdrawing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from classes.assigning import AssignForm, DatesForm
from classes.reports.assignments import assigned_page, offers, sentence, title_of
from classes.views.overview import seen_class, teaches
from courses.http import SignedInRequest, render_page
from courses.models import Cohort
from quizzes.errors import RulesInACircle
from quizzes.models import Assignment
from quizzes.services.assignments import Act, assign, change_assignment, open_attempts, withdraw_assignment
from quizzes.services.clock import Refreshed, Shortening, Shorter, WouldShorten


@login_required
@require_GET
def assignments(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """List what a class is assigned."""
    cohort = seen_class(request, cohort_id)
    context = {"page": assigned_page(cohort), "may_change": teaches(request, cohort)}
    return _page(request, cohort, "classes/assignments.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Assign lessons and quizzes, ticked in a list."""
    cohort = _taught(request, cohort_id)
    offered = offers(cohort)
    student = request.GET.get("student", "")[:150]
    form = AssignForm(cohort, offered, data=request.POST if request.method == "POST" else None, student=student)
    if form.is_bound and form.is_valid():
        made = form.assignments()
        try:
            asked = _changed(request, cohort, lambda act: assign(made, act))
        except RulesInACircle as refusal:
            form.add_error("after_quiz", str(refusal))
        else:
            words = ngettext("%(n)d piece of work is assigned.", "%(n)d pieces of work are assigned.", len(made))
            return asked or _back(request, cohort, words % {"n": len(made)})
    context = {"form": form, "offered": offered, "ticked": request.POST.getlist("work")}
    return _page(request, cohort, "classes/assign.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def whole_course(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Assign the whole course, without dates."""
    cohort = _taught(request, cohort_id)
    live = Assignment.objects.live().filter(cohort=cohort, lesson=None, quiz=None, student=None, for_group=None)
    if not live.exists():
        assign([Assignment(cohort=cohort)], _act(request))
    return _back(request, cohort, _("The class works on the whole course."))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def assignment(request: HttpRequest, cohort_id: int, assignment_id: int) -> HttpResponse:
    """Show one piece of work with the sentence its dates make; change them."""
    cohort = seen_class(request, cohort_id)
    found = _assignment(cohort, assignment_id)
    form = DatesForm(cohort, data=request.POST or None, of=found)
    if request.method == "POST":
        cohort = _taught(request, cohort_id)
        if not found.is_whole_course and form.is_valid():
            fields = form.put_into(found)
            try:
                asked = _changed(request, cohort, lambda act: change_assignment(found, act, fields=fields))
            except RulesInACircle as refusal:
                form.add_error("after_quiz", str(refusal))
            else:
                return asked or redirect("classes:assignment", cohort.pk, found.pk)
    context = {
        "assignment": found,
        "title": title_of(found),
        "sentence": sentence(found, now=timezone.now()),
        "form": form,
        "may_change": teaches(request, cohort),
    }
    return _page(request, cohort, "classes/assignment.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, cohort_id: int, assignment_id: int) -> HttpResponse:
    """Say what withdrawing does to work under way, and do it."""
    cohort = _taught(request, cohort_id)
    found = _assignment(cohort, assignment_id)
    if request.method == "POST":
        withdraw_assignment(found, _act(request))
        return _back(request, cohort, _("“%(title)s” is withdrawn.") % {"title": title_of(found)})
    context = {"assignment": found, "title": title_of(found), "open": open_attempts(found)}
    return _page(request, cohort, "classes/assignment_withdraw.html", context)


def _taught(request: HttpRequest, cohort_id: int) -> Cohort:
    """Return a class the reader may change; who only sees it is refused, to others it is not there."""
    cohort = seen_class(request, cohort_id)
    if not teaches(request, cohort):
        raise PermissionDenied
    return cohort


def _assignment(cohort: Cohort, pk: int) -> Assignment:
    rows = (
        Assignment.objects.live()
        .filter(cohort=cohort)
        .select_related("cohort", "lesson", "quiz", "student", "for_group")
    )
    return get_object_or_404(rows, pk=pk)


def _act(request: HttpRequest, shorter: Shorter = Shorter.ASK) -> Act:
    return Act(cast("SignedInRequest", request).user, timezone.now(), shorter)


def _changed(request: HttpRequest, cohort: Cohort, change: Callable[[Act], Refreshed]) -> HttpResponse | None:
    """Make a change; where attempts would have less time, as the person decided who has seen them, or ask first."""
    chosen = request.POST.get("shorter", "")
    try:
        with transaction.atomic():
            change(_act(request))
    except WouldShorten as found:
        is_seen = request.POST.get("seen") == _seen(found.shortenings)
        if chosen == Shorter.KEEP or (chosen == Shorter.SHORTEN and is_seen):
            change(_act(request, Shorter(chosen)))
        else:
            return _ask(request, cohort, found.shortenings)
    return None


def _ask(request: HttpRequest, cohort: Cohort, shortenings: Sequence[Shortening]) -> HttpResponse:
    own = ("csrfmiddlewaretoken", "shorter", "seen")
    fields = [(name, value) for name, values in request.POST.lists() if name not in own for value in values]
    listed = sorted(shortenings, key=lambda each: (each.after, each.attempt.pk))
    context = {"shortenings": listed, "fields": fields, "seen": _seen(shortenings)}
    return _page(request, cohort, "classes/assignment_shorten.html", context)


def _seen(shortenings: Sequence[Shortening]) -> str:
    """Return a mark of what is shown, so that a confirmation counts for nothing else."""
    lines = sorted(f"{each.attempt.pk} {'now' if each.is_at_once else each.after.isoformat()}" for each in shortenings)
    return sha256("\n".join(lines).encode()).hexdigest()


def _back(request: HttpRequest, cohort: Cohort, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("classes:assignments", cohort.pk)


def _page(
    request: HttpRequest, cohort: Cohort, template: str, context: dict[str, object], *, status: int = 200
) -> HttpResponse:
    common = {"cohort": cohort, "course": cohort.course, "here": "assignments"}
    return render_page(request, template, {**common, **context}, status=status)
