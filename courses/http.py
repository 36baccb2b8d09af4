"""The small things every page needs: who is reading, and whether to answer with a page or a part of one."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.http import quote_etag

from courses import conf
from courses.errors import TooManyTries
from courses.models import Guest
from courses.rendering.moments import is_zone
from courses.services.accounts import Visitor

if TYPE_CHECKING:
    from django.contrib.auth.models import User

GUEST_KEY = "guest"
ZONE_COOKIE = "zone"


class SignedInRequest(HttpRequest):
    """A request whose user has signed in; `login_required` has seen to it."""

    user: User


@dataclass(frozen=True)
class Reader:
    """Who is reading: a user, a guest (a user row without an account), or nobody we have met."""

    user: User | None
    is_guest: bool


def reader_of(request: HttpRequest) -> Reader:
    """Return who is reading, making nothing."""
    if request.user.is_authenticated:
        return Reader(request.user, is_guest=False)
    return Reader(guest_of(request), is_guest=True)


def guest_of(request: HttpRequest) -> User | None:
    """Return the user row that stands for a reader without an account, if this browser has one."""
    pk = request.session.get(GUEST_KEY)
    if pk is None:
        return None
    return get_user_model().objects.filter(pk=pk, guest__isnull=False).first()


def writer_of(request: HttpRequest) -> Reader:
    """Return who is reading, making a guest of a reader we have not met: they are about to leave work worth keeping."""
    reader = reader_of(request)
    if reader.user is not None:
        return reader
    with transaction.atomic():
        user = get_user_model().objects.create(username=f"guest-{uuid.uuid4()}", is_active=False)
        user.set_unusable_password()
        user.save(update_fields=["password"])
        Guest.objects.create(user=user)
    request.session[GUEST_KEY] = user.pk
    return Reader(user, is_guest=True)


def viewer_of(request: HttpRequest) -> User | AnonymousUser:
    """Return the signed-in user or nobody, for access rules."""
    return request.user


def moment_of(request: HttpRequest) -> datetime:
    """Return the moment a page is about: now, but for a preview as on another day."""
    moment: datetime | None = getattr(request, "moment", None)
    return moment or timezone.now()


def zone_of(request: HttpRequest, default: str = "UTC") -> str:
    """Return the time zone of the browser, which it has told in a cookie (`zone.js`); another where it has not."""
    told = request.COOKIES.get(ZONE_COOKIE, "").replace("%2F", "/")
    return told if is_zone(told) else default


def render_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, partial: str = "", status: int = 200
) -> HttpResponse:
    """Render the whole page, or only its named partial when htmx asks for part of one."""
    name = f"{template}#{partial}" if partial and wants_part(request) else template
    response = render(request, name, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def once_for_guests(request: HttpRequest, name: str, page: Callable[[], HttpResponse]) -> HttpResponse:
    """Answer a guest without a session 304 where the browser holds the page already; else make it.

    `name` changes with all that the page is made of. What forms on the page hold is bound to the browser's cookie
    against forgery, so the page is the same only as long as that is.
    """
    keeps = {settings.SESSION_COOKIE_NAME, "messages"}
    if settings.DEBUG or request.user.is_authenticated or keeps & request.COOKIES.keys() or wants_part(request):
        return page()
    same = get_conditional_response(request, etag=_etag(request, name)) if "CSRF_COOKIE" in request.META else None
    if same is not None:
        return same
    response = page()
    response["ETag"] = _etag(request, name)
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _etag(request: HttpRequest, name: str) -> str:
    return quote_etag(hashlib.sha256(f"{name}\n{request.META.get('CSRF_COOKIE', '')}".encode()).hexdigest())


def outside_address(request: HttpRequest, path: str) -> str:
    """Return the address of a page as others reach it, to be printed or read by a phone's camera.

    A person who opens the site on the machine that serves it sees it at an address that leads every machine to itself:
    there the site's own (SITE_URL) takes its place, where it is set.
    """
    address, site = request.build_absolute_uri(path), urlsplit(str(getattr(settings, "SITE_URL", "")))
    parts = urlsplit(address)
    if is_own_machine(address) and site.netloc:
        return urlunsplit((site.scheme, site.netloc, parts.path, parts.query, ""))
    return address


def is_own_machine(address: str) -> bool:
    """Say whether an address leads each machine to itself."""
    return urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")


def wants_part(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"


def client_address(request: HttpRequest) -> str:
    """Return the address a request comes from, as the outermost of our own proxies saw it.

    Each proxy appends the address it saw to X-Forwarded-For, so with TRUSTED_PROXIES=n the n-th from the right is true
    and all before it is what the client claims. An IPv6 client has a network to itself and counts by that (/64).
    """
    seen = [each.strip() for each in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")]
    count = conf.trusted_proxies()
    direct: str = request.META.get("REMOTE_ADDR", "")
    claimed = seen[-count] if 0 < count <= len(seen) else direct
    try:
        address = ip_address(_without_port(claimed))
    except ValueError:
        return direct
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, 64), strict=False))
    return str(address)


def _without_port(text: str) -> str:
    """Return an address without the port that some proxies add: "192.0.2.1:5000", "[2001:db8::1]:5000"."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


def marks_cookie() -> str:
    """Return the name of the cookie that holds a browser's marks; under TLS one that no other host can set."""
    return "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"


def visitor_of(request: HttpRequest) -> Visitor:
    """Return who is asking: the address, and the marks of earlier sign-ins in this browser."""
    marks = request.COOKIES.get(marks_cookie(), "")
    return Visitor(client_address(request), tuple(marks.split("|")) if marks else ())


def too_many(request: HttpRequest, refusal: TooManyTries) -> HttpResponse:
    """Answer 429: what was tried too often, when to try again, and other ways in where there are some."""
    context = {"message": str(refusal), "ways_in": refusal.ways_in}
    response = render_page(request, "429.html", context, partial="message", status=429)
    response["Retry-After"] = str(refusal.seconds)
    response["HX-Retarget"] = "#messages"
    response["HX-Reswap"] = "innerHTML"
    return response
