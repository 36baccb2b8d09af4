"""Sitting a quiz: starting, submitting, and what the clock does. All of it is safe to repeat and safe in a race."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import IntegrityError, InterfaceError, OperationalError, transaction

from courses.models import Deed
from courses.models.bulk import update_rows
from courses.services.audit import record
from courses.services.limits import QUIZ_PASSWORD, Taken, give_back, take
from quizzes.domain.base import RULES
from quizzes.domain.lifecycle import Move, State, due_move
from quizzes.domain.timing import LEEWAY, Overdue, Window, next_start
from quizzes.errors import (
    AttemptAbandoned,
    AttemptClosed,
    NoAttemptsLeft,
    NothingToAsk,
    NotOpenYet,
    QuizClosed,
    ReasonNeeded,
    StaysClosed,
    WaitFirst,
    WrongPassword,
)
from quizzes.models import Assignment, Attempt, AttemptEvent, ItemResponse, Quiz
from quizzes.models.accommodations import grants_of
from quizzes.models.assignments import assignment_for
from quizzes.models.papers import attempts_at, lock_attempt
from quizzes.services.availability import check_rules
from quizzes.services.marking import (
    MARKS,
    Basis,
    load_paper,
    mark_attempt,
    record_tries,
    set_credit,
    without_old_marks,
)
from quizzes.services.papers import paper_for, responses_for, seed_of
from quizzes.services.record import Cause, Event, event
from quizzes.services.review import follow_paper
from quizzes.services.standing import follow_attempts
from quizzes.services.uses import count_paper

if TYPE_CHECKING:
    from django.contrib.auth.models import User

logger = logging.getLogger(__name__)
MARKED_FIELDS = [
    "state", "submitted_at", "raw_score", "score", "max_score", "credit_percent", "unmarked_count", "unmarked_points",
    "rules", "submitted_rules",
]  # fmt: skip
_BY_STATE = {State.SUBMITTED: Event.TIMED_OUT, State.OVERDUE: Event.OVERDUE, State.ABANDONED: Event.ABANDONED}


@dataclass(frozen=True)
class Done:
    """An attempt that ended or was to end, and whether this call ended it."""

    attempt: Attempt
    is_new: bool


def start_attempt(
    *, quiz: Quiz, student: User, now: datetime, password: str = "", guesser: str = "", chosen: int | None = None
) -> Attempt:
    """Return the student's open attempt, or open one and fix its paper.

    It is taken for what the student's class has assigned; of several classes, for the assignment `chosen`, by its id.
    Wrong passwords are counted for the student and quiz, outside the transaction they undo. `guesser` names whose they
    are where the student does not: a guest is a new person with every browser.
    Raises ChooseClass, NotOpenYet, QuizClosed, NoAttemptsLeft, WaitFirst, DoFirst, WrongPassword, TooManyTries,
    NothingToAsk or BankTooSmallNow. When two requests race, both get the one attempt that was made.
    """
    tried: Taken | None = None
    assignment = assignment_for(quiz, student, chosen=chosen)
    under_way = Attempt.objects.of(student).open().filter(quiz=quiz, assignment=assignment)
    if quiz.password and password.strip() and not under_way.exists():
        tried = take(QUIZ_PASSWORD, f"{guesser or student.pk}:{quiz.pk}", now=now)
    try:
        return _open_attempt(quiz, student, now, password, assignment)
    except WrongPassword:
        tried = None
        raise
    except IntegrityError:
        return under_way.get()
    finally:
        if tried is not None:
            give_back(tried)


@transaction.atomic
def _open_attempt(quiz: Quiz, student: User, now: datetime, password: str, assignment: Assignment | None) -> Attempt:
    own = assignment.pk if assignment is not None else None
    sat = attempts_at(quiz, student.pk)
    attempts = [attempt for attempt in sat if attempt.assignment_id == own]
    unfinished = next((attempt for attempt in attempts if not attempt.is_finished), None)
    if unfinished is not None and not settled(unfinished, now=now).is_finished:
        return unfinished
    window = grants_of(student, course_id=quiz.course_id, now=now).window_for(quiz, assignment)
    _check_start(quiz, window, attempts, now)
    check_rules(assignment, student.pk)
    if quiz.password and not hmac.compare_digest(quiz.password.encode(), password.strip().encode()):
        raise WrongPassword
    attempt = Attempt(pk=uuid4(), quiz=quiz, student=student, started_at=now, deadline=window.deadline(now))
    attempt.assignment = assignment
    attempt.number = max((each.number for each in sat), default=0) + 1
    attempt.seed = seed_of(attempt.pk)
    paper, attempt.bank = paper_for(quiz, student, seed=attempt.seed)
    if not paper:
        raise NothingToAsk
    attempt.max_score = sum((revision.points for revision in paper), Decimal(0))
    attempt.save(force_insert=True)
    ItemResponse.objects.bulk_create(responses_for(attempt, paper))
    count_paper(revision.item_id for revision in paper)
    follow_attempts([attempt])
    return attempt


def _check_start(quiz: Quiz, window: Window, attempts: Sequence[Attempt], now: datetime) -> None:
    if window.is_early(now):
        raise NotOpenYet(at=_words(window.opens))
    if window.is_closed(now):
        raise QuizClosed(at=_words(window.closes))
    if window.attempts is not None and len(attempts) >= window.attempts:
        raise NoAttemptsLeft
    at = may_start_at(quiz, attempts)
    if at is not None and now < at:
        raise WaitFirst(at=_words(at))


def may_start_at(quiz: Quiz, attempts: Sequence[Attempt]) -> datetime | None:
    """Return when the wait after the attempts so far is over, of which the last is that which ended last.

    None: there is none.
    """
    first = timedelta(minutes=quiz.wait_minutes)
    later = first if quiz.later_wait_minutes is None else timedelta(minutes=quiz.later_wait_minutes)
    ends = sorted(attempt.submitted_at or attempt.deadline or attempt.started_at for attempt in attempts)
    return next_start(ends, first_wait=first, later_wait=later)


@transaction.atomic
def submit_attempt(*, attempt_id: UUID, student: User, now: datetime) -> Attempt:
    """Mark every response and close the attempt.

    Raises Attempt.DoesNotExist when the student has no such attempt, AttemptClosed when it was submitted before, by the
    student or the clock, and AttemptAbandoned when its time ran out unsubmitted.
    """
    attempt = lock_attempt(attempt_id, student.pk)
    _settle(attempt, now)
    if attempt.state == State.ABANDONED:
        raise AttemptAbandoned
    if attempt.is_finished:
        raise AttemptClosed
    finish(attempt, at=now, now=now, kind=Event.SUBMITTED, actor=student)
    return attempt


def settled(attempt: Attempt, *, now: datetime) -> Attempt:
    """Return an attempt after the clock has done to it what was due; costs nothing while nothing is."""
    if move_due(attempt, now) is None:
        return attempt
    with transaction.atomic():
        locked = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=attempt.pk)
        _settle(locked, now)
    for name in MARKED_FIELDS:
        setattr(attempt, name, getattr(locked, name))
    return attempt


def settle_due(*, now: datetime, most: int = 1_000) -> int:
    """Do for every attempt what the clock is due to do, each in its own transaction; return how many were moved.

    One that cannot be settled is logged, and does not hold up the others.
    """
    due = Attempt.objects.past_deadline(now).select_related("quiz").order_by("deadline")[:most]
    return sum(_moves(attempt, now) for attempt in due)


def _moves(attempt: Attempt, now: datetime) -> bool:
    before = attempt.state
    try:
        return settled(attempt, now=now).state != before
    except (InterfaceError, OperationalError):  # the database is away: the others would fare no better
        raise
    except Exception:
        logger.exception("Attempt %s could not be settled.", attempt.pk)
        return False


def move_due(attempt: Attempt, now: datetime, *, quiz: Quiz | None = None) -> Move | None:
    """Return what the clock is due to do to an attempt, by the settings of its quiz or of another in its place."""
    quiz = quiz or attempt.quiz
    grace = timedelta(minutes=quiz.grace_minutes)
    return due_move(State(attempt.state), now=now, deadline=attempt.deadline, policy=Overdue(quiz.overdue), grace=grace)


def takes_answers(attempt: Attempt, now: datetime) -> bool:
    """Say whether an answer that arrives now still counts."""
    is_in_time = attempt.deadline is None or now <= attempt.deadline + LEEWAY
    return attempt.state == State.OPEN and is_in_time


@transaction.atomic
def reopen_attempt(*, attempt: Attempt, actor: User, reason: str, now: datetime, minutes: int | None = None) -> Attempt:
    """Open a finished attempt again, with its answers, for so many minutes (None: until it is submitted).

    The mark it had is in the record, with the reason. Raises ReasonNeeded, and StaysClosed when it is open, or another
    is.
    """
    if not reason.strip():
        raise ReasonNeeded
    attempt = Attempt.objects.select_for_update(of=("self",)).select_related("quiz").get(pk=attempt.pk)
    others = Attempt.objects.open().filter(
        quiz=attempt.quiz_id, student=attempt.student_id, assignment=attempt.assignment_id
    )
    if not attempt.is_finished or others.exists():
        raise StaysClosed
    before = attempt.score
    attempt.state, attempt.submitted_at, attempt.score, attempt.raw_score = State.OPEN, None, None, None
    attempt.extended_to = attempt.deadline = None if minutes is None else now + timedelta(minutes=minutes)
    attempt.is_endless = minutes is None
    attempt.unmarked_count, attempt.unmarked_points = 0, Decimal(0)
    attempt.save(update_fields=[*MARKED_FIELDS, "extended_to", "deadline", "is_endless"])
    event(attempt, Event.REOPENED, Cause(actor, now, reason), points=(before, None)).save()
    follow_attempts([attempt])
    course, person = attempt.quiz.course_id, attempt.student_id
    record(actor, Deed.REOPENED, attempt, at=now, person=person, course=course, score=before, minutes=minutes)
    return attempt


def finish(attempt: Attempt, *, at: datetime, now: datetime, kind: AttemptEvent.Kind, actor: User | None) -> None:
    """Mark and close an attempt whose row is locked, as of a moment."""
    bases = without_old_marks(load_paper(attempt))
    record_tries(attempt, bases, now=now)
    attempt.state, attempt.submitted_at = State.SUBMITTED, at
    attempt.rules = attempt.submitted_rules = RULES
    if attempt.quiz.credit:
        grants = grants_of(attempt.student, course_id=attempt.quiz.course_id, now=attempt.started_at)
        set_credit(attempt, bases, due=grants.window_for(attempt.quiz, attempt.assignment).due)
    _save_marks(attempt, bases)
    event(attempt, kind, Cause(actor, now), points=(None, attempt.score)).save()
    follow_attempts([attempt])
    follow_paper(attempt, bases)


def _save_marks(attempt: Attempt, bases: Sequence[Basis]) -> None:
    update_rows(mark_attempt(attempt, bases), MARKS)
    attempt.save(update_fields=MARKED_FIELDS)


def _settle(attempt: Attempt, now: datetime) -> bool:
    """Do what the clock is due to do to a locked attempt; say whether anything was."""
    move = move_due(attempt, now)
    if move is None:
        return False
    if move.to is State.SUBMITTED:
        finish(attempt, at=move.at, now=now, kind=Event.TIMED_OUT, actor=None)
        return True
    attempt.state = move.to
    attempt.save(update_fields=["state"])
    event(attempt, _BY_STATE[move.to], Cause(None, move.at)).save()
    follow_attempts([attempt])
    return True


def _words(moment: datetime | None) -> str:
    return f"{moment:%-d %B %Y, %H:%M}" if moment else ""
