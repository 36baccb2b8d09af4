"""Statistics that take long: who is counted, how far the work is, and what it gave."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from quizzes.models.authoring import Quiz
from quizzes.models.runs import QUIET


class StatisticsRun(models.Model):
    """Statistics of one sample of a quiz, worked out in the background, and kept until they are asked for again.

    `sample` is a hash of what is counted, `cohorts` are the classes (None: everyone). `result` holds the figures that
    were worked out last, and stays while they are worked out again. `beat_at` is the last sign of work.
    """

    class What(models.TextChoices):
        """What is worked out."""

        FIGURES = "figures", _("figures")
        MODELS = "models", _("models and groups")

    class State(models.TextChoices):
        """How far it is."""

        NEW = "new", _("not asked for yet")
        WORKING = "working", _("being worked out")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="statistics_runs", verbose_name=_("quiz"))
    what = models.CharField(_("what"), max_length=8, choices=What.choices)
    sample = models.CharField(max_length=64)
    cohorts = models.JSONField(null=True)
    which = models.CharField(max_length=8)
    versions = models.CharField(max_length=8)
    state = models.CharField(_("state"), max_length=8, choices=State.choices, default=State.WORKING)
    attempt_count = models.PositiveIntegerField(_("attempts"), default=0)
    done_count = models.PositiveIntegerField(_("attempts read"), default=0)
    result = models.JSONField(null=True)
    asked_at = models.DateTimeField(_("asked for"))
    beat_at = models.DateTimeField(_("last sign of work"))
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("statistics worked out apart")
        verbose_name_plural = _("statistics worked out apart")
        constraints = [
            models.UniqueConstraint(fields=["quiz", "what", "sample"], name="one_run_of_statistics_per_sample"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz_id} · {self.what} · {self.get_state_display()}"

    @property
    def is_working(self) -> bool:
        """Say whether it is not over."""
        return self.state == self.State.WORKING

    @property
    def percent(self) -> int:
        """Return how much has been read, in whole per cent."""
        return min(100, 100 * self.done_count // self.attempt_count) if self.attempt_count else 0

    def is_quiet(self, now: datetime) -> bool:
        """Say whether nothing has worked on it for a while."""
        return self.is_working and self.beat_at < now - QUIET
