"""Where students stand in their classes: rows that pages of classes read in place of the history."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Enrolment, Lesson
from quizzes.domain.standing import FINISHED, Overall, Progress, WorkState
from quizzes.models.assignments import Assignment
from quizzes.models.authoring import Quiz
from quizzes.models.choices import choices_of


class WorkStandingQuerySet(models.QuerySet["WorkStanding"]):
    """Which work of which students."""

    def left_of_active(self) -> WorkStandingQuerySet:
        """Work that active students of classes that run have not finished, and that is not retired."""
        whose = {"place__is_active": True, "place__role": Enrolment.Role.STUDENT, "cohort__archived_at": None}
        there = Q(lesson__is_retired=False) | Q(quiz__is_retired=False)
        return self.filter(there, **whose).exclude(state__in=[each.value for each in FINISHED])

    def for_list(self) -> WorkStandingQuerySet:
        """Load what a line of a list says of it."""
        related = ["place", "cohort__course", "lesson__course", "quiz__course", "assignment"]
        return self.select_related(*related).defer("lesson__body", "lesson__notes")


class WorkStanding(models.Model):
    """Where one student stands at one lesson or quiz of a class.

    There is one for each piece of work that is assigned by itself; of a whole course, only for what was begun. It
    follows from the assignments, the attempts and the reading alone, and `services/standing.py` keeps it so.
    """

    place = models.ForeignKey(
        Enrolment, on_delete=models.CASCADE, related_name="work", db_index=False, verbose_name=_("place")
    )
    cohort = models.ForeignKey(
        Cohort, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("class")
    )
    assignment = models.ForeignKey(
        Assignment, on_delete=models.CASCADE, related_name="standings", db_index=False, verbose_name=_("assignment")
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="+", null=True, verbose_name=_("lesson"))
    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="+", null=True, verbose_name=_("quiz"))
    state = models.CharField(_("state"), max_length=8, choices=choices_of(WorkState), default=WorkState.NEW.value)
    share = models.DecimalField(_("share that counts"), max_digits=14, decimal_places=12, null=True)
    unmarked = models.PositiveIntegerField(_("answers to grade"), default=0)
    sittings = models.PositiveIntegerField(_("attempts"), default=0)
    parts = models.PositiveIntegerField(_("sections read"), default=0)
    stuck = models.PositiveIntegerField(_("questions stuck at"), default=0)
    due_at = models.DateTimeField(_("due for the student"), null=True)
    is_reminded = models.BooleanField(_("reminded of the date"), default=False)
    """Whether the student was reminded that it is due soon; another date is another reminder."""
    seen_at = models.DateTimeField(_("last worked on"), null=True)
    done_at = models.DateTimeField(_("finished"), null=True)
    changed_at = models.DateTimeField(_("row changed"))

    objects = WorkStandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing at a piece of work")
        verbose_name_plural = _("standings at pieces of work")
        indexes = [
            models.Index(fields=["cohort", "changed_at"], name="work_standing_changes"),
            models.Index(fields=["cohort", "state"], name="work_standing_states"),
            models.Index(fields=["assignment", "state"], name="work_standing_of_assignment"),
            models.Index(fields=["due_at"], condition=Q(is_reminded=False), name="work_standing_reminders"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["place", "quiz"], name="one_standing_per_place_and_quiz"),
            models.UniqueConstraint(fields=["place", "lesson"], name="one_standing_per_place_and_lesson"),
            models.CheckConstraint(
                condition=Q(lesson=None, quiz__isnull=False) | Q(lesson__isnull=False, quiz=None),
                name="standing_at_a_lesson_or_a_quiz",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} · {self.quiz_id or self.lesson_id} · {self.state}"

    @property
    def title(self) -> str:
        """Return the title of the lesson or quiz."""
        return self.lesson.title if self.lesson is not None else self.quiz.title if self.quiz is not None else ""

    @property
    def address(self) -> str:
        """Return where the work is done; for a quiz, for this class."""
        if self.lesson is not None:
            return self.lesson.get_absolute_url()
        assert self.quiz is not None  # noqa: S101 (a row is of a lesson or a quiz)
        return f"{self.quiz.get_absolute_url()}?for={self.assignment_id}"

    @property
    def progress(self) -> Progress:
        """Return it as the core knows it."""
        return Progress(**{name: getattr(self, name) for name in PROGRESS})


class ClassStandingQuerySet(models.QuerySet["ClassStanding"]):
    """Which students' standings."""

    def in_class(self, cohort: Cohort) -> ClassStandingQuerySet:
        """Standings of the active students of a class."""
        return self.filter(cohort=cohort, place__is_active=True, place__role=Enrolment.Role.STUDENT)


class ClassStanding(models.Model):
    """Where one student stands over all that a class has assigned, and what an instructor set aside of it."""

    place = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="standing", verbose_name=_("place"))
    cohort = models.ForeignKey(
        Cohort, on_delete=models.CASCADE, related_name="+", db_index=False, verbose_name=_("class")
    )
    done = models.PositiveIntegerField(_("pieces of work done"), default=0)
    stuck = models.PositiveIntegerField(_("questions stuck at"), default=0)
    seen_at = models.DateTimeField(_("last worked on"), null=True)
    next_due_at = models.DateTimeField(_("earliest date of unfinished work"), null=True)
    is_falling = models.BooleanField(_("results falling"), default=False)
    changed_at = models.DateTimeField(_("row changed"))
    hand_at = models.DateTimeField(_("hand raised"), null=True)
    hand_lesson = models.ForeignKey(Lesson, on_delete=models.SET_NULL, related_name="+", null=True)
    hand_quiz = models.ForeignKey(Quiz, on_delete=models.SET_NULL, related_name="+", null=True)
    hand_question = models.PositiveSmallIntegerField(_("question where the hand was raised"), null=True)
    week_told = models.DateField(_("Monday of the last summary"), null=True)
    set_aside_until = models.DateTimeField(_("set aside until"), null=True)
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("set aside by")
    )
    note = models.TextField(_("note"), blank=True)
    current_total = models.DecimalField(_("current total to sort by"), max_digits=12, decimal_places=6, null=True)
    final_total = models.DecimalField(_("final total to sort by"), max_digits=12, decimal_places=6, null=True)
    totals_at = models.DateTimeField(_("totals worked out"), null=True)
    """`classes.gradebook.totals` works them out; the totals that a page shows are worked out each time."""

    objects = ClassStandingQuerySet.as_manager()

    class Meta:
        verbose_name = _("standing in a class")
        verbose_name_plural = _("standings in classes")
        indexes = [
            models.Index(fields=["cohort", "changed_at"], name="class_standing_changes"),
            models.Index(fields=["cohort", "seen_at"], name="class_standing_seen"),
            models.Index(fields=["cohort", "next_due_at"], name="class_standing_due"),
            models.Index(fields=["cohort", "done"], name="class_standing_done"),
            models.Index(fields=["cohort", "current_total"], name="class_standing_current_total"),
            models.Index(fields=["cohort", "final_total"], name="class_standing_final_total"),
            models.Index(fields=["cohort"], condition=Q(hand_at__isnull=False), name="class_standing_hands"),
            models.Index(fields=["cohort", "week_told"], name="class_standing_week"),
        ]

    def __str__(self) -> str:
        return f"{self.place_id} · {self.done}"

    @property
    def hand_title(self) -> str:
        """Say where the hand was raised: the lesson, or the quiz with the question; nothing for the course."""
        if self.hand_lesson is not None:
            return self.hand_lesson.title
        if self.hand_quiz is None:
            return ""
        if self.hand_question is None:
            return self.hand_quiz.title
        return gettext("%(title)s, question %(n)d") % {"title": self.hand_quiz.title, "n": self.hand_question}

    @property
    def overall(self) -> Overall:
        """Return it as the core knows it."""
        return Overall(**{name: getattr(self, name) for name in OVERALL})


PROGRESS = ("state", "share", "unmarked", "sittings", "parts", "stuck", "seen_at", "done_at")
"""The columns of a `WorkStanding` that tell of progress."""
OVERALL = ("done", "stuck", "seen_at", "next_due_at", "is_falling")
"""The columns of a `ClassStanding` that follow from its work."""
