"""Addresses below /api/v1/ that belong to courses."""

from django.urls import path

from courses.api.certificates import CertificateViewSet
from courses.api.inbox import InboxViewSet, ThreadViewSet
from courses.api.tokens import TokenView, TokenViewSet
from courses.api.views import CohortViewSet, CourseViewSet, LessonViewSet, SearchView

urlpatterns = [
    # /courses/<course>/
    path("courses/", CourseViewSet.as_view({"get": "list"}), name="api-courses"),
    path("courses/<slug:key>/", CourseViewSet.as_view({"get": "retrieve"}), name="api-course"),
    # /lessons/<course>/<lesson>/
    path("lessons/", LessonViewSet.as_view({"get": "list"}), name="api-lessons"),
    path("lessons/<slug:course>/<slug:lesson>/", LessonViewSet.as_view({"get": "retrieve"}), name="api-lesson"),
    path("lessons/<slug:course>/<slug:lesson>/read/", LessonViewSet.as_view({"post": "read"}), name="api-lesson-read"),
    path("search/", SearchView.as_view(), name="api-search"),
    # /classes/
    path("classes/", CohortViewSet.as_view({"get": "list"}), name="api-classes"),
    path("classes/join/", CohortViewSet.as_view({"post": "join"}), name="api-join"),
    # /certificates/
    path("certificates/", CertificateViewSet.as_view({"get": "list"}), name="api-certificates"),
    # /inbox/, /threads/<thread>/
    path("inbox/", InboxViewSet.as_view({"get": "list"}), name="api-inbox"),
    path("inbox/<number:pk>/read/", InboxViewSet.as_view({"post": "read"}), name="api-inbox-read"),
    path("threads/", ThreadViewSet.as_view({"get": "list"}), name="api-threads"),
    path("threads/<number:pk>/", ThreadViewSet.as_view({"get": "retrieve", "post": "reply"}), name="api-thread"),
    # /token/, /tokens/<token>/
    path("token/", TokenView.as_view(), name="api-token"),
    path("tokens/", TokenViewSet.as_view({"get": "list"}), name="api-tokens"),
    path("tokens/<number:pk>/", TokenViewSet.as_view({"delete": "destroy"}), name="api-token-revoke"),
]
