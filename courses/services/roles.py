"""The people of a course: inviting, accepting, changing and leaving roles. Every step is in the audit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.errors import HasRole, InvitedBefore, LastOwner
from courses.models import Course, CourseInvitation, CourseRole, Deed
from courses.services.audit import record
from courses.services.staff import make_instructor

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_OWNER = CourseRole.Role.OWNER


@transaction.atomic
def invite_to_course(*, course: Course, user: User, role: str, actor: User, now: datetime) -> CourseInvitation:
    """Offer an account a role in a course; an invitation it declined is sent again.

    Raises HasRole for a person who works on the course, and InvitedBefore for one who has not answered yet.
    """
    _locked(course)
    if CourseRole.objects.filter(course=course, user=user).exists():
        raise HasRole
    if CourseInvitation.objects.waiting_for(user).filter(course=course).exists():
        raise InvitedBefore
    values = {"role": role, "invited_by": actor, "invited_at": now, "declined_at": None}
    offered, _is_new = CourseInvitation.objects.update_or_create(course=course, user=user, defaults=values)
    record(actor, Deed.COURSE_INVITED, offered, at=now, person=user, course=course, role=role)
    return offered


@transaction.atomic
def withdraw_course_invitation(*, offered: CourseInvitation, actor: User, now: datetime) -> None:
    """Take back an invitation, also one that was declined."""
    about = {"person": offered.user_id, "course": offered.course_id, "role": offered.role}
    record(actor, Deed.COURSE_WITHDRAWN, offered, at=now, **about)
    offered.delete()


@transaction.atomic
def accept_course_invitation(*, pk: int, user: User, now: datetime) -> CourseRole:
    """Give the user the role that was offered, and let them into the admin, where courses are worked on.

    Raises CourseInvitation.DoesNotExist for what is not offered to this user, or is answered already.
    """
    waiting = CourseInvitation.objects.waiting_for(user).select_for_update(of=("self",)).select_related("course")
    offered = waiting.get(pk=pk)
    values = {"role": offered.role, "given_at": now}
    place, _is_new = CourseRole.objects.get_or_create(course=offered.course, user=user, defaults=values)
    offered.delete()
    make_instructor(user)
    record(user, Deed.COURSE_JOINED, place, at=now, person=user, course=place.course_id, role=place.role)
    return place


@transaction.atomic
def decline_course_invitation(*, pk: int, user: User, now: datetime) -> CourseInvitation:
    """Note that the user does not want the role. Raises CourseInvitation.DoesNotExist as accepting does."""
    waiting = CourseInvitation.objects.waiting_for(user).select_for_update(of=("self",)).select_related("course")
    offered = waiting.get(pk=pk)
    offered.declined_at = now
    offered.save(update_fields=["declined_at"])
    about = {"person": user, "course": offered.course_id, "role": offered.role}
    record(user, Deed.COURSE_DECLINED, offered, at=now, **about)
    return offered


@transaction.atomic
def change_course_role(*, place: CourseRole, role: str, actor: User, now: datetime) -> CourseRole:
    """Give a person of a course another role. Raises LastOwner where no owner would be left."""
    _locked(place.course)
    place = CourseRole.objects.select_related("user", "course").get(pk=place.pk)
    before = place.role
    if before == role:
        return place
    if before == _OWNER:
        _check_owners(place)
    place.role = role
    place.save(update_fields=["role"])
    about = {"person": place.user_id, "course": place.course_id, "role": [before, role]}
    record(actor, Deed.COURSE_ROLE, place, at=now, **about)
    return place


@transaction.atomic
def end_course_role(*, place: CourseRole, actor: User, now: datetime) -> None:
    """Remove a person from a course, or leave it. Raises LastOwner where no owner would be left.

    What they wrote stays.
    """
    _locked(place.course)
    if place.role == _OWNER:
        _check_owners(place)
    deed = Deed.COURSE_LEFT if place.user_id == actor.pk else Deed.COURSE_REMOVED
    record(actor, deed, place, at=now, person=place.user_id, course=place.course_id, role=place.role)
    place.delete()


def _check_owners(place: CourseRole) -> None:
    others = CourseRole.objects.filter(course=place.course_id, role=_OWNER).exclude(pk=place.pk)
    if not others.exists():
        raise LastOwner


def _locked(course: Course) -> None:
    """Let changes of one course's people wait for each other, so that two owners cannot both be the last to go."""
    Course.objects.select_for_update(of=("self",)).only("pk").get(pk=course.pk)
