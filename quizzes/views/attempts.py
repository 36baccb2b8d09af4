"""Before and after a sitting: the front page of a quiz, starting, review and confirm, submitting, the result."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from courses.http import client_address, moment_of, reader_of, render_page, viewer_of, wants_part, writer_of
from quizzes.errors import AccountNeeded, AttemptAbandoned, AttemptClosed, WrongPassword
from quizzes.forms.question_reports import ReportForm
from quizzes.forms.record import ReopenForm
from quizzes.models import Attempt, ItemResponse, Quiz
from quizzes.models.accommodations import places_of
from quizzes.reports.figures import load_figures
from quizzes.reports.history import history_of, mark_changes
from quizzes.reports.question_reports import reports_on
from quizzes.reports.results import EVERYTHING, Choosing, Review, result_of, review_of
from quizzes.reports.scores import so_far
from quizzes.reports.sitting import clock_of
from quizzes.reports.start import StartPage, start_page
from quizzes.services.attempts import settled, start_attempt, submit_attempt
from quizzes.services.question_reports import report_question

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def sign_in_first(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send a browser that is nobody here to sign in, and back: its session has ended, or it has signed out.

    Only for pages that are read: what is sent is refused, so that the page it came from keeps it.
    """

    @wraps(view)
    def signed_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "GET" and not wants_part(request) and reader_of(request).user is None:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return signed_in


@require_GET
def quiz(request: HttpRequest, course_key: str, quiz_key: str) -> HttpResponse:
    """Show what a quiz is, how it counts, and the reader's attempts so far."""
    found = get_object_or_404(_quizzes(request), course__key=course_key, key=quiz_key)
    return _front_page(request, found)


@require_POST
def start(request: HttpRequest, course_key: str, quiz_key: str) -> HttpResponse:
    """Start an attempt, or go on with the one that is open."""
    found = get_object_or_404(_quizzes(request).select_related(None), course__key=course_key, key=quiz_key)
    if not found.is_practice and reader_of(request).is_guest:
        raise AccountNeeded
    if "sure" not in request.POST:
        page = start_page(found, reader_of(request).user, now=timezone.now(), chosen=_chosen(request))
        if page.needs_confirming and not page.obstacle:
            return _confirm_start(request, page)
    guesser = client_address(request) if reader_of(request).is_guest else ""
    now = timezone.now()
    password, chosen = request.POST.get("password", ""), _chosen(request)
    try:
        attempt = start_attempt(
            quiz=found, student=_writer(request), now=now, guesser=guesser, password=password, chosen=chosen
        )
    except WrongPassword as refusal:
        return _refused_password(request, found, str(refusal))
    return redirect(attempt if attempt.started_at == now else _next_open(attempt))


@never_cache
@require_GET
@sign_in_first
def confirm(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """List the questions with what is answered, open or flagged, before submitting."""
    now = timezone.now()
    attempt = settled(get_object_or_404(Attempt.objects.of(student_of(request)).for_page(), pk=attempt_id), now=now)
    if attempt.is_finished:
        return redirect(attempt)
    responses = list(attempt.responses.select_related("revision"))
    context = {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "course": attempt.quiz.course,
        "responses": responses,
        "place": attempt.place if attempt.quiz.navigation == Quiz.Navigation.ONE_WAY else None,
        "unanswered": [response for response in responses if not response.is_complete],
        "flagged": [response for response in responses if response.is_flagged],
        "clock": clock_of(attempt, now=now),
    }
    return render_page(request, "quizzes/confirm.html", context)


@require_POST
def submit(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Submit an attempt; a second submission only shows the result of the first."""
    student = student_of(request)
    try:
        submit_attempt(attempt_id=attempt_id, student=student, now=timezone.now())
    except Attempt.DoesNotExist:
        raise Http404 from None
    except AttemptClosed as refusal:
        messages.info(request, str(refusal))
    except AttemptAbandoned as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('quizzes:result', args=[attempt_id])}?show={Choosing.MISSED}")


@never_cache
@require_GET
@sign_in_first
def result(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Show what an attempt earned and why, to its student and to the instructors of the student's class."""
    reader = reader_of(request)
    attempts = Attempt.objects.visible_to(reader.user) if reader.user else Attempt.objects.none()
    attempt = get_object_or_404(attempts.for_page().select_related("student__name_order"), pk=attempt_id)
    return result_page(request, attempt)


@require_POST
def report(request: HttpRequest, attempt_id: UUID, position: int) -> HttpResponse:
    """Report a question of one's own attempt to the instructors of one's class."""
    student = student_of(request)
    attempt = get_object_or_404(
        Attempt.objects.of(student).for_page().select_related("student__name_order"), pk=attempt_id
    )
    form = ReportForm(position, request.POST)
    if not form.is_valid():
        return result_page(request, attempt, failed={position: form})
    values = {"text": form.cleaned_data["text"], "wants_regrade": form.cleaned_data["wants_regrade"]}
    try:
        report_question(attempt_id=attempt_id, position=position, student=student, now=timezone.now(), **values)
    except ItemResponse.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Report sent to the instructors of your class. Their answer will appear here."))
    return redirect(f"{reverse('quizzes:result', args=[attempt_id])}#question-{position}")


def result_page(
    request: HttpRequest,
    attempt: Attempt,
    *,
    failed: dict[int, ReportForm] | None = None,
    reopen: ReopenForm | None = None,
) -> HttpResponse:
    """Show a result; `failed` and `reopen` are forms on it that were refused."""
    reader, now = reader_of(request), timezone.now()
    attempt = settled(attempt, now=now)
    is_own = reader.user is not None and attempt.student_id == reader.user.pk
    if not attempt.is_finished and is_own:
        return redirect(attempt)
    review = review_of(attempt, now=now) if is_own else Review(attempt.quiz.matrix, EVERYTHING)
    places = places_of(reader.user, course_id=attempt.quiz.course_id) if is_own else []
    is_graded = not is_own or any(places)
    result = result_of(attempt, shown=review.shown, is_own=is_own)
    choices = result.choices("" if failed else request.GET.get("show", ""))
    questions = next(choice.questions for choice in choices if choice.is_chosen)
    load_figures(attempt.quiz.course_id, [question.response.revision for question in questions])
    known = so_far(attempt, is_graded=is_graded)
    context = {
        "attempt": attempt,
        "quiz": attempt.quiz,
        "course": attempt.quiz.course,
        "result": result,
        "choices": choices,
        "questions": questions,
        "review": review,
        "is_graded": is_graded,
        "so_far": known,
        "passed_so_far": known.is_passed(attempt.quiz.pass_percent) if known is not None else None,
        "is_own": is_own,
        "reader": reader,
        "changes": mark_changes(attempt, shown=review.shown) if attempt.is_finished else [],
        "reports": reports_on(attempt, is_own=is_own),
        "may_report": bool(places),
        "failed": failed or {},
    }
    if not is_own and reader.user is not None:
        context |= {"history": history_of(attempt, reader.user), "reopen": reopen or ReopenForm()}
    return render_page(request, "quizzes/result.html", context, status=422 if failed or reopen else 200)


def student_of(request: HttpRequest) -> User:
    """Return whose attempts this request may touch; a reader we have never met has none."""
    user = reader_of(request).user
    if user is None:
        raise Http404
    return user


def _front_page(
    request: HttpRequest, found: Quiz, *, page: StartPage | None = None, password_error: str = "", status: int = 200
) -> HttpResponse:
    reader = reader_of(request)
    context = {
        "quiz": found,
        "course": found.course,
        "page": page or start_page(found, reader.user, now=moment_of(request), chosen=_chosen(request)),
        "reader": reader,
        "needs_account": reader.is_guest and not found.is_practice,
        "password_error": password_error,
    }
    return render_page(request, "quizzes/quiz.html", context, status=status)


def _confirm_start(
    request: HttpRequest, page: StartPage, *, password_error: str = "", status: int = 200
) -> HttpResponse:
    """Say what starting sets going, and ask before it does. Nothing is started yet."""
    context = {"quiz": page.quiz, "course": page.quiz.course, "page": page, "password_error": password_error}
    return render_page(request, "quizzes/start_confirm.html", context, status=status)


def _refused_password(request: HttpRequest, found: Quiz, error: str) -> HttpResponse:
    """Ask for the password again, where it was asked for."""
    page = start_page(found, reader_of(request).user, now=timezone.now(), chosen=_chosen(request))
    if page.needs_confirming:
        return _confirm_start(request, page, password_error=error, status=422)
    return _front_page(request, found, page=page, password_error=error, status=422)


def _chosen(request: HttpRequest) -> int | None:
    """Return the id of the assignment an address or a form names; what is no number names none."""
    named = request.POST.get("for") or request.GET.get("for", "")
    return int(named) if named.isascii() and named.isdecimal() and len(named) < 19 else None


def _quizzes(request: HttpRequest) -> Any:
    return Quiz.objects.current().visible_to(viewer_of(request)).select_related("course", "unit", "lesson__unit")


def _writer(request: HttpRequest) -> User:
    user = writer_of(request).user
    assert user is not None  # noqa: S101 (a writer always has a user)
    return user


def _next_open(attempt: Attempt) -> str:
    """Return the address of the first question that is not answered in full, or of the first of all."""
    if attempt.state != Attempt.State.OPEN or attempt.quiz.navigation == Quiz.Navigation.ONE_WAY:
        return attempt.get_absolute_url()
    unanswered = attempt.responses.filter(is_complete=False).order_by("position")
    first = unanswered.values_list("position", flat=True).first()
    return reverse("quizzes:attempt-item", args=[attempt.pk, first or 1])
