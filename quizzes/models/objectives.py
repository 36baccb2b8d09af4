"""What an answer says about an objective: kept with the answer, whatever becomes of the question later."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import LearningObjective
from quizzes.models.authoring import ItemRevision


class OnObjective(models.Model):
    """Something that was asked on an objective.

    `objective_size` is how many questions that mark themselves there were on it then. Both are written when the
    question is asked and never again, so that editing a course changes nothing about what a student has reached.
    """

    objective = models.ForeignKey(
        LearningObjective, on_delete=models.PROTECT, related_name="+", verbose_name=_("objective")
    )
    objective_size = models.PositiveSmallIntegerField(_("questions on the objective then"), default=0)

    class Meta:
        abstract = True


class CheckAnswer(OnObjective):
    """A student's first answer of a day (in UTC) to a check in the text of a lesson, and what it earned."""

    student = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="check_answers",
        verbose_name=_("student"),
    )
    revision = models.ForeignKey(
        ItemRevision, on_delete=models.PROTECT, related_name="check_answers", verbose_name=_("revision")
    )
    answer = models.JSONField(_("answer"))
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6)
    day = models.DateField(_("day"))
    answered_at = models.DateTimeField(_("answered"))

    class Meta:
        verbose_name = _("answer to a check")
        verbose_name_plural = _("answers to checks")
        ordering = ["student", "answered_at"]
        constraints = [
            models.UniqueConstraint(fields=["student", "revision", "day"], name="one_check_answer_a_day"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="check_share_between_its_bounds"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} · {self.revision_id} · {self.day}"
