"""Addresses below /api/v1/ that belong to classes."""

from django.urls import path

from classes.api.assignments import ClassAssignmentsView, ClassAssignmentView
from classes.api.grade_rules import GradeRulesView
from classes.api.grades import GradebookView, GradeDecisionView, OwnGradesView, StudentGradesView
from classes.api.people import ClassInviteView, ClassPeopleView, ClassRosterView
from classes.api.statistics import QuizStatisticsView
from classes.api.views import ClassMessagesView, ClassProgressView

urlpatterns = [
    # /classes/<class>/
    path("classes/<number:pk>/assignments/", ClassAssignmentsView.as_view(), name="api-class-assignments"),
    path(
        "classes/<number:pk>/assignments/<number:assignment>/",
        ClassAssignmentView.as_view(),
        name="api-class-assignment",
    ),
    path("classes/<number:pk>/progress/", ClassProgressView.as_view(), name="api-class-progress"),
    path("classes/<number:pk>/people/", ClassPeopleView.as_view(), name="api-class-people"),
    path("classes/<number:pk>/roster/", ClassRosterView.as_view(), name="api-class-roster"),
    path("classes/<number:pk>/invitations/", ClassInviteView.as_view(), name="api-class-invite"),
    path("classes/<number:pk>/messages/", ClassMessagesView.as_view(), name="api-class-messages"),
    path("classes/<number:pk>/gradebook/", GradebookView.as_view(), name="api-gradebook"),
    path("classes/<number:pk>/gradebook/rules/", GradeRulesView.as_view(), name="api-grade-rules"),
    path("classes/<number:pk>/gradebook/<number:student_id>/", StudentGradesView.as_view(), name="api-student-grades"),
    path(
        "classes/<number:pk>/gradebook/<number:student_id>/<slug:work>/",
        GradeDecisionView.as_view(),
        name="api-grade-decision",
    ),
    path("classes/<number:pk>/statistics/<slug:quiz>/", QuizStatisticsView.as_view(), name="api-class-quiz-statistics"),
    path("classes/<number:pk>/grades/", OwnGradesView.as_view(), name="api-own-grades"),
]
