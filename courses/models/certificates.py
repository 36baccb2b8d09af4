"""Certificates: that a person met a course's rule, in the words, with the name and on the day it was issued."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.classes import Cohort, Enrolment
from courses.models.content import Course, Viewer, is_administrator

MAX_REASON = 500
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_number() -> str:
    """Return a number that nobody can guess (about 10^18 of them), in groups of four."""
    groups = ("".join(secrets.choice(_LETTERS) for _place in range(4)) for _group in range(3))
    return "-".join(groups)


class CertificateQuerySet(models.QuerySet["Certificate"]):
    """Which certificates, and who may do what with them."""

    def of(self, user: Viewer) -> CertificateQuerySet:
        """The user's own."""
        return self.none() if user.pk is None else self.filter(user=user.pk)

    def in_force(self) -> CertificateQuerySet:
        """Certificates that are not revoked, of people who are still there."""
        return self.filter(revoked_at=None, is_erased=False)

    def of_class(self, cohort: Cohort) -> CertificateQuerySet:
        """Certificates of a class's active students in its course."""
        places = Enrolment.objects.active().filter(cohort=cohort, role=Enrolment.Role.STUDENT)
        return self.filter(course=cohort.course_id, user__in=places.values("user"))

    def revocable_by(self, user: Viewer) -> CertificateQuerySet:
        """Certificates the user may revoke: all, for administrators; those of students in classes the user teaches."""
        if is_administrator(user):
            return self
        if user.pk is None:
            return self.none()
        taught = Cohort.objects.taught_by(user).values("pk")
        places = Enrolment.objects.active().filter(role=Enrolment.Role.STUDENT, cohort__in=taught)
        return self.filter(Exists(places.filter(user=OuterRef("user"), cohort__course=OuterRef("course"))))


class Certificate(models.Model):
    """That a person met the rule of a course. There is one for each person and course; its words never change.

    `name` is empty until the person has chosen one: it is printed as it was then.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, db_index=False, related_name="certificates", editable=False,
        verbose_name=_("person"),
    )  # fmt: skip
    course = models.ForeignKey(
        Course, on_delete=models.PROTECT, related_name="certificates", editable=False, verbose_name=_("course")
    )
    number = models.CharField(_("number"), max_length=14, unique=True, default=new_number, editable=False)
    name = models.CharField(_("name"), max_length=320, blank=True, editable=False)
    title = models.CharField(_("title of the course"), max_length=200, editable=False)
    wording = models.CharField(_("wording"), max_length=200, blank=True, editable=False)
    language = models.CharField(_("language of the course"), max_length=35, editable=False)
    edition = models.CharField(_("edition of the course"), max_length=32, editable=False)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False,
        verbose_name=_("revoked by"),
    )  # fmt: skip
    reason = models.CharField(_("reason"), max_length=MAX_REASON, blank=True, editable=False)
    is_erased = models.BooleanField(_("person erased"), default=False, editable=False)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["-issued_at"]
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="one_certificate_per_person_and_course")]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Return the page that tells whether it is genuine."""
        return reverse("courses:certificate", args=[self.number])

    @property
    def short_edition(self) -> str:
        """Return what the paper says of the course's version."""
        return self.edition[:8]


class CertificateCheck(models.Model):
    """That a person did something in a course with a certificate: a task looks whether it is earned."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="+",
        editable=False,
        verbose_name=_("person"),
    )
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="+", editable=False, verbose_name=_("course")
    )
    asked_at = models.DateTimeField(_("asked"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("certificate to be looked at")
        verbose_name_plural = _("certificates to be looked at")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="one_certificate_check_per_person")]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.course_id}"
