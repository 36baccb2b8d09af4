"""Reports of questions: from a result to the class's instructors, and the answer back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from courses.models import Enrolment
from quizzes.errors import AnsweredBefore, ReportedBefore
from quizzes.models import Attempt, QuestionReport, Regrade
from quizzes.services.question_reports import Verdict, answer_report, report_question
from quizzes.services.regrading import make_regrade
from tests.api.ask import counted
from tests.make import LATER, NOW, body, browser_of, make_attempt, make_guest, make_quiz, make_user, submit
from tests.staff import Taught, taught, text_of

SAID = {"report-1-text": "Two options are right.", "report-1-wants_regrade": "on"}
State = QuestionReport.State


@pytest.fixture
def room(db) -> Taught:
    """A class that was set two single choices."""
    return taught(items=[body("single", key="first"), body("single", key="second")], practice=False)


@pytest.fixture
def ann(room) -> Attempt:
    """What Ann handed in."""
    return room.hand_in("ann", "roubles")


def report_of(attempt, position=1):
    return reverse("quizzes:attempt-report", args=[attempt.pk, position])


def result(attempt):
    return reverse("quizzes:result", args=[attempt.pk])


def made(attempt, **fields):
    values = {"text": "Two options are right.", "wants_regrade": False, "position": 1, **fields}
    return report_question(attempt_id=attempt.pk, student=attempt.student, now=NOW, **values)


def answer_address(room, report):
    return reverse("classes:question-report-answer", args=[room.cohort.pk, report.pk])


def said(report, **fields):
    values = {"state": "kept", "text": "Only one is.", **fields}
    return {f"report-{report.pk}-{name}": value for name, value in values.items()}


def test_a_student_reports_a_question_and_reads_that_it_waits(ann):
    browser = browser_of(ann.student)

    answer = browser.post(report_of(ann), SAID)

    report = QuestionReport.objects.get()
    assert answer.url == f"{result(ann)}#question-1"
    assert (report.text, report.wants_regrade, report.state) == ("Two options are right.", True, "open")
    assert report.response == ann.responses.get(position=1)
    html = text_of(browser.get(result(ann)))
    assert "Two options are right." in html
    assert html.count("Something wrong with this question?") == 1


def test_a_report_without_words_is_refused_beside_its_question(ann):
    answer = browser_of(ann.student).post(report_of(ann, 2), {"report-2-text": "  "})

    assert answer.status_code == 422
    assert not QuestionReport.objects.exists()
    assert text_of(answer).count('<details class="data" open>') == 1
    assert 'href="#id_report-2-text"' in text_of(answer)


def test_a_report_far_too_long_is_refused_and_kept_on_show(ann):
    answer = browser_of(ann.student).post(report_of(ann), {"report-1-text": "long " * 500})

    assert answer.status_code == 422
    assert "long long long" in text_of(answer)
    assert not QuestionReport.objects.exists()


def test_one_question_has_one_open_report_of_a_student(ann):
    made(ann)

    with pytest.raises(ReportedBefore):
        made(ann)
    assert browser_of(ann.student).post(report_of(ann), SAID).status_code == 409
    made(ann, position=2)
    assert QuestionReport.objects.count() == 2


def test_an_answered_report_may_be_followed_by_another(room, ann):
    answer_report(report=made(ann), actor=room.teacher, verdict=Verdict(State.KEPT, "No."), now=LATER)

    made(ann, text="Look again.")

    assert QuestionReport.objects.unanswered().get().text == "Look again."


def test_nothing_can_be_reported_while_the_attempt_is_open(room, ann):
    attempt = make_attempt(room.quiz, ann.student)

    assert browser_of(ann.student).post(report_of(attempt), SAID).status_code == 409
    assert not QuestionReport.objects.exists()


def test_nobody_reports_from_somebody_elses_result(room, ann):
    for browser in (room.browser, browser_of(make_user("other"))):
        assert browser.post(report_of(ann), SAID).status_code == 404
    assert browser_of(ann.student).post(report_of(ann, 3), {"report-3-text": "Which?"}).status_code == 404
    assert not QuestionReport.objects.exists()


def test_one_without_a_class_is_told_why_and_nothing_is_sent(db, client):
    guest = make_guest()
    attempt = submit(make_attempt(make_quiz(items=1), guest))
    session = client.session
    session["guest"] = guest.pk
    session.save()

    html = text_of(client.get(result(attempt)))

    assert "So it needs an account and a place in a class" in html
    assert "Report this question</button>" not in html
    assert client.post(report_of(attempt), SAID).status_code == 409
    assert not QuestionReport.objects.exists()


def test_the_queue_counts_by_question_and_leads_to_a_regrade(room, ann):
    made(ann, wants_regrade=True)
    ben = room.hand_in("ben", "kind")
    answer_report(report=made(ben), actor=room.teacher, verdict=Verdict(State.KEPT, "No."), now=LATER)

    html = text_of(room.browser.get(reverse("classes:question-reports", args=[room.cohort.pk])))

    assert "1 waits, 1 answered" in html
    assert "asks to look at the mark" in html
    assert reverse("classes:regrade", args=[ann.responses.get(position=1).revision_id]) in html
    assert "Reports (1)" in html


def test_an_answer_reaches_the_student(room, ann):
    report = made(ann)

    answer = room.browser.post(answer_address(room, report), said(report))

    report.refresh_from_db()
    html = text_of(browser_of(ann.student).get(result(ann)))
    assert answer.status_code == 302
    assert (report.state, report.answer, report.answered_by) == ("kept", "Only one is.", room.teacher)
    assert "Only one is." in html
    assert "the question stays as it is" in html
    assert html.count("Something wrong with this question?") == 2


def test_an_answer_may_name_a_regrade_of_the_question(room, ann):
    report = made(ann)
    regrade = Regrade(revision=report.revision, fix="credit_all", reason="Both are.", actor=room.teacher)
    make_regrade(regrade=regrade, now=LATER)

    room.browser.post(answer_address(room, report), said(report, state="changed", regrade=str(regrade.pk)))

    report.refresh_from_db()
    assert (report.state, report.regrade) == ("changed", regrade)
    assert "Regraded: full credit to everybody." in text_of(browser_of(ann.student).get(result(ann)))


@pytest.mark.parametrize("fields", [{"text": " "}, {"state": "open"}, {"state": ""}, {"text": "long " * 500}])
def test_an_answer_that_says_nothing_is_refused_and_stays_on_show(room, ann, fields):
    report = made(ann)

    answer = room.browser.post(answer_address(room, report), said(report, **fields))

    assert answer.status_code == 422
    assert QuestionReport.objects.get().state == "open"


def test_a_regrade_of_another_question_cannot_be_named(room, ann):
    report = made(ann)
    other = Regrade(
        revision=ann.responses.get(position=2).revision, fix="keep", reason="Looked at.", actor=room.teacher
    )
    make_regrade(regrade=other, now=LATER)

    room.browser.post(answer_address(room, report), said(report, regrade=str(other.pk)))
    with pytest.raises(ValueError, match="another question"):
        answer_report(
            report=made(ann, position=2),
            actor=room.teacher,
            verdict=Verdict(State.CHANGED, "So.", Regrade(revision=report.revision)),
            now=LATER,
        )

    report.refresh_from_db()
    assert report.regrade is None


def test_a_report_is_answered_once(room, ann):
    report = made(ann)
    room.browser.post(answer_address(room, report), said(report))

    again = room.browser.post(answer_address(room, report), said(report, text="Something else."))

    assert again.status_code == 409
    assert QuestionReport.objects.get().answer == "Only one is."
    with pytest.raises(AnsweredBefore):
        answer_report(report=report, actor=room.teacher, verdict=Verdict(State.KEPT, "No."), now=LATER)


def test_reports_of_other_classes_and_of_those_who_left_are_not_there(room, ann):
    report = made(ann)
    other = taught(quiz=room.quiz, teacher="other")

    page = other.browser.get(reverse("classes:question-reports", args=[other.cohort.pk]))

    assert page.context["questions"] == []
    assert other.browser.post(answer_address(other, report), said(report)).status_code == 404
    Enrolment.objects.filter(user=ann.student).update(is_active=False)
    assert room.browser.post(answer_address(room, report), said(report)).status_code == 404


def test_what_a_report_says_is_text_and_no_markup(room, ann):
    made(ann, text="<script>alert(1)</script>")

    for browser, page in (
        (room.browser, reverse("classes:question-reports", args=[room.cohort.pk])),
        (browser_of(ann.student), result(ann)),
    ):
        assert "<script>alert" not in browser.get(page).content.decode()


def test_a_student_never_reads_another_students_report(room, ann):
    made(ann)
    ben = room.hand_in("ben", "roubles")

    assert "Two options are right." not in text_of(browser_of(ben.student).get(result(ben)))


def test_the_queue_costs_the_same_for_two_reports_and_thirty(db):
    costs = []
    for count in (2, 30):
        room = taught(
            items=[body("single", key=f"item-{at}") for at in range(count // 2)],
            course=f"course-{count}", teacher=f"teacher-{count}", practice=False,
        )  # fmt: skip
        for name in ("one", "two"):
            attempt = room.hand_in(f"{name}-{count}", "roubles")
            for position in range(1, count // 2 + 1):
                made(attempt, position=position)
        page = reverse("classes:question-reports", args=[room.cohort.pk])
        room.browser.get(page)
        with counted() as queries:
            assert room.browser.get(page).content.decode().count("asks to look") == 0
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 12
