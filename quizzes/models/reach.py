"""Which regrades an attempt's marks rest on: those for everyone, and those of a class the attempt was made in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from courses.models import Cohort, Enrolment
from quizzes.models.attempts import Attempt, AttemptQuerySet
from quizzes.models.marks import Regrade


@dataclass(frozen=True)
class Reach:
    """The regrades in force of some revisions, and which attempts of some students each reaches.

    A regrade of classes reaches what a student began after joining one of them, and what the student had shared with
    it by the time of the regrade. Having left the class, or joined it later, changes nothing: a mark that was given
    must not move because someone came or went.
    """

    regrades: dict[int, list[Regrade]] = field(default_factory=dict)
    places: dict[tuple[int, int], list[tuple[datetime, bool]]] = field(default_factory=dict)
    """When a student joined classes that a regrade reaches, and whether earlier work was shared, by both ids."""

    def on(self, revision_id: int, attempt: Attempt) -> list[Regrade]:
        """Return the regrades of a revision that reach an attempt, in the order they were made."""
        return [regrade for regrade in self.regrades.get(revision_id, ()) if self._reaches(regrade, attempt)]

    def _reaches(self, regrade: Regrade, attempt: Attempt) -> bool:
        if regrade.is_for_all:
            return True
        places = self.places.get((regrade.pk, attempt.student_id), ())
        return any(joined <= attempt.started_at or (shares and joined <= regrade.made_at) for joined, shares in places)


def reach_of(condition: Q, students: Iterable[int]) -> Reach:
    """Return the regrades in force that meet a condition, in one query; one more where some are for classes alone."""
    reach = Reach()
    of_classes = []
    for regrade in Regrade.objects.in_force().filter(condition).distinct().select_related("new_revision"):
        reach.regrades.setdefault(regrade.revision_id, []).append(regrade)
        if not regrade.is_for_all:
            of_classes.append(regrade.pk)
    if of_classes:
        rows = Enrolment.objects.filter(cohort__regrades__in=of_classes, user__in=set(students))
        for key, user, joined, shares in rows.values_list("cohort__regrades", "user", "joined_at", "shares_earlier"):
            reach.places.setdefault((key, user), []).append((joined, shares))
    return reach


def reached_in(cohorts: Iterable[Cohort], *, made_at: datetime) -> AttemptQuerySet:
    """Return the attempts that a regrade made then reaches in these classes: the same rule, asked of the database."""
    places = Enrolment.objects.filter(cohort__in=list(cohorts))
    when = Q(joined_at__lte=OuterRef("started_at")) | Q(shares_earlier=True, joined_at__lte=made_at)
    here = Exists(places.filter(when, user=OuterRef("student")))
    return Attempt.objects.filter(here, student__in=places.values("user"))
