"""Tokens that let a person's own programs use the API."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef

from courses.models import ApiToken
from courses.services.accounts import has_second_factor, is_stamp_of, password_stamp, second_factors

if TYPE_CHECKING:
    from django.contrib.auth.models import User

PREFIX = "tumen_"
"""Tells people, and programs that look for leaked secrets, what they have found."""
USE_NOTED_EVERY = timedelta(hours=1)
KEPT_WHEN_EXPIRED = timedelta(days=30)
LIFETIMES = (30, 90, 365)
"""How many days a token may last."""


def digest_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def make_token(*, user: User, name: str, days: int, now: datetime) -> tuple[ApiToken, str]:
    """Make a token; return its row, and the token itself, which cannot be read again.

    The caller has checked the password and, where the account has one, the second factor.
    """
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest_of(token),
        password_stamp=password_stamp(user.password),
        has_second_factor=has_second_factor(user),
        expires_at=now + timedelta(days=days),
    )
    return row, token


def user_of_token(token: str, *, now: datetime) -> tuple[User, ApiToken] | None:
    """Return whose token it is, in one query, or None when it is not valid, or no longer valid.

    A token ends when it expires, when the password changes, when the account is closed, and when a second factor is
    set up after it was made without one. Its last use is noted once an hour at most, so that calls stay cheap.
    """
    found = ApiToken.objects.filter(digest=digest_of(token), expires_at__gt=now, user__is_active=True)
    factors = second_factors().filter(user=OuterRef("user"))
    row: Any = found.select_related("user").annotate(needs_second_factor=Exists(factors)).first()
    if row is None or not is_stamp_of(row.user, row.password_stamp):
        return None
    if row.needs_second_factor and not row.has_second_factor:
        return None
    if row.last_used_at is None or row.last_used_at < now - USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=now)
    return row.user, row


def works(token: ApiToken, *, user: User, needs_second_factor: bool, now: datetime) -> bool:
    """Say whether a token of the user still works, for lists of tokens."""
    is_strong = token.has_second_factor or not needs_second_factor
    return token.expires_at > now and is_strong and is_stamp_of(user, token.password_stamp)


def forget_expired_tokens(*, now: datetime) -> int:
    """Delete tokens that expired long enough ago; return how many."""
    return ApiToken.objects.expired_before(now - KEPT_WHEN_EXPIRED).delete()[0]
