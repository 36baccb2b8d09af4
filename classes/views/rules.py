"""Attempts submitted under older marking rules: what the newest would change, doing it, and undoing it."""

from __future__ import annotations

from http import HTTPStatus
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from classes.reports.regrading import Line
from classes.views.regrading import done_words
from courses.http import SignedInRequest, render_page
from courses.models import Cohort
from quizzes.errors import MarksMoved
from quizzes.models import Attempt, Quiz
from quizzes.models.attempts import AttemptQuerySet
from quizzes.services.rules import adopt_rules, preview_rules, restore_rules


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def rules(request: HttpRequest, course_key: str, quiz_key: str) -> HttpResponse:
    """Show what the newest rules would change in the attempts of one's own students; do it, or undo it."""
    user = cast("SignedInRequest", request).user
    taught = Quiz.objects.filter(course__in=Cohort.objects.taught_by(user).values("course"))
    quiz = get_object_or_404(taught.select_related("course"), course__key=course_key, key=quiz_key)
    attempts = Attempt.objects.taught_by(user).filter(quiz=quiz)
    if request.method != "POST":
        return _page(request, quiz, attempts)
    reason, now = request.POST.get("reason", ""), timezone.now()
    try:
        if "undo" in request.POST:
            done = restore_rules(attempts=attempts, actor=user, reason=reason, now=now)
        else:
            expected = request.POST.get("expected", "")
            done = adopt_rules(attempts=attempts, actor=user, reason=reason, now=now, expected=expected)
    except MarksMoved as refusal:
        messages.warning(request, str(refusal))
        return _page(request, quiz, attempts, status=HTTPStatus.CONFLICT)
    messages.success(request, done_words(done))
    return redirect("classes:rules", course_key, quiz_key)


def _page(request: HttpRequest, quiz: Quiz, attempts: AttemptQuerySet, *, status: int = 200) -> HttpResponse:
    preview = preview_rules(attempts)
    context = {
        "quiz": quiz,
        "course": quiz.course,
        "preview": preview,
        "counts": {direction: preview.count(direction) for direction in ("up", "down", "same")},
        "lines": [Line(change, is_named=True) for change in preview.changed],
        "changed_count": attempts.of_changed_rules().count(),
    }
    return render_page(request, "classes/rules.html", context, status=status)
