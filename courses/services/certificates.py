"""Issuing certificates, revoking them, and noting whose have to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.errors import ReasonMissing
from courses.models import Certificate, CertificateCheck, Course, Deed, InboxEntry
from courses.services.audit import record
from courses.services.notices import Note, notify

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_KINDS = InboxEntry.Kind
_ROWS = 500


def look_again(done: Iterable[tuple[int, int]], *, now: datetime) -> None:
    """Note that people did something in courses, by the ids of both: a task looks whether a certificate is earned.

    `with_certificate` says of which courses it is worth it. Call it in the transaction of what was done.
    """
    # In one order, so that two transactions never wait for each other. The update locks a row that a task is about to
    # delete: what was done is then looked at by it, or noted again.
    CertificateCheck.objects.bulk_create(
        [CertificateCheck(user_id=user, course_id=course, asked_at=now) for user, course in sorted(set(done))],
        batch_size=_ROWS,
        update_conflicts=True,
        unique_fields=["user", "course"],
        update_fields=["asked_at"],
    )


def with_certificate(courses: Iterable[int]) -> set[int]:
    """Return which of some courses have a certificate, by their ids."""
    return set(Course.objects.filter(pk__in=set(courses), certificate__isnull=False).values_list("pk", flat=True))


@transaction.atomic
def issue_certificate(*, user: User, course: Course, name: str, wording: str, now: datetime) -> Certificate:
    """Issue a person's certificate of a course, tell them, and record it; one that was issued stays as it is.

    `name` is the one the person has chosen, or "": it is printed once they choose one.
    """
    words = {"name": name, "title": course.title, "wording": wording, "language": course.language}
    made, is_new = Certificate.objects.get_or_create(
        user=user, course=course, defaults={**words, "edition": course.edition, "issued_at": now}
    )
    if is_new:
        record(None, Deed.CERTIFICATE_ISSUED, made, at=now, person=user, course=course)
        _tell(_KINDS.CERTIFICATE, made, now)
    return made


@transaction.atomic
def name_certificate(*, certificate: Certificate, name: str) -> Certificate:
    """Put the name a person has chosen on a certificate that was issued without one; a name that is there stays."""
    Certificate.objects.filter(pk=certificate.pk, name="", is_erased=False).update(name=name)
    certificate.refresh_from_db()
    return certificate


@transaction.atomic
def revoke_certificate(*, certificate: Certificate, actor: User, reason: str, now: datetime) -> Certificate:
    """Revoke a certificate; its page says so from now on. Revoking it again changes nothing.

    The reason is for the person, and is told to nobody else. Raises ReasonMissing.
    """
    if not reason.strip():
        raise ReasonMissing
    locked = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if locked.revoked_at is None:
        locked.revoked_at, locked.revoked_by, locked.reason = now, actor, reason.strip()
        locked.save(update_fields=["revoked_at", "revoked_by", "reason"])
        record(actor, Deed.CERTIFICATE_REVOKED, locked, at=now, person=locked.user_id, course=locked.course_id)
        _tell(_KINDS.UNCERTIFIED, locked, now)
    return locked


@transaction.atomic
def restore_certificate(*, certificate: Certificate, actor: User, now: datetime) -> Certificate:
    """Take a revocation back; the certificate is what it was. One that is in force stays so."""
    locked = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if locked.revoked_at is not None:
        locked.revoked_at, locked.revoked_by, locked.reason = None, None, ""
        locked.save(update_fields=["revoked_at", "revoked_by", "reason"])
        record(actor, Deed.CERTIFICATE_RESTORED, locked, at=now, person=locked.user_id, course=locked.course_id)
        _tell(_KINDS.RECERTIFIED, locked, now)
    return locked


def _tell(kind: InboxEntry.Kind, certificate: Certificate, at: datetime) -> None:
    notify(kind, [Note(certificate.user_id, certificate, certificate.title, certificate.get_absolute_url())], at=at)
