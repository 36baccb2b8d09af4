"""When a quiz may be taken, for how long, and what lateness costs: windows, accommodations, deadlines (F6, F7)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from quizzes.domain.base import Spec

LEEWAY = timedelta(seconds=10)
"""How long after a deadline an answer on its way still counts."""


class Overdue(StrEnum):
    """What happens to an attempt whose time is up."""

    SUBMIT = "submit"  # submitted as it stands
    GRACE = "grace"  # may still be submitted for a while, but not changed; then abandoned
    ABANDON = "abandon"  # never marked, unless staff reopen it


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

    def is_open(self, now: datetime) -> bool:
        """Say whether an attempt may start."""
        return not (self.is_early(now) or self.is_closed(now))

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
    """What a student is granted everywhere, set once."""

    factor: Decimal = Decimal(1)
    extra_minutes: int = 0
    extra_days: int = 0
    extra_attempts: int = 0
    no_limit: bool = False
    is_calm: bool = False


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


def personal_window(
    quiz: Window, *, accommodation: Accommodation, personal: Override | None = None, groups: Sequence[Override] = ()
) -> Window:
    """Return the window that holds for one student.

    For each field: the personal override of this quiz, else the most lenient of the student's classes, else the quiz's
    own value with the accommodation applied. When the time limit grows, the close moves by as much, so that everyone
    who starts by (close − limit) gets the whole of the longer limit; only a close set for the person stays as it is.
    """
    granted = _accommodated(quiz, accommodation)
    values = {name: getattr(granted, name) for name in NAMES}
    for name in NAMES:
        of_classes = [group.value(name) for group in groups if group.sets(name)]
        if personal is not None and personal.sets(name):
            values[name] = personal.value(name)
        elif of_classes:
            values[name] = _most_lenient(name, of_classes)
    window = Window(**values)
    if window.closes is None or (personal is not None and personal.sets("closes")):
        return window
    grown = max(0, (window.minutes or 0) - (quiz.minutes or 0)) if quiz.minutes is not None else 0
    return replace(window, closes=window.closes + timedelta(minutes=grown))


def _accommodated(quiz: Window, accommodation: Accommodation) -> Window:
    days = timedelta(days=accommodation.extra_days)
    return Window(
        opens=quiz.opens,
        due=quiz.due and quiz.due + days,
        closes=quiz.closes and quiz.closes + days,
        minutes=_extended(quiz.minutes, accommodation),
        attempts=None if quiz.attempts is None else quiz.attempts + accommodation.extra_attempts,
    )


def _extended(minutes: int | None, accommodation: Accommodation) -> int | None:
    if minutes is None or accommodation.no_limit:
        return None
    return math.ceil(accommodation.factor * minutes) + accommodation.extra_minutes


def _most_lenient(name: str, values: Sequence[datetime | int | None]) -> datetime | int | None:
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return min(known) if name == "opens" else max(known)


class CreditStep(Spec):
    """What work earns that is in by a moment: `days` after the due date (before it, when negative)."""

    days: Annotated[Decimal, Field(ge=-365, le=365)]
    percent: Annotated[int, Field(ge=0, le=200)]


def credit_percent(steps: Sequence[CreditStep], *, due: datetime | None, at: datetime) -> int:
    """Return the per cent of its score that work in at a time earns; after the last step, nothing.

    Without steps or without a due date everything counts in full.
    """
    if not steps or due is None:
        return 100
    in_time = [step for step in steps if at <= due + timedelta(days=float(step.days))]
    return min(in_time, key=_days).percent if in_time else 0


def _days(step: CreditStep) -> Decimal:
    return step.days


def next_start(ends: Sequence[datetime], *, first_wait: timedelta, later_wait: timedelta) -> datetime | None:
    """Return when another attempt may start after attempts that ended then; None: at once."""
    if not ends:
        return None
    wait = first_wait if len(ends) == 1 else later_wait
    return ends[-1] + wait if wait else None
