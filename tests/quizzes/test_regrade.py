"""Regrades: seen before they are made, recorded, and undone bit for bit."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest
from django.db import IntegrityError, transaction

from quizzes.domain.behaviour import Behaviour
from quizzes.errors import ReasonNeeded
from quizzes.models import Attempt, AttemptEvent, ItemResponse, Regrade
from quizzes.reports.results import EVERYTHING, result_of
from quizzes.services.attempts import reopen_attempt
from quizzes.services.authoring import revise_item
from quizzes.services.grading import mark_by_hand
from quizzes.services.marking import load_papers, mark_attempt
from quizzes.services.regrading import Change, make_regrade, preview_regrade, undo_regrade
from tests.make import (
    LATER,
    NOW,
    body,
    give,
    make_attempt,
    make_quiz,
    make_user,
    priced,
    regrade_of,
    rekeyed,
    submit,
    try_out,
)
from tests.racing import race

Event = AttemptEvent.Kind
# What each of three students chooses: the old key, the new one, neither; and one leaves it open.
CHOICES = {"old": "dollars", "new": "kind", "none": "roubles", "blank": None}
FIXES = [fix for fix in Regrade.Fix if fix not in (Regrade.Fix.OPTIONS, Regrade.Fix.NEW_RUBRIC)]


@pytest.fixture
def quiz(db):
    """A quiz of three questions worth 3, 1 and 2 points, with credit by time."""
    items = [body("single", key="q1", points=3), body("numeric", key="q2"), body("matching", key="q3", points=2)]
    return make_quiz(items=items)


def sit(quiz, who, first, *, is_open=False):
    """Return somebody's attempt: the first question as given, half of the third right."""
    attempt = make_attempt(quiz, make_user(who))
    if first is not None:
        give(attempt, first)
    give(attempt, {"old": "help", "new": "help"}, position=3)
    return attempt if is_open else submit(attempt)


@pytest.fixture
def class_(quiz):
    """The attempts of the four."""
    return {who: sit(quiz, who, first) for who, first in CHOICES.items()}


def revision_of(attempt, position=1):
    return attempt.responses.select_related("revision__item").get(position=position).revision


def made(attempt, fix, actor, *, now=LATER, right="kind", **fields):
    """Return a regrade of the first question of an attempt that has just been made, and what it did."""
    regrade = unmade(attempt, fix, actor, right=right, **fields)
    return regrade, make_regrade(regrade=regrade, now=now)


def unmade(attempt, fix, actor, *, right="kind", **fields):
    revision = revision_of(attempt)
    if fix in ("both_keys", "new_key"):
        fields["new_revision"] = rekeyed(revision, right)
    return regrade_of(revision, fix, actor, **fields)


def undo(regrade, actor, **fields):
    return undo_regrade(regrade=regrade, actor=actor, now=LATER, **{"reason": "It was right.", **fields})


def marks():
    """Return every number a mark is made of, as stored."""
    attempts = Attempt.objects.order_by("pk").values_list(
        "pk", "score", "raw_score", "max_score", "credit_percent", "unmarked_count"
    )
    return list(attempts), list(ItemResponse.objects.order_by("pk").values_list("pk", "share", "points"))


def fresh():
    """Return what marking everything anew in memory gives, in the shape of `marks`."""
    attempts = list(Attempt.objects.submitted().select_related("quiz").order_by("pk"))
    papers = load_papers(attempts)
    responses = [response for attempt in attempts for response in mark_attempt(attempt, papers.bases[attempt.pk])]
    numbers = [(a.pk, a.score, a.raw_score, a.max_score, a.credit_percent, a.unmarked_count) for a in attempts]
    return numbers, sorted((each.pk, each.share, each.points) for each in responses)


def scores(class_):
    return {who: Attempt.objects.get(pk=attempt.pk).score for who, attempt in class_.items()}


def test_a_revision_is_read_once_for_all_papers_that_hold_it(db):
    quiz = make_quiz(items=2)
    attempts = [make_attempt(quiz, make_user(name)) for name in ("ann", "ben", "cy")]

    specs = [basis.spec for bases in load_papers(attempts).bases.values() for basis in bases]

    assert len(specs) == 6
    assert len({id(spec) for spec in specs}) == 2


# What each does.


@pytest.mark.parametrize(
    ("fix", "never_lower", "expected"),
    [
        ("credit_all", True, {"old": 4, "new": 4, "none": 4, "blank": 4}),
        ("both_keys", True, {"old": 4, "new": 4, "none": 1, "blank": 1}),
        ("new_key", True, {"old": 4, "new": 4, "none": 1, "blank": 1}),
        ("new_key", False, {"old": 1, "new": 4, "none": 1, "blank": 1}),
        ("disregard", True, {"old": 1, "new": 1, "none": 1, "blank": 1}),
        ("keep", True, {"old": 4, "new": 1, "none": 1, "blank": 1}),
    ],
)
def test_a_regrade_marks_every_paper_that_holds_the_question_anew(class_, instructor, fix, never_lower, expected):
    assert scores(class_) == {"old": 4, "new": 1, "none": 1, "blank": 1}

    made(class_["old"], fix, instructor, never_lower=never_lower)

    assert scores(class_) == expected
    assert marks() == fresh()


def test_disregarding_a_question_takes_it_out_of_what_is_possible(class_, instructor):
    made(class_["old"], "disregard", instructor)

    found = Attempt.objects.get(pk=class_["old"].pk)
    assert (found.score, found.max_score, found.percent) == (1, 3, 33)
    assert ItemResponse.objects.get(attempt=found, position=1).points is None
    assert result_of(found, shown=EVERYTHING).questions[0].state == "out"


def test_an_attempt_of_which_nothing_counts_has_no_share_and_is_not_passed(db, student, instructor):
    attempt = make_attempt(make_quiz(items=[body("single", key="q")]), student)
    submit(attempt)

    made(attempt, "disregard", instructor)

    found = Attempt.objects.get(pk=attempt.pk)
    assert (found.score, found.max_score, found.share, found.is_passed) == (0, 0, None, False)


def test_options_may_be_always_right_or_not_count(class_, instructor):
    made(class_["old"], "options", instructor, always_right=["roubles"], disregarded=["kind"])

    assert scores(class_) == {"old": 4, "new": 1, "none": 4, "blank": 1}
    assert Attempt.objects.get(pk=class_["new"].pk).max_score == 3


# Preview.


@pytest.mark.parametrize("never_lower", [True, False])
@pytest.mark.parametrize("fix", FIXES)
def test_a_preview_writes_nothing_and_says_what_making_it_does(class_, instructor, fix, never_lower):
    regrade = unmade(class_["old"], fix, instructor, never_lower=never_lower)
    before = (marks(), Regrade.objects.count(), AttemptEvent.objects.count())

    seen = preview_regrade(regrade)

    assert (marks(), Regrade.objects.count(), AttemptEvent.objects.count()) == before
    done = make_regrade(regrade=regrade, now=LATER)
    assert rows(seen) == rows(done)
    assert (seen.mean_before, seen.mean_after) == (done.mean_before, done.mean_after)
    stored = {row.pk: (row.score, row.max_score) for row in Attempt.objects.all()}
    assert {pk: after for pk, _before, after in rows(seen)} == stored


def rows(preview):
    found = [
        (each.attempt.pk, (each.score_before, each.possible_before), (each.score_after, each.possible_after))
        for each in preview.changes
    ]
    return sorted(found)


def test_a_preview_counts_who_goes_up_and_down(class_, instructor):
    seen = preview_regrade(unmade(class_["old"], "new_key", instructor, never_lower=False))

    assert [seen.count(way) for way in ("up", "down", "same")] == [1, 1, 2]
    assert {each.attempt.student.username for each in seen.changed} == {"old", "new"}
    assert (seen.mean_before, seen.mean_after) == (Decimal("1.75"), Decimal("1.75"))


# Undo.


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ((4, 10), (3, 5), "up"),  # a question taken out: fewer points, a larger share
        ((5, 10), (4, 8), "down"),  # the same share of less: by points
        ((0, 0), (3, 10), "up"),  # nothing counted, and something does now
        ((3, 10), (0, 0), "down"),
        ((0, 0), (0, 0), "same"),
        ((4, 10), (4, 10), "same"),
    ],
)
def test_an_attempt_goes_up_or_down_by_its_share_and_then_by_points(before, after, direction):
    (score, possible), (then, of_then) = before, after
    change = Change(Attempt(), Decimal(score), Decimal(then), Decimal(possible), Decimal(of_then))

    assert change.direction == direction


@pytest.mark.parametrize("never_lower", [True, False])
@pytest.mark.parametrize("fix", FIXES)
def test_change_the_key_regrade_and_undo_and_every_number_is_as_it_was(class_, instructor, fix, never_lower):
    """Peer failure: no regrade after a key change (PrairieLearn). Totals equal a fresh grading, bit for bit."""
    before = marks()

    regrade, _done = made(class_["old"], fix, instructor, never_lower=never_lower)
    assert marks() == fresh()
    undo(regrade, instructor)

    assert marks() == before == fresh()


def test_of_two_regrades_the_first_may_be_undone_and_the_second_stays(class_, instructor):
    first, _done = made(class_["old"], "new_key", instructor, never_lower=False)
    made(class_["old"], "both_keys", instructor, right="roubles")
    assert scores(class_) == {"old": 1, "new": 4, "none": 4, "blank": 1}

    undo(first, instructor)

    assert scores(class_) == {"old": 4, "new": 1, "none": 4, "blank": 1}
    assert marks() == fresh()


def test_undone_before_it_stays_undone_and_nothing_is_recorded_again(class_, instructor):
    regrade, _done = made(class_["old"], "credit_all", instructor)
    undo(regrade, instructor)
    count = AttemptEvent.objects.count()

    assert undo(regrade, instructor).changes == []
    assert AttemptEvent.objects.count() == count
    regrade.refresh_from_db()
    assert (regrade.undone_at, regrade.undone_by) == (LATER, instructor)


# The record.


def test_each_changed_mark_is_in_the_record_with_who_when_and_why(class_, instructor):
    regrade, _done = made(class_["new"], "new_key", instructor)

    events = AttemptEvent.objects.filter(kind=Event.REGRADED)
    found = [(event.attempt_id, event.response_id, event.points_before, event.points_after) for event in events]
    changed = class_["new"]
    assert found == [
        (changed.pk, changed.responses.get(position=1).pk, 0, 3),
        (changed.pk, None, 1, 4),
    ]
    assert {(e.actor, e.happened_at, e.reason, e.regrade) for e in events} == {
        (instructor, LATER, "The key was wrong.", regrade)
    }


def test_undoing_is_recorded_as_another_event(class_, instructor):
    regrade, _done = made(class_["new"], "new_key", instructor)
    undo(regrade, instructor)

    undone = AttemptEvent.objects.filter(kind=Event.UNDONE).order_by("pk")
    assert [(event.points_before, event.points_after, event.reason) for event in undone] == [
        (3, 0, "It was right."),
        (4, 1, "It was right."),
    ]
    assert AttemptEvent.objects.filter(kind=Event.REGRADED).count() == 2


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_without_a_reason_nothing_is_made_or_undone(class_, instructor, reason):
    before = marks()
    with pytest.raises(ReasonNeeded):
        made(class_["old"], "credit_all", instructor, reason=reason)
    assert not Regrade.objects.exists()

    regrade, _done = made(class_["old"], "credit_all", instructor)
    with pytest.raises(ReasonNeeded):
        undo(regrade, instructor, reason=reason)

    regrade.refresh_from_db()
    assert regrade.undone_at is None
    assert marks() != before


def test_a_regrade_to_a_new_key_names_it(class_, instructor):
    with pytest.raises(IntegrityError), transaction.atomic():
        regrade_of(revision_of(class_["old"]), "new_key", instructor, made_at=NOW).save()


def test_the_new_key_of_a_regrade_is_never_rewritten(class_, instructor):
    regrade, _done = made(class_["old"], "new_key", instructor)
    before = (marks(), regrade.new_revision.body)

    revise_item(item=regrade.revision.item, spec=revision_of(class_["old"]).spec, editor=None, now=LATER)

    regrade.new_revision.refresh_from_db()
    assert (fresh(), regrade.new_revision.body) == before


# Attempts that are not finished, and answers marked at once.


def test_an_open_attempt_gets_the_new_marking_when_it_is_submitted(quiz, instructor):
    attempt = sit(quiz, "open", "kind", is_open=True)
    made(attempt, "new_key", instructor)
    assert Attempt.objects.get().score is None
    assert not attempt.events.exists()

    assert submit(attempt).score == 4
    assert marks() == fresh()


def test_an_attempt_opened_again_is_left_until_it_is_submitted(quiz, instructor):
    attempt = sit(quiz, "again", "kind")
    reopen_attempt(attempt=attempt, actor=instructor, reason="Power cut.", now=LATER)

    made(attempt, "new_key", instructor)

    assert (Attempt.objects.get().state, Attempt.objects.get().score) == ("open", None)
    assert submit(attempt).score == 4


@pytest.mark.django_db(transaction=True)
def test_a_regrade_and_a_submission_at_once_end_in_the_new_marking():
    quiz = make_quiz(items=[body("single", key="q1", points=3)])
    instructor = make_user("instructor")
    attempt = make_attempt(quiz, make_user())
    give(attempt, "kind")
    regrade = unmade(attempt, "new_key", instructor)

    race(partial(submit, attempt), partial(make_regrade, regrade=regrade, now=LATER))

    assert Attempt.objects.get().score == 3
    assert marks() == fresh()


@pytest.mark.parametrize(
    ("behaviour", "before", "after"),
    [("immediate", 0, 4), ("interactive", 3, 4), ("adaptive", 3, 4), ("practice", 4, 4)],
)
def test_tries_are_counted_anew_by_the_new_key(db, student, instructor, behaviour, before, after):
    """First the new key, then the old: 1 − 0.25 of 4 points before, all of them once the first was right."""
    items = [body("single", key="q", points=4, hints=["One.", "Two."])]
    attempt = make_attempt(make_quiz(items=items, **priced(behaviour, penalty="0.25")), student)
    try_out(attempt, *(["kind"] if behaviour == "immediate" else ["kind", "dollars"]))
    assert submit(attempt).score == before
    stored = marks()

    regrade, _done = made(attempt, "new_key", instructor)

    assert Attempt.objects.get().score == after
    undo(regrade, instructor)
    assert marks() == stored == fresh()


@pytest.mark.parametrize("behaviour", Behaviour)
@pytest.mark.parametrize("fix", ["keep", "new_key", "both_keys"])
def test_the_same_key_again_changes_no_mark_under_any_behaviour(db, student, instructor, behaviour, fix):
    items = [body("matching", key="q", points=4, hints=["One.", "Two."])]
    attempt = make_attempt(make_quiz(items=items, **priced(behaviour, penalty="0.3", hint_penalty="0.1")), student)
    half, whole = {"old": "help", "new": "help"}, {"old": "help", "new": "consult"}
    if behaviour is Behaviour.DEFERRED:
        give(attempt, half)
    else:
        try_out(attempt, *([half] if behaviour is Behaviour.IMMEDIATE else [half, whole]))
    submit(attempt)
    before = marks()
    revision = revision_of(attempt)
    again = revision if fix != "keep" else None

    make_regrade(regrade=regrade_of(revision, fix, instructor, new_revision=again, never_lower=False), now=LATER)

    assert marks() == before


def test_an_open_question_shows_its_standing_by_the_new_key(db, student, instructor):
    items = [body("single", key="q", points=4)]
    attempt = make_attempt(make_quiz(items=items, behaviour="adaptive", penalty="0.25"), student)
    try_out(attempt, "roubles")
    made(attempt, "new_key", instructor)

    assert try_out(attempt, "kind") == [Decimal("0.75")]


# Marks by people.


def essay_class(instructor):
    attempt = make_attempt(make_quiz(items=[body("essay", key="e", points=5)]), make_user("writer"))
    give(attempt, "It lapsed.")
    submit(attempt)
    mark_by_hand(
        response=attempt.responses.get(), levels={"claim": 1, "evidence": 0}, comment="", marker=instructor, now=LATER
    )
    return attempt


@pytest.mark.parametrize(
    ("fix", "touches", "score", "out_of"),
    [
        ("credit_all", False, 1, 5),
        ("credit_all", True, 5, 5),
        ("disregard", False, 1, 5),
        ("disregard", True, 0, 0),
        ("keep", True, 1, 5),
    ],
)
def test_a_mark_by_a_person_is_touched_only_when_that_is_ticked(db, instructor, fix, touches, score, out_of):
    attempt = essay_class(instructor)
    assert Attempt.objects.get().score == 1
    before = marks()

    regrade, _done = made(attempt, fix, instructor, touches_human=touches)

    assert (Attempt.objects.get().score, Attempt.objects.get().max_score) == (score, out_of)
    assert marks() == fresh()
    undo(regrade, instructor)
    assert marks() == before
    assert attempt.responses.get().human_mark.share == Decimal("0.2")


# Credit and certainty.


def test_the_credit_of_an_attempt_stays_through_regrade_and_undo(db, student, instructor):
    credit = [{"days": 0, "percent": 100}, {"days": 9, "percent": 50}]
    quiz = make_quiz(items=[body("single", key="q", points=3)], due=NOW.isoformat(), credit=credit)
    attempt = make_attempt(quiz, student)
    give(attempt, "kind", now=LATER)
    submit(attempt)
    quiz.credit = []
    quiz.save()

    made(attempt, "new_key", instructor)

    found = Attempt.objects.get()
    assert (found.raw_score, found.credit_percent, found.score) == (3, 50, Decimal("1.50"))


def test_certainty_is_counted_after_the_regrade(db, student, instructor):
    quiz = make_quiz(items=[body("single", key="q", points=3)], confidence="certainty")
    attempt = make_attempt(quiz, student)
    give(attempt, "kind", confidence=3)
    assert submit(attempt).score == -6

    made(attempt, "new_key", instructor)

    assert Attempt.objects.get().score == 3


@pytest.mark.parametrize(("answer", "confidence"), [("kind", 3), ("dollars", 1), ("dollars", None), (None, None)])
def test_full_credit_to_everybody_is_full_whatever_confidence_was_given(db, student, instructor, answer, confidence):
    quiz = make_quiz(items=[body("single", key="q", points=3)], confidence="certainty")
    attempt = make_attempt(quiz, student)
    if answer is not None:
        give(attempt, answer, confidence=confidence)
    submit(attempt)

    made(attempt, "credit_all", instructor)

    assert Attempt.objects.get().score == 3


# Cost.


@pytest.mark.parametrize("students", [2, 15])
def test_a_regrade_costs_the_same_for_two_students_and_for_fifteen(
    quiz, instructor, students, django_assert_max_num_queries
):
    attempts = [sit(quiz, f"s{at}", "kind") for at in range(students)]
    regrade = unmade(attempts[0], "new_key", instructor)

    with django_assert_max_num_queries(5):  # papers, their quizzes, answers, regrades in force, the rest of each paper
        preview_regrade(regrade)
    with django_assert_max_num_queries(17):  # one asks whether the course has a certificate
        make_regrade(regrade=regrade, now=LATER)
    assert Attempt.objects.filter(score=4).count() == students
