"""Addresses of quizzes, attempts and class pages."""

from django.urls import path

from quizzes.views import (
    attempts,
    checks,
    classes,
    marking,
    paper,
    personal,
    record,
    regrading,
    reported,
    rules,
    sitting,
    study,
    time,
)

app_name = "quizzes"

urlpatterns = [
    # /accounts/data/
    path("accounts/data/", personal.personal, name="personal"),
    path("accounts/data/download/", personal.personal_file, name="personal-file"),
    # /courses/<course>/
    path("courses/<slug:course_key>/study/", study.study, name="study"),
    path("courses/<slug:course_key>/checks/<slug:item_key>/", checks.check, name="check"),
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/", attempts.quiz, name="quiz"),
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/start/", attempts.start, name="start"),
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/paper/", paper.paper, name="paper"),
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/rules/", rules.rules, name="rules"),
    # /attempts/<attempt>/
    path("attempts/<uuid:attempt_id>/items/<number:position>/", sitting.item, name="attempt-item"),
    path("attempts/<uuid:attempt_id>/items/<number:position>/flag/", sitting.flag, name="attempt-flag"),
    path("attempts/<uuid:attempt_id>/items/<number:position>/choose/", sitting.choose, name="attempt-choose"),
    path("attempts/<uuid:attempt_id>/items/<number:position>/hint/", sitting.hint, name="attempt-hint"),
    path("attempts/<uuid:attempt_id>/items/<number:position>/report/", attempts.report, name="attempt-report"),
    path("attempts/<uuid:attempt_id>/clock/", sitting.clock, name="attempt-clock"),
    path("attempts/<uuid:attempt_id>/confirm/", attempts.confirm, name="attempt-confirm"),
    path("attempts/<uuid:attempt_id>/submit/", attempts.submit, name="attempt-submit"),
    path("attempts/<uuid:attempt_id>/result/", attempts.result, name="result"),
    path("attempts/<uuid:attempt_id>/reopen/", record.reopen, name="attempt-reopen"),
    path("attempts/<uuid:attempt_id>/late/<number:saved_id>/accept/", record.accept, name="attempt-accept"),
    # /classes/<class>/
    path("classes/<number:cohort_id>/", classes.class_page, name="class"),
    path("classes/<number:cohort_id>/progress.csv", classes.class_csv_file, name="class-csv"),
    path("classes/<number:cohort_id>/marking/", marking.queue, name="marking"),
    path("classes/<number:cohort_id>/marking/<number:revision_id>/", marking.mark, name="marking-answer"),
    path("classes/<number:cohort_id>/reports/", reported.queue, name="class-reports"),
    path("classes/<number:cohort_id>/reports/<number:report_id>/", reported.answer, name="class-report-answer"),
    path("classes/<number:cohort_id>/time/", time.time, name="class-time"),
    path("classes/<number:cohort_id>/students/<number:student_id>/", classes.student, name="class-student"),
    # /questions/<revision>/
    path("questions/<number:revision_id>/regrade/", regrading.regrade, name="regrade"),
    path("questions/<number:revision_id>/regrades/<number:regrade_id>/undo/", regrading.undo, name="regrade-undo"),
]
