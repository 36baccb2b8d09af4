"""Refusals become answers in one place."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from courses.errors import CourseError, TooManyTries
from courses.http import render_page, too_many
from quizzes.errors import AccountNeeded, QuizError


class RefusalMiddleware:
    """Turns what a service refuses into a page that says so: 409, 403 without an account, 429 at a limit."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal; leave anything else to be the bug it is."""
        if isinstance(exception, TooManyTries):
            return too_many(request, exception)
        if not isinstance(exception, QuizError | CourseError):
            return None
        status = 403 if isinstance(exception, AccountNeeded) else 409
        context = {"message": str(exception), "needs_account": isinstance(exception, AccountNeeded)}
        response = render_page(request, "refused.html", context, partial="message", status=status)
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML"
        return response
