"""Addresses below /api/v1/ that belong to classes."""

from django.urls import path

from classes.api.assignments import ClassAssignmentsView, ClassAssignmentView
from classes.api.views import ClassProgressView

urlpatterns = [
    # /classes/<class>/
    path("classes/<number:pk>/assignments/", ClassAssignmentsView.as_view(), name="api-class-assignments"),
    path(
        "classes/<number:pk>/assignments/<number:assignment>/",
        ClassAssignmentView.as_view(),
        name="api-class-assignment",
    ),
    path("classes/<number:pk>/progress/", ClassProgressView.as_view(), name="api-class-progress"),
]
