"""Whether anything has changed in a class since a page was made: a mark that is cheap to ask for every few seconds."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Subquery

from courses.models import Cohort
from courses.models.classes import CohortQuerySet
from quizzes.models import ClassStanding, WorkStanding


def with_changes(cohorts: CohortQuerySet) -> CohortQuerySet:
    """Annotate classes with when their standing rows last changed, and how many rows changed then."""
    return cohorts.annotate(**{f"{name}_at": _latest(model) for name, model in _ROWS}).annotate(
        **{f"{name}_count": _count(model, f"{name}_at") for name, model in _ROWS}
    )


def token_of(cohort: Any) -> str:
    """Return a mark of the last change of a class from `with_changes`; another change gives another mark.

    The count tells two changes of one moment apart.
    """
    found = [(getattr(cohort, f"{name}_at"), getattr(cohort, f"{name}_count")) for name, _model in _ROWS]
    return "-".join(f"{at.timestamp():.6f}x{count}" if at else "0" for at, count in found)


def changes_of(cohort: Cohort) -> str:
    """Return the mark of the last change of a class, in one query."""
    return token_of(with_changes(Cohort.objects.all()).get(pk=cohort.pk))


_ROWS: tuple[tuple[str, Any], ...] = (("work", WorkStanding), ("standing", ClassStanding))


def _latest(model: Any) -> Subquery:
    rows = model.objects.filter(cohort=OuterRef("pk")).order_by("-changed_at")
    return Subquery(rows.values("changed_at")[:1])


def _count(model: Any, at: str) -> Subquery:
    rows = model.objects.filter(cohort=OuterRef("pk"), changed_at=OuterRef(at)).order_by().values("cohort")
    return Subquery(rows.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
