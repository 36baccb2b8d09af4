"""The review matrix: what a student may see of an attempt, and when (F6)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from quizzes.domain.base import Spec
from quizzes.domain.messages import gettext_noop as _

RIGHT_AFTER = timedelta(minutes=2)
"""How long after submitting counts as right after."""


class Shown(StrEnum):
    """A row of the matrix: something that may be shown."""

    ATTEMPT = "attempt"
    CORRECTNESS = "correctness"
    MAXIMUM = "maximum"
    MARKS = "marks"
    OPTION_FEEDBACK = "option_feedback"
    GENERAL_FEEDBACK = "general_feedback"
    RIGHT_ANSWER = "right_answer"
    OVERALL = "overall"


class When(StrEnum):
    """A column of the matrix: a time."""

    DURING = "during"
    AFTER = "after"  # within two minutes of submitting
    LATER = "later"  # while the quiz is open
    CLOSED = "closed"


ROWS: dict[Shown, str] = {
    Shown.ATTEMPT: _("your answers"),
    Shown.CORRECTNESS: _("whether each was right"),
    Shown.MAXIMUM: _("what each question is worth"),
    Shown.MARKS: _("the points you earned"),
    Shown.OPTION_FEEDBACK: _("why each option is right or wrong"),
    Shown.GENERAL_FEEDBACK: _("the explanation of each question"),
    Shown.RIGHT_ANSWER: _("the right answers"),
    Shown.OVERALL: _("your total and what it means"),
}
COLUMNS: dict[When, str] = {
    When.DURING: _("while you work"),
    When.AFTER: _("right after you submit"),
    When.LATER: _("later, while the quiz is open"),
    When.CLOSED: _("once the quiz has closed"),
}
REVEALING = frozenset({Shown.OPTION_FEEDBACK, Shown.GENERAL_FEEDBACK, Shown.RIGHT_ANSWER, Shown.CORRECTNESS})
"""Rows that tell a student who may still start what the answers are."""

_ALWAYS = tuple(When)
_DONE = (When.AFTER, When.LATER, When.CLOSED)
Times = Annotated[tuple[When, ...], Field(max_length=4)]


class ReviewMatrix(Spec):
    """What is shown when; by default everything as soon as an attempt is submitted."""

    attempt: Times = _ALWAYS
    correctness: Times = _DONE
    maximum: Times = _ALWAYS
    marks: Times = _DONE
    option_feedback: Times = _DONE
    general_feedback: Times = _DONE
    right_answer: Times = _DONE
    overall: Times = _DONE

    def at(self, when: When) -> frozenset[Shown]:
        """Return what may be shown at a time."""
        return frozenset(row for row in Shown if when in getattr(self, row))

    @property
    def waits_for_close(self) -> bool:
        """Say whether the close of the quiz changes what may be shown."""
        return self.at(When.CLOSED) != self.at(When.LATER) or self.at(When.CLOSED) != self.at(When.AFTER)

    def leaks(self, *, has_close: bool) -> Iterator[Shown]:
        """Yield the rows that show answers while others may still start: a quiz with a close, shown before it."""
        if has_close:
            yield from (row for row in Shown if row in REVEALING and set(getattr(self, row)) & {When.AFTER, When.LATER})


FULL = ReviewMatrix()
MARKS_ONLY = ReviewMatrix(option_feedback=(), general_feedback=(), right_answer=(), correctness=_DONE)
AFTER_CLOSE = ReviewMatrix(
    correctness=(When.CLOSED,),
    marks=(When.CLOSED,),
    option_feedback=(When.CLOSED,),
    general_feedback=(When.CLOSED,),
    right_answer=(When.CLOSED,),
    overall=(When.CLOSED,),
)
NAMED = {"full": FULL, "marks": MARKS_ONLY, "after_close": AFTER_CLOSE}
"""Matrices that authors may name in one word."""


def timetable(matrix: ReviewMatrix, *, has_close: bool) -> list[tuple[str, frozenset[Shown]]]:
    """Return what is shown of a submitted attempt and when, in words; nothing twice, and no time that shows nothing.

    Without a close there is nothing to wait for, which is said.
    """
    after, later, closed = (matrix.at(when) for when in _DONE)
    times = [(COLUMNS[When.AFTER], after), (COLUMNS[When.LATER] if has_close else _("later"), later)]
    if after == later:
        times = [(_("after you submit"), after)]
    if closed != later:
        words = COLUMNS[When.CLOSED] if has_close else _("once the quiz has closed, and no closing date is set")
        times.append((words, closed))
    return [(words, rows) for words, rows in times if rows]


class Release(StrEnum):
    """When something is shown of an attempt."""

    AFTER = "after"  # as soon as it is submitted
    LATER = "later"  # a little after it was submitted
    CLOSE = "close"  # once the quiz has closed
    NO_CLOSE = "no_close"  # once it has closed, and no close is set
    ONCE = "once"  # right after submitting only
    NEVER = "never"


def release_of(matrix: ReviewMatrix, row: Shown, *, closes: datetime | None) -> Release:
    """Return when a row of the matrix is shown of an attempt that was submitted, first of all."""
    times = set(getattr(matrix, row))
    if When.AFTER in times:
        return Release.AFTER if times & {When.LATER, When.CLOSED} else Release.ONCE
    if When.LATER in times:
        return Release.LATER
    if When.CLOSED in times:
        return Release.NO_CLOSE if closes is None else Release.CLOSE
    return Release.NEVER


def named_matrix(value: object) -> object:
    """Return the matrix that a word names; anything else is left to be checked."""
    if isinstance(value, str) and value in NAMED:
        return NAMED[value]
    return value


def time_of_review(*, submitted: datetime | None, closes: datetime | None, now: datetime) -> When:
    """Return the column of the matrix that holds now."""
    if submitted is None:
        return When.DURING
    if closes is not None and now >= closes:
        return When.CLOSED
    return When.AFTER if now <= submitted + RIGHT_AFTER else When.LATER
