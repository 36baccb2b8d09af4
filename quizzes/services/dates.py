"""Moving all dates of a class's work at once: what would move is said first, and only that is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db import transaction

from courses.models import Cohort, Deed
from courses.services.audit import record
from quizzes.domain.timing import same_clock
from quizzes.errors import DatesMoved
from quizzes.models import Assignment
from quizzes.services.assignments import Act, settle_class
from quizzes.services.clock import Shorter
from quizzes.services.notices import tell_dates

DATES = ("opens_at", "due_at", "closes_at")


@dataclass(frozen=True)
class MovedDate:
    """One date of an assignment, as it is and as it would be. `name` is the field."""

    assignment: Assignment
    name: str
    before: datetime
    after: datetime


def moved_dates(cohort: Cohort, move: Callable[[datetime], datetime]) -> list[MovedDate]:
    """Return every date of the work in force in a class, with where `move` takes it, the earliest first."""
    rows = Assignment.objects.filter(cohort=cohort, withdrawn_at=None).select_related("lesson", "quiz", "cohort")
    found = [
        MovedDate(row, name, before, move(before))
        for row in rows.select_related("student", "for_group")
        for name in DATES
        if (before := getattr(row, name)) is not None
    ]
    return sorted(found, key=lambda each: (each.before, each.assignment.pk))


def mark_of(dates: Sequence[MovedDate]) -> str:
    """Return a mark of dates as they were shown, so that agreeing to them counts for no others."""
    lines = [f"{each.assignment.pk} {each.name} {each.before.isoformat()} {each.after.isoformat()}" for each in dates]
    return sha256("\n".join(lines).encode()).hexdigest()


def in_zone(cohort: Cohort, zone: str, *, keeps_clock: bool) -> list[MovedDate]:
    """Return what becomes of the dates of a class in another time zone.

    Either clocks there show at each date what they show here now, or each date stays the moment it is.
    """
    own, other = cohort.zone, ZoneInfo(zone)
    return moved_dates(cohort, lambda at: same_clock(at, before=own, after=other) if keeps_clock else at)


@dataclass(frozen=True)
class ClassSettings:
    """What a class is called and whose calendar it follows. `keeps_clock` says what becomes of its dates."""

    name: str
    zone: str
    keeps_clock: bool = True


@transaction.atomic
def set_class(cohort: Cohort, wanted: ClassSettings, act: Act, *, seen: str = "") -> Cohort:
    """Give a class another name or time zone. Attempts under way keep their time where they would have less.

    `seen` is the mark of the dates as the person saw them move. Raises DatesMoved where they are others by now.
    """
    locked = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    is_moved = wanted.zone != locked.time_zone
    dates = in_zone(locked, wanted.zone, keeps_clock=wanted.keeps_clock) if is_moved else []
    if dates and seen != mark_of(dates):
        raise DatesMoved
    before = locked.time_zone
    locked.name, locked.time_zone = wanted.name, wanted.zone
    locked.save(update_fields=["name", "time_zone"])
    about = {"before": before, "after": wanted.zone, "moved": len(dates)}
    record(act.actor, Deed.CLASS_SETTINGS, locked, at=act.at, course=locked.course_id, cohort=locked, **about)
    if is_moved:
        moved = _move(dates) if wanted.keeps_clock else []
        settle_class(locked, Act(act.actor, act.at, Shorter.KEEP))
        tell_dates(moved, at=act.at)
    return locked


def _move(dates: Sequence[MovedDate]) -> list[Assignment]:
    """Write dates where they were moved to; return the assignments."""
    moved = {each.assignment.pk: each.assignment for each in dates}
    for each in dates:
        setattr(moved[each.assignment.pk], each.name, each.after)
    Assignment.objects.bulk_update(list(moved.values()), DATES, batch_size=200)
    return list(moved.values())
