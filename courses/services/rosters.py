"""Lists of people between reading and importing: kept for their preview, gone after a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from courses.models import RosterDraft

KEPT_FOR = timedelta(days=1)


def forget_drafts(*, now: datetime) -> int:
    """Delete lists that nobody imported in time; return how many."""
    return RosterDraft.objects.filter(made_at__lt=now - KEPT_FOR).delete()[0]
