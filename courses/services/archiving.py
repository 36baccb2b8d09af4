"""Archiving courses and classes: out of every list, while the pages stay for the people who took them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.errors import ClassesRun
from courses.models import Cohort, Course, Deed
from courses.services.audit import record

if TYPE_CHECKING:
    from django.contrib.auth.models import User


@transaction.atomic
def archive_course(*, course: Course, actor: User, now: datetime, is_confirmed: bool = False) -> Course:
    """Take a course out of the catalogue and of every picker. Archived before, it stays so.

    Raises ClassesRun where classes of it run, unless that was confirmed; the classes go on.
    """
    locked = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    if locked.archived_at is not None:
        return locked
    running = list(locked.cohorts.running().order_by("name"))
    if running and not is_confirmed:
        raise ClassesRun(names=", ".join(cohort.name for cohort in running))
    locked.archived_at = now
    locked.save(update_fields=["archived_at"])
    record(actor, Deed.COURSE_ARCHIVED, locked, at=now, course=locked, running=running)
    return locked


@transaction.atomic
def unarchive_course(*, course: Course, actor: User, now: datetime) -> Course:
    """Bring a course back."""
    locked = Course.objects.select_for_update(of=("self",)).get(pk=course.pk)
    if locked.archived_at is not None:
        locked.archived_at = None
        locked.save(update_fields=["archived_at"])
        record(actor, Deed.COURSE_UNARCHIVED, locked, at=now, course=locked)
    return locked


@transaction.atomic
def archive_class(*, cohort: Cohort, actor: User, now: datetime) -> bool:
    """Archive a class: it takes nobody in, and stands in no list but that of archived ones. Say whether that is new."""
    return _set_archived(cohort, actor, Deed.CLASS_ARCHIVED, now, archived_at=now)


@transaction.atomic
def unarchive_class(*, cohort: Cohort, actor: User, now: datetime) -> bool:
    """Bring a class back. Say whether it was archived."""
    return _set_archived(cohort, actor, Deed.CLASS_UNARCHIVED, now, archived_at=None)


def _set_archived(cohort: Cohort, actor: User, deed: Deed, now: datetime, *, archived_at: datetime | None) -> bool:
    locked = Cohort.objects.select_for_update(of=("self",)).get(pk=cohort.pk)
    if (locked.archived_at is None) is (archived_at is None):
        return False
    locked.archived_at = archived_at
    locked.save(update_fields=["archived_at"])
    record(actor, deed, locked, at=now, course=locked.course_id, cohort=locked)
    return True
