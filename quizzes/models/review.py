"""What students do for themselves: grading their own texts, and the cards they review on the right day."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from courses.models import GlossaryTerm
from courses.models.content import Viewer, class_viewed
from quizzes.domain import spaced_review
from quizzes.domain.spaced_review import Grade, Memory
from quizzes.models.attempts import ItemResponse
from quizzes.models.authoring import Item, ItemRevision
from quizzes.models.choices import choices_of

DAILY_CAP = 20
"""Cards a day, unless the student says otherwise."""


class SelfMark(models.Model):
    """What students gave their own text by its rubric, where nobody else grades it.

    No score holds it and no class sees it; the grade of an instructor takes its place.
    """

    response = models.OneToOneField(
        ItemResponse, on_delete=models.CASCADE, related_name="self_mark", verbose_name=_("response")
    )
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6)
    levels = models.JSONField(_("levels by criterion"), default=dict)
    marked_at = models.DateTimeField(_("marked"))

    class Meta:
        verbose_name = _("mark by oneself")
        verbose_name_plural = _("marks by oneself")
        constraints = [
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="own_share_between_nothing_and_all")
        ]

    def __str__(self) -> str:
        return f"{self.response_id} · {self.share}"


class ReviewCardQuerySet(models.QuerySet["ReviewCard"]):
    """Which cards."""

    def of(self, learner: Viewer | None) -> ReviewCardQuerySet:
        """The learner's own cards; nobody else's, and none while an instructor views as a student."""
        if learner is None or learner.pk is None or class_viewed(learner) is not None:
            return self.none()
        return self.filter(student=learner.pk)

    def live(self) -> ReviewCardQuerySet:
        """Cards that can be asked: their question or term is not withdrawn, and they are neither paused nor known."""
        asked = Q(item__is_retired=False, item__quiz__is_retired=False, item__purpose=Item.Purpose.QUESTION)
        asked |= Q(term__is_retired=False)
        return self.filter(asked, is_paused=False, is_known=False)

    def due(self, day: date) -> ReviewCardQuerySet:
        """Cards to be asked on a day."""
        return self.live().filter(Q(not_before=None) | Q(not_before__lte=day), due_on__lte=day)


class ReviewCard(models.Model):
    """One question, or one side of a glossary term, that a student reviews on the right day.

    `stability`, `difficulty` and `reviewed_at` follow from its reviews (`ReviewEntry`); `due_on` from them and the date
    of the exam. A card put off for today has a day `not_before` which it is not asked.
    """

    Face: TypeAlias = spaced_review.Face

    student = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        db_index=False,
        related_name="review_cards",
        verbose_name=_("student"),
    )
    item = models.ForeignKey(
        Item, on_delete=models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("question")
    )
    term = models.ForeignKey(
        GlossaryTerm, on_delete=models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("term")
    )
    face = models.CharField(_("side of the term"), max_length=8, choices=choices_of(Face), blank=True, default="")
    language = models.CharField(_("language of the term"), max_length=35, blank=True, default="")
    made_at = models.DateTimeField(_("made"))
    due_on = models.DateField(_("due"))
    not_before = models.DateField(_("put off until"), null=True, blank=True)
    stability = models.FloatField(null=True, editable=False)
    difficulty = models.FloatField(null=True, editable=False)
    reviewed_at = models.DateTimeField(_("last reviewed"), null=True, blank=True)
    is_paused = models.BooleanField(_("paused"), default=False)
    is_known = models.BooleanField(_("known, never asked again"), default=False)

    objects = ReviewCardQuerySet.as_manager()

    class Meta:
        verbose_name = _("review card")
        verbose_name_plural = _("review cards")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["student", "due_on"], name="review_card_due")]
        constraints = [
            models.UniqueConstraint(fields=["student", "item"], name="one_review_card_per_question"),
            models.UniqueConstraint(
                fields=["student", "term", "face", "language"], name="one_review_card_per_side_of_a_term"
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=False, term=None, face="") | Q(item=None, term__isnull=False) & ~Q(face=""),
                name="review_card_of_a_question_or_a_term",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} · {self.item_id or self.term_id}"

    @property
    def memory(self) -> Memory | None:
        """Return what is known of how well it is remembered; None before the first review."""
        if self.stability is None or self.difficulty is None or self.reviewed_at is None:
            return None
        return Memory(self.stability, self.difficulty, self.reviewed_at)

    @memory.setter
    def memory(self, memory: Memory) -> None:
        self.stability, self.difficulty, self.reviewed_at = memory.stability, memory.difficulty, memory.reviewed_at


class ReviewEntry(models.Model):
    """One review of a card. Rows are only ever added; a card's dates follow from them.

    `response` is the answer on a paper that it comes from; else `answer` was given in a review session, to `revision`
    with its parts in the order `order`.
    """

    card = models.ForeignKey(
        ReviewCard, on_delete=models.CASCADE, db_index=False, related_name="entries", verbose_name=_("card")
    )
    grade = models.PositiveSmallIntegerField(_("grade"), choices=[(each.value, each.name) for each in Grade])
    reviewed_at = models.DateTimeField(_("reviewed"))
    asked_on = models.DateField(_("day of the review, where the student was"))
    due_on = models.DateField(_("due again"))
    response = models.ForeignKey(
        ItemResponse, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("answer on a paper")
    )
    revision = models.ForeignKey(
        ItemRevision, on_delete=models.CASCADE, related_name="reviews", null=True, verbose_name=_("revision")
    )
    order = models.JSONField(default=list, editable=False)
    answer = models.JSONField(_("answer"), null=True)
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6, null=True)
    confidence = models.PositiveSmallIntegerField(_("confidence"), null=True)
    hints_shown = models.PositiveSmallIntegerField(_("hints shown"), default=0)
    client_key = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("review of a card")
        verbose_name_plural = _("reviews of cards")
        ordering = ["reviewed_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["card", "response"], name="an_answer_is_reviewed_once"),
            models.UniqueConstraint(fields=["card", "client_key"], name="a_review_counts_once"),
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=4), name="review_grade_from_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.card_id} · {self.grade}"


class ReviewPlan(models.Model):
    """How a student wants to review: cards a day, the date of an exam, flashcards of glossaries.

    `sides` are the sides of terms that are asked, by the key of the course, each as `face:language`.
    """

    student = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="review_plan", verbose_name=_("student")
    )
    daily_cap = models.PositiveSmallIntegerField(_("cards a day at most"), default=DAILY_CAP)
    exam_on = models.DateField(_("date of the exam"), null=True, blank=True)
    sides = models.JSONField(_("sides of glossary terms"), default=dict, blank=True)

    class Meta:
        verbose_name = _("plan of review")
        verbose_name_plural = _("plans of review")
        constraints = [
            models.CheckConstraint(condition=Q(daily_cap__gte=1, daily_cap__lte=500), name="review_cap_from_1_to_500")
        ]

    def __str__(self) -> str:
        return str(self.student_id)
