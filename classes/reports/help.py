"""Who in a class needs help, and why (F8). Read from standing rows, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.models import Cohort
from courses.reports.people import display_name
from quizzes.domain.standing import FINISHED, UNSEEN, Reason, reasons
from quizzes.models import ClassStanding, WorkStanding

SHOWN = 12


@dataclass
class Helped:
    """One student who may need help, with the work the reasons are about."""

    standing: ClassStanding
    reasons: Sequence[Reason]
    stuck: list[WorkStanding] = field(default_factory=list)
    overdue: list[WorkStanding] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return the student's name."""
        return display_name(self.standing.place.user)

    @property
    def words(self) -> list[tuple[str, str]]:
        """Return each reason: its name, and what it is about."""
        return [(_(each.words), self._about(each)) for each in self.reasons]

    def _about(self, reason: Reason) -> str:
        if reason is Reason.HAND:
            return self.standing.hand_title
        if reason is Reason.STUCK:
            titles = ", ".join(row.title for row in self.stuck)
            n = self.standing.stuck
            words = ngettext("at %(n)d question of %(titles)s", "at %(n)d questions of %(titles)s", n)
            return words % {"n": n, "titles": titles}
        if reason is Reason.OVERDUE and self.overdue:
            n = len(self.overdue)
            words = ngettext("%(n)d piece of work, first %(title)s", "%(n)d pieces of work, first %(title)s", n)
            return words % {"n": n, "title": self.overdue[0].title}
        if reason is Reason.UNSEEN and self.standing.seen_at is None:
            return _("never started")
        return ""


@dataclass(frozen=True)
class HelpPage:
    """The first students who may need help, how many there are in all, and who was set aside, with notes."""

    first: Sequence[Helped]
    count: int
    set_aside: Sequence[ClassStanding]


def in_need(now: datetime, *, prefix: str = "") -> Q:
    """Return the condition on standings, or on what `prefix` leads from: there is a reason, and it is not set aside."""
    return _any_reason(now, prefix) & ~_is_set_aside(now, prefix)


def _any_reason(now: datetime, prefix: str) -> Q:
    found = Q()
    for condition in _conditions(now, prefix).values():
        found |= condition
    return found


def _conditions(now: datetime, prefix: str) -> dict[Reason, Q]:
    """Return the conditions that `quizzes.domain.standing.reasons` states of one student."""
    long_ago, joined = now - UNSEEN, "joined_at__lte" if prefix else "place__joined_at__lte"
    unseen = Q(**{f"{prefix}seen_at": None}) | Q(**{f"{prefix}seen_at__lte": long_ago})
    return {
        Reason.HAND: Q(**{f"{prefix}hand_at__isnull": False}),
        Reason.STUCK: Q(**{f"{prefix}stuck__gt": 0}),
        Reason.OVERDUE: Q(**{f"{prefix}next_due_at__lt": now}),
        Reason.UNSEEN: unseen & Q(**{joined: long_ago}) & Q(**{f"{prefix}changed_at__isnull": False}),
        Reason.FALLING: Q(**{f"{prefix}is_falling": True}),
    }


def _is_set_aside(now: datetime, prefix: str) -> Q:
    return Q(**{f"{prefix}set_aside_until__isnull": False, f"{prefix}set_aside_until__gt": now})


def help_page(cohort: Cohort, *, now: datetime) -> HelpPage:
    """Return who needs help in a class, in four queries whatever its size."""
    here = ClassStanding.objects.in_class(cohort)
    needed = here.filter(in_need(now)).select_related("place__user__name_order", "hand_lesson", "hand_quiz")
    weight: Any = Value(0)
    for condition in _conditions(now, "").values():
        weight = weight + Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField())
    order = (F("hand_at").asc(nulls_last=True), "-weight", F("next_due_at").asc(nulls_last=True), "place")
    first = [_helped(each, now) for each in needed.annotate(weight=weight).order_by(*order)[:SHOWN]]
    _add_work(first, now)
    set_aside = here.filter(_any_reason(now, ""), _is_set_aside(now, "")).select_related(
        "place__user__name_order", "set_aside_by"
    )
    return HelpPage(first, needed.count(), list(set_aside.order_by("set_aside_until")[:SHOWN]))


def _helped(standing: ClassStanding, now: datetime) -> Helped:
    joined = standing.place.joined_at
    return Helped(standing, reasons(standing.overall, joined_at=joined, now=now, has_hand=standing.hand_at is not None))


def _add_work(listed: Sequence[Helped], now: datetime) -> None:
    by_place = {each.standing.place_id: each for each in listed}
    late = Q(due_at__lt=now) & ~Q(state__in=[each.value for each in FINISHED])
    rows = WorkStanding.objects.filter(late | Q(stuck__gt=0), place__in=by_place)
    for row in rows.select_related("lesson", "quiz").defer("lesson__body", "lesson__notes").order_by("due_at", "pk"):
        if row.stuck:
            by_place[row.place_id].stuck.append(row)
        if row.due_at is not None and row.due_at < now and row.state not in FINISHED:
            by_place[row.place_id].overdue.append(row)
