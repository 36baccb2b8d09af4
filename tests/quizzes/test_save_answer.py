"""Saving an answer: whatever arrives is kept, and nothing is overwritten unseen."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from quizzes.domain.kinds import KINDS
from quizzes.errors import AttemptClosed
from quizzes.models import ItemResponse, SavedAnswer
from quizzes.models.saving import tally_of
from quizzes.services.answers import AnswerUnread, Sent, flag_response, save_answer, take_kept_answer
from tests.make import BODIES, LATER, NOW, browser_of, give, make_attempt, make_quiz, make_user, submit
from tests.racing import race

TAKEN, ASIDE, LATE = SavedAnswer.Outcome.TAKEN, SavedAnswer.Outcome.ASIDE, SavedAnswer.Outcome.LATE


def stored(attempt, position=1):
    return ItemResponse.objects.get(attempt=attempt, position=position)


def log(attempt):
    rows = SavedAnswer.objects.filter(response__attempt=attempt).order_by("pk")
    return list(rows.values_list("answer", "outcome"))


def take(attempt, saved_id, *, client_key=None, student=None):
    who = student or attempt.student
    key = client_key or uuid4()
    return take_kept_answer(attempt_id=attempt.pk, saved_id=saved_id, student=who, client_key=key, now=LATER)


def test_an_answer_is_taken_and_written_down(attempt):
    saved = give(attempt, "dollars")

    response = stored(attempt)
    assert (saved.outcome, saved.aside) == (TAKEN, None)
    assert (response.answer, response.sequence, response.answered_at) == ("dollars", 1, NOW)
    assert log(attempt) == [("dollars", TAKEN)]


def test_an_answer_can_be_changed_and_both_stay_in_the_log(attempt):
    give(attempt, "dollars")
    give(attempt, "roubles")

    assert (stored(attempt).answer, stored(attempt).sequence) == ("roubles", 2)
    assert log(attempt) == [("dollars", TAKEN), ("roubles", TAKEN)]


def test_an_answer_can_be_taken_back_to_a_blank(attempt):
    give(attempt, "dollars")
    give(attempt, None)

    assert stored(attempt).answer is None
    assert ItemResponse.objects.filter(attempt=attempt, answer__isnull=False).count() == 0
    assert log(attempt) == [("dollars", TAKEN), (None, TAKEN)]


def test_the_same_save_sent_again_changes_nothing(attempt):
    key = uuid4()
    first = give(attempt, "dollars", sequence=0, client_key=key)
    again = give(attempt, "dollars", sequence=0, client_key=key)

    assert first.outcome == again.outcome == TAKEN
    assert stored(attempt).sequence == 1
    assert log(attempt) == [("dollars", TAKEN)]


def test_the_same_save_arriving_late_does_not_undo_a_newer_answer(attempt):
    key = uuid4()
    give(attempt, "dollars", sequence=0, client_key=key)
    give(attempt, "roubles", sequence=1)

    assert give(attempt, "dollars", sequence=0, client_key=key).outcome == TAKEN
    assert stored(attempt).answer == "roubles"
    assert log(attempt) == [("dollars", TAKEN), ("roubles", TAKEN)]


def test_an_answer_from_a_page_that_is_behind_is_kept_aside(attempt):
    give(attempt, "dollars", sequence=0)
    saved = give(attempt, "kind", sequence=0)

    assert saved.outcome == ASIDE
    assert saved.aside.answer == "kind"
    assert (stored(attempt).answer, stored(attempt).sequence) == ("dollars", 1)
    assert log(attempt) == [("dollars", TAKEN), ("kind", ASIDE)]


def test_an_answer_kept_aside_is_kept_once_however_often_it_is_sent(attempt):
    give(attempt, "dollars", sequence=0)
    key = uuid4()
    first = give(attempt, "kind", sequence=0, client_key=key)
    again = give(attempt, "kind", sequence=0, client_key=key)

    assert first.aside == again.aside
    assert again.outcome == ASIDE
    assert log(attempt) == [("dollars", TAKEN), ("kind", ASIDE)]


def test_another_answer_under_an_old_name_from_an_old_page_is_kept_aside_too(attempt):
    key = uuid4()
    give(attempt, "dollars", sequence=0, client_key=key)
    saved = give(attempt, "kind", sequence=0, client_key=key)

    assert saved.outcome == ASIDE
    assert log(attempt) == [("dollars", TAKEN), ("kind", ASIDE)]


def test_another_answer_under_an_old_name_from_a_page_up_to_date_is_taken(attempt):
    key = uuid4()
    give(attempt, "dollars", sequence=0, client_key=key)
    give(attempt, "roubles", sequence=1)
    saved = give(attempt, "kind", sequence=2, client_key=key)

    assert saved.outcome == TAKEN
    assert stored(attempt).answer == "kind"
    assert log(attempt) == [("dollars", TAKEN), ("roubles", TAKEN), ("kind", TAKEN)]


def test_an_answer_after_submission_is_kept_and_does_not_count(attempt):
    give(attempt, "roubles")
    score = submit(attempt).score

    saved = give(attempt, "dollars")

    attempt.refresh_from_db()
    assert saved.outcome == LATE
    assert (stored(attempt).answer, attempt.score) == ("roubles", score)
    assert log(attempt) == [("roubles", TAKEN), ("dollars", LATE)]


def test_the_same_answer_after_submission_is_no_news(attempt):
    give(attempt, "roubles")
    submit(attempt)

    assert give(attempt, "roubles").outcome == TAKEN
    assert log(attempt) == [("roubles", TAKEN)]


def test_an_answer_that_cannot_be_read_leaves_the_stored_one(attempt):
    give(attempt, "dollars")

    with pytest.raises(AnswerUnread):
        give(attempt, "gold")

    assert stored(attempt).answer == "dollars"
    assert log(attempt) == [("dollars", TAKEN)]


def test_nobody_answers_for_another(attempt, stranger):
    sent = Sent("1", 0, uuid4())

    with pytest.raises(ItemResponse.DoesNotExist):
        save_answer(attempt_id=attempt.pk, position=1, student=stranger, sent=sent, now=NOW)

    assert stored(attempt).answer is None


def test_a_question_that_is_not_on_the_paper_takes_no_answer(attempt):
    sent = Sent("1", 0, uuid4())

    with pytest.raises(ItemResponse.DoesNotExist):
        save_answer(attempt_id=attempt.pk, position=8, student=attempt.student, sent=sent, now=NOW)


def test_the_answer_is_read_in_the_names_of_the_paper(attempt):
    order = stored(attempt).order
    name = str(order.index("dollars") + 1)
    sent = Sent(name, 0, uuid4())

    save_answer(attempt_id=attempt.pk, position=1, student=attempt.student, sent=sent, now=NOW)

    assert stored(attempt).answer == "dollars"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_answer_comes_back_from_the_database_as_it_was(db, student, kind):
    attempt = make_attempt(make_quiz(kinds=[kind]), student)
    spec = stored(attempt).revision.spec
    answer = spec.right_answer() if spec.is_scored else {"chosen": ["charts", "texts"], "comment": "More of them."}

    give(attempt, answer)

    assert stored(attempt).answer == answer
    assert spec.clean(stored(attempt).answer) == answer
    assert stored(attempt).is_complete


def test_what_an_author_put_in_order_comes_back_from_the_database_in_that_order(db):
    quiz = make_quiz(kinds=["single", "multiple", "matching", "ordering"], items=4)

    specs = [item.revisions.get().spec for item in quiz.items.order_by("position")]

    assert list(specs[0].options) == list(BODIES["single"]["options"])
    assert list(specs[1].options) == list(BODIES["multiple"]["options"])
    assert list(specs[2].prompts) == list(BODIES["matching"]["prompts"])
    assert list(specs[2].matches) == list(BODIES["matching"]["matches"])
    assert list(specs[3].entries) == list(BODIES["ordering"]["entries"])


# How far the paper is.


def test_after_each_save_it_is_known_how_far_the_paper_is(attempt):
    flag_response(attempt_id=attempt.pk, position=3, student=attempt.student, is_flagged=True, now=NOW)
    steps = [(1, "dollars"), (1, "roubles"), (2, ["coal"]), (6, {"old": "help"}), (1, None)]

    tallies = []
    for position, answer in steps:
        give(attempt, answer, position=position)
        tallies.append(tally_of(attempt.pk))

    assert [tally.answered_count for tally in tallies] == [1, 1, 2, 2, 1]
    assert {(tally.count, tally.flagged_count) for tally in tallies} == {(7, 1)}


@pytest.mark.parametrize(
    ("position", "half", "whole"),
    [
        (6, {"old": "help"}, {"old": "help", "new": "help"}),
        (7, {"war": 1, "debt": 2}, {"war": 1, "alliance": 3, "recognition": 4, "debt": 2}),
    ],
)
def test_a_question_is_answered_when_nothing_of_it_is_left_open(attempt, position, half, whole):
    answered = []
    for answer in (half, whole, half):
        give(attempt, answer, position=position)
        answered.append(stored(attempt, position).is_complete)

    assert answered == [False, True, False]


def test_choosing_the_answer_kept_aside_counts_it_as_answered(attempt):
    give(attempt, {"old": "help"}, position=6, sequence=0)
    aside = give(attempt, {"old": "help", "new": "help"}, position=6, sequence=0).aside
    assert not stored(attempt, 6).is_complete

    take(attempt, aside.pk)

    assert stored(attempt, 6).is_complete


# Choosing the answer that was kept aside.


def test_the_answer_kept_aside_can_be_chosen(attempt):
    give(attempt, "dollars", sequence=0)
    aside = give(attempt, "kind", sequence=0).aside

    take(attempt, aside.pk)

    assert (stored(attempt).answer, stored(attempt).sequence) == ("kind", 2)
    assert log(attempt) == [("dollars", TAKEN), ("kind", ASIDE), ("kind", TAKEN)]


def test_choosing_twice_is_choosing_once(attempt):
    give(attempt, "dollars", sequence=0)
    aside = give(attempt, "kind", sequence=0).aside
    key = uuid4()

    take(attempt, aside.pk, client_key=key)
    take(attempt, aside.pk, client_key=key)

    assert stored(attempt).sequence == 2
    assert len(log(attempt)) == 3


def test_choosing_again_from_an_old_page_after_a_newer_answer_still_counts(attempt):
    give(attempt, "dollars", sequence=0)
    aside = give(attempt, "kind", sequence=0).aside
    key = uuid4()
    take(attempt, aside.pk, client_key=key)
    give(attempt, "roubles")

    take(attempt, aside.pk, client_key=key)

    assert stored(attempt).answer == "kind"


def test_nothing_is_chosen_after_submission(attempt):
    give(attempt, "dollars", sequence=0)
    aside = give(attempt, "kind", sequence=0).aside
    submit(attempt)

    with pytest.raises(AttemptClosed):
        take(attempt, aside.pk)

    assert stored(attempt).answer == "dollars"


def test_nobody_chooses_from_another_attempt(attempt, quiz, stranger):
    give(attempt, "dollars", sequence=0)
    aside = give(attempt, "kind", sequence=0).aside
    other = make_attempt(quiz, stranger)

    with pytest.raises(SavedAnswer.DoesNotExist):
        take(other, aside.pk)


def test_an_answer_that_was_taken_is_not_offered_again(attempt):
    give(attempt, "dollars")
    taken = SavedAnswer.objects.get()

    with pytest.raises(SavedAnswer.DoesNotExist):
        take(attempt, taken.pk)


# Flags.


def test_a_question_can_be_flagged_and_unflagged(attempt):
    flag = partial(flag_response, attempt_id=attempt.pk, position=2, student=attempt.student, now=NOW)

    flag(is_flagged=True)
    assert stored(attempt, 2).is_flagged
    assert not stored(attempt, 1).is_flagged

    flag(is_flagged=False)
    assert not stored(attempt, 2).is_flagged


def test_a_submitted_attempt_takes_no_flags(attempt):
    submit(attempt)

    with pytest.raises(AttemptClosed):
        flag_response(attempt_id=attempt.pk, position=1, student=attempt.student, is_flagged=True, now=NOW)


# Races.


@pytest.mark.django_db(transaction=True)
def test_of_four_pages_racing_to_answer_one_is_taken_and_three_are_kept_aside():
    attempt = make_attempt(make_quiz(items=5, kinds=["text"]), make_user())

    for position in range(1, 6):
        answers = [f"answer {number} to {position}" for number in range(4)]
        saved = race(*[partial(give, attempt, answer, position=position, sequence=0) for answer in answers])

        assert sorted(each.outcome for each in saved) == [ASIDE, ASIDE, ASIDE, TAKEN]
        [taken] = [each.response.answer for each in saved if each.outcome == TAKEN]
        assert (stored(attempt, position).answer, stored(attempt, position).sequence) == (taken, 1)
        assert set(stored(attempt, position).saved_answers.values_list("answer", flat=True)) == set(answers)


@pytest.mark.django_db(transaction=True)
def test_one_save_sent_four_times_at_once_is_taken_once():
    attempt, key = make_attempt(make_quiz(kinds=["text"]), make_user()), uuid4()

    saved = race(*[partial(give, attempt, "Kozyrev", sequence=0, client_key=key)] * 4)

    assert [each.outcome for each in saved] == [TAKEN] * 4
    assert log(attempt) == [("Kozyrev", TAKEN)]


@pytest.mark.django_db(transaction=True)
def test_an_answer_racing_with_submission_counts_or_is_kept_as_late():
    for _round in range(3):
        attempt = make_attempt(make_quiz(kinds=["text"]), make_user(f"student-{uuid4()}"))

        submitted, saved = race(partial(submit, attempt), partial(give, attempt, "Kozyrev", sequence=0))

        expected = 1 if saved.outcome == TAKEN else 0
        assert saved.outcome in (TAKEN, LATE)
        assert submitted.score == expected


# Cost.


def queries(captured):
    """Return the queries that ask or change something: a transaction's own marks are none."""
    marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [query["sql"] for query in captured if not query["sql"].startswith(marks)]


@pytest.mark.parametrize("position", [1, 30])
@pytest.mark.parametrize(("headers", "status"), [({}, 302), ({"HX-Request": "true"}, 200)])
def test_saving_an_answer_through_the_page_costs_at_most_five_queries(db, student, position, headers, status):
    attempt = make_attempt(make_quiz(items=30, kinds=["single"]), student)
    browser, url = browser_of(student), reverse("quizzes:attempt-item", args=[attempt.pk, position])
    data = {"answer": "1", "sequence": 0, "client_key": str(uuid4()), "go": "next"}

    with CaptureQueriesContext(connection) as captured:
        answer = browser.post(url, data, headers=headers)

    assert answer.status_code == status
    assert stored(attempt, position).answer is not None
    assert len(queries(captured)) <= 5, "\n".join(queries(captured))
