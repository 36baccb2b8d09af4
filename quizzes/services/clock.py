"""Deadlines that move: what is granted while attempts are open takes effect at once, and nothing is cut unasked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from courses.models import Deed
from courses.services.audit import record
from quizzes.domain.timing import Window
from quizzes.errors import AttemptClosed, NoDeadline, QuizError, ReasonNeeded
from quizzes.models import Accommodation, Attempt, Quiz, QuizOverride
from quizzes.models.accommodations import windows_of_attempts
from quizzes.models.attempts import AttemptQuerySet
from quizzes.services.attempts import move_due, settled
from quizzes.services.record import Cause, Event, event
from quizzes.services.standing import follow_attempts, follow_dates

if TYPE_CHECKING:
    from django.contrib.auth.models import User

STATES = Attempt.State
_FIELDS = ["deadline", "state", "extended_to", "is_endless"]


class Shorter(StrEnum):
    """What becomes of open attempts that would have less time than they have."""

    ASK = "ask"  # nothing is changed: the change is refused, with the attempts it would shorten
    KEEP = "keep"  # they keep the time they have; the change counts for attempts that start later
    SHORTEN = "shorten"  # they end sooner, but never before now


@dataclass(frozen=True)
class Shortening:
    """An open attempt that would end sooner than now: when it ends as things stand (None: never), and when then."""

    attempt: Attempt
    before: datetime | None
    after: datetime
    is_at_once: bool
    """Whether its time would be up at once."""


@dataclass(frozen=True)
class Refreshed:
    """How many open attempts have more time, have less, or kept theirs though the change would have taken some."""

    extended: int = 0
    shortened: int = 0
    kept: int = 0


class WouldShorten(QuizError):
    """Open attempts would have less time than they have. Carries them, so that the editor sees them first."""

    message = gettext_noop("This would shorten attempts that are open. Nothing was changed.")

    def __init__(self, shortenings: Sequence[Shortening]) -> None:
        super().__init__()
        self.shortenings = shortenings


@transaction.atomic
def refresh_deadlines(
    attempts: AttemptQuerySet,
    *,
    now: datetime,
    actor: User | None = None,
    shorter: Shorter = Shorter.ASK,
    was: Quiz | None = None,
) -> Refreshed:
    """Work out the deadlines of open attempts again after something was granted or a quiz changed.

    Minutes given by hand are added to what the window gives, an attempt kept open until a moment is never ended before
    it, and one without an end stays so. An attempt whose time was up is open again when it has time now. Where
    attempts would have less time, `shorter` decides; raises WouldShorten if it says to ask. Call it in the transaction
    of the change, so that a refusal undoes the change. `was` is the quiz before, where what happens when time is up
    may have changed too.
    """
    ends = _ends(attempts, now)
    moves = [(attempt, end) for attempt, end in ends if end != attempt.deadline]
    cut = [_shortening(attempt, end, now) for attempt, end in moves if end is not None and _is_less(attempt, end)]
    if was is not None:
        cut += [_without_grace(attempt, was, now) for attempt, end in ends if _loses_grace(attempt, end, was, now)]
    if cut and shorter is Shorter.ASK:
        raise WouldShorten(cut)
    longer = [_extend(attempt, end, now) for attempt, end in moves if end is None or not _is_less(attempt, end)]
    held = [_cut(each, shorter) for each in cut]
    Attempt.objects.bulk_update([*longer, *held], _FIELDS)
    follow_attempts(longer)
    kinds = [(attempt, Event.EXTENDED) for attempt in longer]
    if shorter is Shorter.SHORTEN:
        kinds += [(attempt, Event.SHORTENED) for attempt in held]
    for attempt, kind in kinds:
        event(attempt, kind, Cause(actor, now)).save()
    if shorter is Shorter.SHORTEN:
        return Refreshed(len(longer), len(held))
    return Refreshed(len(longer), kept=len(held))


def refresh_quiz(
    quiz: Quiz,
    *,
    now: datetime,
    actor: User | None = None,
    shorter: Shorter = Shorter.ASK,
    was: Quiz | None = None,
) -> Refreshed:
    """Work out the deadlines of a quiz's open attempts again, once its window was changed; `was` is it before."""
    follow_dates(course_id=quiz.course_id, quiz=quiz)
    return refresh_deadlines(Attempt.objects.filter(quiz=quiz), now=now, actor=actor, shorter=shorter, was=was)


def refresh_granted(
    grants: Iterable[Accommodation | QuizOverride], *, now: datetime, actor: User, shorter: Shorter = Shorter.ASK
) -> Refreshed:
    """Work out again the deadlines that accommodations or overrides concern, once they were saved or deleted."""
    listed = list(grants)
    for grant in listed:
        course = grant.course_id if isinstance(grant, Accommodation) else grant.quiz.course_id
        follow_dates(course_id=course, student_id=grant.student_id)
    concerned = reduce(or_, (_concerned(grant) for grant in listed), Q(pk__in=[]))
    return refresh_deadlines(Attempt.objects.filter(concerned), now=now, actor=actor, shorter=shorter)


@transaction.atomic
def extend_attempt(*, attempt: Attempt, actor: User, minutes: int, reason: str, now: datetime) -> Attempt:
    """Give one running attempt more minutes, from its deadline or, when that is past, from now.

    They are remembered, and add to whatever is granted later. Raises ReasonNeeded, AttemptClosed when it ended, and
    NoDeadline when it has all the time there is.
    """
    if not reason.strip():
        raise ReasonNeeded
    settled(attempt, now=now)
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=attempt.pk)
    if attempt.is_finished:
        raise AttemptClosed
    if attempt.deadline is None:
        raise NoDeadline
    before = attempt.deadline
    attempt.deadline = attempt.extended_to = max(attempt.deadline, now) + timedelta(minutes=minutes)
    attempt.extra_minutes += minutes
    attempt.state = STATES.OPEN
    attempt.save(update_fields=["deadline", "extended_to", "extra_minutes", "state"])
    follow_attempts([attempt])
    event(attempt, Event.EXTENDED, Cause(actor, now, reason)).save()
    course, person = attempt.quiz.course_id, attempt.student_id
    deadline = [before, attempt.deadline]
    record(actor, Deed.MINUTES_GIVEN, attempt, at=now, person=person, course=course, minutes=minutes, deadline=deadline)
    return attempt


def _concerned(grant: Accommodation | QuizOverride) -> Q:
    """Return a condition on attempts: the grant may change when they end."""
    if isinstance(grant, Accommodation):
        return Q(student=grant.student_id) & (Q() if grant.course_id is None else Q(quiz__course=grant.course_id))
    return Q(quiz=grant.quiz_id, student=grant.student_id)


def _ends(attempts: AttemptQuerySet, now: datetime) -> list[tuple[Attempt, datetime | None]]:
    """Return the open attempts, locked, each with the deadline it should have now."""
    by_course: dict[int, list[Attempt]] = {}
    for attempt in attempts.open().filter(is_endless=False).select_related("quiz").select_for_update(of=("self",)):
        by_course.setdefault(attempt.quiz.course_id, []).append(attempt)
    found = []
    for course_id, listed in by_course.items():
        windows = windows_of_attempts(listed, course_id=course_id)
        found += [(each, _end(each, windows[each.pk], now)) for each in listed]
    return found


def _end(attempt: Attempt, window: Window, now: datetime) -> datetime | None:
    """Return the deadline an attempt should have: never one in the past that it did not have before."""
    end = window.deadline(attempt.started_at)
    if end is None:
        return None
    end += timedelta(minutes=attempt.extra_minutes)
    if attempt.extended_to is not None:
        end = max(end, attempt.extended_to)
    return max(end, min(now, attempt.deadline or now)) if _is_less(attempt, end) else end


def _is_less(attempt: Attempt, end: datetime) -> bool:
    return attempt.deadline is None or end < attempt.deadline


def _shortening(attempt: Attempt, end: datetime, now: datetime) -> Shortening:
    return Shortening(attempt, attempt.deadline, end, is_at_once=end <= now)


def _loses_grace(attempt: Attempt, end: datetime | None, was: Quiz, now: datetime) -> bool:
    """Say whether an attempt whose time is up could still be handed in, and no longer can."""
    if attempt.state != STATES.OVERDUE or end != attempt.deadline:
        return False
    return move_due(attempt, now, quiz=was) is None and move_due(attempt, now) is not None


def _without_grace(attempt: Attempt, was: Quiz, now: datetime) -> Shortening:
    before = (attempt.deadline or now) + timedelta(minutes=was.grace_minutes)
    return Shortening(attempt, before, now, is_at_once=True)


def _extend(attempt: Attempt, end: datetime | None, now: datetime) -> Attempt:
    attempt.deadline = end
    if attempt.state == STATES.OVERDUE and (end is None or end > now):
        attempt.state = STATES.OPEN
    return attempt


def _cut(each: Shortening, shorter: Shorter) -> Attempt:
    """Put into an attempt what becomes of it: it ends sooner, or is kept open as long as it was."""
    if shorter is Shorter.SHORTEN:
        each.attempt.deadline = each.after
    elif each.before is None:
        each.attempt.is_endless = True
    else:
        each.attempt.deadline = each.attempt.extended_to = each.before
    return each.attempt
