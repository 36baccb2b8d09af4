"""Joining a class."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from courses.errors import ClassClosed, UnknownJoinCode
from courses.models import Cohort, Enrolment

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def join_class(*, code: str, user: User) -> Enrolment:
    """Give the user a student's place in the class with this code.

    Spaces, hyphens and case do not matter. One who has a place keeps it and its role; one who left comes back as a
    student, since a code alone must not make an instructor again of one who was taken out.
    Raises UnknownJoinCode or ClassClosed.
    """
    tidy = "".join(code.split()).replace("-", "").upper()
    cohort = Cohort.objects.select_related("course").filter(join_code=tidy).first()
    if cohort is None:
        raise UnknownJoinCode
    place = Enrolment.objects.filter(cohort=cohort, user=user).first()
    if place is not None and place.is_active:
        return place
    if not cohort.is_open:
        raise ClassClosed
    values = {"is_active": True, "role": Enrolment.Role.STUDENT}
    place, _is_new = Enrolment.objects.update_or_create(cohort=cohort, user=user, defaults=values)
    return place
