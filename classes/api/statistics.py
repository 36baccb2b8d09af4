"""Statistics of a quiz by API: what the page shows, with the same permissions."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from classes.statistics.figures import find
from classes.statistics.sample import Versions, Which, Whose, offered_to, quizzes_with_statistics
from classes.statistics.shapes import to_json
from classes.statistics.words import judgement
from courses.api.serializers import RefusalSerializer
from courses.api.views import caller
from courses.models import Cohort
from quizzes.errors import StatisticsNotReady


def _figure(words: str = "") -> serializers.FloatField:
    """Return a figure that may be undefined, or hidden while few have answered."""
    return serializers.FloatField(allow_null=True, help_text=words or None)


def _range() -> serializers.ListField:
    """Return a 95 per cent interval."""
    return serializers.ListField(child=serializers.FloatField(), allow_null=True, min_length=2, max_length=2)


class OptionFiguresSerializer(serializers.Serializer[Any]):
    """What one option did, or one answer that at least three students typed."""

    words = serializers.CharField()
    count = serializers.IntegerField()
    share = _figure()
    thirds = serializers.ListField(child=serializers.FloatField(allow_null=True))
    correlation = _figure("With the points on the other questions.")
    interval = _range()
    is_right = serializers.BooleanField()
    is_blank = serializers.BooleanField()
    earned = _figure("The mean share of the points that a typed answer earned.")


class PlaceFiguresSerializer(serializers.Serializer[Any]):
    """What was chosen or typed at one place of a question."""

    words = serializers.CharField()
    is_typed = serializers.BooleanField()
    options = OptionFiguresSerializer(many=True)
    others = serializers.IntegerField(help_text="Typed answers that are not listed.")


class QuestionFiguresSerializer(serializers.Serializer[Any]):
    """What one question did. Efficiency and weights are × 100; null where undefined or fewer than 10 answered."""

    item_id = serializers.IntegerField()
    revision_id = serializers.IntegerField()
    number = serializers.IntegerField()
    stem = serializers.CharField()
    points = serializers.FloatField()
    answers = serializers.IntegerField()
    blanks = serializers.IntegerField()
    facility = _figure()
    facility_interval = _range()
    sd = _figure()
    discrimination = _figure()
    discrimination_interval = _range()
    efficiency = _figure()
    intended_weight = _figure()
    effective_weight = _figure()
    upper_lower = _figure()
    guess = serializers.FloatField()
    seconds = _figure("The median time.")
    revisits = _figure()
    reports = serializers.IntegerField()
    flags = serializers.ListField(child=serializers.CharField())
    judgement = serializers.CharField()
    places = PlaceFiguresSerializer(many=True)


class QuizFiguresSerializer(serializers.Serializer[Any]):
    """What a quiz did. Scores are shares of what a paper is worth; null where undefined or fewer than 10 finished."""

    students = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="Students not counted, since an answer waits for grading.")
    mean = _figure()
    median = _figure()
    sd = _figure()
    skewness = _figure()
    kurtosis = _figure()
    alpha = _figure()
    alpha_interval = _range()
    standard_error = _figure()
    histogram = serializers.ListField(child=serializers.IntegerField())
    questions = QuestionFiguresSerializer(many=True)


class QuizStatisticsView(APIView):
    """What a quiz and its questions are worth as measures."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="quiz_statistics",
        responses={200: QuizFiguresSerializer, 409: RefusalSerializer},
        parameters=[
            OpenApiParameter("whose", str, enum=[each.value for each in Whose]),
            OpenApiParameter("which", str, enum=[each.value for each in Which]),
            OpenApiParameter("versions", str, enum=[each.value for each in Versions]),
        ],
    )
    def get(self, request: Request, pk: int, quiz: str) -> Response:
        """Give the figures, for the instructors and assistants of the class."""
        user, given = caller(request), request.query_params
        cohort = get_object_or_404(Cohort.objects.seen_by(user).select_related("course"), pk=pk)
        found = get_object_or_404(quizzes_with_statistics(user), course=cohort.course_id, key=quiz)
        offered = offered_to(user, cohort.course, cohort)
        asked = (given.get(name, "") for name in ("whose", "which", "versions"))
        figures = find(offered.sample(found, *asked)).figures
        if figures is None:
            raise StatisticsNotReady
        told = to_json(figures)
        for values, question in zip(told["questions"], figures.questions, strict=True):
            values["judgement"] = judgement(question).word
        return Response(QuizFiguresSerializer(told).data)
