"""When a quiz may be taken, for how long, and what lateness costs: windows, accommodations, deadlines (F6, F7)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from quizzes.domain.base import Number, Spec, Whole
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named

LEEWAY = timedelta(seconds=10)
"""How long after a deadline an answer on its way still counts."""


class Overdue(Named):
    """What happens to an attempt whose time is up."""

    SUBMIT = "submit", _("submitted as it stands")
    GRACE = "grace", _("may be submitted for a while")  # but not changed; then abandoned
    ABANDON = "abandon", _("not marked")  # unless staff reopen it


class CreditFrom(Named):
    """Which moment lateness is counted from."""

    LAST_ANSWER = "last_answer", _("the last answer saved")
    SUBMISSION = "submission", _("the submission")


@dataclass(frozen=True)
class Window:
    """When a quiz may be taken. None means no limit, and is always the most lenient."""

    opens: datetime | None = None
    due: datetime | None = None
    closes: datetime | None = None
    minutes: int | None = None
    attempts: int | None = None

    @property
    def limit(self) -> timedelta | None:
        """Return the time limit."""
        return None if self.minutes is None else timedelta(minutes=self.minutes)

    def is_early(self, now: datetime) -> bool:
        """Say whether the quiz has yet to open."""
        return self.opens is not None and now < self.opens

    def is_closed(self, now: datetime) -> bool:
        """Say whether the quiz has closed."""
        return self.closes is not None and now >= self.closes

    def cut_minutes(self, started: datetime) -> int | None:
        """Return how many minutes an attempt started then has when the close cuts its time limit short, else None."""
        if self.limit is None or self.closes is None or started + self.limit <= self.closes:
            return None
        return max(0, int((self.closes - started).total_seconds() // 60))

    def deadline(self, started: datetime) -> datetime | None:
        """Return when an attempt started then must end: its time limit or the close, whichever is first."""
        ends = [self.closes] if self.closes else []
        if self.limit is not None:
            ends.append(started + self.limit)
        return min(ends, default=None)


@dataclass(frozen=True)
class Accommodation:
    """What a student is granted in every quiz, set once."""

    factor: Decimal = Decimal(1)
    extra_minutes: int = 0
    extra_days: int = 0
    extra_attempts: int = 0
    no_limit: bool = False
    is_calm: bool = False

    def with_other(self, other: Accommodation) -> Accommodation:
        """Return what a student has who was granted both: in each respect the more of the two, never their sum."""
        return Accommodation(
            max(self.factor, other.factor),
            max(self.extra_minutes, other.extra_minutes),
            max(self.extra_days, other.extra_days),
            max(self.extra_attempts, other.extra_attempts),
            self.no_limit or other.no_limit,
            self.is_calm or other.is_calm,
        )

    def longer(self, minutes: int) -> int:
        """Return a time limit with what is granted: the factor first, rounded up to whole minutes, then the minutes."""
        return math.ceil(self.factor * minutes) + self.extra_minutes


NAMES = ("opens", "due", "closes", "minutes", "attempts")


@dataclass(frozen=True)
class Override:
    """Other settings of one quiz for a person or a class. A field counts when set, or lifted: no limit."""

    opens: datetime | None = None
    due: datetime | None = None
    closes: datetime | None = None
    minutes: int | None = None
    attempts: int | None = None
    lifted: frozenset[str] = frozenset()

    def sets(self, name: str) -> bool:
        """Say whether a field is overridden."""
        return name in self.lifted or getattr(self, name) is not None

    def value(self, name: str) -> datetime | int | None:
        """Return what an overridden field is; None when the limit is lifted."""
        return None if name in self.lifted else getattr(self, name)


def days_later(moment: datetime, days: float) -> datetime:
    """Return the same time of day some days later in the moment's own zone, in UTC.

    A clock that is changed meanwhile makes no difference: a day after 23:59 is 23:59. A part of a day counts in hours
    of the clock on the wall. What would fall into the hour that a change leaves out comes an hour later.
    """
    return (moment + timedelta(days=days)).astimezone(UTC)


def same_clock(moment: datetime, *, before: tzinfo, after: tzinfo) -> datetime:
    """Return the moment at which a clock in another zone shows what one in the first shows at a moment, in UTC.

    >>> from zoneinfo import ZoneInfo
    >>> at = datetime(2026, 12, 5, 4, 59, tzinfo=UTC)
    >>> same_clock(at, before=ZoneInfo("America/Lima"), after=ZoneInfo("Europe/Lisbon")).isoformat()
    '2026-12-04T23:59:00+00:00'
    """
    return moment.astimezone(before).replace(tzinfo=after).astimezone(UTC)


def personal_window(
    quiz: Window,
    *,
    accommodation: Accommodation,
    personal: Override | None = None,
    groups: Sequence[Override] = (),
    zone: tzinfo = UTC,
) -> Window:
    """Return the window that holds for one student.

    Field by field: the quiz's own value, or the most lenient of the student's classes where one sets it. The
    accommodation is applied to that, and a personal override of this quiz replaces the result where it gives more.
    Nothing granted to a student therefore leaves them with less than they had without it.

    When the time limit grows, the close moves by as much, so that everyone who starts by (close − limit) has all of
    the longer limit. A limit that is lifted leaves the close where the longer limit had put it. Days that are granted
    are days of the calendar of `zone`, in which the due date is returned, since days late are counted from it there.
    """
    set_by_classes: dict[str, Any] = {name: value for name in NAMES for value in _of_classes(name, groups)}
    base = replace(quiz, **set_by_classes)
    granted = _accommodated(base, accommodation, zone)
    if granted.closes is not None:
        growth = _growth(quiz, accommodation, personal, groups)
        granted = replace(granted, closes=granted.closes + timedelta(minutes=growth))
    if personal is None:
        return _due_in(granted, zone)
    better: dict[str, Any] = {
        name: _most_lenient(name, [getattr(granted, name), personal.value(name)])
        for name in NAMES
        if personal.sets(name)
    }
    return _due_in(replace(granted, **better), zone)


def without_effect(window: Window, personal: Override) -> list[str]:
    """Return the fields of a personal override that change nothing: the student's window gives more without them."""
    return [name for name in NAMES if personal.sets(name) and getattr(window, name) != personal.value(name)]


def _of_classes(name: str, groups: Sequence[Override]) -> list[datetime | int | None]:
    """Return the most lenient value that classes set for a field, in a list; an empty list when none sets it."""
    values = [group.value(name) for group in groups if group.sets(name)]
    return [_most_lenient(name, values)] if values else []


def _accommodated(base: Window, accommodation: Accommodation, zone: tzinfo) -> Window:
    days = accommodation.extra_days
    has_limit = base.minutes is not None and not accommodation.no_limit
    return Window(
        opens=base.opens,
        due=base.due and days_later(base.due.astimezone(zone), days),
        closes=base.closes and days_later(base.closes.astimezone(zone), days),
        minutes=accommodation.longer(base.minutes or 0) if has_limit else None,
        attempts=None if base.attempts is None else base.attempts + accommodation.extra_attempts,
    )


def _due_in(window: Window, zone: tzinfo) -> Window:
    return replace(window, due=window.due and window.due.astimezone(zone))


def _growth(quiz: Window, accommodation: Accommodation, personal: Override | None, groups: Sequence[Override]) -> int:
    """Return by how many minutes the close moves because the time limit is longer.

    The close was set with a limit in mind: the class's where a class sets the close, else the quiz's or, if shorter,
    the class's. A number of minutes counts here also where the limit is lifted: without a limit a student must not
    have to stop before the moment that a longer limit would have allowed.
    """
    set_by_classes = [group.minutes for group in groups if group.minutes is not None]
    limits = [minutes for minutes in (quiz.minutes, max(set_by_classes, default=None)) if minutes is not None]
    if not limits:
        return 0
    is_class_close = any(group.sets("closes") for group in groups)
    meant = limits[-1] if is_class_close else min(limits)
    grown = [accommodation.longer(limits[-1]) - meant]
    if personal is not None and personal.minutes is not None:
        grown.append(personal.minutes - min(limits))
    return max(0, *grown)


def _most_lenient(name: str, values: Sequence[datetime | int | None]) -> datetime | int | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return min(known) if name == "opens" else max(known)


class CreditStep(Spec):
    """What work earns that is in by a moment: `days` after the due date (before it, when negative)."""

    days: Annotated[Number, Field(ge=-365, le=365)]
    percent: Annotated[Whole, Field(ge=0, le=200)]


def credit_percent(steps: Sequence[CreditStep], *, due: datetime | None, at: datetime) -> int:
    """Return the per cent of its score that work in at a time earns; after the last step, nothing.

    Days are those of the calendar of the zone in which the due date is given. Without steps or without a due date
    everything counts in full.
    """
    if not steps or due is None:
        return 100
    in_time = [step for step in steps if at <= days_later(due, float(step.days))]
    return min(in_time, key=_days).percent if in_time else 0


def _days(step: CreditStep) -> Decimal:
    return step.days


def next_start(ends: Sequence[datetime], *, first_wait: timedelta, later_wait: timedelta) -> datetime | None:
    """Return when another attempt may start after attempts that ended then; None: at once."""
    if not ends:
        return None
    wait = first_wait if len(ends) == 1 else later_wait
    return ends[-1] + wait if wait else None
