"""What a new key would do to results already given, for each choice, before it is chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils import timezone

from courses.models import Cohort, Course, Enrolment
from courses.services.drafts import Change
from quizzes.domain.regrading import Fix
from quizzes.models import ItemRevision, Regrade
from quizzes.models.reach import reached_in
from quizzes.reports.affected import Affected
from quizzes.services.regrading import Preview, preview_regrade

if TYPE_CHECKING:
    from django.contrib.auth.models import User

FIXES = (Fix.BOTH_KEYS, Fix.NEW_KEY, Fix.CREDIT_ALL)
"""What may be done about results when the key of a question changes; to leave them is always offered."""
MOST = 5
"""For so many questions the effect is worked out on the page; the others are regraded on pages of their own."""


@dataclass(frozen=True)
class Effect:
    """How many results a fix would raise, lower and leave, and the mean in points before and after."""

    up: int
    down: int
    same: int
    mean_before: Decimal | None
    mean_after: Decimal | None
    fingerprint: str

    @classmethod
    def of(cls, preview: Preview) -> Effect:
        """Return what a preview amounts to."""
        return cls(
            preview.count("up"),
            preview.count("down"),
            preview.count("same"),
            preview.mean_before,
            preview.mean_after,
            preview.fingerprint,
        )


@dataclass(frozen=True)
class Choice:
    """One fix with what it would do in the classes the user teaches, and everywhere; None where that is not theirs."""

    fix: Fix
    own: Effect | None
    everywhere: Effect | None


@dataclass(frozen=True)
class Offer:
    """The regrades offered with new words: of the version that finished attempts hold, to the key of the draft."""

    revision: ItemRevision
    draft: ItemRevision
    choices: Sequence[Choice]
    classes: Sequence[Cohort]
    """The classes of the course that the user teaches."""

    def regrade(self, fix: Fix, *, actor: User, reason: str) -> Regrade:
        """Return a regrade that is not made yet."""
        return _regrade(self.revision, self.draft, fix, actor=actor, reason=reason)


def offers_for(changes: Sequence[Change], user: User, affected: Mapping[str, Affected]) -> dict[str, Offer]:
    """Return the regrades that go with new words whose key finished attempts were not marked by, by change.

    Each costs a few queries for every fix, whatever the number of attempts; more than `MOST` are not worked out.
    """
    wanted = [change for change in changes if isinstance(change.row, ItemRevision) and affected[change.key].finished]
    items = {change.row.item_id: change for change in wanted[:MOST]}
    if not items:
        return {}
    course_id = wanted[0].row.item.course_id
    may_edit = Course.objects.edited_by(user).filter(pk=course_id).exists()
    classes = list(Cohort.objects.with_role(user, Enrolment.Role.INSTRUCTOR).filter(course=course_id))
    if not (may_edit or classes):
        return {}
    current = ItemRevision.objects.current().filter(item__in=items).select_related("item")
    return {
        items[revision.item_id].key: _offer(revision, items[revision.item_id].row, user, classes, may_edit=may_edit)
        for revision in current
        if revision.spec.is_machine_marked and items[revision.item_id].row.spec.is_machine_marked
    }


def _offer(
    revision: ItemRevision, draft: ItemRevision, user: User, classes: Sequence[Cohort], *, may_edit: bool
) -> Offer:
    choices = []
    for fix in FIXES:
        whole = preview_regrade(_regrade(revision, draft, fix, actor=user, reason="-"))
        own = Effect.of(_within(whole, classes)) if classes else None
        choices.append(Choice(fix, own, Effect.of(whole) if may_edit else None))
    return Offer(revision, draft, choices, classes)


def _within(whole: Preview, classes: Sequence[Cohort]) -> Preview:
    """Return what a regrade of these classes alone would do: the same to each attempt it reaches."""
    reached = set(reached_in(classes, made_at=timezone.now()).values_list("pk", flat=True))
    return Preview([change for change in whole.changes if change.attempt.pk in reached])


def _regrade(revision: ItemRevision, draft: ItemRevision, fix: Fix, *, actor: User, reason: str) -> Regrade:
    new = draft if fix in (Fix.BOTH_KEYS, Fix.NEW_KEY) else None
    return Regrade(revision=revision, fix=fix, new_revision=new, reason=reason, actor=actor)
