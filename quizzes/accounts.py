"""What signing in and up means here, beyond what allauth does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.accounts.adapter import LimitedAdapter
from courses.http import GUEST_KEY, guest_of
from quizzes.services.guests import adopt_guest_work

if TYPE_CHECKING:
    from django.contrib.auth.models import User


class AccountAdapter(LimitedAdapter):
    """Hands a reader's work over to the account they sign in or up with."""

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, then adopt what was done in this browser before: both or neither, whenever the server dies."""
        guest = guest_of(request)
        with transaction.atomic():
            super().login(request, user)
            if guest is not None:
                adopt_guest_work(guest=guest, user=user, now=timezone.now())
        request.session.pop(GUEST_KEY, None)  # not before: a guest forgotten too early is lost with all its work
        if guest is None:
            return
        messages.success(request, _("What you did before signing in is kept with your account."))
