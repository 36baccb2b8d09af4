"""What the page of a regrade shows: the question, its regrades so far, and what the next one would do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from courses.models.content import Viewer
from quizzes.models import Attempt, ItemRevision, Regrade
from quizzes.services.regrading import Change, Preview


@dataclass(frozen=True)
class RegradePage:
    """A revision with its other wordings and its regrades, newest first."""

    revision: ItemRevision
    others: Sequence[ItemRevision]
    regrades: Sequence[Regrade]
    paper_count: int


@dataclass(frozen=True)
class Line:
    """One result that would change. Students of other classes are not named."""

    change: Change
    is_named: bool


def regrade_page(revision: ItemRevision) -> RegradePage:
    """Return the page of a revision, in three queries."""
    others = ItemRevision.objects.filter(item=revision.item_id).exclude(pk=revision.pk).with_issued()
    changed = Count("events__attempt", distinct=True, filter=Q(events__kind="regraded"))
    regrades = Regrade.objects.filter(revision=revision).select_related("actor", "undone_by", "new_revision")
    return RegradePage(
        revision,
        list(others.order_by("-is_current", "-number")),
        list(regrades.annotate(changed_count=changed)),
        revision.responses.count(),
    )


def lines_of(preview: Preview, user: Viewer) -> list[Line]:
    """Return the results a preview changes, those of the user's own students by name, in one query."""
    changed = preview.changed
    taught = Attempt.objects.taught_by(user).filter(pk__in=[change.attempt.pk for change in changed])
    own = set(taught.values_list("pk", flat=True))
    return [Line(change, change.attempt.pk in own) for change in changed]
