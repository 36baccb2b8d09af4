"""Quizzes, attempts and progress as JSON. Answer keys are in one place only: `ResultSerializer`, once released."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from courses.api.serializers import KeyField, TextField, page_field
from quizzes.api.answers import ReadAsSerializer, ReviewRowSerializer
from quizzes.domain.kinds import KINDS
from quizzes.domain.review import Shown
from quizzes.models import Attempt, ItemResponse, Quiz, Regrade, SavedAnswer, SelfMark
from quizzes.models.choices import choices_of
from quizzes.reports.figures import figures_of
from quizzes.reports.results import QuestionResult, result_of, shown_to_student
from quizzes.reports.work import Totals

MAX_SEQUENCE = 2**31 - 1


@extend_schema_field(OpenApiTypes.NUMBER)
class PercentField(serializers.Field[Any, Any, Any, Any]):
    """A per cent as it is shown: whole, or with a tenth where a whole number would be across the pass mark."""

    def to_representation(self, value: Decimal) -> int | float:
        """Return a number."""
        return int(value) if value == int(value) else float(value)


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
            "opens_at", "due_at", "closes_at", "minutes", "behaviour", "confidence_rule", "layout", "navigation",
            "keep", "url", "page",
        ]  # fmt: skip
        read_only_fields = fields

    def get_url(self, quiz: Quiz) -> str:
        """Return the address of the quiz here."""
        return reverse("api-quiz", args=[quiz.course.key, quiz.key])


class AttemptSerializer(serializers.ModelSerializer[Attempt]):
    """One of the caller's attempts. Score and per cent are null while it is open."""

    course = serializers.CharField(source="quiz.course.key", read_only=True)
    quiz = serializers.CharField(source="quiz.key", read_only=True)
    score = serializers.SerializerMethodField(
        allow_null=True, help_text="Null until totals are shown. While `unmarked_points` is above 0, the points so far."
    )
    unmarked_points = serializers.DecimalField(
        max_digits=7, decimal_places=2, read_only=True, help_text="How much of `max_score` a person has yet to mark."
    )
    self_points = serializers.DecimalField(
        max_digits=7,
        decimal_places=2,
        read_only=True,
        allow_null=True,
        help_text="What the caller gave their own texts, once all are graded so. In no score, and in no class.",
    )
    percent = serializers.SerializerMethodField(
        allow_null=True,
        help_text="As it is shown: never across the pass mark. Null until totals are shown and marked in full.",
    )
    is_passed = serializers.SerializerMethodField(
        allow_null=True,
        help_text="Tested on the exact score; false until totals are shown, null while a person has yet to mark some.",
    )
    url = serializers.SerializerMethodField()
    page = page_field()

    class Meta:
        model = Attempt
        fields = [
            "id", "course", "quiz", "number", "state", "started_at", "deadline", "submitted_at", "score", "max_score",
            "credit_percent", "unmarked_count", "unmarked_points", "self_points", "percent", "is_passed", "url", "page",
        ]  # fmt: skip
        read_only_fields = fields

    def get_url(self, attempt: Attempt) -> str:
        """Return the address of the attempt with its paper here."""
        return reverse("api-attempt", args=[attempt.pk])

    def get_score(self, attempt: Attempt) -> str | None:
        """Return the score, once totals are shown."""
        return str(attempt.score) if attempt.score is not None and self.shows_total(attempt) else None

    def get_percent(self, attempt: Attempt) -> float | None:
        """Return the score in per cent, once totals are shown."""
        percent = attempt.percent if self.shows_total(attempt) else None
        return None if percent is None else PercentField().to_representation(percent)

    def get_is_passed(self, attempt: Attempt) -> bool | None:
        """Say whether the pass mark was reached, once totals are shown."""
        return self.shows_total(attempt) and attempt.is_passed

    def shows_total(self, attempt: Attempt) -> bool:
        """Say whether the quiz lets the caller see totals now."""
        totals: Totals = self.context["totals"]
        return totals.are_shown(attempt.quiz)


class QuizDetailSerializer(QuizSerializer):
    """A quiz with the caller's attempts at it. Its questions are on the paper of an attempt, never here."""

    intro = serializers.CharField(read_only=True, help_text="Markdown.")
    attempts = AttemptSerializer(source="own_attempts", many=True, read_only=True)

    class Meta(QuizSerializer.Meta):
        fields = [*QuizSerializer.Meta.fields, "intro", "attempts"]
        read_only_fields = fields


class RegradeNoteSerializer(serializers.Serializer[Any]):
    """A regrade in force: what holds now, and why; the options it names once right answers are shown."""

    fix = serializers.ChoiceField(source="regrade.fix", choices=choices_of(Regrade.Fix))
    reason = serializers.CharField(source="regrade.reason")
    always_right = serializers.ListField(child=serializers.CharField())
    disregarded = serializers.ListField(child=serializers.CharField())


class OwnMarkSerializer(serializers.ModelSerializer[SelfMark]):
    """What the caller gave their own text, by criterion. It counts in no class and in no score of the attempt."""

    class Meta:
        model = SelfMark
        fields = ["levels", "share", "marked_at"]
        read_only_fields = fields


class ResultSerializer(serializers.Serializer[Any]):
    """What a response earned and why, cut to what the review matrix shows now."""

    standing = serializers.ChoiceField(
        source="state",
        choices=["unscored", "hidden", "unmarked", "waiting", "out", "blank", "right", "partly", "wrong"],
        help_text="`unscored`: it is never marked; `waiting` for a person; `out`: the question does not count.",
    )
    share = serializers.SerializerMethodField(allow_null=True)
    points = serializers.SerializerMethodField(allow_null=True)
    how = serializers.CharField(help_text="How the mark arose, in words, as far as it may be shown.")
    review = ReviewRowSerializer(source="rows", many=True)
    feedback = serializers.SerializerMethodField(allow_null=True)
    comment = serializers.CharField(source="human.comment", default=None, allow_null=True)
    graded_by_self = serializers.SerializerMethodField()
    regrades = RegradeNoteSerializer(
        many=True, help_text="The regrades its mark rests on, in the order they were made."
    )
    lesson = serializers.CharField(source="response.revision.item.section.lesson.key", help_text="Where it is taught.")
    section = serializers.CharField(source="response.revision.item.section.key")

    def get_share(self, question: QuestionResult) -> str | None:
        """Return the share, once marks are shown."""
        share = question.response.share
        return str(share) if share is not None and Shown.MARKS in question.shown else None

    def get_points(self, question: QuestionResult) -> str | None:
        """Return the points, once marks are shown."""
        points = question.response.points
        return str(points) if points is not None and Shown.MARKS in question.shown else None

    @extend_schema_field(OwnMarkSerializer(allow_null=True))
    def get_graded_by_self(self, question: QuestionResult) -> Any:
        """Return the caller's own grade, until an instructor has graded the text."""
        own = getattr(question.response, "self_mark", None)
        return OwnMarkSerializer(own).data if own is not None and question.human is None else None

    def get_feedback(self, question: QuestionResult) -> str | None:
        """Return the explanation, once it is shown."""
        return question.explained.feedback if Shown.GENERAL_FEEDBACK in question.shown else None


class ResponseSerializer(serializers.ModelSerializer[ItemResponse]):
    """A question on a paper, in the paper's own names, with the caller's answer; its result once released."""

    kind = serializers.ChoiceField(choices=KINDS, source="revision.spec.kind", read_only=True)
    stem = serializers.CharField(source="revision.spec.stem", read_only=True, help_text="Markdown.")
    stimulus = serializers.CharField(
        source="revision.spec.stimulus", read_only=True, allow_null=True, help_text="Markdown that stands before it."
    )
    figure = serializers.SerializerMethodField(help_text="HTML of the figure that stands before it.")
    parts = serializers.SerializerMethodField(
        help_text="What an answer may name: options, entries, gaps (null where one types), fields and so on."
    )
    marking_rule = serializers.SerializerMethodField()
    is_scored = serializers.BooleanField(
        source="revision.spec.is_scored", read_only=True, help_text="False: it is asked and never marked."
    )
    points = serializers.SerializerMethodField(allow_null=True, help_text="What it is worth, where that is shown.")
    hints = serializers.SerializerMethodField(help_text="The hints shown so far.")
    answer = serializers.SerializerMethodField(help_text="In the names of `parts`; null for a blank.")
    result = serializers.SerializerMethodField(help_text="Null while the attempt is open.")

    class Meta:
        model = ItemResponse
        fields = [
            "position", "kind", "stem", "stimulus", "figure", "parts", "marking_rule", "is_scored", "points", "answer",
            "sequence", "is_complete", "is_flagged", "confidence", "hints", "is_over", "result",
        ]  # fmt: skip
        read_only_fields = fields

    def get_figure(self, response: ItemResponse) -> str | None:
        """Return the figure as it was drawn when content was loaded; the context holds those of the paper by key."""
        figure: str | None = self.context["figures"].get(response.revision.spec.figure)
        return figure

    def get_parts(self, response: ItemResponse) -> dict[str, Any]:
        """Return what the paper shows beyond stem and stimulus, in its own order and names."""
        return response.revision.spec.parts(response.order)

    def get_points(self, response: ItemResponse) -> str | None:
        """Return what it is worth, where the review matrix shows it."""
        return str(response.revision.points) if Shown.MAXIMUM in self.context["shown"] else None

    def get_hints(self, response: ItemResponse) -> list[str]:
        """Return the hints shown so far."""
        return list(response.revision.spec.hints[: response.hints_shown])

    def get_marking_rule(self, response: ItemResponse) -> str:
        """Say how the points are worked out."""
        return _(response.revision.spec.marking_rule())

    @extend_schema_field(OpenApiTypes.ANY)
    def get_answer(self, response: ItemResponse) -> Any:
        """Return the answer that counts; once the attempt is finished, where the review matrix shows it."""
        if self.context["results"] and Shown.ATTEMPT not in self.context["shown"]:
            return None
        return response.revision.spec.to_paper(response.answer, response.order)

    @extend_schema_field(ResultSerializer(allow_null=True))
    def get_result(self, response: ItemResponse) -> Any:
        """Return what it earned and why, once the attempt is submitted and as far as it is shown."""
        question = self.context["results"].get(response.pk)
        return ResultSerializer(question).data if question is not None else None


class AttemptDetailSerializer(AttemptSerializer):
    """One of the caller's attempts with its whole paper."""

    shown = serializers.SerializerMethodField(help_text="What the review matrix shows now.")
    responses = serializers.SerializerMethodField()

    class Meta(AttemptSerializer.Meta):
        fields = [*AttemptSerializer.Meta.fields, "shown", "responses"]
        read_only_fields = fields

    @extend_schema_field(ResponseSerializer(many=True))
    def get_responses(self, attempt: Attempt) -> Any:
        """Return the questions of the paper in their order, their figures fetched together.

        An unfinished attempt at a quiz that goes one way shows only the question it has come to.
        """
        is_whole = attempt.is_finished
        responses = [each for each in attempt.responses.all() if is_whole or attempt.is_at_hand(each.position)]
        figures = figures_of(attempt.quiz.course_id, (response.revision.spec.figure for response in responses))
        results: dict[int, QuestionResult] = {}
        if attempt.is_finished:
            found = result_of(attempt, shown=self.may_see(attempt))
            results = {question.response.pk: question for question in found.questions}
        context = {"figures": figures, "results": results, "shown": self.may_see(attempt)}
        return ResponseSerializer(responses, many=True, context=context).data

    def get_shown(self, attempt: Attempt) -> list[str]:
        """Return what the caller may see now, in the words of the review matrix."""
        return sorted(self.may_see(attempt))

    def shows_total(self, attempt: Attempt) -> bool:
        """Say whether the total may be seen, by the caller's own window."""
        return Shown.OVERALL in self.may_see(attempt)

    def may_see(self, attempt: Attempt) -> frozenset[Shown]:
        """Return what the review matrix shows now; worked out once for each answer of the API."""
        if attempt.pk not in self._seen:
            self._seen[attempt.pk] = shown_to_student(attempt, now=timezone.now())
        return self._seen[attempt.pk]

    @cached_property
    def _seen(self) -> dict[Any, frozenset[Shown]]:
        return {}


class AnswerInput(serializers.Serializer[Any]):
    """An answer to one question of a paper.

    `sequence` is the number the paper gave for the question; `client_key` is the caller's own name for this save, so
    that the same save sent again changes nothing.
    """

    position = serializers.IntegerField(min_value=1, max_value=32767)
    answer = serializers.JSONField(allow_null=True, help_text="In the names of the question's `parts`.")
    sequence = serializers.IntegerField(min_value=0, max_value=MAX_SEQUENCE)
    client_key = serializers.UUIDField()
    confidence = serializers.IntegerField(
        min_value=1, max_value=3, default=None, allow_null=True, help_text="1 not sure, 2 fairly sure, 3 certain."
    )


class StartInput(serializers.Serializer[Any]):
    """What starting needs: the password, where the quiz has one; the assignment, where several classes have one."""

    password = TextField(default="", allow_blank=True, max_length=100, trim_whitespace=True)
    assignment = serializers.IntegerField(default=None, allow_null=True, min_value=1, max_value=2**63 - 1)


class PlaceInput(serializers.Serializer[Any]):
    """A question of a paper."""

    position = serializers.IntegerField(min_value=1, max_value=32767)


class SavedSerializer(serializers.Serializer[Any]):
    """What became of an answer, and the answer that counts now."""

    outcome = serializers.ChoiceField(choices=SavedAnswer.Outcome.choices)
    position = serializers.IntegerField()
    sequence = serializers.IntegerField(help_text="Send this number with the next answer to the question.")
    answer = serializers.JSONField(allow_null=True, help_text="The answer that counts.")
    read_as = ReadAsSerializer(many=True, help_text="Its numbers that were read in two ways, by their spelling alone.")
    is_complete = serializers.BooleanField(
        help_text="Whether nothing is left open; where certainty is marked, an answer without a level is unfinished."
    )


class NotTakenSerializer(SavedSerializer):
    """An answer that does not count, with the one that does. Both are kept."""

    detail = serializers.CharField()
    kept = serializers.JSONField(allow_null=True, help_text="The answer sent.")


class QueryOfCourse(serializers.Serializer[Any]):
    """The course a report is about."""

    course = KeyField(max_length=80, help_text="The key of a course.")
