"""The files of a course as last loaded: what merges go from, and where authors' comments are kept."""

from __future__ import annotations

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
