"""What the pages of those who teach may ask for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _

from courses.models import Cohort
from quizzes.forms.reports import ReportForm
from quizzes.models import QuestionReport
from quizzes.reports.classes import display_name
from quizzes.reports.marking import waiting_count
from quizzes.reports.reported import open_report_count

register = template.Library()


@dataclass(frozen=True)
class Todo:
    """How much waits for the instructors of a class."""

    answers: int
    reports: int


@register.simple_tag
def class_todo(cohort: Cohort) -> Todo:
    """Return what waits in a class, in a query for each sort of work."""
    return Todo(waiting_count(cohort), open_report_count(cohort))


@register.simple_tag
def report_form(position: int, failed: Mapping[int, ReportForm]) -> ReportForm:
    """Return the form to report a question by: the one that was refused, or a new one."""
    return failed.get(position) or ReportForm(position)


@register.filter
def named(user: Any) -> str:
    """Return the name a person is shown by; nobody is the clock."""
    return display_name(user) if user is not None else ""


@register.filter
def waits(reports: Sequence[QuestionReport] | None) -> bool:
    """Say whether one of a student's reports of a question is not answered yet."""
    return any(report.state == QuestionReport.State.OPEN for report in reports or ())


@register.filter
def limit(value: datetime | int | None) -> str:
    """Write a limit in words: a moment, a number, or that there is none."""
    if value is None:
        return _("no limit")
    return f"{value:%-d %B %Y, %H:%M} UTC" if isinstance(value, datetime) else str(value)
