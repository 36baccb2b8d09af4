"""Addresses below /api/v1/ that belong to quizzes."""

from django.urls import path

from quizzes.api.progress import ProgressView
from quizzes.api.review import CardViewSet, DueView
from quizzes.api.views import AttemptViewSet, QuizViewSet

urlpatterns = [
    # /quizzes/<course>/<quiz>/
    path("quizzes/", QuizViewSet.as_view({"get": "list"}), name="api-quizzes"),
    path("quizzes/<slug:course>/<slug:quiz>/", QuizViewSet.as_view({"get": "retrieve"}), name="api-quiz"),
    path("quizzes/<slug:course>/<slug:quiz>/start/", QuizViewSet.as_view({"post": "start"}), name="api-start"),
    # /attempts/<attempt>/
    path("attempts/", AttemptViewSet.as_view({"get": "list"}), name="api-attempts"),
    path("attempts/<uuid:pk>/", AttemptViewSet.as_view({"get": "retrieve"}), name="api-attempt"),
    path("attempts/<uuid:pk>/answers/", AttemptViewSet.as_view({"post": "answers"}), name="api-answers"),
    path("attempts/<uuid:pk>/check/", AttemptViewSet.as_view({"post": "check"}), name="api-check"),
    path("attempts/<uuid:pk>/hint/", AttemptViewSet.as_view({"post": "hint"}), name="api-hint"),
    path("attempts/<uuid:pk>/move/", AttemptViewSet.as_view({"post": "move"}), name="api-move"),
    path("attempts/<uuid:pk>/submit/", AttemptViewSet.as_view({"post": "submit"}), name="api-submit"),
    # /review/
    path("review/", DueView.as_view(), name="api-review"),
    path("review/cards/", CardViewSet.as_view({"get": "list"}), name="api-review-cards"),
    # /progress/
    path("progress/", ProgressView.as_view(), name="api-progress"),
]
