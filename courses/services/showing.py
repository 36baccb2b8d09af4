"""Whether a course is there at all: published, withdrawn, retired. It is done at once, and remembered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from courses.models import Course, Deed, Publication
from courses.services.audit import record

if TYPE_CHECKING:
    from django.contrib.auth.models import User

AT_ONCE = ("is_published", "is_retired")
"""The columns of a course that have no draft."""


@transaction.atomic
def show_course(
    course: Course, chosen: Mapping[str, bool], *, before: Mapping[str, bool], by: User, now: datetime
) -> Publication | None:
    """Publish, withdraw or retire a course; return the row that remembers it, or None where nothing was chosen."""
    if not chosen:
        return None
    Course.objects.filter(pk=course.pk).update(**chosen, edited_at=now)  # so that a load keeps to it
    if "is_published" in chosen:
        record(by, Deed.COURSE_PUBLISHED if chosen["is_published"] else Deed.COURSE_UNPUBLISHED, course, course=course)
    fields = {name: {"before": before[name], "after": value} for name, value in chosen.items()}
    row = {"row": f"courses.course:{course.pk}", "name": str(course)[:200], "is_new": False, "fields": fields}
    return Publication.objects.create(
        course=course,
        by=by,
        made_at=now,
        published_at=now,
        state=Publication.State.DONE,
        changes=[{**row, "at_once": True}],
    )


def withdraws(chosen: Mapping[str, bool]) -> bool:
    """Say whether a choice takes a course away from the people who read it."""
    return chosen.get("is_published") is False or chosen.get("is_retired") is True
