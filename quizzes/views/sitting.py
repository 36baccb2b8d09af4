"""Sitting a quiz: one question or all, saving, checking, hints, flags, the clock."""

from __future__ import annotations

import uuid
from dataclasses import asdict
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

from courses.converters import whole_number
from courses.http import render_page, wants_part
from quizzes.domain.certainty import Certainty
from quizzes.errors import NoHintLeft, NothingToCheck
from quizzes.forms import AnswerForm, form_for, posted
from quizzes.forms.base import words_of_old
from quizzes.models import Attempt, ItemResponse, Quiz, SavedAnswer
from quizzes.models.accommodations import grants_of
from quizzes.models.saving import tally_of
from quizzes.reports.figures import load_figures, maps_for
from quizzes.reports.sitting import Question, clock_of, sitting_of
from quizzes.services.answers import (
    MOST_KEPT,
    AnswerUnread,
    Saved,
    Sent,
    flag_response,
    move_on,
    save_answer,
    take_kept_answer,
)
from quizzes.services.attempts import settled
from quizzes.services.tries import check_answer, show_hint
from quizzes.views.attempts import sign_in_first, student_of

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@never_cache
@require_http_methods(["GET", "POST"])
@sign_in_first
def item(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Show a question of an open attempt (or all, where the layout says so), or save an answer."""
    student = student_of(request)
    if request.method == "POST":
        return _save(request, attempt_id, position, student)
    attempt = settled(get_object_or_404(Attempt.objects.of(student).for_page(), pk=attempt_id), now=timezone.now())
    if attempt.state != Attempt.State.OPEN:
        return redirect(attempt)
    if not attempt.is_at_hand(position):
        return _not_here(request, attempt, position)
    return _page(request, attempt, position)


@require_POST
def flag(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Flag a question for a second look, or take the flag away; what the form holds besides is saved first."""
    student = student_of(request)
    attempt = get_object_or_404(Attempt.objects.of(student).for_page(), pk=attempt_id)
    if attempt.quiz.navigation != Quiz.Navigation.FREE:
        raise Http404
    if "sequence" in request.POST:
        saved = _saved(request, attempt_id, position, student)
        if isinstance(saved, HttpResponse):
            return saved
    is_flagged, now = request.POST.get("flag") == "on", timezone.now()
    try:
        flag_response(attempt_id=attempt_id, position=position, student=student, is_flagged=is_flagged, now=now)
    except ItemResponse.DoesNotExist:
        raise Http404 from None
    return redirect(_address(attempt, position))


@require_POST
def hint(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Show the next hint of a question; what the form holds besides is saved first."""
    student = student_of(request)
    attempt = get_object_or_404(Attempt.objects.of(student).for_page(), pk=attempt_id)
    saved = _saved(request, attempt_id, position, student)
    if isinstance(saved, HttpResponse):
        return saved
    try:
        show_hint(attempt_id=attempt_id, position=position, student=student, now=timezone.now())
    except NoHintLeft as refusal:
        messages.info(request, str(refusal))
    return redirect(_address(attempt, position))


@require_POST
def choose(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Make an answer that was kept aside the one that counts."""
    student = student_of(request)
    attempt = get_object_or_404(Attempt.objects.of(student).for_page(), pk=attempt_id)
    try:
        saved_id, client_key = whole_number(request.POST["saved"]) or 0, UUID(request.POST["client_key"])
        now = timezone.now()
        take_kept_answer(attempt_id=attempt_id, saved_id=saved_id, student=student, client_key=client_key, now=now)
    except (KeyError, ValueError, SavedAnswer.DoesNotExist):
        raise Http404 from None
    messages.success(request, _("Your answer from this page counts now."))
    return redirect(_address(attempt, position))


@never_cache
@require_GET
def clock(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Say how much time is left; asked every few seconds, so that an extension shows and the end is noticed."""
    now = timezone.now()
    attempt = get_object_or_404(Attempt.objects.of(student_of(request)).select_related("quiz"), pk=attempt_id)
    attempt = settled(attempt, now=now)
    if attempt.state != Attempt.State.OPEN:
        answer = HttpResponse(status=HTTPStatus.NO_CONTENT)
        answer["HX-Redirect"] = attempt.get_absolute_url()
        return answer
    said = request.GET.get("said", "0")
    time_left = clock_of(attempt, now=now)
    is_news = time_left is not None and time_left.step > (whole_number(said) or 0)
    context = {"attempt": attempt, "clock": time_left, "is_news": is_news}
    return render_page(request, "quizzes/_clock.html", context)


def _save(request: HttpRequest, attempt_id: UUID, position: int, student: User) -> HttpResponse:
    """Save what was posted and say so, or go where the button says."""
    saved = _saved(request, attempt_id, position, student)
    if isinstance(saved, HttpResponse):
        return saved
    if wants_part(request):
        return _reply(render_page(request, "quizzes/_saved.html", _part(request, position, saved)), "saved")
    return _go_on(request, saved.response.attempt, position, student)


def _saved(request: HttpRequest, attempt_id: UUID, position: int, student: User) -> Saved | HttpResponse:
    """Save what was posted; return what became of it, or the page that says why it does not count."""
    sent, now = _sent(request, position), timezone.now()
    try:
        saved = save_answer(attempt_id=attempt_id, position=position, student=student, sent=sent, now=now)
    except ItemResponse.DoesNotExist:
        return _not_found(request, attempt_id, position, student)
    except AnswerUnread as refusal:
        return _unread(request, position, sent, refusal)
    return saved if saved.outcome == SavedAnswer.Outcome.TAKEN else _not_taken(request, position, sent, saved)


def _reply(response: HttpResponse, outcome: str) -> HttpResponse:
    """Mark a reply to a save as one: a page that anything else sends in its place tells the browser nothing."""
    response["Answer-Outcome"] = outcome
    return response


def _part(request: HttpRequest, position: int, saved: Saved) -> dict[str, Any]:
    """Return what the page's script needs after a save."""
    return {
        "response": saved.response,
        "client_key": uuid.uuid4(),
        "saved_at": timezone.now(),
        "prefix": _prefix(request, position),
        **asdict(tally_of(saved.response.attempt_id)),
    }


def _not_found(request: HttpRequest, attempt_id: UUID, position: int, student: User) -> HttpResponse:
    """Say where a quiz that goes one way has come to, or that there is no such question."""
    attempt = get_object_or_404(Attempt.objects.of(student).for_page(), pk=attempt_id)
    if attempt.is_at_hand(position) or wants_part(request):
        raise Http404
    return _not_here(request, attempt, position)


def _not_here(request: HttpRequest, attempt: Attempt, position: int) -> HttpResponse:
    context = {"attempt": attempt, "quiz": attempt.quiz, "is_left": position < attempt.place, "position": position}
    return render_page(request, "quizzes/not_here.html", context, status=404)


def _prefix(request: HttpRequest, position: int) -> str:
    """Return what the posted fields are named after: on a page that holds all questions the form says so."""
    own = f"answer{position}"
    return own if request.POST.get("prefix") == own else "answer"


def _sent(request: HttpRequest, position: int) -> Sent:
    """Return what was posted; a form that names no save of its own (an old page, a program) makes a new one."""
    confidence = whole_number(request.POST.get("confidence", ""), most=max(Certainty)) or None
    sequence = whole_number(request.POST.get("sequence", ""))
    try:
        client_key = UUID(request.POST.get("client_key", ""))
    except ValueError:
        client_key = None
    if sequence is None or client_key is None:
        sequence, client_key = 0, uuid.uuid4()
    return Sent(posted(request.POST, _prefix(request, position)), sequence, client_key, confidence)


def _go_on(request: HttpRequest, attempt: Attempt, position: int, student: User) -> HttpResponse:
    """Go where the button of a plain form post says, else to the next question."""
    go_to, now = request.POST.get("go", "next"), timezone.now()
    count = tally_of(attempt.pk).count
    if go_to == "check":
        return _check(request, attempt, position, student)
    if go_to == "stay":
        return redirect(_address(attempt, position))
    if attempt.quiz.navigation == Quiz.Navigation.ONE_WAY:
        if go_to == "next" and position < count:
            place = move_on(attempt_id=attempt.pk, student=student, past=position, now=now)
            return redirect("quizzes:attempt-item", attempt.pk, place)
        return redirect("quizzes:attempt-confirm", attempt.pk)
    asked = whole_number(go_to, most=count)
    if asked is not None:
        return redirect(_address(attempt, asked))
    if go_to == "confirm" or position >= count:
        return redirect("quizzes:attempt-confirm", attempt.pk)
    return redirect(_address(attempt, position + 1))


def _check(request: HttpRequest, attempt: Attempt, position: int, student: User) -> HttpResponse:
    try:
        checked = check_answer(attempt_id=attempt.pk, position=position, student=student, now=timezone.now())
    except NothingToCheck as refusal:
        messages.info(request, str(refusal))
    else:
        if not checked.is_new:
            messages.info(request, _("You tried this answer before. It was not counted again."))
    return redirect(_address(attempt, position))


def _unread(request: HttpRequest, position: int, sent: Sent, refusal: AnswerUnread) -> HttpResponse:
    """Show the question again with what was typed, why some of it cannot be read, and what counts. It costs nothing."""
    response = refusal.saved.response
    form = form_for(response.revision.spec, order=response.order, prefix=_prefix(request, position))
    form.tell(sent.raw, refusal.error, counts=_what_counts(refusal))
    is_part_saved = bool(refusal.error.readable)
    if wants_part(request):
        context = {"form": form, "is_part_saved": is_part_saved, **_part(request, position, refusal.saved)}
        return _reply(render_page(request, "quizzes/_unread.html", context, status=422), "unread")
    attempt = get_object_or_404(Attempt.objects.for_page(), pk=response.attempt_id)
    if attempt.state != Attempt.State.OPEN:
        return redirect(attempt)
    return _page(request, attempt, position, form=form, is_part_saved=is_part_saved)


def _what_counts(refusal: AnswerUnread) -> dict[str, str]:
    """Say of each field that cannot be read what counts there until it is corrected, by the author's key."""
    response = refusal.saved.response
    spec, answer = response.revision.spec, response.answer
    return {problem.key: words_of_old(spec, answer, problem.key) for problem in refusal.error.problems}


def _not_taken(request: HttpRequest, position: int, sent: Sent, saved: Saved) -> HttpResponse:
    """Offer both answers when the page was behind; say what was kept when it came too late."""
    response, aside = saved.response, saved.aside
    spec = response.revision.spec
    form = form_for(spec, order=response.order, prefix=_prefix(request, position))
    if saved.error is not None:
        form.tell(sent.raw, saved.error)
    context = {
        "attempt": response.attempt,
        "response": response,
        "aside": aside,
        "outcome": str(saved.outcome),
        "unread": form.errors,
        "most_kept": MOST_KEPT,
        "given_here": spec.describe(aside.answer) if aside and aside.answer is not None else "",
        "given_elsewhere": spec.describe(response.answer) if response.answer is not None else "",
        "client_key": uuid.uuid4(),
    }
    answer = render_page(request, "quizzes/conflict.html", context, partial="choice", status=409)
    answer["HX-Retarget"] = "#item"
    answer["HX-Reswap"] = "outerHTML"
    return _reply(answer, "choice")


def _page(
    request: HttpRequest,
    attempt: Attempt,
    position: int,
    *,
    form: AnswerForm | None = None,
    is_part_saved: bool = False,
) -> HttpResponse:
    """Show a question; with a form that could not be read, as a refusal."""
    is_whole = attempt.quiz.layout == Quiz.Layout.ALL
    sitting = sitting_of(attempt, only=None if is_whole and form is None else position)
    if not 1 <= position <= sitting.count:
        raise Http404
    load_figures(attempt.quiz.course_id, [question.response.revision for question in sitting.questions])
    now = timezone.now()
    is_calm = attempt.deadline is not None and _is_calm(attempt)
    context = {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "course": attempt.quiz.course,
        "sitting": sitting,
        "questions": [(question, _with_maps(form or _form(question), question)) for question in sitting.questions],
        "position": position,
        "previous": position - 1 if position > 1 and attempt.quiz.navigation == Quiz.Navigation.FREE else None,
        "is_last": position == sitting.count,
        "clock": clock_of(attempt, now=now, is_calm=is_calm),
        "is_part_saved": is_part_saved,
    }
    return render_page(request, "quizzes/attempt.html", context, status=200 if form is None else 422)


def _form(question: Question) -> AnswerForm:
    response = question.response
    return form_for(question.spec, order=response.order, answer=response.answer, prefix=question.prefix)


def _with_maps(form: AnswerForm, question: Question) -> AnswerForm:
    """Hand a form the maps of its page, also one that was made to read what was posted."""
    form.maps = maps_for(question.response.revision, question.spec)
    return form


def _is_calm(attempt: Attempt) -> bool:
    grants = grants_of(attempt.student, course_id=attempt.quiz.course_id, now=timezone.now())
    return grants.accommodation.is_calm


def _address(attempt: Attempt, position: int) -> str:
    """Return where a question is shown: its page, or its place on the page that holds all."""
    if attempt.quiz.layout == Quiz.Layout.ALL:
        return f"{reverse('quizzes:attempt-item', args=[attempt.pk, 1])}#question-{position}"
    return reverse("quizzes:attempt-item", args=[attempt.pk, position])
