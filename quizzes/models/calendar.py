"""Secret addresses of calendars: who has one can read when a person's work is due, and nothing else."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_secret() -> str:
    """Return a secret of 256 bits, as it stands in an address."""
    return secrets.token_urlsafe(32)


class CalendarAddress(models.Model):
    """The address at which a calendar program reads a person's due dates; a new one ends the one before."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_address", verbose_name=_("person")
    )
    secret = models.CharField(_("secret"), max_length=64, unique=True, default=new_secret)
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")

    def __str__(self) -> str:
        return str(self.user_id)
