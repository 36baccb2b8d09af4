"""One's own inbox: messages and notices, a thread with its reply form, and whether copies come by email."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses import conf
from courses.forms import ReplyForm
from courses.http import SignedInRequest, render_page
from courses.models import Cohort, InboxEntry, MailMute, Thread
from courses.reports.inbox import SHOWN, Show, inbox_lines, messages_of, reached_by, thread_lines
from courses.services.mailing import confirmed_address, mute_mail, unmute_mail, user_of_token
from courses.services.messages import reply
from courses.services.notices import mark_read


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """List what reached the user, newest first."""
    user = cast("SignedInRequest", request).user
    asked = request.GET.get("show", "")
    show = Show(asked) if asked in set(Show) else Show.ALL
    mail = conf.mail_is_sent()
    context = {
        "found": inbox_lines(user, show=show, page=request.GET.get("page")),
        "show": show,
        "shown": SHOWN.items(),
        "mail": mail,
        "address": confirmed_address(user) if mail else "",
        "is_muted": mail and MailMute.objects.filter(user=user).exists(),
    }
    return render_page(request, "courses/inbox.html", context)


@login_required
@require_GET
def opened(request: HttpRequest, entry_id: int) -> HttpResponse:
    """Lead to what a notice is about; it is read then."""
    user = cast("SignedInRequest", request).user
    entry = get_object_or_404(InboxEntry.objects.of(user), pk=entry_id)
    mark_read(user=user, now=timezone.now(), pk=entry.pk)
    return redirect(entry.link or "courses:inbox")


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark all as read."""
    mark_read(user=cast("SignedInRequest", request).user, now=timezone.now())
    messages.success(request, _("Everything is marked as read."))
    return redirect("courses:inbox")


@login_required
@require_POST
def mail(request: HttpRequest) -> HttpResponse:
    """Turn copies by email off or on."""
    user = cast("SignedInRequest", request).user
    if request.POST.get("mail") == "on":
        unmute_mail(user=user)
        messages.success(request, _("Copies by email are on."))
    else:
        mute_mail(user=user, now=timezone.now())
        messages.success(request, _("Copies by email are off. Everything still comes to this inbox."))
    return redirect("courses:inbox")


@csrf_exempt
@require_http_methods(["GET", "POST"])
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """Turn copies off by the link in one of them, without signing in.

    The signed link is the authority, so mail programs may post to it (RFC 8058). A GET alone changes nothing: programs
    that check links in mail open them all.
    """
    user = user_of_token(token)
    if user is None:
        raise Http404
    is_done = request.method == "POST"
    if is_done:
        mute_mail(user=user, now=timezone.now())
    return render_page(request, "courses/mail_off.html", {"is_done": is_done, "token": token})


@login_required
@require_http_methods(["GET", "POST"])
def thread(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Show the messages of a thread, which are read then, and write in it."""
    user, now = cast("SignedInRequest", request).user, timezone.now()
    seen = Thread.objects.seen_by(user).select_related("cohort", "student__name_order", "about", "group")
    found = get_object_or_404(seen, pk=thread_id)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        own = reply(thread=found, author=user, letter=form.letter(), now=now)
        messages.success(request, _("Message sent."))
        return redirect("courses:thread", own.pk)
    mark_read(user=user, now=now, thread=found)
    sees_class = Cohort.objects.seen_by(user).filter(pk=found.cohort_id).exists()
    replies = Thread.objects.filter(about=found) if sees_class else Thread.objects.filter(about=found, student=user)
    context = {
        "thread": found,
        "sent": messages_of(found),
        "reached": reached_by(found) if sees_class and found.student_id is None else None,
        "replies": thread_lines(replies, page=request.GET.get("page")),
        "form": form,
        "may_reply": Thread.objects.may_reply(user).filter(pk=found.pk).exists(),
        "sees_class": sees_class,
    }
    return render_page(request, "courses/thread.html", context, status=422 if form.errors else 200)
