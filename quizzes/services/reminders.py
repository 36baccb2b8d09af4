"""Reminding students: a day before work is due, and on Mondays of what the week brings.

Each is a notice in the inbox, with its copy by email. That a student was told is written in the transaction of the
notice: a worker that dies in between has done both or neither, and two workers take different rows.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from courses.models import Cohort, Enrolment, InboxEntry
from courses.rendering.moments import with_zone
from courses.services.notices import Note, notify
from quizzes.models import ClassStanding, WorkStanding
from quizzes.services.standing import catch_up

BEFORE = timedelta(days=1)
"""So long before work is due its students are reminded."""
WEEK = timedelta(days=7)
HOUR = 7
"""From this hour of Monday, by the clock of the class, its students are told of the week; a worker that was away still
tells them until Tuesday is over."""
_AT_ONCE = 200
_SHOWN = 20
_KINDS = InboxEntry.Kind


def remind_due(*, now: datetime) -> int:
    """Remind students of unfinished work that is due within a day; return how many reminders were written."""
    _catch_up(now)
    with translation.override(settings.LANGUAGE_CODE):
        return sum(iter(partial(_remind_some, now), 0))


@transaction.atomic
def _remind_some(now: datetime) -> int:
    """Remind of some work, the earliest first; return how many rows are done with. Work that has yet to open waits."""
    soon = WorkStanding.objects.filter(is_reminded=False, due_at__gt=now, due_at__lte=now + BEFORE)
    is_open = Q(assignment__opens_at=None) | Q(assignment__opens_at__lte=now)
    rows = soon.filter(is_open).select_for_update(skip_locked=True, of=("self",)).order_by("due_at", "pk")
    taken = list(rows.values_list("pk", flat=True)[:_AT_ONCE])
    left = WorkStanding.objects.left_of_active().filter(pk__in=taken).for_list()
    notify(_KINDS.DUE, [_reminder(row, now) for row in left], at=now)
    return WorkStanding.objects.filter(pk__in=taken).update(is_reminded=True)


def _reminder(row: WorkStanding, now: datetime) -> Note:
    return Note(row.place.user_id, row, row.title, row.address, _line(row, now))


def tell_weeks(*, now: datetime) -> int:
    """Tell students on Monday what is overdue and what is due this week; return how many students are done with."""
    done = 0
    with translation.override(settings.LANGUAGE_CODE):
        for cohort in Cohort.objects.running().select_related("course"):
            monday = _monday(cohort, now)
            if monday is not None:
                done += sum(iter(partial(_tell_some, cohort, monday, now), 0))
    return done


def _monday(cohort: Cohort, now: datetime) -> date | None:
    """Return the Monday whose summary is due in a class now, or none."""
    there = now.astimezone(cohort.zone)
    is_time = there.weekday() == 1 or (there.weekday() == 0 and there.hour >= HOUR)
    return there.date() - timedelta(days=there.weekday()) if is_time else None


@transaction.atomic
def _tell_some(cohort: Cohort, monday: date, now: datetime) -> int:
    """Tell some students of a class; return how many are done with. Who has nothing to do is told nothing."""
    waiting = ClassStanding.objects.in_class(cohort).filter(Q(week_told=None) | Q(week_told__lt=monday))
    taken = list(waiting.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:_AT_ONCE])
    places = [each.place_id for each in taken]
    rows = WorkStanding.objects.left_of_active().filter(place__in=places, due_at__lte=now + WEEK)
    by_place: dict[int, list[WorkStanding]] = {}
    for row in rows.for_list().order_by("due_at", "pk"):
        by_place.setdefault(row.place_id, []).append(row)
    notify(_KINDS.WEEK, [_week(cohort, listed, now) for listed in by_place.values()], at=now)
    return ClassStanding.objects.filter(pk__in=[each.pk for each in taken]).update(week_told=monday)


def _week(cohort: Cohort, rows: list[WorkStanding], now: datetime) -> Note:
    text = "\n".join(
        [_("%(title)s: %(when)s") % {"title": row.title, "when": _line(row, now)} for row in rows[:_SHOWN]]
    )
    if len(rows) > _SHOWN:
        text += "\n" + _("… and more, on the page of the course")
    return Note(rows[0].place.user_id, rows[0].place, cohort.name, cohort.course.get_absolute_url(), text)


def _line(row: WorkStanding, now: datetime) -> str:
    """Say when work is due, by the clock of its class."""
    assert row.due_at is not None  # noqa: S101 (only rows with a date are asked for)
    words = _("was due %(when)s") if row.due_at < now else _("due %(when)s")
    return words % {"when": with_zone(row.due_at, row.cohort.time_zone, now=now)}


def _catch_up(now: datetime) -> None:
    """Work out the rows of students who joined a class with dates to come and were not looked at since."""
    coming = Q(assignments__due_at__gt=now, assignments__withdrawn_at=None)
    new = Enrolment.objects.active().filter(role=Enrolment.Role.STUDENT, standing=None).values("cohort")
    for cohort in list(Cohort.objects.filter(coming, archived_at=None, pk__in=new).distinct()):
        catch_up(cohort)
