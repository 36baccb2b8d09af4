"""The files of a course as last loaded: what merges go from, and where authors' comments are kept."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.content import Course


class ContentFile(models.Model):
    """A text file of a course, to the byte; a load writes those that changed."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="files", verbose_name=_("course"))
    path = models.CharField(_("path"), max_length=200)
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("content file")
        verbose_name_plural = _("content files")
        ordering = ["course", "path"]
        constraints = [models.UniqueConstraint(fields=["course", "path"], name="one_file_of_a_path_in_a_course")]

    def __str__(self) -> str:
        return self.path


class Upload(models.Model):
    """Files that a person uploaded and has yet to load: they are looked at first, and loaded as they were looked at."""

    key = models.UUIDField(_("key"), primary_key=True, default=uuid4)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    texts = models.JSONField(_("files"))
    made_at = models.DateTimeField(_("uploaded"))

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return str(self.key)
