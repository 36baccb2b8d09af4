"""What is sat: attempts, the responses on their papers, and every answer that ever arrived."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Count, F, Prefetch, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models import Enrolment
from courses.models.content import Viewer
from quizzes.models.authoring import ItemRevision, Quiz


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Which attempts, who may see them, and what a page needs of them."""

    def open(self) -> AttemptQuerySet:
        """Attempts that were not submitted."""
        return self.filter(submitted_at=None)

    def submitted(self) -> AttemptQuerySet:
        """Attempts that were submitted."""
        return self.filter(submitted_at__isnull=False)

    def of(self, learner: Viewer | None) -> AttemptQuerySet:
        """The learner's own attempts; nobody's for a reader who has done nothing yet."""
        return self.none() if learner is None or learner.pk is None else self.filter(student=learner.pk)

    def taught_by(self, user: Viewer) -> AttemptQuerySet:
        """Attempts of active students of the user's own classes, at quizzes of the courses those classes take."""
        if user.pk is None:
            return self.none()
        active = Enrolment.objects.active()
        places = active.filter(
            role=Enrolment.Role.STUDENT,
            cohort__in=active.filter(user=user.pk, role=Enrolment.Role.INSTRUCTOR).values("cohort"),
            user=models.OuterRef("student"),
            cohort__course=models.OuterRef("quiz__course"),
        )
        return self.filter(models.Exists(places))

    def visible_to(self, user: Viewer) -> AttemptQuerySet:
        """A student's own attempts, and those of the user's own classes."""
        own, taught = self.of(user), self.taught_by(user)
        return self.filter(Q(pk__in=own.values("pk")) | Q(pk__in=taught.values("pk")))

    def for_page(self) -> AttemptQuerySet:
        """Everything the head of an attempt page reads."""
        return self.select_related("quiz__course", "quiz__unit", "quiz__lesson__unit")

    def best_first(self) -> AttemptQuerySet:
        """Order by the score as a share of what the paper was out of, then by number."""
        share = Cast("score", models.FloatField()) / Cast("max_score", models.FloatField())
        return self.order_by(share.desc(), "number")

    def with_counts(self) -> AttemptQuerySet:
        """Annotate how many responses there are and how many hold an answer."""
        return self.annotate(
            question_count=Count("responses"),
            answered_count=Count("responses", filter=Q(responses__answer__isnull=False)),
        )

    def with_paper(self) -> AttemptQuerySet:
        """Load the whole paper with everything a result or an API answer needs, in one query more."""
        return self.prefetch_related(Prefetch("responses", ItemResponse.objects.for_page()))


class Attempt(models.Model):
    """One sitting of a quiz by one student. Submitting closes it for good."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("quiz"))
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("student")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started"))
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True, blank=True)
    max_score = models.DecimalField(_("out of"), max_digits=7, decimal_places=2)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "student", "number"], name="attempt_number_unique"),
            models.UniqueConstraint(
                fields=["quiz", "student"], condition=Q(submitted_at=None), name="one_open_attempt_per_student"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, score=None)
                | Q(submitted_at__isnull=False, score__isnull=False, score__gte=0, score__lte=F("max_score")),
                name="attempt_scored_when_submitted",
            ),
        ]

    def __str__(self) -> str:
        return _("%(quiz)s, attempt %(number)d") % {"quiz": self.quiz, "number": self.number}

    def get_absolute_url(self) -> str:
        """Return the result when submitted, else the first question."""
        if self.submitted_at:
            return reverse("quizzes:result", args=[self.pk])
        return reverse("quizzes:attempt-item", args=[self.pk, 1])

    @property
    def percent(self) -> int | None:
        """Return the score in per cent, rounded for display, or None while open."""
        if self.score is None:
            return None
        return round(100 * self.score / self.max_score)

    @property
    def is_passed(self) -> bool:
        """Say whether the score reaches the pass mark; tested on the exact score, not on the rounded one."""
        return self.score is not None and 100 * self.score >= self.quiz.pass_percent * self.max_score

    @property
    def shows_solutions(self) -> bool:
        """Say whether key and explanations may be shown to the student now."""
        return self.submitted_at is not None and self.quiz.solutions == Quiz.Solutions.ON_SUBMISSION


class ItemResponseQuerySet(models.QuerySet["ItemResponse"]):
    """Which responses, and what a page needs of them."""

    def for_page(self) -> ItemResponseQuerySet:
        """Responses in paper order with their exact words and where they are taught."""
        return self.select_related("revision__item__section__lesson", "revision__item__objective").order_by("position")


class ItemResponse(models.Model):
    """One question on one paper, with what the student gave for it.

    `sequence` counts the answers that were taken; a save names the number it started from, so that a page left open
    elsewhere cannot silently overwrite. `client_key` is the name the browser gave the last save: the same save sent
    again changes nothing.
    """

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="responses", verbose_name=_("attempt"))
    revision = models.ForeignKey(
        ItemRevision, on_delete=models.PROTECT, related_name="responses", verbose_name=_("revision")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    order = models.JSONField(default=list, editable=False)
    answer = models.JSONField(_("answer"), null=True, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    client_key = models.UUIDField(null=True, editable=False)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    is_complete = models.BooleanField(_("answered in full"), default=False)
    is_flagged = models.BooleanField(_("flagged"), default=False)
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6, null=True, blank=True)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True, blank=True)

    objects = ItemResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["attempt", "position"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="one_response_per_place"),
            models.UniqueConstraint(fields=["attempt", "revision"], name="one_response_per_revision"),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gte=0, share__lte=1), name="share_between_nothing_and_all"
            ),
        ]

    def __str__(self) -> str:
        return _("Question %(position)d") % {"position": self.position}


class SavedAnswer(models.Model):
    """An answer that arrived, whatever became of it. Rows are only ever added."""

    class Outcome(models.TextChoices):
        """What became of it."""

        TAKEN = "taken", _("taken")
        ASIDE = "aside", _("kept aside: the question had been answered elsewhere")
        LATE = "late", _("kept, not counted: the attempt had been submitted")

    response = models.ForeignKey(
        ItemResponse, on_delete=models.CASCADE, related_name="saved_answers", verbose_name=_("response")
    )
    client_key = models.UUIDField()
    sequence = models.PositiveIntegerField(help_text=_("The number the save started from."))
    answer = models.JSONField(_("answer"), null=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("saved answer")
        verbose_name_plural = _("saved answers")
        ordering = ["response", "saved_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["response", "client_key"], name="a_save_counts_once")]

    def __str__(self) -> str:
        return f"{self.response_id} {self.outcome}"
