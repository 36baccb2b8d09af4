"""What pages may ask about classes and their instructors' work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.http import urlencode

from classes.reports.grading import waiting_count
from classes.reports.messages import latest_announcements
from classes.reports.question_reports import open_report_count
from courses.models import Cohort
from quizzes.models import Quiz

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


@register.inclusion_tag("classes/_viewing.html", takes_context=True)
def viewing_banner(context: Any) -> dict[str, Any]:
    """Say whom an instructor views as a student, on every page while they do."""
    request = context.get("request")
    return {"viewing": getattr(request, "viewing", None), "csrf_token": context.get("csrf_token")}


@register.simple_tag
def classes_url() -> str:
    """Return where a user's own classes are listed."""
    return reverse("classes:list")


@register.simple_tag
def class_url(cohort_id: int) -> str:
    """Return the page of a class."""
    return reverse("classes:overview", args=[cohort_id])


@register.simple_tag
def class_people_url(cohort_id: int) -> str:
    """Return the page of a class's people."""
    return reverse("classes:people", args=[cohort_id])


@register.simple_tag
def class_settings_url(cohort_id: int) -> str:
    """Return the page of a class's settings."""
    return reverse("classes:settings", args=[cohort_id])


@register.simple_tag
def hand_url(course_key: str, **where: str | int) -> str:
    """Return the page on which a student raises a hand, from a lesson (`lesson`) or a quiz (`quiz`, `question`)."""
    return f"{reverse('classes:hand', args=[course_key])}?{urlencode(where)}"


@register.simple_tag
def join_url() -> str:
    """Return where a class is joined by its code."""
    return reverse("classes:join")


@register.simple_tag
def regrade_url(revision_id: int) -> str:
    """Return where a question is regraded; pages of quizzes lead there by this tag alone."""
    return reverse("classes:regrade", args=[revision_id])


@register.simple_tag
def rules_url(quiz: Quiz) -> str:
    """Return where results of a quiz are marked by the newest rules."""
    return reverse("classes:rules", args=[quiz.course.key, quiz.key])


@register.simple_tag
def class_messages_url(cohort_id: int) -> str:
    """Return where the threads of a class are listed."""
    return reverse("classes:messages", args=[cohort_id])


@register.inclusion_tag("classes/_announcements.html")
def announcements(cohort: Cohort) -> dict[str, Any]:
    """Show the newest announcements of a class, in one query."""
    return {"cohort": cohort, "announced": latest_announcements(cohort, rows=2)}
