"""Copies of inbox entries by email, which a background task sends: to confirmed addresses, unless they are muted."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from smtplib import SMTPDataError, SMTPRecipientsRefused
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.core import signing
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from courses import conf
from courses.errors import TooManyTries
from courses.models import InboxEntry, MailMute, Message
from courses.services.limits import COPY_TO, take

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)
_SALT = "courses.mail-off"
BATCH = 100
"""Copies of one round of the worker: what else waits is not held up for long."""


def mute_mail(*, user: User, now: datetime) -> None:
    """Send the person no more copies; the inbox goes on."""
    MailMute.objects.get_or_create(user=user, defaults={"since": now})


def unmute_mail(*, user: User) -> None:
    """Send the person copies again, of what comes from now on."""
    MailMute.objects.filter(user=user).delete()


def mute_token(user_id: int) -> str:
    """Return what stands in the link by which a person mutes mail without signing in. It does nothing else."""
    return signing.dumps(user_id, salt=_SALT)


def user_of_token(token: str) -> User | None:
    """Return whose link it is, or None for one that this site did not sign."""
    try:
        pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    return get_user_model().objects.filter(pk=pk, is_active=True).first()


def confirmed_address(user: User) -> str:
    """Return the address copies go to, or "": a primary address whose owner has confirmed it."""
    row = EmailAddress.objects.filter(user=user, primary=True, verified=True).first()
    return row.email if row is not None else ""


def send_copies(*, now: datetime) -> int:
    """Send the copies that are due, the oldest first; return how many were sent.

    A copy counts as sent before it goes: one may be lost when the server dies, none comes twice. Where the mail server
    does not answer, the copies are due again and the round ends.
    """
    if not conf.mail_is_sent():
        return 0
    due = _claim()
    addresses = _addresses(due)
    told = [entry for entry in due if entry.user_id in addresses]
    if not told:
        return 0
    connection = get_connection()
    sent = 0
    for at, entry in enumerate(told):
        try:
            sent += _send(entry, addresses[entry.user_id], connection, now)
        except OSError as failure:
            if _is_final(failure):
                logger.warning("The mail server refused a copy; entry %s stays in the inbox alone.", entry.pk)
                continue
            logger.warning("The mail server does not answer; copies wait: %s", failure)
            InboxEntry.objects.filter(pk__in=[each.pk for each in told[at:]], read_at=None).update(is_mail_due=True)
            break
    connection.close()
    return sent


@transaction.atomic
def _claim() -> list[InboxEntry]:
    """Return the oldest entries whose copies are due, no longer due: no other worker takes them as well."""
    rows = InboxEntry.objects.filter(is_mail_due=True).select_for_update(skip_locked=True, of=("self",))
    due = list(rows.select_related("thread__cohort").order_by("at", "pk")[:BATCH])
    InboxEntry.objects.filter(pk__in=[entry.pk for entry in due]).update(is_mail_due=False)
    visible = set(_visible(due))
    return [entry for entry in due if entry.pk in visible]


def _visible(due: Sequence[InboxEntry]) -> list[int]:
    """Return which of them their people still see: staff who left a class get no copies of its threads."""
    rows = InboxEntry.objects.filter(pk__in=[entry.pk for entry in due], user__is_active=True)
    return list(rows.still_seen().values_list("pk", flat=True))


def _addresses(due: Sequence[InboxEntry]) -> dict[int, str]:
    people = {entry.user_id for entry in due}
    rows = EmailAddress.objects.filter(user__in=people, primary=True, verified=True)
    muted = MailMute.objects.filter(user__in=people).values("user")
    return dict(rows.exclude(user__in=muted).values_list("user", "email"))


def _is_final(failure: OSError) -> bool:
    """Say whether the mail server will never take this one copy, so that the others must not wait for it."""
    is_refused = isinstance(failure, SMTPDataError) and failure.smtp_code >= 500
    return is_refused or isinstance(failure, SMTPRecipientsRefused)


def _send(entry: InboxEntry, address: str, connection: BaseEmailBackend, now: datetime) -> int:
    try:
        take(COPY_TO, str(entry.user_id), now=now)
    except TooManyTries:
        return 0
    off = conf.site_url() + reverse("courses:mail-off", args=[mute_token(entry.user_id)])
    newest = Message.objects.filter(thread=entry.thread_id).order_by("-sent_at", "-pk").first()
    link = conf.site_url() + (entry.link or reverse("courses:inbox"))
    context = {"entry": entry, "message": newest if entry.thread_id else None, "link": link, "off": off}
    headers = {"List-Unsubscribe": f"<{off}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    mail = EmailMessage(
        " ".join(entry.words.split()), render_to_string("courses/copy.txt", context), to=[address],
        headers=headers, connection=connection,
    )  # fmt: skip
    return mail.send()
