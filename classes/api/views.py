"""Classes by API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from classes.api.serializers import ClassMessageInput, ClassProgressSerializer
from classes.reports.progress import PAGE, class_table
from courses.api.inbox import ThreadDetailSerializer
from courses.api.pagination import PageInput
from courses.api.serializers import RefusalSerializer
from courses.api.views import caller
from courses.errors import NoRecipients
from courses.models import Cohort, Thread
from courses.services.messages import To, write_to_instructors, write_to_students


class SeesClass(IsAuthenticated):
    """Only instructors and assistants of a class, and administrators, may see how far its students are."""

    def has_object_permission(self, request: Request, view: APIView, obj: Cohort) -> bool:  # noqa: ARG002
        """Look for the class among those the caller sees."""
        return Cohort.objects.seen_by(request.user).filter(pk=obj.pk).exists()


class ClassProgressView(GenericAPIView[Cohort]):
    """How far the students of a class are."""

    permission_classes = [SeesClass]
    serializer_class = ClassProgressSerializer

    def get_queryset(self) -> QuerySet[Cohort]:
        """Fetch the classes the caller teaches or assists in."""
        return Cohort.objects.seen_by(self.request.user)

    @extend_schema(operation_id="class_progress", parameters=[PageInput])
    def get(self, request: Request, **_keys: int) -> Response:
        """Give a page of students by activities, for the instructors and assistants of the class."""
        cohort, asked = self.get_object(), PageInput(data=request.query_params.dict())
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        table = class_table(cohort, given.get("page", 1), size=given.get("page_size", PAGE))
        return Response(ClassProgressSerializer(table).data)


class ClassMessagesView(APIView):
    """Messages in a class. Threads are read at their own address."""

    permission_classes = [IsAuthenticated]

    @extend_schema(
        operation_id="class_message",
        request=ClassMessageInput,
        responses={201: ThreadDetailSerializer, 409: RefusalSerializer, 429: RefusalSerializer},
    )
    def post(self, request: Request, pk: int) -> Response:
        """Send a message: to the instructors of a class the caller attends, or to students of one they teach."""
        given = ClassMessageInput(data=request.data)
        given.is_valid(raise_exception=True)
        audience, user, now = Thread.Audience(given.validated_data["to"]), caller(request), timezone.now()
        if audience == Thread.Audience.INSTRUCTORS:
            cohort = get_object_or_404(Cohort.objects.attended_by(user), pk=pk)
            thread = write_to_instructors(cohort=cohort, student=user, letter=given.letter(), now=now)
        else:
            cohort = get_object_or_404(Cohort.objects.taught_by(user), pk=pk)
            to = _to(cohort, audience, given.validated_data)
            thread = write_to_students(cohort=cohort, actor=user, to=to, letter=given.letter(), now=now)
        return Response(ThreadDetailSerializer(thread).data, status=201)


def _to(cohort: Cohort, audience: Thread.Audience, given: dict[str, Any]) -> To:
    """Return whom a message is to. Raises NoRecipients for a group of another class."""
    group = None
    if audience == Thread.Audience.GROUP:
        group = cohort.groups.filter(pk=given.get("group", 0)).first()
        if group is None:
            raise NoRecipients
    return To(audience, frozenset(given.get("students", ())), group)
