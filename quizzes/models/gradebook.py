"""How a class adds up grades, and what an instructor decided by hand about one of them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Enrolment, Lesson
from quizzes.domain import gradebook
from quizzes.domain.scales import Boundary, Scale
from quizzes.models.authoring import Quiz
from quizzes.models.choices import choices_of

_PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class GradeCategory(models.Model):
    """A part of a class's total. Work belongs to it by the name that its assignment gives as category."""

    cohort = models.ForeignKey(
        Cohort, on_delete=models.CASCADE, related_name="grade_categories", verbose_name=_("class")
    )
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    weight = models.DecimalField(
        _("weight"), max_digits=6, decimal_places=2, default=Decimal(1), validators=[MinValueValidator(Decimal(0))]
    )
    mode = models.CharField(
        _("how its work adds up"), max_length=8, choices=choices_of(gradebook.Mode), default=gradebook.Mode.POINTS.value
    )
    drop_lowest = models.PositiveSmallIntegerField(_("lowest to drop"), default=0)
    drop_highest = models.PositiveSmallIntegerField(_("highest to drop"), default=0)

    class Meta:
        verbose_name = _("grade category")
        verbose_name_plural = _("grade categories")
        ordering = ["cohort", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "name"], name="one_grade_category_per_name_and_class"),
            models.CheckConstraint(
                condition=Q(drop_highest=0) | Q(mode=gradebook.Mode.PERCENTS.value),
                name="the_highest_are_dropped_from_percents",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def value(self) -> gradebook.Category:
        """Return it as the core knows it."""
        mode = gradebook.Mode(self.mode)
        return gradebook.Category(self.name, self.weight, mode, self.drop_lowest, self.drop_highest)


class GradeRules(models.Model):
    """What a class does about late and missing work, and its grade boundaries. Without a row: nothing, and none."""

    class Interval(models.IntegerChoices):
        """How long each step of lateness is, in hours."""

        HOUR = 1, _("hour")
        DAY = 24, _("day")
        WEEK = 168, _("week")

    cohort = models.OneToOneField(Cohort, on_delete=models.CASCADE, related_name="grade_rules", verbose_name=_("class"))
    late_rate = models.DecimalField(
        _("per cent off for being late"), max_digits=5, decimal_places=2, null=True, blank=True, validators=_PERCENT
    )
    late_hours = models.PositiveSmallIntegerField(_("for each"), choices=Interval.choices, default=Interval.DAY.value)
    late_floor = models.DecimalField(
        _("never below, in per cent"), max_digits=5, decimal_places=2, default=Decimal(0), validators=_PERCENT
    )
    missing = models.DecimalField(
        _("missing work earns, in per cent"), max_digits=5, decimal_places=2, null=True, blank=True, validators=_PERCENT
    )
    scale = models.JSONField(_("grade boundaries"), default=list, blank=True)
    """Pairs of a grade and the per cent from which it is given, as text, the highest first."""
    below = models.CharField(_("grade below the last boundary"), max_length=20, blank=True)
    shows_totals = models.BooleanField(_("students see their totals"), default=True)
    changed_at = models.DateTimeField(_("changed"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("grading rules of a class")
        verbose_name_plural = _("grading rules of classes")

    def __str__(self) -> str:
        return str(self.cohort)

    @property
    def late(self) -> gradebook.LateRule | None:
        """Return the late rule as the core knows it."""
        if not self.late_rate:
            return None
        return gradebook.LateRule(self.late_rate, timedelta(hours=self.late_hours), self.late_floor)

    @property
    def boundaries(self) -> Scale:
        """Return the scale as the core knows it."""
        return Scale(tuple(Boundary(grade, Decimal(mark)) for grade, mark in self.scale), self.below)


class DecisionQuerySet(models.QuerySet["GradeDecision"]):
    """Which decisions."""

    def in_force(self) -> DecisionQuerySet:
        """Decisions that were not taken back or replaced."""
        return self.filter(ended_at=None)


class GradeDecision(models.Model):
    """What an instructor decided about one student's grade for a piece of work or, with neither, about the total.

    One is in force for each; another takes its place, and the rows together are the history.
    """

    class Kind(models.TextChoices):
        """A total is set in per cent, `points` out of 100. A waiver leaves the score and takes nothing off for time."""

        EXCUSED = "excused", _("excused")
        SCORE = "score", _("score set by hand")
        ON_TIME = "on_time", _("late points waived")
        TOTAL = "total", _("total set by hand")

    place = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="grade_decisions", verbose_name=_("place")
    )
    quiz = models.ForeignKey(
        Quiz, on_delete=models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("quiz")
    )
    lesson = models.ForeignKey(
        Lesson, on_delete=models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("lesson")
    )
    kind = models.CharField(_("decision"), max_length=8, choices=Kind.choices)
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=2, null=True, blank=True)
    possible = models.DecimalField(_("out of"), max_digits=7, decimal_places=2, null=True, blank=True)
    reason = models.TextField(_("reason"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("ended by")
    )
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision about a grade")
        verbose_name_plural = _("decisions about grades")
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                F("place"),
                Coalesce(F("quiz"), Value(0)),
                Coalesce(F("lesson"), Value(0)),
                condition=Q(ended_at=None),
                name="one_grade_decision_in_force",
            ),
            models.CheckConstraint(
                condition=Q(kind="total", quiz=None, lesson=None)
                | (~Q(kind="total") & (Q(quiz=None, lesson__isnull=False) | Q(quiz__isnull=False, lesson=None))),
                name="grade_decision_about_work_or_the_total",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["excused", "on_time"], points=None, possible=None)
                | Q(kind__in=["score", "total"], points__gte=0, possible__gt=0),
                name="grade_decision_has_the_points_it_needs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} · {self.get_kind_display()}"

    @property
    def share(self) -> Fraction | None:
        """Return the score that was set, as a share."""
        return Fraction(self.points) / Fraction(self.possible) if self.points is not None and self.possible else None
