"""What is due for who reads a page; pages of courses and quizzes show it by this tag."""

from __future__ import annotations

from typing import Any

from django import template

from classes.reports.due import SHOWN, due_work
from courses.http import moment_of

register = template.Library()


@register.inclusion_tag("classes/_due.html", takes_context=True)
def due_list(context: Any, course: Any = None) -> dict[str, Any]:
    """Show what a signed-in student has to do by a date: in one course, or in all."""
    request = context["request"]
    user = request.user if request.user.is_authenticated else None
    found = due_work(user, now=moment_of(request), course_id=None if course is None else course.pk)
    return {"request": request, "due": found[:SHOWN], "more": max(0, len(found) - SHOWN), "course": course}
