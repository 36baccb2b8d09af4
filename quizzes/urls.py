"""Addresses of quizzes and attempts."""

from django.urls import path

from quizzes.views import (
    attempts,
    certificates,
    checks,
    personal,
    practice,
    progress,
    record,
    review,
    self_grading,
    sitting,
    study,
)

app_name = "quizzes"

urlpatterns = [
    # /progress/
    path("progress/", progress.progress, name="progress"),
    # /accounts/data/
    path("accounts/data/", personal.personal, name="personal"),
    path("accounts/data/download/", personal.personal_file, name="personal-file"),
    # /courses/<course>/
    path("courses/<slug:course_key>/study/", study.study, name="study"),
    path("courses/<slug:course_key>/certificate/", certificates.certificate, name="certificate"),
    path("courses/<slug:course_key>/checks/<slug:item_key>/", checks.check, name="check"),
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/", attempts.quiz, name="quiz"),
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/start/", attempts.start, name="start"),
    # /practice/<course>/
    path("practice/", practice.home, name="practice-home"),
    path("practice/<slug:course_key>/", practice.practice, name="practice"),
    # /review/
    path("review/", review.home, name="review"),
    path("review/next/", review.following, name="review-next"),
    path("review/cards/", review.cards, name="review-cards"),
    path("review/cards/<number:card_id>/", review.answer, name="review-answer"),
    path("review/cards/<number:card_id>/aside/", review.aside, name="review-aside"),
    path("review/done/<number:review_id>/", review.done, name="review-done"),
    path("review/plan/", review.plan, name="review-plan"),
    path("review/anki/", review.anki, name="review-anki"),
    path("courses/<slug:course_key>/glossary/anki/", review.glossary_anki, name="glossary-anki"),
    # /attempts/<attempt>/
    path("attempts/<uuid:attempt_id>/items/<number:position>/", sitting.item, name="attempt-item"),
    path("attempts/<uuid:attempt_id>/items/<number:position>/flag/", sitting.flag, name="attempt-flag"),
    path("attempts/<uuid:attempt_id>/items/<number:position>/choose/", sitting.choose, name="attempt-choose"),
    path("attempts/<uuid:attempt_id>/items/<number:position>/hint/", sitting.hint, name="attempt-hint"),
    path("attempts/<uuid:attempt_id>/items/<number:position>/report/", attempts.report, name="attempt-report"),
    path("attempts/<uuid:attempt_id>/items/<number:position>/grade/", self_grading.grade, name="self-grade"),
    path("attempts/<uuid:attempt_id>/clock/", sitting.clock, name="attempt-clock"),
    path("attempts/<uuid:attempt_id>/confirm/", attempts.confirm, name="attempt-confirm"),
    path("attempts/<uuid:attempt_id>/submit/", attempts.submit, name="attempt-submit"),
    path("attempts/<uuid:attempt_id>/result/", attempts.result, name="result"),
    path("attempts/<uuid:attempt_id>/reopen/", record.reopen, name="attempt-reopen"),
    path("attempts/<uuid:attempt_id>/late/<number:saved_id>/accept/", record.accept, name="attempt-accept"),
]
