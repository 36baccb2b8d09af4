"""How a quiz is sat: the columns of `QuizSettings`, for the admin to edit and the rest to ask."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter
from pydantic import ValidationError as SpecInvalid

from courses.content.explain import explain
from quizzes.domain.behaviour import TryRules
from quizzes.domain.draws import Blueprint
from quizzes.domain.review import FULL, ReviewMatrix, named_matrix
from quizzes.domain.specs import QuizSettings
from quizzes.domain.timing import CreditStep, Window

CREDIT_STEPS: TypeAdapter[tuple[CreditStep, ...]] = TypeAdapter(tuple[CreditStep, ...])
_SHARE = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))]

SETTINGS = {
    "practice": "is_practice", "opens": "opens_at", "due": "due_at", "closes": "closes_at",
    "confidence": "confidence_rule",
}  # fmt: skip
"""Settings whose column has another name: a yes is `is_…`, a moment `…_at`."""


def full_review() -> dict[str, Any]:
    """Return the matrix that shows everything on submission, as it is stored."""
    return FULL.model_dump(mode="json")


class SatQuiz(models.Model):
    """The settings of a quiz."""

    class Behaviour(models.TextChoices):
        """When an answer is marked, and whether it may be tried again."""

        DEFERRED = "deferred", _("when the attempt is submitted")
        IMMEDIATE = "immediate", _("at once, one try")
        INTERACTIVE = "interactive", _("at once, with hints and further tries")
        ADAPTIVE = "adaptive", _("at once, any number of tries for less each")
        PRACTICE = "practice", _("at once, any number of tries for nothing less")

    class Confidence(models.TextChoices):
        """What is done with confidence."""

        OFF = "off", _("not asked")
        ASK = "ask", _("asked, never counts")
        CERTAINTY = "certainty", _("asked, certainty-based marks")

    class Keep(models.TextChoices):
        """Which attempt counts."""

        HIGHEST = "highest", _("the best")
        MEAN = "mean", _("the mean")
        FIRST = "first", _("the first")
        LAST = "last", _("the last")
        MASTERY = "mastery", _("they add up")

    class Overdue(models.TextChoices):
        """What happens when time is up."""

        SUBMIT = "submit", _("submitted as it stands")
        GRACE = "grace", _("may be submitted for a while")
        ABANDON = "abandon", _("not marked")

    class Layout(models.TextChoices):
        """How many questions a page holds."""

        EACH = "each", _("one question a page")
        ALL = "all", _("all on one page")

    class Navigation(models.TextChoices):
        """Whether one may go back."""

        FREE = "free", _("free")
        ONE_WAY = "one_way", _("one way, no going back")

    class CreditFrom(models.TextChoices):
        """Which moment lateness is counted from."""

        LAST_ANSWER = "last_answer", _("the last answer saved")
        SUBMISSION = "submission", _("the submission")

    is_practice = models.BooleanField(
        _("practice"), default=False, help_text=_("Open to readers without an account; does not count.")
    )
    pass_percent = models.PositiveSmallIntegerField(_("pass mark in per cent"), default=70)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("time limit in minutes"), null=True, blank=True)
    overdue = models.CharField(_("when time is up"), max_length=8, choices=Overdue.choices, default=Overdue.SUBMIT)
    grace_minutes = models.PositiveIntegerField(_("grace in minutes"), default=0)
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts allowed"), null=True, blank=True, help_text=_("Empty: as many as one likes.")
    )
    wait_minutes = models.PositiveIntegerField(_("minutes between first and second attempt"), default=0)
    later_wait_minutes = models.PositiveIntegerField(
        _("minutes between later attempts"), null=True, blank=True, help_text=_("Empty: as between the first two.")
    )
    keep = models.CharField(_("which attempt counts"), max_length=8, choices=Keep.choices, default=Keep.HIGHEST)
    credit = models.JSONField(
        _("credit by time"), default=list, blank=True, help_text=_("Steps of {days: after due, percent: earned}.")
    )
    credit_from = models.CharField(
        _("lateness counts from"), max_length=12, choices=CreditFrom.choices, default=CreditFrom.LAST_ANSWER
    )
    behaviour = models.CharField(
        _("answers are marked"), max_length=12, choices=Behaviour.choices, default=Behaviour.DEFERRED
    )
    penalty = models.DecimalField(
        _("penalty a try"), max_digits=4, decimal_places=3, default=Decimal("0.33"), validators=_SHARE
    )
    hint_penalty = models.DecimalField(
        _("penalty a hint"), max_digits=4, decimal_places=3, default=Decimal(0), validators=_SHARE
    )
    credits = models.JSONField(
        _("worth of each try"), default=list, blank=True, help_text=_("In place of a penalty, such as [1, 0.5, 0.25].")
    )
    confidence_rule = models.CharField(
        _("confidence"), max_length=10, choices=Confidence.choices, default=Confidence.OFF
    )
    layout = models.CharField(_("layout"), max_length=4, choices=Layout.choices, default=Layout.EACH)
    navigation = models.CharField(_("navigation"), max_length=8, choices=Navigation.choices, default=Navigation.FREE)
    shuffle = models.BooleanField(_("shuffle the questions"), default=False)
    password = models.CharField(
        _("password"), max_length=100, blank=True, help_text=_("Asked for when an attempt starts.")
    )
    review = models.JSONField(_("what is shown when"), default=full_review, blank=True)
    draw = models.JSONField(_("questions drawn from the course"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=Q(pass_percent__lte=100), name="%(class)s_pass_mark_is_a_per_cent"),
            models.CheckConstraint(
                condition=Q(opens_at=None) | Q(closes_at=None) | Q(opens_at__lt=models.F("closes_at")),
                name="%(class)s_opens_before_it_closes",
            ),
        ]

    def clean(self) -> None:
        """Refuse settings that do not agree, in the words authors of files are given."""
        super().clean()
        try:
            QuizSettings.model_validate(self._as_settings())
            if self.draw is not None:
                Blueprint.model_validate(self.draw)
        except SpecInvalid as problem:
            raise ValidationError([_in_words(dict(error)) for error in problem.errors(include_url=False)]) from problem

    @property
    def window(self) -> Window:
        """Return when the quiz may be taken by somebody without any accommodation."""
        return Window(self.opens_at, self.due_at, self.closes_at, self.minutes, self.max_attempts)

    @property
    def try_rules(self) -> TryRules:
        """Return what tries cost."""
        return self.settings.try_rules

    @property
    def matrix(self) -> ReviewMatrix:
        """Return what is shown when."""
        return ReviewMatrix.model_validate(self.review)

    @property
    def credit_steps(self) -> tuple[CreditStep, ...]:
        """Return what lateness costs."""
        return CREDIT_STEPS.validate_python(self.credit)

    @property
    def blueprint(self) -> Blueprint | None:
        """Return how questions are drawn, if any are."""
        return None if self.draw is None else Blueprint.model_validate(self.draw)

    @property
    def settings(self) -> QuizSettings:
        """Return the settings as a value."""
        return QuizSettings.model_validate(self._as_settings())

    @property
    def is_checked_at_once(self) -> bool:
        """Say whether answers are marked while the attempt is open."""
        return self.behaviour != self.Behaviour.DEFERRED

    @property
    def asks_confidence(self) -> bool:
        """Say whether confidence is asked with each answer."""
        return self.confidence_rule != self.Confidence.OFF

    @property
    def is_certainty_marked(self) -> bool:
        """Say whether confidence changes marks."""
        return self.confidence_rule == self.Confidence.CERTAINTY

    def _as_settings(self) -> dict[str, Any]:
        values = {name: getattr(self, SETTINGS.get(name, name)) for name in QuizSettings.model_fields}
        return {**values, "review": named_matrix(self.review)}


def _in_words(finding: dict[str, Any]) -> str:
    """Say what is wrong with one setting as the reader of files says it."""
    place = ".".join(map(str, finding["loc"]))
    return f"{place}: {' '.join(explain([finding], QuizSettings.model_fields))}".lstrip(": ")


def columns_of(settings: QuizSettings) -> dict[str, Any]:
    """Return settings as the columns of a quiz hold them."""
    values: dict[str, Any] = {name: getattr(settings, name) for name in QuizSettings.model_fields}
    for name in ("overdue", "keep", "behaviour", "confidence"):
        values[name] = values[name].value
    values["review"] = settings.review.model_dump(mode="json")
    values["credit"] = [step.model_dump(mode="json") for step in settings.credit]
    values["credits"] = [str(worth) for worth in settings.credits]
    return {SETTINGS.get(name, name): value for name, value in values.items()}
