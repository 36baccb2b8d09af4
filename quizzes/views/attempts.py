"""Taking a quiz: its front page, one question at a time, review and confirm, the result."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.http import reader_of, render_page, viewer_of, wants_part, writer_of
from quizzes.domain.base import InvalidAnswer
from quizzes.errors import AccountNeeded, AttemptClosed
from quizzes.forms import AnswerForm, form_for
from quizzes.models import Attempt, ItemResponse, ItemRevision, Quiz, SavedAnswer
from quizzes.reports.results import result_of
from quizzes.reports.work import with_work_of
from quizzes.services.attempts import (
    Saved,
    Sent,
    flag_response,
    save_answer,
    start_attempt,
    submit_attempt,
    take_kept_answer,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@require_GET
def quiz(request: HttpRequest, course_key: str, quiz_key: str) -> HttpResponse:
    """Show what a quiz is, how it counts, and the reader's attempts so far."""
    reader = reader_of(request)
    quizzes = with_work_of(_quizzes(request), reader.user)
    found = get_object_or_404(quizzes, course__key=course_key, key=quiz_key)
    attempts = list(Attempt.objects.of(reader.user).filter(quiz=found).select_related("quiz").order_by("number"))
    paper = list(ItemRevision.objects.for_paper().filter(item__quiz=found))
    context = {
        "quiz": found,
        "course": found.course,
        "attempts": attempts,
        "points": sum((revision.points for revision in paper), Decimal(0)),
        "rules": Counter(revision.spec.marking_rule() for revision in paper).most_common(),
        "reader": reader,
        "needs_account": reader.is_guest and not found.is_practice,
        "left": None if found.max_attempts is None else max(0, found.max_attempts - len(attempts)),
    }
    return render_page(request, "quizzes/quiz.html", context)


@require_POST
def start(request: HttpRequest, course_key: str, quiz_key: str) -> HttpResponse:
    """Start an attempt, or go on with the one that is open."""
    found = get_object_or_404(_quizzes(request), course__key=course_key, key=quiz_key)
    if not found.is_practice and reader_of(request).is_guest:
        raise AccountNeeded
    attempt = start_attempt(quiz=found, student=_writer(request), now=timezone.now())
    return redirect(_next_open(attempt))


@never_cache
@require_http_methods(["GET", "POST"])
def item(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Show one question of an open attempt, or save its answer."""
    student = _student(request)
    if request.method == "POST":
        return _save(request, attempt_id, position, student)
    attempt = get_object_or_404(Attempt.objects.of(student).for_page(), pk=attempt_id)
    if attempt.submitted_at:
        return redirect(attempt)
    return _item_page(request, attempt, position)


@require_POST
def flag(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Flag a question for a second look, or take the flag away; what the form holds besides is saved first."""
    student = _student(request)
    get_object_or_404(Attempt.objects.of(student), pk=attempt_id)
    if "sequence" in request.POST:
        answer = _save(request, attempt_id, position, student)
        if answer.status_code != HTTPStatus.FOUND:
            return answer
    is_flagged = request.POST.get("flag") == "on"
    flag_response(attempt_id=attempt_id, position=position, student=student, is_flagged=is_flagged)
    return redirect("quizzes:attempt-item", attempt_id, position)


@require_POST
def choose(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Make an answer that was kept aside the one that counts."""
    try:
        saved_id, client_key = int(request.POST["saved"]), UUID(request.POST["client_key"])
        student = _student(request)
        now = timezone.now()
        take_kept_answer(attempt_id=attempt_id, saved_id=saved_id, student=student, client_key=client_key, now=now)
    except (KeyError, ValueError, Attempt.DoesNotExist, SavedAnswer.DoesNotExist):
        raise Http404 from None
    messages.success(request, _("Your answer from this page counts now."))
    return redirect("quizzes:attempt-item", attempt_id, position)


@never_cache
@require_GET
def confirm(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """List the questions with what is answered, open or flagged, before submitting."""
    attempt = get_object_or_404(Attempt.objects.of(_student(request)).for_page(), pk=attempt_id)
    if attempt.submitted_at:
        return redirect(attempt)
    responses = list(attempt.responses.select_related("revision"))
    context = {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "course": attempt.quiz.course,
        "responses": responses,
        "unanswered": [response for response in responses if not response.is_complete],
        "flagged": [response for response in responses if response.is_flagged],
    }
    return render_page(request, "quizzes/confirm.html", context)


@require_POST
def submit(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Submit an attempt; a second submission only shows the result of the first."""
    student = _student(request)
    attempt = get_object_or_404(Attempt.objects.of(student), pk=attempt_id)
    try:
        submit_attempt(attempt_id=attempt.pk, student=student, now=timezone.now())
    except AttemptClosed as refusal:
        messages.info(request, str(refusal))
    return redirect("quizzes:result", attempt_id)


@never_cache
@require_GET
def result(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Show what an attempt earned and why, to its student and to the instructors of the student's class."""
    reader = reader_of(request)
    attempts = Attempt.objects.visible_to(reader.user) if reader.user else Attempt.objects.none()
    attempt = get_object_or_404(attempts.for_page().select_related("student"), pk=attempt_id)
    is_own = reader.user is not None and attempt.student_id == reader.user.pk
    if attempt.submitted_at is None and is_own:
        return redirect(attempt)
    report = result_of(attempt, with_solutions=attempt.shows_solutions or not is_own)
    context = {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "course": attempt.quiz.course,
        "result": report,
        "is_own": is_own,
        "reader": reader,
    }
    return render_page(request, "quizzes/result.html", context)


def _quizzes(request: HttpRequest) -> Any:
    return Quiz.objects.current().visible_to(viewer_of(request)).select_related("course", "unit", "lesson__unit")


def _writer(request: HttpRequest) -> User:
    user = writer_of(request).user
    assert user is not None  # noqa: S101 (a writer always is somebody)
    return user


def _student(request: HttpRequest) -> User:
    """Return whose attempts this request may touch; a reader we have never met has none."""
    user = reader_of(request).user
    if user is None:
        raise Http404
    return user


def _next_open(attempt: Attempt) -> str:
    """Return the address of the first question without an answer, or of the first of all."""
    first = (
        attempt.responses.filter(answer__isnull=True).order_by("position").values_list("position", flat=True).first()
    )
    return reverse("quizzes:attempt-item", args=[attempt.pk, first or 1])


def _save(request: HttpRequest, attempt_id: UUID, position: int, student: User) -> HttpResponse:
    forms: list[AnswerForm] = []

    def read(spec: Any, order: list[str]) -> Any:
        forms.append(form_for(spec, order=order, data=request.POST))
        return forms[0].read()

    try:
        sent = Sent(read, int(request.POST.get("sequence", "0")), UUID(request.POST.get("client_key", "")))
    except ValueError:
        sent = Sent(read, 0, uuid.uuid4())
    now = timezone.now()
    try:
        saved = save_answer(attempt_id=attempt_id, position=position, student=student, sent=sent, now=now)
    except ItemResponse.DoesNotExist:
        raise Http404 from None
    except InvalidAnswer:
        return _refused(request, attempt_id, position, forms[0])
    if saved.outcome != SavedAnswer.Outcome.TAKEN:
        return _not_taken(request, attempt_id, saved)
    if wants_part(request):
        context = {"response": saved.response, "client_key": uuid.uuid4(), "saved_at": now, "attempt_id": attempt_id}
        return render_page(request, "quizzes/_saved.html", context | asdict(saved.tally))
    return redirect(_after(request, attempt_id, position, count=saved.tally.count))


def _after(request: HttpRequest, attempt_id: UUID, position: int, *, count: int) -> str:
    """Return where a plain form post goes on: where its button said, else to the next question."""
    go_to = request.POST.get("go", "next")
    if go_to.isdigit():
        return reverse("quizzes:attempt-item", args=[attempt_id, int(go_to)])
    if go_to == "confirm" or position >= count:
        return reverse("quizzes:attempt-confirm", args=[attempt_id])
    return reverse("quizzes:attempt-item", args=[attempt_id, position + 1])


def _refused(request: HttpRequest, attempt_id: UUID, position: int, form: AnswerForm) -> HttpResponse:
    """Show the question again with what was typed and why it cannot be read."""
    if wants_part(request):
        return render_page(request, "quizzes/_unread.html", {"error": form.error}, status=422)
    attempt = get_object_or_404(Attempt.objects.for_page(), pk=attempt_id)
    return _item_page(request, attempt, position, form=form, status=422)


def _not_taken(request: HttpRequest, attempt_id: UUID, saved: Saved) -> HttpResponse:
    """Offer both answers when the page was behind; say what was kept when the attempt is over."""
    response, aside = saved.response, saved.aside
    spec = response.revision.spec
    context = {
        "attempt_id": attempt_id,
        "response": response,
        "aside": aside,
        "is_late": saved.outcome == SavedAnswer.Outcome.LATE,
        "given_here": spec.describe(aside.answer) if aside and aside.answer is not None else "",
        "given_elsewhere": spec.describe(response.answer) if response.answer is not None else "",
        "client_key": uuid.uuid4(),
    }
    answer = render_page(request, "quizzes/conflict.html", context, partial="choice", status=409)
    answer["HX-Retarget"] = "#item"
    answer["HX-Reswap"] = "outerHTML"
    return answer


def _item_page(
    request: HttpRequest, attempt: Attempt, position: int, *, form: AnswerForm | None = None, status: int = 200
) -> HttpResponse:
    responses = list(attempt.responses.select_related("revision").order_by("position"))
    if not 1 <= position <= len(responses):
        raise Http404
    response = responses[position - 1]
    spec = response.revision.spec
    form = form or form_for(spec, order=response.order, answer=response.answer)
    context = {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "course": attempt.quiz.course,
        "responses": responses,
        "response": response,
        "spec": spec,
        "form": form,
        "client_key": uuid.uuid4(),
        **_tally(responses),
        "previous": position - 1 or None,
        "is_last": position == len(responses),
    }
    return render_page(request, "quizzes/attempt.html", context, status=status)


def _tally(responses: Sequence[ItemResponse]) -> dict[str, int]:
    """Count the questions of a paper, and those answered and flagged."""
    return {
        "count": len(responses),
        "answered_count": sum(each.is_complete for each in responses),
        "flagged_count": sum(each.is_flagged for each in responses),
    }
