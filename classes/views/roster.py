"""A list of people: given, shown as a difference, imported."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from classes.people_forms import MOST_SHOWN, ListForm, PreviewForm
from classes.reports.rosters import problem_lines, shown_changes
from classes.roster.refusals import RosterChanged
from classes.services.difference import Difference, Kind
from classes.services.roster import apply_draft, correct_draft, keep_draft, preview_of
from classes.views.people import taught_class
from courses.http import SignedInRequest, render_page
from courses.models import Cohort, RosterDraft

_PER_PAGE = 100


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Take a list, pasted or as a file."""
    cohort, user = taught_class(request, cohort_id), cast("SignedInRequest", request).user
    form = ListForm(request.POST or None, request.FILES or None, prefix="list")
    if request.method == "POST" and form.is_valid():
        draft = keep_draft(cohort=cohort, table=form.table, name=form.name, actor=user, now=timezone.now())
        return redirect("classes:roster", cohort_id, draft.pk)
    context = {"cohort": cohort, "course": cohort.course, "form": form, "here": "people"}
    return render_page(request, "classes/roster_give.html", context, status=422 if form.errors else 200)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def look(request: HttpRequest, cohort_id: int, draft_id: int) -> HttpResponse:
    """Show what a list would change; correct it, import it, or put it aside."""
    cohort, user = taught_class(request, cohort_id), cast("SignedInRequest", request).user
    drafts = RosterDraft.objects.select_related("cohort__course")
    draft = get_object_or_404(drafts, cohort=cohort, made_by=user, pk=draft_id)
    if request.POST.get("cancel") == "on":
        draft.delete()
        return redirect("classes:people", cohort_id)
    status = 200
    if request.POST.get("apply") == "on":
        try:
            done = apply_draft(draft=draft, expected=request.POST.get("expected", ""), actor=user, now=timezone.now())
        except RosterChanged as refusal:
            messages.error(request, str(refusal))
            status = 409
        else:
            messages.success(request, _told(done))
            return redirect("classes:people", cohort_id)
    elif request.method == "POST":
        status = _corrected(request, draft)
        if status == 200:
            return redirect("classes:roster", cohort_id, draft_id)
    return _page(request, cohort, draft, status)


def _corrected(request: HttpRequest, draft: RosterDraft) -> int:
    """Take over what the form says; return the status of the answer."""
    user = cast("SignedInRequest", request).user
    form = PreviewForm(preview_of(draft, reader=user), request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(map(str, errors)))
        return 422
    draft.is_whole, draft.leaves_out = form.cleaned_data["is_whole"], form.cleaned_data["leaves_out"]
    correct_draft(draft=draft, columns=form.columns(), cells=form.cells())
    return 200


def _page(request: HttpRequest, cohort: Cohort, draft: RosterDraft, status: int) -> HttpResponse:
    preview = preview_of(draft, reader=cast("SignedInRequest", request).user)
    kind = request.GET.get("kind", "")
    changes = shown_changes(preview.difference, kind)
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "preview": preview,
        "form": PreviewForm(preview),
        "problems": problem_lines(preview, MOST_SHOWN),
        "kinds": [(each, count, each == kind) for each, count in preview.difference.counts],
        "kind": kind if kind in Kind else "",
        "page": Paginator(changes, _PER_PAGE).get_page(request.GET.get("page")),
        "here": "people",
    }
    return render_page(request, "classes/roster.html", context, status=status)


def _told(done: Difference) -> str:
    """Say what was imported."""
    counts = ", ".join(f"{kind.label}: {count}" for kind, count in done.counts)
    words = ngettext("%(n)d change imported (%(counts)s).", "%(n)d changes imported (%(counts)s).", len(done.real))
    return words % {"n": len(done.real), "counts": counts} + _next_step(done)


def _next_step(done: Difference) -> str:
    if any(change.kind == Kind.NEW for change in done.changes):
        return " " + _("Print sign-in slips next, so that the new students can sign in.")
    return ""
