"""What people say about a row of a course while it is made: comments, and suggestions of another text."""

from __future__ import annotations

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models.content import Course


class CommentQuerySet(models.QuerySet["Comment"]):
    """Which comments. Who may read them is decided where their row is fetched."""

    def open(self) -> CommentQuerySet:
        """Comments that wait for an answer, oldest first."""
        return self.filter(state=Comment.State.OPEN).order_by("made_at", "pk")

    def on(self, row: models.Model) -> CommentQuerySet:
        """Comments on one row."""
        return self.filter(subject_type=row._meta.label_lower, subject_id=row.pk)  # noqa: SLF001 (Django's accessor)


class Comment(models.Model):
    """A comment on a row of a course, or, with a field, the suggestion of another text for it.

    A suggestion that is accepted is saved as any edit of the row is; `base` is the text it was made for.
    """

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        CLOSED = "closed", _("closed")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="comments", verbose_name=_("course"))
    subject_type = models.CharField(_("kind of row"), max_length=60, editable=False)
    subject_id = models.PositiveBigIntegerField(_("number of the row"), editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("by")
    )
    text = models.TextField(_("comment"), blank=True, max_length=4_000)
    field = models.CharField(_("field"), max_length=60, blank=True, editable=False)
    base = models.TextField(_("text it was made for"), blank=True, editable=False)
    suggested = models.TextField(_("suggested text"), blank=True)
    made_at = models.DateTimeField(_("when"), default=timezone.now, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.OPEN, editable=False)
    answer = models.TextField(_("answer"), blank=True, max_length=2_000)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, editable=False,
        verbose_name=_("answered by"),
    )  # fmt: skip
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="comments_of_a_row"),
            models.Index(fields=["course", "state"], name="comments_of_a_course"),
        ]

    def __str__(self) -> str:
        return f"{self.author} · {self.made_at:%Y-%m-%d %H:%M}"

    @property
    def is_suggestion(self) -> bool:
        """Say whether it suggests another text."""
        return bool(self.field)

    @property
    def field_name(self) -> str:
        """Return what the field is called on screen."""
        return str(apps.get_model(self.subject_type)._meta.get_field(self.field).verbose_name)  # noqa: SLF001
