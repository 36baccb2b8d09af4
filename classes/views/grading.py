"""Marking by people: what waits, and one answer at a time."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from classes.forms import MarkForm
from classes.reports.grading import Marking, marking_of, marking_queue
from classes.views.overview import seen_class
from courses.converters import whole_number
from courses.http import SignedInRequest, render_page
from courses.models import Cohort
from quizzes.domain.rubric import HumanMarked
from quizzes.errors import MarkedMeanwhile
from quizzes.services.grading import mark_in_turn


@login_required
@never_cache
@require_GET
def queue(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """List the questions whose answers wait for a person."""
    cohort = seen_class(request, cohort_id)
    context = {"cohort": cohort, "course": cohort.course, "questions": marking_queue(cohort), "here": "marking"}
    return render_page(request, "classes/grading.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def mark(request: HttpRequest, cohort_id: int, revision_id: int) -> HttpResponse:
    """Show one answer without its name beside the rubric, or take the levels chosen."""
    cohort = seen_class(request, cohort_id)
    user = cast("SignedInRequest", request).user
    asked = request.GET.get("answer", "")
    marking = marking_of(cohort, revision_id, marker=user, chosen=whole_number(asked))
    if marking is None or (request.method == "POST" and not asked):
        raise Http404
    form = MarkForm(_spec(marking), human=marking.human, data=request.POST or None)
    if request.method != "POST":
        return _page(request, cohort, marking, form)
    if not form.is_valid():
        return _page(request, cohort, marking, form, status=422)
    try:
        mark_in_turn(
            response=marking.response,
            levels=form.levels(),
            comment=form.cleaned_data["comment"],
            marker=user,
            now=timezone.now(),
            seen=form.cleaned_data["seen"],
        )
    except MarkedMeanwhile as refusal:
        marking = marking_of(cohort, revision_id, marker=user, chosen=marking.response.pk) or marking
        return _refused(request, cohort, marking, refusal)
    return _go_on(request, cohort, marking)


def _go_on(request: HttpRequest, cohort: Cohort, marking: Marking) -> HttpResponse:
    following = marking.following
    if following is None:
        messages.success(request, _("Saved. Every answer to this question is graded."))
        return redirect("classes:grading", cohort.pk)
    messages.success(request, _("Saved. Here is the next answer."))
    address = reverse("classes:grade", args=[cohort.pk, marking.response.revision_id])
    return redirect(f"{address}?answer={following.pk}")


def _refused(request: HttpRequest, cohort: Cohort, marking: Marking, refusal: MarkedMeanwhile) -> HttpResponse:
    """Show the marker's own choice again, now beside the mark that stands."""
    posted = request.POST.copy()
    if marking.human is not None:
        posted["mark-seen"] = marking.human.marked_at.isoformat()
    form = MarkForm(_spec(marking), human=marking.human, data=posted)
    form.full_clean()
    form.add_error(None, str(refusal))
    return _page(request, cohort, marking, form, status=409)


def _spec(marking: Marking) -> HumanMarked:
    spec = marking.response.revision.spec
    assert isinstance(spec, HumanMarked)  # noqa: S101 (only such questions are marked by people)
    return spec


def _page(request: HttpRequest, cohort: Cohort, marking: Marking, form: MarkForm, *, status: int = 200) -> HttpResponse:
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "marking": marking,
        "response": marking.response,
        "revision": marking.response.revision,
        "spec": marking.response.revision.spec,
        "human": marking.human,
        "form": form,
        "here": "marking",
    }
    return render_page(request, "classes/grade.html", context, status=status)
