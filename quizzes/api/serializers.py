"""Quizzes, attempts and progress as JSON. Answer keys are in one place only: `ResultSerializer`, once released."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courses.api.serializers import page_field
from courses.models import Figure
from quizzes.domain.kinds import KINDS
from quizzes.models import Attempt, ItemResponse, Quiz, SavedAnswer

MAX_SEQUENCE = 2**31 - 1


class QuizSerializer(serializers.ModelSerializer[Quiz]):
    """A quiz and its settings."""

    course = serializers.CharField(source="course.key", read_only=True)
    unit = serializers.CharField(source="unit.key", read_only=True)
    lesson = serializers.CharField(source="lesson.key", read_only=True, allow_null=True, default=None)
    question_count = serializers.IntegerField(read_only=True)
    url = serializers.SerializerMethodField()
    page = page_field()

    class Meta:
        model = Quiz
        fields = [
            "course", "unit", "lesson", "key", "title", "question_count", "is_practice", "max_attempts", "pass_percent",
            "solutions", "url", "page",
        ]  # fmt: skip
        read_only_fields = fields

    def get_url(self, quiz: Quiz) -> str:
        """Return the address of the quiz here."""
        return reverse("api-quiz", args=[quiz.course.key, quiz.key])


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """One of the caller's attempts. Score and per cent are null while it is open."""

    course = serializers.CharField(source="quiz.course.key", read_only=True)
    quiz = serializers.CharField(source="quiz.key", read_only=True)
    percent = serializers.IntegerField(read_only=True, allow_null=True, help_text="Rounded for display.")
    is_passed = serializers.BooleanField(read_only=True, help_text="Tested on the exact score.")
    url = serializers.SerializerMethodField()
    page = page_field()

    class Meta:
        model = Attempt
        fields = [
            "id", "course", "quiz", "number", "started_at", "submitted_at", "score", "max_score", "percent",
            "is_passed", "url", "page",
        ]  # fmt: skip
        read_only_fields = fields

    def get_url(self, attempt: Attempt) -> str:
        """Return the address of the attempt with its paper here."""
        return reverse("api-attempt", args=[attempt.pk])


class QuizDetailSerializer(QuizSerializer):
    """A quiz with the caller's attempts at it. Its questions are on the paper of an attempt, never here."""

    intro = serializers.CharField(read_only=True, help_text="Markdown.")
    attempts = AttemptSerializer(source="own_attempts", many=True, read_only=True)

    class Meta(QuizSerializer.Meta):
        fields = [*QuizSerializer.Meta.fields, "intro", "attempts"]
        read_only_fields = fields


class ReviewRowSerializer(serializers.Serializer[Any]):
    """A part of a question: what was given, what was right, and why."""

    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not the field's own label
    given = serializers.CharField()
    right = serializers.CharField()
    verdict = serializers.ChoiceField(choices=["right", "wrong", "missed", "left"])
    feedback = serializers.CharField()


class ResultSerializer(serializers.ModelSerializer[ItemResponse]):
    """What a response earned and why. Holds the key: used only when the attempt shows solutions."""

    review = serializers.SerializerMethodField()
    feedback = serializers.CharField(source="revision.spec.feedback", read_only=True)
    lesson = serializers.CharField(source="revision.item.section.lesson.key", help_text="Where it is taught.")
    section = serializers.CharField(source="revision.item.section.key")

    class Meta:
        model = ItemResponse
        fields = ["share", "points", "review", "feedback", "lesson", "section"]
        read_only_fields = fields

    @extend_schema_field(ReviewRowSerializer(many=True))
    def get_review(self, response: ItemResponse) -> Any:
        """Set the answer beside the key, part by part."""
        return ReviewRowSerializer(response.revision.spec.review(response.answer), many=True).data


class ResponseSerializer(serializers.ModelSerializer[ItemResponse]):
    """A question on a paper, in the paper's own names, with the caller's answer; its result once released."""

    kind = serializers.ChoiceField(choices=KINDS, source="revision.spec.kind", read_only=True)
    stem = serializers.CharField(source="revision.spec.stem", read_only=True, help_text="Markdown.")
    stimulus = serializers.CharField(
        source="revision.spec.stimulus", read_only=True, allow_null=True, help_text="Markdown that stands before it."
    )
    figure = serializers.SerializerMethodField(help_text="HTML of the figure that stands before it.")
    parts = serializers.SerializerMethodField(
        help_text="What an answer may name: options, entries, gaps (null where words are typed), fields and so on."
    )
    marking_rule = serializers.SerializerMethodField()
    points = serializers.DecimalField(
        source="revision.points",
        max_digits=5,
        decimal_places=2,
        read_only=True,
        help_text="What it is worth.",
    )
    answer = serializers.SerializerMethodField(help_text="In the names of `parts`; null for a blank.")
    result = serializers.SerializerMethodField(help_text="Null until solutions are shown.")

    class Meta:
        model = ItemResponse
        fields = [
            "position", "kind", "stem", "stimulus", "figure", "parts", "marking_rule", "points", "answer", "sequence",
            "is_flagged", "result",
        ]  # fmt: skip
        read_only_fields = fields

    def get_figure(self, response: ItemResponse) -> str | None:
        """Return the figure as it was drawn when content was loaded; the context holds those of the paper by key."""
        figure: str | None = self.context["figures"].get(response.revision.spec.figure)
        return figure

    def get_parts(self, response: ItemResponse) -> dict[str, Any]:
        """Return what the paper shows beyond stem and stimulus, in its own order and names."""
        return response.revision.spec.parts(response.order)

    def get_marking_rule(self, response: ItemResponse) -> str:
        """Say how the points are reckoned."""
        return _(response.revision.spec.marking_rule())

    @extend_schema_field(OpenApiTypes.ANY)
    def get_answer(self, response: ItemResponse) -> Any:
        """Return the answer that counts."""
        return response.revision.spec.to_paper(response.answer, response.order)

    @extend_schema_field(ResultSerializer(allow_null=True))
    def get_result(self, response: ItemResponse) -> Any:
        """Return what it earned and why, when the attempt shows solutions."""
        return ResultSerializer(response).data if response.attempt.shows_solutions else None


class AttemptDetailSerializer(AttemptSerializer):
    """One of the caller's attempts with its whole paper."""

    shows_solutions = serializers.BooleanField(read_only=True)
    responses = serializers.SerializerMethodField()

    class Meta(AttemptSerializer.Meta):
        fields = [*AttemptSerializer.Meta.fields, "shows_solutions", "responses"]
        read_only_fields = fields

    @extend_schema_field(ResponseSerializer(many=True))
    def get_responses(self, attempt: Attempt) -> Any:
        """Return the questions of the paper in their order, their figures fetched together."""
        responses = attempt.responses.all()
        keys = {response.revision.spec.figure for response in responses} - {None}
        figures = dict(Figure.objects.filter(course=attempt.quiz.course_id, key__in=keys).values_list("key", "html"))
        return ResponseSerializer(responses, many=True, context={"figures": figures}).data


class AnswerInput(serializers.Serializer[Any]):
    """An answer to one question of a paper.

    `sequence` is the number the paper gave for the question; `client_key` is the caller's own name for this save, so
    that the same save sent again changes nothing.
    """

    position = serializers.IntegerField(min_value=1, max_value=32767)
    answer = serializers.JSONField(allow_null=True, help_text="In the names of the question's `parts`.")
    sequence = serializers.IntegerField(min_value=0, max_value=MAX_SEQUENCE)
    client_key = serializers.UUIDField()


class SavedSerializer(serializers.Serializer[Any]):
    """What became of an answer, and the answer that counts now."""

    outcome = serializers.ChoiceField(choices=SavedAnswer.Outcome.choices)
    position = serializers.IntegerField()
    sequence = serializers.IntegerField(help_text="Send this number with the next answer to the question.")
    answer = serializers.JSONField(allow_null=True, help_text="The answer that counts.")


class NotTakenSerializer(SavedSerializer):
    """An answer that does not count, with the one that does. Both are kept."""

    detail = serializers.CharField()
    kept = serializers.JSONField(allow_null=True, help_text="The answer sent.")


class QueryOfCourse(serializers.Serializer[Any]):
    """The course a report is about."""

    course = serializers.SlugField(max_length=80, help_text="The key of a course.")


class LessonProgressSerializer(serializers.Serializer[Any]):
    """How far the caller is in a lesson."""

    lesson = serializers.CharField(source="lesson.key")
    state = serializers.ChoiceField(choices=["outline", "new", "begun", "complete"])
    section_count = serializers.IntegerField()
    read_count = serializers.IntegerField()
    percent = serializers.IntegerField()


class QuizProgressSerializer(serializers.Serializer[Any]):
    """What the caller has done at a quiz."""

    quiz = serializers.CharField(source="quiz.key")
    attempt_count = serializers.IntegerField()
    best_percent = serializers.IntegerField(allow_null=True)
    is_passed = serializers.BooleanField()
    is_open = serializers.BooleanField(help_text="Whether an attempt is open.")


class ProgressSerializer(serializers.Serializer[Any]):
    """How far the caller is in a course."""

    course = serializers.CharField()
    next_lesson = serializers.CharField(allow_null=True, help_text="Where to go on.")
    lessons = LessonProgressSerializer(many=True)
    quizzes = QuizProgressSerializer(many=True)


class ActivitySerializer(serializers.Serializer[Any]):
    """A column of a class: a lesson or a quiz."""

    kind = serializers.ChoiceField(choices=["lesson", "quiz"])
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of this name, not the field's own label
    title = serializers.CharField()


class CellSerializer(serializers.Serializer[Any]):
    """What one student did in one activity: as a table shows it, in words, and as a step from 0 to 4."""

    text = serializers.CharField()
    words = serializers.CharField()
    step = serializers.IntegerField()


class StudentRowSerializer(serializers.Serializer[Any]):
    """A student with one cell an activity."""

    id = serializers.IntegerField(source="pk")
    name = serializers.CharField()
    last_seen = serializers.DateTimeField(allow_null=True)
    done = serializers.IntegerField(help_text="How many activities are done.")
    cells = CellSerializer(many=True)


class ClassProgressSerializer(serializers.Serializer[Any]):
    """Students by activities, as the class page shows them."""

    activities = ActivitySerializer(many=True)
    active_count = serializers.IntegerField(help_text="How many students have done anything.")
    done_percent = serializers.IntegerField(allow_null=True)
    rows = StudentRowSerializer(many=True)


class TokenSerializer(serializers.Serializer[Any]):
    """A token, to be sent as `Authorization: Token …`."""

    token = serializers.CharField()
