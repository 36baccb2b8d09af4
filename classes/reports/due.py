"""What a student has to do: assigned work that is not finished, the earliest date first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from courses.models import Enrolment
from courses.models.content import Viewer, class_viewed
from quizzes.models import WorkStanding
from quizzes.services.standing import catch_up

SHOWN = 8


@dataclass(frozen=True)
class Due:
    """One piece of work with its date for the student."""

    row: WorkStanding
    now: datetime

    @property
    def title(self) -> str:
        """Return the title of the lesson or quiz."""
        return self.row.title

    @property
    def address(self) -> str:
        """Return where the work is done; for a quiz, for this class."""
        return self.row.address

    @property
    def is_overdue(self) -> bool:
        """Say whether the date has passed."""
        return self.row.due_at is not None and self.row.due_at < self.now

    @property
    def is_early(self) -> bool:
        """Say whether the work has yet to open."""
        opens = self.row.assignment.opens_at
        return opens is not None and opens > self.now


def due_work(user: Viewer | None, *, now: datetime, course_id: int | None = None) -> list[Due]:
    """Return what a student has to do by a date, in all classes or those of one course; in two queries, one without.

    While an instructor views as the student, only the class viewed from has a say.
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
    return [Due(row, now) for row in _rows(listed)] if listed else []


def _rows(places: list[Enrolment]) -> list[WorkStanding]:
    rows = WorkStanding.objects.left_of_active().filter(place__in=places, due_at__isnull=False)
    return list(rows.for_list().order_by("due_at", "pk"))
