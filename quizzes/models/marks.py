"""What a mark rests on beside the answer: marks by people, regrades, and the record of every change."""

from __future__ import annotations

from functools import cached_property
from typing import TypeAlias

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Course
from courses.models.content import Viewer, is_administrator
from quizzes.domain import regrading
from quizzes.domain.base import RULES
from quizzes.models.attempts import Attempt, ItemResponse
from quizzes.models.authoring import ItemRevision
from quizzes.models.choices import choices_of


class HumanMark(models.Model):
    """What a person gave a response: by its rubric, or in place of what the machine gave. Regrades leave it alone."""

    response = models.OneToOneField(
        ItemResponse, on_delete=models.CASCADE, related_name="human_mark", verbose_name=_("response")
    )
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6)
    levels = models.JSONField(_("levels by criterion"), default=dict, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("marked by")
    )
    marked_at = models.DateTimeField(_("marked"))

    class Meta:
        verbose_name = _("mark by a person")
        verbose_name_plural = _("marks by people")
        constraints = [
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="human_share_between_nothing_and_all")
        ]

    def __str__(self) -> str:
        return f"{self.response} · {self.share}"


class RegradeQuerySet(models.QuerySet["Regrade"]):
    """Which regrades."""

    def in_force(self) -> RegradeQuerySet:
        """Regrades that were not undone, in the order they were made."""
        return self.filter(undone_at=None).order_by("made_at", "pk")

    def reaching_class(self, cohort: Cohort) -> RegradeQuerySet:
        """Regrades that reach work of a class."""
        return self.filter(Q(is_for_all=True) | Q(pk__in=cohort.regrades.values("pk")))

    def seen_by(self, user: Viewer) -> RegradeQuerySet:
        """Regrades that reach a class the user sees; in courses they edit, all."""
        if is_administrator(user):
            return self
        classes = Cohort.objects.seen_by(user)
        edited = Q(revision__item__course__in=Course.objects.edited_by(user).values("pk"))
        for_all = Q(is_for_all=True, revision__item__course__in=classes.values("course"))
        here = Regrade.objects.filter(cohorts__in=classes.values("pk"))
        return self.filter(edited | for_all | Q(pk__in=here.values("pk")))

    def undone_by(self, user: Viewer) -> RegradeQuerySet:
        """Regrades the user may undo: those that reach only classes they teach; in courses they edit, all."""
        if is_administrator(user):
            return self
        edited = Q(revision__item__course__in=Course.objects.edited_by(user).values("pk"))
        taught = Cohort.objects.taught_by(user)
        others = Cohort.objects.filter(regrades=OuterRef("pk")).exclude(pk__in=taught.values("pk"))
        own = Regrade.objects.filter(is_for_all=False, cohorts__in=taught.values("pk"))
        return self.filter(edited | (Q(pk__in=own.values("pk")) & ~Exists(others)))


class Regrade(models.Model):
    """One decision about the marks of one revision: what is right now, why, by whom, and whom it reaches.

    It reaches every attempt that holds the revision, or those of some classes; `Reach` says which these are. Undoing
    keeps the row.
    """

    Fix: TypeAlias = regrading.Fix

    revision = models.ForeignKey(
        ItemRevision, on_delete=models.PROTECT, related_name="regrades", verbose_name=_("revision")
    )
    fix = models.CharField(_("what is done"), max_length=12, choices=choices_of(Fix))
    new_revision = models.ForeignKey(
        ItemRevision,
        on_delete=models.PROTECT,
        related_name="keyed_regrades",
        null=True,
        blank=True,
        verbose_name=_("new key from"),
    )
    always_right = models.JSONField(_("options always right"), default=list, blank=True)
    disregarded = models.JSONField(_("options that do not count"), default=list, blank=True)
    never_lower = models.BooleanField(_("never lower a mark"), default=True)
    touches_human = models.BooleanField(_("also marks given by people"), default=False)
    rules = models.PositiveSmallIntegerField(_("marking rules"), default=RULES, editable=False)
    is_for_all = models.BooleanField(_("reaches every class"), default=True)
    cohorts = models.ManyToManyField(
        Cohort, related_name="regrades", blank=True, verbose_name=_("classes it reaches"),
    )  # fmt: skip
    reason = models.TextField(_("reason"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by")
    )
    made_at = models.DateTimeField(_("made"))
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("undone by"),
    )  # fmt: skip

    objects = RegradeQuerySet.as_manager()

    class Meta:
        verbose_name = _("regrade")
        verbose_name_plural = _("regrades")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(fix__in=["both_keys", "new_key", "new_rubric"]) | Q(new_revision__isnull=False),
                name="regrade_to_a_new_key_names_it",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="regrade_undone_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} · {self.get_fix_display()}"

    @cached_property
    def adjustment(self) -> regrading.Adjustment:
        """Return it as the core knows it."""
        return regrading.Adjustment(
            regrading.Fix(self.fix),
            self.new_revision.spec if self.new_revision is not None else None,
            frozenset(self.always_right),
            frozenset(self.disregarded),
            self.never_lower,
            self.touches_human,
            self.rules,
        )


class AttemptEventQuerySet(models.QuerySet["AttemptEvent"]):
    """Which events."""

    def of_marks(self) -> AttemptEventQuerySet:
        """Events that changed a mark which was there before, or that settled a late answer; the newest last."""
        kind = AttemptEvent.Kind
        kinds = [kind.REGRADED, kind.UNDONE, kind.RULES, kind.ACCEPTED]
        marked_again = Q(kind=AttemptEvent.Kind.MARKED, points_before__isnull=False)
        return self.filter(Q(kind__in=kinds) | marked_again).order_by("happened_at", "pk")


class AttemptEvent(models.Model):
    """Something that happened to an attempt or its marks: what, who, when and why. Rows are only ever added.

    With a response it tells of that question's points, else of the attempt's total.
    """

    class Kind(models.TextChoices):
        """What happened."""

        SUBMITTED = "submitted", _("submitted")
        TIMED_OUT = "timed_out", _("submitted when time was up")
        OVERDUE = "overdue", _("time was up")
        ABANDONED = "abandoned", _("abandoned")
        REOPENED = "reopened", _("reopened")
        EXTENDED = "extended", _("time extended")
        SHORTENED = "shortened", _("time shortened")
        MOVED = "moved", _("deadline moved")  # recorded before the two above were told apart
        MARKED = "marked", _("marked by a person")
        REGRADED = "regraded", _("regraded")
        UNDONE = "undone", _("regrade undone")
        RULES = "rules", _("marked by other rules")
        ACCEPTED = "accepted", _("a late answer was accepted")

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="events", verbose_name=_("attempt"))
    response = models.ForeignKey(
        ItemResponse, on_delete=models.CASCADE, related_name="events", null=True, blank=True, verbose_name=_("response")
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True,
        verbose_name=_("by"), help_text=_("Empty: the clock."),
    )  # fmt: skip
    reason = models.TextField(_("why"), blank=True)
    points_before = models.DecimalField(_("points before"), max_digits=7, decimal_places=2, null=True, blank=True)
    points_after = models.DecimalField(_("points after"), max_digits=7, decimal_places=2, null=True, blank=True)
    regrade = models.ForeignKey(
        Regrade, on_delete=models.SET_NULL, related_name="events", null=True, blank=True, verbose_name=_("regrade")
    )
    happened_at = models.DateTimeField(_("when"))

    objects = AttemptEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("event of an attempt")
        verbose_name_plural = _("events of attempts")
        ordering = ["attempt", "happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.happened_at:%Y-%m-%d %H:%M}"


class QuestionReportQuerySet(models.QuerySet["QuestionReport"]):
    """Which reports of questions."""

    def unanswered(self) -> QuestionReportQuerySet:
        """Reports that wait for an answer, oldest first."""
        return self.filter(state=QuestionReport.State.OPEN).order_by("reported_at")

    def of_class(self, cohort: Cohort) -> QuestionReportQuerySet:
        """Reports by a class's active students, on work the class may see, of questions in the course it takes."""
        return self.filter(response__attempt__in=Attempt.objects.of_class(cohort).values("pk"))


class QuestionReport(models.Model):
    """A student's word that something is wrong with a question, and what became of it."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        CHANGED = "changed", _("answered; the question or its marks were changed")
        KEPT = "kept", _("answered; the question stays as it is")

    revision = models.ForeignKey(
        ItemRevision, on_delete=models.PROTECT, related_name="reports", verbose_name=_("revision")
    )
    response = models.ForeignKey(
        ItemResponse, on_delete=models.CASCADE, related_name="reports", verbose_name=_("response")
    )
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="question_reports", verbose_name=_("student")
    )
    text = models.TextField(_("what is wrong"), max_length=2_000)
    wants_regrade = models.BooleanField(_("asks for a regrade"), default=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN)
    reported_at = models.DateTimeField(_("reported"))
    answer = models.TextField(_("answer"), blank=True, max_length=2_000)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, blank=True,
        verbose_name=_("answered by"),
    )  # fmt: skip
    regrade = models.ForeignKey(
        Regrade, on_delete=models.SET_NULL, related_name="reports", null=True, blank=True, verbose_name=_("regrade")
    )

    objects = QuestionReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a question")
        verbose_name_plural = _("reports of questions")
        ordering = ["-reported_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "revision"], condition=Q(state="open"), name="one_open_report_per_question"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} · {self.get_state_display()}"
