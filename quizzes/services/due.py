"""What a student has to do by a date."""

from __future__ import annotations

from typing import Any

from courses.models import Enrolment
from courses.models.content import Viewer, class_viewed
from quizzes.models import WorkStanding
from quizzes.services.standing import catch_up


def due_rows(user: Viewer | None, *, course_id: int | None = None) -> list[WorkStanding]:
    """Return a student's unfinished work that has a date, the earliest first, in all classes or those of one course.

    In two queries, one where the student is in no class; more only when a place is new. While an instructor views as
    the student, only the class viewed from has a say.
    """
    if user is None or user.pk is None:
        return []
    places = Enrolment.objects.active().filter(user=user.pk, role=Enrolment.Role.STUDENT, cohort__archived_at=None)
    if course_id is not None:
        places = places.filter(cohort__course=course_id)
    viewed: Any = class_viewed(user)
    if viewed is not None:
        places = places.filter(cohort=viewed)
    listed = list(places.select_related("cohort", "standing"))
    for place in listed:
        if getattr(place, "standing", None) is None:
            catch_up(place.cohort)
    if not listed:
        return []
    rows = WorkStanding.objects.left_of_active().filter(place__in=listed, due_at__isnull=False)
    return list(rows.for_list().order_by("due_at", "pk"))
