"""How many questions use an entry of a list: the page of a course asks, so that courses need not know quizzes exist."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import template

from courses.models import Course, GlossaryTerm, Person, TimelineEvent
from quizzes.reports.uses import questions_citing, questions_naming, questions_on_events

register = template.Library()


@register.simple_tag
def sources_asked(course: Course) -> Mapping[str, int]:
    """Return the number of questions that rest on each source, by key."""
    return questions_citing(course)


@register.simple_tag
def events_asked(course: Course, events: Sequence[TimelineEvent]) -> Mapping[str, int]:
    """Return the number of questions that rest on the facts of each event, by key."""
    return questions_on_events(course, events)


@register.simple_tag
def names_asked(course: Course, entries: Sequence[GlossaryTerm | Person]) -> Mapping[str, int]:
    """Return the number of questions that name each term or person, by key."""
    return questions_naming(course, entries)
