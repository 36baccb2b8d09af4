"""A person's due dates as an iCalendar file (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from classes.reports.due import due_work
from courses.later import later

if TYPE_CHECKING:
    import icalendar
    from django.contrib.auth.models import User
else:
    icalendar = later("icalendar")


def calendar_of(user: User, *, now: datetime, site: str) -> bytes:
    """Return what a person has to do as a calendar; `site` begins each address. Events end at the due moment."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Tumen//Due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Due"))
    for due in due_work(user, now=now):
        at = due.row.due_at
        assert at is not None  # noqa: S101 (only work with a date is due)
        event = icalendar.Event()
        event.add("uid", f"work-{due.row.pk}@{site.partition('//')[2]}")
        event.add("dtstamp", due.row.changed_at.astimezone(UTC))
        event.add("dtstart", at.astimezone(UTC) - timedelta(minutes=15))
        event.add("dtend", at.astimezone(UTC))
        event.add("summary", _("Due: %(title)s") % {"title": due.title})
        event.add("description", due.row.cohort.name)
        event.add("url", f"{site}{due.address}")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
