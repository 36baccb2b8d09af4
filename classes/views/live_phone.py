"""A live quiz on a phone: joining by the code and a name alone, answering, and whether there is anything new."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from classes.live.forms import CodeForm, NameForm
from classes.live.phone import Phone, phone_of
from courses.http import SignedInRequest, client_address, render_page, viewer_of
from courses.models import Cohort
from courses.services.limits import LIVE_JOIN, give_back, take
from quizzes.domain.base import InvalidAnswer
from quizzes.errors import LiveFull, LiveOver, NameTaken, PutOut, VoteClosed
from quizzes.forms import posted
from quizzes.models import LiveParticipant, LiveSession
from quizzes.services.live import give_vote, join_live

_COOKIE, _SALT = "live", "classes.live"
_HOURS = 12


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a live quiz, and lead to it."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        take(LIVE_JOIN, client_address(request), now=timezone.now())
        if LiveSession.objects.running().filter(code=form.cleaned_data["code"]).exists():
            return redirect("classes:live-phone", form.cleaned_data["code"])
        form.add_error("code", _("No live quiz with this code is running. Check the code on the screen."))
    status = 422 if form.errors else 200
    return render_page(request, "classes/live/code.html", {"form": form}, status=status)


@require_GET
def phone(request: HttpRequest, live_code: str) -> HttpResponse:
    """Show a participant where the live quiz is; ask anyone else for a name."""
    session = _session(live_code)
    participant = _participant(request, session)
    if participant is None:
        return _ask_name(request, session, NameForm())
    return _page(request, phone_of(session, participant))


@require_POST
def join(request: HttpRequest, live_code: str) -> HttpResponse:
    """Take part: a student of the class as themselves, anyone else by a name."""
    session, now = _session(live_code), timezone.now()
    tried = take(LIVE_JOIN, client_address(request), now=now)
    user = cast("SignedInRequest", request).user if _is_member(request, session) else None
    form = NameForm(request.POST)
    if user is None and not form.is_valid():
        return _ask_name(request, session, form)
    try:
        name = "" if user is not None else form.cleaned_data["name"]
        participant = join_live(session_id=session.pk, now=now, name=name, user=user)
    except NameTaken as refusal:
        form.add_error("name", str(refusal))
        return _ask_name(request, session, form)
    except (LiveOver, LiveFull, PutOut) as refusal:
        messages.error(request, str(refusal))
        return redirect("classes:live-phone", session.code)
    give_back(tried)
    return _remember(redirect("classes:live-phone", session.code), participant)


@require_POST
def answer(request: HttpRequest, live_code: str) -> HttpResponse:
    """Count an answer in the vote that is open."""
    session = _session(live_code)
    participant = _participant(request, session)
    position, round_ = request.POST.get("position", ""), request.POST.get("round", "")
    if participant is None or not (position.isdecimal() and round_.isdecimal()):
        return redirect("classes:live-phone", session.code)
    raw = posted(request.POST, "answer")
    try:
        give_vote(
            participant_id=participant.pk, position=int(position[:4]), round_=int(round_[:4]), raw=raw,
            now=timezone.now(),
        )  # fmt: skip
    except InvalidAnswer as error:
        shown = phone_of(session, participant)
        if shown.form is None:
            return redirect("classes:live-phone", session.code)
        shown.form.tell(raw, error)
        return _page(request, shown, status=422)
    except (VoteClosed, LiveOver, PutOut) as refusal:
        messages.error(request, str(refusal))
    return redirect("classes:live-phone", session.code)


@require_GET
def changes(request: HttpRequest, live_code: str) -> HttpResponse:
    """Say whether a live quiz has moved on since a page was made, in two queries: 204, with an event for htmx if so."""
    where = {"pk": _remembered(request), "session__code": live_code.upper()}
    row = LiveParticipant.objects.filter(**where).values("user", "removed_at", "session__version").first()
    response = HttpResponse(status=204)
    is_one = row is not None and row["removed_at"] is None and row["user"] in (None, request.user.pk)
    if row is None or not is_one or str(row["session__version"]) != request.GET.get("since", ""):
        response["HX-Trigger"] = "live-moved"
    return response


def _session(live_code: str) -> LiveSession:
    """Return the live quiz with a code: the last one, since a code may come again once a live quiz is over."""
    rows = LiveSession.objects.filter(code=live_code.upper()).select_related("quiz__course", "cohort")
    session = rows.order_by("-started_at").first()
    if session is None:
        raise Http404
    return session


def _is_member(request: HttpRequest, session: LiveSession) -> bool:
    return Cohort.objects.attended_by(viewer_of(request)).filter(pk=session.cohort_id).exists()


def _remembered(request: HttpRequest) -> int:
    """Return which participant this browser is, by its cookie; 0 for none."""
    held = request.get_signed_cookie(_COOKIE, "0", salt=_SALT, max_age=_HOURS * 3600)
    return int(held) if held is not None and held.isdecimal() else 0


def _participant(request: HttpRequest, session: LiveSession) -> LiveParticipant | None:
    """Return who this browser is in a live quiz. A student's place is theirs alone, also in a shared browser."""
    found = session.participants.present().select_related("user__name_order").filter(pk=_remembered(request)).first()
    if found is None or (found.user_id is not None and found.user_id != request.user.pk):
        return None
    return found


def _remember(response: HttpResponse, participant: LiveParticipant) -> HttpResponse:
    path = reverse("classes:live-phone", args=[participant.session.code])
    response.set_signed_cookie(
        _COOKIE, str(participant.pk), salt=_SALT, max_age=_HOURS * 3600, path=path, httponly=True, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
    return response


def _ask_name(request: HttpRequest, session: LiveSession, form: NameForm) -> HttpResponse:
    context = {
        "session": session,
        "course": session.quiz.course,
        "form": form,
        "is_member": _is_member(request, session),
    }
    return render_page(request, "classes/live/join.html", context, status=422 if form.errors else 200)


def _page(request: HttpRequest, shown: Phone, *, status: int = 200) -> HttpResponse:
    context = {"phone": shown, "session": shown.session, "course": shown.session.quiz.course}
    return render_page(request, "classes/live/phone.html", context, status=status)
