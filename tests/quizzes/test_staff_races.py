"""Instructors who act at the same moment: one act counts, the other is told."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from quizzes.errors import (
    AnswerClaimed,
    AnsweredBefore,
    GradedByAnother,
    NotLate,
    PostingMoved,
    ReportedBefore,
)
from quizzes.models import AttemptEvent, HeldMark, HumanMark, QuestionReport, Round, SavedAnswer
from quizzes.services.claims import claim_first
from quizzes.services.grading import GradeGiven, fingerprint_of, hold_mark, post_marks, waiting_marks
from quizzes.services.late import accept_late_answer
from quizzes.services.question_reports import Verdict, answer_report, report_question
from tests.make import LATER, NOW, body, give, make_user
from tests.racing import race
from tests.staff import taught

pytestmark = pytest.mark.django_db(transaction=True)

REFUSED = (AnswerClaimed, AnsweredBefore, GradedByAnother, NotLate, PostingMoved, ReportedBefore)


def refused(results):
    return sum(isinstance(result, REFUSED) for result in results)


def test_of_two_who_mark_an_answer_at_once_one_is_told():
    room = taught(items=[body("essay")], practice=False)
    response = room.hand_in("ann", "It lapsed.").responses.get()
    markers = [make_user(f"marker-{number}") for number in range(2)]
    times = [LATER, LATER + timedelta(seconds=1)]

    given = {"response": response, "round_": Round.FIRST, "given": GradeGiven({"claim": 2}), "seen": None}
    results = race(
        *(partial(hold_mark, **given, marker=marker, now=now) for marker, now in zip(markers, times, strict=True))
    )

    assert refused(results) == 1
    assert HeldMark.objects.count() == 1


def test_no_two_who_ask_at_once_are_given_the_same_answer():
    room = taught(items=[body("essay")], practice=False)
    answers = [room.hand_in(f"student-{at}", "It lapsed.").responses.get().pk for at in range(3)]
    markers = [make_user(f"marker-{number}") for number in range(3)]

    given = race(*(partial(claim_first, answers, Round.FIRST, marker=marker, now=LATER) for marker in markers))

    assert sorted(given) == answers


def test_grades_are_posted_once_by_two_who_post_at_once():
    room = taught(items=[body("essay")], practice=False)
    response = room.hand_in("ann", "It lapsed.").responses.get()
    given = {"response": response, "round_": Round.FIRST, "given": GradeGiven({"claim": 2}), "seen": None}
    hold_mark(**given, marker=room.teacher, now=LATER)
    expected = fingerprint_of(waiting_marks(room.cohort, response.revision))
    posted = {"cohort": room.cohort, "revision": response.revision, "expected": expected, "actor": room.teacher}

    results = race(*[partial(post_marks, **posted, now=LATER)] * 2)

    assert refused(results) == 1
    assert AttemptEvent.objects.filter(kind="marked", response=response).count() == 1
    assert HumanMark.objects.count() == 1


def test_of_two_who_accept_a_late_answer_at_once_one_is_told():
    room = taught(items=[body("single")], practice=False, minutes=30)
    attempt = room.hand_in("ann", "roubles")
    give(attempt, "dollars", sequence=9, now=NOW + timedelta(hours=1))
    saved = SavedAnswer.objects.get(outcome="late")

    results = race(*[partial(accept_late_answer, saved=saved, actor=room.teacher, reason="So.", now=LATER)] * 2)

    attempt.refresh_from_db()
    assert refused(results) == 1
    assert attempt.score == 1
    assert AttemptEvent.objects.filter(kind="accepted", response__isnull=False).count() == 1


def test_of_two_reports_and_of_two_answers_at_once_one_stands():
    room = taught(items=[body("single")], practice=False)
    attempt = room.hand_in("ann", "roubles")
    said = {"attempt_id": attempt.pk, "position": 1, "student": attempt.student, "text": "Why?", "now": LATER}

    reports = race(*[partial(report_question, wants_regrade=False, **said)] * 2)
    report = QuestionReport.objects.get()
    verdict = Verdict(QuestionReport.State.KEPT, "Because.")
    answers = race(*[partial(answer_report, report=report, actor=room.teacher, verdict=verdict, now=LATER)] * 2)

    assert (refused(reports), refused(answers)) == (1, 1)
