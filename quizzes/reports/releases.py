"""What a student may see of their own attempts in lists: one answer for results, mastery and progress alike."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from courses.models.content import Viewer
from quizzes.domain.review import Shown, When
from quizzes.models import Attempt
from quizzes.models.accommodations import Grants, grants_of

NEEDED = {Shown.CORRECTNESS, Shown.MARKS}
"""What has to be shown of an attempt before its answers may count anywhere."""


class Releases:
    """What the review matrix lets a student see of attempts at the quizzes of one course, now.

    The first minutes after submitting count as later, so that no figure comes and goes. What is granted to the student
    is fetched once, and only where a close decides. Attempts come with their quiz and assignment.
    """

    def __init__(self, learner: Viewer | None, *, course_id: int, now: datetime) -> None:
        self._learner, self._course_id, self._now = learner, course_id, now

    @cached_property
    def _grants(self) -> Grants:
        return grants_of(self._learner, course_id=self._course_id, now=self._now)

    def shown(self, attempt: Attempt) -> frozenset[Shown]:
        """Return the rows of the matrix that are shown of an attempt."""
        matrix = attempt.quiz.matrix
        if attempt.state != Attempt.State.SUBMITTED:
            return frozenset()
        if not matrix.waits_for_close:
            return matrix.at(When.LATER)
        window = self._grants.window_for(attempt.quiz, attempt.assignment)
        return matrix.at(When.CLOSED if window.is_closed(self._now) else When.LATER)

    def are_answers_shown(self, attempt: Attempt) -> bool:
        """Say whether the student may know how each answer was marked."""
        return self.shown(attempt) >= NEEDED

    def is_total_shown(self, attempt: Attempt) -> bool:
        """Say whether the student may know the total."""
        return Shown.OVERALL in self.shown(attempt)
