"""A caller's own progress as JSON: the figures of My progress."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from courses.api.views import caller
from courses.models import Course
from quizzes.api.serializers import PercentField, QueryOfCourse
from quizzes.domain.mastery import State
from quizzes.models.choices import choices_of
from quizzes.reports.mastery import Evidence, ObjectiveLine, Week
from quizzes.reports.progress import ProgressPage, ResultLine, progress_page
from quizzes.reports.steps import Step, StepKind
from quizzes.reports.work import OpenAttempt, QuizLine


class LessonProgressSerializer(serializers.Serializer[Any]):
    """How far the caller is in a lesson."""

    lesson = serializers.CharField(source="lesson.key")
    state = serializers.ChoiceField(choices=["outline", "new", "begun", "complete"])
    section_count = serializers.IntegerField()
    read_count = serializers.IntegerField()
    percent = serializers.IntegerField()


class SoFarSerializer(serializers.Serializer[Any]):
    """What is known of a total while a person has yet to mark some of it: points earned, of those marked, and left."""

    score = serializers.DecimalField(max_digits=7, decimal_places=2)
    marked = serializers.DecimalField(max_digits=7, decimal_places=2)
    unmarked = serializers.DecimalField(max_digits=7, decimal_places=2)
    is_graded = serializers.BooleanField(help_text="Whether anyone will mark the rest: an instructor of a class.")


class OpenAttemptSerializer(serializers.Serializer[OpenAttempt]):
    """An attempt under way."""

    id = serializers.UUIDField(source="pk")
    answered = serializers.IntegerField(help_text="How many questions hold an answer.")
    question_count = serializers.IntegerField(source="count")
    place = serializers.IntegerField(help_text="The question to go on with.")
    started_at = serializers.DateTimeField()
    deadline = serializers.DateTimeField(allow_null=True)


class QuizProgressSerializer(serializers.Serializer[QuizLine]):
    """What the caller has done at a quiz."""

    quiz = serializers.CharField(source="quiz.key")
    attempt_count = serializers.IntegerField()
    best_percent = PercentField(allow_null=True, help_text="Of what is marked in full; never across the pass mark.")
    is_passed = serializers.BooleanField(allow_null=True, help_text="Null while that cannot be said yet.")
    has_own_grading = serializers.BooleanField(help_text="Whether it rests on what the caller gave their own texts.")
    is_passed_so_far = serializers.BooleanField(
        allow_null=True, help_text="The same; where nobody will mark the rest, by what is marked."
    )
    so_far = SoFarSerializer(allow_null=True)
    is_open = serializers.BooleanField(help_text="Whether an attempt is open.")
    open_attempt = OpenAttemptSerializer(allow_null=True)


class EvidenceSerializer(serializers.Serializer[Evidence]):
    """An answer that counts for mastery: of each question the first of a day (in UTC), at its first try."""

    at = serializers.DateTimeField(source="answered.at")
    share = serializers.DecimalField(source="answered.share", max_digits=7, decimal_places=6)
    is_check = serializers.BooleanField(help_text="Whether it was a check in the text of a lesson.")
    page = serializers.CharField(source="address", help_text="Where the answer can be looked at.")


class MasterySerializer(serializers.Serializer[ObjectiveLine]):
    """How well the caller has mastered an objective, and the answers that rests on, oldest first."""

    objective = serializers.CharField(source="objective.key")
    lesson = serializers.CharField(source="objective.lesson.key")
    text = serializers.CharField(source="objective.text")
    state = serializers.ChoiceField(source="mastery.state", choices=choices_of(State))
    percent = PercentField(source="mastery.percent", help_text="A moving mean: each new answer counts a fifth.")
    percent_a_week_ago = PercentField(
        source="before.percent", default=None, allow_null=True, help_text="Null unless it moved by three points."
    )
    answer_count = serializers.IntegerField(source="mastery.answers")
    question_count = serializers.IntegerField(source="mastery.questions")
    day_count = serializers.IntegerField(source="mastery.days")
    question_gate = serializers.IntegerField(
        source="mastery.gate", help_text="How many different questions it takes: three, or as many as there were."
    )
    answers = EvidenceSerializer(source="evidence", many=True)


class WeekSerializer(serializers.Serializer[Week]):
    """How many objectives were in each state at a moment."""

    at = serializers.DateTimeField()
    mastered = serializers.SerializerMethodField()
    nearly = serializers.SerializerMethodField()
    learning = serializers.SerializerMethodField()
    few = serializers.SerializerMethodField(help_text="With too few answers to tell.")

    def get_mastered(self, week: Week) -> int:
        """Return how many were mastered."""
        return week.counts[State.MASTERED]

    def get_nearly(self, week: Week) -> int:
        """Return how many were nearly there."""
        return week.counts[State.NEARLY]

    def get_learning(self, week: Week) -> int:
        """Return how many were being learnt."""
        return week.counts[State.LEARNING]

    def get_few(self, week: Week) -> int:
        """Return how many had too few answers."""
        return week.counts[State.FEW]


class NextStepSerializer(serializers.Serializer[Step]):
    """Something to do next."""

    kind = serializers.ChoiceField(choices=[kind.value for kind in StepKind])
    title = serializers.CharField()
    page = serializers.CharField(source="address")


class LastResultSerializer(serializers.Serializer[ResultLine]):
    """A submitted attempt; what its quiz keeps back is null."""

    attempt = serializers.UUIDField(source="attempt.pk")
    quiz = serializers.CharField(source="attempt.quiz.key")
    submitted_at = serializers.DateTimeField(source="attempt.submitted_at")
    percent = serializers.SerializerMethodField()
    is_passed = serializers.BooleanField(allow_null=True)
    so_far = SoFarSerializer(allow_null=True)

    @extend_schema_field({"type": "number", "nullable": True})
    def get_percent(self, line: ResultLine) -> Any:
        """Return the score in per cent, where it is shown and marked in full."""
        shown = line.attempt.percent if line.is_shown else None
        return None if shown is None else PercentField().to_representation(shown)


class ProgressSerializer(serializers.Serializer[ProgressPage]):
    """How far the caller is in a course, and what to do next."""

    course = serializers.CharField(source="course.key")
    next_lesson = serializers.CharField(
        source="outline.next_lesson.key", default=None, allow_null=True, help_text="Where to go on."
    )
    lessons = LessonProgressSerializer(many=True, source="lesson_lines")
    quizzes = QuizProgressSerializer(many=True)
    objectives = MasterySerializer(many=True, help_text="Those with answers, weakest first.")
    weeks = WeekSerializer(many=True, help_text="Four weeks ago to now.")
    results = LastResultSerializer(many=True, help_text="The last five, newest first.")
    steps = NextStepSerializer(many=True, help_text="Up to three, the most pressing first.")


class ProgressView(APIView):
    """How far the caller is."""

    permission_classes = [IsAuthenticated]

    @extend_schema(parameters=[QueryOfCourse], responses=ProgressSerializer, operation_id="progress")
    def get(self, request: Request) -> Response:
        """Give the caller's progress in one course: reading, quizzes, mastery of objectives, and where to go on."""
        query = QueryOfCourse(data=request.query_params)
        query.is_valid(raise_exception=True)
        user = caller(request)
        course = get_object_or_404(Course.objects.visible_to(user), key=query.validated_data["course"])
        return Response(ProgressSerializer(progress_page(course, user, now=timezone.now())).data)
