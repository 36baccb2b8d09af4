"""What a student has to do: assigned work that is not finished, the earliest date first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from courses.models.content import Viewer
from quizzes.models import WorkStanding
from quizzes.services.due import due_rows

SHOWN = 8


@dataclass(frozen=True)
class Due:
    """One piece of work with its date for the student."""

    row: WorkStanding
    now: datetime

    @property
    def title(self) -> str:
        """Return the title of the lesson or quiz."""
        return self.row.title

    @property
    def address(self) -> str:
        """Return where the work is done; for a quiz, for this class."""
        return self.row.address

    @property
    def is_overdue(self) -> bool:
        """Say whether the date has passed."""
        return self.row.due_at is not None and self.row.due_at < self.now

    @property
    def is_early(self) -> bool:
        """Say whether the work has yet to open."""
        opens = self.row.assignment.opens_at
        return opens is not None and opens > self.now


def due_work(user: Viewer | None, *, now: datetime, course_id: int | None = None) -> list[Due]:
    """Return what a student has to do by a date, in all classes or those of one course, as `due_rows` finds it."""
    return [Due(row, now) for row in due_rows(user, course_id=course_id)]
