"""Messages of a class: its threads, writing to students, writing to its instructors, and announcements."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from classes.reports.messages import announcements_of, choice_of, chosen, instructors_of, recipients_of
from classes.views.overview import seen_class, teaches
from courses.forms import MessageForm
from courses.http import SignedInRequest, render_page
from courses.models import Cohort, Thread
from courses.reports.inbox import thread_lines
from courses.services.messages import write_to_instructors, write_to_students


@login_required
@require_GET
def threads(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """List the threads of a class, newest first, for its instructors and assistants."""
    cohort = seen_class(request, cohort_id)
    found = thread_lines(Thread.objects.filter(cohort=cohort), page=request.GET.get("page"))
    context = {"cohort": cohort, "course": cohort.course, "found": found, "may_write": teaches(request, cohort)}
    return render_page(request, "classes/messages.html", {**context, "here": "messages"})


@login_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Choose students, see them named, and write to them.

    Whom it is to stands in the address: `to=class`, `to=announcement`, `group=` a number, `student=` numbers. If the
    people behind it have changed since they were named, nothing is sent and they are named again.
    """
    user = cast("SignedInRequest", request).user
    cohort = seen_class(request, cohort_id)
    if not teaches(request, cohort):
        raise Http404
    context = {"cohort": cohort, "course": cohort.course, "here": "messages"}
    to = chosen(cohort, request.GET)
    if to is None:
        choice = choice_of(cohort, request.GET.get("q", ""))
        return render_page(request, "classes/message_to.html", {**context, "choice": choice})
    recipients = recipients_of(cohort, to)
    form = MessageForm(request.POST if request.method == "POST" else None)
    has_changed = request.method == "POST" and request.POST.get("named") != recipients.fingerprint
    if request.method == "POST" and form.is_valid() and not has_changed:
        thread = write_to_students(cohort=cohort, actor=user, to=to, letter=form.letter(), now=timezone.now())
        words = ngettext("Message sent to %(n)d student.", "Message sent to %(n)d students.", recipients.count)
        messages.success(request, words % {"n": recipients.count})
        return redirect("courses:thread", thread.pk)
    context |= {"to": to, "recipients": recipients, "form": form, "has_changed": has_changed}
    return render_page(request, "classes/message.html", context, status=422 if form.errors or has_changed else 200)


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Let a student of the class write to its instructors, who are named first."""
    user = cast("SignedInRequest", request).user
    attended = Cohort.objects.attended_by(user).filter(archived_at=None).select_related("course")
    cohort = get_object_or_404(attended, pk=cohort_id)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        thread = write_to_instructors(cohort=cohort, student=user, letter=form.letter(), now=timezone.now())
        messages.success(request, _("Message sent."))
        return redirect("courses:thread", thread.pk)
    context = {"cohort": cohort, "course": cohort.course, "form": form, "instructors": instructors_of(cohort)}
    return render_page(request, "classes/ask.html", context, status=422 if form.errors else 200)


@login_required
@require_GET
def announcements(request: HttpRequest, cohort_id: int) -> HttpResponse:
    """Show the announcements of a class to the people who are in it."""
    user = cast("SignedInRequest", request).user
    own = Q(pk__in=Cohort.objects.seen_by(user).values("pk")) | Q(pk__in=Cohort.objects.attended_by(user).values("pk"))
    cohort = Cohort.objects.filter(own, pk=cohort_id).select_related("course").first()
    if cohort is None:
        raise Http404
    context = {
        "cohort": cohort,
        "course": cohort.course,
        "found": announcements_of(cohort, page=request.GET.get("page")),
        "may_ask": cohort.archived_at is None and Cohort.objects.attended_by(user).filter(pk=cohort.pk).exists(),
    }
    return render_page(request, "classes/announcements.html", context)
