"""Quizzes, one's own attempts and progress, and the classes one teaches."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _lazy
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from courses.api.permissions import MayRead
from courses.api.serializers import CourseFilter, RefusalSerializer
from courses.api.views import caller, named_course
from quizzes.api.permissions import IsOwnAttempt
from quizzes.api.serializers import (
    AnswerInput,
    AttemptDetailSerializer,
    AttemptSerializer,
    NotTakenSerializer,
    PlaceInput,
    QuizDetailSerializer,
    QuizSerializer,
    SavedSerializer,
    StartInput,
)
from quizzes.api.trying import CheckedSerializer, HintsSerializer
from quizzes.api.unread import UnreadSerializer, unread_of
from quizzes.errors import AnswerBehind, QuestionClosed, QuizError, TimeIsUp
from quizzes.models import Attempt, ItemResponse, Quiz, SavedAnswer
from quizzes.reports.sitting import sitting_of
from quizzes.reports.work import Totals
from quizzes.services.answers import AnswerUnread, Saved, Sent, move_on, save_answer
from quizzes.services.attempts import settled, start_attempt, submit_attempt
from quizzes.services.tries import check_answer, show_hint

if TYPE_CHECKING:
    from django.contrib.auth.models import User


_REFUSALS: dict[SavedAnswer.Outcome, type[QuizError]] = {
    SavedAnswer.Outcome.LATE: TimeIsUp,
    SavedAnswer.Outcome.OVER: QuestionClosed,
    SavedAnswer.Outcome.ASIDE: AnswerBehind,
}
ON_A_QUESTION = {404: RefusalSerializer, 409: RefusalSerializer}
_NO_QUESTION = _lazy("You have no such attempt, or its paper has no such question that is open to you now.")


def paper_of(attempt: Attempt) -> dict[str, Any]:
    """Return an attempt with its paper, fetched again, in three queries."""
    return AttemptDetailSerializer(Attempt.objects.for_page().with_paper().get(pk=attempt.pk)).data


def checked_of(attempt: Attempt, position: int, *, is_new: bool) -> dict[str, Any]:
    """Return where a question stands after a try, as the page shows it."""
    [question] = sitting_of(attempt, only=position).questions
    assert question.standing is not None  # noqa: S101 (it was just tried)
    return {
        "position": position,
        "is_new": is_new,
        "last_try": question.state,
        "share": question.standing.share.quantize(Decimal("0.000001")),
        "tries_left": question.standing.tries_left,
        "is_over": question.standing.is_over,
        "hints": list(question.hints),
        "count": question.count,
        "review": question.rows,
    }


class TellsTotals(viewsets.GenericViewSet[Any]):
    """A view whose attempts tell their totals as far as the caller may see them now."""

    def get_serializer_context(self) -> dict[str, Any]:
        """Give serializers what decides it, so that what is granted to the caller is fetched once."""
        return {**super().get_serializer_context(), "totals": Totals(self.request.user, timezone.now())}


class QuizViewSet(TellsTotals, viewsets.ReadOnlyModelViewSet[Quiz]):
    """Quizzes the caller may see, and starting one. Keys are never served."""

    permission_classes = [MayRead]

    def get_queryset(self) -> QuerySet[Quiz]:
        """Fetch quizzes in the order of their courses; one alone, with the caller's attempts."""
        user = self.request.user
        quizzes = Quiz.objects.current().visible_to(user).with_question_count()
        quizzes = quizzes.select_related("course", "unit", "lesson")
        if self.action == "list":
            in_order = quizzes.order_by("course__key", "unit__position", "lesson__position", "key", "pk")
            return in_order.filter(named_course(self.request))
        own = Attempt.objects.of(user).in_order()
        return quizzes.prefetch_related(Prefetch("attempts", own, to_attr="own_attempts"))

    def get_object(self) -> Quiz:
        """Find a quiz by the keys in its address."""
        quiz = get_object_or_404(self.get_queryset(), course__key=self.kwargs["course"], key=self.kwargs["quiz"])
        self.check_object_permissions(self.request, quiz)
        return quiz

    def get_serializer_class(self) -> type[BaseSerializer[Quiz]]:
        """Give the attempts only for one quiz alone."""
        return QuizSerializer if self.action == "list" else QuizDetailSerializer

    @extend_schema(parameters=[CourseFilter])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List quizzes, of one course where the query names it."""
        return super().list(request, *args, **kwargs)

    @extend_schema(
        request=StartInput,
        responses={
            200: AttemptDetailSerializer,
            201: AttemptDetailSerializer,
            409: RefusalSerializer,
            429: RefusalSerializer,
        },
    )
    @action(detail=True, methods=["post"])
    def start(self, request: Request, **_keys: str) -> Response:
        """Start an attempt (201), or go on with the one that is open (200); answer with its paper."""
        now = timezone.now()
        given = StartInput(data=request.data)
        given.is_valid(raise_exception=True)
        values = {"password": given.validated_data["password"], "chosen": given.validated_data["assignment"]}
        attempt = start_attempt(quiz=self.get_object(), student=caller(request), now=now, **values)
        is_new = attempt.started_at == now
        return Response(paper_of(attempt), status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)


class AttemptViewSet(TellsTotals, viewsets.ReadOnlyModelViewSet[Attempt]):
    """The caller's own attempts. Writing happens through named actions, never PATCH."""

    permission_classes = [IsOwnAttempt]

    def get_queryset(self) -> QuerySet[Attempt]:
        """Fetch the caller's attempts, newest first; one alone, with its paper."""
        own = Attempt.objects.of(self.request.user).for_page().order_by("-started_at", "pk")
        return own.with_paper() if self.action == "retrieve" else own

    def get_object(self) -> Attempt:
        """Find one attempt; the clock does to it what is due before it is shown or changed."""
        attempt = super().get_object()
        was_finished = attempt.is_finished
        is_finished = settled(attempt, now=timezone.now()).is_finished
        return attempt if was_finished == is_finished else self.get_queryset().get(pk=attempt.pk)

    def get_serializer_class(self) -> type[BaseSerializer[Attempt]]:
        """Give the paper only for one attempt alone."""
        return AttemptSerializer if self.action == "list" else AttemptDetailSerializer

    @extend_schema(
        request=AnswerInput,
        responses={
            200: SavedSerializer,
            404: RefusalSerializer,
            409: NotTakenSerializer,
            422: UnreadSerializer,
        },
    )
    @action(detail=True, methods=["post"])
    def answers(self, request: Request, pk: UUID) -> Response:
        """Save an answer. 200: all of it counts. 409: it was kept without counting; both answers are given.

        422: not all of it can be read. `problems` names each unreadable field; the fields that can be read are saved,
        and an unreadable one keeps the value it had, so `answer` is what counts now. Where the answer as a whole makes
        no sense, nothing is saved. 404: no such question, or a quiz that goes one way is not at it.
        """
        given = AnswerInput(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            saved = _save(pk, caller(request), given.validated_data)
        except AnswerUnread as refusal:
            unread = unread_of(refusal, given.validated_data["answer"])
            return Response(UnreadSerializer(unread).data, status=status.HTTP_422_UNPROCESSABLE_ENTITY)
        if saved.outcome == SavedAnswer.Outcome.TAKEN:
            return Response(SavedSerializer(_outcome(saved)).data)
        return Response(NotTakenSerializer(_not_taken(saved)).data, status=status.HTTP_409_CONFLICT)

    @extend_schema(
        request=PlaceInput, responses={200: CheckedSerializer, 404: RefusalSerializer, 409: RefusalSerializer}
    )
    @action(detail=True, methods=["post"])
    def check(self, request: Request, **_keys: str) -> Response:
        """Mark the answer a question holds now, where answers are marked at once. An equal try is not counted again."""
        attempt, position = self.get_object(), _position(request)
        checked = _on_paper(check_answer, attempt, position, caller(request))
        return Response(CheckedSerializer(checked_of(attempt, position, is_new=checked.is_new)).data)

    @extend_schema(request=PlaceInput, responses=ON_A_QUESTION | {200: HintsSerializer})
    @action(detail=True, methods=["post"])
    def hint(self, request: Request, **_keys: str) -> Response:
        """Show the next hint of a question; it may cost what the quiz says."""
        position = _position(request)
        response = _on_paper(show_hint, self.get_object(), position, caller(request))
        hints = list(response.revision.spec.hints[: response.hints_shown])
        return Response(HintsSerializer({"position": position, "hints": hints}).data)

    @extend_schema(request=PlaceInput, responses=ON_A_QUESTION | {200: AttemptDetailSerializer})
    @action(detail=True, methods=["post"])
    def move(self, request: Request, **_keys: str) -> Response:
        """Leave a question of a quiz that goes one way, for good; answer with the question it has come to.

        404 when the quiz is not at that question: read the attempt to see where it is.
        """
        attempt, position = self.get_object(), _position(request)
        if not attempt.is_finished and not attempt.is_at_hand(position):
            raise NotFound(_NO_QUESTION)
        move_on(attempt_id=attempt.pk, student=caller(request), past=position, now=timezone.now())
        return Response(paper_of(attempt))

    @extend_schema(request=None, responses={200: AttemptDetailSerializer, 409: RefusalSerializer})
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, **_keys: str) -> Response:
        """Mark and close an attempt; answer with its result. A second submission is refused with 409."""
        attempt = self.get_object()
        submit_attempt(attempt_id=attempt.pk, student=caller(request), now=timezone.now())
        return Response(paper_of(attempt))


def _position(request: Request) -> int:
    given = PlaceInput(data=request.data)
    given.is_valid(raise_exception=True)
    return int(given.validated_data["position"])


def _on_paper(service: Callable[..., Any], attempt: Attempt, position: int, student: User) -> Any:
    """Call a service on a question of the caller's attempt; a place the paper does not have is not found."""
    try:
        return service(attempt_id=attempt.pk, position=position, student=student, now=timezone.now())
    except ItemResponse.DoesNotExist:
        raise NotFound(_NO_QUESTION) from None


def _save(attempt_id: UUID, student: User, given: dict[str, Any]) -> Saved:
    """Save an answer to a question the student has; the service looks for it among the student's own."""
    now = timezone.now()
    sent = Sent(given["answer"], given["sequence"], given["client_key"], given["confidence"])
    try:
        return save_answer(attempt_id=attempt_id, position=given["position"], student=student, sent=sent, now=now)
    except ItemResponse.DoesNotExist:
        raise NotFound(_NO_QUESTION) from None


def _outcome(saved: Saved) -> dict[str, Any]:
    response = saved.response
    return {
        "outcome": saved.outcome,
        "position": response.position,
        "sequence": response.sequence,
        "answer": response.revision.spec.to_paper(response.answer, response.order),
        "read_as": response.revision.spec.read_as(response.answer),
        "is_complete": response.is_complete,
    }


def _not_taken(saved: Saved) -> dict[str, Any]:
    response, aside = saved.response, saved.aside
    refusal = _REFUSALS[SavedAnswer.Outcome(saved.outcome)]()
    kept = response.revision.spec.to_paper(aside.answer, response.order) if aside else None
    return {**_outcome(saved), "detail": str(refusal), "kept": kept}
