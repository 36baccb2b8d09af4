"""Copying a class for another term: its work, groups and rules of grading, not its people. Dates are shifted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction

from courses.models import Cohort, Deed, Enrolment, Group
from courses.services.audit import record
from quizzes.domain.timing import days_later
from quizzes.errors import DatesMoved
from quizzes.models import Assignment, GradeCategory, GradeRules
from quizzes.services.assignments import Act, assign
from quizzes.services.dates import MovedDate, mark_of, moved_dates

if TYPE_CHECKING:
    from django.contrib.auth.models import User

COPIED = ("course_id", "time_zone", "is_open", "seats", "asks_first")
"""What of a class is the same in its copy. It has a code of its own, which has no end."""
Dates = Mapping[tuple[int, str], datetime | None]
"""By assignment of the original and the name of the field, the date in the copy."""


@dataclass(frozen=True)
class CopyOrder:
    """What the copy is called, its dates as they were looked at, and the mark of the dates of the original then."""

    name: str
    seen: str
    dates: Dates = field(default_factory=dict)


def copied_dates(cohort: Cohort, *, days: int) -> list[MovedDate]:
    """Return the dates of a class that a copy has, some days later by its calendar: 23:59 stays 23:59."""
    dates = moved_dates(cohort, lambda at: days_later(at.astimezone(cohort.zone), days))
    return [each for each in dates if _is_copied(each.assignment)]


def first_day(cohort: Cohort) -> date | None:
    """Return the day of the earliest date that a copy would have, by the calendar of the class."""
    dates = copied_dates(cohort, days=0)
    return dates[0].before.astimezone(cohort.zone).date() if dates else None


def seen_mark(cohort: Cohort) -> str:
    """Return a mark of the dates of a class as they stand."""
    return mark_of(copied_dates(cohort, days=0))


@transaction.atomic
def copy_class(cohort: Cohort, order: CopyOrder, *, actor: User, now: datetime) -> Cohort:
    """Make a class like another, taught by who makes it: all or nothing.

    Work for one student is left out, and what was withdrawn or left the course. Raises DatesMoved where the dates of
    the original are others than were looked at.
    """
    original = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if order.seen != seen_mark(original):
        raise DatesMoved
    made = Cohort(name=order.name, **{name: getattr(original, name) for name in COPIED})
    made.save(force_insert=True)
    Enrolment.objects.create(cohort=made, user=actor, role=Enrolment.Role.INSTRUCTOR, joined_at=now)
    groups = {each.pk: Group.objects.create(cohort=made, name=each.name) for each in original.groups.all()}
    work = [_copy_of(each, made, groups, order.dates) for each in _copied_work(original)]
    if work:
        assign(work, Act(actor, now))
    _copy_rows(GradeCategory, original, made)
    _copy_rows(GradeRules, original, made)
    about = {"of": original.pk, "work": len(work)}
    record(actor, Deed.CLASS_COPIED, made, at=now, course=made.course_id, cohort=made, **about)
    return made


def _is_copied(assignment: Assignment) -> bool:
    work = assignment.quiz or assignment.lesson
    return assignment.student_id is None and (work is None or not work.is_retired)


def _copied_work(cohort: Cohort) -> list[Assignment]:
    rows = Assignment.objects.filter(cohort=cohort, withdrawn_at=None, student=None).select_related("lesson", "quiz")
    return [each for each in rows.order_by("pk") if _is_copied(each)]


def _copy_of(assignment: Assignment, cohort: Cohort, groups: Mapping[int, Group], dates: Dates) -> Assignment:
    original = assignment.pk
    assignment.pk, assignment.cohort = None, cohort
    assignment.for_group = groups.get(assignment.for_group_id or 0)
    for name in ("opens_at", "due_at", "closes_at"):
        if getattr(assignment, name) is not None:
            setattr(assignment, name, dates[original, name])
    return assignment


def _copy_rows(model: type[models.Model], original: Cohort, made: Cohort) -> None:
    rows: Any = model._default_manager.filter(cohort=original)  # noqa: SLF001 (Django's documented accessor)
    for row in rows:
        row.pk, row.cohort = None, made
        row._state.adding = True  # noqa: SLF001 (Django's documented way to copy a row)
        row.save(force_insert=True)
