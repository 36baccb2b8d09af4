"""Changing what a class knows of one person, and its groups."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.models import Cohort, Deed, Enrolment, Group, GroupMember
from courses.services.audit import record
from quizzes.services.assignments import Act, follow_groups, let_go_of_group

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def change_person(
    *, place: Enrolment, number: str, groups: Iterable[Group] | None, actor: User, now: datetime
) -> Enrolment:
    """Give a person another student number, and put them into groups (None: they stay in theirs)."""
    if place.student_number != number:
        place.student_number = number
        place.save(update_fields=["student_number"])
        about = {"person": place.user_id, "course": place.cohort.course_id, "cohort": place.cohort_id}
        record(actor, Deed.CLASS_NUMBER, place, at=now, **about)
    if groups is not None:
        place.groups.set(groups)
        follow_groups(place.cohort, {place.user_id}, Act(actor, now))
    return place


@transaction.atomic
def save_group(
    *, cohort: Cohort, group: Group | None, name: str, places: Iterable[int], actor: User, now: datetime
) -> Group:
    """Make a group, or give one another name and other members. Places of other classes are left out.

    Who comes into it has its work from now on, who goes has it no more; results stay.
    """
    group = group or Group(cohort=cohort)
    group.name = name
    group.save()
    members = Enrolment.objects.filter(cohort=cohort, pk__in=list(places))
    before = set(GroupMember.objects.filter(group=group).values_list("enrolment__user", flat=True))
    GroupMember.objects.filter(group=group).exclude(enrolment__in=members).delete()
    rows = [GroupMember(group=group, enrolment=place) for place in members]
    GroupMember.objects.bulk_create(rows, ignore_conflicts=True)
    follow_groups(cohort, before ^ {place.user_id for place in members}, Act(actor, now))
    return group


@transaction.atomic
def delete_group(*, group: Group) -> None:
    """Delete a group; its members stay in the class. Raises GroupHasWork while it is assigned any."""
    let_go_of_group(group)
    group.delete()
