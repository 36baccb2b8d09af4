"""The record of what happened to attempts and marks: what, who, when and why. Rows are only ever added."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from quizzes.models import Attempt, AttemptEvent, ItemResponse, Regrade

if TYPE_CHECKING:
    from django.contrib.auth.models import User

Event = AttemptEvent.Kind
Points = tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True)
class Cause:
    """Who does something, when and why. Nobody means the clock."""

    actor: User | None
    at: datetime
    reason: str = ""
    regrade: Regrade | None = None


def event(
    attempt: Attempt,
    kind: AttemptEvent.Kind,
    cause: Cause,
    *,
    points: Points = (None, None),
    response: ItemResponse | None = None,
) -> AttemptEvent:
    """Return an event that is yet to be saved; `points` are those before and after."""
    return AttemptEvent(
        attempt=attempt,
        response=response,
        kind=kind,
        actor=cause.actor,
        reason=cause.reason.strip(),
        points_before=points[0],
        points_after=points[1],
        regrade=cause.regrade,
        happened_at=cause.at,
    )
