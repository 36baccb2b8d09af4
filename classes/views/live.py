"""A live quiz, for the instructors of its class: starting it, its screen, who takes part, and the summary."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from classes.live.screen import offered_to, questions_of, screen_of, summary_of, token_of
from classes.views.overview import seen_class, teaches
from classes.views.people import taught_class
from courses.http import SignedInRequest, is_own_machine, outside_address, render_page
from courses.later import later
from courses.models import Cohort
from quizzes.domain.live import Act, Step
from quizzes.errors import LiveMovedOn, LiveUnderWay, NothingLive, NotLive
from quizzes.models import LiveParticipant, LiveSession
from quizzes.services.live import remove_participant, start_live, take_step

if TYPE_CHECKING:
    import segno
else:
    segno = later("segno")


@login_required
@require_http_methods(["GET", "POST"])
def live(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """List the live quizzes of a class; instructors start one."""
    cohort = seen_class(request, cohort_id)
    may_start = teaches(request, cohort) and cohort.archived_at is None
    if request.method == "POST":
        if not may_start:
            raise Http404
        return _start(request, cohort)
    quizzes = offered_to(cohort)
    wanted = request.GET.get("quiz", "")
    chosen = next((quiz for quiz in quizzes if str(quiz.pk) == wanted), None)
    held = cohort.live_sessions.select_related("quiz")
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "running": held.running().first(),
        "held": held.filter(ended_at__isnull=False).annotate(
            people=Count("participants", filter=Q(participants__removed_at=None))
        )[:50],
        "quizzes": quizzes,
        "chosen": None if chosen is None else questions_of(chosen),
        "may_start": may_start,
        "here": "live",
    }
    return render_page(request, "classes/live/list.html", context)


def _start(request: HttpRequest, cohort: Cohort) -> HttpResponse:
    user, only = cast("SignedInRequest", request).user, request.POST.get("question", "")
    quizzes = {str(quiz.pk): quiz for quiz in offered_to(cohort)}
    quiz = quizzes.get(request.POST.get("quiz", ""))
    if quiz is None:
        messages.error(request, _("Nothing was started: choose a quiz."))
        return redirect("classes:live", cohort.pk)
    try:
        session = start_live(
            cohort=cohort, quiz=quiz, actor=user, now=timezone.now(), only=int(only) if only.isdecimal() else None
        )
    except (NotLive, NothingLive, LiveUnderWay) as refusal:
        messages.error(request, str(refusal))
        return redirect("classes:live", cohort.pk)
    return redirect("classes:live-screen", cohort.pk, session.pk)


@login_required
@require_http_methods(["GET", "POST"])
def screen(request: HttpRequest, cohort_id: int, live_id: int) -> HttpResponse:
    """Show the screen of a live quiz, fit to project, or the summary once it is over; take the next step."""
    cohort = seen_class(request, cohort_id)
    if request.method == "POST":
        return _step(request, taught_class(request, cohort_id), live_id)
    session = _session(cohort, live_id)
    context = {"cohort": cohort, "course": cohort.course, "session": session, "here": "live"}
    if session.at is Step.ENDED:
        context["asked"] = summary_of(session)
        return render_page(request, "classes/live/summary.html", context)
    address = outside_address(request, reverse("classes:live-phone", args=[session.code]))
    context |= {
        "screen": screen_of(session),
        "may_lead": teaches(request, cohort),
        "address": address,
        "is_local": is_own_machine(address),
        # Made here, of an address of this site alone.
        "code": mark_safe(segno.make(address, micro=False).svg_inline(scale=6, border=2)),  # noqa: S308
    }
    return render_page(request, "classes/live/screen.html", context)


def _step(request: HttpRequest, cohort: Cohort, live_id: int) -> HttpResponse:
    session = get_object_or_404(cohort.live_sessions, pk=live_id)
    version, act = request.POST.get("version", ""), request.POST.get("act", "")
    if act not in list(Act) or not version.isdecimal():
        messages.error(request, str(LiveMovedOn()))
        return redirect("classes:live-screen", cohort.pk, session.pk)
    try:
        take_step(session_id=session.pk, act=Act(act), version=int(version[:9]), now=timezone.now())
    except LiveMovedOn as refusal:
        messages.error(request, str(refusal))
    return redirect("classes:live-screen", cohort.pk, session.pk)


@login_required
@require_GET
def changes(request: HttpRequest, cohort_id: int, live_id: int) -> HttpResponse:
    """Say whether a live quiz has moved on, or more people joined or answered: 204, with an event for htmx if so."""
    user = cast("SignedInRequest", request).user
    sessions = LiveSession.objects.seen_by(user).filter(cohort=cohort_id).with_counts()
    session = get_object_or_404(sessions, pk=live_id)
    response, since = HttpResponse(status=204), request.GET.get("since", "")
    if not since.startswith(f"{session.version}-"):
        response["HX-Trigger"] = "live-moved"
    elif since != token_of(session):
        response["HX-Trigger"] = "live-counted"
    return response


@login_required
@require_GET
def people(request: HttpRequest, cohort_id: int, live_id: int) -> HttpResponse:
    """List who takes part in a live quiz, by name: for the instructor's own eyes."""
    cohort = seen_class(request, cohort_id)
    session = _session(cohort, live_id)
    listed = session.participants.present().select_related("user__name_order").order_by("joined_at", "pk")
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "session": session,
        "people": listed.annotate(answered=Count("votes__question", distinct=True)),
        "asked": session.questions.filter(is_asked=True).count(),
        "may_lead": teaches(request, cohort),
        "here": "live",
    }
    return render_page(request, "classes/live/people.html", context)


@login_required
@require_POST
def remove(request: HttpRequest, cohort_id: int, live_id: int, participant_id: int) -> HttpResponse:
    """Put someone out of a live quiz."""
    cohort = taught_class(request, cohort_id)
    rows = LiveParticipant.objects.filter(session=live_id, session__cohort=cohort)
    remove_participant(participant=get_object_or_404(rows, pk=participant_id), now=timezone.now())
    messages.success(request, _("Removed from this live quiz, with all answers."))
    return redirect("classes:live-people", cohort_id, live_id)


def _session(cohort: Cohort, live_id: int) -> LiveSession:
    sessions = cohort.live_sessions.with_counts().select_related("quiz")
    session: LiveSession = get_object_or_404(sessions, pk=live_id)
    return session
