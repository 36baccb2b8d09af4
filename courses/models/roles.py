"""Who works on a course: its owners, editors and reviewers, and the invitations that make people one of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.content import Course, Viewer


class CourseRole(models.Model):
    """What one person may do in one course. An owner changes, publishes and chooses the people; an editor changes; a
    reviewer reads everything, comments and suggests.

    What a role opens is decided in `CourseQuerySet`.
    """

    class Role(models.TextChoices):
        """The three roles."""

        OWNER = "owner", _("owner: changes, publishes, chooses people")
        EDITOR = "editor", _("editor: changes")
        REVIEWER = "reviewer", _("reviewer: comments and suggests")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="roles", verbose_name=_("course"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="course_roles", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)
    given_at = models.DateTimeField(_("given"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("role in a course")
        verbose_name_plural = _("roles in courses")
        ordering = ["course", "user"]
        constraints = [models.UniqueConstraint(fields=["course", "user"], name="one_role_per_person_and_course")]

    def __str__(self) -> str:
        return f"{self.user} · {self.course}"


class CourseInvitationQuerySet(models.QuerySet["CourseInvitation"]):
    """Which invitations to work on courses."""

    def waiting_for(self, user: Viewer) -> CourseInvitationQuerySet:
        """Invitations the user has neither accepted nor declined."""
        if user.pk is None:
            return self.none()
        return self.filter(user=user.pk, declined_at=None)


class CourseInvitation(models.Model):
    """A role in a course that an owner offers to an account. No one works on a course before they accept.

    Accepting turns it into a role; declining keeps the row, so that the owners see it.
    """

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="invitations", verbose_name=_("course"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="course_invitations", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=8, choices=CourseRole.Role.choices)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, editable=False,
        verbose_name=_("invited by"),
    )  # fmt: skip
    invited_at = models.DateTimeField(_("invited"), default=timezone.now, editable=False)
    declined_at = models.DateTimeField(_("declined"), null=True, editable=False)

    objects = CourseInvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation to a course")
        verbose_name_plural = _("invitations to courses")
        ordering = ["course", "-invited_at"]
        constraints = [models.UniqueConstraint(fields=["course", "user"], name="one_invitation_per_person_and_course")]

    def __str__(self) -> str:
        return f"{self.user} · {self.course}"
