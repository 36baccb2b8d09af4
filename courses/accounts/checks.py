"""What `manage.py check` finds in the settings of accounts."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register

from courses import conf

NO_MAIL = Error(
    "EMAIL_URL is not set, so this site sends no email and a forgotten password cannot be reset by email.",
    hint="Name a mail server, such as EMAIL_URL=smtp+tls://user:password@host:587. If the site should send no email, "
    "say so with EMAIL_URL=none; its pages then offer none.",
    id="courses.E001",
)


@register(Tags.security, deploy=True)
def check_mail(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 (Django's signature)
    """Ask for a decision about mail before the site goes live."""
    return [] if conf.mail_is_decided() else [NO_MAIL]
