"""How a quiz is sat: the columns of `QuizSettings`, for the admin to edit and the rest to ask."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any, TypeAlias

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter
from pydantic import ValidationError as SpecInvalid

from courses.content.explain import explain
from quizzes.domain import specs
from quizzes.domain.behaviour import Behaviour, TryRules
from quizzes.domain.certainty import Confidence
from quizzes.domain.draws import Blueprint
from quizzes.domain.keeping import Keep
from quizzes.domain.named import Named
from quizzes.domain.review import FULL, ReviewMatrix, named_matrix
from quizzes.domain.specs import QuizSettings
from quizzes.domain.timing import CreditFrom, CreditStep, Overdue, Window
from quizzes.models.choices import choices_of

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


class DeliverySettings(models.Model):
    """The settings of a quiz."""

    Layout: TypeAlias = specs.Layout
    Navigation: TypeAlias = specs.Navigation

    is_practice = models.BooleanField(
        _("practice"), default=False, help_text=_("Open to readers without an account; does not count.")
    )
    pass_percent = models.PositiveSmallIntegerField(_("pass mark in per cent"), default=70)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("time limit in minutes"), null=True, blank=True)
    overdue = models.CharField(
        _("when time is up"), max_length=8, choices=choices_of(Overdue), default=Overdue.SUBMIT.value
    )
    grace_minutes = models.PositiveIntegerField(_("grace in minutes"), default=0)
    max_attempts = models.PositiveSmallIntegerField(
        _("attempts allowed"), null=True, blank=True, help_text=_("Empty: as many as one likes.")
    )
    wait_minutes = models.PositiveIntegerField(_("minutes between first and second attempt"), default=0)
    later_wait_minutes = models.PositiveIntegerField(
        _("minutes between later attempts"), null=True, blank=True, help_text=_("Empty: as between the first two.")
    )
    keep = models.CharField(
        _("which attempt counts"), max_length=8, choices=choices_of(Keep), default=Keep.HIGHEST.value
    )
    credit = models.JSONField(
        _("credit by time"), default=list, blank=True, help_text=_("Steps of {days: after due, percent: earned}.")
    )
    credit_from = models.CharField(
        _("lateness counts from"), max_length=12, choices=choices_of(CreditFrom), default=CreditFrom.LAST_ANSWER.value
    )
    behaviour = models.CharField(
        _("answers are marked"), max_length=12, choices=choices_of(Behaviour), default=Behaviour.DEFERRED.value
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
        _("confidence"), max_length=10, choices=choices_of(Confidence), default=Confidence.OFF.value
    )
    layout = models.CharField(_("layout"), max_length=4, choices=choices_of(Layout), default=Layout.EACH.value)
    navigation = models.CharField(
        _("navigation"), max_length=8, choices=choices_of(Navigation), default=Navigation.FREE.value
    )
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

    _READ = ("settings", "matrix", "credit_steps", "blueprint")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and read the settings again when they are next asked for."""
        self.forget_read()
        super().save(*args, **kwargs)

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Fetch again, and read the settings again when they are next asked for."""
        self.forget_read()
        super().refresh_from_db(*args, **kwargs)

    def forget_read(self) -> None:
        """Read the settings again when they are next asked for."""
        for name in self._READ:
            self.__dict__.pop(name, None)

    def clean(self) -> None:
        """Refuse settings that do not agree, in the words authors of files are given."""
        super().clean()
        try:
            settings = QuizSettings.model_validate(self._as_settings())
            blueprint = None if self.draw is None else Blueprint.model_validate(self.draw)
        except SpecInvalid as problem:
            raise ValidationError([_in_words(dict(error)) for error in problem.errors(include_url=False)]) from problem
        if blueprint is not None and blueprint.is_reserved and (fault := settings.fault_of_bank(blueprint)):
            raise ValidationError(f"draw: {gettext(fault)}")

    @property
    def window(self) -> Window:
        """Return when the quiz may be taken by a student without any accommodation."""
        return Window(self.opens_at, self.due_at, self.closes_at, self.minutes, self.max_attempts)

    @property
    def try_rules(self) -> TryRules:
        """Return what tries cost."""
        return self.settings.try_rules

    @cached_property
    def matrix(self) -> ReviewMatrix:
        """Return what is shown when."""
        return ReviewMatrix.model_validate(self.review)

    @cached_property
    def credit_steps(self) -> tuple[CreditStep, ...]:
        """Return what lateness costs."""
        return CREDIT_STEPS.validate_python(self.credit)

    @cached_property
    def blueprint(self) -> Blueprint | None:
        """Return how questions are drawn, if any are."""
        return None if self.draw is None else Blueprint.model_validate(self.draw)

    @cached_property
    def settings(self) -> QuizSettings:
        """Return the settings as a value."""
        return QuizSettings.model_validate(self._as_settings())

    @property
    def is_checked_at_once(self) -> bool:
        """Say whether answers are marked while the attempt is open."""
        return self.behaviour != Behaviour.DEFERRED

    @property
    def asks_confidence(self) -> bool:
        """Say whether confidence is asked with each answer."""
        return self.confidence_rule != Confidence.OFF

    @property
    def is_certainty_marked(self) -> bool:
        """Say whether confidence changes marks."""
        return self.confidence_rule == Confidence.CERTAINTY

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
    values |= {name: value.value for name, value in values.items() if isinstance(value, Named)}
    values |= settings.model_dump(mode="json", include={"review", "credit", "credits"})
    return {SETTINGS.get(name, name): value for name, value in values.items()}
