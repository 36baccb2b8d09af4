"""What happened to an attempt: the changes of its marks, for its student; every answer and event, for who teaches."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from courses.models import Cohort
from courses.models.content import Viewer
from quizzes.domain.base import Answer
from quizzes.domain.kinds import AnySpec
from quizzes.domain.review import Shown
from quizzes.models import Attempt, AttemptEvent, SavedAnswer


def mark_changes(attempt: Attempt, *, shown: frozenset[Shown]) -> list[AttemptEvent]:
    """Return the events that changed marks, as far as marks and totals may be shown, in one query."""
    of_questions = Q(response__isnull=False) if Shown.MARKS in shown else Q(pk__in=[])
    of_total = Q(response=None) if Shown.OVERALL in shown else Q(pk__in=[])
    return list(
        attempt.events.of_marks().filter(of_questions | of_total).select_related("actor__name_order", "response")
    )


def given_to_staff(spec: AnySpec, answer: Answer) -> str:
    """Say an answer in one line to people other than its student; of an anonymous one only that there is one."""
    if answer is None:
        return ""
    return _("an anonymous answer, counted for the class only") if spec.is_anonymous else spec.describe(answer)


@dataclass(frozen=True)
class KeptAnswer:
    """An answer that arrived, in words, and whether it may be accepted."""

    saved: SavedAnswer
    given: str

    @property
    def is_late(self) -> bool:
        """Say whether it came too late and nobody has accepted it."""
        return self.saved.outcome == SavedAnswer.Outcome.LATE


@dataclass(frozen=True)
class History:
    """Everything that arrived and happened, for an instructor; `answers` by response, `cohort` where they teach."""

    answers: dict[int, list[KeptAnswer]]
    events: Sequence[AttemptEvent]
    cohort: Cohort | None
    may_change: bool
    """Whether the reader may reopen the attempt, accept late answers and regrade, as an assistant may not."""

    @property
    def late_count(self) -> int:
        """Return how many answers came too late and may be accepted."""
        return sum(answer.is_late for answers in self.answers.values() for answer in answers)


def history_of(attempt: Attempt, user: Viewer) -> History:
    """Return the history of an attempt for the staff of a class that sees it, in four queries."""
    rows = SavedAnswer.objects.filter(response__attempt=attempt).select_related("response__revision")
    answers: dict[int, list[KeptAnswer]] = {}
    for saved in rows.order_by("saved_at", "pk"):
        given = given_to_staff(saved.response.revision.spec, saved.answer)
        answers.setdefault(saved.response_id, []).append(KeptAnswer(saved, given))
    events = attempt.events.select_related("actor__name_order", "response").order_by("happened_at", "pk")
    own = Cohort.objects.seen_by(user).filter(course=attempt.quiz.course_id)
    cohort = own.filter(enrolments__user=attempt.student_id, enrolments__is_active=True).first()
    may_change = Attempt.objects.taught_by(user).filter(pk=attempt.pk).exists()
    return History(answers, list(events), cohort, may_change)
