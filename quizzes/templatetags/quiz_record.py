"""What pages need to know of reports and limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django import template
from django.utils.translation import gettext as _

from quizzes.forms.question_reports import ReportForm
from quizzes.models import QuestionReport

register = template.Library()


@register.simple_tag
def report_form(position: int, failed: Mapping[int, ReportForm]) -> ReportForm:
    """Return the form to report a question by: the one that was refused, or a new one."""
    return failed.get(position) or ReportForm(position)


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
