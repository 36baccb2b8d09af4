"""Grading by several people: claims, grades that wait to be posted, second grades, saved comments and names."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from classes.gradebook.files import FORMS, file_rows
from classes.reports.posting import compared_grades
from courses.models import AuditEntry, Deed, Enrolment, InboxEntry
from courses.reports.tables import csv_lines
from quizzes.errors import AnswerClaimed, GradedByAnother, NothingToCompare, OwnMark, TooManyComments
from quizzes.models import (
    AnswerClaim,
    Assignment,
    Attempt,
    AttemptEvent,
    HeldMark,
    HumanMark,
    Item,
    Round,
    SavedAnswer,
    SavedComment,
    WorkStanding,
)
from quizzes.reports.personal import everything_about
from quizzes.services.attempts import reopen_attempt
from quizzes.services.claims import CLAIM, claim, claim_first
from quizzes.services.grading import GradeGiven, fingerprint_of, hold_mark, post_marks, waiting_marks
from quizzes.services.late import accept_late_answer
from quizzes.services.saved_comments import MOST, comments_at, keep_comment
from tests.make import LATER, NOW, body, browser_of, give, make_user, submit
from tests.staff import Taught, taught, text_of

BEST = {"claim": 2, "evidence": 1}
POSTED = {"mark-level-claim": "2", "mark-level-evidence": "1", "mark-comment": "Well argued."}


@pytest.fixture
def room(db) -> Taught:
    """A class that was set an essay, and two colleagues."""
    made = taught(items=[body("essay", key="essay")], practice=False)
    Assignment.objects.filter(cohort=made.cohort).update(category="")
    return made


@pytest.fixture
def colleague(room):
    user = make_user("colleague", first_name="Sun-hi", last_name="Han")
    Enrolment.objects.create(cohort=room.cohort, user=user, role=Enrolment.Role.ASSISTANT)
    return user


def essay_of(attempt):
    return attempt.responses.get()


def hold(response, marker, levels=None, *, round_=Round.FIRST, now=LATER, seen=None, comment=""):
    given = GradeGiven(BEST if levels is None else levels, comment)
    return hold_mark(response=response, round_=round_, given=given, marker=marker, now=now, seen=seen)


def post(room, revision, now=LATER):
    expected = fingerprint_of(waiting_marks(room.cohort, revision))
    return post_marks(cohort=room.cohort, revision=revision, expected=expected, actor=room.teacher, now=now)


def page(room, response, name="grade", **asked):
    address = reverse(f"classes:{name}", args=[room.cohort.pk, response.revision_id])
    return f"{address}?answer={response.pk}" + "".join(f"&{key}={value}" for key, value in asked.items())


# Claims.


@pytest.mark.parametrize(
    ("later", "is_taken_over"),
    [(timedelta(0), False), (CLAIM - timedelta(seconds=1), False), (CLAIM, True), (2 * CLAIM, True)],
)
def test_a_claim_can_be_taken_over_once_its_time_has_passed(room, colleague, later, is_taken_over):
    response = essay_of(room.hand_in("ann", "It lapsed."))
    claim(response.pk, Round.FIRST, marker=room.teacher, now=LATER)

    given = claim_first([response.pk], Round.FIRST, marker=colleague, now=LATER + later)

    assert given == (response.pk if is_taken_over else None)
    assert AnswerClaim.objects.get().marker == (colleague if is_taken_over else room.teacher)


def test_one_s_own_claim_lasts_longer_when_asked_again(room):
    response = essay_of(room.hand_in("ann", "It lapsed."))
    claim(response.pk, Round.FIRST, marker=room.teacher, now=LATER)

    again = claim(response.pk, Round.FIRST, marker=room.teacher, now=LATER + timedelta(minutes=5))

    assert again.until == LATER + timedelta(minutes=5) + CLAIM


def test_a_save_after_another_has_taken_over_is_refused_and_keeps_what_was_chosen(room, colleague):
    response = essay_of(room.hand_in("ann", "It lapsed."))
    room.browser.post(page(room, response, "grade-next"), {"answer": response.pk})
    AnswerClaim.objects.update(until=timezone.now() - timedelta(seconds=1))
    browser_of(colleague).post(page(room, response, "grade-next"))

    refused = room.browser.post(page(room, response), POSTED)

    html = text_of(refused)
    assert refused.status_code == 409
    assert "Sun-hi Han is grading this answer until" in html
    assert "Well argued." in html
    assert refused.context["form"]["level-claim"].value() == "2"
    assert not HeldMark.objects.exists()


def test_a_save_after_the_time_has_passed_counts_while_nobody_took_over(room):
    response = essay_of(room.hand_in("ann", "It lapsed."))
    claim(response.pk, Round.FIRST, marker=room.teacher, now=LATER)

    hold(response, room.teacher, now=LATER + 3 * CLAIM)

    assert HeldMark.objects.get().marker == room.teacher
    assert not AnswerClaim.objects.exists()


def test_an_answer_at_which_a_colleague_is_shows_no_rubric(room, colleague):
    response = essay_of(room.hand_in("ann", "It lapsed."))
    browser_of(colleague).post(page(room, response, "grade-next"))

    html = text_of(room.browser.get(page(room, response)))

    assert "Sun-hi Han is grading this answer" in html
    assert "mark-level-claim" not in html
    assert "Grade this answer" not in html


def test_looking_at_an_answer_claims_nothing(room):
    response = essay_of(room.hand_in("ann", "It lapsed."))

    room.browser.get(page(room, response))

    assert not AnswerClaim.objects.exists()


def test_skipping_frees_the_answer_and_leads_on(room):
    for name in ("ann", "ben", "cho"):
        room.hand_in(name, "It lapsed.")
    revision = essay_of(Attempt.objects.first()).revision
    start = reverse("classes:grade-next", args=[room.cohort.pk, revision.pk])
    first = AnswerClaim.objects.get(pk=room.browser.post(start) and AnswerClaim.objects.get().pk).response_id

    room.browser.post(start, {"leave": first})

    assert AnswerClaim.objects.get().response_id != first


# Held until posted.


def seen_by_the_student(attempt):
    """Return all that the student can reach: pages, API, inbox, own data; and what others export of it."""
    browser = browser_of(attempt.student)
    cohort = Enrolment.objects.get(user=attempt.student).cohort
    addresses = [
        reverse("quizzes:result", args=[attempt.pk]),
        attempt.quiz.get_absolute_url(),
        attempt.quiz.course.get_absolute_url(),
        reverse("classes:grades", args=[cohort.pk]),
        reverse("api-own-grades", args=[cohort.pk]),
        reverse("api-attempt", args=[attempt.pk]),
        reverse("courses:inbox"),
    ]
    pages = "\n".join(browser.get(address).content.decode() for address in addresses)
    data = json.dumps(everything_about(attempt.student, now=timezone.now()), default=str)
    grades = "".join(csv_lines(file_rows(cohort, FORMS["csv"], now=timezone.now())))
    return pages + data + grades


def test_by_no_door_is_a_held_grade_seen(room):
    attempt = room.hand_in("ann", "It lapsed.")
    hold(essay_of(attempt), room.teacher, comment="Zanzibar.")

    said = seen_by_the_student(attempt)

    attempt.refresh_from_db()
    row = WorkStanding.objects.get(place__user=attempt.student, quiz=attempt.quiz)
    assert "Zanzibar" not in said
    assert "Graded" not in said
    assert (attempt.unmarked_count, essay_of(attempt).points) == (1, None)
    assert (row.share, row.unmarked) == (0, 1) or (row.share, row.unmarked) == (None, 1)
    assert not InboxEntry.objects.exists()
    assert not AttemptEvent.objects.filter(kind="marked").exists()
    assert not AuditEntry.objects.filter(deed=Deed.GRADED).exists()

    post(room, essay_of(attempt).revision)

    assert "Zanzibar" in seen_by_the_student(attempt)


def test_posting_puts_all_grades_in_force_at_once(room):
    attempts = [room.hand_in(name, "It lapsed.") for name in ("ann", "ben", "cho")]
    for attempt, top in zip(attempts, (2, 1, 0), strict=True):
        hold(essay_of(attempt), room.teacher, {"claim": top, "evidence": 1}, comment=f"Level {top}.")
    revision = essay_of(attempts[0]).revision
    address = reverse("classes:grade-post", args=[room.cohort.pk, revision.pk])

    shown = room.browser.get(address)
    answer = room.browser.post(address, {"expected": shown.context["found"].fingerprint})

    assert "Post 3 grades" in text_of(shown)
    assert answer.status_code == 302
    for attempt, top in zip(attempts, (2, 1, 0), strict=True):
        attempt.refresh_from_db()
        mark = HumanMark.objects.get(response__attempt=attempt)
        event = AttemptEvent.objects.get(kind="marked", response=mark.response)
        assert mark.levels == {"claim": top, "evidence": 1}
        assert (event.actor, event.reason) == (room.teacher, f"Level {top}.")
        assert (attempt.unmarked_count, attempt.score) == (0, mark.share.quantize(Decimal("0.01")))
        assert InboxEntry.objects.filter(user=attempt.student, kind="graded").count() == 1
    assert AuditEntry.objects.filter(deed=Deed.GRADED).count() == 3
    assert AuditEntry.objects.get(deed=Deed.GRADES_POSTED).details == {"answers": 3}
    assert not HeldMark.objects.exists()


def test_other_grades_than_those_shown_are_not_posted(room):
    attempts = [room.hand_in(name, "It lapsed.") for name in ("ann", "ben")]
    hold(essay_of(attempts[0]), room.teacher)
    address = reverse("classes:grade-post", args=[room.cohort.pk, essay_of(attempts[0]).revision_id])
    expected = room.browser.get(address).context["found"].fingerprint
    hold(essay_of(attempts[1]), room.teacher)

    refused = room.browser.post(address, {"expected": expected})

    assert refused.status_code == 409
    assert "Nothing was posted." in text_of(refused)
    assert "Post 2 grades" in text_of(refused)
    assert not HumanMark.objects.exists()


def test_a_held_grade_of_an_answer_that_changed_since_is_void(room):
    attempt = room.hand_in("ann", "It lapsed.")
    response = essay_of(attempt)
    hold(response, room.teacher)
    reopen_attempt(attempt=attempt, actor=room.teacher, reason="Power cut.", now=LATER)
    assert waiting_marks(room.cohort, response.revision) == []

    give(attempt, "It ended in 1996.", sequence=9, now=LATER + timedelta(minutes=1))
    submit(attempt, now=LATER + timedelta(minutes=2))

    assert waiting_marks(room.cohort, response.revision) == []


def test_a_late_answer_that_is_accepted_takes_the_held_grade_with_it(db):
    room = taught(items=[body("essay")], practice=False, minutes=30)
    attempt = room.hand_in("ann", "It lapsed.")
    give(attempt, "It ended.", sequence=9, now=NOW + timedelta(hours=1))
    hold(essay_of(attempt), room.teacher)

    accept_late_answer(saved=SavedAnswer.objects.get(outcome="late"), actor=room.teacher, reason="So.", now=LATER)

    assert not HeldMark.objects.exists()


@pytest.mark.parametrize("count", [2, 20])
def test_posting_costs_the_same_queries_for_two_and_for_twenty(room, count, django_assert_max_num_queries):
    for at in range(count):
        hold(essay_of(room.hand_in(f"student-{at}", "It lapsed.")), room.teacher)
    revision = HeldMark.objects.first().response.revision

    with django_assert_max_num_queries(45):
        post(room, revision)


# Second grades.


def test_a_second_grader_does_not_see_the_first_grade_until_they_have_given_theirs(room, colleague):
    response = essay_of(room.hand_in("ann", "It lapsed."))
    hold(response, room.teacher, comment="Zanzibar.")
    browser = browser_of(colleague)

    blind = text_of(browser.get(page(room, response)))
    browser.post(page(room, response, "grade-next"), {"round": "second"})
    form = browser.get(page(room, response, round="second"))
    browser.post(page(room, response, round="second"), {**POSTED, "mark-level-claim": "0"})
    after = text_of(browser.get(page(room, response)))

    for html in (blind, text_of(form)):
        assert "Zanzibar" not in html
        assert "(given)" not in html
        assert "checked" not in html
    assert "Zanzibar." in after
    assert HeldMark.objects.get(round=Round.SECOND).levels == {"claim": 0, "evidence": 1}
    assert HeldMark.objects.get(round=Round.FIRST).levels == BEST


def test_a_colleague_cannot_replace_a_grade_they_have_not_seen(room, colleague):
    response = essay_of(room.hand_in("ann", "It lapsed."))
    held = hold(response, room.teacher)

    with pytest.raises(GradedByAnother):
        hold(response, colleague, {"claim": 0, "evidence": 0}, seen=held.marked_at)
    hold(response, colleague, {"claim": 0, "evidence": 0}, round_=Round.SECOND)
    hold(response, colleague, {"claim": 1, "evidence": 0}, seen=held.marked_at, now=LATER + timedelta(minutes=1))

    assert HeldMark.objects.get(round=Round.FIRST).levels == {"claim": 1, "evidence": 0}


def test_a_refused_first_grade_can_be_saved_as_a_second(room, colleague):
    response = essay_of(room.hand_in("ann", "It lapsed."))
    hold(response, room.teacher)
    browser = browser_of(colleague)

    refused = browser.post(page(room, response), POSTED)
    browser.post(page(room, response, round="second"), POSTED)

    assert refused.status_code == 409
    assert "Save as second grade" in text_of(refused)
    assert HeldMark.objects.get(round=Round.SECOND).marker == colleague


def test_a_second_grade_needs_another_grader_and_a_first_grade(room, colleague):
    first, other = (essay_of(room.hand_in(name, "It lapsed.")) for name in ("ann", "ben"))
    hold(first, room.teacher)

    with pytest.raises(OwnMark):
        hold(first, room.teacher, round_=Round.SECOND)
    with pytest.raises(NothingToCompare):
        hold(other, colleague, round_=Round.SECOND)

    assert HeldMark.objects.count() == 1


def test_only_first_grades_are_posted_and_both_are_compared_afterwards(room, colleague):
    rising = ({"claim": at % 3, "evidence": at % 2} for at in range(12))
    for at, levels in enumerate(rising):
        response = essay_of(room.hand_in(f"student-{at}", "It lapsed."))
        hold(response, room.teacher, levels)
        hold(response, colleague, {**levels, "claim": max(0, levels["claim"] - (at == 2))}, round_=Round.SECOND)
    revision = response.revision
    before = compared_grades(room.cohort, revision.pk)
    post(room, revision)

    after = compared_grades(room.cohort, revision.pk)
    html = text_of(room.browser.get(reverse("classes:grade-agreement", args=[room.cohort.pk, revision.pk])))

    assert after == before
    assert (after.whole.count, len(after.differing)) == (12, 1)
    assert after.differing[0].criteria == ["Claim"] or len(after.differing[0].criteria) == 1
    assert 0.8 < after.whole.kappa < 1
    assert f"{after.whole.kappa:.2f}" in html
    assert HumanMark.objects.filter(marker=room.teacher).count() == 12


def test_agreement_on_few_answers_is_not_told(room, colleague):
    response = essay_of(room.hand_in("ann", "It lapsed."))
    hold(response, room.teacher)
    hold(response, colleague, round_=Round.SECOND)

    html = text_of(room.browser.get(page(room, response, "grade-agreement")))

    assert "Agreement is shown from 10 on." in html
    assert "Weighted kappa" not in html


# Saved comments.


def test_a_comment_is_kept_inserted_and_deleted_without_losing_what_was_chosen(room):
    response = essay_of(room.hand_in("ann", "It lapsed."))
    room.browser.post(page(room, response, "grade-next"), {"answer": response.pk})

    kept = room.browser.post(page(room, response), {**POSTED, "mark-comment": "Name the date.", "keep": "question"})
    comment = SavedComment.objects.get()
    inserted = room.browser.post(page(room, response), {**POSTED, "insert": comment.pk})
    room.browser.post(page(room, response), {**POSTED, "forget": comment.pk})

    assert "Name the date." in text_of(kept)
    assert inserted.context["form"]["comment"].value() == "Well argued. Name the date."
    assert inserted.context["form"]["level-claim"].value() == "2"
    assert not SavedComment.objects.exists()
    assert not HeldMark.objects.exists()


def test_comments_are_one_s_own_of_the_question_or_of_the_whole_course(room, colleague):
    item = essay_of(room.hand_in("ann", "It lapsed.")).revision.item
    other = Item.objects.create(
        course=item.course, quiz=item.quiz, key="other", position=9, objective=item.objective, section=item.section
    )
    keep_comment(item, "At this one.", owner=room.teacher, is_for_course=False, now=NOW)
    keep_comment(item, "Anywhere.", owner=room.teacher, is_for_course=True, now=NOW)
    keep_comment(item, " Anywhere. ", owner=room.teacher, is_for_course=True, now=NOW)
    keep_comment(item, "  ", owner=room.teacher, is_for_course=True, now=NOW)

    assert [each.text for each in comments_at(item, owner=room.teacher)] == ["At this one.", "Anywhere."]
    assert [each.text for each in comments_at(other, owner=room.teacher)] == ["Anywhere."]
    assert comments_at(item, owner=colleague) == []


def test_no_more_comments_are_kept_than_are_shown(room):
    item = essay_of(room.hand_in("ann", "It lapsed.")).revision.item
    for at in range(MOST):
        keep_comment(item, f"Comment {at}.", owner=room.teacher, is_for_course=False, now=NOW)

    with pytest.raises(TooManyComments):
        keep_comment(item, "One more.", owner=room.teacher, is_for_course=False, now=NOW)


# Names.


def test_a_name_is_shown_once_and_on_record(room):
    attempt = room.hand_in("Zebedee", "It lapsed.")
    response = essay_of(attempt)

    shown = text_of(room.browser.post(page(room, response, "grade-name"), POSTED))
    again = text_of(room.browser.get(page(room, response)))

    entry = AuditEntry.objects.get(deed=Deed.NAMES_SHOWN)
    assert "written by <b>Zebedee</b>" in shown
    assert "Well argued." in shown
    assert "Zebedee" not in again
    assert (entry.actor_id, entry.person_id, entry.cohort_id) == (room.teacher.pk, attempt.student_id, room.cohort.pk)


@pytest.mark.parametrize("name", ["grade-next", "grade-name"])
def test_what_changes_something_is_no_page_to_open(room, name):
    response = essay_of(room.hand_in("ann", "It lapsed."))

    assert room.browser.get(page(room, response, name)).status_code == 405


def test_a_claim_tells_who_and_until_when(room, colleague):
    response = essay_of(room.hand_in("ann", "It lapsed."))
    claim(response.pk, Round.FIRST, marker=colleague, now=LATER)

    with pytest.raises(AnswerClaimed, match=f"Sun-hi Han .* {LATER + CLAIM:%H:%M} UTC"):
        hold(response, room.teacher)
