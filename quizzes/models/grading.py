"""Grading under way: who is at which answer, marks that wait to be posted, and comments kept for use again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, FilteredRelation, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Course
from quizzes.models.attempts import ItemResponse
from quizzes.models.authoring import Item


class Round(models.TextChoices):
    """Whose turn a mark is: the one that students get, or a second one to compare it with."""

    FIRST = "first", _("first")
    SECOND = "second", _("second")


class AnswerClaim(models.Model):
    """Somebody is grading an answer. Until then nobody else is given it; after that another may take it over."""

    response = models.ForeignKey(
        ItemResponse, on_delete=models.CASCADE, db_index=False, related_name="claims", verbose_name=_("response")
    )
    round = models.CharField(_("round"), max_length=6, choices=Round.choices, default=Round.FIRST)
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("claimed by")
    )
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("answer being graded")
        verbose_name_plural = _("answers being graded")
        indexes = [models.Index(fields=["until"], name="claims_by_end")]
        constraints = [models.UniqueConstraint(fields=["response", "round"], name="one_claim_per_answer_and_round")]

    def __str__(self) -> str:
        return f"{self.response_id} · {self.marker_id}"


class HeldMarkQuerySet(models.QuerySet["HeldMark"]):
    """Which marks that wait to be posted."""

    def fresh(self) -> HeldMarkQuerySet:
        """Marks of answers that have not changed since."""
        return self.filter(Q(response__answered_at=None) | Q(response__answered_at__lte=F("marked_at")))


class HeldMark(models.Model):
    """A mark that the graders of a class have given and no student sees.

    It is a row of its own, not a `HumanMark` with a flag: what students, gradebooks, exports and notices read knows
    nothing of it. Posting makes a `HumanMark` of one of the first round; one of the second stays for comparison.
    """

    response = models.ForeignKey(
        ItemResponse, on_delete=models.CASCADE, db_index=False, related_name="held_marks", verbose_name=_("response")
    )
    round = models.CharField(_("round"), max_length=6, choices=Round.choices, default=Round.FIRST)
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6)
    levels = models.JSONField(_("levels by criterion"), default=dict)
    comment = models.TextField(_("comment"), blank=True)
    marker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("marked by")
    )
    marked_at = models.DateTimeField(_("marked"))

    objects = HeldMarkQuerySet.as_manager()

    class Meta:
        verbose_name = _("mark not posted yet")
        verbose_name_plural = _("marks not posted yet")
        constraints = [
            models.UniqueConstraint(fields=["response", "round"], name="one_held_mark_per_answer_and_round"),
            models.CheckConstraint(condition=Q(share__gte=0, share__lte=1), name="held_share_between_nothing_and_all"),
        ]

    def __str__(self) -> str:
        return f"{self.response_id} · {self.share}"


class SavedComment(models.Model):
    """A comment that a grader keeps for use again: at one question or, without one, in the whole course."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_comments", verbose_name=_("kept by")
    )
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="+", verbose_name=_("course"))
    item = models.ForeignKey(
        Item, on_delete=models.CASCADE, related_name="+", null=True, blank=True, verbose_name=_("question")
    )
    text = models.TextField(_("text"), max_length=2_000)
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("saved comment")
        verbose_name_plural = _("saved comments")
        indexes = [models.Index(fields=["owner", "course"], name="saved_comments_of_a_grader")]

    def __str__(self) -> str:
        return self.text[:60]


MARKS = ("first_mark", "second_mark")
"""What `held_marks` annotates responses with."""


def held_marks() -> dict[str, FilteredRelation]:
    """Return annotations of responses: the held mark of each round, as one row joined to the response.

    Made for each query: Django writes into them.
    """
    return {
        name: FilteredRelation("held_marks", condition=Q(held_marks__round=round_))
        for name, round_ in zip(MARKS, Round, strict=True)
    }


def is_held(mark: str) -> Q:
    """Return the condition that an annotated mark is there, and is of the answer as it stands."""
    fresh = Q(answered_at=None) | Q(answered_at__lte=F(f"{mark}__marked_at"))
    return Q(**{f"{mark}__isnull": False}) & fresh


def is_free(mark: str) -> Q:
    """Return the opposite, spelt out: a negated condition on a join would become a subquery."""
    return Q(**{f"{mark}__isnull": True}) | Q(answered_at__gt=F(f"{mark}__marked_at"))
