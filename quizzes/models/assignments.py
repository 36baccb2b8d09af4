"""What a class is to do: lessons and quizzes with dates and limits, for everyone, a group or one person."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from courses.models import Cohort, Enrolment, Group, GroupMember, Lesson
from courses.models.content import Viewer, class_viewed
from courses.models.prepared import Given, Prepared, names_of, part, rows_of
from quizzes.domain import timing
from quizzes.errors import ChooseClass
from quizzes.models.authoring import Quiz

_WHOLE = Q(lesson=None, quiz=None)
_NO_RULES = Q(after_lesson=None, after_quiz=None)
_LATEST = datetime.max.replace(tzinfo=UTC)
_NO_LIMITS = Q(closes_at=None, minutes=None, max_attempts=None)


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    """Which assignments, and whose."""

    def live(self) -> AssignmentQuerySet:
        """Assignments that are in force: not withdrawn, in a class that is not archived."""
        return self.filter(withdrawn_at=None, cohort__archived_at=None)

    def taught_by(self, user: Viewer) -> AssignmentQuerySet:
        """Assignments the user may change: of classes they teach."""
        return self.filter(cohort__in=Cohort.objects.taught_by(user))

    def seen_by(self, user: Viewer) -> AssignmentQuerySet:
        """Assignments of classes whose work the user sees as instructor, assistant or administrator."""
        return self.filter(cohort__in=Cohort.objects.seen_by(user))

    def of_students(self, student_ids: Iterable[int]) -> AssignmentQuerySet:
        """Assignments in force for some students, one row for each of them, annotated with their id as `whose`."""
        return self._of({"user__in": list(student_ids)})

    def of_student(self, student: Any) -> AssignmentQuerySet:
        """The same for one student."""
        return self._of({"user": student})

    def _of(self, whose: dict[str, Any]) -> AssignmentQuerySet:
        place = {"is_active": True, "role": Enrolment.Role.STUDENT, **whose}
        joined = self.live().filter(**{f"cohort__enrolments__{name}": value for name, value in place.items()})
        named = joined.annotate(whose=F("cohort__enrolments__user"))
        in_group = GroupMember.objects.filter(group=OuterRef("for_group"), enrolment__user=OuterRef("whose"))
        for_them = Q(student=None, for_group=None) | Q(student=F("whose")) | Exists(in_group)
        return named.filter(for_them).select_related("cohort")

    def at_quiz(self, quiz: Quiz) -> AssignmentQuerySet:
        """Assignments that ask for a quiz: of that quiz, or of the whole course."""
        return self.asking_for(quiz, course=quiz.course_id)

    def asking_for(self, quiz: Any, *, course: Any) -> AssignmentQuerySet:
        """The same for a quiz by its id, of a course by its id."""
        return self.filter(Q(quiz=quiz) | _WHOLE, cohort__course=course)

    def that_set_something(self) -> AssignmentQuerySet:
        """Assignments of a quiz with a date or a limit of their own."""
        unset = Q(opens_at=None, due_at=None, minutes=None, lifted=[]) & _NO_LIMITS
        return self.exclude(quiz=None).exclude(unset)


class Assignment(models.Model):
    """Work for a class: one lesson, one quiz, or (with neither) the whole course, which has no dates.

    Empty dates and limits leave those of the quiz. Moments are stored in UTC; a date means the class's own calendar.
    An assignment for one person takes the place of that for a group, and one for a group that of everyone
    (`closeness`). One that is withdrawn stays for the attempts that were taken for it, and nobody can start another.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("class"))
    lesson = models.ForeignKey(
        Lesson, on_delete=models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name=_("lesson")
    )
    quiz = models.ForeignKey(
        Quiz, on_delete=models.CASCADE, null=True, blank=True, related_name="assignments", verbose_name=_("quiz")
    )
    student = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="assignments",
        verbose_name=_("student"), help_text=_("Empty: everyone in the class."),
    )  # fmt: skip
    for_group = models.ForeignKey(
        Group, on_delete=models.RESTRICT, null=True, blank=True, related_name="assignments", verbose_name=_("group"),
        help_text=_("A group of the same class. Its members are those of the day: who joins it has its work."),
    )  # fmt: skip
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("time limit in minutes"), null=True, blank=True)
    max_attempts = models.PositiveSmallIntegerField(_("attempts allowed"), null=True, blank=True)
    after_lesson = models.ForeignKey(
        Lesson, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("after reading"),
        help_text=_("Nobody starts the quiz before reading this lesson."),
    )  # fmt: skip
    after_quiz = models.ForeignKey(
        Quiz, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("after the quiz"),
        help_text=_("Nobody starts the quiz before submitting this one."),
    )  # fmt: skip
    after_percent = models.PositiveSmallIntegerField(
        _("with at least, in per cent"), default=0, validators=[MaxValueValidator(100)]
    )
    """What the best attempt at `after_quiz` has to reach; 0: it only has to be submitted."""
    lifted = models.JSONField(_("limits lifted"), default=list, blank=True)
    category = models.CharField(_("category"), max_length=60, blank=True)
    weight = models.DecimalField(
        _("weight"), max_digits=6, decimal_places=2, default=Decimal(1), validators=[MinValueValidator(Decimal(0))]
    )
    points = models.DecimalField(
        _("points in the gradebook"), max_digits=7, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Empty: those of the quiz’s questions; 1 for each question that is drawn, and for a lesson."),
    )  # fmt: skip
    is_extra = models.BooleanField(_("extra credit"), default=False)
    is_never_dropped = models.BooleanField(_("never dropped"), default=False)
    made_at = models.DateTimeField(_("assigned"), default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["cohort", "due_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                F("cohort"),
                *(Coalesce(F(name), Value(0)) for name in ("lesson", "quiz", "student", "for_group")),
                condition=Q(withdrawn_at=None),
                name="assigned_once_to_the_same_people",
            ),
            models.CheckConstraint(condition=Q(lesson=None) | Q(quiz=None), name="assignment_of_one_thing"),
            models.CheckConstraint(
                condition=Q(quiz__isnull=False) | _NO_LIMITS, name="only_an_assigned_quiz_has_limits"
            ),
            models.CheckConstraint(condition=Q(quiz__isnull=False) | _NO_RULES, name="only_an_assigned_quiz_has_rules"),
            models.CheckConstraint(
                condition=Q(after_quiz=None) | ~Q(after_quiz=F("quiz")), name="an_assigned_quiz_is_not_after_itself"
            ),
            models.CheckConstraint(
                condition=Q(after_percent__gte=0, after_percent__lte=100), name="after_a_share_of_at_most_all"
            ),
            models.CheckConstraint(
                condition=Q(student=None) | Q(for_group=None), name="assigned_to_a_student_or_a_group"
            ),
            models.CheckConstraint(
                condition=~_WHOLE | Q(opens_at=None, due_at=None), name="a_whole_course_is_assigned_without_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cohort} · {self.quiz or self.lesson or _('the whole course')}"

    @property
    def is_whole_course(self) -> bool:
        """Say whether it is the whole course."""
        return self.quiz_id is None and self.lesson_id is None

    @property
    def has_rules(self) -> bool:
        """Say whether something has to be done before it can be started."""
        return self.after_lesson_id is not None or self.after_quiz_id is not None

    @property
    def zone(self) -> tzinfo:
        """Return the time zone whose calendar its dates follow."""
        return self.cohort.zone

    @property
    def value(self) -> timing.Override:
        """Return its dates and limits as the core knows them."""
        return timing.Override(
            self.opens_at, self.due_at, self.closes_at, self.minutes, self.max_attempts, frozenset(self.lifted)
        )

    @property
    def is_for_everyone(self) -> bool:
        """Say whether it is for the whole class."""
        return self.student_id is None and self.for_group_id is None

    def is_for(self, student_id: int, groups: Collection[int]) -> bool:
        """Say whether it is for a student who is in these groups of the class."""
        if self.student_id is not None:
            return self.student_id == student_id
        return self.for_group_id is None or self.for_group_id in groups

    @property
    def closeness(self) -> tuple[bool, int, datetime, int]:
        """Return how closely it is meant for a quiz and a student: of two in one class, the greater counts.

        A quiz goes before the whole course, a person before a group, a group before everyone. Of a student's groups,
        that counts whose date is later (none is latest), then that whose work was assigned first.
        """
        width = 2 if self.student_id is not None else 1 if self.for_group_id is not None else 0
        return not self.is_whole_course, width, self.due_at or _LATEST, -(self.pk or 0)


def groups_of(cohort: Cohort) -> Mapping[int, Collection[int]]:
    """Return in which groups of a class its people are, by their id, in one query."""
    found: dict[int, set[int]] = {}
    members = GroupMember.objects.filter(group__cohort=cohort, enrolment__cohort=cohort)
    for user, group in members.values_list("enrolment__user", "group"):
        found.setdefault(user, set()).add(group)
    return found


_PARTS = (part(Assignment), part(Cohort, "cohort__"))


def _asking() -> models.QuerySet[Assignment, tuple[Any, ...]]:
    student, quiz, course = (Given(name, models.BigIntegerField()) for name in ("student", "quiz", "course"))
    rows = Assignment.objects.of_student(student).asking_for(quiz, course=course)
    return rows.order_by("cohort__name", "cohort").values_list(*names_of(_PARTS))


_ASKING = Prepared(_asking)


def assignments_at(quiz: Quiz, student: Viewer | None) -> list[Assignment]:
    """Return what asks a student for a quiz now, one assignment for each of the student's classes, in one query.

    While an instructor views as the student, only the class viewed from has a say.
    """
    if student is None or student.pk is None:
        return []
    viewed, rows = class_viewed(student), []
    for values in _ASKING.ask(student=student.pk, quiz=quiz.pk, course=quiz.course_id):
        row, row.cohort = rows_of(_PARTS, values)
        if viewed is None or row.cohort_id == viewed.pk:
            rows.append(row)
    return closest(rows)


def assigned_in(course_id: int, student_id: int) -> dict[int, list[Assignment]]:
    """Return, by quiz of a course, what a student's classes ask for with dates or limits of their own, in one query."""
    found: dict[int, list[Assignment]] = {}
    rows = Assignment.objects.of_students([student_id]).that_set_something().filter(cohort__course=course_id)
    for row in rows:
        found.setdefault(row.quiz_id or 0, []).append(row)
    return {quiz: closest(listed) for quiz, listed in found.items()}


def closest(rows: Iterable[Assignment]) -> list[Assignment]:
    """Return, of assignments that ask one student for one quiz, the one that counts in each class."""
    found: dict[int, Assignment] = {}
    for row in rows:
        there = found.get(row.cohort_id)
        if there is None or row.closeness > there.closeness:
            found[row.cohort_id] = row
    return list(found.values())


def assignment_for(quiz: Quiz, student: Viewer | None, *, chosen: int | None = None) -> Assignment | None:
    """Return what an attempt that starts now is taken for; None: it is self-study.

    Raises ChooseClass where several classes ask for the quiz and `chosen` names none of their assignments.
    """
    found = assignments_at(quiz, student)
    if len(found) <= 1:
        return found[0] if found else None
    named = next((each for each in found if each.pk == chosen), None)
    if named is None:
        raise ChooseClass
    return named
