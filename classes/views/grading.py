"""Grading by people: what waits, one answer at a time, and whose it is."""

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
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from classes.forms import MarkForm
from classes.reports.grading import Marking, marking_of, marking_queue, places_of, turn_of
from classes.views.overview import seen_class
from courses.converters import whole_number
from courses.http import SignedInRequest, render_page
from courses.models import Cohort
from quizzes.domain.rubric import HumanMarked
from quizzes.errors import AnswerClaimed, MarkedMeanwhile, QuizError
from quizzes.models import Round
from quizzes.services.claims import claim, claim_first, release
from quizzes.services.grading import GradeGiven, hold_mark, show_names
from quizzes.services.saved_comments import comments_at, forget_comment, keep_comment


@login_required
@never_cache
@require_GET
def queue(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """List the questions whose answers wait for a person."""
    cohort = seen_class(request, cohort_id)
    context = {"cohort": cohort, "course": cohort.course, "questions": marking_queue(cohort), "here": "marking"}
    return render_page(request, "classes/grading.html", context)


@login_required
@require_POST
def next_answer(request: HttpRequest, cohort_id: int, revision_id: int) -> HttpResponse:
    """Claim the next answer that is free, or the one asked for; the one that is left becomes free again."""
    cohort, user = seen_class(request, cohort_id), cast("SignedInRequest", request).user
    round_, now = _round(request.POST.get("round", "")), timezone.now()
    asked, left = (whole_number(request.POST.get(name, "")) for name in ("answer", "leave"))
    if asked is not None:
        found = _marking(request, cohort, revision_id, asked)
        try:
            claim(found.response.pk, found.round, marker=user, now=now)
        except AnswerClaimed as refusal:
            messages.warning(request, str(refusal))
        return redirect(_address(cohort, revision_id, asked, round_))
    if left is not None:
        release(left, round_, marker=user)
    places = places_of(cohort, revision_id, round_=round_, marker=user)
    if not places:
        raise Http404
    found_next = claim_first(turn_of(places, cohort, marker=user, after=left), round_, marker=user, now=now)
    if found_next is None:
        messages.info(request, _("No other answer to this question is free to grade."))
        return redirect("classes:grading", cohort.pk)
    return redirect(_address(cohort, revision_id, found_next, round_))


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def mark(request: HttpRequest, cohort_id: int, revision_id: int) -> HttpResponse:
    """Show one answer without its name beside the rubric, or keep the levels chosen until they are posted."""
    cohort = seen_class(request, cohort_id)
    asked = whole_number(request.GET.get("answer", ""))
    if asked is None and request.method == "GET":
        asked = _first(request, cohort, revision_id)
    if asked is None:
        raise Http404
    marking = _marking(request, cohort, revision_id, asked)
    form = MarkForm(_spec(marking), human=marking.human, data=request.POST or None)
    if request.method != "POST":
        return _page(request, cohort, marking, form)
    if {"insert", "keep", "forget"} & set(request.POST):
        return _with_comments(request, cohort, marking)
    if not form.is_valid():
        return _page(request, cohort, marking, form, status=422)
    given = GradeGiven(form.levels(), form.cleaned_data["comment"])
    try:
        _hold(request, marking, given, form)
    except QuizError as refusal:
        again = _marking(request, cohort, revision_id, asked)
        return _refused(request, cohort, again, refusal)
    return _go_on(request, cohort, marking)


def _first(request: HttpRequest, cohort: Cohort, revision_id: int) -> int | None:
    """Return the answer a marker would be given next, to look at; nothing is claimed. Else the first there is."""
    user, round_ = cast("SignedInRequest", request).user, _round(request.GET.get("round", ""))
    places = places_of(cohort, revision_id, round_=round_, marker=user)
    return next(iter([*turn_of(places, cohort, marker=user), *(place.pk for place in places)]), None)


def _hold(request: HttpRequest, marking: Marking, given: GradeGiven, form: MarkForm) -> None:
    user, seen = cast("SignedInRequest", request).user, form.cleaned_data["seen"]
    hold_mark(response=marking.response, round_=marking.round, given=given, marker=user, now=timezone.now(), seen=seen)


@login_required
@require_POST
def names(request: HttpRequest, cohort_id: int, revision_id: int) -> HttpResponse:
    """Show whose answer it is, this once; the look-up is in the audit."""
    cohort, user = seen_class(request, cohort_id), cast("SignedInRequest", request).user
    asked = whole_number(request.GET.get("answer", ""))
    if asked is None:
        raise Http404
    marking = _marking(request, cohort, revision_id, asked)
    name = show_names(cohort=cohort, response=marking.response, actor=user, now=timezone.now())
    form = MarkForm.unchecked(_spec(marking), human=marking.human, posted=request.POST)
    return _page(request, cohort, marking, form, name=name)


def _marking(request: HttpRequest, cohort: Cohort, revision_id: int, answer: int) -> Marking:
    """Return an answer of the class as its reader may see it. Raises Http404."""
    user, data = cast("SignedInRequest", request).user, request.GET if "round" in request.GET else request.POST
    round_ = _round(data.get("round", ""))
    found = marking_of(cohort, revision_id, answer, round_=round_, marker=user)
    if found is None:
        raise Http404
    return found


def _round(asked: str) -> Round:
    return Round.SECOND if asked == Round.SECOND else Round.FIRST


def _address(cohort: Cohort, revision_id: int, answer: int, round_: Round) -> str:
    second = "&round=second" if round_ == Round.SECOND else ""
    return f"{reverse('classes:grade', args=[cohort.pk, revision_id])}?answer={answer}{second}"


def _go_on(request: HttpRequest, cohort: Cohort, marking: Marking) -> HttpResponse:
    """Claim the next answer and lead there; to the list of questions where none is left."""
    user, revision_id = cast("SignedInRequest", request).user, marking.response.revision_id
    done = marking.response.pk
    places = places_of(cohort, revision_id, round_=marking.round, marker=user)
    turn = turn_of(places, cohort, marker=user, after=done)
    following = claim_first(turn, marking.round, marker=user, now=timezone.now())
    if following is None:
        is_all = not any(place.state == "waits" for place in places)
        words = _("Saved. Every answer to this question is graded.") if is_all else _("Saved. No other answer is free.")
        messages.success(request, words)
        return redirect("classes:grading", cohort.pk)
    messages.success(request, _("Saved. Here is the next answer."))
    return redirect(_address(cohort, revision_id, following, marking.round))


def _refused(request: HttpRequest, cohort: Cohort, marking: Marking, refusal: QuizError) -> HttpResponse:
    """Show the marker's own choice again, now beside the mark that stands."""
    posted = request.POST.copy()
    if isinstance(refusal, MarkedMeanwhile) and marking.human is not None:
        posted["mark-seen"] = marking.human.marked_at.isoformat()
    form = MarkForm(_spec(marking), human=marking.human, data=posted)
    form.full_clean()
    form.add_error(None, str(refusal))
    return _page(request, cohort, marking, form, status=409)


def _with_comments(request: HttpRequest, cohort: Cohort, marking: Marking) -> HttpResponse:
    """Insert, keep or delete a saved comment; what was chosen and written stays, and nothing is graded."""
    user, posted = cast("SignedInRequest", request).user, request.POST.copy()
    item, text = marking.response.revision.item, posted.get("mark-comment", "")
    if (pk := whole_number(posted.get("insert", ""))) is not None:
        saved = next((each.text for each in comments_at(item, owner=user) if each.pk == pk), "")
        posted["mark-comment"] = f"{text.rstrip()} {saved}".strip()
    elif (pk := whole_number(posted.get("forget", ""))) is not None:
        forget_comment(pk, owner=user)
    elif "keep" in posted:
        try:
            keep_comment(item, text, owner=user, is_for_course=posted["keep"] == "course", now=timezone.now())
        except QuizError as refusal:
            messages.error(request, str(refusal))
    form = MarkForm.unchecked(_spec(marking), human=marking.human, posted=posted)
    return _page(request, cohort, marking, form)


def _spec(marking: Marking) -> HumanMarked:
    spec = marking.response.revision.spec
    assert isinstance(spec, HumanMarked)  # noqa: S101 (only such questions are marked by people)
    return spec


def _page(
    request: HttpRequest, cohort: Cohort, marking: Marking, form: MarkForm, *, status: int = 200, name: str = ""
) -> HttpResponse:
    user = cast("SignedInRequest", request).user
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "marking": marking,
        "response": marking.response,
        "revision": marking.response.revision,
        "spec": marking.response.revision.spec,
        "human": marking.human,
        "form": form,
        "comments": comments_at(marking.response.revision.item, owner=user),
        "is_open": marking.current.is_mine or form.is_bound or form.kept,
        "name": name,
        "here": "marking",
    }
    return render_page(request, "classes/grade.html", context, status=status)
