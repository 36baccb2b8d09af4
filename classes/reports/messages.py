"""Whom a message of a class can reach, and its announcements."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict

from courses.models import Cohort, Enrolment, Group, Message, Thread
from courses.reports.inbox import MOST_NAMES
from courses.reports.people import display_name
from courses.services.messages import To

MOST_LISTED = 200
"""Students that are listed to choose from; of more, some are found by their names."""
ROWS = 10
_AUDIENCES = Thread.Audience


@dataclass(frozen=True)
class Choice:
    """What a message can be addressed to: groups with their sizes, and students who match what was looked for."""

    count: int
    groups: Sequence[Group]
    students: Sequence[tuple[int, str]]
    searched: str

    @property
    def is_cut(self) -> bool:
        """Whether there are more students than are listed."""
        return len(self.students) == MOST_LISTED


@dataclass(frozen=True)
class Recipients:
    """Everyone a message will reach: how many, the names of the first, and a fingerprint of exactly these people."""

    count: int
    names: Sequence[str]
    fingerprint: str

    @property
    def further(self) -> int:
        """How many are not named."""
        return self.count - len(self.names)


def choice_of(cohort: Cohort, searched: str) -> Choice:
    """Return what a message of a class can be addressed to, in three queries."""
    words = " ".join(searched.split())[:80]
    students = cohort.enrolments.students()
    active = Q(members__is_active=True, members__role=Enrolment.Role.STUDENT)
    groups = cohort.groups.annotate(count=Count("members", filter=active)).filter(count__gt=0)
    listed = students.with_names()
    for word in words.split():
        parts = ("first_name", "last_name", "username")
        listed = listed.filter(Q(*((f"user__{part}__icontains", word) for part in parts), _connector=Q.OR))
    named = [(place.user_id, display_name(place.user)) for place in listed[:MOST_LISTED]]
    return Choice(students.count(), list(groups), named, words)


def chosen(cohort: Cohort, asked: QueryDict) -> To | None:
    """Return whom an address names, or None where it names no one of this class."""
    to, number = str(asked.get("to", "")), str(asked.get("group", ""))
    if to in (_AUDIENCES.CLASS, _AUDIENCES.ANNOUNCEMENT):
        return To(_AUDIENCES(to))
    if number.isdecimal():
        group = cohort.groups.filter(pk=number[:18]).first()
        return To(_AUDIENCES.GROUP, group=group) if group is not None else None
    ids = frozenset(int(each) for each in asked.getlist("student") if each.isdecimal() and len(each) < 19)
    if not ids:
        return None
    found = cohort.enrolments.students().filter(user__in=ids).values_list("user", flat=True)
    return To(_AUDIENCES.STUDENTS, student_ids=frozenset(found)) if found else None


def recipients_of(cohort: Cohort, to: To) -> Recipients:
    """Return whom a message would reach now, in two queries."""
    places = to.places(cohort)
    ids = sorted(places.values_list("user", flat=True))
    fingerprint = hashlib.sha256(" ".join(map(str, ids)).encode()).hexdigest()
    names = [display_name(place.user) for place in places.with_names()[:MOST_NAMES]]
    return Recipients(len(ids), names, fingerprint)


def instructors_of(cohort: Cohort) -> list[str]:
    """Return the names of the people who teach a class now."""
    places = cohort.enrolments.active().filter(role=Enrolment.Role.INSTRUCTOR, user__is_active=True)
    return [display_name(place.user) for place in places.by_name().with_names()]


def announcements_of(cohort: Cohort, *, page: str | int | None) -> Page[Message]:
    """Return a page of the announcements of a class, newest first, each a message with its thread and author."""
    return Paginator(_announced(cohort), ROWS).get_page(page)


def latest_announcements(cohort: Cohort, *, rows: int) -> list[Message]:
    """Return the newest announcements of a class, in one query."""
    return list(_announced(cohort)[:rows])


def _announced(cohort: Cohort) -> QuerySet[Message]:
    sent = Message.objects.filter(thread__cohort=cohort, thread__audience=_AUDIENCES.ANNOUNCEMENT)
    return sent.select_related("thread", "author__name_order").order_by("-sent_at", "-pk")
