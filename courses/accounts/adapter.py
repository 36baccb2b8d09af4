"""What signing in means beyond what allauth does: limits counted in the database, and mail that is bounded."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from courses import conf
from courses.errors import TooManyTries
from courses.http import client_address, visitor_of
from courses.reports.people import display_name
from courses.services.accounts import take_password_tries
from courses.services.limits import MAIL_TO, give_back, take
from courses.services.slips import reset_not_told

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)


class LimitedAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth is untyped
    """Tries of passwords are limited at every door: sign-in, reauthentication, and the API's tokens."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Check a password, counting it first; a right one is given back. Raises TooManyTries."""
        names = [str(credentials[key]) for key in ("username", "email") if credentials.get(key)]
        tries = take_password_tries(names, visitor_of(request), now=timezone.now())
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            for each in tries:
                give_back(each)
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in; tell a student whose password was reset by a class when, and by whom."""
        super().login(request, user)
        reset = reset_not_told(user)
        if reset is not None and reset.reset_at is not None:
            when = date_format(reset.reset_at, "j F Y, H:i e")
            who = display_name(reset.reset_by) if reset.reset_by else _("an instructor")
            words = _("Your password was reset on %(when)s by %(who)s. If this surprises you, ask your instructor.")
            messages.info(request, words % {"when": when, "who": who})

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a message, unless this site sends none or the address has just had several: no mailbox is flooded."""
        if not conf.mail_is_sent():
            return
        try:
            take(MAIL_TO, email.casefold(), now=timezone.now())
        except TooManyTries:
            logger.warning("Mail “%s” was not sent: its address has had too many lately.", template_prefix)
            return
        super().send_mail(template_prefix, email, context)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address as our own proxies saw it."""
        return client_address(request)
