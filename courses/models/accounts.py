"""What accounts have beside the user row: tokens for programs, and how often something was tried."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import models
from django.utils.translation import gettext_lazy as _


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Which tokens."""

    def owned_by(self, user: User | AnonymousUser) -> ApiTokenQuerySet:
        """Tokens a person made for programs of their own, newest first."""
        return self.filter(user=user.pk).order_by("-created_at", "-pk")

    def expired_before(self, moment: datetime) -> ApiTokenQuerySet:
        """Tokens that stopped working before a moment."""
        return self.filter(expires_at__lt=moment)


class ApiToken(models.Model):
    """Lets a program act for a person until it expires, is revoked, or the password changes.

    Only a digest is kept, so a copy of the database holds no working token. The token is long and random, so a plain
    SHA-256 is enough; a slow password hash would only make every call slow.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens", verbose_name=_("person")
    )
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    password_stamp = models.CharField(max_length=64, editable=False)
    has_second_factor = models.BooleanField(_("made with a second factor"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name


class TryCount(models.Model):
    """When something that is limited was tried lately, such as a password of one account.

    `key` is a keyed hash of what is limited and whose it is: the table holds no name and no address. `moments` are
    seconds since 1970, oldest first, never more than the limit allows.
    """

    key = models.CharField(max_length=64, primary_key=True)
    moments = models.JSONField(default=list)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("count of tries")
        verbose_name_plural = _("counts of tries")

    def __str__(self) -> str:
        return self.key
