"""The links to the pages of a course, on each of them."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from courses.models import Course
from courses.reports.reading import course_taken_by
from courses.services.kept import kept

register = template.Library()


@register.simple_tag(takes_context=True)
def course_links(context: Any, course: Course | str | None) -> SafeString:
    """Return the links as they are kept for everyone; the one that leads to this page says so.

    A page that belongs to no course has the links of the course that a signed-in reader is taking.
    """
    course = course if isinstance(course, Course) else course_taken_by(context.get("user"))
    if course is None:
        return mark_safe("")
    links = kept(course, "links", lambda: render_to_string("components/_course_links.html", {"course": course}))
    path = getattr(context.get("request"), "path", "")
    return mark_safe(links.replace(f'href="{path}"', f'href="{path}" aria-current="page"'))  # noqa: S308 (our template)
