"""The caller's review: how many cards are due today, and the cards themselves."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from courses.api.views import caller
from quizzes.models import ReviewCard
from quizzes.reports.review import own_cards
from quizzes.services.review import gather, queue_of


class DueSerializer(serializers.Serializer[Any]):
    """What today asks, by the caller's daily limit. Days are those of UTC."""

    day = serializers.DateField()
    due = serializers.IntegerField(help_text="Cards left to review today.")
    done = serializers.IntegerField(help_text="Cards reviewed in sessions today.")
    daily_cap = serializers.IntegerField()


class CardSerializer(serializers.ModelSerializer[ReviewCard]):
    """One of the caller's cards: a question by its key, or a side of a glossary term. It tells no answer."""

    course = serializers.SerializerMethodField()
    question = serializers.CharField(source="item.key", default=None, allow_null=True)
    term = serializers.CharField(source="term.key", default=None, allow_null=True)
    face = serializers.CharField(help_text="`term` or `meaning`: the side that is shown first; empty for a question.")

    class Meta:
        model = ReviewCard
        fields = [
            "id", "course", "question", "term", "face", "language", "due_on", "not_before", "reviewed_at", "is_paused",
            "is_known",
        ]  # fmt: skip
        read_only_fields = fields

    def get_course(self, card: ReviewCard) -> str:
        """Return the key of the course it is from."""
        return str(card.item.course.key if card.item is not None else card.term.course.key if card.term else "")


class DueView(APIView):
    """How much the caller has to review today."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=DueSerializer, operation_id="review_due")
    def get(self, request: Request) -> Response:
        """Give the number of cards due today and done today."""
        now, student = timezone.now(), caller(request)
        gather(student, now=now)
        queue = queue_of(student, now=now, today=now.date())
        values = {"day": now.date(), "due": queue.left, "done": queue.done, "daily_cap": queue.cap}
        return Response(DueSerializer(values).data)


class CardViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[ReviewCard]):
    """The caller's own cards."""

    permission_classes = [IsAuthenticated]
    serializer_class = CardSerializer

    def get_queryset(self) -> QuerySet[ReviewCard]:
        """Fetch the caller's cards, those due first."""
        return own_cards(self.request.user)
