"""Totals: what is added up, by which rules, in which order attempts count, and what is said while some is unmarked."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from classes.reports.progress import class_table
from quizzes.errors import MarkedMeanwhile, MarksMoved, ReasonNeeded, WaitFirst
from quizzes.models import Attempt, AttemptEvent, HeldMark, Quiz, Round
from quizzes.models.accommodations import graded_places
from quizzes.reports.results import EVERYTHING, result_of
from quizzes.reports.start import start_page
from quizzes.reports.work import work_at
from quizzes.services.attempts import reopen_attempt, start_attempt
from quizzes.services.grading import GradeGiven, hold_mark, mark_by_hand
from quizzes.services.guests import adopt_guest_work
from quizzes.services.marking import load_papers, set_credit
from quizzes.services.regrading import make_regrade, undo_regrade
from quizzes.services.rules import adopt_rules, preview_rules, restore_rules
from tests.make import (
    LATER,
    NOW,
    answer_rightly,
    body,
    browser_of,
    give,
    make_attempt,
    make_cohort,
    make_guest,
    make_quiz,
    make_user,
    quiz_lines,
    regrade_of,
    rekeyed,
    submit,
)

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CREDIT = [{"days": -1, "percent": 110}, {"days": 0, "percent": 100}, {"days": 2, "percent": 50}]


def sure_errors(student, *, at):
    """Two single choices worth a point each, both answered wrongly and with certainty; due a day after NOW."""
    items = [body("single", key=f"q{number}") for number in range(2)]
    due = (NOW + DAY).isoformat()
    attempt = make_attempt(make_quiz(items=items, confidence="certainty", due=due, credit=CREDIT), student)
    for position in (1, 2):
        give(attempt, "roubles", position=position, confidence=3, now=at)
    return submit(attempt, now=at)


@pytest.mark.parametrize(("at", "percent"), [(NOW, 110), (NOW + DAY, 100), (NOW + 2 * DAY, 50), (NOW + 9 * DAY, 0)])
def test_two_sure_errors_cost_the_same_early_and_late(db, student, at, percent):
    attempt = sure_errors(student, at=at)

    assert (attempt.credit_percent, attempt.raw_score, attempt.score) == (percent, -4, -4)


def test_late_credit_uses_the_last_answer(db, student):
    attempt = make_attempt(make_quiz(items=2, due=NOW.isoformat(), credit=CREDIT[1:]), student, now=NOW - DAY)
    answer_rightly(attempt, count=1)  # in time
    give(attempt, attempt.responses.get(position=2).revision.spec.right_answer(), position=2, now=NOW + HOUR)

    assert submit(attempt, now=NOW + 2 * HOUR).credit_percent == 50


@pytest.mark.parametrize(
    ("hours", "percent"), [((0, 0), 100), ((0, 1), 50), ((1, 0), 50), ((1, None), 50), ((None, 0), 100), ((0, 49), 0)]
)
def test_credit_counts_from_the_latest_answer_wherever_it_stands_on_the_paper(db, student, hours, percent):
    attempt = make_attempt(make_quiz(items=2, due=NOW.isoformat(), credit=CREDIT[1:]), student, now=NOW - DAY)
    for position, hour in enumerate(hours, start=1):
        if hour is not None:
            answer = attempt.responses.get(position=position).revision.spec.right_answer()
            give(attempt, answer, position=position, now=NOW + hour * HOUR)
    bases = load_papers([attempt]).bases[attempt.pk]
    attempt.submitted_at = NOW + 50 * HOUR

    set_credit(attempt, bases, due=NOW)

    assert attempt.credit_percent == percent


# Which edition of the rules a total is added up by.


def of_older_rules(attempt):
    """Make an attempt one that was submitted before the newest rules, and mark it so."""
    Attempt.objects.filter(pk=attempt.pk).update(rules=1, submitted_rules=1)
    attempt.refresh_from_db()
    actor = make_user(f"marker-{attempt.pk}")
    [response] = attempt.responses.filter(position=1)
    kept = regrade_of(response.revision, "keep", actor)
    make_regrade(regrade=kept, now=LATER)
    attempt.refresh_from_db()
    AttemptEvent.objects.all().delete()
    return attempt


def test_an_attempt_submitted_before_the_newest_rules_keeps_its_total_when_it_is_marked_again(db, student, instructor):
    attempt = of_older_rules(sure_errors(student, at=NOW + 2 * DAY))
    assert (attempt.raw_score, attempt.score) == (-4, -2)

    made = regrade_of(attempt.responses.get(position=1).revision, "credit_all", instructor)
    make_regrade(regrade=made, now=LATER)
    attempt.refresh_from_db()
    assert attempt.score == Decimal("-0.5")  # half of 1 − 2, as before

    undo_regrade(regrade=made, actor=instructor, reason="No.", now=LATER)
    attempt.refresh_from_db()
    assert (attempt.raw_score, attempt.score, attempt.rules) == (-4, -2, 1)


def test_an_attempt_opened_again_is_added_up_by_the_rules_of_the_day_it_is_submitted(db, student, instructor):
    attempt = of_older_rules(sure_errors(student, at=NOW + 2 * DAY))

    reopen_attempt(attempt=attempt, actor=instructor, reason="A fire alarm.", now=NOW + 2 * DAY)

    assert submit(attempt, now=NOW + 2 * DAY).score == -4


def test_the_newest_rules_are_previewed_adopted_recorded_and_undone(db, student, instructor):
    attempt = of_older_rules(sure_errors(student, at=NOW + 2 * DAY))
    mine = Attempt.objects.filter(student=student)

    preview = preview_rules(mine)
    attempt.refresh_from_db()
    assert (attempt.score, preview.count("down"), preview.changes[0].score_after) == (-2, 1, -4)
    with pytest.raises(MarksMoved):
        adopt_rules(attempts=mine, actor=instructor, reason="Fair.", now=LATER, expected="something else")
    with pytest.raises(ReasonNeeded):
        adopt_rules(attempts=mine, actor=instructor, reason=" ", now=LATER, expected=preview.fingerprint)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.rules) == (-2, 1)

    adopt_rules(attempts=mine, actor=instructor, reason="Fair.", now=LATER, expected=preview.fingerprint)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.rules, attempt.submitted_rules) == (-4, 2, 1)
    [event] = attempt.events.all()
    assert (event.kind, event.points_before, event.points_after) == ("rules", -2, -4)
    assert (event.actor, event.reason) == (instructor, "Fair.")
    assert preview_rules(mine).changes == []

    restore_rules(attempts=mine, actor=instructor, reason="Not agreed.", now=LATER)
    attempt.refresh_from_db()
    assert (attempt.score, attempt.rules) == (-2, 1)
    assert attempt.events.count() == 2


def test_a_version_is_marked_by_the_newest_rules_on_purpose_and_back_to_the_last_digit(db, student, instructor):
    attempt = make_attempt(make_quiz(items=[body("numeric", answer=1250)]), student)
    revision = attempt.responses.get().revision
    type(revision).objects.filter(pk=revision.pk).update(rules=1)
    give(attempt, "1250")
    submit(attempt)
    revision = type(revision).objects.get(pk=revision.pk)
    before = list(attempt.responses.values_list("share", "points"))

    made = regrade_of(revision, "new_rules", instructor)
    assert (made.rules, made.adjustment.rules) == (2, 2)
    make_regrade(regrade=made, now=LATER)
    undo_regrade(regrade=made, actor=instructor, reason="No.", now=LATER)

    assert list(attempt.responses.values_list("share", "points")) == before


@pytest.mark.parametrize(
    ("kind", "rules", "is_offered"), [("numeric", 1, True), ("numeric", 2, False), ("single", 1, False)]
)
def test_the_newest_rules_are_offered_for_a_version_of_older_ones(db, instructor, kind, rules, is_offered):
    quiz = make_quiz(items=[body(kind)])
    make_cohort(quiz.course, instructor=instructor)
    revision = quiz.items.get().revisions.get()
    type(revision).objects.filter(pk=revision.pk).update(rules=rules)

    page = browser_of(instructor).get(reverse("classes:regrade", args=[revision.pk])).text

    assert ("marked by older rules" in page) is is_offered
    assert ('value="new_rules"' in page) is is_offered


def test_the_page_of_marking_rules_touches_the_teachers_own_students_only(db, student, instructor):
    attempt = of_older_rules(sure_errors(student, at=NOW + 2 * DAY))
    quiz = attempt.quiz
    make_cohort(quiz.course, instructor=instructor, students=[student])
    other = make_user("other")
    own = make_attempt(quiz, other, now=NOW + 2 * DAY)
    for position in (1, 2):
        give(own, "roubles", position=position, confidence=3, now=NOW + 2 * DAY)
    own = of_older_rules(submit(own, now=NOW + 2 * DAY))
    browser, address = browser_of(instructor), reverse("classes:rules", args=[quiz.course.key, quiz.key])

    page = browser.get(address)
    assert "1 attempt of your students is marked by older rules" in page.text
    refused = browser.post(address, {"reason": "Fair.", "expected": "old"})
    assert refused.status_code == 409
    expected = page.context["preview"].fingerprint
    assert browser.post(address, {"reason": "Fair.", "expected": expected}).status_code == 302
    attempt.refresh_from_db()
    own.refresh_from_db()
    assert (attempt.score, own.score) == (-4, -2)

    assert "Mark by the earlier rules again" in browser.get(address).text
    assert browser.post(address, {"reason": "No.", "undo": "1"}).status_code == 302
    attempt.refresh_from_db()
    assert attempt.score == -2


# In which order attempts count.


def sat(quiz, student, *, right, now):
    attempt = make_attempt(quiz, student, now=now)
    answer_rightly(attempt, count=right)
    return submit(attempt, now=now)


@pytest.mark.parametrize(
    ("keep", "share"), [("first", "0"), ("last", "1"), ("highest", "1"), ("mean", "0.5"), ("mastery", "0.5")]
)
def test_merged_work_of_a_guest_counts_in_the_order_it_was_submitted(db, student, keep, share):
    """The guest's attempt gets the higher number, and was submitted a day before."""
    quiz, guest = make_quiz(items=2, keep=keep), make_guest()
    cohort = make_cohort(quiz.course, students=[student])
    sat(quiz, guest, right=0, now=NOW)
    sat(quiz, student, right=2, now=NOW + DAY)

    adopt_guest_work(guest=guest, user=student, now=NOW + 2 * DAY)

    numbers = list(Attempt.objects.of(student).in_order().values_list("number", "score"))
    assert numbers == [(2, 0), (1, 2)]
    assert work_at(Quiz.objects.all(), student)[quiz].kept(keep).share == Decimal(share)
    assert quiz_lines(Quiz.objects.all(), student)[0].best_percent == 100 * Decimal(share)
    assert class_table(cohort).rows[0].cells[1].text == str(int(100 * Decimal(share)))
    assert [attempt.number for attempt in start_page(quiz, student, now=LATER).attempts] == [2, 1]


def test_an_attempt_handed_in_again_is_the_last(db, student, instructor):
    quiz = make_quiz(items=2, keep="last")
    first = sat(quiz, student, right=0, now=NOW)
    sat(quiz, student, right=2, now=NOW + HOUR)
    reopen_attempt(attempt=first, actor=instructor, reason="A fire alarm.", now=NOW + DAY)
    submit(first, now=NOW + DAY)

    assert work_at(Quiz.objects.all(), student)[quiz].kept("last").share == 0


def test_the_wait_counts_from_the_attempt_that_ended_last(db, student):
    quiz, guest = make_quiz(items=2, wait_minutes=60, later_wait_minutes=60), make_guest()
    sat(quiz, guest, right=0, now=NOW)
    sat(quiz, student, right=2, now=NOW + DAY)
    adopt_guest_work(guest=guest, user=student, now=NOW + DAY)

    with pytest.raises(WaitFirst):
        start_attempt(quiz=quiz, student=student, now=NOW + DAY + HOUR / 2)


def test_the_api_lists_attempts_in_the_order_they_were_submitted(db, student):
    quiz, guest = make_quiz(items=2), make_guest()
    sat(quiz, guest, right=0, now=NOW)
    sat(quiz, student, right=2, now=NOW + DAY)
    adopt_guest_work(guest=guest, user=student, now=NOW + DAY)

    found = browser_of(student).get(reverse("api-quiz", args=[quiz.course.key, quiz.key])).json()

    assert [attempt["number"] for attempt in found["attempts"]] == [2, 1]


# Nothing that is not marked in full is compared with the pass mark.


def waiting(student, **settings):
    """A choice worth 17 points, right, and an essay worth 10 that nobody has graded."""
    items = [body("single", points=17), body("essay", key="essay", points=10)]
    attempt = make_attempt(make_quiz(items=items, **settings), student)
    give(attempt, "dollars", position=1)
    give(attempt, "It lapsed.", position=2)
    return submit(attempt)


SO_FAR = "17 of the 17 points marked so far; 10 still to be graded"


def test_every_page_says_how_much_is_marked_and_none_that_it_is_not_passed(db, student, instructor):
    attempt = waiting(student, practice=False)
    quiz = attempt.quiz
    cohort = make_cohort(quiz.course, instructor=instructor, students=[student])
    own, teacher = browser_of(student), browser_of(instructor)

    assert (attempt.score, attempt.percent, attempt.is_passed, attempt.unmarked_points) == (17, None, None, 10)
    pages = [
        own.get(reverse("quizzes:result", args=[attempt.pk])),
        own.get(quiz.get_absolute_url()),
        own.get(quiz.course.get_absolute_url()),
        teacher.get(reverse("classes:student", args=[cohort.pk, student.pk])),
        teacher.get(reverse("quizzes:result", args=[attempt.pk])),
    ]
    for page in pages:
        assert SO_FAR in page.text
        assert "ot passed" not in page.text
        assert "63" not in page.text.replace(str(attempt.pk), "").replace(cohort.join_code, "")
    [row] = teacher.get(reverse("classes:overview", args=[cohort.pk])).context["grid"].rows
    assert ("…", "to be graded", "wait") in [(cell.text, cell.words, cell.look) for cell in row.cells]
    assert "17/17…" in teacher.get(reverse("classes:csv", args=[cohort.pk])).getvalue().decode()


def test_the_api_gives_the_points_so_far_and_no_verdict(db, student):
    attempt = waiting(student)
    browser = browser_of(student)

    found = browser.get(reverse("api-attempt", args=[attempt.pk])).json()
    [line] = browser.get(reverse("api-progress"), {"course": attempt.quiz.course.key}).json()["quizzes"]

    assert (found["score"], found["unmarked_points"], found["percent"], found["is_passed"]) == (
        "17.00", "10.00", None, None,
    )  # fmt: skip
    assert (line["best_percent"], line["is_passed"]) == (None, None)
    assert line["so_far"] == {"score": "17.00", "marked": "17.00", "unmarked": "10.00", "is_graded": False}


def test_the_admin_list_says_how_much_is_marked(db, student, admin_client):
    waiting(student)

    assert SO_FAR in admin_client.get(reverse("admin:quizzes_attempt_changelist")).text


def test_once_all_is_graded_there_is_a_verdict(db, student, instructor):
    attempt = waiting(student)
    response = attempt.responses.get(position=2)

    mark_by_hand(response=response, levels={"claim": 2, "evidence": 1}, comment="", marker=instructor, now=LATER)

    attempt.refresh_from_db()
    assert (attempt.score, attempt.percent, attempt.is_passed, attempt.unmarked_points) == (27, 100, True, 0)


@pytest.mark.parametrize("reader", ["guest", "alone", "no instructor", "left"])
def test_where_nobody_grades_no_page_says_that_somebody_will(db, reader):
    student = make_guest() if reader == "guest" else make_user()
    attempt = waiting(student)
    if reader in ("no instructor", "left"):
        teacher = make_user("teacher") if reader == "left" else None
        cohort = make_cohort(attempt.quiz.course, instructor=teacher, students=[student])
        cohort.enrolments.filter(role="instructor").update(is_active=False)
    browser = browser_of(student)
    student.is_active = True
    student.save()

    assert not graded_places(student.pk, attempt.quiz.course_id).exists()
    result = browser.get(reverse("quizzes:result", args=[attempt.pk])).text
    assert "Compare yours with the model answer and the criteria below" in result
    for page in (result, browser.get(attempt.quiz.get_absolute_url()).text):
        assert "17 of the 17 points that are marked here; 10 not graded" in page
        assert "still to be graded" not in page
        assert "a person" not in page.replace("A person marks this by the criteria", "")


def test_a_mark_is_told_to_be_coming_where_a_class_has_an_instructor(db, student, instructor):
    attempt = waiting(student)
    make_cohort(attempt.quiz.course, instructor=instructor, students=[student])

    page = browser_of(student).get(reverse("quizzes:result", args=[attempt.pk])).text

    assert "Whether this is a pass is known once everything is graded." in page
    assert "Nobody grades" not in page


# A marker who saw an older mark than the one that stands.


def first(response, levels):
    return {"response": response, "round_": Round.FIRST, "given": GradeGiven(levels)}


@pytest.mark.parametrize("seen", [None, NOW, LATER - timedelta(microseconds=1), LATER + timedelta(seconds=1)])
def test_a_marker_who_did_not_see_the_mark_that_stands_overwrites_nothing(db, student, instructor, seen):
    response = waiting(student).responses.get(position=2)
    best, none = {"claim": 2, "evidence": 1}, {"claim": 0, "evidence": 0}
    mark_by_hand(response=response, levels=best, comment="", marker=instructor, now=LATER)

    with pytest.raises(MarkedMeanwhile):
        hold_mark(**first(response, none), marker=make_user("other"), now=LATER + HOUR, seen=seen)

    response.refresh_from_db()
    assert (response.human_mark.levels, response.human_mark.marker) == (best, instructor)
    assert not HeldMark.objects.exists()


def test_a_marker_who_saw_the_mark_that_stands_may_change_it(db, student, instructor):
    response = waiting(student).responses.get(position=2)
    mark_by_hand(response=response, levels={"claim": 0, "evidence": 0}, comment="", marker=instructor, now=LATER)
    other = make_user("other")

    best = {"claim": 2, "evidence": 1}
    held = hold_mark(**first(response, best), marker=other, now=LATER + HOUR, seen=LATER)

    assert (held.levels, held.marker) == (best, other)


def test_a_regrade_after_the_newest_rules_were_adopted_keeps_them(db, student, instructor):
    attempt = of_older_rules(sure_errors(student, at=NOW + 2 * DAY))
    mine = Attempt.objects.filter(student=student)
    adopt_rules(attempts=mine, actor=instructor, reason="Fair.", now=LATER, expected=preview_rules(mine).fingerprint)

    revision = attempt.responses.get(position=1).revision
    make_regrade(
        regrade=regrade_of(revision, "new_key", instructor, new_revision=rekeyed(revision, "roubles")), now=LATER
    )

    attempt.refresh_from_db()
    assert attempt.score == Decimal("-1.5")  # half of 1, less 2


def test_an_objective_of_three_thirds_is_not_short_of_a_whole(db, student):
    prompts = {key: {"text": key, "match": "help", "feedback": "Why it is so."} for key in ("one", "two", "three")}
    attempt = make_attempt(make_quiz(items=[body("matching", key=f"q{n}", prompts=prompts) for n in range(3)]), student)
    for position in (1, 2, 3):
        give(attempt, {"one": "help"}, position=position)
    submit(attempt)

    [objective] = result_of(attempt, shown=EVERYTHING).objectives
    assert (objective.points, objective.possible, objective.percent) == (1, 3, 33)
