"""While an instructor views as a student: which pages open, for whom they are made, and that nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control

from classes.services.viewing import VIEWING, end_view, viewing_of
from courses.errors import OnlyViewing
from courses.http import render_page

AS_STUDENT = frozenset(
    {
        "home", "courses:catalogue", "courses:course", "courses:lesson", "courses:timeline", "courses:sources",
        "courses:glossary", "courses:people", "courses:search", "quizzes:quiz", "quizzes:study", "quizzes:result",
    }
)  # fmt: skip
"""Pages made as the student sees them. Every other address is closed while viewing, also those yet to come."""

AS_ONESELF = frozenset({"classes:view-stop", "account_logout"})
"""What the instructor does as themselves meanwhile: stopping, and signing out."""


class ViewAsMiddleware:
    """Makes the pages of the student who is viewed, and refuses everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; keep no page of a student in the browser."""
        response = self.get_response(request)
        if getattr(request, "viewing", None) is not None:
            patch_cache_control(response, no_store=True, private=True)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Decide for whom the page is made, once it is known which page it is."""
        remembered = request.session.get(VIEWING)
        if remembered is None:
            return None
        now, actor = timezone.now(), request.user
        if not actor.is_authenticated:
            del request.session[VIEWING]
            return None
        viewing = viewing_of(remembered, actor=actor, now=now)
        if viewing is None:
            end_view(request.session.pop(VIEWING), actor=actor, now=now, why="over")
            return None
        request.viewing = viewing  # type: ignore[attr-defined]  # the banner reads it
        name = request.resolver_match.view_name if request.resolver_match is not None else ""
        if name == "account_logout" and request.method == "POST":
            end_view(request.session.pop(VIEWING), actor=actor, now=now, why="signed-out")
        if name in AS_ONESELF:
            return None
        if name not in AS_STUDENT or request.method not in ("GET", "HEAD"):
            return _refused(request)
        request.user = viewing.student
        return None


def _refused(request: HttpRequest) -> HttpResponse:
    """Say that this is not possible while viewing: to a program in JSON, to htmx beside the page."""
    said = str(OnlyViewing())
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": said}, status=403)
    response = render_page(request, "refused.html", {"message": said}, partial="message", status=403)
    response["HX-Retarget"] = "#messages"
    response["HX-Reswap"] = "innerHTML"
    return response
