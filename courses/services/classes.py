"""Coming into a class: by its code, or by accepting an invitation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.errors import ClassClosed, RemovedFromClass, UnknownJoinCode
from courses.models import Cohort, Deed, Enrolment, Invitation
from courses.services.audit import record
from courses.services.notices import settle_invited
from courses.services.staff import make_instructor

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_STUDENT = Enrolment.Role.STUDENT


@transaction.atomic
def join_class(*, code: str, user: User, now: datetime, shares_earlier: bool = False) -> Enrolment:
    """Give the user a student's place in the class with this code.

    Spaces, hyphens and case do not matter. The class sees the student's work from now on; earlier work too, with
    `shares_earlier`. A place the user already has stays as it is.
    Raises UnknownJoinCode, RemovedFromClass or ClassClosed.
    """
    tidy = "".join(code.split()).replace("-", "").upper()
    cohort = Cohort.objects.select_related("course").filter(join_code=tidy).first()
    if cohort is None:
        raise UnknownJoinCode
    place = Enrolment.objects.filter(cohort=cohort, user=user).first()
    if place is not None and place.is_active:
        return place
    if place is not None:
        raise RemovedFromClass
    if not cohort.is_open or cohort.archived_at is not None:
        raise ClassClosed
    values = {"role": _STUDENT, "joined_at": now, "shares_earlier": shares_earlier}
    place, is_new = Enrolment.objects.get_or_create(cohort=cohort, user=user, defaults=values)
    if is_new:
        _record(Deed.CLASS_JOINED, place, now, by="code")
    Invitation.objects.filter(cohort=cohort, user=user, role=_STUDENT).delete()
    return place


@transaction.atomic
def accept_invitation(*, pk: int, user: User, now: datetime, shares_earlier: bool = False) -> Enrolment:
    """Give the user the place that was offered; `shares_earlier` is for students.

    Someone who was a student of the class before keeps the date of joining and what was shared then. Someone who only
    taught it until now begins as its student now: they never agreed to be seen.
    Raises Invitation.DoesNotExist for what is not offered to this user, or is answered already.
    """
    waiting = Invitation.objects.waiting_for(user).select_for_update(of=("self",)).select_related("cohort__course")
    offered = waiting.get(pk=pk)
    place = Enrolment.objects.filter(cohort=offered.cohort, user=user).first()
    if place is None or (offered.role == _STUDENT and place.role != _STUDENT):
        place = place or Enrolment(cohort=offered.cohort, user=user)
        place.joined_at, place.shares_earlier = now, shares_earlier and offered.role == _STUDENT
    place.role, place.is_active = offered.role, True
    place.save()
    settle_invited(offered, now=now)
    offered.delete()
    _record(Deed.CLASS_JOINED, place, now, by="invitation")
    if place.role == Enrolment.Role.INSTRUCTOR:
        make_instructor(user)
    return place


@transaction.atomic
def decline_invitation(*, pk: int, user: User, now: datetime) -> Invitation:
    """Note that the user does not want the place. Raises Invitation.DoesNotExist as accepting does."""
    offered = Invitation.objects.waiting_for(user).select_for_update(of=("self",)).select_related("cohort").get(pk=pk)
    offered.declined_at = now
    offered.save(update_fields=["declined_at"])
    settle_invited(offered, now=now)
    about = {"person": user, "course": offered.cohort.course_id, "cohort": offered.cohort_id, "role": offered.role}
    record(user, Deed.CLASS_DECLINED, offered, at=now, **about)
    return offered


def _record(deed: Deed, place: Enrolment, now: datetime, **details: str) -> None:
    """Record what a person does about their own place."""
    about = {"person": place.user_id, "course": place.cohort.course_id, "cohort": place.cohort_id, "role": place.role}
    record(place.user, deed, place, at=now, **about, **details)
