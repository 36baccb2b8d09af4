"""What is answered when nothing else could answer: pages for people, JSON for programs."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

API = "/api/"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 413 to a body that is too large (Django would say 400), else 400."""
    is_too_large = isinstance(exception, RequestDataTooBig)
    if request.path.startswith(API):
        words = _("The body is too large. Nothing was saved.") if is_too_large else _("This request can’t be read.")
        return JsonResponse({"detail": words}, status=413 if is_too_large else 400)
    return render(request, "413.html", status=413) if is_too_large else defaults.bad_request(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404."""
    if request.path.startswith(API):
        return JsonResponse({"detail": _("There is nothing at this address.")}, status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500."""
    if request.path.startswith(API):
        words = _("The fault is ours, and it has been noted. Nothing of this request was saved; try again later.")
        return JsonResponse({"detail": words}, status=500)
    return defaults.server_error(request)
