"""What happened to an attempt: the changes of its marks, for its student."""

from __future__ import annotations

from django.db.models import Q

from quizzes.domain.review import Shown
from quizzes.models import Attempt, AttemptEvent


def mark_changes(attempt: Attempt, *, shown: frozenset[Shown]) -> list[AttemptEvent]:
    """Return the events that changed marks, as far as marks and totals may be shown, in one query."""
    of_questions = Q(response__isnull=False) if Shown.MARKS in shown else Q(pk__in=[])
    of_total = Q(response=None) if Shown.OVERALL in shown else Q(pk__in=[])
    return list(attempt.events.of_marks().filter(of_questions | of_total).select_related("actor", "response"))
