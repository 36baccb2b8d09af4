"""Signing in: which accounts a name may mean, and which browsers have signed in to an account before."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from courses.services.limits import (
    PASSWORD,
    PASSWORD_ADDRESS,
    PASSWORD_KNOWN,
    SECOND_FACTOR,
    Limit,
    Taken,
    give_back,
    take,
)

if TYPE_CHECKING:
    from django.contrib.auth.models import User

REMEMBERED = 20
"""How many accounts a browser is remembered for: enough for a shared computer, small enough for a cookie."""


@dataclass(frozen=True)
class Visitor:
    """Who is asking: the address a request comes from, and the marks its browser was given by earlier sign-ins."""

    address: str
    marks: Sequence[str] = ()


def accounts_named(*names: str) -> QuerySet[User]:
    """Return the accounts whose whole user name or email address is one of the names, in any case. Guests have none."""
    matching = Q(pk=None)
    for name in names:
        mails = EmailAddress.objects.filter(email__iexact=name).values("user")
        matching |= Q(username__iexact=name) | Q(email__iexact=name) | Q(pk__in=mails)
    return get_user_model().objects.filter(matching, guest__isnull=True)


def password_stamp(password: str, *, secret: str | bytes | None = None) -> str:
    """Return what changes whenever a stored password does, and gives nothing of it away."""
    return salted_hmac("courses.password-stamp", password, secret=secret, algorithm="sha256").hexdigest()


def is_stamp_of(user: User, stamp: str) -> bool:
    """Say whether a stamp was made from the password the user has now, also under an earlier SECRET_KEY."""
    secrets_now = (None, *settings.SECRET_KEY_FALLBACKS)
    return any(constant_time_compare(stamp, password_stamp(user.password, secret=each)) for each in secrets_now)


def take_password_tries(names: Sequence[str], visitor: Visitor, *, now: datetime) -> list[Taken]:
    """Count a password about to be tried for the accounts that the names may mean. Raises TooManyTries.

    A browser that has signed in to the account counts by itself alone, so that no one else can use up its tries.
    All others share the tries of the account, from any address, and those of their own address. A name without an
    account is counted as well, so that the refusal does not tell which names have one. Give the tries back
    when the password was right.
    """
    wanted: list[tuple[Limit, str]] = []
    for user in accounts_named(*names):
        device = _device_known_to(user, visitor.marks)
        wanted.append((PASSWORD_KNOWN if device else PASSWORD, _whose(user, device)))
    if not wanted:
        wanted.append((PASSWORD, f"name:{''.join(names[:1]).strip().casefold()}"))
    if any(limit is PASSWORD for limit, _whose_it_is in wanted):
        wanted.append((PASSWORD_ADDRESS, visitor.address))
    return take_all(wanted, now=now)


def take_code_try(user: User, visitor: Visitor, *, now: datetime) -> Taken:
    """Count a code of the second factor about to be tried. Raises TooManyTries."""
    return take(SECOND_FACTOR, _whose(user, _device_known_to(user, visitor.marks)), now=now)


def take_all(wanted: Sequence[tuple[Limit, str]], *, now: datetime) -> list[Taken]:
    """Count a try of several limits, or of none: what was counted is given back when one is used up."""
    taken: list[Taken] = []
    try:
        for limit, whose in wanted:
            taken.append(take(limit, whose, now=now))
    except BaseException:
        for each in taken:
            give_back(each)
        raise
    return taken


def has_second_factor(user: User) -> bool:
    """Say whether the account signs in with a second factor as well."""
    return second_factors().filter(user=user.pk).exists()


def second_factors() -> QuerySet[Authenticator]:
    """Return what counts as a second factor; recovery codes only stand in for one."""
    found: QuerySet[Authenticator] = Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES)
    return found


def marks_with(user: User, marks: Sequence[str]) -> list[str]:
    """Return a browser's marks with one for the user, newest first; the marks themselves when it has one already."""
    if _device_known_to(user, marks):
        return list(marks)
    device = secrets.token_urlsafe(9)
    return [f"{device}.{_proof(user, device)}", *marks][:REMEMBERED]


def _whose(user: User, device: str) -> str:
    """Name an account for its counts. A new password starts a new count: a person just given one gets in."""
    return f"{user.pk}:{password_stamp(user.password)}:{device}"


def _device_known_to(user: User, marks: Sequence[str]) -> str:
    """Return the name of the device whose mark proves a sign-in to the account with its present password, or ""."""
    for mark in marks[:REMEMBERED]:
        device, _dot, proof = mark.partition(".")
        if device and constant_time_compare(proof, _proof(user, device)):
            return device
    return ""


def _proof(user: User, device: str) -> str:
    """Bind a device to an account and its password without naming either."""
    bound = f"{user.pk}:{user.password}:{device}"
    return salted_hmac("courses.known-browser", bound, algorithm="sha256").hexdigest()[:32]
