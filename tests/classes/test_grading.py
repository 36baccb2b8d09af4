"""Marking by people: what waits, one answer at a time without names, and what the student then reads."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from classes.reports.grading import marking_queue, places_of, turn_of, waiting_count
from courses.models import Enrolment
from quizzes.models import AttemptEvent, HeldMark, HumanMark, ItemResponse, Regrade, Round
from quizzes.services.attempts import reopen_attempt
from quizzes.services.regrading import make_regrade
from tests.api.ask import counted
from tests.make import LATER, NOW, body, browser_of, enrol, make_attempt, make_quiz, make_user, submit
from tests.staff import Taught, taught, text_of

TOP = {"mark-level-claim": "2", "mark-level-evidence": "1", "mark-comment": "Well *argued*."}


@pytest.fixture
def room(db) -> Taught:
    """A class that was set an essay and a single choice."""
    return taught(items=[body("essay", key="essay"), body("single", key="choice")], practice=False)


def essay(room):
    return room.quiz.items.get(key="essay").revisions.get()


def address(room, response=None):
    page = reverse("classes:grade", args=[room.cohort.pk, essay(room).pk])
    return f"{page}?answer={response.pk}" if response is not None else page


def without_token(html):
    return re.sub(r'value="\w{64}"', "", html)


def answer_of(attempt):
    return attempt.responses.get(position=1)


def order(room, marker=None):
    return places_of(room.cohort, essay(room).pk, round_=Round.FIRST, marker=marker or room.teacher)


def post(room):
    """Post the grades of the essay as the page does."""
    page = reverse("classes:grade-post", args=[room.cohort.pk, essay(room).pk])
    shown = room.browser.get(page)
    return room.browser.post(page, {"expected": shown.context["found"].fingerprint})


def test_the_queue_counts_what_waits_and_since_when(room):
    room.hand_in("ann", "It lapsed.")
    room.hand_in("ben", "It ended.")
    room.hand_in("blank")

    [question] = marking_queue(room.cohort)
    html = text_of(room.browser.get(reverse("classes:grading", args=[room.cohort.pk])))

    assert (question.revision, question.waiting, question.held, question.posted) == (essay(room), 2, 0, 0)
    assert question.oldest == NOW
    assert "2 answers to grade" in html
    assert "Grading (2)" in html


def test_what_is_open_elsewhere_or_of_those_who_left_does_not_wait(room):
    attempt = make_attempt(room.quiz, make_user("open"))
    enrol(attempt.student, room.cohort)
    room.hand_in("left", "It lapsed.")
    Enrolment.objects.filter(user__username="left").update(is_active=False)
    stranger = make_attempt(room.quiz, make_user("elsewhere"))
    submit(stranger)

    assert marking_queue(room.cohort) == []
    assert waiting_count(room.cohort) == 0


def test_names_are_hidden(room):
    room.hand_in("Zebedee", "It lapsed.")

    html = text_of(room.browser.get(address(room)))

    assert "It lapsed." in html
    assert "Zebedee" not in html
    assert "Grade this answer" in html


def test_the_order_is_that_of_a_hash_and_the_same_for_everybody(room):
    for number in range(9):
        room.hand_in(f"student-{number}", f"Answer {number}.")
    other = make_user("second")
    Enrolment.objects.create(cohort=room.cohort, user=other, role=Enrolment.Role.INSTRUCTOR)

    one, two = order(room), order(room, other)

    keys = [place.pk for place in one]
    assert keys == [place.pk for place in two]
    assert keys != sorted(keys)
    assert turn_of(one, room.cohort, marker=room.teacher)[0] == keys[0]
    assert turn_of(two, room.cohort, marker=other)[0] == keys[4]


def test_a_mark_is_held_and_the_next_answer_claimed(room):
    for name in ("ann", "ben"):
        room.hand_in(name, "It lapsed.")
    first, second = (ItemResponse.objects.get(pk=place.pk) for place in order(room))

    answer = room.browser.post(address(room, first), TOP)

    held = HeldMark.objects.get()
    assert (held.response, held.share, held.marker) == (first, Decimal(1), room.teacher)
    assert held.levels == {"claim": 2, "evidence": 1}
    assert not HumanMark.objects.exists()
    assert answer.url == address(room, second)
    assert second.claims.get().marker == room.teacher
    assert not first.claims.exists()
    assert waiting_count(room.cohort) == 1


def test_after_the_last_answer_comes_the_queue(room):
    attempt = room.hand_in("ann", "It lapsed.")

    answer = room.browser.post(address(room, answer_of(attempt)), TOP, follow=True)

    assert "Every answer to this question is graded." in text_of(answer)
    assert "1 graded and not posted" in text_of(answer)
    assert "Post 1 grade" in text_of(answer)


def test_every_criterion_needs_a_level_and_what_was_chosen_stays(room):
    attempt = room.hand_in("ann", "It lapsed.")

    answer = room.browser.post(address(room, answer_of(attempt)), {**TOP, "mark-level-evidence": ""})

    assert answer.status_code == 422
    assert not HeldMark.objects.exists()
    assert "Well *argued*." in text_of(answer)
    assert 'href="#id_mark-level-evidence"' in text_of(answer)
    assert 'id="id_mark-level-evidence"' in text_of(answer)


@pytest.mark.parametrize("level", ["3", "-1", "x"])
def test_a_level_the_rubric_does_not_have_is_refused(room, level):
    attempt = room.hand_in("ann", "It lapsed.")

    answer = room.browser.post(address(room, answer_of(attempt)), {**TOP, "mark-level-claim": level})

    assert answer.status_code == 422
    assert not HeldMark.objects.exists()


def test_a_posted_mark_can_be_changed_and_both_are_in_the_record(room):
    attempt = room.hand_in("ann", "It lapsed.")
    response = answer_of(attempt)
    room.browser.post(address(room, response), TOP)
    post(room)
    shown = room.browser.get(address(room, response))
    seen = shown.context["form"]["seen"].value()
    room.browser.post(address(room, response), {**TOP, "mark-level-claim": "0", "mark-seen": seen})
    assert HumanMark.objects.get().share == 1
    post(room)

    attempt.refresh_from_db()
    points = AttemptEvent.objects.filter(kind="marked", response=response).values_list("points_before", "points_after")
    assert HumanMark.objects.get().share == Decimal("0.4")
    assert list(points) == [(None, Decimal(1)), (Decimal(1), Decimal("0.40"))]
    assert attempt.score == Decimal("0.40")
    assert not HeldMark.objects.exists()


def test_a_mark_posted_meanwhile_is_not_overwritten_unseen(room):
    attempt = room.hand_in("ann", "It lapsed.")
    response = answer_of(attempt)
    second = make_user("second", first_name="Sun-hi", last_name="Han")
    Enrolment.objects.create(cohort=room.cohort, user=second, role=Enrolment.Role.INSTRUCTOR)
    browser_of(second).post(address(room, response), {**TOP, "mark-level-claim": "1"})
    post(room)

    refused = room.browser.post(address(room, response), TOP)

    assert refused.status_code == 409
    assert "Sun-hi Han marked this answer while you were reading it." in text_of(refused)
    assert HumanMark.objects.get().levels == {"claim": 1, "evidence": 1}
    seen = refused.context["form"]["seen"].value()
    assert room.browser.post(address(room, response), {**TOP, "mark-seen": seen}).status_code == 302
    assert HeldMark.objects.get().levels == {"claim": 2, "evidence": 1}


def test_a_post_that_names_no_answer_marks_none(room):
    room.hand_in("ann", "It lapsed.")

    assert room.browser.post(address(room), TOP).status_code == 404
    assert not HeldMark.objects.exists()


def test_an_answer_of_another_class_or_of_an_open_attempt_cannot_be_marked(room):
    attempt = room.hand_in("ann", "It lapsed.")
    other = taught(quiz=room.quiz, teacher="other")
    page = reverse("classes:grade", args=[other.cohort.pk, essay(room).pk])
    reopened = room.hand_in("ben", "It ended.")
    reopen_attempt(attempt=reopened, actor=room.teacher, reason="Power cut.", now=LATER)

    assert other.browser.post(f"{page}?answer={answer_of(attempt).pk}", TOP).status_code == 404
    assert room.browser.post(address(room, answer_of(reopened)), TOP).status_code == 404
    assert not HeldMark.objects.exists()


def test_a_question_that_a_regrade_settled_waits_no_longer(room):
    attempt = room.hand_in("ann", "It lapsed.")
    out = Regrade(revision=essay(room), fix="disregard", reason="Two readings.", actor=room.teacher)

    make_regrade(regrade=out, now=LATER)

    result = text_of(room.browser.get(reverse("quizzes:result", args=[attempt.pk])))
    assert marking_queue(room.cohort) == []
    assert "does not count" in result
    assert "graded" not in result


def test_the_student_reads_levels_comment_and_who_marked_once_they_are_posted(room):
    attempt = room.hand_in("ann", "It lapsed.")
    page = reverse("quizzes:result", args=[attempt.pk])
    before = text_of(browser_of(attempt.student).get(page))
    room.browser.post(address(room, answer_of(attempt)), TOP)
    held = text_of(browser_of(attempt.student).get(page))
    post(room)

    after = text_of(browser_of(attempt.student).get(page))

    assert "not graded yet" in before
    assert "still to be graded" in before
    assert without_token(held) == without_token(before)
    assert "still to be graded" not in after
    assert after.count("(given)") == 2
    assert "Well *argued*." in after
    assert "Graded by teacher on" in after


def test_a_comment_is_text_and_no_markup(room):
    attempt = room.hand_in("ann", "<b>It</b> lapsed.")
    room.browser.post(address(room, answer_of(attempt)), {**TOP, "mark-comment": "<script>alert(1)</script>"})
    post(room)

    for page in (address(room, answer_of(attempt)), reverse("quizzes:result", args=[attempt.pk])):
        html = room.browser.get(page).content.decode()
        assert "<script>alert" not in html
        assert "<b>It</b>" not in html


@pytest.mark.parametrize("name", ["classes:grading", "classes:grade"])
def test_the_pages_cost_the_same_for_two_answers_and_thirty(db, name):
    costs = []
    for count in (2, 30):
        items = [body("essay", key=f"essay-{at}") for at in range(count // 2)]
        room = taught(items=items, course=f"course-{count}", teacher=f"teacher-{count}", practice=False)
        for number in range(3):
            room.hand_in(f"student-{count}-{number}", *["It lapsed."] * len(items))
        revision = ItemResponse.objects.filter(attempt__quiz=room.quiz).first().revision_id
        page = reverse(name, args=[room.cohort.pk] + ([revision] if name == "classes:grade" else []))
        room.browser.get(page)
        with counted() as queries:
            assert room.browser.get(page).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 12


def test_the_marking_page_is_never_cached(room):
    room.hand_in("ann", "It lapsed.")

    assert "no-store" in room.browser.get(address(room)).headers["Cache-Control"]


def test_reopening_takes_an_answer_out_of_the_queue(room):
    attempt = room.hand_in("ann", "It lapsed.")
    reopen_attempt(attempt=attempt, actor=room.teacher, reason="Power cut.", now=NOW)

    attempt.refresh_from_db()
    assert attempt.unmarked_count == 0
    assert waiting_count(room.cohort) == 0


def test_a_kind_that_marks_itself_never_waits(db):
    room = taught(quiz=make_quiz(items=3), teacher="teacher")
    room.hand_in("ann", "roubles")

    assert marking_queue(room.cohort) == []
