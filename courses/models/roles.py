"""Who works on a course: its owners, editors and reviewers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.content import Course


class CourseRole(models.Model):
    """What one person may do in one course. An owner changes and publishes, an editor changes, a reviewer reads drafts.

    What a role opens is decided in `CourseQuerySet`.
    """

    class Role(models.TextChoices):
        """The three roles."""

        OWNER = "owner", _("owner: changes and publishes")
        EDITOR = "editor", _("editor: changes")
        REVIEWER = "reviewer", _("reviewer: sees drafts and keys")

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
