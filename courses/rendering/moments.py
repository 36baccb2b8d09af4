"""Moments in words, in a zone that is named."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils.formats import date_format
from django.utils.translation import gettext as _


@cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def is_zone(name: str) -> bool:
    """Say whether a name is that of a time zone."""
    return name in _names()


def zone_name(zone: str) -> str:
    """Return how people call a zone: by its city.

    >>> zone_name("America/New_York"), zone_name("UTC")
    ('New York', 'UTC')
    """
    return zone.rpartition("/")[2].replace("_", " ")


def in_words(at: datetime, zone: str, *, now: datetime | None = None) -> str:
    """Return a moment as it is in a zone, without the zone's name; the year only where it is another than now's."""
    there = at.astimezone(ZoneInfo(zone))
    is_this_year = now is not None and now.astimezone(ZoneInfo(zone)).year == there.year
    return date_format(there, "l j F, H:i" if is_this_year else "l j F Y, H:i")


def with_zone(at: datetime, zone: str, *, now: datetime | None = None) -> str:
    """Return a moment with the name of its zone."""
    return _("%(when)s (%(zone)s)") % {"when": in_words(at, zone, now=now), "zone": zone_name(zone)}
