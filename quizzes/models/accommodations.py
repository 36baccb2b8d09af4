"""Who is granted more: accommodations set once for a student, and overrides of one quiz for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from courses.models import Course, Enrolment
from courses.models.classes import EnrolmentQuerySet
from courses.models.content import Viewer, is_administrator
from quizzes.domain import timing
from quizzes.models.assignments import Assignment
from quizzes.models.attempts import Attempt
from quizzes.models.authoring import Quiz


class AccommodationQuerySet(models.QuerySet["Accommodation"]):
    """Which accommodations."""

    def in_force(self, now: datetime) -> AccommodationQuerySet:
        """Accommodations that have not expired."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=now))

    def with_reason_for(self, user: Viewer) -> AccommodationQuerySet:
        """Accommodations whose reason the user may read and write: their own; all, for administrators."""
        return self if is_administrator(user) else self.filter(author__isnull=False, author=user.pk)

    def for_course(self, course_id: int) -> AccommodationQuerySet:
        """Accommodations that hold in a course: for that course alone, or for all."""
        return self.filter(Q(course=course_id) | Q(course=None))


class Accommodation(models.Model):
    """What a student is granted in every quiz of a course, or of all. Set once; its author alone sees the reason."""

    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="accommodations", verbose_name=_("student")
    )
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("course"),
        help_text=_("Empty: every course."),
    )  # fmt: skip
    time_factor = models.DecimalField(
        _("time factor"), max_digits=4, decimal_places=2, default=Decimal(1), validators=[MinValueValidator(Decimal(1))]
    )
    extra_minutes = models.PositiveSmallIntegerField(_("extra minutes"), default=0)
    extra_days = models.PositiveSmallIntegerField(_("extra days for due dates"), default=0)
    extra_attempts = models.PositiveSmallIntegerField(_("extra attempts"), default=0)
    no_limit = models.BooleanField(_("no time limit"), default=False)
    is_calm = models.BooleanField(
        _("calm mode"), default=False, help_text=_("No clock is shown unless the student opens it.")
    )
    reason = models.TextField(
        _("reason"), blank=True, help_text=_("Only you, who wrote it, and administrators can see this.")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, editable=False,
        verbose_name=_("author"), help_text=_("Empty: not known; then only administrators see the reason."),
    )  # fmt: skip
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)

    objects = AccommodationQuerySet.as_manager()

    class Meta:
        verbose_name = _("accommodation")
        verbose_name_plural = _("accommodations")
        constraints = [
            models.UniqueConstraint(fields=["student", "course"], name="one_accommodation_per_student_and_course"),
            models.UniqueConstraint(
                fields=["student"], condition=Q(course=None), name="one_accommodation_per_student_for_all"
            ),
            models.CheckConstraint(condition=Q(time_factor__gte=1), name="time_factor_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.student} · {self.course or _('every course')}"

    def holds_at(self, moment: datetime) -> bool:
        """Say whether it had not expired at a moment."""
        return self.expires_at is None or self.expires_at > moment

    @property
    def value(self) -> timing.Accommodation:
        """Return it as the core knows it."""
        return timing.Accommodation(
            self.time_factor, self.extra_minutes, self.extra_days, self.extra_attempts, self.no_limit, self.is_calm
        )


class QuizOverride(models.Model):
    """Other settings of one quiz for one person. An empty field leaves what the person has without it.

    A value counts where it gives more. What holds for a class, or is asked of a person in a class, is an `Assignment`.
    """

    class Field(models.TextChoices):
        """A field whose limit may be lifted."""

        OPENS = "opens", _("opening")
        DUE = "due", _("due date")
        CLOSES = "closes", _("closing")
        MINUTES = "minutes", _("time limit")
        ATTEMPTS = "attempts", _("number of attempts")

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="overrides", verbose_name=_("quiz"))
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiz_overrides", verbose_name=_("student")
    )
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("time limit in minutes"), null=True, blank=True)
    max_attempts = models.PositiveSmallIntegerField(_("attempts allowed"), null=True, blank=True)
    lifted = models.JSONField(
        _("limits lifted"), default=list, blank=True, help_text=_("Names among opens, due, closes, minutes, attempts.")
    )

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        constraints = [
            models.UniqueConstraint(fields=["quiz", "student"], name="one_override_per_quiz_and_student"),
        ]

    def __str__(self) -> str:
        return f"{self.quiz} · {self.student}"

    def clean(self) -> None:
        """Refuse names that are no limits."""
        super().clean()
        if not isinstance(self.lifted, list) or not set(self.lifted) <= set(self.Field.values):
            raise ValidationError({"lifted": _("Give a list of names among opens, due, closes, minutes, attempts.")})

    @property
    def value(self) -> timing.Override:
        """Return it as the core knows it."""
        return timing.Override(
            self.opens_at, self.due_at, self.closes_at, self.minutes, self.max_attempts, frozenset(self.lifted)
        )


@dataclass(frozen=True)
class Grants:
    """Everything that is granted to one student in one course, fetched once and asked quiz by quiz."""

    accommodation: timing.Accommodation
    personal: dict[int, timing.Override]

    def with_accommodation(self, other: timing.Accommodation) -> Grants:
        """Return it with one accommodation more: in each respect the more of the two counts."""
        return replace(self, accommodation=self.accommodation.with_other(other))

    def window_for(self, quiz: Quiz, *assigned: Assignment | None) -> timing.Window:
        """Return the student's window for an assignment of a quiz; without one (self-study), by the quiz's own dates.

        Of several, for lists that name no class, it is the most lenient.
        """
        given = [each for each in assigned if each is not None]
        return timing.personal_window(
            quiz.window,
            accommodation=self.accommodation,
            personal=self.personal.get(quiz.pk),
            groups=[each.value for each in given],
            zone=given[0].zone if given else UTC,
        )


NO_GRANTS = Grants(timing.Accommodation(), {})


def has_grants(student_id: int, *, now: datetime) -> Q:
    """Return a condition on quizzes: something is granted to the student, or assigned, that may change their window."""
    accommodations = Accommodation.objects.in_force(now).filter(student=student_id)
    overrides = QuizOverride.objects.filter(student=student_id, quiz=OuterRef("pk"))
    assigned = Assignment.objects.of_students([student_id]).that_set_something().filter(quiz=OuterRef("pk"))
    return Q(Exists(accommodations)) | Q(Exists(overrides)) | Q(Exists(assigned))


def graded_places(student_id: int, course: Any) -> EnrolmentQuerySet:
    """Return a student's places in classes of a course where an instructor grades written answers."""
    grading = Enrolment.objects.active().filter(role=Enrolment.Role.INSTRUCTOR, user__is_active=True)
    places = Enrolment.objects.active().filter(user=student_id, role=Enrolment.Role.STUDENT, cohort__course=course)
    return places.filter(cohort__in=grading.values("cohort"))


def is_graded(student_id: int) -> Exists:
    """Return a condition on quizzes: an instructor will grade what the student writes there."""
    return Exists(graded_places(student_id, OuterRef("course")))


def places_of(student: Viewer | None, *, course_id: int) -> list[bool]:
    """Return a student's places in classes of a course, each with whether someone there grades; in one query."""
    if student is None or student.pk is None:
        return []
    places = Enrolment.objects.active().filter(user=student.pk, role=Enrolment.Role.STUDENT, cohort__course=course_id)
    graded = graded_places(student.pk, course_id).filter(pk=OuterRef("pk"))
    return list(places.annotate(is_graded=Exists(graded)).values_list("is_graded", flat=True))


def grants_of(student: Viewer | None, *, course_id: int, now: datetime) -> Grants:
    """Return what is granted to a student, in two queries; to a reader without an account nothing is."""
    if student is None or student.pk is None:
        return NO_GRANTS
    return grants_of_many([student.pk], course_id=course_id, now=now)[student.pk]


def grants_of_many(student_ids: Iterable[int], *, course_id: int, now: datetime) -> dict[int, Grants]:
    """Return what is granted to each of several students of a course, in two queries.

    Where one accommodation is for the course and another for every course, a student has the more of both.
    """
    ids = list(student_ids)
    found = _overridden(ids, course_id)
    for row in Accommodation.objects.in_force(now).for_course(course_id).filter(student__in=ids):
        found[row.student_id] = found[row.student_id].with_accommodation(row.value)
    return found


def windows_of_attempts(attempts: Sequence[Attempt], *, course_id: int) -> dict[UUID, timing.Window]:
    """Return the window of each of several attempts at quizzes of a course, in three queries.

    What was in force when an attempt started holds until it ends: an accommodation that expires meanwhile takes no
    time away. One given since then counts as well.
    """
    ids = {attempt.student_id for attempt in attempts}
    found = _overridden(list(ids), course_id)
    taken_for = {attempt.assignment_id for attempt in attempts if attempt.assignment_id is not None}
    assignments = Assignment.objects.select_related("cohort").in_bulk(taken_for)
    rows = list(Accommodation.objects.for_course(course_id).filter(student__in=ids))
    windows: dict[UUID, timing.Window] = {}
    for attempt in attempts:
        grants = found[attempt.student_id]
        for row in rows:
            if row.student_id == attempt.student_id and row.holds_at(attempt.started_at):
                grants = grants.with_accommodation(row.value)
        windows[attempt.pk] = grants.window_for(attempt.quiz, assignments.get(attempt.assignment_id or 0))
    return windows


def _overridden(ids: Sequence[int], course_id: int) -> dict[int, Grants]:
    """Return what each of several students was given at quizzes of a course, in one query."""
    found: dict[int, Grants] = {pk: Grants(timing.Accommodation(), {}) for pk in ids}
    for override in QuizOverride.objects.filter(student__in=ids, quiz__course=course_id):
        found[override.student_id].personal[override.quiz_id] = override.value
    return found
