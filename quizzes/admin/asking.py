"""Changes in the admin that would shorten attempts under way: shown first, with whose they are, and asked about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.admin.base import ModelAdmin, staff_of
from quizzes.models import Attempt
from quizzes.services.clock import Refreshed, Shortening, Shorter, WouldShorten

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_ASKED = ("csrfmiddlewaretoken", "shorter", "seen")
"""Fields of the question itself, which are not asked again."""


class AsksBeforeShortening(ModelAdmin):
    """A change that would shorten attempts under way is undone, and made once the person has seen whose they are."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save, or ask first."""
        view = super().changeform_view
        return self._asking(request, lambda: view(request, object_id, form_url, extra_context))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete, or ask first."""
        view = super().delete_view
        return self._asking(request, lambda: view(request, object_id, extra_context))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Delete the rows chosen, or ask first."""
        view = super().changelist_view
        return self._asking(request, lambda: view(request, extra_context))

    def refresh(self, request: HttpRequest, change: Callable[[Shorter], Refreshed]) -> None:
        """Move the deadlines of open attempts; where some would be shortened, as the person has decided.

        Raises WouldShorten before they have, and when other attempts are concerned than those they saw.
        """
        chosen = request.POST.get("shorter")
        try:
            with transaction.atomic():
                done = change(Shorter.ASK)
        except WouldShorten as found:
            is_seen = request.POST.get("seen") == _seen(found.shortenings)
            if chosen == Shorter.KEEP or (chosen == Shorter.SHORTEN and is_seen):
                done = change(Shorter(chosen))
            else:
                raise
        self._tell(request, done)

    def _asking(self, request: HttpRequest, view: Callable[[], HttpResponse]) -> HttpResponse:
        if request.method != "POST":
            return view()
        try:
            with transaction.atomic():
                return view()
        except WouldShorten as found:
            return self._ask(request, found.shortenings)

    def _ask(self, request: HttpRequest, shortenings: Sequence[Shortening]) -> HttpResponse:
        shown = _visible(shortenings, staff_of(request))
        fields = [(name, value) for name, values in request.POST.lists() if name not in _ASKED for value in values]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Attempts in progress would be shortened"),
            "opts": self.opts,
            "shortenings": shown,
            "others": len(shortenings) - len(shown),
            "fields": fields,
            "seen": _seen(shortenings),
        }
        return TemplateResponse(request, "admin/shorten.html", context)

    def _tell(self, request: HttpRequest, done: Refreshed) -> None:
        for count, words in (
            (
                done.extended,
                ngettext(
                    "%(n)d open attempt has more time now.", "%(n)d open attempts have more time now.", done.extended
                ),
            ),
            (
                done.shortened,
                ngettext("%(n)d open attempt was shortened.", "%(n)d open attempts were shortened.", done.shortened),
            ),
            (
                done.kept,
                ngettext(
                    "%(n)d open attempt keeps the time it has.",
                    "%(n)d open attempts keep the time they have.",
                    done.kept,
                ),
            ),
        ):
            if count:
                self.message_user(request, words % {"n": count})


def _visible(shortenings: Sequence[Shortening], user: User) -> list[Shortening]:
    """Return those of students whose names the person may see, with the quiz as the change would make it."""
    attempts = Attempt.objects.filter(pk__in=[each.attempt.pk for each in shortenings])
    seen = attempts if user.is_superuser else attempts.taught_by(user)
    rows = {attempt.pk: attempt for attempt in seen.select_related("student__name_order")}
    found = []
    for each in shortenings:
        if each.attempt.pk in rows:
            attempt = rows[each.attempt.pk]
            attempt.quiz = each.attempt.quiz
            found.append(replace(each, attempt=attempt))
    return sorted(found, key=_by_end)


def _by_end(each: Shortening) -> tuple[datetime, str]:
    return (each.after, each.attempt.student.get_username())


def _seen(shortenings: Sequence[Shortening]) -> str:
    """Return a mark of what is shown, so that a confirmation counts for nothing else."""
    lines = sorted(f"{each.attempt.pk} {'now' if each.is_at_once else each.after.isoformat()}" for each in shortenings)
    return sha256("\n".join(lines).encode()).hexdigest()
