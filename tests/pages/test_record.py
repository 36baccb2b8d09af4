"""One attempt as its instructor sees it: every answer, late ones to accept, what happened, opening it again."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from quizzes.errors import NotLate, QuestionClosed
from quizzes.models import Attempt, AttemptEvent, HumanMark, ItemResponse, SavedAnswer
from quizzes.services.attempts import settled
from quizzes.services.grading import mark_by_hand
from quizzes.services.late import accept_late_answer
from tests.api.ask import counted
from tests.make import NOW, body, browser_of, enrol, give, make_attempt, make_user
from tests.staff import Taught, taught, text_of

TOO_LATE = NOW + timedelta(minutes=31)
WHY = {"reason": "The network was down."}


@pytest.fixture
def room(db) -> Taught:
    """A class that was set a quiz of half an hour."""
    items = [body("single", key="choice"), body("essay", key="essay")]
    return taught(items=items, practice=False, minutes=30)


@pytest.fixture
def ann(room) -> Attempt:
    """An attempt that was answered wrongly in time and rightly too late; then the clock submitted it."""
    attempt = make_attempt(room.quiz, make_user("ann"))
    enrol(attempt.student, room.cohort)
    give(attempt, "roubles")
    late(attempt, "dollars")
    return settled(Attempt.objects.get(pk=attempt.pk), now=TOO_LATE)


def late(attempt, answer, *, position=1, now=TOO_LATE):
    return give(attempt, answer, position=position, sequence=99, now=now)


def result(attempt):
    return reverse("quizzes:result", args=[attempt.pk])


def late_row(attempt):
    return SavedAnswer.objects.get(response__attempt=attempt, outcome="late")


def accept_address(attempt):
    return reverse("quizzes:attempt-accept", args=[attempt.pk, late_row(attempt).pk])


def reopen_address(attempt):
    return reverse("quizzes:attempt-reopen", args=[attempt.pk])


def test_the_instructor_sees_every_answer_with_what_became_of_it(room, ann):
    html = text_of(room.browser.get(result(ann)))

    assert "2 answers arrived" in html
    assert "Paid in roubles" in html
    assert "kept, not counted: it came too late" in html
    assert "1 answer came too late; you can accept it below." in html
    assert "submitted when time was up" in html
    assert "the clock" in html


def test_the_student_sees_none_of_that(ann):
    html = text_of(browser_of(ann.student).get(result(ann)))

    for words in ("answers arrived", "Accept this answer", "Reopen this attempt", "record-title", "came too late"):
        assert words not in html


def test_a_late_answer_is_accepted_marked_and_recorded(room, ann):
    page = accept_address(ann)

    answer = room.browser.post(page, WHY)

    response = ann.responses.get(position=1)
    ann.refresh_from_db()
    events = AttemptEvent.objects.filter(kind="accepted").values_list("response", "points_before", "points_after")
    assert answer.url == f"{result(ann)}#question-1"
    assert (response.answer, response.answered_at, response.is_complete) == ("dollars", TOO_LATE, True)
    assert (ann.score, response.points) == (Decimal(1), Decimal(1))
    assert set(events) == {(response.pk, 0, 1), (None, 0, 1)}
    assert SavedAnswer.objects.filter(outcome="accepted").count() == 1
    assert "The network was down." in text_of(browser_of(ann.student).get(result(ann)))


@pytest.mark.parametrize(("state", "words"), [("submitted", "was marked with it"), ("abandoned", "open it again")])
def test_what_is_said_of_an_accepted_answer_is_so(room, ann, state, words):
    if state == "abandoned":
        Attempt.objects.filter(pk=ann.pk).update(state=state, submitted_at=None, score=None, raw_score=None)

    assert words in text_of(room.browser.post(accept_address(ann), WHY, follow=True))


def test_accepting_is_in_the_record_even_when_no_mark_changes(room, ann):
    SavedAnswer.objects.filter(outcome="late").update(answer="kind")

    room.browser.post(accept_address(ann), WHY)

    event = AttemptEvent.objects.get(kind="accepted")
    assert (event.points_before, event.points_after, event.actor) == (Decimal(0), Decimal(0), room.teacher)
    assert ann.responses.get(position=1).answer == "kind"


def test_accepting_needs_a_reason_and_happens_once(room, ann):
    page = accept_address(ann)
    saved = late_row(ann)

    assert room.browser.post(page, {"reason": " "}).status_code == 409
    assert ann.responses.get(position=1).answer == "roubles"
    room.browser.post(page, WHY)
    assert room.browser.post(page, WHY).status_code == 409
    with pytest.raises(NotLate):
        accept_late_answer(saved=saved, actor=room.teacher, reason="Again.", now=TOO_LATE)
    assert AttemptEvent.objects.filter(kind="accepted", response__isnull=False).count() == 1


def test_an_answer_that_was_taken_or_kept_aside_cannot_be_accepted(room, ann):
    taken = SavedAnswer.objects.get(outcome="taken")

    assert room.browser.post(reverse("quizzes:attempt-accept", args=[ann.pk, taken.pk]), WHY).status_code == 409


def test_an_answer_of_another_attempt_is_not_found_here(room, ann):
    other = room.hand_in("ben", "roubles")
    late(other, "dollars")
    row = late_row(other)

    assert room.browser.post(reverse("quizzes:attempt-accept", args=[ann.pk, row.pk]), WHY).status_code == 404


def test_a_question_whose_tries_are_used_takes_no_late_answer(room, ann):
    ItemResponse.objects.filter(attempt=ann).update(is_over=True)

    with pytest.raises(QuestionClosed):
        accept_late_answer(saved=late_row(ann), actor=room.teacher, reason="Why not.", now=TOO_LATE)


def test_a_late_essay_waits_for_a_person_again(room):
    attempt = room.hand_in("ben", None, "It lapsed.")
    response = attempt.responses.get(position=2)
    late(attempt, "It lapsed, I think.", position=2)
    mark_by_hand(response=response, levels={"claim": 2}, comment="", marker=room.teacher, now=TOO_LATE)

    room.browser.post(accept_address(attempt), WHY)

    attempt.refresh_from_db()
    assert not HumanMark.objects.exists()
    assert attempt.unmarked_count == 1


def test_a_late_answer_of_an_abandoned_attempt_waits_for_it_to_be_reopened(room, ann):
    Attempt.objects.filter(pk=ann.pk).update(state="abandoned", submitted_at=None, score=None, raw_score=None)

    room.browser.post(accept_address(ann), WHY)

    ann.refresh_from_db()
    assert (ann.state, ann.score) == ("abandoned", None)
    assert ann.responses.get(position=1).answer == "dollars"


def test_an_attempt_is_opened_again_for_some_minutes(room, ann):
    answer = room.browser.post(reopen_address(ann), {"reopen-minutes": "20", "reopen-reason": "Power cut."})

    ann.refresh_from_db()
    event = AttemptEvent.objects.get(kind="reopened")
    assert answer.url == result(ann)
    assert (ann.state, ann.score, ann.submitted_at) == ("open", None, None)
    assert ann.deadline == ann.extended_to == event.happened_at + timedelta(minutes=20)
    assert (event.reason, event.actor, event.points_before) == ("Power cut.", room.teacher, Decimal(0))
    assert "Power cut." in text_of(room.browser.get(result(ann)))


def test_without_minutes_it_is_open_until_it_is_handed_in(room, ann):
    room.browser.post(reopen_address(ann), {"reopen-minutes": "", "reopen-reason": "Power cut."})

    ann.refresh_from_db()
    assert (ann.state, ann.deadline) == ("open", None)


@pytest.mark.parametrize("fields", [{"reopen-reason": " "}, {"reopen-minutes": "0"}, {"reopen-minutes": "999999"}])
def test_reopening_that_says_too_little_is_refused_on_the_page(room, ann, fields):
    answer = room.browser.post(reopen_address(ann), {"reopen-minutes": "20", "reopen-reason": "Power cut.", **fields})

    ann.refresh_from_db()
    assert answer.status_code == 422
    assert ann.state == "submitted"
    assert "Not saved. Fix these" in text_of(answer)


def test_a_second_open_attempt_is_not_made(room, ann):
    other = make_attempt(room.quiz, ann.student)
    Attempt.objects.filter(pk=ann.pk).update(assignment=other.assignment)

    answer = room.browser.post(reopen_address(ann), {"reopen-minutes": "20", "reopen-reason": "Power cut."})

    assert answer.status_code == 409
    assert "has an attempt at this quiz open" in text_of(answer)


def test_an_open_attempt_offers_no_reopening(room):
    attempt = make_attempt(room.quiz, make_user("ben"))
    enrol(attempt.student, room.cohort)
    Attempt.objects.filter(pk=attempt.pk).update(deadline=None)

    assert "Reopen this attempt" not in text_of(room.browser.get(result(attempt)))


def test_only_the_class_is_served_by_its_instructors(room, ann):
    other = taught(quiz=room.quiz, teacher="other")

    for browser in (other.browser, browser_of(ann.student), browser_of(make_user("stranger"))):
        assert browser.post(accept_address(ann), WHY).status_code == 404
        assert browser.post(reopen_address(ann), {"reopen-reason": "So."}).status_code == 404
        assert browser.get(accept_address(ann)).status_code == 405
    ann.refresh_from_db()
    assert (ann.state, ann.score) == ("submitted", 0)


def test_the_instructors_view_costs_the_same_for_one_question_and_thirty(db):
    costs = []
    for count in (1, 30):
        items = [body("single", key=f"item-{at}") for at in range(count)]
        room = taught(items=items, course=f"course-{count}", teacher=f"teacher-{count}", practice=False)
        attempt = room.hand_in(f"ann-{count}", *["roubles"] * count)
        room.browser.get(result(attempt))
        with counted() as queries:
            assert room.browser.get(result(attempt)).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]
