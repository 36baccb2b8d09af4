"""Courses, lessons, reading progress, and one's classes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django.db.models import Count, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import generics, mixins, viewsets
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from courses.api.pagination import SearchPage
from courses.api.permissions import MayRead
from courses.api.serializers import (
    CohortSerializer,
    CourseDetailSerializer,
    CourseFilter,
    CourseSerializer,
    EnrolmentSerializer,
    FoundSerializer,
    JoinInput,
    LessonDetailSerializer,
    LessonSerializer,
    ReadInput,
    ReadSerializer,
    RefusalSerializer,
    SearchInput,
)
from courses.models import Cohort, Course, Enrolment, JoinRequest, Lesson, SearchEntry, Section, Unit
from courses.reports.search import results_of, search
from courses.services.classes import join_class
from courses.services.limits import JOIN, take
from courses.services.progress import mark_read

if TYPE_CHECKING:
    from django.contrib.auth.models import User


def caller(request: Request) -> User:
    """Return the user of a request that a permission has found to be signed in."""
    return cast("User", request.user)


def named_course(request: Request) -> Q:
    """Return the condition that keeps the course a query names, or all; what cannot be a key is refused."""
    query = CourseFilter(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    return Q(course__key=query.validated_data["course"]) if query.validated_data else Q()


class CourseViewSet(viewsets.ReadOnlyModelViewSet[Course]):
    """Courses the caller may see."""

    permission_classes = [MayRead]
    lookup_field = "key"

    def get_queryset(self) -> QuerySet[Course]:
        """Fetch courses as the catalogue does; one alone, with its units and lessons."""
        courses = Course.objects.visible_to(self.request.user).for_catalogue().order_by("title", "pk")
        if self.action == "list":
            return courses
        lessons = Lesson.objects.current().defer("body", "notes")
        units = Unit.objects.current().prefetch_related(Prefetch("lessons", lessons))
        return courses.prefetch_related(Prefetch("units", units))

    def get_serializer_class(self) -> type[BaseSerializer[Course]]:
        """Give the units only for one course alone."""
        return CourseSerializer if self.action == "list" else CourseDetailSerializer


class LessonViewSet(viewsets.ReadOnlyModelViewSet[Lesson]):
    """Lessons the caller may see, and reading them."""

    permission_classes = [MayRead]

    def get_queryset(self) -> QuerySet[Lesson]:
        """Fetch lessons in the order of their courses; one alone, with its sections and objectives."""
        lessons = Lesson.objects.current().visible_to(self.request.user)
        if self.action == "list":
            in_order = lessons.order_by("course__key", "unit__position", "position", "pk")
            return in_order.filter(named_course(self.request)).select_related("course", "unit").defer("body", "notes")
        sections = Section.objects.current().with_read_by(self.request.user)
        return lessons.for_page().prefetch_related(Prefetch("sections", sections))

    def get_object(self) -> Lesson:
        """Find a lesson by the keys in its address."""
        lesson = get_object_or_404(self.get_queryset(), course__key=self.kwargs["course"], key=self.kwargs["lesson"])
        self.check_object_permissions(self.request, lesson)
        return lesson

    def get_serializer_class(self) -> type[BaseSerializer[Lesson]]:
        """Give the text only for one lesson alone."""
        return LessonSerializer if self.action == "list" else LessonDetailSerializer

    @extend_schema(parameters=[CourseFilter])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List lessons, of one course where the query names it."""
        return super().list(request, *args, **kwargs)

    @extend_schema(request=ReadInput, responses={200: ReadSerializer, 409: RefusalSerializer})
    @action(detail=True, methods=["post"])
    def read(self, request: Request, **_keys: str) -> Response:
        """Note sections as read by the caller. Reading again changes nothing; keys the lesson lacks are passed over."""
        lesson = self.get_object()
        given = ReadInput(data=request.data)
        given.is_valid(raise_exception=True)
        sections = given.validated_data["sections"]
        is_complete = mark_read(lesson=lesson, sections=sections, student=caller(request), now=timezone.now())
        return Response(ReadSerializer({"is_complete": is_complete}).data)


class SearchView(generics.GenericAPIView[SearchEntry]):
    """Searching a course the caller may see."""

    permission_classes = [MayRead]
    serializer_class = FoundSerializer
    pagination_class = SearchPage
    queryset = SearchEntry.objects.none()

    @extend_schema(parameters=[SearchInput], responses=FoundSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Find what holds every word; where nothing does, what holds words most like them, or most of the words."""
        query = SearchInput(data=request.query_params.dict())
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        course = get_object_or_404(Course.objects.visible_to(request.user), key=asked["course"])
        found = search(course, asked["q"], asked.get("kind", ""))
        page = self.paginate_queryset(found.entries) or []
        paginator = cast("SearchPage", self.paginator)
        paginator.searched_for, paginator.did_you_mean = str(found.query), str(found.meant or "")
        paginator.holds_all = not found.is_partial
        return self.get_paginated_response(FoundSerializer(results_of(page, found.query), many=True).data)


class CohortViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Cohort]):
    """The classes the caller teaches, and joining a class as a student."""

    permission_classes = [IsAuthenticated]
    serializer_class = CohortSerializer

    def get_queryset(self) -> QuerySet[Cohort]:
        """Fetch the classes the caller teaches or assists in."""
        students = Q(enrolments__is_active=True, enrolments__role=Enrolment.Role.STUDENT)
        taught = Cohort.objects.seen_by(self.request.user).select_related("course").order_by("name", "pk")
        return taught.annotate(student_count=Count("enrolments", filter=students))

    @extend_schema(
        request=JoinInput,
        responses={200: EnrolmentSerializer, 202: RefusalSerializer, 409: RefusalSerializer, 429: RefusalSerializer},
    )
    @action(detail=False, methods=["post"])
    def join(self, request: Request) -> Response:
        """Join a class by its code, or ask to, where an instructor approves each. One who has a place keeps it."""
        given = JoinInput(data=request.data)
        given.is_valid(raise_exception=True)
        take(JOIN, str(caller(request).pk), now=timezone.now())
        code, shares = given.validated_data["code"], given.validated_data["share_earlier_work"]
        place = join_class(code=code, user=caller(request), now=timezone.now(), shares_earlier=shares)
        if isinstance(place, JoinRequest):
            return Response({"detail": _("You asked to join. An instructor of the class answers.")}, status=202)
        return Response(EnrolmentSerializer(place).data)


@extend_schema(exclude=True)
class NothingView(APIView):
    """Every address of the API that leads nowhere: programs are told so in JSON."""

    permission_classes = [AllowAny]
    authentication_classes = []

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer whatever is asked."""
        super().initial(request, *args, **kwargs)
        raise NotFound
