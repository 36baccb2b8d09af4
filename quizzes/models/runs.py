"""Regrades of many papers, while they are worked out: who asked for what, how far it is, and the marks to come."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Course
from courses.models.content import Viewer, is_administrator
from quizzes.models.attempts import Attempt, ItemResponse
from quizzes.models.authoring import ItemRevision
from quizzes.models.marks import Regrade

TOLD = timedelta(days=1)
QUIET = timedelta(minutes=1)
"""After so long without a sign of work, a page says that nothing is working on a run."""


class RegradeRunQuerySet(models.QuerySet["RegradeRun"]):
    """Which runs."""

    def working(self) -> RegradeRunQuerySet:
        """Runs that are not over, oldest first."""
        return self.filter(state=RegradeRun.State.WORKING).order_by("pk")

    def to_work_on(self) -> RegradeRunQuerySet:
        """Runs that are not over, and those that are but that classes have not followed whole, oldest first."""
        followed_next = Exists(StagedMark.objects.filter(run=OuterRef("pk")))
        return self.filter(Q(state=RegradeRun.State.WORKING) | followed_next).order_by("pk")

    def cancelled_by(self, user: Viewer) -> RegradeRunQuerySet:
        """Runs the user may cancel: their own; in courses they edit, all."""
        if is_administrator(user):
            return self
        edited = Course.objects.edited_by(user).values("pk")
        return self.filter(Q(actor=user.pk) | Q(revision__item__course__in=edited))

    def recent(self, now: datetime) -> RegradeRunQuerySet:
        """Runs that are not over, or have been for less than a day: what a page still tells of."""
        return self.filter(Q(state=RegradeRun.State.WORKING) | Q(ended_at__gt=now - TOLD))

    def ended_before(self, moment: datetime) -> RegradeRunQuerySet:
        """Runs that were over before a moment."""
        return self.filter(ended_at__lt=moment)


class RegradeRun(models.Model):
    """A regrade of many papers, or the undoing of one, worked out apart and put into force all at once.

    Until it is done nothing shows: new marks lie in `StagedMark`. `decision` holds the columns of the regrade to come;
    for undoing, `undone` is the one to take back. `reach` are the numbers of the classes, None for all. `based_on` are
    the regrades in force when it began: where that changes, it begins again. `beat_at` is the last sign of work.
    """

    class State(models.TextChoices):
        """How far it is."""

        WORKING = "working", _("being worked out")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("cancelled")
        FAILED = "failed", _("failed")

    revision = models.ForeignKey(
        ItemRevision, on_delete=models.CASCADE, related_name="runs", verbose_name=_("revision")
    )
    undone = models.ForeignKey(
        Regrade, on_delete=models.CASCADE, related_name="+", null=True, verbose_name=_("regrade to undo")
    )
    decision = models.JSONField(default=dict)
    reach = models.JSONField(null=True)
    based_on = models.JSONField(default=list)
    reason = models.TextField(_("reason"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WORKING)
    paper_count = models.PositiveIntegerField(_("papers"), default=0)
    done_count = models.PositiveIntegerField(_("papers worked out"), default=0)
    changed_count = models.PositiveIntegerField(_("results changed"), default=0)
    asked_at = models.DateTimeField(_("asked for"))
    beat_at = models.DateTimeField(_("last sign of work"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = RegradeRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("regrade under way")
        verbose_name_plural = _("regrades under way")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision"], condition=Q(state="working"), name="one_regrade_under_way_per_revision"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} · {self.get_state_display()}"

    @property
    def is_working(self) -> bool:
        """Say whether it is not over."""
        return self.state == self.State.WORKING

    @property
    def percent(self) -> int:
        """Return how much of it is worked out, in whole per cent."""
        return min(100, 100 * self.done_count // self.paper_count) if self.paper_count else 0

    def is_quiet(self, now: datetime) -> bool:
        """Say whether nothing has worked on it for a while."""
        return self.is_working and self.beat_at < now - QUIET

    def cohorts(self) -> list[Cohort] | None:
        """Return the classes it reaches; None for all."""
        return None if self.reach is None else list(Cohort.objects.filter(pk__in=self.reach))

    def regrade_at(self, moment: datetime) -> Regrade:
        """Return the regrade as it would be made at a moment, or undone then. Nothing is saved."""
        if self.undone is not None:
            regrade = self.undone
            regrade.undone_at, regrade.undone_by = moment, self.actor
        else:
            regrade = Regrade(actor=self.actor, reason=self.reason, made_at=moment, **self.decision)
            regrade.is_for_all = self.reach is None
        regrade.revision = self.revision
        return regrade


DECISION = (
    "fix", "new_revision_id", "always_right", "disregarded", "never_lower", "touches_human", "rules",
)  # fmt: skip


def decision_of(regrade: Regrade) -> dict[str, Any]:
    """Return the columns of a regrade that say what is decided."""
    return {name: getattr(regrade, name) for name in DECISION}


class StagedMark(models.Model):
    """What one paper will hold when a run is put into force, and what it held when that was worked out."""

    run = models.ForeignKey(RegradeRun, on_delete=models.CASCADE, related_name="staged", db_index=False)
    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="+")
    response = models.ForeignKey(ItemResponse, on_delete=models.CASCADE, related_name="+")
    score_before = models.DecimalField(max_digits=7, decimal_places=2)
    possible_before = models.DecimalField(max_digits=7, decimal_places=2)
    share_before = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    points_before = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    raw_score = models.DecimalField(max_digits=7, decimal_places=2)
    score = models.DecimalField(max_digits=7, decimal_places=2)
    max_score = models.DecimalField(max_digits=7, decimal_places=2)
    unmarked_count = models.PositiveSmallIntegerField()
    unmarked_points = models.DecimalField(max_digits=7, decimal_places=2)
    share = models.DecimalField(max_digits=7, decimal_places=6, null=True)
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    is_for_people = models.BooleanField(default=False)
    is_changed = models.BooleanField()
    has_other_points = models.BooleanField()
    has_other_score = models.BooleanField()
    has_other_result = models.BooleanField()
    """Whether the result goes up or down, by share of what is possible or by points."""

    class Meta:
        verbose_name = _("mark to come")
        verbose_name_plural = _("marks to come")
        constraints = [models.UniqueConstraint(fields=["run", "attempt"], name="a_paper_is_staged_once")]

    def __str__(self) -> str:
        return f"{self.run_id} · {self.attempt_id}"
