"""What the pages of those who teach may ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template

from courses.models import Cohort
from quizzes.reports.classes import display_name
from quizzes.reports.marking import waiting_count

register = template.Library()


@dataclass(frozen=True)
class Todo:
    """How much waits for the instructors of a class."""

    answers: int


@register.simple_tag
def class_todo(cohort: Cohort) -> Todo:
    """Return what waits in a class, in a query for each sort of work."""
    return Todo(waiting_count(cohort))


@register.filter
def named(user: Any) -> str:
    """Return the name a person is shown by; nobody is the clock."""
    return display_name(user) if user is not None else ""
