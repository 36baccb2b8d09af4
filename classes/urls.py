"""Addresses of classes, and of what instructors do about questions and quizzes."""

from django.urls import URLPattern, path

from classes.views import (
    access,
    assignments,
    calendar,
    certificates,
    copying,
    extra_time,
    gradebook,
    gradebook_import,
    grading,
    hands,
    joining,
    live,
    live_phone,
    messages,
    overview,
    papers,
    people,
    posting,
    question_reports,
    regrading,
    roster,
    rules,
    settings,
    slips,
    statistics,
    surveys,
    today,
    viewing,
)

app_name = "classes"


def _statistics(at: str, name: str) -> list[URLPattern]:
    """Return the addresses of a quiz's statistics: in a class, and of the course alone."""
    return [
        path(at, statistics.quiz, name=f"{name}quiz-statistics"),
        path(f"{at}figures.csv", statistics.file, name=f"{name}quiz-statistics-file"),
        path(f"{at}work-out/", statistics.work_out, name=f"{name}quiz-work-out"),
        path(f"{at}models/", statistics.models, name=f"{name}quiz-models"),
    ]


urlpatterns = [
    path("today/", today.today, name="today"),
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
    path("classes/<number:cohort_id>/students/<number:student_id>/hand/", hands.answer, name="hand-answer"),
    path("classes/<number:cohort_id>/progress.csv", overview.class_csv_file, name="csv"),
    path("classes/<number:cohort_id>/students/<number:student_id>/", overview.student, name="student"),
    path("classes/<number:cohort_id>/students/<number:student_id>/view/", viewing.start, name="view"),
    path("classes/<number:cohort_id>/marking/", grading.queue, name="grading"),
    path("classes/<number:cohort_id>/marking/<number:revision_id>/", grading.mark, name="grade"),
    path("classes/<number:cohort_id>/marking/<number:revision_id>/next/", grading.next_answer, name="grade-next"),
    path("classes/<number:cohort_id>/marking/<number:revision_id>/name/", grading.names, name="grade-name"),
    path("classes/<number:cohort_id>/marking/<number:revision_id>/post/", posting.post, name="grade-post"),
    path(
        "classes/<number:cohort_id>/marking/<number:revision_id>/agreement/", posting.agreement, name="grade-agreement"
    ),
    path("classes/<number:cohort_id>/gradebook/", gradebook.gradebook, name="gradebook"),
    path("classes/<number:cohort_id>/gradebook/rules/", gradebook.rules, name="gradebook-rules"),
    path("classes/<number:cohort_id>/gradebook/import/", gradebook_import.give, name="gradebook-import"),
    path("classes/<number:cohort_id>/gradebook/files/<slug:form>/", gradebook.export, name="gradebook-file"),
    path("classes/<number:cohort_id>/gradebook/<number:student_id>/", gradebook.student, name="gradebook-student"),
    path(
        "classes/<number:cohort_id>/gradebook/<number:student_id>/<slug:work>/", gradebook.cell, name="gradebook-cell"
    ),
    path("classes/<number:cohort_id>/grades/", gradebook.own, name="grades"),
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
    path("classes/<number:cohort_id>/settings/", settings.settings, name="settings"),
    path("classes/<number:cohort_id>/certificates/", certificates.certificates, name="certificates"),
    # /classes/<class>/statistics/
    path("classes/<number:cohort_id>/statistics/", statistics.index, name="class-statistics"),
    *_statistics("classes/<number:cohort_id>/statistics/<slug:quiz_key>/", "class-"),
    path("classes/<number:cohort_id>/surveys/", surveys.surveys, name="surveys"),
    path("classes/<number:cohort_id>/time/", extra_time.extra_time, name="extra-time"),
    path("classes/<number:cohort_id>/leave/", people.leave, name="leave"),
    path("classes/<number:cohort_id>/copy/", copying.copy, name="copy"),
    path("classes/<number:cohort_id>/archive/", access.archive, name="archive"),
    # /classes/<class>/live/
    path("classes/<number:cohort_id>/live/", live.live, name="live"),
    path("classes/<number:cohort_id>/live/<number:live_id>/", live.screen, name="live-screen"),
    path("classes/<number:cohort_id>/live/<number:live_id>/changes/", live.changes, name="live-changes"),
    path("classes/<number:cohort_id>/live/<number:live_id>/people/", live.people, name="live-people"),
    path(
        "classes/<number:cohort_id>/live/<number:live_id>/people/<number:participant_id>/remove/",
        live.remove,
        name="live-remove",
    ),
    # /live/<code>/
    path("live/", live_phone.code, name="live-code"),
    path("live/<slug:live_code>/", live_phone.phone, name="live-phone"),
    path("live/<slug:live_code>/join/", live_phone.join, name="live-join"),
    path("live/<slug:live_code>/answer/", live_phone.answer, name="live-answer"),
    path("live/<slug:live_code>/changes/", live_phone.changes, name="live-phone-changes"),
    # /classes/<class>/people/
    path("classes/<number:cohort_id>/people/", people.people, name="people"),
    path("classes/<number:cohort_id>/people/<number:place_id>/", people.person, name="person"),
    path("classes/<number:cohort_id>/people/<number:place_id>/active/", people.activate, name="person-active"),
    path("classes/<number:cohort_id>/people/joining/", access.joining, name="joining"),
    path("classes/<number:cohort_id>/people/invite/", access.invite, name="invite"),
    path("classes/<number:cohort_id>/people/invited/<number:invited_id>/", access.withdraw, name="invite-withdraw"),
    path("classes/<number:cohort_id>/people/requests/<number:request_id>/", access.answer, name="request-answer"),
    path("classes/<number:cohort_id>/people/groups/", people.group, name="group-new"),
    path("classes/<number:cohort_id>/people/groups/<number:group_id>/", people.group, name="group"),
    path("classes/<number:cohort_id>/people/import/", roster.give, name="roster-give"),
    path("classes/<number:cohort_id>/people/import/<number:draft_id>/", roster.look, name="roster"),
    path("classes/<number:cohort_id>/people/slips/", slips.slips, name="slips"),
    path("classes/<number:cohort_id>/announcements/", messages.announcements, name="announcements"),
    # /classes/<class>/messages/
    path("classes/<number:cohort_id>/messages/", messages.threads, name="messages"),
    path("classes/<number:cohort_id>/messages/new/", messages.write, name="message"),
    path("classes/<number:cohort_id>/messages/ask/", messages.ask, name="ask"),
    # /questions/<revision>/
    path("questions/<number:revision_id>/regrade/", regrading.regrade, name="regrade"),
    path("questions/<number:revision_id>/regrades/<number:regrade_id>/undo/", regrading.undo, name="regrade-undo"),
    path(
        "questions/<number:revision_id>/regrades/under-way/<number:run_id>/cancel/",
        regrading.cancel,
        name="regrade-cancel",
    ),
    path("courses/<slug:course_key>/hand/", hands.hand, name="hand"),
    # /courses/<course>/quizzes/<quiz>/
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/paper/", papers.paper, name="papers"),
    path("courses/<slug:course_key>/quizzes/<slug:quiz_key>/rules/", rules.rules, name="rules"),
    *_statistics("courses/<slug:course_key>/quizzes/<slug:quiz_key>/statistics/", ""),
]
