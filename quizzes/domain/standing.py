"""Where a student stands in a class: at one piece of assigned work, and over all of it. Reasons to help (F8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
from statistics import mean

from quizzes.domain.keeping import Keep, Outcome, in_order, kept_of
from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named

STUCK_TRIES = 4
"""So many wrong tries at a question that goes on are a reason to help. Hints are none."""
UNSEEN = timedelta(days=7)
"""Who did nothing for so long may need help."""
FALL = Decimal("0.15")
"""Results so far below a student's own earlier ones are a reason to help."""
LATEST, EARLIER = 3, 3
"""How many results are compared, and how many earlier ones there are at least."""
_STEP = Decimal("1e-12")


class WorkState(Named):
    """How far a student is with one piece of work."""

    NEW = "new", _("not started")
    OPEN = "open", _("in progress")
    OVERDUE = "overdue", _("time is up, not submitted")
    LAPSED = "lapsed", _("time was up, nothing submitted")
    WAITS = "waits", _("to be graded")
    DONE = "done", _("done")


FINISHED = (WorkState.WAITS, WorkState.DONE)
"""States in which nothing is left for the student to do."""


class Reason(Named):
    """Why a student may need help."""

    HAND = "hand", _("raised a hand")
    STUCK = "stuck", _("stuck")
    OVERDUE = "overdue", _("overdue")
    UNSEEN = "unseen", _("not seen for a week")
    FALLING = "falling", _("results falling")


@dataclass(frozen=True)
class Sitting:
    """One attempt, as far as it says where its student stands. `share` is None where no question of it counts."""

    state: str
    number: int
    started_at: datetime
    submitted_at: datetime | None = None
    share: Decimal | None = None
    unmarked: int = 0


@dataclass(frozen=True)
class Progress:
    """Where a student stands at one piece of work.

    `share` is what counts by the rule of the quiz, as far as it is known whatever is graded yet; `unmarked` how many
    answers a person has yet to grade; `parts` how many sections of a lesson were read; `stuck` how many questions.
    """

    state: str = WorkState.NEW
    share: Decimal | None = None
    unmarked: int = 0
    sittings: int = 0
    parts: int = 0
    stuck: int = 0
    seen_at: datetime | None = None
    done_at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One piece of work with when it is due, to add up."""

    progress: Progress
    due_at: datetime | None = None


@dataclass(frozen=True)
class Overall:
    """Where a student stands in a class. `next_due_at` is the earliest date of work that is not finished."""

    done: int = 0
    stuck: int = 0
    seen_at: datetime | None = None
    next_due_at: datetime | None = None
    is_falling: bool = False


def of_quiz(keep: str, sittings: Sequence[Sitting], *, stuck: int = 0) -> Progress:
    """Return where a student stands at a quiz after some attempts."""
    listed = sorted(sittings, key=lambda each: in_order(each.submitted_at, each.number))
    submitted = [each for each in listed if each.submitted_at is not None]
    outcomes = [Outcome(each.share, waits=each.unmarked > 0) for each in submitted if each.share is not None]
    kept = kept_of(Keep(keep), outcomes)
    share = None if kept is None else kept.at_least if kept.waits else kept.share
    unmarked = sum(each.unmarked for each in submitted)
    times = [moment for each in listed for moment in (each.started_at, each.submitted_at) if moment is not None]
    return Progress(
        state=_state(listed, has_result=bool(submitted), unmarked=unmarked),
        share=None if share is None else floored(share),
        unmarked=unmarked,
        sittings=len(listed),
        stuck=stuck,
        seen_at=max(times, default=None),
        done_at=submitted[-1].submitted_at if submitted else None,
    )


def _state(sittings: Sequence[Sitting], *, has_result: bool, unmarked: int) -> WorkState:
    states = {each.state for each in sittings}
    if has_result:
        return WorkState.WAITS if unmarked else WorkState.DONE
    for state in (WorkState.OVERDUE, WorkState.OPEN):
        if state.value in states:
            return state
    return WorkState.LAPSED if states else WorkState.NEW


def of_lesson(*, parts: int, read_at: datetime | None, completed_at: datetime | None) -> Progress:
    """Return where a student stands at a lesson."""
    if completed_at is not None:
        return Progress(
            WorkState.DONE, parts=parts, seen_at=max(read_at or completed_at, completed_at), done_at=completed_at
        )
    return Progress(WorkState.OPEN if parts else WorkState.NEW, parts=parts, seen_at=read_at)


def floored(share: Decimal) -> Decimal:
    """Return a share with the places that are stored. Rounded down, it passes just the pass marks it passed before."""
    return share.quantize(_STEP, rounding=ROUND_FLOOR)


def overall(lines: Sequence[Line]) -> Overall:
    """Return where a student stands over all assigned work."""
    left = [line for line in lines if line.progress.state not in FINISHED]
    return Overall(
        done=len(lines) - len(left),
        stuck=sum(line.progress.stuck for line in lines),
        seen_at=max((line.progress.seen_at for line in lines if line.progress.seen_at), default=None),
        next_due_at=min((line.due_at for line in left if line.due_at), default=None),
        is_falling=_is_falling(lines),
    )


def _is_falling(lines: Sequence[Line]) -> bool:
    results = [(each.progress.done_at, each.progress.share) for each in lines if each.progress.state == WorkState.DONE]
    shares = [share for _at, share in sorted((at, share) for at, share in results if at and share is not None)]
    if len(shares) < LATEST + EARLIER:
        return False
    return mean(shares[:-LATEST]) - mean(shares[-LATEST:]) >= FALL


def reasons(whole: Overall, *, joined_at: datetime, now: datetime, has_hand: bool = False) -> list[Reason]:
    """Return why a student may need help now, the most pressing first."""
    seen = max(whole.seen_at or joined_at, joined_at)
    found = {
        Reason.HAND: has_hand,
        Reason.STUCK: whole.stuck > 0,
        Reason.OVERDUE: whole.next_due_at is not None and whole.next_due_at < now,
        Reason.UNSEEN: seen <= now - UNSEEN,
        Reason.FALLING: whole.is_falling,
    }
    return [reason for reason, holds in found.items() if holds]
