"""The way in for a person who forgot the password, or whose tries a guesser used up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account import app_settings
from allauth.account.utils import user_pk_to_url_str
from django.urls import reverse

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def password_link(user: User) -> str:
    """Return the path under which the person chooses a new password, once; the same that a mailed link leads to."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])
