"""Classes by API."""

from __future__ import annotations

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from classes.api.serializers import ClassProgressSerializer
from classes.reports.progress import class_table
from courses.models import Cohort


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

    @extend_schema(operation_id="class_progress")
    def get(self, request: Request, **_keys: int) -> Response:  # noqa: ARG002
        """Give students by activities, for the instructors and assistants of the class."""
        return Response(ClassProgressSerializer(class_table(self.get_object())).data)
