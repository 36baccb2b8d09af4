"""Withdrawing a course that classes take: asked about first, with the classes and the attempts in progress."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from courses.admin.base import ModelAdmin
from courses.models import Course
from courses.services.showing import withdraws

_ASKED = ("csrfmiddlewaretoken", "withdraw")
"""Fields of the question itself, which are not asked again."""


class WouldWithdraw(Exception):
    """Classes take the course that would be withdrawn."""

    def __init__(self, course: Course) -> None:
        super().__init__()
        self.course = course


class AsksBeforeWithdrawing(ModelAdmin):
    """A course that classes take is withdrawn once the person has seen which classes these are."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save, or ask first."""
        try:
            with transaction.atomic():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except WouldWithdraw as found:
            return self._ask_about(request, found.course)

    def ask_before_withdrawing(self, request: HttpRequest, course: Course, chosen: Mapping[str, bool]) -> None:
        """Raise WouldWithdraw where classes take the course and the person was not asked yet."""
        if withdraws(chosen) and "withdraw" not in request.POST and course.cohorts.running().exists():
            raise WouldWithdraw(course)

    def _ask_about(self, request: HttpRequest, course: Course) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Classes take this course"),
            "opts": self.opts,
            "course": course,
            "classes": course.cohorts.running().order_by("name"),
            "fields": [
                (name, value) for name, values in request.POST.lists() if name not in _ASKED for value in values
            ],
        }
        return TemplateResponse(request, "admin/courses/course/withdraw.html", context).render()
