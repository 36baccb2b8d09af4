"""Viewing the pages of one student as that student sees them: read-only, for half an hour, on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db import transaction

from courses.errors import CannotView
from courses.models import Cohort, Deed, Enrolment, LessonCompletion, SectionRead
from courses.services.audit import record
from quizzes.models import Attempt

if TYPE_CHECKING:
    from django.contrib.auth.models import User

LASTS = timedelta(minutes=30)
VIEWING = "viewing"
"""The session's word for whom the person signed in views."""


@dataclass(frozen=True)
class Viewing:
    """Whom an instructor views, in which class, until when."""

    student: User
    cohort: Cohort
    until: datetime


@transaction.atomic
def begin_view(*, place: Enrolment, actor: User, now: datetime) -> dict[str, Any]:
    """Record that an instructor views the pages of a student of a class; return what the session remembers.

    Raises CannotView where the student's pages would show work that the class may not see.
    """
    if _has_hidden_work(place):
        raise CannotView
    about = {"person": place.user_id, "course": place.cohort.course_id, "cohort": place.cohort_id}
    record(actor, Deed.VIEW_STARTED, place, at=now, **about)
    return {"place": place.pk, "until": (now + LASTS).isoformat()}


def viewing_of(remembered: Any, *, actor: User, now: datetime) -> Viewing | None:
    """Return whom the actor still views: for half an hour, as long as they teach the class and the student is in it.

    The student returned is not the account as it stands: it runs nothing, and sees only what the class may see of it.
    """
    until = datetime.fromisoformat(remembered["until"])
    if now >= until:
        return None
    places = Enrolment.objects.students().filter(cohort__in=Cohort.objects.taught_by(actor).values("pk"))
    place = places.select_related("user__name_order", "cohort__course").filter(pk=remembered["place"]).first()
    if place is None or _has_hidden_work(place):
        return None
    student: Any = get_user_model().objects.get(pk=place.user_id)
    student.is_superuser = student.is_staff = False  # in this answer only: nothing saves it
    student.seen_in = place.cohort
    return Viewing(student, place.cohort, until)


def end_view(remembered: Any, *, actor: User, now: datetime, why: str) -> Enrolment | None:
    """Record that a view ended: stopped, out of time, signed out, or no longer permitted."""
    place = Enrolment.objects.select_related("cohort").filter(pk=remembered["place"]).first()
    if place is not None:
        about = {"person": place.user_id, "course": place.cohort.course_id, "cohort": place.cohort_id}
        record(actor, Deed.VIEW_STOPPED, place, at=now, **about, why=why)
    return place


def _has_hidden_work(place: Enrolment) -> bool:
    """Say whether the student read or answered something in the course before joining, and did not share it."""
    if place.shares_earlier:
        return False
    course, earlier = place.cohort.course_id, place.joined_at
    return (
        Attempt.objects.filter(student=place.user_id, quiz__course=course, started_at__lt=earlier).exists()
        or SectionRead.objects.filter(
            student=place.user_id, section__lesson__course=course, read_at__lt=earlier
        ).exists()
        or LessonCompletion.objects.filter(
            student=place.user_id, lesson__course=course, completed_at__lt=earlier
        ).exists()
    )
