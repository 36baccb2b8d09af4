"""The one state machine of an attempt. Page loads and the background job call the same function."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from quizzes.domain.messages import gettext_noop as _
from quizzes.domain.named import Named
from quizzes.domain.timing import LEEWAY, Overdue


class State(Named):
    """Where an attempt is."""

    OPEN = "open", _("open")
    OVERDUE = "overdue", _("time is up")  # it may be submitted but not changed
    SUBMITTED = "submitted", _("submitted")
    ABANDONED = "abandoned", _("abandoned")


UNFINISHED = (State.OPEN, State.OVERDUE)


@dataclass(frozen=True)
class Move:
    """What must happen to an attempt now, and the moment it counts from."""

    to: State
    at: datetime


def due_move(
    state: State, *, now: datetime, deadline: datetime | None, policy: Overdue, grace: timedelta
) -> Move | None:
    """Return the move that is due, or None.

    Nothing happens before the deadline and the leeway for answers on their way have passed. What happens then counts
    from the deadline itself, also when nobody looked for days.
    """
    if state not in UNFINISHED or deadline is None or now <= deadline + LEEWAY:
        return None
    if policy is Overdue.SUBMIT:
        return Move(State.SUBMITTED, deadline)
    if policy is Overdue.ABANDON:
        return Move(State.ABANDONED, deadline)
    if now > deadline + grace + LEEWAY:
        return Move(State.ABANDONED, deadline + grace)
    return None if state is State.OVERDUE else Move(State.OVERDUE, deadline)
