"""What every request passes: limits of the account pages, browsers that are remembered, answers that are not kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject

from courses.accounts.sessions import person_of
from courses.errors import TooManyTries
from courses.http import client_address, marks_cookie, too_many, visitor_of
from courses.services.accounts import marks_with, take_all
from courses.services.limits import EMAIL_CHANGE, PASSWORD_CHANGE, PASSWORD_LINK, SIGN_UP, SIGN_UP_DAY, Limit

YEAR = 60 * 60 * 24 * 365

LIMITED: dict[str, Sequence[Limit]] = {
    "account_signup": (SIGN_UP, SIGN_UP_DAY),
    "account_email": (EMAIL_CHANGE,),
    "account_change_password": (PASSWORD_CHANGE,),
    "account_set_password": (PASSWORD_CHANGE,),
    "admin:password_change": (PASSWORD_CHANGE,),
    "account_reset_password_from_key": (PASSWORD_LINK,),
}
"""Pages of allauth and the admin by name, and what each sending counts towards: the person's, else the address's.

Passwords, codes and requests for mail are counted where they are checked (`adapter.py`, `forms.py`).
"""

PUBLIC = frozenset(
    {
        "home", "courses:catalogue", "courses:course", "courses:lesson", "courses:timeline", "courses:sources",
        "courses:glossary", "courses:people", "courses:search", "courses:print", "courses:take-away",
        "courses:take-away-file", "api-schema", "api-docs",
    }
)  # fmt: skip
"""Pages to read, which browsers may keep. Every other answer may be about a person, also those of pages yet to come."""


class PersonMiddleware(AuthenticationMiddleware):
    """Django's own, but that the person comes with the session, in one query."""

    def process_request(self, request: HttpRequest) -> None:
        """Tell the request who has signed in, once somebody asks."""
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: person_of(request))  # type: ignore[assignment]  # as Django does


class LimitMiddleware:
    """Refuses what is sent too often to a page we do not write ourselves."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Count what is sent to a limited page; answer 429 when the limit is used up."""
        limits = LIMITED.get(_route(request), ())
        if request.method != "POST" or not limits:
            return None
        whose = f"user:{request.user.pk}" if request.user.is_authenticated else client_address(request)
        try:
            take_all([(limit, whose) for limit in limits], now=timezone.now())
        except TooManyTries as refusal:
            return too_many(request, refusal)
        return None


class KnownBrowserMiddleware:
    """Marks the browser of a person who is signed in, so that a guesser elsewhere cannot lock them out of this one.

    A signed-in person's POSTs are enough: signing in is one, and so is a change of the password, which ends the mark
    before it. A program with a token is no browser and gets no mark.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; then set the cookie where it lacks this person's mark."""
        response = self.get_response(request)
        user = request.user
        if request.method != "POST" or not user.is_authenticated or SESSION_KEY not in request.session:
            return response
        marks = visitor_of(request).marks
        updated = marks_with(user, marks)
        if list(marks) != updated:
            response.set_cookie(
                marks_cookie(), "|".join(updated), max_age=YEAR, httponly=True, samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
        return response


class NotKeptMiddleware:
    """Tells browsers and proxies to keep no answer that may be about a person: on a shared computer the back button
    must show nothing of the person before.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; mark the answer unless its page is one to read."""
        response = self.get_response(request)
        if request.resolver_match is not None and _route(request) not in PUBLIC:
            patch_cache_control(response, no_store=True, private=True)
        return response


def _route(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match is not None else ""
