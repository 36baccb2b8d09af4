"""What the page of a regrade shows: the question, its regrades so far, and what the next one would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.utils import timezone

from courses.models import Cohort, Course, Enrolment
from courses.models.content import Viewer
from quizzes.models import Attempt, AttemptEvent, ItemRevision, Regrade, RegradeRun
from quizzes.models.marks import RegradeQuerySet
from quizzes.services.regrading import Change, Preview

EVERYWHERE = "all"
MOST_LINES = 100
"""How many results a preview names one by one."""
_TOLD = 5
"""How many regrades by others a class is told of at once."""
_CHANGED = Count("events__attempt", distinct=True, filter=Q(events__kind=AttemptEvent.Kind.REGRADED))


@dataclass(frozen=True)
class RegradePage:
    """A revision with its other wordings and its regrades, newest first."""

    revision: ItemRevision
    others: Sequence[ItemRevision]
    regrades: Sequence[Regrade]
    classes: Sequence[Cohort]
    """The classes in which the reader teaches the question."""
    may_edit: bool
    """Whether the reader may also regrade every other class, as an editor of the course."""
    run: RegradeRun | None = None
    """The regrade that was asked for last and worked out apart, if there was one."""
    may_cancel: bool = False

    def reached(self, reach: str) -> Sequence[Cohort] | None:
        """Return the classes that a regrade reaches by the choice of its form; None for all."""
        return None if self.may_edit and reach == EVERYWHERE else self.classes


@dataclass(frozen=True)
class Line:
    """One result that would change. A student who is not in the reader's classes now is not named."""

    change: Change
    is_named: bool


def regrade_page(revision: ItemRevision, user: Viewer) -> RegradePage:
    """Return the page of a revision for a user who may regrade it, in seven queries."""
    runs = RegradeRun.objects.recent(timezone.now()).filter(revision=revision).select_related("actor", "undone")
    cancelled = RegradeRun.objects.cancelled_by(user).filter(pk=OuterRef("pk")).order_by()
    run = runs.annotate(may_cancel=Exists(cancelled)).order_by("-pk").first()
    others = ItemRevision.objects.published().filter(item=revision.item_id).exclude(pk=revision.pk).with_issued()
    regrades = Regrade.objects.seen_by(user).filter(revision=revision)
    regrades = regrades.select_related("actor__name_order", "undone_by__name_order", "new_revision").prefetch_related(
        "cohorts"
    )
    may_edit = Course.objects.edited_by(user).filter(pk=revision.item.course_id).exists()
    classes = Cohort.objects.with_role(user, Enrolment.Role.INSTRUCTOR).filter(course=revision.item.course_id)
    return RegradePage(
        revision,
        list(others.order_by("-is_current", "-number")),
        list(regrades.annotate(changed_count=_CHANGED, may_undo=_among(Regrade.objects.undone_by(user)))),
        list(classes),
        may_edit,
        run,
        may_cancel=run is not None and run.is_working and run.may_cancel,  # type: ignore[attr-defined]  # annotated
    )


def _among(regrades: RegradeQuerySet) -> Exists:
    return Exists(regrades.filter(pk=OuterRef("pk")).order_by())


def regrades_by_others(cohort: Cohort) -> list[Regrade]:
    """Return regrades made or undone by people who do not teach a class, that changed its results, newest first.

    `changed_count` is the number of its attempts whose result was changed. In one query.
    """
    own = Enrolment.objects.active().filter(cohort=cohort, role=Enrolment.Role.INSTRUCTOR).values("user")
    events = AttemptEvent.objects.filter(
        regrade=OuterRef("pk"), response=None, attempt__in=Attempt.objects.of_class(cohort).values("pk")
    )
    changed = events.order_by().values("regrade").annotate(n=Count("attempt", distinct=True)).values("n")
    found = Regrade.objects.filter(revision__item__course=cohort.course_id).exclude(
        Q(actor__in=own) & (Q(undone_by=None) | Q(undone_by__in=own))
    )
    found = found.annotate(changed_count=Subquery(changed)).filter(changed_count__gt=0)
    found = found.select_related("actor__name_order", "undone_by__name_order", "revision__item__quiz")
    return list(found.order_by("-made_at", "-pk")[:_TOLD])


def lines_of(preview: Preview, user: Viewer) -> list[Line]:
    """Return the first results a preview changes, those of the user's own students by name, in one query."""
    changed = preview.changed[:MOST_LINES]
    taught = Attempt.objects.taught_by(user).filter(pk__in=[change.attempt.pk for change in changed])
    own = set(taught.values_list("pk", flat=True))
    return [Line(change, change.attempt.pk in own) for change in changed]
