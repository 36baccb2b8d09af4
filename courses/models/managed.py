"""Accounts that a class makes for its students, the slips that hand them over, and rosters about to be imported."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.classes import Cohort, CohortQuerySet
from courses.models.content import Viewer


class ManagedAccountQuerySet(models.QuerySet["ManagedAccount"]):
    """Which accounts."""

    def resettable_by(self, user: Viewer) -> ManagedAccountQuerySet:
        """Accounts whose password the user may reset: as instructor of the class that made them."""
        return self.filter(cohort__in=_taught_by(user))

    def made_for(self, user: Viewer) -> ManagedAccountQuerySet:
        """Accounts with a student number that the user made, and that have been given a place in a class."""
        return self.filter(made_by=user.pk, user__enrolments__isnull=False).exclude(student_number="").distinct()


def _taught_by(user: Viewer) -> CohortQuerySet:
    return Cohort.objects.taught_by(user)


class ManagedAccount(models.Model):
    """An account that a class made for a student, who may have no email address.

    It belongs to that class: its instructors alone reset the password. In other classes of its maker it is found by
    the student number.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="managed",
        verbose_name=_("person"),
    )  # fmt: skip
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="managed", verbose_name=_("class"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("made by")
    )
    student_number = models.CharField(_("student number"), max_length=40, blank=True)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    reset_at = models.DateTimeField(_("password reset"), null=True)
    reset_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("reset by")
    )
    is_told = models.BooleanField(_("told of the reset"), default=True)

    objects = ManagedAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("account made by a class")
        verbose_name_plural = _("accounts made by classes")

    def __str__(self) -> str:
        return str(self.user)


class Slip(models.Model):
    """A new passphrase on its way to a student: made in the background, shown once, then gone.

    `sealed` is empty until the passphrase is made; it is encrypted with the site's secret, so that a copy of the
    database tells no passphrase.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="slip", verbose_name=_("person")
    )
    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="slips", verbose_name=_("class"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    sealed = models.TextField(_("sealed passphrase"), blank=True)

    class Meta:
        verbose_name = _("slip with a passphrase")
        verbose_name_plural = _("slips with passphrases")

    def __str__(self) -> str:
        return str(self.user)


class RosterDraft(models.Model):
    """A list of people that was read and not imported yet, for its preview. It goes when imported, or after a day."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="drafts", verbose_name=_("class"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("made by")
    )
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    name = models.CharField(_("name"), max_length=120, blank=True)
    """The name of the file, or "" for what was pasted."""
    table = models.JSONField(_("table"), default=dict)
    """How it was read, and its lines (`classes.roster.reading.Table`)."""
    columns = models.JSONField(_("columns"), default=list)
    is_whole = models.BooleanField(_("the file is the whole class"), default=False)
    leaves_out = models.BooleanField(_("lines with errors are left out"), default=False)

    class Meta:
        verbose_name = _("list about to be imported")
        verbose_name_plural = _("lists about to be imported")

    def __str__(self) -> str:
        return self.name or str(_("pasted list"))
