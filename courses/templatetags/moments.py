"""Moments on a page: in the zone of who reads it, as the browser has told, or else in that of the class."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from courses.http import moment_of, zone_of
from courses.rendering.moments import in_words, zone_name

register = template.Library()


@register.simple_tag(takes_context=True)
def moment(context: Any, at: datetime | None, zone: str = "UTC") -> str | SafeString:
    """Write a moment in the reader's zone with its name; `zone` is the one to use while the reader's is not known."""
    if at is None:
        return "–"
    request = context["request"]
    there = zone_of(request, zone)
    words = in_words(at, there, now=moment_of(request))
    return format_html(
        '<time datetime="{}">{} <span class="zone">({})</span></time>', at.isoformat(), words, zone_name(there)
    )


@register.simple_tag(takes_context=True)
def moment_there(context: Any, at: datetime | None, zone: str) -> str | SafeString:
    """Write a moment as it is in a class, where the page has said which zone that is."""
    if at is None:
        return "–"
    words = in_words(at, zone, now=moment_of(context["request"]))
    return format_html('<time datetime="{}">{}</time>', at.isoformat(), words)


@register.simple_tag
def there(at: datetime, zone: str) -> str:
    """Write the day of a moment in a zone, as short as a table's head needs it."""
    return date_format(at.astimezone(ZoneInfo(zone)), "j M")


@register.simple_tag(takes_context=True)
def ago(context: Any, at: datetime) -> str:
    """Write how many days ago something was, by the reader's calendar."""
    request = context["request"]
    zone = ZoneInfo(zone_of(request))
    days = (moment_of(request).astimezone(zone).date() - at.astimezone(zone).date()).days
    if days <= 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    return _("%(n)d days ago") % {"n": days}
