"""What was published in a course, or is to be: who, when, and every value before and after."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models.base import Readable
from courses.models.content import Course, Viewer, is_administrator


class PublicationQuerySet(models.QuerySet["Publication"]):
    """Which publications."""

    def seen_by(self, user: Viewer) -> PublicationQuerySet:
        """Publications in courses whose drafts the user may see."""
        if is_administrator(user):
            return self
        return self.filter(course__in=Course.objects.worked_on_by(user).values("pk"))

    def due(self) -> PublicationQuerySet:
        """Publications that wait for their moment, the earliest first."""
        return self.filter(state=Publication.State.SCHEDULED).order_by("scheduled_for", "pk")


class Publication(models.Model):
    """One act of publishing: the changes chosen, and what each field held before and after.

    `changes` is a list of `{"row": "courses.lesson:5", "seen": …, "fields": {"title": {"before": …, "after": …}}}`.
    While the publication is scheduled there are no fields yet: `seen` names the draft as it was read then. People are
    held by their ids alone.
    """

    class State(models.TextChoices):
        """Where it stands."""

        SCHEDULED = "scheduled", _("scheduled")
        DONE = "done", _("published")
        HELD = "held", _("held back")
        CANCELLED = "cancelled", _("cancelled")
        UNDONE = "undone", _("undone")

    class Obstacle(models.TextChoices):
        """Why a scheduled publication was held back. Nothing of it was published."""

        EDITED = "edited", _("a change was edited, published or discarded after it was scheduled")
        ROLE = "role", _("the person who scheduled it is no longer an owner of the course")
        FAILED = "failed", _("publishing failed; the log of the worker says why")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="publications", verbose_name=_("course"))
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    obstacle = models.CharField(_("why it was held back"), max_length=10, choices=Obstacle.choices, blank=True)
    note = models.TextField(_("note"), blank=True)
    changes = models.JSONField(_("changes"), default=list, encoder=Readable)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    made_at = models.DateTimeField(_("made"))
    scheduled_for = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        verbose_name=_("undone by"),
    )  # fmt: skip

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(scheduled_for__isnull=False),
                name="scheduled_publication_has_a_moment",
            ),
        ]

    @property
    def is_undoable(self) -> bool:
        """Say whether it can be taken back in one step: whether a course is there at all is said on its own page."""
        return self.state == self.State.DONE and not any(each.get("at_once") for each in self.changes)

    def __str__(self) -> str:
        return f"{self.course} · {self.made_at:%Y-%m-%d %H:%M}"
