"""What is sat: attempts, the responses on their papers, and every answer that ever arrived."""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import TypeAlias

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Enrolment
from courses.models.classes import CohortQuerySet, EnrolmentQuerySet
from courses.models.content import Viewer, class_viewed, is_administrator
from quizzes.domain import lifecycle
from quizzes.domain.base import RULES
from quizzes.domain.certainty import needs_level
from quizzes.domain.results import passes, percent_shown
from quizzes.domain.timing import LEEWAY
from quizzes.models.assignments import Assignment
from quizzes.models.authoring import ItemRevision, Quiz
from quizzes.models.choices import choices_of
from quizzes.models.objectives import OnObjective

_UNFINISHED = Q(state__in=[state.value for state in lifecycle.UNFINISHED])
_SUBMITTED = lifecycle.State.SUBMITTED.value


class AttemptQuerySet(models.QuerySet["Attempt"]):
    """Which attempts, who may see them, and what a page needs of them."""

    def open(self) -> AttemptQuerySet:
        """Attempts that may still be submitted."""
        return self.filter(state__in=Attempt.UNFINISHED)

    def submitted(self) -> AttemptQuerySet:
        """Attempts that were submitted."""
        return self.filter(state=Attempt.State.SUBMITTED)

    def in_order(self) -> AttemptQuerySet:
        """Attempts by when they were submitted, those not submitted last: the order in which they count.

        `quizzes.domain.keeping.in_order` says the same of rows at hand.
        """
        return self.order_by(F("submitted_at").asc(nulls_last=True), "number")

    def of_older_rules(self) -> AttemptQuerySet:
        """Submitted attempts whose total is added up by an older edition of the marking rules."""
        return self.submitted().filter(rules__lt=RULES)

    def of_changed_rules(self) -> AttemptQuerySet:
        """Attempts that someone had marked by newer rules than those they were submitted under."""
        return self.submitted().filter(rules__gt=F("submitted_rules"))

    def past_deadline(self, now: datetime) -> AttemptQuerySet:
        """Attempts for which the clock has something to do: unfinished, and their time is up."""
        return self.open().filter(deadline__lt=now - LEEWAY)

    def of(self, learner: Viewer | None) -> AttemptQuerySet:
        """The learner's own attempts; nobody's for a reader who has done nothing yet."""
        if learner is None or learner.pk is None:
            return self.none()
        own, cohort = self.filter(student=learner.pk), class_viewed(learner)
        return own if cohort is None else own.filter(pk__in=Attempt.objects.of_class(cohort).values("pk"))

    def taught_by(self, user: Viewer) -> AttemptQuerySet:
        """Attempts the user may reopen and regrade: those shown to classes they teach; all, for administrators."""
        return self if is_administrator(user) else self._shown_to(Cohort.objects.taught_by(user))

    def seen_by(self, user: Viewer) -> AttemptQuerySet:
        """Attempts the user may see and grade: those shown to classes they teach or assist in."""
        return self if is_administrator(user) else self._shown_to(Cohort.objects.seen_by(user))

    def each_taught_by(self, user: Viewer) -> AttemptQuerySet:
        """The same as `taught_by`, asked of each row: for lists that read the newest rows until their page is full."""
        if is_administrator(user):
            return self
        taught = Cohort.objects.taught_by(user).values("pk")
        places = Enrolment.objects.active().filter(role=Enrolment.Role.STUDENT, cohort__in=taught)
        return self.filter(_shown_by(places))

    def of_class(self, cohort: Cohort) -> AttemptQuerySet:
        """Attempts shown to a class: of its active students, from joining on or shared, in the course it takes.

        What was taken for another class is not among them, nor what students practise. A plain join (a person has one
        place in a class), so that a database begins from the class, not from everyone.
        """
        place = {"cohort": cohort, "is_active": True, "role": Enrolment.Role.STUDENT}
        shown = Q(student__enrolments__shares_earlier=True)
        shown |= Q(student__enrolments__joined_at__lte=models.F("started_at"))
        joined = {f"student__enrolments__{name}": value for name, value in place.items()}
        own = Q(assignment=None) | Q(assignment__in=cohort.assignments.order_by().values("pk"))
        return self.filter(shown, own, quiz__course=cohort.course_id, quiz__is_for_practice=False, **joined)

    def of_classes(self, cohorts: CohortQuerySet) -> AttemptQuerySet:
        """Attempts shown to any of some classes, by the rule of `of_class`."""
        return self._shown_to(cohorts)

    def _shown_to(self, cohorts: CohortQuerySet) -> AttemptQuerySet:
        """Keep what some classes see. Students are chosen first, so that it costs nothing how many others there are."""
        places = Enrolment.objects.active().filter(role=Enrolment.Role.STUDENT, cohort__in=cohorts.values("pk"))
        return self.filter(_shown_by(places), student__in=places.values("user"), quiz__is_for_practice=False)

    def visible_to(self, user: Viewer) -> AttemptQuerySet:
        """A student's own attempts, and those the user sees as staff of a class: for asking about one of them."""
        if class_viewed(user) is not None:
            return self.of(user)
        if is_administrator(user):
            return self
        seen = Cohort.objects.seen_by(user).values("pk")
        places = Enrolment.objects.active().filter(role=Enrolment.Role.STUDENT, cohort__in=seen)
        return self.filter(Q(student=user.pk) | Q(_shown_by(places), quiz__is_for_practice=False))

    def for_page(self) -> AttemptQuerySet:
        """Everything the head of an attempt page reads."""
        return self.select_related("quiz__course", "quiz__unit", "quiz__lesson__unit")

    def with_counts(self) -> AttemptQuerySet:
        """Annotate how many responses there are and how many hold an answer."""
        return self.annotate(
            question_count=Count("responses"),
            answered_count=Count("responses", filter=Q(responses__answer__isnull=False)),
        )

    def with_paper(self) -> AttemptQuerySet:
        """Load the whole paper with everything a result or an API answer needs, in one query more."""
        return self.prefetch_related(Prefetch("responses", ItemResponse.objects.for_page()))


def _shown_by(places: EnrolmentQuerySet) -> Exists:
    """Return whether one of some places in classes shows the attempt of the row: not what is for another class."""
    here = places.filter(user=OuterRef("student"), cohort__course=OuterRef("quiz__course"))
    here = here.filter(cohort=Coalesce(OuterRef("assignment__cohort"), F("cohort")))
    return Exists(here.showing(OuterRef("started_at")))


class Attempt(models.Model):
    """One sitting of a quiz by one student. Submitting closes it; only staff may open it again.

    `assignment` is what it was taken for in a class, whose dates and limits count; self-study has none.
    `deadline` is what holds for this student now; it moves when something is granted. `extra_minutes` are added to
    whatever the student's window gives; the deadline never falls below `extended_to`, and there is none where the
    attempt `is_endless`. `seed` shuffled and drew the paper, and `bank` is what was drawn from, so that the same paper
    can be drawn again. `raw_score` is before, `score` after the credit for when the work was in; `unmarked_points` is
    how much of `max_score` a person has yet to mark. The total is added up by the edition of the marking rules in
    `rules`: at first that of the day it was submitted, which `submitted_rules` keeps. `place` is the question a one-way
    quiz has come to.
    """

    State: TypeAlias = lifecycle.State
    UNFINISHED = lifecycle.UNFINISHED

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    quiz = models.ForeignKey(
        Quiz, on_delete=models.PROTECT, related_name="attempts", db_index=False, verbose_name=_("quiz")
    )
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attempts", verbose_name=_("student")
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.SET_NULL, null=True, blank=True, related_name="attempts",
        verbose_name=_("assignment"),
    )  # fmt: skip
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started"))
    state = models.CharField(_("state"), max_length=10, choices=choices_of(State), default=State.OPEN.value)
    deadline = models.DateTimeField(_("must end by"), null=True, blank=True)
    extended_to = models.DateTimeField(_("kept open until"), null=True, blank=True)
    extra_minutes = models.PositiveIntegerField(_("minutes given by hand"), default=0)
    is_endless = models.BooleanField(_("stays open until it is submitted"), default=False)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    seed = models.CharField(max_length=64, editable=False, default="")
    bank = models.JSONField(editable=False, null=True)
    place = models.PositiveSmallIntegerField(editable=False, default=1)
    raw_score = models.DecimalField(_("points"), max_digits=7, decimal_places=2, null=True, blank=True)
    credit_percent = models.PositiveSmallIntegerField(_("credit in per cent"), default=100)
    score = models.DecimalField(_("score"), max_digits=7, decimal_places=2, null=True, blank=True)
    unmarked_count = models.PositiveSmallIntegerField(_("answers that wait for a person"), default=0)
    unmarked_points = models.DecimalField(_("points that wait for a person"), max_digits=7, decimal_places=2, default=0)
    self_points = models.DecimalField(_("points by own grading"), max_digits=7, decimal_places=2, null=True, blank=True)
    rules = models.PositiveSmallIntegerField(_("marking rules"), default=RULES, editable=False)
    submitted_rules = models.PositiveSmallIntegerField(default=RULES, editable=False)
    max_score = models.DecimalField(_("out of"), max_digits=7, decimal_places=2)

    objects = AttemptQuerySet.as_manager()

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-started_at"]
        indexes = [
            models.Index(fields=["deadline"], condition=_UNFINISHED, name="attempt_clock"),
            models.Index(fields=["student"], condition=Q(unmarked_count__gt=0), name="attempts_to_mark"),
            models.Index(fields=["-started_at"], name="attempts_by_start"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "student", "number"], name="attempt_number_unique"),
            models.UniqueConstraint(
                fields=["quiz", "student", "assignment"], condition=_UNFINISHED, name="one_open_attempt_per_assignment"
            ),
            models.UniqueConstraint(
                fields=["quiz", "student"],
                condition=_UNFINISHED & Q(assignment=None),
                name="one_open_attempt_in_self_study",
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, score=None) & ~Q(state=_SUBMITTED)
                | Q(state=_SUBMITTED, submitted_at__isnull=False, score__isnull=False),
                name="attempt_scored_when_submitted",
            ),
        ]

    def __str__(self) -> str:
        return _("%(quiz)s, attempt %(number)d") % {"quiz": self.quiz, "number": self.number}

    def get_absolute_url(self) -> str:
        """Return the result when finished, the review page when time is up, else the question it has come to."""
        if self.state == self.State.OVERDUE:
            return reverse("quizzes:attempt-confirm", args=[self.pk])
        if self.is_finished:
            return reverse("quizzes:result", args=[self.pk])
        return reverse("quizzes:attempt-item", args=[self.pk, self.place])

    @property
    def is_finished(self) -> bool:
        """Say whether nothing can be done with it any more."""
        return self.state not in self.UNFINISHED

    def is_at_hand(self, position: int) -> bool:
        """Say whether a question of it may be seen and answered while it is open; `AT_HAND` says the same in SQL."""
        return self.quiz.navigation == Quiz.Navigation.FREE or position == self.place

    @property
    def share(self) -> Decimal | None:
        """Return the score as a share of what the paper is out of; None while there is nothing to share."""
        return self.score / self.max_score if self.score is not None and self.max_score else None

    @property
    def percent(self) -> Decimal | None:
        """Return the score in per cent as it is shown; None while it is open, or not marked in full."""
        if self.share is None or self.unmarked_count:
            return None
        return percent_shown(self.share, self.quiz.pass_percent)

    @property
    def is_passed(self) -> bool | None:
        """Say whether the score reaches the pass mark; None while a person has yet to mark some of it."""
        if self.unmarked_count:
            return None
        return self.share is not None and passes(self.share, self.quiz.pass_percent)

    @property
    def own_share(self) -> Decimal | None:
        """Return the share with what the student gave their own texts; None unless that settles what is unmarked."""
        if not (self.unmarked_count and self.max_score) or self.score is None or self.self_points is None:
            return None
        return (self.score + self.self_points) / self.max_score

    @property
    def own_percent(self) -> Decimal | None:
        """Return that share in per cent as it is shown."""
        share = self.own_share
        return None if share is None else percent_shown(share, self.quiz.pass_percent)

    @property
    def is_passed_by_own_grading(self) -> bool:
        """Say whether that share reaches the pass mark."""
        return self.own_share is not None and passes(self.own_share, self.quiz.pass_percent)

    @property
    def has_older_rules(self) -> bool:
        """Say whether its total is added up by an older edition of the marking rules."""
        return self.state == self.State.SUBMITTED and self.rules < RULES

    @property
    def marked_points(self) -> Decimal:
        """Return how much of what is possible has been marked."""
        return self.max_score - self.unmarked_points


AT_HAND = Q(attempt__quiz__navigation=Quiz.Navigation.FREE) | Q(position=F("attempt__place"))
"""The questions of an attempt that may be seen and answered while it is open: in a quiz that goes one way, only the one
it has come to."""


class ItemResponseQuerySet(models.QuerySet["ItemResponse"]):
    """Which responses, and what a page needs of them."""

    def for_page(self) -> ItemResponseQuerySet:
        """Responses in paper order with their exact words and where they are taught."""
        taught = ["revision__item__section__lesson", "revision__item__objective", "human_mark__marker", "self_mark"]
        return self.with_out().select_related(*taught).order_by("position")

    def at_hand(self) -> ItemResponseQuerySet:
        """Responses that may be seen and answered: in a quiz that goes one way, those the attempts have come to."""
        return self.filter(AT_HAND)

    def with_out(self) -> ItemResponseQuerySet:
        """Annotate whether a regrade in force leaves the question out of this attempt (the rule is that of `Reach`)."""
        out = {"regrades__fix": "disregard", "regrades__undone_at": None}
        for_all = ItemRevision.objects.filter(**out, regrades__is_for_all=True, pk=OuterRef("revision"))
        when = Q(joined_at__lte=OuterRef("attempt__started_at"))
        when |= Q(shares_earlier=True, joined_at__lte=models.F("cohort__regrades__made_at"))
        in_class = Enrolment.objects.filter(
            when,
            **{f"cohort__{name}": value for name, value in out.items()},
            cohort__regrades__revision=OuterRef("revision"),
            user=OuterRef("attempt__student"),
        )
        return self.annotate(is_out=Q(Exists(for_all)) | Q(Exists(in_class)))

    def for_people(self, attempts: AttemptQuerySet) -> ItemResponseQuerySet:
        """Answers handed in with some attempts that a person marks, and that no regrade has settled unless marked.

        The attempts are asked for in one place: PostgreSQL tries all orders of at most eight tables.
        """
        return self.filter(attempt__in=attempts.submitted(), answer__isnull=False, is_for_people=True)


class ItemResponse(OnObjective):
    """One question on one paper, with what the student gave for it.

    `sequence` counts the answers that were taken; a save names the number it started from, so that a page left open
    elsewhere cannot silently overwrite. `client_key` is the name the browser gave the last save: the same save sent
    again changes nothing. `is_for_people` is put in with the share: whether the answer, as it was marked last, waits
    for a person or has a person's mark.
    """

    attempt = models.ForeignKey(
        Attempt, on_delete=models.CASCADE, related_name="responses", db_index=False, verbose_name=_("attempt")
    )
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
    confidence = models.PositiveSmallIntegerField(_("confidence"), null=True, blank=True)
    hints_shown = models.PositiveSmallIntegerField(_("hints shown"), default=0)
    is_over = models.BooleanField(_("no more tries"), default=False)
    is_for_people = models.BooleanField(_("graded by a person"), default=False, editable=False)
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6, null=True, blank=True)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2, null=True, blank=True)

    objects = ItemResponseQuerySet.as_manager()

    class Meta:
        verbose_name = _("response")
        verbose_name_plural = _("responses")
        ordering = ["attempt", "position"]
        indexes = [
            models.Index(fields=["attempt", "revision"], condition=Q(is_for_people=True), name="responses_for_people")
        ]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "position"], name="one_response_per_place"),
            models.UniqueConstraint(fields=["attempt", "revision"], name="one_response_per_revision"),
            models.CheckConstraint(
                condition=Q(share=None) | Q(share__gte=-2, share__lte=1), name="share_between_its_bounds"
            ),
            models.CheckConstraint(
                condition=Q(confidence=None) | Q(confidence__gte=1, confidence__lte=3),
                name="confidence_in_three_levels",
            ),
        ]

    def __str__(self) -> str:
        return _("Question %(position)d") % {"position": self.position}

    @property
    def lacks_level(self) -> bool:
        """Say whether there is an answer without the level of certainty that its mark depends on."""
        if self.answer is None or self.confidence is not None:
            return False
        return needs_level(self.attempt.quiz.confidence_rule, self.revision.spec)


class SavedAnswer(models.Model):
    """An answer that arrived, whatever became of it. A late one may yet be accepted.

    What was taken or accepted stays for good; of answers that do not count, only the newest of a question are kept.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        TAKEN = "taken", _("taken")
        ASIDE = "aside", _("kept aside: the question had been answered elsewhere")
        LATE = "late", _("kept, not counted: it came too late")
        OVER = "over", _("kept, not counted: the question was closed")
        ACCEPTED = "accepted", _("came late, and was accepted by staff")

    response = models.ForeignKey(
        ItemResponse, on_delete=models.CASCADE, related_name="saved_answers", db_index=False, verbose_name=_("response")
    )
    client_key = models.UUIDField()
    sequence = models.PositiveIntegerField(help_text=_("The number the save started from."))
    answer = models.JSONField(_("answer"), null=True)
    confidence = models.PositiveSmallIntegerField(_("confidence"), null=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("saved answer")
        verbose_name_plural = _("saved answers")
        ordering = ["response", "saved_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["response", "client_key"], name="a_save_counts_once")]

    def __str__(self) -> str:
        return f"{self.response_id} {self.outcome}"


class Try(models.Model):
    """An answer that was marked while the attempt was open. Equal answers are one try; rows are only ever added."""

    response = models.ForeignKey(
        ItemResponse, on_delete=models.CASCADE, related_name="tries", db_index=False, verbose_name=_("response")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    answer = models.JSONField(_("answer"))
    hints_shown = models.PositiveSmallIntegerField(_("hints shown before"), default=0)
    tried_at = models.DateTimeField(_("tried"))

    class Meta:
        verbose_name = _("try")
        verbose_name_plural = _("tries")
        ordering = ["response", "number"]
        constraints = [models.UniqueConstraint(fields=["response", "number"], name="try_number_unique")]

    def __str__(self) -> str:
        return f"{self.response_id} try {self.number}"
