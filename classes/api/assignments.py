"""Assignments of a class by API: what its pages say and do, by the same forms' rules and permissions."""

from __future__ import annotations

from typing import Any, cast

from django.db import transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from courses.api.serializers import RefusalSerializer
from courses.models import Cohort, Enrolment, Group, Lesson
from quizzes.errors import RulesInACircle
from quizzes.models import Assignment, Quiz
from quizzes.services.assignments import Act, assign, change_assignment, withdraw_assignment
from quizzes.services.clock import Shorter, WouldShorten

LATEST = 2**31 - 1


class AssignmentSerializer(serializers.ModelSerializer[Assignment]):
    """What a class is assigned. Without a lesson and a quiz it is the whole course, which has no dates."""

    lesson = serializers.CharField(source="lesson.key", read_only=True, allow_null=True, default=None)
    quiz = serializers.CharField(source="quiz.key", read_only=True, allow_null=True, default=None)

    after_lesson = serializers.CharField(source="after_lesson.key", read_only=True, allow_null=True, default=None)
    after_quiz = serializers.CharField(source="after_quiz.key", read_only=True, allow_null=True, default=None)
    group = serializers.PrimaryKeyRelatedField[Group](source="for_group", read_only=True)

    class Meta:
        model = Assignment
        fields = [
            "id", "lesson", "quiz", "student", "group", "opens_at", "due_at", "closes_at", "minutes", "max_attempts",
            "after_lesson", "after_quiz", "after_percent", "category", "weight", "made_at",
        ]  # fmt: skip
        read_only_fields = fields


class DatesInput(serializers.Serializer[Any]):
    """Dates and limits; what is left out stays, and null takes it away. `open_attempts` decides what 409 asked."""

    opens_at = serializers.DateTimeField(required=False, allow_null=True)
    due_at = serializers.DateTimeField(required=False, allow_null=True)
    closes_at = serializers.DateTimeField(required=False, allow_null=True)
    minutes = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=10_000)
    max_attempts = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=1_000)
    after_lesson = serializers.CharField(required=False, allow_null=True, max_length=80)
    after_quiz = serializers.CharField(required=False, allow_null=True, max_length=80)
    after_percent = serializers.IntegerField(required=False, min_value=0, max_value=100)
    open_attempts = serializers.ChoiceField(
        choices=["ask", "keep", "shorten"], default="ask",
        help_text="What becomes of attempts under way that would have less time.",
    )  # fmt: skip


class AssignInput(DatesInput):
    """What is assigned, by the key of a lesson or a quiz, and to which student or group (null: everyone)."""

    lesson = serializers.CharField(required=False, allow_null=True, max_length=80)
    quiz = serializers.CharField(required=False, allow_null=True, max_length=80)
    student = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=LATEST)
    group = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=LATEST)


class OfClass(GenericAPIView[Assignment]):
    """Reading is for who sees the class, changing for who teaches it; both decided where rows are fetched."""

    permission_classes = [IsAuthenticated]
    serializer_class = AssignmentSerializer

    def get_queryset(self) -> QuerySet[Assignment]:
        """Fetch assignments in force of classes the caller sees, or may change."""
        live = Assignment.objects.live().select_related("cohort", "lesson", "quiz", "after_lesson", "after_quiz")
        user = self.request.user
        return live.seen_by(user) if self.request.method == "GET" else live.taught_by(user)

    def _cohort(self, pk: int) -> Cohort:
        user = self.request.user
        rows = Cohort.objects.seen_by(user) if self.request.method == "GET" else Cohort.objects.taught_by(user)
        return get_object_or_404(rows, pk=pk)


class ClassAssignmentsView(OfClass):
    """What a class is assigned."""

    @extend_schema(operation_id="class_assignments", responses={200: AssignmentSerializer(many=True)})
    def get(self, request: Request, pk: int) -> Response:  # noqa: ARG002
        """List what is assigned, the earliest due date first."""
        rows = self.get_queryset().filter(cohort=self._cohort(pk)).order_by("due_at", "pk")
        return Response(AssignmentSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="class_assign",
        request=AssignInput,
        responses={201: AssignmentSerializer, 409: RefusalSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Assign a lesson, a quiz or (with neither) the whole course; 409 where it is assigned, or would shorten."""
        cohort = self._cohort(pk)
        given = AssignInput(data=request.data)
        given.is_valid(raise_exception=True)
        made = _read(cohort, given.validated_data)
        same = {"lesson": made.lesson, "quiz": made.quiz, "student": made.student, "for_group": made.for_group}
        if Assignment.objects.live().filter(cohort=cohort, **same).exists():
            return _refused(_("This is assigned already. Nothing was changed."))
        act = _act(request, given.validated_data)
        try:
            with transaction.atomic():
                assign([made], act)
        except (WouldShorten, RulesInACircle) as refusal:
            return _refused(str(refusal))
        return Response(AssignmentSerializer(made).data, status=status.HTTP_201_CREATED)


class ClassAssignmentView(OfClass):
    """One piece of work of a class."""

    @extend_schema(operation_id="class_assignment", responses={200: AssignmentSerializer})
    def get(self, request: Request, pk: int, assignment: int) -> Response:  # noqa: ARG002
        """Give one piece of work."""
        return Response(AssignmentSerializer(self._one(pk, assignment)).data)

    @extend_schema(
        operation_id="class_assignment_change",
        request=DatesInput,
        responses={200: AssignmentSerializer, 409: RefusalSerializer},
    )
    def patch(self, request: Request, pk: int, assignment: int) -> Response:
        """Change dates and limits; 409 where attempts under way would have less time and nothing was decided."""
        found = self._one(pk, assignment)
        given = DatesInput(data=request.data, partial=True)
        given.is_valid(raise_exception=True)
        values = {name: value for name, value in given.validated_data.items() if name != "open_attempts"}
        values |= _first(found.cohort, given.validated_data)
        for name, value in values.items():
            setattr(found, name, value)
        _check(found)
        try:
            with transaction.atomic():
                change_assignment(found, _act(request, given.validated_data), fields=values)
        except (WouldShorten, RulesInACircle) as refusal:
            return _refused(str(refusal))
        return Response(AssignmentSerializer(found).data)

    @extend_schema(operation_id="class_assignment_withdraw", responses={204: None})
    def delete(self, request: Request, pk: int, assignment: int) -> Response:
        """Withdraw it: nobody can start it for the class any more, open attempts keep their time, results stay."""
        withdraw_assignment(self._one(pk, assignment), _act(request, {}))
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _one(self, cohort: int, pk: int) -> Assignment:
        return get_object_or_404(self.get_queryset(), cohort=cohort, pk=pk)


def _read(cohort: Cohort, given: dict[str, Any]) -> Assignment:
    """Return what a program asks to assign, not saved yet. Raises ValidationError for what the class does not have."""
    made = Assignment(cohort=cohort)
    course = {"course": cohort.course_id}
    if given.get("lesson") is not None:
        made.lesson = _found(Lesson.objects.current().filter(key=given["lesson"], **course), "lesson")
    if given.get("quiz") is not None:
        made.quiz = _found(Quiz.objects.current().filter(key=given["quiz"], **course), "quiz")
    if given.get("student") is not None:
        students = Enrolment.objects.students().filter(cohort=cohort, user=given["student"]).select_related("user")
        made.student = _found(students, "student").user
    if given.get("group") is not None:
        made.for_group = _found(Group.objects.filter(cohort=cohort, pk=given["group"]), "group")
    for name in ("opens_at", "due_at", "closes_at", "minutes", "max_attempts"):
        setattr(made, name, given.get(name))
    for name, value in _first(cohort, given).items():
        setattr(made, name, value)
    made.after_percent = given.get("after_percent", 0)
    _check(made)
    return made


def _first(cohort: Cohort, given: dict[str, Any]) -> dict[str, Any]:
    """Return what comes first, as far as it is given, by the keys of the course. Raises ValidationError for others."""
    found: dict[str, Any] = {}
    for name, rows in (("after_lesson", Lesson.objects.current()), ("after_quiz", Quiz.objects.current())):
        if name in given:
            key = given[name]
            found[name] = key and _found(rows.filter(key=key, course=cohort.course_id), name)
    return found


def _found(rows: Any, name: str) -> Any:
    row = rows.first()
    if row is None:
        raise serializers.ValidationError({name: [_("The class has none of this name.")]})
    return row


def _check(assignment: Assignment) -> None:
    """Refuse dates and limits that make no sense. Raises ValidationError."""
    if assignment.lesson_id is not None and assignment.quiz_id is not None:
        raise serializers.ValidationError({"quiz": [_("Give a lesson or a quiz, not both.")]})
    if assignment.student_id is not None and assignment.for_group_id is not None:
        raise serializers.ValidationError({"group": [_("Choose a student or a group, not both.")]})
    limits = (assignment.closes_at, assignment.minutes, assignment.max_attempts)
    dates = [each for each in (assignment.opens_at, assignment.due_at, assignment.closes_at) if each is not None]
    if assignment.quiz_id is None and any(each is not None for each in limits):
        raise serializers.ValidationError({"closes_at": [_("Only a quiz closes or has limits.")]})
    if assignment.quiz_id is None and assignment.has_rules:
        raise serializers.ValidationError({"after_quiz": [_("Only a quiz waits for what comes first.")]})
    if assignment.after_quiz_id is not None and assignment.after_quiz_id == assignment.quiz_id:
        raise serializers.ValidationError({"after_quiz": [_("A quiz cannot wait for itself.")]})
    if assignment.is_whole_course and dates:
        raise serializers.ValidationError({"due_at": [_("A whole course is assigned without dates.")]})
    if dates != sorted(set(dates)):
        raise serializers.ValidationError({"due_at": [_("Work opens before it is due, and is due before it closes.")]})


def _act(request: Request, given: dict[str, Any]) -> Act:
    return Act(cast("Any", request.user), timezone.now(), Shorter(given.get("open_attempts", "ask")))


def _refused(words: str) -> Response:
    return Response({"detail": words}, status=status.HTTP_409_CONFLICT)
