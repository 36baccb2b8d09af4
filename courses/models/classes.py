"""Who takes a course together: cohorts (on screen "classes"), enrolments, and guests."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models.content import Course, Viewer

# No letters or digits that are mistaken for each other when read from a board.
_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_join_code() -> str:
    """Return a code of eight letters and digits that nobody can guess (about 10^12 of them)."""
    return "".join(secrets.choice(_CODE_LETTERS) for _place in range(8))


class CohortQuerySet(models.QuerySet["Cohort"]):
    """Which classes, and who may see them."""

    def taught_by(self, user: Viewer) -> CohortQuerySet:
        """Classes in which the user is an active instructor."""
        return self._of(user, Enrolment.Role.INSTRUCTOR)

    def attended_by(self, user: Viewer) -> CohortQuerySet:
        """Classes in which the user is an active student."""
        return self._of(user, Enrolment.Role.STUDENT)

    def _of(self, user: Viewer, role: str) -> CohortQuerySet:
        if user.pk is None:
            return self.none()
        places = Enrolment.objects.active().filter(user=user.pk, role=role)
        return self.filter(pk__in=places.values("cohort"))


class Cohort(models.Model):
    """The people taking a course together; on screen "class"."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cohorts", verbose_name=_("course"))
    name = models.CharField(_("name"), max_length=120)
    join_code = models.CharField(_("class code"), max_length=12, unique=True, default=new_join_code)
    is_open = models.BooleanField(_("open to new students"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CohortQuerySet.as_manager()

    class Meta:
        verbose_name = _("class")
        verbose_name_plural = _("classes")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the class page, which only its instructors may see."""
        return reverse("quizzes:class", args=[self.pk])


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Which places in classes."""

    def active(self) -> EnrolmentQuerySet:
        """Places of people who have not left."""
        return self.filter(is_active=True)

    def students(self) -> EnrolmentQuerySet:
        """Active students, by name."""
        names = ["user__last_name", "user__first_name", "user__username"]
        return self.active().filter(role=Enrolment.Role.STUDENT).order_by(*names)

    def students_of(self, user: Viewer) -> EnrolmentQuerySet:
        """Places of active students in the classes the user teaches."""
        return self.active().filter(role=Enrolment.Role.STUDENT, cohort__in=Cohort.objects.taught_by(user))


class Enrolment(models.Model):
    """One person's place in a class, with a role. Leaving makes it inactive; the work stays."""

    class Role(models.TextChoices):
        """The two roles."""

        STUDENT = "student", _("student")
        INSTRUCTOR = "instructor", _("instructor")

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="enrolments", verbose_name=_("class"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.STUDENT)
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        constraints = [models.UniqueConstraint(fields=["cohort", "user"], name="one_place_per_person_and_class")]

    def __str__(self) -> str:
        return f"{self.user} · {self.cohort}"


class Guest(models.Model):
    """Marks a user row that stands for a reader without an account, until they sign up or are forgotten."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="guest")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("reader without an account")
        verbose_name_plural = _("readers without an account")

    def __str__(self) -> str:
        return str(_("Reader without an account"))
