"""Putting the marks of a question right: a decision, its preview, and taking it back."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from classes.forms import RegradeForm
from classes.reports.regrading import EVERYWHERE, MOST_LINES, RegradePage, lines_of, regrade_page
from courses.http import SignedInRequest, render_page
from quizzes.errors import MarksMoved
from quizzes.models import ItemRevision, Regrade, RegradeRun
from quizzes.services.regrading import Preview, make_regrade, preview_regrade, undo_regrade
from quizzes.services.runs import MOST_AT_ONCE, begin_regrade, begin_undo, cancel_run, is_large

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import User

    from courses.models import Cohort

_BEGUN = _("The regrade is being worked out. Results change all at once when it is done; until then nothing changes.")


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def regrade(request: HttpRequest, revision_id: int) -> HttpResponse:
    """Offer the fixes of a question; show what one would do; make it once that was confirmed."""
    user = _user(request)
    page = regrade_page(_revision(request, revision_id), user)
    if request.method != "POST":
        return _page(request, page, _form(page))
    form = _form(page, data=request.POST)
    if not form.is_valid():
        return _page(request, page, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    cohorts = page.reached(form.cleaned_data.get("reach", ""))
    expected = request.POST.get("expected")
    if expected is None:
        return _page(request, page, form, preview=preview_regrade(form.regrade(user), cohorts=cohorts))
    try:
        _make(request, form.regrade(user), cohorts, expected)
    except MarksMoved as refusal:
        messages.warning(request, str(refusal))
        preview = preview_regrade(form.regrade(user), cohorts=cohorts)
        return _page(request, page, form, preview=preview, status=HTTPStatus.CONFLICT)
    return redirect("classes:regrade", revision_id)


def _make(request: HttpRequest, regrade: Regrade, cohorts: Sequence[Cohort] | None, expected: str) -> None:
    """Make a regrade, or ask for it to be worked out where there are many papers; say which."""
    now = timezone.now()
    if is_large(regrade, cohorts):
        begin_regrade(regrade=regrade, now=now, expected=expected, cohorts=cohorts)
        messages.success(request, _BEGUN)
    else:
        messages.success(
            request, done_words(make_regrade(regrade=regrade, now=now, expected=expected, cohorts=cohorts))
        )


@login_required
@require_POST
def undo(request: HttpRequest, revision_id: int, regrade_id: int) -> HttpResponse:
    """Take a regrade back."""
    own = Regrade.objects.undone_by(_user(request)).filter(revision=_revision(request, revision_id))
    found = get_object_or_404(own, pk=regrade_id)
    actor, reason, now = _user(request), request.POST.get("reason", ""), timezone.now()
    if found.undone_at is None and is_large(found, None if found.is_for_all else list(found.cohorts.all())):
        begin_undo(regrade=found, actor=actor, reason=reason, now=now)
        messages.success(request, _BEGUN)
    else:
        done = undo_regrade(regrade=found, actor=actor, reason=reason, now=now)
        messages.success(request, done_words(done))
    return redirect("classes:regrade", revision_id)


@login_required
@require_POST
def cancel(request: HttpRequest, revision_id: int, run_id: int) -> HttpResponse:
    """Stop a regrade that is being worked out."""
    own = RegradeRun.objects.cancelled_by(_user(request)).filter(revision=_revision(request, revision_id))
    cancel_run(run=get_object_or_404(own, pk=run_id), now=timezone.now())
    messages.success(request, gettext("Cancelled. No result was changed."))
    return redirect("classes:regrade", revision_id)


def _page(
    request: HttpRequest, page: RegradePage, form: RegradeForm, *, preview: Preview | None = None, status: int = 200
) -> HttpResponse:
    spec = page.revision.spec
    context: dict[str, Any] = {
        "page": page,
        "revision": page.revision,
        "spec": spec,
        "key": spec.describe(spec.right_answer()) if spec.is_machine_marked else "",
        "course": page.revision.item.course,
        "form": form,
        "may_edit": page.may_edit,
        "run": page.run,
        "is_quiet": page.run is not None and page.run.is_quiet(timezone.now()),
    }
    if preview is not None:
        counts = {direction: preview.count(direction) for direction in ("up", "down", "same")}
        context |= {"preview": preview, "counts": counts, "lines": lines_of(preview, _user(request))}
        context |= {"unlisted": max(0, len(preview.changed) - MOST_LINES)}
        context |= {"is_large": len(preview.changes) > MOST_AT_ONCE, "most_at_once": MOST_AT_ONCE}
    return render_page(request, "classes/regrade.html", context, status=status)


def _form(page: RegradePage, *, data: QueryDict | None = None) -> RegradeForm:
    """Return the form; an editor of the course who teaches a class of it chooses how far it reaches."""
    everywhere = (EVERYWHERE, gettext("Every class, and readers in none"))
    own = ("own", gettext("Only the classes you teach"))
    reaches = ([own] if page.classes else []) + [everywhere] if page.may_edit else []
    return RegradeForm(page.revision, page.others, reaches=reaches, data=data)


def done_words(done: Preview) -> str:
    """Say that it is done, and to how many results."""
    count = len(done.changed)
    words = ngettext("Done. %(n)d result changed.", "Done. %(n)d results changed.", count)
    return words % {"n": count}


def _revision(request: HttpRequest, revision_id: int) -> ItemRevision:
    revisions = ItemRevision.objects.regraded_by(_user(request)).select_related("item__course", "item__quiz")
    return get_object_or_404(revisions, pk=revision_id)


def _user(request: HttpRequest) -> User:
    return cast("SignedInRequest", request).user
