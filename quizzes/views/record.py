"""What instructors do to one attempt of a student they teach. Every act has a reason and is in the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.http import SignedInRequest
from quizzes.forms.record import ReopenForm
from quizzes.models import Attempt, SavedAnswer
from quizzes.services.attempts import reopen_attempt
from quizzes.services.late import accept_late_answer
from quizzes.views.attempts import result_page

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@login_required
@require_POST
def accept(request: HttpRequest, attempt_id: UUID, saved_id: int) -> HttpResponse:
    """Accept a late answer."""
    attempt = _attempt(request, attempt_id)
    late = SavedAnswer.objects.filter(response__attempt=attempt).select_related("response")
    saved = get_object_or_404(late, pk=saved_id)
    reason = request.POST.get("reason", "")
    accept_late_answer(saved=saved, actor=_user(request), reason=reason, now=timezone.now())
    if attempt.state == Attempt.State.SUBMITTED:
        messages.success(request, _("The late answer counts now, and the attempt was marked with it."))
    else:
        words = _("The late answer counts now. The attempt was never submitted: reopen it to have it marked.")
        messages.warning(request, words)
    return redirect(f"{reverse('quizzes:result', args=[attempt_id])}#question-{saved.response.position}")


@login_required
@require_POST
def reopen(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Open a finished attempt again."""
    attempt = _attempt(request, attempt_id)
    form = ReopenForm(request.POST)
    if not form.is_valid():
        return result_page(request, attempt, reopen=form)
    given = form.cleaned_data
    values = {"reason": given["reason"], "minutes": given["minutes"]}
    reopen_attempt(attempt=attempt, actor=_user(request), now=timezone.now(), **values)
    messages.success(request, _("The attempt is open again; the student continues from the quiz’s page."))
    return redirect("quizzes:result", attempt_id)


def _attempt(request: HttpRequest, attempt_id: UUID) -> Attempt:
    taught = Attempt.objects.taught_by(_user(request)).for_page().select_related("student__name_order")
    return get_object_or_404(taught, pk=attempt_id)


def _user(request: HttpRequest) -> User:
    return cast("SignedInRequest", request).user
