"""Totals kept to sort a class by. A page works out the totals it shows; these only say in which order they come."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from django.db.models import Exists, F, OuterRef, Q

from classes.gradebook.book import Book, grades_of
from courses.models import Enrolment
from quizzes.domain.gradebook import Basis, Total
from quizzes.models import Assignment, ClassStanding, GradeDecision, WorkStanding
from quizzes.models.standing import ClassStandingQuerySet

_BATCH = 100
"""Students whose grades are in memory at a time."""
_OLDEST = timedelta(days=1)
"""After this time a total is worked out again in any case: the questions of a quiz may have other points."""
_PLACES = Decimal("0.000001")
COLUMNS = {Basis.CURRENT: "current_total", Basis.FINAL: "final_total"}


def bring_totals(book: Book, *, now: datetime) -> int:
    """Work out the kept totals that something has changed; return how many. Costs one query while there are none."""
    stale = list(_stale(book, now).order_by("place").values_list("place", flat=True))
    for at in range(0, len(stale), _BATCH):
        places = Enrolment.objects.filter(pk__in=stale[at : at + _BATCH])
        standings = {each.place_id: each for each in ClassStanding.objects.filter(place__in=places)}
        for grades in grades_of(book, list(places), now=now):
            standing = standings[grades.place.pk]
            for basis, column in COLUMNS.items():
                setattr(standing, column, _kept(book.total(grades.pieces, basis, grades.total_by_hand)))
            standing.totals_at = now
        ClassStanding.objects.bulk_update(standings.values(), [*COLUMNS.values(), "totals_at"], batch_size=_BATCH)
    return len(stale)


def _kept(total: Total) -> Decimal | None:
    if total.percent is None:
        return None
    percent = Fraction(total.percent)
    return (Decimal(percent.numerator) / Decimal(percent.denominator)).quantize(_PLACES)


def _stale(book: Book, now: datetime) -> ClassStandingQuerySet:
    """Return the standings whose totals may be others by now: work, decisions, rules or a date have moved on."""
    rows = ClassStanding.objects.in_class(book.cohort)
    work = WorkStanding.objects.filter(place=OuterRef("place"))
    moved = work.filter(changed_at__gte=OuterRef("totals_at"))
    passed = work.filter(due_at__gte=OuterRef("totals_at"), due_at__lt=now)
    decided = GradeDecision.objects.filter(place=OuterRef("place"))
    decided = decided.filter(Q(decided_at__gte=OuterRef("totals_at")) | Q(ended_at__gte=OuterRef("totals_at")))
    withdrawn = Assignment.objects.filter(cohort=book.cohort, withdrawn_at__gte=OuterRef("totals_at"))
    since = max(book.rules.changed_at, now - _OLDEST) if book.rules.pk else now - _OLDEST
    old = Q(totals_at=None) | Q(totals_at__lt=since) | Q(changed_at__gte=F("totals_at"))
    return rows.filter(old | Exists(moved) | Exists(passed) | Exists(decided) | Exists(withdrawn))
