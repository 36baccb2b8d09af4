"""Live quizzes: questions that a class answers at the same time, who takes part, and their votes."""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort
from courses.models.content import Viewer
from quizzes.domain.live import ROUNDS, Ballots, Step
from quizzes.models.authoring import ItemRevision, Quiz
from quizzes.models.choices import choices_of

MOST_NAME = 40
# As in class codes: no letters or digits that are mistaken for each other when read from a wall.
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_live_code() -> str:
    """Return a code of six letters and digits (about 10^9 of them)."""
    return "".join(secrets.choice(_LETTERS) for _place in range(6))


class LiveSessionQuerySet(models.QuerySet["LiveSession"]):
    """Which live quizzes."""

    def seen_by(self, user: Viewer) -> LiveSessionQuerySet:
        """Live quizzes of classes the user teaches or assists in."""
        return self.filter(cohort__in=Cohort.objects.seen_by(user).values("pk"))

    def run_by(self, user: Viewer) -> LiveSessionQuerySet:
        """Live quizzes the user may lead: of classes the user teaches."""
        return self.filter(cohort__in=Cohort.objects.taught_by(user).values("pk"))

    def running(self) -> LiveSessionQuerySet:
        """Live quizzes that have not ended."""
        return self.filter(ended_at=None)

    def with_counts(self) -> LiveSessionQuerySet:
        """Annotate how many take part, and how many have answered in its latest vote."""
        people = LiveParticipant.objects.present().filter(session=OuterRef("pk")).order_by().values("session")
        votes = LiveVote.objects.counted().filter(
            question__session=OuterRef("pk"), question__position=OuterRef("position"), round=OuterRef("round")
        )
        voted = votes.order_by().values("question__session")
        return self.annotate(here=_number(people), voted=_number(voted))


class LiveSession(models.Model):
    """A live quiz of a class. `version` goes up with every step: pages ask by it whether there is anything new."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="live_sessions", verbose_name=_("class"))
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="live_sessions", verbose_name=_("quiz"))
    code = models.CharField(_("code"), max_length=8, default=new_live_code, editable=False)
    step = models.CharField(_("step"), max_length=8, choices=choices_of(Step), default=Step.LOBBY.value, editable=False)
    position = models.PositiveSmallIntegerField(_("question"), default=0, editable=False)
    """Of the question in hand, from 1; 0 before the first."""
    round = models.PositiveSmallIntegerField(_("vote"), default=1, editable=False)
    """The vote on it that is open, or was last: 1, or 2 after a discussion."""
    version = models.PositiveIntegerField(default=1, editable=False)
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", editable=False,
        verbose_name=_("started by"),
    )  # fmt: skip
    started_at = models.DateTimeField(_("started"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)
    forgotten_at = models.DateTimeField(_("names removed"), null=True, editable=False)

    objects = LiveSessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("live quiz")
        verbose_name_plural = _("live quizzes")
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(ended_at=None), name="live_code_unique_while_running"),
            models.UniqueConstraint(
                fields=["cohort"], condition=Q(ended_at=None), name="one_running_live_quiz_per_class"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quiz} · {self.started_at:%Y-%m-%d %H:%M}"

    @property
    def at(self) -> Step:
        """Return the step it is at."""
        return Step(self.step)

    @property
    def takes_votes(self) -> bool:
        """Say whether answers are taken now."""
        return self.at in ROUNDS


class LiveQuestion(models.Model):
    """A question of a live quiz, in the words it had when it began; everyone sees its parts in the same order."""

    session = models.ForeignKey(
        LiveSession, on_delete=models.CASCADE, related_name="questions", verbose_name=_("live quiz")
    )
    position = models.PositiveSmallIntegerField(_("position"))
    revision = models.ForeignKey(
        ItemRevision, on_delete=models.PROTECT, related_name="live_questions", verbose_name=_("version")
    )
    order = models.JSONField(_("order of its parts"), default=list)
    shows_counts = models.BooleanField(_("counts shown"), default=False)
    is_asked = models.BooleanField(_("asked"), default=False)

    class Meta:
        verbose_name = _("question of a live quiz")
        verbose_name_plural = _("questions of live quizzes")
        ordering = ["session", "position"]
        constraints = [models.UniqueConstraint(fields=["session", "position"], name="live_question_place_unique")]

    def __str__(self) -> str:
        return f"{self.position} · {self.revision}"


class LiveParticipantQuerySet(models.QuerySet["LiveParticipant"]):
    """Which people."""

    def present(self) -> LiveParticipantQuerySet:
        """People whom the instructor has not removed."""
        return self.filter(removed_at=None)


class LiveParticipant(models.Model):
    """Someone in a live quiz: a student of the class as themselves, or anyone with the code by a name alone."""

    session = models.ForeignKey(
        LiveSession, on_delete=models.CASCADE, related_name="participants", verbose_name=_("live quiz")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="live_places",
        verbose_name=_("person"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=MOST_NAME, blank=True)
    """Empty for a student who takes part as themselves, and once it is forgotten."""
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    removed_at = models.DateTimeField(_("removed"), null=True)

    objects = LiveParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant of a live quiz")
        verbose_name_plural = _("participants of live quizzes")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "user"], condition=Q(user__isnull=False), name="one_live_place_per_person"
            ),
            models.UniqueConstraint(
                "session", models.functions.Lower("name"), condition=~Q(name="") & Q(removed_at=None),
                name="one_live_place_per_name",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.session_id} · {self.pk}"


class LiveVoteQuerySet(models.QuerySet["LiveVote"]):
    """Which votes."""

    def counted(self) -> LiveVoteQuerySet:
        """Votes of people who were not removed."""
        return self.filter(participant__removed_at=None)

    def by_question(self) -> dict[int, list[Ballots]]:
        """Return the votes of people who still take part by question, equal ones together, in one query."""
        rows = self.counted().order_by().values_list("question", "round", "answer", "share").annotate(n=Count("pk"))
        found: dict[int, list[Ballots]] = {}
        for question, *values in rows:
            found.setdefault(question, []).append(Ballots(*values))
        return found


class LiveVote(models.Model):
    """What someone answered in one vote on a question: a clean answer in the author's names, and what it earns.

    It is no attempt, is in no gradebook and changes no mark.
    """

    participant = models.ForeignKey(
        LiveParticipant, on_delete=models.CASCADE, db_index=False, related_name="votes", verbose_name=_("participant")
    )
    question = models.ForeignKey(
        LiveQuestion, on_delete=models.CASCADE, db_index=False, related_name="votes", verbose_name=_("question")
    )
    round = models.PositiveSmallIntegerField(_("vote"))
    answer: Any = models.JSONField(_("answer"), null=True)
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6)
    answered_at = models.DateTimeField(_("answered"))

    objects = LiveVoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            models.UniqueConstraint(fields=["participant", "question", "round"], name="one_live_vote_per_round")
        ]
        indexes = [models.Index(fields=["question", "round"], name="live_votes_of_a_round")]

    def __str__(self) -> str:
        return f"{self.participant_id} · {self.question_id} · {self.round}"


def _number(rows: Any) -> Coalesce:
    counted = rows.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
