"""Checking who a person is without signing them in: password, and second factor where the account has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from courses.accounts.forms import LimitedReauthenticateForm
from courses.services.accounts import has_second_factor

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def check_credentials(request: HttpRequest, *, name: str, password: str, code: str) -> User:
    """Return the account with this name or email address.

    Raises TooManyTries as signing in would, and ValidationError, by field, where password or code is wrong.
    """
    user: User | None = get_adapter().authenticate(request, username=name, password=password)
    if user is None or not user.is_active:
        raise ValidationError({"password": _("Wrong user name or password.")})
    if has_second_factor(user):
        check_code(user, code)
    return user


def check_code(user: User, code: str) -> None:
    """Check and use up a code of the second factor. Raises TooManyTries, or ValidationError for the field `code`."""
    if not code.strip():
        raise ValidationError({"code": _("This account uses two-factor sign-in. Enter a code as well.")})
    form = LimitedReauthenticateForm({"code": code}, user=user)
    if not form.is_valid():
        raise ValidationError({"code": list(form.errors["code"])})
    form.authenticator.record_usage()
