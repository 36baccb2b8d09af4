"""How far a student has read."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from courses.models.content import Lesson, Section


class SectionRead(models.Model):
    """A student has read a section to its end."""

    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="section_reads", db_index=False,
        verbose_name=_("student"),
    )  # fmt: skip
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="reads", verbose_name=_("section"))
    read_at = models.DateTimeField(_("read"))

    class Meta:
        verbose_name = _("section read")
        verbose_name_plural = _("sections read")
        constraints = [models.UniqueConstraint(fields=["student", "section"], name="section_read_once")]

    def __str__(self) -> str:
        return f"{self.student_id} · {self.section_id}"


class LessonCompletion(models.Model):
    """A student has read every section of a lesson. It stays, whatever is added to the lesson later."""

    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lesson_completions", db_index=False,
        verbose_name=_("student"),
    )  # fmt: skip
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="completions", verbose_name=_("lesson"))
    completed_at = models.DateTimeField(_("completed"))

    class Meta:
        verbose_name = _("lesson completion")
        verbose_name_plural = _("lesson completions")
        constraints = [models.UniqueConstraint(fields=["student", "lesson"], name="lesson_completed_once")]

    def __str__(self) -> str:
        return f"{self.student_id} · {self.lesson_id}"
