"""Coming into a class and leaving it: by its code, by an instructor's yes, or by accepting an invitation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from courses.errors import (
    ClassClosed,
    ClassFull,
    CodeExpired,
    HasPlace,
    InvitedToClass,
    LastInstructor,
    LeftThemselves,
    RemovedFromClass,
    UnknownJoinCode,
)
from courses.models import Cohort, Deed, Enrolment, Invitation, JoinRequest, new_join_code
from courses.services.audit import record
from courses.services.notices import settle_invited, tell_invited
from courses.services.staff import make_instructor

if TYPE_CHECKING:
    from django.contrib.auth.models import User

JOINING = ("is_open", "code_until", "seats", "asks_first")
"""The fields of a class that say how students join it."""
_STUDENT = Enrolment.Role.STUDENT


@transaction.atomic
def join_class(*, code: str, user: User, now: datetime, shares_earlier: bool = False) -> Enrolment | JoinRequest:
    """Give the user a student's place in the class with this code, or ask for one where an instructor approves each.

    Spaces, hyphens and case do not matter. The class sees the student's work from now on; earlier work too, with
    `shares_earlier`. A place the user already has stays as it is; one they left becomes theirs again, with the date of
    joining and what was shared then. Joining waits its turn, so that two never take the last seat.
    Raises UnknownJoinCode, RemovedFromClass, ClassClosed, CodeExpired or ClassFull.
    """
    tidy = "".join(code.split()).replace("-", "").upper()
    cohort = Cohort.objects.select_for_update(of=("self",)).select_related("course").filter(join_code=tidy).first()
    if cohort is None:
        raise UnknownJoinCode
    place = Enrolment.objects.filter(cohort=cohort, user=user).first()
    if place is not None and place.is_active:
        return place
    if place is not None and place.left_at is None:
        raise RemovedFromClass
    _check_way_in(cohort, now)
    if cohort.asks_first:
        return _ask(cohort, user, now, shares_earlier=shares_earlier)
    return _take_in(place or Enrolment(cohort=cohort, user=user), now, shares_earlier=shares_earlier, by="code")


def _check_way_in(cohort: Cohort, now: datetime) -> None:
    """Refuse where the code lets no one in any more. Raises ClassClosed, CodeExpired or ClassFull."""
    if not cohort.is_open or cohort.archived_at is not None:
        raise ClassClosed
    if cohort.code_until is not None and cohort.code_until <= now:
        raise CodeExpired
    if cohort.seats is not None and Enrolment.objects.students().filter(cohort=cohort).count() >= cohort.seats:
        raise ClassFull


def _take_in(place: Enrolment, now: datetime, *, shares_earlier: bool, by: str) -> Enrolment:
    """Make a student's place active: a new one from now on, one that a student left as it was then."""
    if place.pk is None or place.role != _STUDENT:
        place.role, place.joined_at, place.shares_earlier = _STUDENT, now, shares_earlier
    place.is_active, place.left_at = True, None
    place.save()
    _record(Deed.CLASS_JOINED, place, now, by=by)
    Invitation.objects.filter(cohort=place.cohort_id, user=place.user_id, role=_STUDENT).delete()
    return place


def _ask(cohort: Cohort, user: User, now: datetime, *, shares_earlier: bool) -> JoinRequest:
    values = {"shares_earlier": shares_earlier, "asked_at": now}
    asked, is_new = JoinRequest.objects.get_or_create(cohort=cohort, user=user, defaults=values)
    if is_new:
        record(user, Deed.CLASS_ASKED, asked, at=now, person=user, course=cohort.course_id, cohort=cohort)
    return asked


@transaction.atomic
def answer_request(*, asked: JoinRequest, lets_in: bool, actor: User, now: datetime) -> Enrolment | None:
    """Let someone in who asked, or decline. Raises JoinRequest.DoesNotExist for what was answered meanwhile."""
    requests = JoinRequest.objects.select_for_update(of=("self",)).select_related("cohort", "user")
    asked = requests.get(pk=asked.pk)
    about = {"person": asked.user_id, "course": asked.cohort.course_id, "cohort": asked.cohort_id}
    if not lets_in:
        record(actor, Deed.CLASS_REFUSED, asked, at=now, **about)
        asked.delete()
        return None
    place = Enrolment.objects.filter(cohort=asked.cohort, user=asked.user).first()
    place = place or Enrolment(cohort=asked.cohort, user=asked.user)
    if not place.is_active or place.pk is None:
        _take_in(place, now, shares_earlier=asked.shares_earlier, by="request")
        record(actor, Deed.CLASS_ADDED, place, at=now, role=place.role, **about)
    asked.delete()
    return place


@transaction.atomic
def leave_class(*, place: Enrolment, now: datetime) -> Enrolment:
    """Let a person leave a class by themselves. The class sees nothing of them any more; the code lets them back in.

    Raises LastInstructor where no one would be left to teach it.
    """
    Cohort.objects.select_for_update(of=("self",)).get(pk=place.cohort_id)
    place = Enrolment.objects.active().select_related("cohort", "user").get(pk=place.pk)
    _check_instructors(place)
    place.is_active, place.left_at = False, now
    place.save(update_fields=["is_active", "left_at"])
    _record(Deed.CLASS_LEFT, place, now)
    return place


@transaction.atomic
def set_active(*, place: Enrolment, is_active: bool, actor: User, now: datetime) -> Enrolment:
    """Remove a person from a class, or let one back in who was removed. Who was removed stays so, whatever the code.

    Someone who left is invited instead. Raises LastInstructor, or LeftThemselves.
    """
    Cohort.objects.select_for_update(of=("self",)).get(pk=place.cohort_id)
    place = Enrolment.objects.select_related("cohort", "user").get(pk=place.pk)
    if place.is_active == is_active:
        return place
    if is_active and place.left_at is not None:
        raise LeftThemselves
    if not is_active:
        _check_instructors(place)
    place.is_active = is_active
    place.save(update_fields=["is_active"])
    deed = Deed.CLASS_RETURNED if is_active else Deed.CLASS_REMOVED
    about = {"person": place.user_id, "course": place.cohort.course_id, "cohort": place.cohort_id, "role": place.role}
    record(actor, deed, place, at=now, **about)
    return place


def _check_instructors(place: Enrolment) -> None:
    others = Enrolment.objects.active().filter(cohort=place.cohort_id, role=Enrolment.Role.INSTRUCTOR)
    if place.role == Enrolment.Role.INSTRUCTOR and not others.exclude(pk=place.pk).exists():
        raise LastInstructor


@transaction.atomic
def invite_to_class(
    *, cohort: Cohort, user: User, actor: User, now: datetime, role: str = _STUDENT, number: str = ""
) -> Invitation:
    """Offer an account a place in a class, or another role in it; one that was declined is offered again.

    Raises HasPlace for a person who has this place, and InvitedToClass for one who has not answered yet.
    """
    Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if Enrolment.objects.active().filter(cohort=cohort, user=user, role=role).exists():
        raise HasPlace
    if Invitation.objects.waiting_for(user).filter(cohort=cohort).exists():
        raise InvitedToClass
    values = {
        "role": role, "invited_by": actor, "invited_at": now, "declined_at": None, "student_number": number
    }  # fmt: skip
    offered, _is_new = Invitation.objects.update_or_create(cohort=cohort, user=user, defaults=values)
    record(actor, Deed.CLASS_INVITED, offered, at=now, person=user, course=cohort.course_id, cohort=cohort, role=role)
    tell_invited([offered], at=now)
    return offered


@transaction.atomic
def withdraw_invitation(*, offered: Invitation, actor: User, now: datetime) -> None:
    """Take back an invitation to a class, also one that was declined."""
    about = {"person": offered.user_id, "course": offered.cohort.course_id, "cohort": offered.cohort_id}
    record(actor, Deed.CLASS_WITHDRAWN, offered, at=now, role=offered.role, **about)
    settle_invited(offered, now=now)
    offered.delete()


@transaction.atomic
def set_joining(*, cohort: Cohort, values: Mapping[str, Any], actor: User, now: datetime) -> Cohort:
    """Say how students join: whether the code works, until when, for how many, and whether someone approves each."""
    locked = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    for name in JOINING:
        setattr(locked, name, values[name])
    locked.save(update_fields=[*JOINING])
    about = {name: getattr(locked, name) for name in JOINING}
    record(actor, Deed.CLASS_JOINING, locked, at=now, course=locked.course_id, cohort=locked, **about)
    return locked


@transaction.atomic
def renew_code(*, cohort: Cohort, actor: User, now: datetime) -> Cohort:
    """Give a class a new code; the old one stops working, and nobody loses a place."""
    locked = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    locked.join_code = new_join_code()
    locked.save(update_fields=["join_code"])
    record(actor, Deed.CLASS_CODE, locked, at=now, course=locked.course_id, cohort=locked)
    return locked


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
    place.role, place.is_active, place.left_at = offered.role, True, None
    if offered.student_number and not _is_taken(offered):
        place.student_number = offered.student_number
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


def _is_taken(offered: Invitation) -> bool:
    """Say whether another person got the student number since it was offered; the instructor sees the place without."""
    others = Enrolment.objects.filter(cohort=offered.cohort_id, student_number=offered.student_number)
    return others.exclude(user=offered.user_id).exists()


def _record(deed: Deed, place: Enrolment, now: datetime, **details: str) -> None:
    """Record what a person does about their own place."""
    about = {"person": place.user_id, "course": place.cohort.course_id, "cohort": place.cohort_id, "role": place.role}
    record(place.user, deed, place, at=now, **about, **details)
