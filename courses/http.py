"""The small things every page needs: who is reading, and whether to answer with a page or a part of one."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from courses.models import Guest

if TYPE_CHECKING:
    from django.contrib.auth.models import User

GUEST_KEY = "guest"


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


def render_page(
    request: HttpRequest, template: str, context: Mapping[str, Any], *, partial: str = "", status: int = 200
) -> HttpResponse:
    """Render the whole page, or only its named partial when htmx asks for part of one."""
    name = f"{template}#{partial}" if partial and wants_part(request) else template
    response = render(request, name, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def wants_part(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true"
