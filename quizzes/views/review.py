"""Spaced review: the front page with its settings, one card at a time, one's own cards, and decks for Anki."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.converters import whole_number
from courses.http import moment_of, reader_of, render_page, viewer_of, writer_of, zone_of
from courses.models import Course
from quizzes.domain.base import InvalidAnswer
from quizzes.domain.certainty import Certainty
from quizzes.domain.spaced_review import Grade
from quizzes.errors import CardGone
from quizzes.forms import AnswerForm, form_for, posted
from quizzes.forms.review import PlanForm
from quizzes.models import ItemRevision, ReviewCard, ReviewEntry
from quizzes.reports.anki import deck_of_cards, deck_of_glossary
from quizzes.reports.figures import load_figures, maps_for
from quizzes.reports.review import (
    done_of,
    front_of,
    grade_buttons,
    order_for,
    own_cards,
    revision_for,
    stems_of,
    term_for,
)
from quizzes.services.review import (
    Given,
    askable,
    gather,
    given_answer,
    plan_of,
    put_aside,
    queue_of,
    review_card,
    save_plan,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PER_PAGE = 50
_SAID = {
    "pause": _("The card is paused. You find it under My cards."),
    "bury": _("The card comes back tomorrow."),
    "known": _("The card is not asked again. You find it under My cards."),
    "resume": _("The card is asked again from the day it is due."),
}


def today_of(request: HttpRequest, now: datetime) -> date:
    """Return the day it is where the reader is."""
    return now.astimezone(ZoneInfo(zone_of(request))).date()


@never_cache
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Show what is due, what was reviewed today, when cards come back, and how to review."""
    return _front(request)


@require_POST
def plan(request: HttpRequest) -> HttpResponse:
    """Keep how the reader wants to review."""
    now, form = timezone.now(), PlanForm(request.POST)
    if not form.is_valid():
        return _front(request, form=form)
    courses = list(Course.objects.visible_to(viewer_of(request)))
    student = _writer(request)
    values = {"daily_cap": form.cleaned_data["daily_cap"], "exam_on": form.cleaned_data["exam_on"]}
    save_plan(student=student, **values, sides=form.sides(courses), today=today_of(request, now), now=now)
    messages.success(request, _("Saved. The dates of your cards follow it."))
    return redirect("quizzes:review")


@never_cache
@require_GET
def following(request: HttpRequest) -> HttpResponse:
    """Show the next card of today, or the front page when there is none left."""
    student, now = reader_of(request).user, moment_of(request)
    queue = queue_of(student, now=now, today=today_of(request, now))
    if student is None or queue.first is None:
        return redirect("quizzes:review")
    return _card_page(request, queue.first, queue=queue)


@require_http_methods(["POST"])
def answer(request: HttpRequest, card_id: int) -> HttpResponse:
    """Check an answer to a card, show a hint, turn a flashcard over, or keep the grade given to it."""
    student, now = _student(request), timezone.now()
    card = get_object_or_404(askable(student, now=now), pk=card_id)
    given = _given_term(request) if card.item_id is None else _given_answer(request, card)
    if isinstance(given, HttpResponse):
        return given
    try:
        entry = review_card(student=student, card_id=card_id, given=given, now=now, today=today_of(request, now))
    except CardGone as refusal:
        messages.info(request, str(refusal))
        return redirect("quizzes:review-next")
    return redirect("quizzes:review-next" if card.item_id is None else "quizzes:review-done", *_done_args(card, entry))


@never_cache
@require_GET
def done(request: HttpRequest, review_id: int) -> HttpResponse:
    """Show how a card was answered, why, and when it comes back."""
    now = timezone.now()
    own = askable(_student(request), now=now).values("pk")
    entries = ReviewEntry.objects.filter(card__in=own, response=None).select_related(
        "card__item__section__lesson__unit", "card__item__course", "card__term__course", "revision__item"
    )
    entry = get_object_or_404(entries, pk=review_id)
    found = done_of(entry)
    if entry.revision is not None:
        load_figures(entry.revision.item.course_id, [entry.revision])
    queue = queue_of(reader_of(request).user, now=now, today=today_of(request, now))
    context = {"done": found, "entry": entry, "card": entry.card, "queue": queue, "course": _course_of(entry.card)}
    if entry.revision is not None:
        spec = entry.revision.spec
        form = form_for(spec, order=entry.order, answer=entry.answer, maps=maps_for(entry.revision, spec))
        context |= {"spec": spec, "revision": entry.revision, "form": form}
    return render_page(request, "quizzes/review/done.html", context)


@require_POST
def aside(request: HttpRequest, card_id: int) -> HttpResponse:
    """Pause a card, put it off until tomorrow, never ask it again, or take one of these back."""
    how = request.POST.get("how", "")
    if how not in _SAID:
        raise Http404
    try:
        today = today_of(request, timezone.now())
        put_aside(student=_student(request), card_id=card_id, how=how, today=today)
    except ReviewCard.DoesNotExist:
        raise Http404 from None
    messages.success(request, _(_SAID[how]))
    return redirect("quizzes:review-cards" if request.POST.get("from") == "cards" else "quizzes:review-next")


@never_cache
@require_GET
def cards(request: HttpRequest) -> HttpResponse:
    """List the reader's cards: due, paused and known."""
    found = Paginator(own_cards(reader_of(request).user), PER_PAGE).get_page(request.GET.get("page"))
    today = today_of(request, timezone.now())
    context = {"found": found, "today": today, "stems": stems_of(found)}
    return render_page(request, "quizzes/review/cards.html", context)


@require_GET
def anki(request: HttpRequest) -> HttpResponse:
    """Give the reader's own cards as a deck for Anki."""
    return _package(deck_of_cards(reader_of(request).user, now=timezone.now()), "tumen-review")


@require_GET
def glossary_anki(request: HttpRequest, course_key: str) -> HttpResponse:
    """Give the glossary of a course as a deck for Anki."""
    course = get_object_or_404(Course.objects.visible_to(viewer_of(request)), key=course_key)
    return _package(deck_of_glossary(course), f"{course.key}-glossary")


def _front(request: HttpRequest, *, form: PlanForm | None = None) -> HttpResponse:
    student, now = reader_of(request).user, timezone.now()
    if student is not None and form is None:
        gather(student, now=now)
    today = today_of(request, now)
    courses = Course.objects.visible_to(viewer_of(request)).values("pk")
    queue = queue_of(student, now=now, today=today)
    own = plan_of(student) if student is not None else None
    initial = {"daily_cap": own.daily_cap if own else queue.cap, "exam_on": own.exam_on if own else None}
    context = {
        "front": front_of(student, queue, now=now, today=today, courses=courses),
        "form": form or PlanForm(initial=initial),
        "sides": own.sides if own else {},
        "today": today,
        "is_guest": reader_of(request).is_guest,
    }
    return render_page(request, "quizzes/review/front.html", context, status=422 if form else 200)


def _card_page(request: HttpRequest, card: ReviewCard, *, status: int = 200, **shown: Any) -> HttpResponse:
    """Show one card; `shown` are a form that could not be read, hints, or whether a flashcard is turned over."""
    now = timezone.now()
    today = today_of(request, now)
    context: dict[str, Any] = {
        "card": card,
        "client_key": uuid.uuid4(),
        **shown,
    }
    if "queue" not in context:
        context["queue"] = queue_of(reader_of(request).user, now=now, today=today)
    if card.item_id is None:
        words = [_("No"), _("Hardly"), _("Yes"), _("At once")]
        side = term_for(card)
        context |= {"side": side, "course": side.term.course}
        context["grades"] = grade_buttons(card, words, now=now, today=today)
        return render_page(request, "quizzes/review/term.html", context, status=status)
    revision = shown.get("revision") or revision_for(card)
    load_figures(revision.item.course_id, [revision])
    spec = revision.spec
    form = shown.get("form") or form_for(spec, order=order_for(card, spec))
    form.maps = maps_for(revision, spec)
    hints = shown.get("hints", 0)
    context |= {
        "revision": revision,
        "spec": spec,
        "form": form,
        "course": revision.item.course,
        "hints": hints,
        "hints_shown": spec.hints[:hints],
        "has_hint": hints < len(spec.hints),
    }
    return render_page(request, "quizzes/review/card.html", context, status=status)


def _given_term(request: HttpRequest) -> Given:
    """Return the grade a reader gave a flashcard."""
    grade = whole_number(request.POST.get("grade", ""), most=max(Grade))
    if not grade:
        raise Http404
    return Given(Grade(grade), _key(request))


def _given_answer(request: HttpRequest, card: ReviewCard) -> Given | HttpResponse:
    """Return the answer to a question, or the page again: with a hint, or with what cannot be read."""
    revision = _revision(request, card)
    spec, order = revision.spec, order_for(card, revision.spec)
    hints = whole_number(request.POST.get("hints", ""), most=len(spec.hints)) or 0
    sure = whole_number(request.POST.get("sure", ""), most=max(Certainty))
    raw = posted(request.POST, "answer")
    told: dict[str, Any] = {"client_key": _key(request), "hints": hints}
    if sure == 0:
        return given_answer(revision, order, None, **told)
    form: AnswerForm = form_for(spec, order=order)
    try:
        found = spec.clean(spec.from_paper(raw, order))
    except InvalidAnswer as error:
        form.tell(raw, error)
        return _card_page(request, card, status=422, form=form, revision=revision, hints=hints)
    if "hint" in request.POST:
        form = form_for(spec, order=order, answer=found)
        return _card_page(request, card, form=form, revision=revision, hints=min(hints + 1, len(spec.hints)))
    if found is None:
        return _card_page(request, card, status=422, revision=revision, hints=hints, is_blank=True)
    return given_answer(revision, order, found, confidence=sure, **told)


def _revision(request: HttpRequest, card: ReviewCard) -> ItemRevision:
    """Return the words the form was made for: published ones of this question, or else the newest."""
    named = whole_number(request.POST.get("revision", ""))
    taught = ["item__section__lesson__unit", "item__course", "item__quiz"]
    found = ItemRevision.objects.published().filter(item=card.item_id, pk=named or 0).select_related(*taught).first()
    return found or revision_for(card)


def _key(request: HttpRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("client_key", ""))
    except ValueError:
        return uuid.uuid4()


def _done_args(card: ReviewCard, entry: ReviewEntry) -> tuple[int, ...]:
    return () if card.item_id is None else (entry.pk,)


def _course_of(card: ReviewCard) -> Course:
    course = card.item.course if card.item is not None else card.term.course if card.term is not None else None
    assert course is not None  # noqa: S101 (a card is of the one or the other)
    return course


def _student(request: HttpRequest) -> User:
    student = reader_of(request).user
    if student is None:
        raise Http404
    return student


def _writer(request: HttpRequest) -> User:
    user = writer_of(request).user
    assert user is not None  # noqa: S101 (a writer always has a user)
    return user


def _package(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{name}.apkg"'
    return response
