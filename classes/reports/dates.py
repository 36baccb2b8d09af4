"""Dates of a class that would move, as a page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from classes.reports.assignments import title_of, whom
from courses.rendering.moments import in_words
from quizzes.services.dates import MovedDate

WORDS = {"opens_at": gettext_noop("Opens"), "due_at": gettext_noop("Due"), "closes_at": gettext_noop("Closes")}


@dataclass(frozen=True)
class DateLine:
    """One date, in words of the zones before and after."""

    title: str
    whom: str
    what: str
    before: str
    after: str


def lines_of(dates: Sequence[MovedDate], *, before: str, after: str, now: datetime) -> list[DateLine]:
    """Return dates in words: as they are in the zone before, and as they would be in the zone after."""
    return [
        DateLine(
            title_of(each.assignment),
            whom(each.assignment),
            _(WORDS[each.name]),
            in_words(each.before, before, now=now),
            in_words(each.after, after, now=now),
        )
        for each in dates
    ]
