"""Addresses of quizzes, attempts and class pages."""

from django.urls import path

from quizzes.views import attempts, checks, classes, marking, paper, record, regrading, reported, sitting, study, time

app_name = "quizzes"

urlpatterns = [
    # /courses/<course>/
    path("courses/<slug:course_key>/study/", study.study, name="study"),
    path("courses/<slug:course_key>/checks/<slug:item_key>/", checks.check, name="check"),
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/", attempts.quiz, name="quiz"),
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/start/", attempts.start, name="start"),
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/paper/", paper.paper, name="paper"),
    # /attempts/<attempt>/
    path("attempts/<uuid:attempt_id>/items/<int:position>/", sitting.item, name="attempt-item"),
    path("attempts/<uuid:attempt_id>/items/<int:position>/flag/", sitting.flag, name="attempt-flag"),
    path("attempts/<uuid:attempt_id>/items/<int:position>/choose/", sitting.choose, name="attempt-choose"),
    path("attempts/<uuid:attempt_id>/items/<int:position>/hint/", sitting.hint, name="attempt-hint"),
    path("attempts/<uuid:attempt_id>/items/<int:position>/report/", attempts.report, name="attempt-report"),
    path("attempts/<uuid:attempt_id>/clock/", sitting.clock, name="attempt-clock"),
    path("attempts/<uuid:attempt_id>/confirm/", attempts.confirm, name="attempt-confirm"),
    path("attempts/<uuid:attempt_id>/submit/", attempts.submit, name="attempt-submit"),
    path("attempts/<uuid:attempt_id>/result/", attempts.result, name="result"),
    path("attempts/<uuid:attempt_id>/reopen/", record.reopen, name="attempt-reopen"),
    path("attempts/<uuid:attempt_id>/late/<int:saved_id>/accept/", record.accept, name="attempt-accept"),
    # /classes/<class>/
    path("classes/<int:cohort_id>/", classes.class_page, name="class"),
    path("classes/<int:cohort_id>/progress.csv", classes.class_csv_file, name="class-csv"),
    path("classes/<int:cohort_id>/marking/", marking.queue, name="marking"),
    path("classes/<int:cohort_id>/marking/<int:revision_id>/", marking.mark, name="marking-answer"),
    path("classes/<int:cohort_id>/reports/", reported.queue, name="class-reports"),
    path("classes/<int:cohort_id>/reports/<int:report_id>/", reported.answer, name="class-report-answer"),
    path("classes/<int:cohort_id>/time/", time.time, name="class-time"),
    path("classes/<int:cohort_id>/students/<int:student_id>/", classes.student, name="class-student"),
    # /questions/<revision>/
    path("questions/<int:revision_id>/regrade/", regrading.regrade, name="regrade"),
    path("questions/<int:revision_id>/regrades/<int:regrade_id>/undo/", regrading.undo, name="regrade-undo"),
]
