"""Addresses of classes, and of what instructors do about questions and quizzes."""

from django.urls import path

from classes.views import (
    assignments,
    calendar,
    extra_time,
    grading,
    joining,
    overview,
    papers,
    question_reports,
    regrading,
    rules,
    surveys,
    viewing,
)

app_name = "classes"

urlpatterns = [
    # /classes/
    path("classes/", joining.classes, name="list"),
    path("classes/join/", joining.join, name="join"),
    path("classes/invitations/<number:invitation_id>/accept/", joining.accept, name="invitation-accept"),
    path("classes/invitations/<number:invitation_id>/decline/", joining.decline, name="invitation-decline"),
    path("classes/viewing/stop/", viewing.stop, name="view-stop"),
    path("classes/calendar/", calendar.calendar, name="calendar"),
    path("calendar/<slug:secret>.ics", calendar.feed, name="calendar-feed"),
    # /classes/<class>/
    path("classes/<number:cohort_id>/", overview.class_page, name="overview"),
    path("classes/<number:cohort_id>/changes/", overview.class_changes, name="changes"),
    path(
        "classes/<number:cohort_id>/students/<number:student_id>/set-aside/",
        overview.set_student_aside,
        name="set-aside",
    ),
    path("classes/<number:cohort_id>/progress.csv", overview.class_csv_file, name="csv"),
    path("classes/<number:cohort_id>/students/<number:student_id>/", overview.student, name="student"),
    path("classes/<number:cohort_id>/students/<number:student_id>/view/", viewing.start, name="view"),
    path("classes/<number:cohort_id>/marking/", grading.queue, name="grading"),
    path("classes/<number:cohort_id>/marking/<number:revision_id>/", grading.mark, name="grade"),
    path("classes/<number:cohort_id>/reports/", question_reports.queue, name="question-reports"),
    path(
        "classes/<number:cohort_id>/reports/<number:report_id>/", question_reports.answer, name="question-report-answer"
    ),
    path("classes/<number:cohort_id>/assignments/", assignments.assignments, name="assignments"),
    path("classes/<number:cohort_id>/assignments/new/", assignments.new, name="assign"),
    path("classes/<number:cohort_id>/assignments/whole-course/", assignments.whole_course, name="assign-whole-course"),
    path("classes/<number:cohort_id>/assignments/<number:assignment_id>/", assignments.assignment, name="assignment"),
    path(
        "classes/<number:cohort_id>/assignments/<number:assignment_id>/withdraw/",
        assignments.withdraw,
        name="assignment-withdraw",
    ),
    path("classes/<number:cohort_id>/surveys/", surveys.surveys, name="surveys"),
    path("classes/<number:cohort_id>/time/", extra_time.extra_time, name="extra-time"),
    # /questions/<revision>/
    path("questions/<number:revision_id>/regrade/", regrading.regrade, name="regrade"),
    path("questions/<number:revision_id>/regrades/<number:regrade_id>/undo/", regrading.undo, name="regrade-undo"),
    # /courses/<course>/quizzes/<quiz>/
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/paper/", papers.paper, name="papers"),
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/rules/", rules.rules, name="rules"),
]
